"""Exports that are killed: the target is whole or as it was, and little is left beside it (I5)."""

import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from pscli.backends import open_database
from tests.conftest import PROGRAM, Program
from tests.many import write_tickets

from .conftest import SOAK

KILLS = 10 * SOAK
EXPORT = ("desk", "export", "--quiet", "--force", "--to")


def beside(target: Path) -> list[Path]:
    """The hidden files that lie where the target lies."""
    return list(target.parent.glob(".pscli-*"))


def await_bytes(run: "subprocess.Popen[bytes]", target: Path, size: float = 1) -> None:
    """Wait until a run has written so many bytes beside the target, or ends."""
    while run.poll() is None:
        for part in beside(target):
            try:
                if part.stat().st_size >= size:
                    return
            except FileNotFoundError:  # renamed in this moment
                return
        time.sleep(0.0005)


def test_a_killed_export_leaves_no_half_a_file(
    peopled: Program, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """I5: killed at any moment: the old file or the new one, at most one stale file beside it."""
    moments = random.Random(5)
    database = open_database(peopled.env["PSCLI_DB"])
    write_tickets(database, ("x" * 150 for _ in range(20_000)))
    database.close()
    target = tmp_path / "out" / "t.csv"
    target.parent.mkdir()
    peopled.ok(*EXPORT, str(target))
    new = target.read_bytes()
    halves, unharmed = 0, 0
    for n in range(KILLS):
        old = b"old" if n % 3 else None
        target.unlink(missing_ok=True)
        if old:
            target.write_bytes(old)
        with subprocess.Popen([*PROGRAM, *EXPORT, str(target)], env=peopled.env) as run:
            await_bytes(run, target, moments.uniform(0, 1.2) * len(new))
            run.kill()
        halves += bool(beside(target))
        unharmed += (target.read_bytes() if target.exists() else None) == old
        assert not target.exists() or target.read_bytes() in (old, new)
        assert len(beside(target)) <= 1
    record_testsuite_property("kills", {"stale": halves, "old": unharmed, "of": KILLS})
    assert halves > KILLS / 4
    peopled.ok(*EXPORT, str(target))
    assert [path.name for path in target.parent.iterdir()] == ["t.csv"]
    assert target.read_bytes() == new


def test_a_terminated_export_cleans_up(peopled: Program, tmp_path: Path) -> None:
    """I5: SIGTERM is 143, and nothing is left; the old file stays."""
    database = open_database(peopled.env["PSCLI_DB"])
    write_tickets(database, ("x" * 150 for _ in range(20_000)))
    database.close()
    target = tmp_path / "out" / "t.csv"
    target.parent.mkdir()
    target.write_bytes(b"old")
    with subprocess.Popen([*PROGRAM, *EXPORT, str(target)], env=peopled.env) as run:
        await_bytes(run, target)
        run.terminate()
    assert run.returncode == 143
    assert [path.name for path in target.parent.iterdir()] == ["t.csv"]
    assert target.read_bytes() == b"old"


def test_many_runs_on_one_target(peopled: Program, tmp_path: Path) -> None:
    """I5: of eight at once each writes the whole file or is refused with 10; none is torn."""
    database = open_database(peopled.env["PSCLI_DB"])
    write_tickets(database, ("x" * 150 for _ in range(5_000)))
    database.close()
    target = tmp_path / "out" / "t.csv"
    target.parent.mkdir()
    words = [*PROGRAM, *EXPORT, str(target)]
    runs = [subprocess.Popen(words, env=peopled.env, stderr=subprocess.DEVNULL) for _ in range(8)]
    codes = [run.wait(60) for run in runs]
    assert set(codes) <= {0, 10}
    assert 0 in codes
    assert target.read_bytes().count(b"\n") == 5_001
    assert [path.name for path in target.parent.iterdir()] == ["t.csv"]
