"""Every refusal says what to do; a mistyped word is told from the right one."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pscli
from pscli.problems import Defect, Problem, did_you_mean
from tests.conftest import Program
from tests.world import AGENT, ANA, MIA

SOURCE = Path(pscli.__file__).parent


def kinds(kind: type[Problem]) -> Iterator[str]:
    """The names of a problem's class and of those below it, without those that bring a remedy.

    Whatever is defined elsewhere does, and is known here only where another test imported it.
    """
    if kind.__module__ == Problem.__module__:
        yield kind.__name__
    for below in kind.__subclasses__():
        yield from kinds(below)


def is_fragment(call: ast.Call) -> bool:
    """Whether the sentence begins small: who knows the file completes it, with the remedy."""
    said = call.args[0]
    first = said.values[0] if isinstance(said, ast.JoinedStr) else said
    return isinstance(first, ast.Constant) and str(first.value)[:1].islower()


def without_a_remedy() -> list[str]:
    """Where a problem is made without a hint; a defect's is its report."""
    named = set(kinds(Problem)) - {Defect.__name__}
    return [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in named
        and not any(keyword.arg == "hint" for keyword in node.keywords)
        and not is_fragment(node)
    ]


def test_every_refusal_says_what_to_do() -> None:
    """What happened and why are its sentence; the third part is never left out."""
    assert without_a_remedy() == []


@pytest.mark.parametrize(
    ("words", "as_", "meant"),
    [
        ("contact submit --subject S --body B --type sing-in", ANA, "sign-in"),
        ("hub tickets list --type sing-in", ANA, "sign-in"),
        ("contact submit --subject S --body B --product dropbx", ANA, "dropbox"),
        ("hub tickets list --fields nubmer -o json", ANA, "number"),
        ("hub tickets list --fields promise.stat -o json", ANA, "promise.state"),
        ("rules KK2", ANA, "K2"),
        ("team show Acmee", None, "Acme"),
        ("support show acne 1", AGENT, "Acme"),
        ("team people set anna@acme.example name=Anna", None, ANA),
        ("support agents remove agnt@desk.example --yes", None, AGENT),
        ("hub tikets list", ANA, "tickets"),
        ("hub tickets list --srot due", ANA, "--sort"),
    ],
)
def test_the_right_word_is_named(peopled: Program, words: str, as_: str | None, meant: str) -> None:
    """C3, T1: commands, options, issue types, products, fields, rules, teams, addresses."""
    answer = peopled(*words.split(), *(("--as", as_) if as_ else ()))
    assert answer.code in (2, 3)
    hinted = answer.err if "promise" not in words else answer.err.replace("mean ", "mean promise.")
    assert f"Did you mean {meant}?" in hinted


def test_a_customer_learns_no_names_by_mistyping(peopled: Program) -> None:
    """K2, A2: what is near is told only to those who could list it."""
    for words in (
        ("desk", "audit", "list", "--team", "Othre"),
        ("team", "show", "Othre"),
        ("team", "people", "set", "oto@other.example", "name=x"),
    ):
        for who in (ANA, MIA):
            answer = peopled(*words, "--as", who)
            assert answer.code in (3, 5)
            assert "Did you mean" not in answer.err


def test_a_type_that_the_policy_dropped_is_still_found(peopled: Program) -> None:
    """C3, K5: tickets keep their type, so it stays a value of the filter."""
    peopled.ok("contact", "submit", "--subject", "S", "--body", "B", "--type", "sync", "--as", ANA)
    shipped = (SOURCE / "policy.toml").read_text("utf-8")
    policy = Path(peopled.env["PSCLI_CONFIG_DIR"]) / "policy.toml"
    policy.write_text(shipped.replace('"sync", ', "").replace('"sync",\n', ""))
    assert '"sync"' not in policy.read_text()
    peopled.ok("desk", "policy", "set", str(policy))
    listed = peopled.ok("hub", "tickets", "list", "--type", "sync", "--as", ANA, "-o", "json")
    assert listed.json["total"] == 1
    assert peopled("hub", "tickets", "list", "--type", "mobil", "--as", ANA).code == 2


def test_only_what_is_near_is_meant() -> None:
    """Letters in another case are near, other words are not, and nothing is near itself."""
    assert did_you_mean("SYNC", ["sync", "files"]) == ["Did you mean sync?"]
    assert did_you_mean("billing", ["sync", "files"]) == []
    assert did_you_mean("sync", ["sync"]) == []
    assert did_you_mean("sync", []) == []


def test_a_report_names_the_command_without_its_values(peopled: Program) -> None:
    """Which options were given, never what: versions, command, traceback."""
    code = (
        "import sys\n"
        "from pscli.cli.app import main\n"
        "def broken(*_, **__): raise RuntimeError('boom')\n"
        "import pscli.cli.session as session\n"
        "session.Session.change = broken\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = ["contact", "requests", "reply", "4711", "--body", "--hunter2-hunter2", "--as", ANA]
    done = subprocess.run(
        [sys.executable, "-c", code, *words, "-o", "json"],
        env=peopled.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (report,) = (Path(peopled.env["PSCLI_CONFIG_DIR"]) / "reports").iterdir()
    text = report.read_text()
    assert "pscli contact requests reply NUMBER --body --output --as\n" in text
    assert pscli.__version__ in text
    assert "RuntimeError" in text
    for secret in ("4711", "hunter2", ANA):
        assert secret not in text
