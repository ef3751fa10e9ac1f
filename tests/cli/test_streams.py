"""Streams that are closed, full or left by their reader, and what a script pays for."""

import os
import subprocess
import sys

import pytest

from tests.conftest import PROGRAM, Program
from tests.world import BEN


def run_to(program: Program, target: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run with stdout (and perhaps more) redirected as a shell does it."""
    quoted = " ".join([*PROGRAM, *words, target])
    return subprocess.run(
        ["/bin/sh", "-c", quoted],
        env=program.env,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("target", [">&-", ">/dev/full", "<&- >&-"])
def test_a_result_that_cannot_be_written(peopled: Program, target: str) -> None:
    """Exit 12 with one sentence and a remedy, never 0; a change says that it is done."""
    for words in (
        ("hub", "tickets", "list"),
        ("hub", "tickets", "list", "-o", "json"),
        ("whoami",),
        ("hub", "--help"),
    ):
        named = () if "--help" in words else ("--as", BEN)
        done = run_to(peopled, target, *words, *named)
        assert done.returncode == 12, (words, done.stderr)
        assert done.stderr.count("\n") == (1 if "json" in words else 2)
        assert "Traceback" not in done.stderr
    done = run_to(
        peopled, target, "contact", "submit", "--subject", "S", "--body", "x", "--as", BEN
    )
    assert done.returncode == 12
    assert "What the command changed is done." in done.stderr
    assert peopled.ok("hub", "tickets", "list", "--as", BEN, "-o", "json").json["total"] == 1


def test_a_command_without_a_result_needs_no_stdout(pscli: Program) -> None:
    """Nothing was to be written, so nothing failed."""
    assert run_to(pscli, ">&-", "init", "--force").returncode == 0


@pytest.mark.parametrize("target", ["2>&-", "2>/dev/full", ">&- 2>&-", ">/dev/full 2>/dev/full"])
def test_a_stderr_that_cannot_be_written(peopled: Program, target: str) -> None:
    """Notices and errors are lost, the exit code is not."""
    lost = 12 if target.startswith(">") else 0
    words = ("hub", "tickets", "list", "--as", BEN)
    assert run_to(peopled, target, *words).returncode == lost
    assert run_to(peopled, target, "hub", "tickets", "show", "9", "--as", BEN).returncode == 3
    assert run_to(peopled, target, "hub", "tickets", "lst").returncode == 2


def test_a_reader_that_went_away(peopled: Program) -> None:
    """141 and silence, however the reader leaves."""
    from pscli.backends import open_database

    database = open_database(peopled.env["PSCLI_DB"])
    with database.transaction(writes=True) as sql:
        for number in range(1000):
            sql.run(
                "INSERT INTO representative (email, name, role, status, created_at) VALUES "
                "(:email, :name, 'agent', 'active', '2026-03-02T12:00:00Z')",
                email=f"r{number}@desk.example",
                name="x" * 100,
            )
    database.close()
    reading, writing = os.pipe()
    running = subprocess.Popen(
        [*PROGRAM, "support", "agents", "list", "--all", "-o", "json"],
        env=peopled.env,
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (141, b"")


def test_the_list_in_json_loads_no_screen(peopled: Program) -> None:
    """What a script pays for stays small."""
    code = (
        "import sys\nfrom pscli.cli.app import main\n"
        f"main(['hub', 'tickets', 'list', '-o', 'json', '--as', {BEN!r}])\n"
        "bad = {'rich', 'csv', 'pscli.cli.tables', 'pscli.cli.screens', 'pscli.cli.layout', "
        "'pscli.cli.fields', 'pscli.cli.errors'}\n"
        "sys.exit(','.join(sorted(bad & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=peopled.env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
