"""`billing apply`: the wanted add-ons of many teams, the drift, only the differences (B2, B11)."""

from pathlib import Path

import pytest

from tests.conftest import Answer, Program
from tests.world import ANA, BEN, OTTO

from .test_billing import asked, invoices

TIM = "tim@third.example"
NOW = {"PSCLI_NOW": "2026-03-18T00:00:00Z"}


@pytest.fixture
def three(peopled: Program, tmp_path: Path) -> Program:
    """A desk with a third team; Acme holds Essentials, Other and Third nothing."""
    peopled.ok("team", "create", "Third", "--currency", "JPY")
    peopled.ok("team", "people", "add", TIM, "--team", "Third", "--role", "billing")
    (tmp_path / "wanted.toml").write_text(
        team("Acme", ANA, "dropbox/essentials")
        + team("other", OTTO, "essentials")
        + team("Third", TIM, "dropbox/essentials")
    )
    return peopled


def team(name: str, who: str, *addons: str) -> str:
    """An entry of the file."""
    wanted = ", ".join(f'"{each}"' for each in addons)
    return f'[[team]]\nname = "{name}"\naddons = [{wanted}]\nas = "{who}"\n\n'


def apply(program: Program, tmp_path: Path, *words: str, text: str | None = None) -> Answer:
    """Apply a file, as JSON."""
    path = tmp_path / "wanted.toml"
    if text is not None:
        path.write_text(text)
    return program("billing", "apply", str(path), *words, "-o", "json", env=NOW)


def results(answer: Answer) -> list[tuple[str, str, str | None, str]]:
    """Team, action, amount and result of every step."""
    return [
        (
            step["team"],
            step["action"],
            step["charged"] and f"{step['charged']['amount']} {step['charged']['currency']}",
            step["result"],
        )
        for step in answer.json["items"]
    ]


def test_only_differences_are_changed(three: Program, tmp_path: Path) -> None:
    """Plan, dry run, question, change; a second run finds nothing to do; nothing is paid twice."""
    plan = apply(three, tmp_path, "--dry-run")
    assert plan.code == 0
    assert results(plan) == [
        ("Acme", "none", None, "unchanged"),
        ("Other", "add", "75.00 USD", "planned"),
        ("Third", "add", "11000 JPY", "planned"),
    ]
    assert invoices(three) == []
    unasked = apply(three, tmp_path)
    assert unasked.code == 2
    assert "Make these changes (2): 11000 JPY and 75.00 USD now?" in unasked.err
    assert "Other: add essentials for dropbox, 75.00 USD now" in unasked.err
    done = apply(three, tmp_path, "--yes")
    assert done.code == 0
    assert [step[3] for step in results(done)] == ["unchanged", "changed", "changed"]
    again = apply(three, tmp_path, "--yes")
    assert (again.code, {step[3] for step in results(again)}) == (0, {"unchanged"})
    assert [len(invoices(three, who)) for who in (ANA, OTTO, TIM)] == [1, 1, 1]


def test_the_question_defaults_to_no(three: Program, tmp_path: Path) -> None:
    """B3: enter alone changes nothing; yes charges what the plan said."""
    words = ("billing", "apply", str(tmp_path / "wanted.toml"), "-o", "json")
    assert asked(three, "\n", *words).out == ""
    assert invoices(three) == []
    assert [each["result"] for each in asked(three, "y\n", *words).json["items"]] == [
        "unchanged", "changed", "changed",
    ]  # fmt: skip


def test_what_is_not_wanted_is_removed(three: Program, tmp_path: Path) -> None:
    """B6, B7: at the renewal; wanted again before then it is taken back, free."""
    removed = apply(three, tmp_path, "--yes", text=team("Acme", ANA))
    assert results(removed) == [("Acme", "remove", "0.00 USD", "changed")]
    assert results(apply(three, tmp_path, "--yes")) == [("Acme", "none", None, "unchanged")]
    back = apply(three, tmp_path, "--yes", text=team("Acme", ANA, "essentials"))
    assert results(back) == [("Acme", "add", "0.00 USD", "changed")]


def test_partly_done(three: Program, tmp_path: Path) -> None:
    """Exit 13, a line per team, the sales command named; mended, the next run does the rest."""
    text = (
        team("Acme", BEN, "essentials")
        + team("Other", OTTO, "essentials", "dash/enhanced")
        + team("Third", TIM, "essentials")
        + team("Nobody", "no@body.example", "essentials")
    )
    answer = apply(three, tmp_path, "--yes", text=text)
    assert answer.code == 13
    assert results(answer) == [
        ("Acme", "look", None, "failed"),
        ("Other", "add", None, "skipped"),
        ("Other", "add", None, "failed"),
        ("Third", "add", "11000 JPY", "changed"),
        ("Nobody", "look", None, "failed"),
    ]
    errors = [step["error"] for step in answer.json["items"]]
    assert "Your role may not do this" in errors[0]
    assert "pscli contact sales enhanced --product dash" in errors[2]
    assert "no@body.example" in errors[4]
    assert "3 of 5 steps failed" in answer.error["message"]
    assert len(invoices(three)) == 0  # a team is all or nothing
    assert apply(three, tmp_path, "--dry-run").code == 0
    mended = team("Other", OTTO, "essentials") + team("Third", TIM, "essentials")
    assert [step[3] for step in results(apply(three, tmp_path, "--yes", text=mended))] == [
        "changed", "unchanged",
    ]  # fmt: skip


def test_only_what_is_for_self_service(three: Program, tmp_path: Path) -> None:
    """B2, B9: what sales granted stays; a downgrade that waits for the renewal is as wanted."""
    three.ok("support", "grant", "Acme", "enhanced", "--yes", env=NOW)
    refused = apply(three, tmp_path, "--yes", text=team("Acme", ANA))
    assert results(refused) == [("Acme", "remove", None, "failed")]
    assert "pscli contact sales enhanced" in refused.json["items"][0]["error"]
    assert (refused.code, refused.error["code"]) == (13, "partly_done")
    three.ok("support", "grant", "Acme", "essentials", "--yes", env=NOW)
    wanted = apply(three, tmp_path, "--yes", text=team("Acme", ANA, "essentials"))
    assert results(wanted) == [("Acme", "none", None, "unchanged")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[team]]\nname = "Acme"\nadons = []\n', "adons is unknown"),
        ('[[team]]\nname = "Acme"\n', "addons is missing"),
        ("teams = []\n", "teams is unknown"),
        ("[[team]\n", "cannot be read as TOML"),
        (team("Acme", ANA, "premium"), "“premium” is no add-on"),
        (team("Acme", ANA, "sign/essentials"), "“sign/essentials” is no add-on"),
        (team("Acme", ANA, "essentials", "enhanced"), "two editions for dropbox"),
        (team("Acme", ANA) + team("ACME", ANA), "Acme stands there twice"),
        (team("Acme", ANA) + f'[[team]]\naddons = []\nas = "{ANA}"\n', "Acme stands there twice"),
        ('[[team]]\naddons = []\nas = "a"\nprofile = "b"\n', "not both"),
    ],
)
def test_a_wrong_file_is_refused_whole(
    three: Program, tmp_path: Path, text: str, said: str
) -> None:
    """Exit 2, the place and the reason; the right entries in it are not begun."""
    answer = apply(three, tmp_path, "--yes", text=text + team("Third", TIM, "essentials"))
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.error["message"]
    assert "wanted.toml" in answer.error["message"]
    assert invoices(three, TIM) == []


def test_a_missing_file(three: Program, tmp_path: Path) -> None:
    """Exit 2 and the reason in a few words."""
    answer = three("billing", "apply", str(tmp_path / "none.toml"), "-o", "json", env=NOW)
    assert answer.code == 2
    assert "No such file" in answer.error["message"]


def test_whose_rights_apply(three: Program, tmp_path: Path) -> None:
    """A profile, a name, or whoever runs it; somebody of another team may not act for it."""
    three.ok("profile", "set", "third", f"act_as={TIM}")
    text = '[[team]]\naddons = ["essentials"]\n[[team]]\naddons = []\nprofile = "third"\n'
    mixed = apply(three, tmp_path, "--as", OTTO, "--yes", text=text)
    assert results(mixed) == [
        ("Other", "add", "75.00 USD", "changed"),
        ("Third", "none", None, "unchanged"),
    ]
    wrong = apply(three, tmp_path, "--yes", text=team("Acme", OTTO, "essentials"))
    assert wrong.code == 13
    assert "belongs to Other, not to Acme" in wrong.json["items"][0]["error"]


def test_a_key_stands_for_the_whole_file(three: Program, tmp_path: Path) -> None:
    """B10: the same key again gives the same answers; each step has a key of its own."""
    words = ("--yes", "--idempotency-key", "march")
    first = apply(three, tmp_path, *words)
    remove = ("billing", "addon", "remove", "essentials", "--product", "dropbox", "--yes")
    for who in (OTTO, TIM):
        three.ok(*remove, "--as", who, env=NOW)
    again = apply(three, tmp_path, *words)
    assert results(again) == results(first)
    shown = three.ok("billing", "addon", "list", "--as", OTTO, "-o", "json", env=NOW).json
    assert shown["items"][0]["state"] == "pending_removal"
