"""The real program in bad surroundings: broken settings, poor terminals, closed streams."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROGRAM, Program
from tests.world import ANA

from .conversing import Terminal
from .terminals import Shown, on_terminal

SOAK = bool(os.environ.get("PSCLI_SOAK"))
READ = (
    "hub",
    "hub tickets list",
    "hub tickets show 29",
    "contact requests list",
    "contact options",
    "insights",
    "billing show",
    "billing addon list",
    "billing invoices show 2",
    "consultation slots --limit 3",
    "whoami",
    "support queue",
    "support metrics",
    "desk audit list",
    "desk check",
    "doctor",
    "profile list",
    "auth status",
    "rules K2",
    "hub tickets list --status opn",
    "hub tickets show 999",
)
FAIL = {"hub tickets list --status opn": 2, "hub tickets show 999": 3}
POOR = {
    "20 columns": (20, {}),
    "dumb": (80, {"TERM": "dumb"}),
    "no TERM": (80, {"TERM": ""}),
    "ASCII": (80, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "Latin-1": (100, {"PYTHONIOENCODING": "latin-1"}),
    "no home": (80, {"HOME": "/nowhere"}),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The sample desk, for commands that only read."""
    folder = tmp_path_factory.mktemp("poor")
    program = Program(
        {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PSCLI_PAGER": "cat",
            "PSCLI_CONFIG_DIR": str(folder / "config"),
            "PSCLI_DB": str(folder / "sample.db"),
            "PSCLI_NOW": "2026-03-02T12:00:00Z",
        }
    )
    program.ok("init", "--demo")
    return program


@pytest.mark.parametrize("poor", POOR)
def test_every_screen_on_a_poor_terminal(desk: Program, poor: str) -> None:
    """It comes out, with its exit code; nothing moves a terminal that cannot be moved.

    A run tries each command on two of the terminals, a soak on all.
    """
    width, env = POOR[poor]
    for command in READ if SOAK else READ[[*POOR].index(poor) % 3 :: 3]:
        shown = on_terminal(desk, *command.split(), width=width, env=env, errors_too=True)
        where = (poor, command, shown.raw)
        assert shown.code == FAIL.get(command, 0), where
        assert b"Traceback" not in shown.raw, where
        assert shown.raw, where
        if poor == "dumb":
            assert b"\x1b" not in shown.raw, where
        if poor == "ASCII":
            assert shown.raw.isascii(), where


def test_a_chat_in_twenty_columns_on_a_dumb_terminal(peopled: Program) -> None:
    """C4: lines go in and out, whatever the terminal can."""
    words = ("contact", "chat", "--as", ANA)
    with Terminal(peopled, *words, width=20, env={"TERM": "dumb"}) as ana:
        ana.expect("number 1")
        ana.type("Hello\r")
        ana.type("/end\r")
        assert ana.wait() == 0
        assert "Traceback" not in ana.text


def shell(program: Program, line: str) -> "subprocess.CompletedProcess[str]":
    """Run a line of the shell, in which `pscli` is the program."""
    quoted = " ".join(PROGRAM)
    return subprocess.run(
        ["/bin/sh", "-c", f'pscli() {{ {quoted} "$@"; }}; {line}'],
        env=program.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "code", "part"),
    [
        ("pscli contact submit --subject S <&-", 2, "There is no text."),
        ("pscli contact submit --subject S --body-file - <&-", 2, "The text is empty"),
        ("pscli team people remove ben@acme.example <&-", 2, "Add --yes"),
        ("pscli auth login --server http://127.0.0.1:1 --with-token <&-", 2, ""),
        ("pscli contact chat <&-", 0, ""),
        ("pscli doctor <&- 2>&-", 0, None),
        ("pscli hub tickets list <&- >&- 2>&-", 12, None),
        ("pscli doctor >&- 2>&-", 12, None),
        ("pscli hub tickets lst <&- 2>&-", 2, None),
    ],
)
def test_streams_that_are_closed(peopled: Program, line: str, code: int, part: str | None) -> None:
    """As where nobody is there: no question, no defect, the exit code of what happened."""
    peopled.env["PSCLI_AS"] = ANA
    done = shell(peopled, line)
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr
    if part:
        assert part in done.stderr


def broken(name: str, config: Path) -> tuple[str, ...]:
    """Break the configuration; returns what the error must name."""
    if name == "not TOML":
        config.write_text("current = [")
        return "is not valid TOML", "Mend it, or move it away."
    if name == "not text":
        config.write_bytes(b"\xff\xfe")
        return "is not UTF-8", "Mend it"
    if name == "unknown key":
        config.write_text('[profiles.default]\nsever = "https://desk.example"\n')
        return "sever", "Did you mean server?"
    if name == "folder":
        config.unlink()
        config.mkdir()
        return "is no file", "Move it away."
    if name == "of all":
        config.chmod(0o666)
        return "can be changed by everybody", "chmod go-w"
    os.chown(config, 65534, 65534)
    return "belongs to somebody else", "chown"


@pytest.mark.parametrize(
    "name",
    [
        "not TOML",
        "not text",
        "unknown key",
        "folder",
        "of all",
        pytest.param(
            "foreign",
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away"),
        ),
    ],
)
def test_a_configuration_that_cannot_be_used(peopled: Program, name: str) -> None:
    """Exit 2 with place, reason and remedy; what needs none of it works all the same."""
    parts = broken(name, Path(peopled.env["PSCLI_CONFIG_DIR"]) / "config.toml")
    answer = peopled("hub")
    assert answer.code == 2
    for part in ("config.toml", *parts):
        assert part in answer.err
    assert peopled("hub", "-o", "json").error["code"] == "invalid_value"
    peopled.ok("hub", "tickets", "list", "-o", "json", env={"PSCLI_AS": ANA})
    peopled.ok("rules", "K2", "-o", "json")
    assert peopled("doctor").code == 11


def test_a_profile_that_is_not_there(peopled: Program) -> None:
    """Named by option, variable or the file itself."""
    config = Path(peopled.env["PSCLI_CONFIG_DIR"]) / "config.toml"
    config.write_text('current = "work"\n[profiles.works]\nregion = "ID"\n')
    for words, env in ((("--profile", "wrok"), {}), ((), {"PSCLI_PROFILE": "wrok"}), ((), {})):
        answer = peopled("hub", *words, env=env)
        assert answer.code == 2
        assert "Did you mean works?" in answer.err
    assert peopled("doctor").code == 11


def test_a_screen_of_one_column(desk: Program) -> None:
    """Nothing divides by a width that is none."""
    for width in (1, 0):
        for command in ("hub", "doctor", "insights"):
            shown: Shown = on_terminal(desk, *command.split(), width=width, errors_too=True)
            assert shown.code == 0, (command, width, shown.raw)
