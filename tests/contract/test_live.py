"""Chats and callbacks, alike on every backend."""

import pytest

from pscli.desk.callbacks import (
    cancel_callback,
    list_callbacks,
    record_call,
    request_callback,
    show_callback,
    take_callback,
)
from pscli.desk.chat_records import list_chats, look, read_chat
from pscli.desk.chats import attend_chat, end_chat, join_chat, open_chat, say_line
from pscli.desk.queue import list_queue
from pscli.desk.tickets import list_requests, show_ticket
from pscli.models.live import CallbackState, ChatState, Outcome
from pscli.models.people import Product
from pscli.models.tickets import Channel, ClockState, Status
from pscli.problems import InvalidValue, NotAllowed, NotFound, OutsideHours, StateForbids
from tests.world import AGENT, AGENT2, ANA, BEN, MIA, OTTO, World

JAKARTA = "+62 812-3456-7890"


def test_a_chat_is_kept_as_a_ticket_that_both_find(world: World) -> None:
    """C4, S5: lines in order, joining answers, the transcript is the ticket's correspondence."""
    ana, agent = world.acting_as(ANA), world.acting_as(AGENT)
    chat = open_chat(ana).record
    assert (chat.state, chat.place) == (ChatState.WAITING, 1)
    say_line(ana, chat.id, "It stopped")
    world.clock.pass_(minutes=2)
    assert [each.id for each in list_chats(agent).items] == [chat.id]
    assert join_chat(agent).record.state is ChatState.LIVE
    say_line(agent, chat.id, "Which version?")
    say_line(ana, chat.id, "4.1")
    lines = read_chat(ana, chat.id).lines
    said = [line.body for line in lines if line.author_kind != "system"]
    assert said == ["It stopped", "Which version?", "4.1"]
    assert [line.body for line in read_chat(ana, chat.id, after=lines[-2].id).lines] == ["4.1"]
    end_chat(ana, chat.id)
    thread = show_ticket(ana, chat.number)
    assert (thread.channel, thread.status) == (Channel.CHAT, Status.SOLVED)
    assert [promise.state for promise in thread.promises] == [ClockState.MET]


def test_a_waiting_chat_is_joined_by_exactly_one(world: World) -> None:
    """C4: the second representative is told who has it."""
    chat = open_chat(world.acting_as(ANA)).record
    join_chat(world.acting_as(AGENT), chat.id)
    assert join_chat(world.acting_as(AGENT), chat.id).changed is False
    with pytest.raises(StateForbids, match=AGENT):
        join_chat(world.acting_as(AGENT2), chat.id)
    with pytest.raises(StateForbids):
        say_line(world.acting_as(AGENT2), chat.id, "Me too")
    with pytest.raises(NotFound):
        join_chat(world.acting_as(AGENT2))


def test_a_chat_of_somebody_else_does_not_exist(world: World) -> None:
    """K2: for reading, talking, ending and waiting alike."""
    chat = open_chat(world.acting_as(ANA)).record
    ben = world.acting_as(BEN)
    for forbidden in (read_chat, end_chat, attend_chat):
        with pytest.raises(NotFound):
            forbidden(ben, chat.id)
    with pytest.raises(NotFound):
        say_line(ben, chat.id, "x")
    for topic in (f"chat/{chat.id}", "queue"):
        with pytest.raises(NotFound):
            look(ben, topic)


def test_an_ended_chat_takes_no_lines_and_an_unanswered_one_stays_open(world: World) -> None:
    """C4, S1: what was typed before anybody joined is answered in writing."""
    ana = world.acting_as(ANA)
    chat = open_chat(ana).record
    say_line(ana, chat.id, "Is anybody there?")
    end_chat(ana, chat.id)
    with pytest.raises(StateForbids):
        say_line(ana, chat.id, "late")
    assert end_chat(ana, chat.id).changed is False
    thread = show_ticket(ana, chat.number)
    assert (thread.status, thread.promises[0].state) == (Status.OPEN, ClockState.RUNNING)
    assert open_chat(ana).record.id != chat.id


def test_a_representative_who_vanishes_gives_the_chat_back(world: World) -> None:
    """C4: after 120 seconds without a sign the customer is in the queue again, and told."""
    ana, agent = world.acting_as(ANA), world.acting_as(AGENT)
    chat = open_chat(ana).record
    join_chat(agent)
    world.clock.pass_(seconds=110)
    assert attend_chat(ana, chat.id).record.state is ChatState.LIVE
    agent.wait(f"chat/{chat.id}", 99, 0)  # waiting is a sign of life
    world.clock.pass_(seconds=120)
    assert attend_chat(ana, chat.id).record.state is ChatState.LIVE
    world.clock.pass_(seconds=1)
    assert attend_chat(ana, chat.id).record.state is ChatState.WAITING
    assert "queue again" in read_chat(ana, chat.id).lines[-1].body
    assert join_chat(world.acting_as(AGENT2)).record.representative == AGENT2


def test_a_chat_is_refused_to_members_and_outside_the_hours(world: World) -> None:
    """E6, H5, H6: with the route that is open, and the next opening."""
    with pytest.raises(NotAllowed):
        open_chat(world.acting_as(MIA))
    world.clock.set("2026-03-02T20:00:00+00:00")
    with pytest.raises(OutsideHours, match="2026-03-03 09:00"):
        open_chat(world.acting_as(OTTO), Product.DROPBOX)
    assert list_requests(world.acting_as(OTTO)).total == 0


def test_a_callback_is_called_once_and_answers(world: World) -> None:
    """C5, S5: taken by one, reached, solved."""
    ana, agent = world.acting_as(ANA), world.acting_as(AGENT)
    asked = request_callback(ana, JAKARTA).record
    assert (asked.phone, asked.position) == ("+6281234567890", 1)
    with pytest.raises(StateForbids):
        request_callback(ana, JAKARTA)
    taken = take_callback(agent, asked.id).record
    assert taken.state is CallbackState.CALLING
    with pytest.raises(StateForbids, match=AGENT):
        take_callback(world.acting_as(AGENT2), asked.id)
    reached = record_call(agent, Outcome.REACHED, asked.id, "It works again.").record
    assert reached.state is CallbackState.REACHED
    thread = show_ticket(ana, asked.number)
    assert (thread.status, thread.promises[0].state) == (Status.SOLVED, ClockState.MET)


def test_three_failed_calls_leave_a_ticket(world: World) -> None:
    """C5: the third failure is answered in writing."""
    ana, agent = world.acting_as(ANA), world.acting_as(AGENT)
    asked = request_callback(ana, JAKARTA).record
    states = [record_call(agent, Outcome.NO_ANSWER, asked.id).record.state for _ in range(3)]
    assert states == [CallbackState.WAITING, CallbackState.WAITING, CallbackState.FAILED]
    with pytest.raises(StateForbids):
        record_call(agent, Outcome.REACHED, asked.id)
    queued = list_queue(agent).items
    assert [(each.number, each.due_at is not None) for each in queued] == [(asked.number, True)]


def test_urgent_callbacks_come_first(world: World) -> None:
    """C5: then the oldest."""
    request_callback(world.acting_as(ANA), JAKARTA)
    world.clock.pass_(minutes=1)
    request_callback(world.acting_as(BEN), "+49 30 901820", urgent=True)
    waiting = list_callbacks(world.acting_as(AGENT)).items
    assert [(each.person, each.position) for each in waiting] == [(BEN, 1), (ANA, 2)]
    first = list_callbacks(world.acting_as(AGENT), limit=1)
    assert first.next is not None
    second = list_callbacks(world.acting_as(AGENT), limit=1, cursor=first.next).items
    assert [each.person for each in second] == [ANA]


def test_a_callback_is_cancelled_once(world: World) -> None:
    """C5, S4: withdrawn, and another may be asked for."""
    ana = world.acting_as(ANA)
    with pytest.raises(NotFound):
        show_callback(ana)
    request_callback(ana, JAKARTA)
    assert cancel_callback(ana).record.state is CallbackState.CANCELLED
    assert cancel_callback(ana).changed is False
    assert show_callback(ana).state is CallbackState.CANCELLED
    assert request_callback(ana, JAKARTA).changed


@pytest.mark.parametrize("phone", ["110", "+1 900 555 0199", "081234567890", "+870 773 111 632"])
def test_numbers_that_must_not_be_called_are_refused(world: World, phone: str) -> None:
    """C5: emergency, premium, without a country code, satellite."""
    with pytest.raises(InvalidValue):
        request_callback(world.acting_as(ANA), phone)
    assert list_callbacks(world.acting_as(AGENT)).items == []


def test_news_wakes_who_waits(world: World) -> None:
    """C4: a wait ends when a line comes, and says only that there is one."""
    ana = world.acting_as(ANA)
    chat = open_chat(ana).record
    topic = f"chat/{chat.id}"
    before = ana.wait(topic, -1, 0)
    assert ana.wait(topic, before, 0.1) == before
    say_line(ana, chat.id, "Hello")
    assert world.acting_as(AGENT).wait(topic, before, 5) == before + 1
