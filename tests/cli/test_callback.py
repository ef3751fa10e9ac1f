"""Callbacks through the real program: asked for, called, cancelled, refused (C5, C6, E6, H6)."""

from typing import Any

import pytest

from tests.conftest import Answer, Program
from tests.world import AGENT, AGENT2, ANA, BEN, MIA, OTTO

from .conversing import Terminal

PHONE = "+62 812 3456 7890"
NIGHT = {"PSCLI_NOW": "2026-03-02T20:00:00Z"}  # Monday, after the hours of Otto's plan


def ask(pscli: Program, *words: str, as_: str = ANA, **more: Any) -> Answer:
    """Ask for a callback as somebody, as JSON."""
    return pscli("contact", "callback", *words, "--as", as_, "-o", "json", **more)


def call(pscli: Program, *words: str, as_: str = AGENT, **more: Any) -> Answer:
    """Take a callback or record its outcome, as JSON."""
    return pscli("support", "call", *words, "--as", as_, "-o", "json", **more)


def test_a_callback_is_taken_and_answers(peopled: Program) -> None:
    """C5, S5: stored as E.164, taken without its id, solved once the person was reached."""
    asked = ask(peopled, PHONE).json
    expected = {
        "changed": True, "id": "1-1", "phone": "+6281234567890", "state": "waiting",
        "position": 1, "product": "dropbox", "urgent": False,
        "requested_at": "2026-03-02T12:00:00Z", "due_at": "2026-03-02T16:00:00Z",
    }  # fmt: skip
    assert {name: asked[name] for name in expected} == expected
    later = {"PSCLI_NOW": "2026-03-02T12:10:00Z"}
    taken = call(peopled, env=later).json
    assert (taken["state"], taken["position"], taken["due_at"]) == ("calling", None, None)
    assert call(peopled, as_=AGENT2, env=later).code == 3  # nothing else waits
    assert call(peopled, "1-1", as_=AGENT2, env=later).code == 6
    reached = call(peopled, "--outcome", "reached", "--body", "It was the proxy.", env=later).json
    assert reached["state"] == "reached"
    ticket = peopled.ok("contact", "requests", "show", "1", "--as", ANA, "-o", "json").json
    assert (ticket["channel"], ticket["status"]) == ("callback", "solved")
    assert ticket["promise"]["state"] == "met"
    assert ticket["messages"][0]["body"] == "It was the proxy."


def test_the_first_is_urgent_then_the_oldest(peopled: Program) -> None:
    """C5: each place is told; whoever calls gets them in that order."""
    for minute, words in enumerate([(ANA,), (BEN,), (OTTO, "--product", "dash", "--urgent")]):
        now = {"PSCLI_NOW": f"2026-03-02T15:0{minute}:00Z"}
        assert ask(peopled, PHONE, *words[1:], as_=words[0], env=now).code == 0
    now = {"PSCLI_NOW": "2026-03-02T15:05:00Z"}
    listed = peopled.ok("support", "callbacks", "-o", "json", env=now).json
    assert [(each["person"], each["position"]) for each in listed["items"]] == [
        (OTTO, 1), (ANA, 2), (BEN, 3)
    ]  # fmt: skip
    assert [call(peopled, env=now).json["person"] for _ in range(3)] == [OTTO, ANA, BEN]
    several = call(peopled, "--outcome", "reached", env=now)
    assert (several.code, several.error["field"]) == (2, "id")


def test_the_third_failure_becomes_a_ticket(peopled: Program) -> None:
    """C5, S1: back in the queue twice; then it is answered in writing, with a new promise."""
    ask(peopled, PHONE)
    states = []
    for _ in range(3):
        call(peopled)
        states.append(call(peopled, "--outcome", "no-answer").json["state"])
    assert states == ["waiting", "waiting", "failed"]
    assert peopled.ok("support", "callbacks", "-o", "json").json["items"] == []
    queue = peopled.ok("support", "queue", "-o", "json").json["items"]
    assert [(each["channel"], each["due_at"]) for each in queue] == [
        ("callback", "2026-03-02T16:00:00Z")
    ]
    assert ask(peopled, "--status").json["state"] == "failed"
    assert ask(peopled, PHONE).json["id"] == "1-2"


def test_a_second_open_one_is_refused(peopled: Program) -> None:
    """C5: one per person and product; a colleague and another product have their own."""
    assert ask(peopled, PHONE).code == 0
    second = ask(peopled, "+49 30 901820")
    assert second.code == 6
    assert "--cancel" in second.error["hint"]
    assert ask(peopled, PHONE, as_=BEN).code == 0
    afternoon = {"PSCLI_NOW": "2026-03-02T15:00:00Z"}
    for product in ("dropbox", "dash"):
        assert ask(peopled, PHONE, "--product", product, as_=OTTO, env=afternoon).code == 0


def test_status_and_cancel(peopled: Program) -> None:
    """C5, S4: nothing there is 3; cancelling twice is a success that changes nothing."""
    assert ask(peopled, "--status").code == 3
    assert ask(peopled, "--cancel").code == 3
    ask(peopled, PHONE)
    assert ask(peopled, "--status").json["position"] == 1
    changes = [ask(peopled, "--cancel").json for _ in range(2)]
    assert [(each["changed"], each["state"]) for each in changes] == [
        (True, "cancelled"), (False, "cancelled")
    ]  # fmt: skip
    assert call(peopled).code == 3
    assert peopled.ok("support", "queue", "-o", "json").json["items"] == []


def test_solving_its_ticket_cancels_a_callback(peopled: Program) -> None:
    """C5: whichever door the ticket was solved by, nobody calls any more."""
    ask(peopled, PHONE)
    peopled.ok("contact", "requests", "solve", "1", "--as", ANA)
    assert ask(peopled, "--status").json["state"] == "cancelled"
    assert ask(peopled, PHONE).json["changed"] is True


def test_whoever_took_one_and_vanished_holds_it_no_longer_than_a_call(peopled: Program) -> None:
    """C5: after half an hour another representative may call."""
    ask(peopled, PHONE)
    call(peopled)
    for now, code in (("12:30", 3), ("12:31", 0)):
        answer = call(peopled, as_=AGENT2, env={"PSCLI_NOW": f"2026-03-02T{now}:00Z"})
        assert answer.code == code
    assert answer.json["representative"] == AGENT2


def test_the_region_comes_from_the_option_the_person_the_profile(peopled: Program) -> None:
    """C5: in that order; where nobody says it, exit 2 names the option."""
    local = "0812 3456 7890"
    lacking = ask(peopled, local)
    assert (lacking.code, lacking.error["field"]) == (2, "region")
    assert "--region" in lacking.error["hint"]
    assert ask(peopled, local, "--region", "id").json["phone"] == "+6281234567890"
    peopled.ok("profile", "set", "default", "region=GB")
    assert ask(peopled, "020 7946 0958", as_=BEN).json["phone"] == "+442079460958"
    peopled.ok("team", "people", "set", BEN, "region=DE")
    ask(peopled, "--cancel", as_=BEN)
    assert ask(peopled, "030 901820", as_=BEN).json["phone"] == "+4930901820"
    ask(peopled, "--cancel", as_=BEN)
    assert ask(peopled, local, "--region", "ID", as_=BEN).json["phone"] == "+6281234567890"


def test_the_region_is_asked_on_a_terminal(peopled: Program) -> None:
    """C5: where neither the person nor the profile says it."""
    with Terminal(peopled, "contact", "callback", "0812 3456 7890", "--as", ANA) as terminal:
        terminal.expect("[default] In which region")
        terminal.type("id\r")
        terminal.expect("You will be called at +6281234567890")
        assert terminal.wait() == 0


@pytest.mark.parametrize(
    "phone", ["110", "+1 900 234 5678", "\u202e+62 812 3456 7890", "+870 773 111 632", "hello"]
)
def test_a_number_that_is_none_is_refused(peopled: Program, phone: str) -> None:
    """C5: exit 2 and the field; nothing is kept."""
    refused = ask(peopled, phone, "--region", "ID")
    assert (refused.code, refused.error["field"]) == (2, "phone")
    assert ask(peopled, "--status").code == 3


@pytest.mark.parametrize("words", [["callback", PHONE], ["chat"]])
def test_members_are_told_their_route_and_may_take_it(peopled: Program, words: list[str]) -> None:
    """E6, C7: exit 5 with the exact command; --or-request takes it at once."""
    refused = peopled("contact", *words, "--as", MIA, "-o", "json", stdin="It stopped\n")
    assert refused.code == 5
    assert "pscli contact submit --product dropbox --subject" in refused.error["hint"]
    carried = peopled.ok(
        "contact", *words, "--or-request", "--as", MIA, "-o", "json", stdin="It stopped\n"
    ).json
    assert (carried["changed"], carried["channel"]) == (True, "request")
    assert carried["promise"]["rules"] == ["E3", "E6"]


def test_outside_the_hours_a_request_is_offered(peopled: Program) -> None:
    """H5, H6: exit 7 with the next opening; --or-request files one with the number in it."""
    words = (PHONE, "--product", "dropbox")
    closed = ask(peopled, *words, as_=OTTO, env=NIGHT)
    assert closed.code == 7
    assert "it opens Tue 2026-03-03 09:00 UTC" in closed.error["message"]
    assert ask(peopled, "--status", as_=OTTO, env=NIGHT).code == 3
    carried = ask(peopled, *words, "--or-request", as_=OTTO, env=NIGHT).json
    assert carried["channel"] == "request"
    shown = peopled.ok("contact", "requests", "show", "1", "--as", OTTO, "-o", "json").json
    assert PHONE in shown["messages"][0]["body"]


def test_the_product_must_be_said_by_owners_of_both(peopled: Program) -> None:
    """E10: exit 2 without a terminal; on one it is asked, for the request instead as well."""
    refused = ask(peopled, PHONE, as_=OTTO)
    assert (refused.code, refused.error["field"]) == (2, "product")
    with Terminal(
        peopled, "contact", "callback", PHONE, "--or-request", "--as", OTTO, env=NIGHT
    ) as terminal:
        terminal.expect("[default] Which product is it about? dropbox or dash:")
        terminal.type("dropbox\r")
        terminal.expect("Request 1 filed.")
        assert terminal.wait() == 0


def test_a_product_that_is_not_owned_is_refused(peopled: Program) -> None:
    """T1: exit 6, whatever the channel."""
    for words in (["callback", PHONE], ["chat"], ["options"]):
        assert peopled("contact", *words, "--product", "dash", "--as", ANA).code == 6


def test_japanese_outside_its_hours_is_english_and_says_when(peopled: Program) -> None:
    """J2, J4: the call is accepted; the next Japanese opening is told, in both zones."""
    accepted = ask(peopled, PHONE, "--language", "ja")
    assert (accepted.code, accepted.json["language"]) == (0, "ja")
    assert "in Japanese from Tue 2026-03-03 09:00 Asia/Tokyo (+09:00)" in accepted.err
    ask(peopled, "--cancel")
    tokyo_morning = {"PSCLI_NOW": "2026-03-03T01:00:00Z"}
    assert ask(peopled, PHONE, "--language", "ja", env=tokyo_morning).err == ""
    assert ask(peopled, PHONE, "--language", "fr", as_=BEN).code == 2  # J1


@pytest.mark.parametrize(
    ("email", "now", "code"),
    [
        (ANA, "23:00", 0),
        (OTTO, "09:00", 0),
        (OTTO, "08:59", 7),
        (OTTO, "17:00", 7),
        (MIA, "12:00", 5),
    ],
)
def test_check_gives_the_exit_code_that_scripts_wait_for(
    peopled: Program, email: str, now: str, code: int
) -> None:
    """C1, H1, H5, E6: 0 open, 7 closed with the opening, 5 not for this person."""
    words = ["--channel", "chat", "--check", "--product", "dropbox", "--as", email, "-o", "json"]
    answer = peopled("contact", "options", *words, env={"PSCLI_NOW": f"2026-03-02T{now}:00Z"})
    assert answer.code == code
    if code == 7:
        assert "09:00 UTC" in answer.error["message"]


def test_check_asks_about_one_channel(peopled: Program) -> None:
    """C1: without --channel there is nothing to check."""
    assert peopled("contact", "options", "--check", "--as", ANA).code == 2


def test_urgent_requests_are_told_of_the_callback(peopled: Program) -> None:
    """C6: what cannot wait is better said on the phone."""
    words = ("--subject", "Sync", "--body", "It stopped", "--urgent", "--as", ANA)
    assert "pscli contact callback" in peopled.ok("contact", "submit", *words).err
