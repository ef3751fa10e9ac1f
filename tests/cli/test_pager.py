"""A result that is longer than the screen: through the pager, whatever the pager does."""

import re
import signal
import sys
import time
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.cli.pager import pager_words
from tests.conftest import Program

from .conversing import Terminal
from .terminals import on_terminal

LONG = ("rules",)  # a list of more lines than the fifty of the tests' terminals
SHORT = ("rules", "K2")


def script(folder: Path, code: str) -> str:
    """A pager that runs this code of Python."""
    path = folder / "pager.py"
    path.write_text(f"import os, signal, sys\n{code}\n")
    return f"{sys.executable} {path}"


def test_what_is_long_goes_through_the_pager(pscli: Program, tmp_path: Path) -> None:
    """Whole, in its colours, and not to the screen as well."""
    code = f"text = sys.stdin.read(); open({str(tmp_path / 'got')!r}, 'w').write(text)"
    env = {"PSCLI_PAGER": script(tmp_path, code)}
    shown = on_terminal(pscli, *LONG, env=env)
    assert (shown.code, shown.raw) == (0, b"")
    got = (tmp_path / "got").read_text()
    assert got == on_terminal(pscli, *LONG, "--no-pager").raw.decode().replace("\r\n", "\n")
    assert got.count("\n") > 50
    assert "\x1b[" in got


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (SHORT, {}),
        ((*LONG, "--no-pager"), {}),
        (LONG, {"TERM": "dumb"}),
        (LONG, {"PSCLI_PAGER": "cat"}),
        (("hub", "--help"), {}),
    ],
)
def test_what_goes_without_it(
    pscli: Program, tmp_path: Path, words: tuple[str, ...], env: dict[str, str]
) -> None:
    """What fits, who does not want it, and a terminal that cannot be moved on."""
    pager = script(tmp_path, "sys.exit('the pager ran')")
    shown = on_terminal(pscli, *words, env={"PSCLI_PAGER": pager, **env}, errors_too=True)
    assert shown.code == 0
    assert b"the pager ran" not in shown.raw


def test_a_pipe_has_no_pager(pscli: Program, tmp_path: Path) -> None:
    """Whatever the variables say."""
    answer = pscli.ok(*LONG, env={"PSCLI_PAGER": script(tmp_path, "sys.exit(3)")})
    assert (answer.out.count("\n") > 50, answer.err) == (True, "")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (None, "No such file or directory"),
        ("sys.exit(3)", "exit 3"),
        ("sys.stdin.read(100); sys.exit(3)", "exit 3"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
    ],
)
def test_a_pager_that_fails_is_survived(
    pscli: Program, tmp_path: Path, code: str | None, reason: str
) -> None:
    """It is missing, fails or crashes: said on stderr, and everything comes without it."""
    pager = script(tmp_path, code) if code else "/nowhere/pager -x"
    shown = on_terminal(pscli, *LONG, env={"PSCLI_PAGER": pager})
    assert shown.code == 0
    assert reason in shown.err
    assert shown.raw == on_terminal(pscli, *LONG, "--no-pager").raw
    quiet = on_terminal(pscli, *LONG, "--quiet", env={"PSCLI_PAGER": pager})
    assert (quiet.code, quiet.err) == (0, "")


def test_leaving_the_pager_early_is_no_failure(pscli: Program, tmp_path: Path) -> None:
    """Exit 0 and silence, also where much more would have come."""
    database = open_database(pscli.env["PSCLI_DB"])
    with database.transaction(writes=True) as sql:
        for number in range(3000):
            sql.run(
                "INSERT INTO representative (email, name, role, status, created_at) VALUES "
                "(:email, :name, 'agent', 'active', '2026-03-02T12:00:00Z')",
                email=f"r{number}@desk.example",
                name="x" * 100,
            )
    database.close()
    words = ("support", "agents", "list", "--all", "--quiet")
    for code in ("print(sys.stdin.readline())", "sys.exit(0)"):
        for form in ((), ("-o", "json"), ("-o", "csv")):
            env = {"PSCLI_PAGER": script(tmp_path, code)}
            shown = on_terminal(pscli, *words, *form, env=env)
            assert (shown.code, shown.err) == (0, "")
            assert len(shown.raw) < 10_000


def ignores_interrupts(pid: int) -> bool:
    """Whether a process has left Ctrl-C to others."""
    found = re.search(r"^SigIgn:\s*(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return found is not None and bool(int(found[1], 16) & 1 << (signal.SIGINT - 1))


def test_less_is_the_pager_where_nobody_names_one(pscli: Program) -> None:
    """It moves on with a space and ends with q; Ctrl-C is its own, not ours."""
    env = {"PSCLI_PAGER": "", "PAGER": ""}
    with Terminal(pscli, *LONG, env=env) as terminal:
        terminal.expect("T1")
        terminal.expect(":")
        while not ignores_interrupts(terminal.process.pid):  # it has written all that there is
            time.sleep(0.01)
        terminal.type("\x03")
        time.sleep(0.3)
        assert terminal.process.poll() is None
        terminal.type("q")
        assert terminal.wait() == 0
    with Terminal(pscli, *LONG, env=env) as terminal:
        terminal.expect("T1")
        terminal.send(signal.SIGTERM)
        assert terminal.wait() == 143


def test_which_pager() -> None:
    """Ours, else everybody's, else less; words are told apart as a shell does."""
    term = {"TERM": "xterm"}
    assert pager_words({**term, "PSCLI_PAGER": "most -w", "PAGER": "more"}) == ["most", "-w"]
    assert pager_words({**term, "PSCLI_PAGER": "", "PAGER": "'my pager' -x"}) == ["my pager", "-x"]
    assert pager_words({**term, "PAGER": "cat"}) == []
    assert pager_words({**term, "PAGER": "it's"}) == ["it's"]
    assert pager_words({"PAGER": "less"}) == []
    assert pager_words({"TERM": "dumb", "PAGER": "less"}) == []
