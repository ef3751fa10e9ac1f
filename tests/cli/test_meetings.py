"""`pscli consultation`, `pscli meeting` and the representatives' side: words, codes, screens."""

import json
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from pscli.desk.appointments import list_appointments
from pscli.desk.meetings import book_slot, cancel_booking, list_bookings, list_slots
from pscli.models.insights import Scope
from pscli.models.meetings import BookingState, Breach, Brief, Slot
from pscli.models.record import Change, Page
from tests.conftest import Program
from tests.rules.clocks import at
from tests.world import AGENT, ANA, BEN, MIA, OTTO, SALES

from .booked import booked
from .conftest import Draw
from .counted import counted
from .terminals import on_terminal

BOOK = ("consultation", "book", "2026-03-04T10:00Z")
FIELDS = {
    "id", "kind", "product", "team", "state", "starts_at", "ends_at", "zone", "representative",
    "representative_name", "booked_by", "booked_by_name", "booked_at", "changed_at", "sequence",
    "uid",
}  # fmt: skip


def enhance(program: Program) -> None:
    """Give Acme Enhanced."""
    program.ok("support", "grant", "Acme", "enhanced", "--as", SALES, "--yes")


def test_a_consultation_from_the_list_to_its_end(peopled: Program) -> None:
    """E4, Q4: slots, book, show, rebook, cancel; JSON has `changed` beside the fields."""
    as_ana = ("--as", ANA, "-o", "json")
    listed = peopled.ok("consultation", "slots", "--limit", "2", *as_ana).json
    assert listed["total"] == 153
    assert listed["items"][0] == {
        "starts_at": "2026-03-03T12:00:00Z", "ends_at": "2026-03-03T13:00:00Z", "free": 2,
        "zone": "UTC",
    }  # fmt: skip
    made = peopled.ok(*BOOK, *as_ana).json
    assert set(made) == FIELDS | {"changed"}
    assert (made["changed"], made["state"], made["representative"]) == (True, "booked", AGENT)
    shown = peopled.ok("consultation", "show", "--as", BEN, "-o", "json").json
    assert shown == {name: made[name] for name in FIELDS}
    moved = peopled.ok("consultation", "rebook", "2026-03-05T10:00:00Z", *as_ana).json
    assert (moved["uid"], moved["sequence"]) == (made["uid"], 1)
    cancelled = peopled.ok("consultation", "cancel", *as_ana).json
    assert (cancelled["state"], cancelled["changed"]) == ("cancelled", True)
    assert peopled.ok("consultation", "cancel", *as_ana).json["changed"] is False
    piped = peopled.ok("consultation", "list", "--as", ANA).out.splitlines()
    assert piped[0].split("\t")[:3] == ["id", "kind", "product"]
    assert len(piped) == 2


def test_a_time_on_the_readers_clock(peopled: Program) -> None:
    """Q4: 17:00 in Jakarta is 10:00 by UTC; one that comes twice or never needs its offset."""
    jakarta = {"TZ": "Asia/Jakarta"}
    words = ("consultation", "book", "{}", "--as", ANA, "-o", "json")
    made = peopled.ok(*(word.format("2026-03-04T17:00") for word in words), env=jakarta)
    assert made.json["starts_at"] == "2026-03-04T10:00:00Z"
    new_york = {"TZ": "America/New_York"}
    for wrong in (
        "2026-03-08T02:30",
        "2026-11-01T01:30",
        "2026-03-04",
        "tomorrow",
        "9999-12-31T23:00",
    ):
        refused = peopled(*(word.format(wrong) for word in words), env=new_york)
        assert (refused.code, refused.error["field"]) == (2, "instant")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((*BOOK[:2], "2026-03-02T11:00Z", "--as", ANA), 6, "is over"),
        ((*BOOK[:2], "2026-03-03T11:00Z", "--as", ANA), 6, "too soon"),
        ((*BOOK[:2], "2027-03-03T11:00Z", "--as", ANA), 6, "too far away"),
        ((*BOOK[:2], "2026-03-04T10:30Z", "--as", ANA), 2, "No slot begins"),
        ((*BOOK, "--as", MIA), 5, "is for admins (E4)"),
        ((*BOOK, "--as", OTTO), 2, "which one you ask about (E10)"),
        ((*BOOK, "--product", "dash", "--as", OTTO), 7, "none for dash (E4)"),
        ((*BOOK, "--product", "sign", "--as", ANA), 6, "does not own sign"),
        (("consultation", "slots", "--as", OTTO), 7, "comes with an add-on"),
        (("consultation", "show", "--as", ANA), 3, "booked no such consultation"),
        (("consultation", "cancel", "--id", "4", "--as", ANA), 3, "booked no such consultation"),
        (("consultation", "cancel", "--id", "0", "--as", ANA), 2, ""),
        (("meeting", "slots", "--as", ANA), 7, "comes with Enhanced"),
        (("meeting", "brief", "--as", ANA), 7, "comes with Enhanced"),
        (("support", "meetings", "--as", ANA), 5, "representatives"),
        (("support", "brief", "Nobody"), 3, "no team Nobody"),
        (("support", "brief", "Acme", "--quarter", "2026-13"), 2, "names no quarter"),
    ],
)
def test_refusals_have_their_codes(
    peopled: Program, words: tuple[str, ...], code: int, said: str
) -> None:
    """E4, E5, E6, E10, Q4: one sentence and what to do, each with its exit code."""
    refused = peopled(*words, "-o", "json")
    assert refused.code == code, refused.err
    assert said in refused.error["message"]
    assert refused.error["hint"]


def test_a_taken_slot_names_the_next_free_ones(peopled: Program) -> None:
    """Q4: exit 6; the one who books twice is told of the first."""
    enhance(peopled)
    peopled.ok("support", "agents", "remove", "second@desk.example", "--yes")
    peopled.ok(*BOOK, "--as", ANA)
    taken = peopled("meeting", "book", "2026-03-04T10:00Z", "--as", ANA, "-o", "json")
    assert taken.code == 6
    assert taken.error["hint"].startswith("Free: 2026-03-04T11:00:00Z, ")
    again = peopled("consultation", "book", "2026-03-04T11:00Z", "--as", BEN, "-o", "json")
    assert again.code == 6
    assert "is booked for 2026-03-04T10:00:00Z (E4)" in again.error["message"]


def test_a_repeated_key_books_once_and_a_rehearsal_nothing(peopled: Program) -> None:
    """B10: a script that retries gets the first answer; --dry-run says what would be."""
    key = ("--idempotency-key", "k1", "--as", ANA, "-o", "json")
    rehearsed = peopled.ok(*BOOK, "--as", ANA, "--dry-run", "--ics", "none.ics", "-o", "table")
    assert rehearsed.out.startswith("Dry run: The consultation is booked.")
    assert not Path("none.ics").exists()
    first = peopled.ok(*BOOK, *key)
    assert peopled.ok(*BOOK, *key).out == first.out
    assert peopled("consultation", "book", "2026-03-05T10:00Z", *key).code == 8


def test_representatives_see_what_is_to_come(peopled: Program) -> None:
    """Q4, Q5: of all teams; the brief of one, as JSON with its features."""
    enhance(peopled)
    peopled.ok(*BOOK, "--as", ANA)
    peopled.ok("meeting", "book", "2026-03-05T10:00Z", "--as", ANA)
    listed = peopled.ok("support", "meetings", "--as", AGENT, "-o", "json").json
    assert [each["kind"] for each in listed["items"]] == ["consultation", "meeting"]
    assert listed["total"] == 2
    assert len(peopled.ok("support", "meetings", "--mine", "--as", AGENT).out.splitlines()) == 2
    brief = peopled.ok("support", "brief", "Acme", "--as", AGENT, "-o", "json").json
    assert set(brief) == {
        "team", "quarter", "insights", "breaches", "breaches_total", "repeated", "features",
    }  # fmt: skip
    own = peopled.ok("meeting", "brief", "--as", ANA, "-o", "json").json
    assert own == brief
    assert brief["quarter"] == "2026-Q1"


def test_on_a_terminal_the_product_is_asked_for(peopled: Program) -> None:
    """E10, Q4: and the slots, which are the same for all, ask nothing."""
    peopled.ok("support", "grant", "Other", "essentials", "--product", "dash", "--yes")
    shown = on_terminal(peopled, "consultation", "slots", "--limit", "1", "--as", OTTO)
    assert shown.code == 0
    assert shown.lines[1] == "2026-03-03T12:00:00Z  Tue 3 Mar 12:00 to 13:00 UTC     2"
    made = on_terminal(peopled, *BOOK, "--product", "dash", "--as", OTTO)
    assert made.lines[0] == "The consultation is booked."


@pytest.mark.parametrize("width", [40, 80, 120])
def test_slots_and_bookings(draw: Draw, snapshot: SnapshotAssertion, width: int) -> None:
    """Q4: in the reader's zone and the calendar's; what has a name of 60 letters is cut."""
    start = at("2026-03-04 10:00")
    slots = [
        Slot(starts_at=start, ends_at=at("2026-03-04 11:00"), free=n, zone=zone)
        for n, zone in ((2, "UTC"), (11, "America/New_York"), (1, "Asia/Jakarta"))
    ]
    rows = [
        booked(),
        booked(id=12, state=BookingState.CANCELLED, representative_name="N" * 60),
        booked(id=1, state=BookingState.HELD, zone="Asia/Jakarta"),
    ]
    drawn = [
        draw(Page(items=slots, total=3, next=None), width, operation=list_slots),
        draw(Page(items=rows, total=3, next=None), width, operation=list_bookings),
        draw(Page(items=rows, total=3, next=None), width, operation=list_appointments, staff=True),
        draw(Change(record=booked()), width, operation=book_slot),
        draw(Change(record=booked(state=BookingState.CANCELLED)), width, operation=cancel_booking),
    ]
    if width >= 80:
        assert max(len(line) for lines in drawn for line in lines) <= width
    assert "\n\n".join("\n".join(lines) for lines in drawn) == snapshot


def brief(**fields: Any) -> Brief:
    """The brief of a quarter with two broken promises."""
    months = [{"sync": 5, "sharing": 1}, {"sync": 2}, {"sharing": 3}]
    found = counted(months, scope=Scope.TEAM)
    known: dict[str, Any] = {
        "team": "Acme",
        "quarter": "2026-Q1",
        "insights": found,
        "breaches": [
            Breach(
                number=number, issue_type=kind, product="dropbox", edition="enhanced",
                due_at=at("2026-03-02 08:00"), answered_at=answered,
            )
            for number, kind, answered in (
                (1042, "sync", None), (7, "integrations", at("2026-03-02 09:05")),
            )
        ],
        "breaches_total": 2,
        "repeated": found.issue_types[:2],
        "features": [],
    }  # fmt: skip
    return Brief(**{**known, **fields})


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_brief(draw: Draw, snapshot: SnapshotAssertion, width: int) -> None:
    """Q5: figures and trend, broken promises, what repeats; nothing is wider than the screen."""
    lines = draw(brief(), width)
    assert max(map(len, lines)) <= max(width, 50)
    assert "\n".join(lines) == snapshot
    quiet = draw(
        brief(breaches=[], breaches_total=0, repeated=[], features=["Sign", "Paper"]), width
    )
    assert "No promise was broken." in quiet
    assert quiet[-2:] == ["Repeated     nothing", "Hardly used  Sign, Paper"]
    many = draw(brief(breaches_total=312), width)
    assert "Broken promises  312, the newest 2, times in WIB" in many


def test_an_empty_list_says_what_to_do(peopled: Program) -> None:
    """Q4: without representatives no slot is free, and a booking says so."""
    for email in (AGENT, "second@desk.example"):
        peopled.ok("support", "agents", "remove", email, "--yes")
    found = peopled.ok("consultation", "slots", "--as", ANA, "-o", "table")
    assert found.out == "No slot is free.\n"
    refused = peopled(*BOOK, "--as", ANA, "-o", "json")
    assert (refused.code, refused.error["hint"]) == (6, "No slot is free.")
    assert json.loads(peopled.ok("consultation", "list", "--as", ANA, "-o", "json").out) == {
        "items": [], "total": 0, "next": None,
    }  # fmt: skip


def test_an_end_at_once_says_what_it_calls_off(peopled: Program) -> None:
    """B16, E4: in the receipt and in JSON; the team sees that the hour is cancelled."""
    peopled.ok(*BOOK, "--as", ANA)
    revoke = ("support", "revoke", "Acme", "essentials", "--now")
    rehearsed = peopled.ok(*revoke, "--dry-run", "-o", "json")
    assert rehearsed.json["cancelled"] == ["2026-03-04T10:00:00Z"]
    receipt = peopled.ok(*revoke, "--yes", "-o", "table")
    assert "Cancelled" in receipt.out
    assert "2026-03-04" in receipt.out or "4 Mar" in receipt.out
    shown = peopled.ok("consultation", "show", "--as", ANA, "-o", "json")
    assert shown.json["state"] == "cancelled"


def test_nobody_leaves_whose_hour_nobody_can_lead(peopled: Program) -> None:
    """Q4, T6: exit 6 names the hour and what to do; nothing is changed."""
    peopled.ok("support", "agents", "remove", "second@desk.example", "--yes")
    peopled.ok(*BOOK, "--as", ANA)
    refused = peopled("support", "agents", "remove", AGENT, "--yes", "-o", "json")
    assert refused.code == 6
    assert "2026-03-04T10:00:00Z of Acme" in refused.error["message"]
    assert "pscli support agents add EMAIL" in refused.error["hint"]
    assert AGENT in peopled.ok("support", "agents", "list", "--fields", "email").out
