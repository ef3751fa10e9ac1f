"""Exports: the same bytes on every backend, read back as exactly what was written (I5, K2, K5)."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pscli.codec import ascii_json, plain
from pscli.desk.exports import export_desk, export_tickets
from pscli.desk.people import add_person
from pscli.desk.queue import answer_ticket, list_queue, take_ticket
from pscli.desk.requests import submit_request
from pscli.desk.teams import create_team
from pscli.desk.tickets import list_tickets
from pscli.models.exports import Chunk, Form
from pscli.models.people import AdminRole, Product
from pscli.models.record import Page
from pscli.models.tickets import QueuedTicket, StatusFilter, Ticket
from pscli.operation import Backend, Operation
from pscli.problems import InvalidValue, NotAllowed, NotEntitled
from tests.many import write_tickets
from tests.world import AGENT, ANA, BEN, MIA, OTTO, SALES, World

TEAMS = ("Acme", "=SUM(A1)", 'Say "hi", ok', "日本支店 😀")


def text_of(backend: Backend, operation: Operation[..., Chunk], form: Form, **asked: Any) -> str:
    """Every chunk of an export, one after the other."""
    text, cursor = "", None
    while True:
        chunk = operation(backend, form=form, cursor=cursor, **asked)
        assert chunk.text.count("\n") >= chunk.lines
        assert chunk.lines <= asked.get("limit", 2000)
        text += chunk.text
        cursor = chunk.next
        if cursor is None:
            return text


def everything(backend: Backend, operation: Operation[..., Page[Any]], **asked: Any) -> list[Any]:
    """Every page of a list, one after the other."""
    page = operation(backend, limit=1000, **asked)
    assert page.next is None
    return list(page.items)


def cells(record: Ticket) -> list[str]:
    """What a CSV row of a record should hold, said once more and in Python."""
    row = []
    for value in plain(record).values():
        text = value if isinstance(value, str) else "" if value is None else ascii_json(value)
        risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        row.append(f"'{text}" if risky else text)
    return row


def read_csv(text: str) -> list[list[str]]:
    """The rows of a CSV text, line ends inside cells as they are."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def check_own(backend: Backend, **asked: Any) -> int:
    """Both forms say what the list says, in its order."""
    limit = asked.pop("limit", 2000)
    known = everything(backend, list_tickets, **asked)
    as_csv = text_of(backend, export_tickets, Form.CSV, limit=limit, **asked)
    assert read_csv(as_csv) == [cells(ticket) for ticket in known]
    as_json = text_of(backend, export_tickets, Form.JSONL, limit=limit, **asked)
    assert as_json == "".join(f"{ascii_json(ticket)}\n" for ticket in known)
    return len(known)


@pytest.fixture
def busy(world: World) -> World:
    """Tickets of four teams, some answered, some taken, some solved, some without a promise."""
    for n, name in enumerate(TEAMS[1:]):
        create_team(world.operator, name, products=[Product.DASH])
        email = f"=p{n}@team.example"
        add_person(world.operator, name, email, role=AdminRole.TEAM)
        submit_request(world.acting_as(email), f"From {name}", "x", product=Product.DASH)
    ana, agent = world.acting_as(ANA), world.acting_as(AGENT)
    for n in range(9):
        world.clock.pass_(minutes=n % 3)
        submit_request(ana, f"-{n}", "x", issue_type=["sync", "other"][n % 2], urgent=n % 4 == 0)
    answer_ticket(agent, "Acme", 1, "y")
    answer_ticket(agent, "Acme", 2, "y", solve=True)
    take_ticket(agent, "Acme", 3)
    submit_request(world.acting_as(BEN), "Ben's", "x")
    return world


def test_own_tickets_are_those_of_the_list(busy: World) -> None:
    """K2, K5: the same filters and order, chunk by chunk, and nobody else's tickets."""
    ana = busy.acting_as(ANA)
    middle = list_tickets(ana, limit=5).items[-1].created_at
    for asked, count in (
        ({}, 9),
        ({"status": [StatusFilter.SOLVED]}, 1),
        ({"status": [StatusFilter.UNSOLVED], "issue_type": "sync"}, 5),
        ({"since": middle, "language": "en"}, 5),
        ({"until": middle, "product": Product.DROPBOX}, 4),
        ({"product": Product.DASH}, 0),
    ):
        for limit in (1, 4, 2000):
            assert check_own(ana, limit=limit, **asked) == count
    assert check_own(busy.acting_as(BEN)) == 1


def test_a_list_and_an_export_go_on_after_each_other(busy: World) -> None:
    """K5: a cursor is a place in the order, whoever made it."""
    ana = busy.acting_as(ANA)
    page = list_tickets(ana, limit=4)
    chunk = export_tickets(ana, form=Form.JSONL, cursor=page.next, limit=2)
    rest = list_tickets(ana, cursor=chunk.next).items
    exported = [json.loads(line)["number"] for line in chunk.text.splitlines()]
    numbers = [*(t.number for t in page.items), *exported, *(t.number for t in rest)]
    assert numbers == list(range(9, 0, -1))


def test_tickets_that_arrive_move_no_place(busy: World) -> None:
    """K5: newer ones stand before the first chunk; the others come once."""
    ana = busy.acting_as(ANA)
    first = export_tickets(ana, form=Form.CSV, limit=5)
    submit_request(ana, "New", "x")
    second = export_tickets(ana, form=Form.CSV, limit=5, cursor=first.next)
    numbers = [int(row[0]) for row in read_csv(first.text + second.text)]
    assert numbers == list(range(9, 0, -1))


def test_the_whole_desk(busy: World) -> None:
    """I5, A3: every ticket once, by team and number, with its team's name and owner."""
    statuses = [StatusFilter.UNSOLVED, StatusFilter.SOLVED]
    queue: list[QueuedTicket] = everything(busy.acting_as(AGENT), list_queue, status=statuses)
    order = [*TEAMS[:1], "Other", *TEAMS[1:]]
    known = sorted(queue, key=lambda ticket: (order.index(ticket.team), ticket.number))
    assert len(known) == 13
    for limit in (1, 5, 2000):
        as_json = text_of(busy.operator, export_desk, Form.JSONL, limit=limit)
        assert as_json == "".join(f"{ascii_json(ticket)}\n" for ticket in known)
        as_csv = text_of(busy.operator, export_desk, Form.CSV, limit=limit)
        assert read_csv(as_csv) == [cells(ticket) for ticket in known]
    first = export_desk(busy.operator, form=Form.CSV, limit=5)
    assert (first.lines, first.total) == (5, 13)
    assert export_desk(busy.operator, form=Form.CSV, cursor=first.next).total is None


def test_an_empty_export_has_no_lines(world: World) -> None:
    """I5: nothing is no failure."""
    chunk = export_desk(world.operator, form=Form.CSV)
    assert (chunk.text, chunk.lines, chunk.total, chunk.next) == ("", 0, 0, None)
    assert export_tickets(world.acting_as(ANA), form=Form.JSONL).text == ""


def test_who_may_export(world: World) -> None:
    """A3, E8: the whole desk is for operators, one's own tickets for whom the Hub is open."""
    for email in (ANA, MIA, AGENT, SALES):
        with pytest.raises(NotAllowed):
            export_desk(world.acting_as(email), form=Form.CSV)
    with pytest.raises(NotEntitled):
        export_tickets(world.acting_as(OTTO), form=Form.CSV)
    for email in (MIA, AGENT):
        with pytest.raises(NotAllowed):
            export_tickets(world.acting_as(email), form=Form.CSV)


@pytest.mark.parametrize("cursor", ["00", "nonsense", b"desk|x|1".hex(), b"desk|1".hex()])
def test_a_foreign_cursor_is_refused(world: World, cursor: str) -> None:
    """K5: what we did not make is no place."""
    with pytest.raises(InvalidValue):
        export_desk(world.operator, form=Form.CSV, cursor=cursor)
    with pytest.raises(InvalidValue):
        export_tickets(world.acting_as(ANA), form=Form.CSV, cursor=cursor)


# Everything that a subject may hold, and often what has a meaning to CSV, JSON, SQL or a terminal.
_HOSTILE = (
    "\",'\n\r\t=+-@;|\\/%{}:s\x01\x08\x0b\x0c\x1b\x1f\x7f\x80\x9f\u00a0\u2028\ufeff"
    "日本語😀\U0010ffff"
)
SUBJECTS = st.text(
    st.sampled_from(_HOSTILE) | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    min_size=1,
    max_size=30,
)


def subjects_in(world: World) -> Iterator[str]:
    """The subjects that an export says, read from JSON."""
    for line in text_of(world.acting_as(ANA), export_tickets, Form.JSONL).splitlines():
        assert line.isascii()
        assert line.isprintable()
        yield json.loads(line)["subject"]


EXAMPLES: list[str] = [
    "=1+1", "+1", "-1", "@x", "\tx", "\rx", "\r", "a\rb", "a\r\nb", "\n", '"', '""', 'a"b,c', "'=x",
    "%s", "%%", "%(a)s", ":name", "\\", "\\n", "{}", "\x7f", "\x9b31m", "日本語😀", "\u2028",
    "\ufeffx",     "x" * 200, "".join(map(chr, range(1, 128))), "".join(map(chr, range(128, 300))),
]  # fmt: skip


def check_subjects(world: World, subjects: list[str]) -> None:
    """They come back exactly, from both forms; the texts are those that Python would make."""
    write_tickets(world.database, subjects)
    assert check_own(world.acting_as(ANA), limit=7) == len(subjects)
    assert list(subjects_in(world)) == subjects[::-1]
    risky = ("=", "+", "-", "@", "\t", "\r")
    rows = read_csv(text_of(world.acting_as(ANA), export_tickets, Form.CSV))
    assert [row[1] for row in rows] == [
        f"'{subject}" if subject.startswith(risky) else subject for subject in subjects[::-1]
    ]
    quoted = text_of(world.operator, export_desk, Form.CSV)
    for number, (subject, row) in enumerate(zip(subjects, rows[::-1], strict=True), start=1):
        assert f'{number},"{row[1].replace(chr(34), chr(34) * 2)}",open,' in quoted, subject


def test_hostile_subjects_come_back(world: World) -> None:
    """I5: each of those that broke an export somewhere."""
    check_subjects(world, EXAMPLES)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(subjects=st.lists(SUBJECTS, min_size=1, max_size=25))
def test_any_subject_comes_back(world: World, subjects: list[str]) -> None:
    """I5: the database quotes as the csv module and the JSON encoder read; on every backend."""
    check_subjects(world, subjects)
