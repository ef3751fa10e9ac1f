"""Everything that a run of the program says to a network, and every process that it starts."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

NOTES = "TRACE_NOTES"  # the variable that names the file
# Loaded by every interpreter before anything else; children inherit it with the environment.
_SITE = """\
import json, os, sys

def note(event, arguments):
    if event.startswith(WATCHED) and event not in HARMLESS:
        words = [each for each in arguments if type(each) in (str, int, tuple, list)]
        line = json.dumps([event, words], default=str) + "\\n"
        os.write(notes, line.encode())

WATCHED = ("socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn",
           "os.fork", "os.startfile", "pty.spawn", "webbrowser.", "urllib.", "http.", "smtplib.",
           "ftplib.")
HARMLESS = ("socket.__new__",)  # a socket that connects to nothing tells nobody anything
notes = os.open(os.environ["TRACE_NOTES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
sys.addaudithook(note)
"""


class Event(NamedTuple):
    """An audit event of Python: its name, and its plain arguments."""

    name: str
    arguments: list[object]


def traced(folder: Path) -> dict[str, str]:
    """Variables under which every interpreter notes its events in a file of this folder."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_SITE)
    return {"PYTHONPATH": str(folder), NOTES: str(folder / "notes")}


def events(env: dict[str, str]) -> list[Event]:
    """What was noted so far, in order."""
    notes = Path(env[NOTES])
    assert notes.exists(), "no interpreter was traced"
    return [Event(*json.loads(line)) for line in notes.read_text().splitlines()]


def named(found: Iterable[Event], *names: str) -> list[Event]:
    """Those with one of these names."""
    return [each for each in found if each.name in names]
