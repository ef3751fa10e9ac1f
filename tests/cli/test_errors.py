"""How failures are told: what, why, what to do; and what never stands in a report."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pscli.cli.errors import as_problem, print_problem, write_report
from pscli.problems import DataRefused, InvalidValue, NotFound, NotWritten
from tests.conftest import Program
from tests.world import ANA

from .terminals import on_terminal


@pytest.mark.parametrize(
    ("words", "message", "near"),
    [
        ("hub tickets lst", "pscli hub tickets has no command “lst”.", "list"),
        ("huv", "pscli has no command “huv”.", "hub"),
        (
            "hub tickets list --stauts open",
            "pscli hub tickets list has no option --stauts.",
            "--status",
        ),
        (
            "hub tickets list --status opn",
            "“opn” is no value of --status. It is one of: open, pending, solved, unsolved.",
            "open",
        ),
        (
            "hub tickets list -o yml",
            "“yml” is no value of --output. It is one of: table, json, jsonl, csv, tsv.",
            None,
        ),
        ("hub tickets show", "NUMBER is missing.", None),
        ("hub tickets show x", "NUMBER is a whole number, and “x” is none.", None),
        ("hub tickets show 0", "NUMBER is at least 1, and 0 is not.", None),
        ("hub tickets list --limit 1001", "--limit is from 1 to 1000, and 1001 is not.", None),
        (
            "hub tickets show 1 two",
            "pscli hub tickets show takes no further argument: “two”.",
            None,
        ),
        ("hub tickets list --status", "--status needs a value.", None),
        ("hub tickets list --quiet=3", "--quiet takes no value.", None),
        ("--nope", "pscli has no option --nope.", None),
    ],
)
def test_wrong_use_is_named_in_a_sentence(
    peopled: Program, words: str, message: str, near: str | None
) -> None:
    """Exit 2, the bad word, the nearest right one, and where help is."""
    answer = peopled(*words.split(), env={"PSCLI_AS": ANA})
    assert (answer.code, answer.out) == (2, "")
    *told, see = answer.err.splitlines()
    assert " ".join(line.strip() for line in told) == " ".join(
        [f"Error: {message}", *([f"Did you mean {near}?"] if near else [])]
    )
    assert see.startswith("  See: pscli")
    assert see.endswith(" --help")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["team", "create", "n" * 1201], "The name has 1,201 characters; at most"),
        (["team", "create", ""], "The name is empty."),
        (
            ["contact", "submit", "--body", "B", "--subject", "é" * 240, "--as", ANA],
            "The subject has 240 characters; at most 200 are taken.",
        ),
        (
            ["contact", "submit", "--body", "B", "--subject", "", "--as", ANA],
            "The subject is empty.",
        ),
    ],
)
def test_a_wrong_length_is_told_in_a_sentence(
    peopled: Program, words: list[str], message: str
) -> None:
    """K6, T1: what is empty, too long or too short, how long it is, and how long it may be."""
    refused = peopled(*words, "-o", "json")
    assert refused.code == 2
    assert refused.error["message"].startswith(message)


def test_wrong_use_is_an_object_for_scripts(peopled: Program) -> None:
    """With the name of the option or argument as the field."""
    fields = {
        ("list", "--stauts", "open"): "stauts",
        ("list", "--status", "opn"): "status",
        ("list", "--limit", "0"): "limit",
        ("show", "x"): "number",
        ("lst",): None,
    }
    for words, field in fields.items():
        error = peopled("hub", "tickets", *words, "-o", "json", "--as", ANA).error
        assert (error["code"], error["field"]) == ("invalid_value", field)
        assert error["request_id"] is None


def test_the_help_of_a_mistake_is_of_that_command(peopled: Program) -> None:
    """Also where the parser had no command yet."""
    answer = peopled("hub", "tickets", "list", "--status")
    assert answer.err.splitlines()[-1] == "  See: pscli hub tickets list --help"


def test_a_group_without_a_subcommand_prints_its_help(pscli: Program) -> None:
    """On stderr and exit 2; pscli alone was not a mistake: stdout, exit 0."""
    answer = pscli("hub", "tickets")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: pscli hub tickets")
    assert "\\n" not in answer.err
    alone = pscli.ok()
    assert alone.out.startswith("Usage: pscli")
    assert alone.err == ""


def test_a_problem_has_three_parts(capsys: pytest.CaptureFixture[str]) -> None:
    """What happened; why; what to do, one line each."""
    problem = NotFound("There is no ticket 7. It may be a colleague's.", hint="See: a\nOr: b")
    print_problem(problem, as_json=False)
    assert capsys.readouterr().err.splitlines() == [
        "Error: There is no ticket 7.",
        "  It may be a colleague's.",
        "  See: a",
        "  Or: b",
    ]
    print_problem(problem, as_json=False, color="always")
    assert capsys.readouterr().err.startswith("\x1b[1;31mError:\x1b[0m There")


def test_a_problem_for_scripts_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """On one line of ASCII, with every key there."""
    print_problem(DataRefused("同期 \x1b[2J", hint=None), as_json=True)
    line = capsys.readouterr().err
    assert (line.count("\n"), line.isascii()) == (1, True)
    assert json.loads(line)["error"] == {
        "code": "data_refused",
        "message": "同期 \x1b[2J",
        "hint": None,
        "field": None,
        "retry_after": None,
        "request_id": None,
    }


def test_what_others_typed_does_nothing_in_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Messages and hints pass the sanitiser."""
    print_problem(InvalidValue("a\x1b[2Jb\nc", hint="\u202ed\x07"), as_json=False)
    assert capsys.readouterr().err == "Error: a\\e[2Jb\\nc\n  \\u{202e}d\\x07\n"


def test_errors_are_red_on_a_terminal_only(peopled: Program) -> None:
    """Stderr has its own colour."""
    words = ("hub", "tickets", "show", "9", "--as", ANA)
    assert b"\x1b[1;31mError:" in on_terminal(peopled, *words, errors_too=True).raw
    assert "\x1b" not in peopled(*words).err


def test_an_operating_system_says_why(tmp_path: Path) -> None:
    """12 where there is no room, 2 where a path cannot be used."""
    failures = {}
    for place in ("/dev/full", str(tmp_path / "no" / "file"), str(tmp_path)):
        try:
            Path(place).write_text("x")
        except OSError as failure:
            failures[place] = as_problem(failure, ZeroDivisionError, [])
    full, missing, folder = failures.values()
    assert isinstance(full, NotWritten)
    assert full.message == "The result could not be written: No space left on device."
    assert isinstance(missing, InvalidValue)
    assert isinstance(folder, InvalidValue)
    assert folder.message == f"{tmp_path} cannot be used: Is a directory."


def test_a_value_that_is_not_utf8(peopled: Program) -> None:
    """Exit 2, not a defect, and nothing is changed."""
    body = b"\xff\xfe".decode("utf-8", "surrogateescape")
    answer = peopled("contact", "submit", "--subject", body, "--body", "x", "--as", ANA)
    assert answer.code == 2
    assert "UTF-8" in answer.err or "not allowed" in answer.err


SECRET = "pscli_secret_token"


def test_a_defect_report_holds_no_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where and which failure, never arguments, messages or the environment."""
    monkeypatch.setenv("PSCLI_TOKEN", SECRET)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    try:
        int(SECRET)
    except ValueError as failure:
        path = write_report(failure)
    assert path is not None
    written = Path(path)
    assert written.stat().st_mode & 0o077 == 0
    text = written.read_text()
    assert "ValueError" in text
    assert "test_errors.py" in text
    assert SECRET not in text


def test_a_defect_is_told_with_its_report(peopled: Program) -> None:
    """Exit 1, one sentence and the path; with --debug the place, still no values."""
    code = (
        "import sys\n"
        "import pscli.desk.tokens as tokens\n"
        "def broken(backend): raise RuntimeError('secret ' + str(backend))\n"
        "tokens.whoami = broken\n"
        "from pscli.cli.app import main\n"
        f"sys.exit(main(['whoami', '--as', {ANA!r}, *sys.argv[1:]]))"
    )
    for words in ([], ["--debug"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            env=peopled.env,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = done.stderr.splitlines()
        assert (done.returncode, done.stdout) == (1, "")
        assert lines[0] == "Error: pscli failed: RuntimeError."
        report = Path(lines[2].removeprefix("  A report was written: "))
        assert "secret" not in report.read_text().replace("'secret '", "")
        assert ("in broken" in done.stderr) is bool(words)
        assert "object at 0x" not in done.stderr
