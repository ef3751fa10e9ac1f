"""A person's own tickets, alike on every backend."""

import pytest

from pscli.desk.queue import answer_ticket
from pscli.desk.requests import reply_ticket, solve_ticket, submit_request
from pscli.desk.tickets import list_tickets, show_ticket
from pscli.models.tickets import ClockState, Status
from pscli.problems import NotFound, StateForbids
from tests.world import AGENT, ANA, BEN, World


def test_a_request_is_a_ticket_with_a_promise(world: World) -> None:
    """C2, E3: number and due instant come at once."""
    ticket = submit_request(world.acting_as(ANA), "Sync", "It stopped; 100% :broken").record
    assert (ticket.number, ticket.status) == (1, Status.OPEN)
    assert ticket.promise is not None
    assert ticket.promise.rules == ["E3"]
    assert ticket.due_at == world.clock.now.replace(hour=16)


def test_an_answer_keeps_the_promise(world: World) -> None:
    """S1, S2: a representative's public reply answers, and the customer sees it."""
    number = submit_request(world.acting_as(ANA), "Sync", "It stopped").record.number
    world.clock.pass_(hours=1)
    answer_ticket(world.acting_as(AGENT), "Acme", number, "Try again")
    thread = show_ticket(world.acting_as(ANA), number)
    assert thread.status is Status.PENDING
    assert [message.body for message in thread.messages] == ["It stopped", "Try again"]
    assert [promise.state for promise in thread.promises] == [ClockState.MET]


def test_others_tickets_do_not_exist(world: World) -> None:
    """K2: a colleague's number and a missing one answer alike, whatever is wanted of it."""
    ana = world.acting_as(ANA)
    number = submit_request(world.acting_as(BEN), "His", "x").record.number
    for wanted in (show_ticket, solve_ticket, lambda who, asked: reply_ticket(who, asked, "Mine")):
        answers = []
        for asked in (number, number + 1):
            with pytest.raises(NotFound) as refusal:
                wanted(ana, asked)
            answers.append(refusal.value.message.replace(str(asked), "N"))
        assert answers[0] == answers[1]


def test_a_solved_ticket_takes_no_replies(world: World) -> None:
    """K3: the refusal names the command that opens a follow-up."""
    ana = world.acting_as(ANA)
    number = submit_request(ana, "Sync", "x").record.number
    solve_ticket(ana, number)
    with pytest.raises(StateForbids) as refusal:
        reply_ticket(ana, number, "late")
    assert refusal.value.hint == f"Open a follow-up: pscli contact submit --follows {number}"


def test_a_list_shows_only_your_own(world: World) -> None:
    """K2: whatever the role."""
    submit_request(world.acting_as(ANA), "Mine", "x")
    submit_request(world.acting_as(BEN), "His", "x")
    assert [ticket.subject for ticket in list_tickets(world.acting_as(ANA)).items] == ["Mine"]
