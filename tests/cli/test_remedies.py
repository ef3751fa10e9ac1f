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
from tests.world import AGENT, ANA, BEN, MIA, OTTO

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
        ("token create --for anna@acme.example", None, ANA),
        ("hub --as anna@acme.example", None, ANA),
        ("support queue --as agnt@desk.example", None, AGENT),
        ("team create New --timezone Asia/Jakrta", None, "Asia/Jakarta"),
        ("desk audit list --operation subimt_request", None, "submit_request"),
        ("hub tikets list", ANA, "tickets"),
        ("hub tickets list --srot due", ANA, "--sort"),
    ],
)
def test_the_right_word_is_named(peopled: Program, words: str, as_: str | None, meant: str) -> None:
    """C3, T1: commands, options, types, products, fields, rules, teams, zones, addresses."""
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


def test_what_counts_up_says_how_far(peopled: Program) -> None:
    """A3, B13: to those who may see them all: invoices, tickets of a team, mails."""
    refused = peopled("billing", "invoices", "show", "7", "--as", ANA)
    assert "There is only number 1.\n" in refused.err
    assert "They are" not in peopled("billing", "invoices", "show", "1", "--as", OTTO).err
    for _ in range(2):
        peopled.ok("contact", "submit", "--subject", "S", "--body", "B", "--as", ANA)
    assert "numbered from 1 to 2.\n" in peopled("support", "show", "Acme", "9").err
    assert "There is none yet.\n" in peopled("support", "take", "Other", "1").err
    assert "There is none yet.\n" in peopled("desk", "mail", "retry", "1").err
    for n in (2, 9):  # somebody else's ticket and none: the same words
        foreign = peopled("contact", "requests", "show", str(n), "--as", BEN)
        assert foreign.err.replace(str(n), "N") == (
            "Error: You have no ticket N.\n  Your tickets: pscli contact requests list\n"
        )


def test_a_chat_or_callback_that_is_not_there_names_those_that_are(peopled: Program) -> None:
    """C4, C5: to representatives; how an id is written, where it is none at all."""
    said = peopled("support", "call", "1-9", "--as", AGENT).err
    assert said == (
        "Error: There is no callback 1-9.\n  None waits.\n"
        "  See what waits: pscli support callbacks\n"
    )
    peopled.ok("contact", "callback", "+6281234567890", "--as", ANA)
    said = peopled("support", "call", "1-9", "--as", AGENT).err
    assert "  Did you mean 1-1?\n  There are: 1-1.\n" in said
    assert "None waits." in peopled("support", "chat", "1-9", "--as", AGENT).err
    for words in ("call", "chat"):
        refused = peopled("support", words, "abc", "--as", AGENT)
        assert (refused.code, "written as in 1-7" in refused.err) == (2, True)


def test_a_mistyped_token_is_told_from_ones_own(peopled: Program) -> None:
    """A1, K2: an operator learns everyone's, anybody else those of their own only."""
    id_ = peopled.ok("token", "create", "--for", ANA, "-o", "json").json["id"]
    near = f"{id_[:-1]}{'0' if id_[-1] != '0' else '1'}"
    for who, told in ((None, True), (ANA, True), (BEN, False), (AGENT, False)):
        named = ("--as", who) if who else ()
        refused = peopled("token", "revoke", near, "--yes", *named)
        assert (refused.code, f"Did you mean {id_}?" in refused.err) == (3, told), who
        if not told:  # K2: somebody else's token and none give the same answer
            foreign = peopled("token", "revoke", id_, "--yes", *named)
            assert foreign.err.replace(id_, near) == refused.err
    assert "twelve of 0-9 and a-f" in peopled("token", "revoke", "abc", "--yes").err


def test_a_mistyped_feature_is_told_from_the_right_one(peopled: Program) -> None:
    """Q2: with the line of the file."""
    table = f"person,feature,quarter,uses\n{ANA},transfr,2025-Q4,3\n"
    refused = peopled("team", "usage", "import", "-", "--team", "Acme", stdin=table)
    assert refused.code == 2
    assert "line 2: there is no feature “transfr”.\n  Did you mean transfer?" in refused.err


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
