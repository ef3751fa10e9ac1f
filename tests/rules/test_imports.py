"""Records of another system, read by a map: what becomes of each field, and what is refused."""

from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest

from pscli.models.imports import ForeignTicket, ImportMap, Refused
from pscli.models.people import Product
from pscli.models.tickets import Channel, Status
from pscli.problems import InvalidValue
from pscli.rules.imports import contradiction, foreign_ticket, parse_map, refusal

ISSUE_TYPES = ["sync", "billing", "other"]
SHIPPED = (files("pscli") / "import_map.toml").read_text("utf-8")
LEAST = """
source = "old"
record = {from = "id"}
subject = {from = "title"}
body = {from = "text"}
status = {from = "state"}
created_at = {from = ["opened"]}
"""
RECORD = {"id": 7, "title": "Sync", "text": "It stopped", "state": "open", "opened": "2025-01-02"}
SHIPPED_RECORD = {
    "id": 1,
    "subject": "Product setup",
    "body": "It does not start.",
    "category": "Billing inquiry",
    "product": "GoPro Hero",
    "priority": "critical",
    "channel": "phone",
    "status": "closed",
    "purchase_date": "2021-03-22",
    "first_response_at": "2023-06-01 12:15:36",
    "resolved_at": "2023-06-01 18:05:38",
    "satisfaction": 3,
    "language": "en",
}


def a_map(*lines: str) -> ImportMap:
    """The least map, with these lines instead of its own for the same field."""
    named = {line.split(" =")[0]: line for line in [*LEAST.strip().splitlines(), *lines]}
    return parse_map("\n".join(named.values()), "m.toml", ISSUE_TYPES)


def read(map_: ImportMap, **changed: Any) -> ForeignTicket:
    """The record with these fields as the map reads it."""
    return foreign_ticket({**RECORD, **changed}, 1, map_, ISSUE_TYPES)


def shipped(**changed: Any) -> ForeignTicket:
    """A record in the shape that the shipped map is for."""
    map_ = parse_map(SHIPPED, "shipped", ISSUE_TYPES)
    return foreign_ticket({**SHIPPED_RECORD, **changed}, 3, map_, ISSUE_TYPES)


def test_the_shipped_map_reads_its_shape() -> None:
    """C1, C3, K1: every field of theirs that has a place with us."""
    assert shipped() == ForeignTicket(
        record="1",
        line=3,
        requester=None,
        subject="Product setup",
        body="It does not start.",
        product=Product.DROPBOX,
        issue_type="billing",
        channel=Channel.CALLBACK,
        status=Status.SOLVED,
        language="en",
        urgent=True,
        created_at=datetime(2023, 6, 1, 12, 15, 36, tzinfo=UTC),
        answered_at=datetime(2023, 6, 1, 12, 15, 36, tzinfo=UTC),
        solved_at=datetime(2023, 6, 1, 18, 5, 38, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("theirs", "value", "ours", "expected"),
    [
        ("channel", "email", "channel", "request"),
        ("channel", "social media", "channel", "request"),
        ("channel", "chat", "channel", "chat"),
        ("status", "pending customer response", "status", "pending"),
        ("status", "Open", "status", "open"),
        ("priority", "high", "urgent", False),
        ("priority", None, "urgent", False),
        ("category", "Product inquiry", "issue_type", "other"),
        ("category", "Technical issue", "issue_type", "sync"),
        ("product", "dash", "product", "dash"),
        ("language", "", "language", "en"),
        ("language", "fr", "language", "en"),
        ("first_response_at", None, "answered_at", None),
    ],
)
def test_words_are_translated(theirs: str, value: Any, ours: str, expected: Any) -> None:
    """C1, C3, J1: by the map's table, as they are where they are ours, else as the default."""
    assert getattr(shipped(**{theirs: value}), ours) == expected


def test_the_beginning_is_the_earliest_instant_that_is_known() -> None:
    """Without a date of creation: the first answer or the solution, else the map's fixed date."""
    early = "2023-05-31 09:00:00"
    assert shipped(resolved_at=early).created_at == datetime(2023, 5, 31, 9, tzinfo=UTC)
    nothing = shipped(first_response_at=None, resolved_at=None, status="open")
    assert nothing.created_at == datetime(2023, 6, 1, tzinfo=UTC)


def test_instants_have_the_maps_zone_unless_they_say_their_own() -> None:
    """H3: a wall clock without an offset is read in the zone of the map, whole seconds in UTC."""
    map_ = a_map('timezone = "Asia/Tokyo"')
    assert read(map_).created_at == datetime(2025, 1, 1, 15, tzinfo=UTC)
    said = read(map_, opened="2025-01-02T03:04:05.678+02:00").created_at
    assert said == datetime(2025, 1, 2, 1, 4, 5, tzinfo=UTC)


def test_the_least_map_fills_in_the_rest() -> None:
    """Fields that the map does not name are those of a plain request in English."""
    ticket = read(a_map())
    assert (ticket.record, ticket.product, ticket.issue_type) == ("7", "dropbox", "other")
    assert (ticket.channel, ticket.language, ticket.urgent) == ("request", "en", False)
    assert (ticket.requester, ticket.answered_at, ticket.solved_at) == (None, None, None)


def test_a_requester_may_be_named() -> None:
    """K2: a ticket belongs to whom the record names, else to whom the map does."""
    map_ = a_map('requester = {from = "who", default = "ana@acme.example"}')
    assert read(map_, who="ben@acme.example").requester == "ben@acme.example"
    assert read(map_, who="").requester == "ana@acme.example"
    with pytest.raises(InvalidValue, match="requester"):
        read(map_, who="somebody")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": None}, "record"),
        ({"id": ""}, "record"),
        ({"id": "x" * 201}, "record"),
        ({"id": [1]}, "id holds no text"),
        ({"title": "x" * 201}, "subject"),
        ({"title": " "}, "subject"),
        ({"title": "a\x00b"}, "subject"),
        ({"text": None}, "body"),
        ({"text": " \n"}, "text is empty"),
        ({"text": "é" * 32769}, "65,538 bytes"),
        ({"state": None}, "status"),
        ({"state": "waiting"}, "“waiting” is no status"),
        ({"opened": None}, "created_at"),
        ({"opened": "yesterday"}, "“yesterday” is no date"),
        ({"opened": 1700000000}, "is no date"),
        ({"opened": "0001-01-01T00:00:00+14:00"}, "outside the calendar"),
    ],
)
def test_a_record_that_makes_no_ticket_is_refused(changed: dict[str, Any], said: str) -> None:
    """K1: a missing, unknown or oversized value is told by the name of the field."""
    with pytest.raises(InvalidValue, match=said):
        read(a_map(), **changed)


@pytest.mark.parametrize("plain", [[], "text", 7, None, True])
def test_what_is_no_record_is_refused(plain: Any) -> None:
    """A line that holds no object is no ticket."""
    with pytest.raises(InvalidValue, match="no record"):
        foreign_ticket(plain, 1, a_map(), ISSUE_TYPES)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("source = [", "not valid TOML"),
        ('source = "Two Words"', "source"),
        ("record = {}", "record: no field"),
        ("record = {default = '1'}", "record: no field"),
        ("subject = {}", "subject: no field"),
        ("status = {from = 's', values = {shut = 'closed'}}", "status: “closed”"),
        ("channel = {default = 'fax'}", "channel: “fax”"),
        ("issue_type = {default = 'nonsense'}", "issue_type: “nonsense”"),
        ("urgent = {from = 'p', values = {critical = 'yes'}}", "urgent: “yes”"),
        ("created_at = {default = 'soon'}", "created_at: “soon”"),
        ("timezone = 'Mars/Base'", "Mars/Base"),
        ("priority = {from = 'p'}", "priority is unknown"),
        ("product = {form = 'p'}", "product.form is unknown"),
        ("body = 'text'", "body"),
    ],
)
def test_a_wrong_map_is_refused_whole(line: str, said: str) -> None:
    """P1: as a wrong policy is, with the place and the reason."""
    with pytest.raises(InvalidValue, match=r"m\.toml") as refused:
        a_map(line)
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, None),
        ({"resolved_at": "2023-06-01 12:15:36"}, None),
        ({"resolved_at": "2023-06-01 12:15:35"}, "before the first answer"),
        ({"status": "open"}, "is open"),
        ({"resolved_at": None}, None),
        ({"first_response_at": None}, None),
    ],
)
def test_what_cannot_have_been(changed: dict[str, Any], said: str | None) -> None:
    """S1, K1: solved before the first answer, or solved and yet open."""
    found = contradiction(shipped(**changed))
    assert (found is None) if said is None else (said in (found or ""))


def test_nothing_is_answered_before_it_began() -> None:
    """S1: an answer that is older than its question contradicts it."""
    map_ = a_map('answered_at = {from = ["answered"]}')
    assert "before it was created" in (contradiction(read(map_, answered="2025-01-01")) or "")


def test_contradictions_are_refused_only_strictly_and_the_future_always() -> None:
    """S1: history may be wrong, but it is not ahead of the clock."""
    wrong = shipped(resolved_at="2023-05-31 00:00:00")
    now = datetime(2024, 1, 1, tzinfo=UTC)
    assert refusal(wrong, now, strict=False) is None
    assert refusal(wrong, now, strict=True) is Refused.IMPOSSIBLE
    assert refusal(shipped(), now, strict=True) is None
    assert refusal(shipped(), datetime(2023, 6, 1, tzinfo=UTC), strict=False) is Refused.FUTURE
