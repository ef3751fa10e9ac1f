"""No telemetry, no update notice: a run talks to the desk that it was given and to nobody else."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from manual.pages import ROOT

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.models.people import Identity
from tests.cli.terminals import on_terminal
from tests.conftest import Program
from tests.server.running import listening, token_for
from tests.world import ANA, Clock, lay, populate

from .tracing import Event, events, named, traced

AS_SAM = ["--as", "sam@desk.example"]
# Exit codes stand behind: also what fails, and what asks for help, is silent.
ON_A_FILE: list[tuple[list[str], int]] = [
    (["init", "--demo"], 0),
    (["--version"], 0),
    (["--help"], 0),
    (["whoami"], 0),
    (["hub"], 0),
    (["hub", "tickets", "list", "-o", "json"], 0),
    (["hub", "tickets", "lst"], 2),
    (["hub", "tickets", "show", "999"], 3),
    (["contact", "options"], 0),
    (["contact", "submit", "--subject", "Sync", "--body", "stopped"], 0),
    (["contact", "callback", "+493012345678"], 0),
    (["insights"], 0),
    (["insights", "export", "--to", "r.xlsx"], 0),
    (["insights", "export", "--to", "r.html"], 0),
    (["recommendations"], 0),
    (["recommendations", "open", "1"], 0),
    (["billing", "addon", "list"], 0),
    (["support", "queue", *AS_SAM], 0),
    (["desk", "backup", "--to", "b.db"], 0),
    (["desk", "digest", "run", "--dry-run"], 0),
    (["completion", "install", "bash"], 0),
    (["doctor"], 0),
]


@pytest.fixture
def tracing(tmp_path: Path, clean_env: dict[str, str]) -> Program:
    """The real program, each of whose processes notes what it says and starts."""
    env = {**clean_env, **traced(tmp_path / "trace")}
    return Program(env)


def test_a_local_desk_is_silent(
    tracing: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1: on a file nothing is looked up, connected to or started, whatever the command."""
    monkeypatch.chdir(tmp_path)
    env = {"PSCLI_DB": str(tmp_path / "desk.db")}
    for words, code in ON_A_FILE:
        answer = tracing(*words, env=env)
        assert answer.code == code, (words, answer.err)
        assert events(tracing.env) == [], words


def test_a_server_is_the_only_one_spoken_to(tracing: Program, tmp_path: Path) -> None:
    """A1: with a server only its address; of processes only the one that asks the keyring."""
    clock = Clock(datetime.now(UTC).replace(microsecond=0))  # noqa: TID251 - as a server's is
    database = open_database(str(tmp_path / "served.db"))
    lay(database, clock)
    populate(Local(database, Identity(), clock))
    tracing.env["PYTHONPATH"] += f":{ROOT}"
    tracing.env["PYTHON_KEYRING_BACKEND"] = "tests.auth.keyrings.Filed"
    tracing.env["KEYRING_PROPERTY_PATH"] = str(tmp_path / "keyring.json")
    with listening(database, clock) as address:
        token = token_for(database, clock, ANA)
        tracing.ok("auth", "login", "--server", address, "--with-token", stdin=token)
        tracing.ok("hub", "tickets", "list")
        tracing.ok("contact", "submit", "--subject", "Sync", "--body", "stopped")
        tracing("doctor")
        tracing.ok("auth", "logout")
    database.close()
    found = events(tracing.env)
    check_only_to(found, urlsplit(address).port or 0)
    assert len(named(found, "socket.connect")) >= 5
    started = named(found, "subprocess.Popen")
    assert {str(each.arguments[1]) for each in started} == {
        str([sys.executable, "-P", "-m", "pscli.keyring_child"])
    }


def check_only_to(found: list[Event], port: int) -> None:
    """Connections and look-ups are of this port on loopback; nothing else but our children."""
    for each in found:
        if each.name == "socket.connect":
            assert each.arguments == [["127.0.0.1", port]]
        elif each.name == "socket.getaddrinfo":
            assert each.arguments[:2] == ["127.0.0.1", port]
        else:
            assert each.name == "subprocess.Popen", each


def test_programs_of_the_person_are_the_only_ones(tracing: Program, tmp_path: Path) -> None:
    """On a terminal an editor and a pager are started, those that were named, and nothing else."""
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho 'It stopped.' > \"$1\"\n")
    editor.chmod(0o755)
    env = {"PSCLI_DB": str(tmp_path / "desk.db"), "EDITOR": str(editor), "PSCLI_PAGER": "cat -u"}
    tracing.ok("init", "--demo", env=env)
    for words in (["contact", "submit", "--subject", "Sync", "--no-suggest"], ["rules"]):
        shown = on_terminal(tracing, *words, env=env, errors_too=True)
        assert shown.code == 0, shown.lines
    found = events(tracing.env)
    assert {each.name for each in found} == {"subprocess.Popen"}
    assert [str(each.arguments[0]) for each in found] == [str(editor), "cat"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import socket; socket.socket().connect_ex(('127.0.0.1', 1))", "socket.connect"),
        ("import socket; socket.getaddrinfo('localhost', 1)", "socket.getaddrinfo"),
        ("import socket as s; s.socket(type=2).sendto(b'x', ('127.0.0.1', 1))", "socket.sendto"),
        ("import os; os.system('true')", "os.system"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import os; os.fork() or os._exit(0); os.wait()", "os.fork"),
    ],
)
def test_a_word_to_anybody_is_seen(tracing: Program, code: str, name: str) -> None:
    """The trace sees each way of speaking; else the tests above would prove nothing."""
    subprocess.run([sys.executable, "-c", code], env=tracing.env, check=True)
    assert name in {each.name for each in events(tracing.env)}
