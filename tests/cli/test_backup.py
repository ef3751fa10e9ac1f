"""Backups: a committed state, proved, put back whole."""

from pathlib import Path

from tests.conftest import Program
from tests.world import ANA


def tickets(program: Program) -> int:
    """How many tickets Ana has."""
    listed = program.ok("hub", "tickets", "list", "--as", ANA, "-o", "json").json
    return int(listed["total"])


def submit(program: Program) -> None:
    """File a request as Ana."""
    program.ok("contact", "submit", "--subject", "S", "--body", "x", "--as", ANA)


def test_a_backup_is_put_back(peopled: Program, tmp_path: Path) -> None:
    """What was written since is gone, and the desk is sound."""
    copy = tmp_path / "copy.db"
    submit(peopled)
    peopled.ok("desk", "backup", "--to", str(copy))
    assert copy.stat().st_mode & 0o777 == 0o600
    submit(peopled)
    assert peopled("desk", "restore", str(copy)).code == 2
    assert tickets(peopled) == 2
    peopled.ok("desk", "restore", str(copy), "--yes", "--dry-run")
    assert tickets(peopled) == 2
    peopled.ok("desk", "restore", str(copy), "--yes")
    assert tickets(peopled) == 1
    peopled.ok("desk", "check")
    submit(peopled)


def test_what_is_no_backup_is_refused_and_the_desk_stays(peopled: Program, tmp_path: Path) -> None:
    """A text, a damaged file, an existing target, a server: told, and nothing is replaced."""
    submit(peopled)
    text = tmp_path / "notes.txt"
    text.write_text("not a desk at all, but long enough to be mistaken for one" * 20, "utf-8")
    assert peopled("desk", "restore", str(text), "--yes").code == 11
    assert peopled("desk", "restore", str(tmp_path / "missing.db"), "--yes").code == 11
    copy = tmp_path / "copy.db"
    peopled.ok("desk", "backup", "--to", str(copy))
    assert peopled("desk", "backup", "--to", str(copy)).code == 6
    peopled.ok("desk", "backup", "--to", str(copy), "--force")
    damaged = copy.read_bytes()
    copy.write_bytes(damaged[:4096] + b"\xff" * 16384 + damaged[20480:])
    assert peopled("desk", "restore", str(copy), "--yes").code == 11
    assert peopled("desk", "restore", peopled.env["PSCLI_DB"], "--yes").code == 6
    elsewhere = {"PSCLI_DB": "postgresql://nobody@127.0.0.1:1/desk"}
    refused = peopled("desk", "backup", "--to", str(tmp_path / "x"), env=elsewhere)
    assert (refused.code, "pg_dump" in refused.err) == (2, True)
    assert tickets(peopled) == 1
