"""Tickets of another system, alike on every backend: once each, in the counts, without promise."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from pscli.codec import encode_json
from pscli.desk.access import RESULT_BYTES
from pscli.desk.addons import grant_addon
from pscli.desk.check import check_desk
from pscli.desk.imports import import_tickets
from pscli.desk.people import list_people
from pscli.desk.queue import answer_ticket, list_queue, show_case
from pscli.desk.requests import submit_request
from pscli.desk.tickets import list_tickets, show_ticket
from pscli.models.addons import AddonProduct, Edition
from pscli.models.imports import ForeignTicket, Refused, RefusedLines
from pscli.models.people import PersonStatus, Product
from pscli.models.tickets import AuthorKind, Channel, Status, StatusFilter
from pscli.operation import Backend
from pscli.problems import InvalidValue, KeyReused, NotAllowed, NotFound
from tests.world import AGENT, ANA, MIA, OTTO, World

LAST_YEAR = datetime(2025, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def boss(world: World) -> Backend:
    """An operator, who is the one that imports."""
    return world.acting_as(None)


def record(number: int, **changed: Any) -> ForeignTicket:
    """A possible record of another system, Ana's and open."""
    plain = ForeignTicket(
        record=str(number),
        line=number,
        requester=ANA,
        subject=f"Old {number}",
        body="It stopped long ago",
        product=Product.DROPBOX,
        issue_type="sync",
        channel=Channel.REQUEST,
        status=Status.OPEN,
        language="en",
        urgent=False,
        created_at=LAST_YEAR + timedelta(hours=number),
        answered_at=None,
        solved_at=None,
    )
    return replace(plain, **changed)


def solved(number: int, **changed: Any) -> ForeignTicket:
    """A possible record that is solved."""
    began = LAST_YEAR + timedelta(hours=number)
    times = {"answered_at": began + timedelta(hours=1), "solved_at": began + timedelta(hours=2)}
    return record(number, **{"status": Status.SOLVED, **times, **changed})


def impossible(number: int) -> ForeignTicket:
    """A record that was solved before its first answer."""
    return solved(number, solved_at=LAST_YEAR + timedelta(hours=number))


def test_records_become_tickets_of_their_requester(world: World, boss: Backend) -> None:
    """K1, K2: numbers count on, lists, counts and search find them as any other ticket."""
    ana = world.acting_as(ANA)
    submit_request(ana, "New", "x")
    batch = [record(1), solved(2), record(3, requester=MIA), record(4, status=Status.PENDING)]
    result = import_tickets(boss, "Acme", "old", batch).record
    assert (result.imported, result.known, result.noted, result.refused) == (4, 0, [], [])
    listed = list_tickets(ana)
    assert [ticket.number for ticket in listed.items] == [1, 5, 3, 2]  # newest first
    assert listed.total == 4
    assert list_tickets(ana, status=[StatusFilter.SOLVED]).total == 1
    assert [t.number for t in list_tickets(ana, search="stopped 2").items] == [3]
    assert list_tickets(ana, search="Old").total == 3
    assert submit_request(ana, "Newer", "x").record.number == 6
    assert check_desk(world.operator).findings == []


def test_a_solved_ticket_keeps_its_course(world: World, boss: Backend) -> None:
    """K1, S2: its instants are theirs; what nobody promised has no promise."""
    import_tickets(boss, "Acme", "old", [solved(2), solved(3, solved_at=None)])
    first, second = (show_ticket(world.acting_as(ANA), number) for number in (1, 2))
    assert (first.created_at, first.solved_at) == (solved(2).created_at, solved(2).solved_at)
    assert first.updated_at == first.solved_at
    assert second.solved_at == solved(3).answered_at
    assert (first.promise, first.promises, first.due_at) == (None, [], None)
    message = first.messages[0]
    assert (message.author, message.author_kind, message.body) == (
        ANA,
        AuthorKind.CUSTOMER,
        "It stopped long ago",
    )


def test_an_open_ticket_is_in_the_queue_without_a_promise(world: World, boss: Backend) -> None:
    """E9, S1, S6: history is promised nothing, until an edition comes; an answer ends its clock."""
    import_tickets(boss, "Acme", "old", [record(1)])
    agent = world.acting_as(AGENT)
    assert [(t.number, t.due_at) for t in list_queue(agent).items] == [(1, None)]
    grant_addon(world.operator, "Acme", AddonProduct.DROPBOX, Edition.ENHANCED)
    due = list_queue(agent).items[0].due_at
    assert due == world.clock.now + timedelta(hours=1)
    answer_ticket(agent, "Acme", 1, "Here at last")
    assert show_ticket(world.acting_as(ANA), 1).status is Status.PENDING
    assert check_desk(world.operator).findings == []


def test_the_same_records_again_change_nothing(world: World, boss: Backend) -> None:
    """B10: with another key, in another order, within one batch; but another source is another."""
    import_tickets(boss, "Acme", "old", [record(1), record(2)])
    again = import_tickets(boss, "Acme", "old", [record(2), record(3), record(1), record(3)])
    assert (again.record.imported, again.record.known, again.changed) == (1, 3, True)
    nothing = import_tickets(boss, "Acme", "old", [record(3, subject="Renamed")])
    assert (nothing.record.imported, nothing.record.known, nothing.changed) == (0, 1, False)
    assert import_tickets(boss, "Acme", "other", [record(1)]).record.imported == 1
    assert list_tickets(world.acting_as(ANA)).total == 4


def test_a_key_is_one_batch(world: World, boss: Backend) -> None:
    """B10: the first result comes back; another batch under the same key is refused."""
    batch = import_tickets.bind("Acme", "old", [record(1)])
    first = boss.perform(import_tickets, batch, "i-1")
    assert boss.perform(import_tickets, batch, "i-1") == first
    with pytest.raises(KeyReused):
        boss.perform(import_tickets, import_tickets.bind("Acme", "old", [record(2)]), "i-1")


def test_the_impossible_comes_with_a_note_or_not_at_all(world: World, boss: Backend) -> None:
    """S1, K4: the note is the system's, for representatives only; `strict` refuses the line."""
    batch = [solved(1), impossible(2)]
    strict = import_tickets(boss, "Acme", "old", batch, strict=True).record
    assert strict.refused == [RefusedLines(reason=Refused.IMPOSSIBLE, lines=[2])]
    assert (strict.imported, strict.noted) == (1, [])
    kept = import_tickets(boss, "Acme", "old", batch).record
    assert (kept.imported, kept.known, kept.noted) == (1, 1, [2])
    notes = show_case(world.acting_as(AGENT), "Acme", 2).messages
    assert [(note.author_kind, note.internal) for note in notes] == [
        (AuthorKind.CUSTOMER, False),
        (AuthorKind.SYSTEM, True),
    ]
    assert "record 2" in notes[1].body
    assert "solved at 2025-05-01T14:00:00Z, before the first answer" in notes[1].body
    assert len(show_ticket(world.acting_as(ANA), 2).messages) == 1


def test_strangers_and_the_future_are_refused_line_by_line(world: World, boss: Backend) -> None:
    """K2: a requester of another team or of none is no requester here."""
    ahead = world.clock.now + timedelta(seconds=1)
    batch = [
        record(1, requester=OTTO),
        record(2, requester="nobody@acme.example"),
        record(3, created_at=ahead),
        record(4, requester=ANA.upper()),
        record(5, created_at=world.clock.now),
    ]
    result = import_tickets(boss, "Acme", "old", batch).record
    assert {group.reason: group.lines for group in result.refused} == {
        Refused.STRANGER: [1, 2],
        Refused.FUTURE: [3],
    }
    assert (result.imported, list_tickets(world.acting_as(ANA)).total) == (2, 2)
    assert not import_tickets(boss, "Acme", "old", batch[:3]).changed


def test_without_a_requester_nobody_can_act_on_them(world: World, boss: Backend) -> None:
    """T5, E2: they belong to one suspended person of the team, made once."""
    for number in (1, 2):
        import_tickets(boss, "Acme", "old", [record(number, requester=None)])
    people = list_people(world.operator, "Acme")
    made = people.items[-1]
    assert (people.total, made.status, made.role) == (5, PersonStatus.SUSPENDED, None)
    assert made.email.endswith(".invalid")
    case = show_case(world.acting_as(AGENT), "Acme", 2)
    assert case.requester == made.email
    with pytest.raises(NotAllowed):
        submit_request(world.acting_as(made.email), "S", "x")
    import_tickets(boss, "Other", "old", [record(1, requester=None)])
    assert check_desk(world.operator).findings == []


def test_the_result_of_the_largest_batch_is_small(world: World, boss: Backend) -> None:
    """B10: a result is kept with its key, so it stays under 16 KiB; one record more is refused."""
    batch = [replace(impossible(n), line=10**12 - n) for n in range(500)]
    result = import_tickets(boss, "Acme", "old", batch)
    assert len(result.record.noted) == 500
    assert len(encode_json(result)) < RESULT_BYTES
    assert check_desk(world.operator).findings == []
    with pytest.raises(InvalidValue):
        import_tickets(boss, "Acme", "old", [record(n) for n in range(501)])
    with pytest.raises(InvalidValue):
        import_tickets(boss, "Acme", "old", [])


def test_a_dry_run_keeps_nothing(world: World, boss: Backend) -> None:
    """Every change takes a dry run."""
    arguments = import_tickets.bind("Acme", "old", [record(1)])
    assert boss.perform(import_tickets, arguments, dry_run=True).record.imported == 1
    assert list_tickets(world.acting_as(ANA)).total == 0


def test_only_operators_import(world: World, boss: Backend) -> None:
    """T6: neither the team's own admins nor other representatives; an unknown team is told."""
    for email in (ANA, AGENT):
        with pytest.raises(NotAllowed):
            import_tickets(world.acting_as(email), "Acme", "old", [record(1)])
    with pytest.raises(NotFound):
        import_tickets(boss, "Nobody", "old", [record(1)])


@pytest.mark.parametrize(
    "changed",
    [{"issue_type": "nonsense"}, {"body": " "}, {"subject": " "}, {"body": "é" * 32769}],
)
def test_a_batch_keeps_the_rules_of_any_ticket(
    world: World, boss: Backend, changed: dict[str, Any]
) -> None:
    """C3, K1: a record that no request could be refuses the whole batch."""
    with pytest.raises(InvalidValue):
        import_tickets(boss, "Acme", "old", [record(1), record(2, **changed)])
    assert list_tickets(world.acting_as(ANA)).total == 0
