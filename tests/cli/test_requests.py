"""The main job through the real program: file, see the promise, be answered, answer, solve."""

import shlex
from pathlib import Path

import pytest

from tests.conftest import Answer, Program
from tests.world import AGENT, AGENT2, ANA, BEN, GRACE, MIA, OTTO

from .terminals import on_terminal

LATER = {"PSCLI_NOW": "2026-03-02T13:30:00Z"}


def submit(pscli: Program, *words: str, as_: str = ANA) -> Answer:
    """File a request as somebody, as JSON."""
    said = ("--subject", "Sync", "--body", "It stopped")
    return pscli("contact", "submit", *said, "--as", as_, "-o", "json", *words)


def test_a_request_is_answered_and_the_promise_met(peopled: Program) -> None:
    """C2, E3, S1, S3: number and due instant at once; afterwards the promise is met, and why."""
    filed = submit(peopled).json
    assert (filed["changed"], filed["number"], filed["due_at"]) == (True, 1, "2026-03-02T16:00:00Z")
    peopled.ok("support", "reply", "Acme", "1", "--body", "Try 4.2", "--as", AGENT, env=LATER)
    shown = peopled.ok("hub", "tickets", "show", "1", "--as", ANA, "-o", "json").json
    assert shown["status"] == "pending"
    assert shown["promise"] == {
        "due_at": "2026-03-02T16:00:00Z",
        "target_minutes": 240,
        "edition": "essentials",
        "product": "dropbox",
        "language": "en",
        "rules": ["E3"],
        "state": "met",
    }
    assert [message["author_kind"] for message in shown["messages"]] == ["customer", "support"]


def test_a_colleagues_ticket_and_a_missing_one_answer_alike(peopled: Program) -> None:
    """K2: byte for byte, on every command that takes a number."""
    submit(peopled, as_=BEN)
    for words in (["show"], ["reply", "--body", "x"], ["solve"], ["attachment", "1", "--to", "-"]):
        answers = []
        for number in ("1", "2"):
            command = ["hub", "tickets", words[0], number, *words[1:], "--as", ANA, "-o", "json"]
            answer = peopled(*command)
            assert answer.code == 3
            answers.append((answer.out, answer.err.replace(f"ticket {number}.", "ticket N.")))
        # A text that could not be sent is kept in a draft of its own name.
        assert answers[0][1].split("draft-")[0] == answers[1][1].split("draft-")[0]


def test_a_member_follows_a_request_without_the_hub(peopled: Program) -> None:
    """C9, E6, E8: members have no Hub (5) and are told the way that is open to them."""
    submit(peopled, as_=MIA)
    assert peopled("hub", "--as", MIA).code == 5
    assert peopled("hub", "tickets", "show", "1", "--as", MIA).code == 5
    listed = peopled.ok("contact", "requests", "list", "--as", MIA, "-o", "json").json
    assert (listed["total"], listed["items"][0]["promise"]["rules"]) == (1, ["E3", "E6"])
    peopled.ok("contact", "requests", "reply", "1", "--body", "More", "--as", MIA)
    assert peopled.ok("contact", "requests", "solve", "1", "--as", MIA, "-o", "json").json[
        "changed"
    ]


def test_an_admin_without_an_addon_has_no_hub_but_may_ask(peopled: Program) -> None:
    """E8, E9: exit 7 at the Hub; the request is accepted without a commitment."""
    refused = peopled("hub", "--as", OTTO, "-o", "json")
    assert (refused.code, refused.error["code"]) == (7, "not_entitled")
    filed = submit(peopled, "--product", "dash", as_=OTTO).json
    assert (filed["due_at"], filed["promise"]) == (None, None)


def test_owners_of_two_products_must_say_which(peopled: Program) -> None:
    """E10: exit 2 without a terminal; a product that the team does not own is 6."""
    refused = submit(peopled, as_=OTTO)
    assert (refused.code, refused.error["field"]) == (2, "product")
    assert submit(peopled, "--product", "sign", as_=OTTO).code == 6
    assert submit(peopled, "--product", "dash").code == 6


def test_a_champion_has_a_promise_of_their_own(peopled: Program) -> None:
    """E7: grand is four hours, by the person's own level."""
    promise = submit(peopled, as_=GRACE).json["promise"]
    assert (promise["target_minutes"], promise["due_at"]) == (240, "2026-03-02T16:00:00Z")


def test_a_key_files_a_request_once(peopled: Program) -> None:
    """B10: repeated with its key it is the same ticket; another request with it is 8."""
    first = submit(peopled, "--idempotency-key", "k-1").json
    again = submit(peopled, "--idempotency-key", "k-1").json
    assert first == again
    other = submit(peopled, "--idempotency-key", "k-1", "--urgent")
    assert other.code == 8
    assert peopled.ok("hub", "tickets", "list", "--as", ANA, "-o", "json").json["total"] == 1


def test_a_dry_run_shows_the_ticket_and_keeps_nothing(peopled: Program) -> None:
    """Every change takes --dry-run."""
    assert submit(peopled, "--dry-run").json["number"] == 1
    assert peopled.ok("hub", "tickets", "list", "--as", ANA, "-o", "json").json["total"] == 0


def test_a_solved_ticket_is_followed_up(peopled: Program) -> None:
    """K3, K4: a reply to a solved ticket names the command, and that command works."""
    submit(peopled)
    peopled.ok("hub", "tickets", "solve", "1", "--as", ANA)
    refused = peopled("hub", "tickets", "reply", "1", "--body", "late", "--as", ANA, "-o", "json")
    assert refused.code == 6
    assert "pscli contact submit --follows 1" in refused.error["hint"]
    assert submit(peopled, "--follows", "1").json["number"] == 2
    assert submit(peopled, "--follows", "9").code == 3
    again = peopled.ok("hub", "tickets", "solve", "1", "--as", ANA, "-o", "json").json
    assert again["changed"] is False


def test_what_was_typed_is_kept_when_sending_fails(peopled: Program) -> None:
    """Nothing typed is lost: the draft holds the text, and works as --body-file."""
    refused = submit(peopled, "--type", "nonsense")
    assert refused.code == 2
    draft = refused.error["hint"].split("--body-file ")[1]
    assert Path(draft).read_text("utf-8") == "It stopped"
    assert Path(draft).stat().st_mode & 0o777 == 0o600
    words = ("contact", "submit", "--subject", "Sync", "--body-file", draft, "--as", ANA)
    assert "It stopped" not in peopled.ok(*words).err


def test_the_queue_is_taken_by_one(peopled: Program) -> None:
    """A3, S3: by due instant; two representatives never own one ticket."""
    submit(peopled)
    submit(peopled, as_=MIA)
    queue = peopled.ok("support", "queue", "--as", AGENT, "-o", "json").json
    assert [item["number"] for item in queue["items"]] == [1, 2]
    peopled.ok("support", "take", "Acme", "1", "--as", AGENT)
    refused = peopled("support", "take", "Acme", "1", "--as", AGENT2, "-o", "json")
    assert (refused.code, AGENT in refused.error["message"]) == (6, True)
    peopled.ok("support", "release", "Acme", "1", "--as", AGENT)
    peopled.ok("support", "assign", "Acme", "1", AGENT2)
    mine = peopled.ok("support", "queue", "--mine", "--as", AGENT2, "-o", "json").json["items"]
    assert [item["assignee"] for item in mine] == [AGENT2]


def test_notes_stay_inside(peopled: Program) -> None:
    """K4, S1: a note is no answer and no customer sees it."""
    submit(peopled)
    peopled.ok("support", "note", "Acme", "1", "--body", "Looks like 4.1", "--as", AGENT)
    shown = peopled.ok("hub", "tickets", "show", "1", "--as", ANA, "-o", "json").json
    assert (len(shown["messages"]), shown["promise"]["state"]) == (1, "running")
    case = peopled.ok("support", "show", "Acme", "1", "--as", AGENT, "-o", "json").json
    assert [message["internal"] for message in case["messages"]] == [False, True]


def test_a_promised_answer_is_not_solved_away(peopled: Program) -> None:
    """S1, S4: a representative solves an unanswered ticket by a reply only."""
    submit(peopled)
    assert peopled("support", "solve", "Acme", "1", "--as", AGENT).code == 6
    words = ("support", "reply", "Acme", "1", "--body", "Done", "--solve", "--as", AGENT)
    assert peopled.ok(*words, "-o", "json").json["status"] == "solved"


def test_a_correction_moves_the_ticket(peopled: Program) -> None:
    """C3: the counts follow the type."""
    submit(peopled)
    peopled.ok("support", "retype", "Acme", "1", "--type", "sync", "--as", AGENT)
    for type_, total in (("sync", 1), ("other", 0)):
        listed = peopled.ok("hub", "tickets", "list", "--type", type_, "--as", ANA, "-o", "json")
        assert listed.json["total"] == total


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["contact", "submit", "--subject", "S", "--body", "x", "--product", "nope"], 2),
        (["contact", "submit", "--subject", "S", "--body", "x", "--language", "fr"], 2),
        (["contact", "submit", "--subject", "S", "--body", ""], 2),
        (["contact", "submit", "--subject", "S", "--body", "  \n"], 2),
        (["contact", "submit", "--subject", "S" * 201, "--body", "x"], 2),
        (["contact", "submit", "--subject", " ", "--body", "x"], 2),
        (["contact", "submit", "--subject", "S", "--body", "x\udcff"], 2),
        (["contact", "submit", "--subject", "S", "--body-file", "/nonexistent"], 2),
        (["contact", "submit", "--subject", "S"], 2),
        (["contact", "submit", "--subject", "S", "--body", "x", "--body-file", "-"], 2),
        (["contact", "submit", "--subject", "S", "--body", "x", "--cc", "nobody"], 2),
        (["contact", "submit", "--subject", "S", "--body", "x", "--idempotency-key", "a b"], 2),
        (["hub", "tickets", "list", "--status", "closed"], 2),
        (["hub", "tickets", "list", "--since", "yesterday"], 2),
        (["hub", "tickets", "list", "--since", "2026-02-30"], 2),
        (["hub", "tickets", "list", "--since", "2026-02-01", "--timezone", "Mars/Base"], 2),
        (["hub", "tickets", "list", "--cursor", "zzz"], 2),
        (
            [
                "hub",
                "tickets",
                "list",
                "--cursor",
                "637265617465647c787c3939393939393939393939393939393939393939",
            ],
            2,
        ),
        (["hub", "tickets", "list", "--limit", "0"], 2),
        (["hub", "tickets", "show", "0"], 2),
        (["hub", "tickets", "show", "9223372036854775808"], 2),
        (["hub", "tickets", "show", "9223372036854775807"], 3),
        (["hub", "tickets", "show", "eins"], 2),
        (["support", "show", "Nobody", "1"], 3),
        (["support", "show", "Acme", "1"], 3),
        (["support", "assign", "Acme", "1", "nobody@desk.example"], 3),
        (["team", "people", "add", "x@acme.example", "--role", "boss", "--team", "Acme"], 2),
        (["team", "people", "set", "nobody@acme.example", "role=team"], 3),
        (["team", "show", "Nobody"], 3),
        (["team", "create", "acme"], 6),
        (["team", "create", "New", "--timezone", "Mars/Base"], 2),
        (["rules", "Z99"], 3),
        (["nonsense"], 2),
        (["hub", "--nonsense"], 2),
    ],
)
def test_bad_input_is_told_in_one_sentence(peopled: Program, words: list[str], code: int) -> None:
    """Each mistake gets its exit code, one sentence and a remedy, and changes nothing."""
    env = {"PSCLI_AS": ANA}
    answer = peopled(*words, "-o", "json", env=env)
    assert answer.code == code, answer.err
    assert answer.out == ""
    assert answer.error["message"].count("\n") == 0
    assert "Traceback" not in answer.err
    assert peopled.ok("hub", "tickets", "list", "-o", "json", env=env).json["total"] == 0


def test_a_body_from_stdin_and_over_the_limit(peopled: Program) -> None:
    """A text over 64 KiB or not UTF-8 is refused; one from stdin is taken as it is."""
    words = ("contact", "submit", "--subject", "S", "--body-file", "-", "--as", ANA, "-o", "json")
    assert peopled(*words, stdin=b"\xff\xfe").code == 2
    assert peopled(*words, stdin="é" * 32769).code == 2
    assert peopled(*words, stdin="é" * 32768).json["number"] == 1
    assert peopled(*words, stdin="a\x00b").code == 2


def test_unknown_people_and_missing_names(peopled: Program) -> None:
    """Nobody to act as is 2, an unknown person 3, a suspended one 5 (T5)."""
    assert peopled("hub").code == 2
    assert peopled("hub", "--as", "nobody@acme.example").code == 3
    peopled.ok("team", "people", "set", BEN, "status=suspended")
    assert peopled("hub", "--as", BEN).code == 5
    peopled.ok("team", "people", "remove", BEN, "--yes")
    assert peopled("hub", "--as", BEN).code == 5


def test_removing_somebody_asks_first(peopled: Program) -> None:
    """What takes rights away needs --yes where nobody can be asked; T3: the last admin stays."""
    assert peopled("team", "people", "remove", BEN).code == 2
    assert peopled("team", "people", "remove", ANA, "--yes").code == 6
    gone = peopled.ok("team", "people", "remove", BEN, "--yes", "-o", "json").json
    assert (gone["changed"], gone["status"]) == (True, "removed")


def test_a_hint_can_be_pasted_whatever_the_team_is_called(peopled: Program) -> None:
    """A3: names are chosen by others; in a shell each is one word and runs nothing."""
    name, email = "Bob's; touch x $(id)", "bob@other.example"
    peopled.ok("team", "create", name)
    peopled.ok("team", "people", "add", email, "--team", name, "--role", "team")
    peopled.ok("support", "grant", name, "enhanced", "--yes")
    said = ("--subject", "Sync", "--body", "x", "--as", email)
    peopled.ok("contact", "submit", *said)
    shown = on_terminal(peopled, "support", "show", name, "1", width=120, errors_too=True)
    refused = peopled("support", "solve", name, "1", "-o", "json")
    for line in (shown.lines[-1], refused.error["hint"]):
        command = line.partition(": ")[2]
        assert shlex.split(command, posix=True)[:5] == ["pscli", "support", "reply", name, "1"]


def test_the_operators_own_answer_is_no_damage(peopled: Program) -> None:
    """A1, A3: a ticket that the file's operator answers is theirs, and the store stays sound."""
    peopled.ok("contact", "submit", "--subject", "Sync", "--body", "x", "--as", ANA)
    peopled.ok("support", "reply", "Acme", "1", "--body", "y")
    assert peopled.ok("desk", "check", "-o", "json").json["findings"] == []


def test_a_field_that_is_not_there_is_refused_before_anything_is_filed(peopled: Program) -> None:
    """B10: exit 2 says that nothing happened, so whoever mends the command files it once."""
    said = ("contact", "submit", "--subject", "Sync", "--body", "x", "--as", ANA, "-o", "json")
    for words in (said, (*said, "--dry-run")):
        refused = peopled(*words, "--fields", "nubmer")
        assert (refused.code, refused.error["field"]) == (2, "fields")
        assert refused.error["hint"].startswith("Did you mean number?")
    assert peopled.ok("hub", "tickets", "list", "--as", ANA, "-o", "json").json["total"] == 0
