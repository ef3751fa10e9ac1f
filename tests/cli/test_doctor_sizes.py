"""`doctor` where there is much to prove or little room."""

import json
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from pscli.cli.desk_checkups import MANY
from tests.conftest import Program

from .terminals import on_terminal
from .test_doctor import diagnosis, findings, run_sql


def test_a_large_desk_is_left_to_the_command_that_takes_its_time(peopled: Program) -> None:
    """A checkup answers in seconds; what would not is named with the command that does it."""
    run_sql(peopled, f"UPDATE team SET tickets = {MANY} WHERE id = 1")
    assert "The number of a team's tickets is wrong" in findings(peopled)["proof"]
    run_sql(peopled, f"UPDATE team SET tickets = {MANY + 1} WHERE id = 1")
    row = diagnosis(peopled)["proof"]
    assert (row["severity"], row["remedy"]) == ("skipped", "Take the time: pscli desk check")
    assert f"{MANY + 1:,} tickets" in row["said"]
    checked = on_terminal(peopled, "desk", "check", errors_too=True)
    assert checked.code == 11
    assert any("Proving the desk" in line for line in checked.lines)
    dumb = on_terminal(peopled, "desk", "check", errors_too=True, env={"TERM": "dumb"})
    assert not any("Proving" in line for line in dumb.lines)
    assert dumb.lines[0]


UNSHARE = which("unshare")


def _lets_mount() -> bool:
    """Whether this machine lets a process mount a disk of its own."""
    return (
        UNSHARE is not None and not subprocess.run([UNSHARE, "-rm", "true"], check=False).returncode
    )


@pytest.mark.skipif(not _lets_mount(), reason="NO SMALL DISK: nobody can mount one here")
@pytest.mark.parametrize(("size", "severity"), [("40m", "error"), ("300m", "warning")])
def test_a_disk_without_room(peopled: Program, tmp_path: Path, size: str, severity: str) -> None:
    """Little room is a warning and hardly any an error, on a real disk; the remedy says why."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        f'mount -t tmpfs -o size={size},mode=700 none "$1" && cp -p "$PSCLI_DB" "$1/desk.db" '
        '&& PSCLI_DB="$1/desk.db" exec "$2" -m pscli doctor -o json'
    )
    words = [str(UNSHARE), "-rm", "sh", "-c", script, "sh", str(disk), sys.executable]
    done = subprocess.run(words, env=peopled.env, capture_output=True, check=False, timeout=60)
    (row,) = [row for row in json.loads(done.stdout)["items"] if row["check"] == "space"]
    assert (done.returncode, row["severity"]) == (11, severity)
    assert row["said"].endswith(f"MiB are free for {disk}.")
    assert row["remedy"] == "Make room: without it nothing is filed."
