"""The representatives' queue: its order, its owners, its corrections (A3, K4, S1)."""

import pytest

from pscli.desk.addons import grant_addon
from pscli.desk.people import set_person
from pscli.desk.queue import (
    answer_ticket,
    assign_ticket,
    list_queue,
    note_ticket,
    release_ticket,
    retype_ticket,
    settle_ticket,
    show_case,
    take_ticket,
)
from pscli.desk.requests import submit_request
from pscli.desk.tickets import list_tickets, show_ticket
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import AdminRole, Product
from pscli.models.tickets import Status, StatusFilter
from pscli.operation import Backend
from pscli.problems import InvalidValue, NotFound, StateForbids
from tests.world import AGENT, AGENT2, ANA, BEN, MIA, OTTO, World


def queued(backend: Backend, limit: int = 2, **asked: object) -> list[tuple[str, int]]:
    """Team and number of what waits, page after page."""
    page = backend.perform(list_queue, {"limit": limit, **asked})
    found = [(ticket.team, ticket.number) for ticket in page.items]
    while page.next:
        page = backend.perform(list_queue, {"limit": limit, "cursor": page.next, **asked})
        found += [(ticket.team, ticket.number) for ticket in page.items]
    return found


def test_the_soonest_due_comes_first(world: World) -> None:
    """S1, A3: of all teams; those without a promise by age, after the others."""
    submit_request(world.acting_as(OTTO), "No promise", "x", product=Product.DASH)
    submit_request(world.acting_as(ANA), "Due at four", "x")
    world.clock.pass_(minutes=5)
    submit_request(world.acting_as(OTTO), "No promise", "x", product=Product.DASH)
    grant_addon(world.operator, "Other", AddonProduct.DROPBOX, Edition.ENHANCED)
    submit_request(world.acting_as(OTTO), "Due at one", "x", product=Product.DROPBOX)
    submit_request(world.acting_as(MIA), "Due at five past four", "x")
    agent = world.acting_as(AGENT)
    expected = [("Other", 3), ("Acme", 1), ("Acme", 2), ("Other", 1), ("Other", 2)]
    assert queued(agent) == expected
    assert queued(agent, product="dash") == [("Other", 1), ("Other", 2)]
    assert queued(agent, team="Acme") == [("Acme", 1), ("Acme", 2)]


def test_the_queue_holds_what_is_not_solved(world: World) -> None:
    """K1: unless solved ones are asked for."""
    for _ in range(3):
        submit_request(world.acting_as(ANA), "Sync", "x")
    agent = world.acting_as(AGENT)
    answer_ticket(agent, "Acme", 1, "y")
    answer_ticket(agent, "Acme", 2, "y", solve=True)
    assert queued(agent) == [("Acme", 3), ("Acme", 1)]
    assert queued(agent, status=["solved"]) == [("Acme", 2)]
    assert queued(agent, status=["pending"]) == [("Acme", 1)]
    assert queued(agent, mine=True) == [("Acme", 1)]
    assert queued(agent, unassigned=True) == [("Acme", 3)]


def test_a_ticket_has_one_owner(world: World) -> None:
    """A3: taken by one, refused to the other until it is released or given away."""
    submit_request(world.acting_as(ANA), "Sync", "x")
    first, second = world.acting_as(AGENT), world.acting_as(AGENT2)
    assert take_ticket(first, "Acme", 1).changed
    assert not take_ticket(first, "Acme", 1).changed
    for refused in (take_ticket, release_ticket):
        with pytest.raises(StateForbids):
            refused(second, "Acme", 1)
    assert release_ticket(first, "Acme", 1).record.assignee is None
    assert take_ticket(second, "Acme", 1).record.assignee == AGENT2
    assert assign_ticket(second, "Acme", 1, AGENT.upper()).record.assignee == AGENT
    with pytest.raises(NotFound):
        assign_ticket(second, "Acme", 1, ANA)


def test_an_answer_takes_what_nobody_owns(world: World) -> None:
    """K4: a public reply sets pending and shows; a note shows to representatives only."""
    submit_request(world.acting_as(ANA), "Sync", "x")
    note_ticket(world.acting_as(AGENT2), "Acme", 1, "Known problem")
    ticket = answer_ticket(world.acting_as(AGENT), "Acme", 1, "y", links=["https://x.example/1"])
    assert (ticket.record.assignee, ticket.record.status) == (AGENT, Status.PENDING)
    case = show_case(world.acting_as(AGENT2), "Acme", 1)
    assert [(each.body, each.internal) for each in case.messages] == [
        ("x", False), ("Known problem", True), ("y", False),
    ]  # fmt: skip
    assert case.messages[2].links == ["https://x.example/1"]
    thread = show_ticket(world.acting_as(ANA), 1)
    assert [message.body for message in thread.messages] == ["x", "y"]


def test_a_note_leaves_no_trace_for_the_customer(world: World) -> None:
    """K4: not even the time of the last change."""
    submit_request(world.acting_as(ANA), "Sync", "x")
    before = show_ticket(world.acting_as(ANA), 1)
    world.clock.pass_(minutes=1)
    note_ticket(world.acting_as(AGENT), "Acme", 1, "Known problem")
    assert show_ticket(world.acting_as(ANA), 1) == before


def test_what_is_answered_can_be_solved(world: World) -> None:
    """K4, S4: either side can solve; what is solved stays so and takes no answer (K3)."""
    submit_request(world.acting_as(ANA), "Sync", "x")
    agent = world.acting_as(AGENT)
    answer_ticket(agent, "Acme", 1, "y")
    assert settle_ticket(agent, "Acme", 1).record.status is Status.SOLVED
    assert not settle_ticket(agent, "Acme", 1).changed
    with pytest.raises(StateForbids):
        answer_ticket(agent, "Acme", 1, "z")


def test_what_a_ticket_is_about_can_be_corrected(world: World) -> None:
    """C3, K1: and it is counted where it now belongs."""
    submit_request(world.acting_as(ANA), "Sync", "x")
    agent = world.acting_as(AGENT)
    assert retype_ticket(agent, "Acme", 1, issue_type="sync").record.issue_type == "sync"
    assert not retype_ticket(agent, "Acme", 1, issue_type="sync").changed
    ana = world.acting_as(ANA)
    assert list_tickets(ana, issue_type="sync").total == 1
    assert list_tickets(ana, issue_type="other").total == 0
    for wrong in ({}, {"issue_type": "weather"}):
        with pytest.raises(InvalidValue):
            agent.perform(retype_ticket, {"team": "Acme", "number": 1, **wrong})


def test_a_missing_ticket_or_team_is_not_there(world: World) -> None:
    """K2, A3: by name and number."""
    for team, number in (("Acme", 1), ("Nowhere", 1)):
        with pytest.raises(NotFound):
            show_case(world.acting_as(AGENT), team, number)


def test_whoever_loses_a_role_keeps_their_tickets(world: World) -> None:
    """T4, K2: their colleagues do not get them."""
    submit_request(world.acting_as(BEN), "Mine", "x")
    set_person(world.operator, BEN, member=True)
    set_person(world.operator, MIA, role=AdminRole.SUPPORT)
    assert show_ticket(world.acting_as(BEN), 1).subject == "Mine"
    assert list_tickets(world.acting_as(MIA), status=[StatusFilter.UNSOLVED]).items == []
