"""Consultations and meetings: one per purchase or quarter, in a slot that is nobody else's."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from pscli.desk.addons import grant_addon
from pscli.desk.appointments import list_appointments
from pscli.desk.audit import list_audit
from pscli.desk.meetings import (
    book_slot,
    cancel_booking,
    list_bookings,
    list_slots,
    rebook_slot,
    show_booking,
)
from pscli.desk.paging import encode_cursor
from pscli.desk.policies import set_policy
from pscli.desk.staff import add_representative, list_representatives, remove_representative
from pscli.models.meetings import BookingState
from pscli.models.people import Product, RepresentativeRole
from pscli.models.policy import USUAL_MEETINGS, Calendar, Meetings, Window
from pscli.policy import shipped_policy
from pscli.problems import (
    InvalidValue,
    KeyReused,
    NotFound,
    StateForbids,
)
from tests.world import AGENT, AGENT2, ANA, BEN, OTTO, SALES, World

from .meetings import (
    CONSULTATION,
    DASH,
    DROPBOX,
    ESSENTIALS,
    MEETING,
    WEDNESDAY,
    at,
    enhance,
)


def test_slots_are_the_hours_in_which_somebody_is_free(world: World) -> None:
    """Q4: from a day's notice to four weeks ahead, in pages, each with how many are free."""
    ana = world.acting_as(ANA)
    first = list_slots(ana, CONSULTATION, limit=3)
    assert [slot.starts_at for slot in first.items] == [
        at("2026-03-03 12"), at("2026-03-03 13"), at("2026-03-03 14"),
    ]  # fmt: skip
    assert {(slot.free, slot.zone) for slot in first.items} == {(2, "UTC")}
    assert first.items[0].ends_at - first.items[0].starts_at == timedelta(hours=1)
    found, page = first.items, first
    while page.next:
        page = list_slots(ana, CONSULTATION, limit=50, cursor=page.next)
        found += page.items
    assert len(found) == page.total == 5 + 18 * 8 + 4
    assert found[-1].starts_at == at("2026-03-30 12")
    book_slot(ana, CONSULTATION, at("2026-03-03 13"))
    assert [slot.free for slot in list_slots(ana, CONSULTATION, limit=3).items] == [2, 1, 2]


def test_a_consultation_is_booked_moved_and_cancelled(world: World) -> None:
    """E4, Q4: the invitation's id stays, its sequence rises; what is cancelled is given back."""
    ana, ben = world.acting_as(ANA), world.acting_as(BEN)
    booked = book_slot(ana, CONSULTATION, WEDNESDAY).record
    assert (booked.id, booked.product, booked.state) == (1, DROPBOX, BookingState.BOOKED)
    assert (booked.representative, booked.booked_by, booked.team) == (AGENT, ANA, "Acme")
    assert (booked.sequence, booked.changed_at) == (0, world.clock.now)
    assert show_booking(ben, CONSULTATION) == booked
    world.clock.pass_(hours=1)
    moved = rebook_slot(ben, CONSULTATION, WEDNESDAY + timedelta(days=1)).record
    assert (moved.uid, moved.sequence, moved.id) == (booked.uid, 1, 1)
    assert (moved.starts_at, moved.representative) == (WEDNESDAY + timedelta(days=1), AGENT)
    assert rebook_slot(ben, CONSULTATION, moved.starts_at).changed is False
    with pytest.raises(StateForbids, match="is booked for 2026-03-05T10:00:00Z"):
        book_slot(ana, CONSULTATION, WEDNESDAY)
    cancelled = cancel_booking(ana, CONSULTATION).record
    assert (cancelled.state, cancelled.sequence) == (BookingState.CANCELLED, 2)
    assert cancel_booking(ana, CONSULTATION).changed is False
    with pytest.raises(StateForbids, match="is cancelled"):
        rebook_slot(ana, CONSULTATION, WEDNESDAY)
    again = book_slot(ana, CONSULTATION, WEDNESDAY).record
    assert (again.id, again.uid == booked.uid) == (2, False)
    assert [each.id for each in list_bookings(ana, CONSULTATION).items] == [1, 2]
    assert list_bookings(ana, MEETING).total == 0


def test_what_was_held_or_missed_is_used_up(world: World) -> None:
    """E4, Q4: from its beginning on it is neither moved nor cancelled, nor booked again."""
    ana = world.acting_as(ANA)
    book_slot(ana, CONSULTATION, WEDNESDAY)
    world.clock.now = WEDNESDAY
    with pytest.raises(StateForbids, match="began at"):
        cancel_booking(ana, CONSULTATION)
    with pytest.raises(StateForbids, match="began at"):
        rebook_slot(ana, CONSULTATION, WEDNESDAY + timedelta(days=2))
    assert show_booking(ana, CONSULTATION).state is BookingState.BOOKED
    world.clock.pass_(hours=1)
    assert show_booking(ana, CONSULTATION).state is BookingState.HELD
    with pytest.raises(StateForbids, match="was on 2026-03-04"):
        book_slot(ana, CONSULTATION, WEDNESDAY + timedelta(days=2))


def test_what_is_no_slot_is_refused(world: World) -> None:
    """Q4: between slots, at the weekend, over, too soon, too far away; nothing is booked."""
    ana = world.acting_as(ANA)
    for wrong, problem in (
        (WEDNESDAY + timedelta(minutes=1), InvalidValue),
        (at("2026-03-07 10"), InvalidValue),
        (at("2026-03-04 17"), InvalidValue),
        (at("2026-03-02 11"), StateForbids),
        (at("2026-03-03 11"), StateForbids),
        (at("2026-03-31 10"), StateForbids),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), StateForbids),
    ):
        with pytest.raises(problem):
            book_slot(ana, CONSULTATION, wrong)
    with pytest.raises(NotFound):
        show_booking(ana, CONSULTATION)
    with pytest.raises(NotFound):
        cancel_booking(ana, CONSULTATION, id=7)
    with pytest.raises(NotFound):
        rebook_slot(ana, CONSULTATION, WEDNESDAY)


def test_representatives_take_turns_and_nobody_is_taken_twice(world: World) -> None:
    """Q4: the one with the fewest to come; where nobody is left, the next free slots are told."""
    sales, operator = world.acting_as(SALES), world.operator
    ana, otto = world.acting_as(ANA), world.acting_as(OTTO)
    enhance(world)
    grant_addon(sales, "Other", DASH, ESSENTIALS)
    first = book_slot(ana, CONSULTATION, WEDNESDAY).record
    second = book_slot(otto, CONSULTATION, WEDNESDAY, Product.DASH).record
    assert (first.representative, second.representative) == (AGENT, AGENT2)
    with pytest.raises(StateForbids, match="is taken") as refusal:
        book_slot(ana, MEETING, WEDNESDAY)
    assert refusal.value.hint is not None
    assert refusal.value.hint.startswith(
        "Free: 2026-03-04T11:00:00Z, 2026-03-04T12:00:00Z, 2026-03-04T13:00:00Z\n"
    )
    assert not [each for each in list_slots(ana, MEETING).items if each.starts_at == WEDNESDAY]
    agent = world.acting_as(AGENT)
    assert [each.team for each in list_appointments(agent).items] == ["Acme", "Other"]
    assert [each.id for each in list_appointments(agent, mine=True).items] == [first.id]
    assert [each.team for each in list_appointments(agent, team="other").items] == ["Other"]
    page = list_appointments(agent, limit=1)
    following = list_appointments(agent, limit=1, cursor=page.next)
    assert (page.items[0].team, following.items[0].team, following.next) == ("Acme", "Other", None)
    third = book_slot(ana, MEETING, at("2026-03-05 10")).record
    assert third.representative == AGENT
    with pytest.raises(StateForbids, match=r"lead 2026-03-04T10:00:00Z of Acme \(Q4\)"):
        remove_representative(operator, AGENT)  # the second one is free at the other time only
    assert list_bookings(ana, MEETING).items[0].representative == AGENT
    cancel_booking(otto, CONSULTATION, Product.DASH)
    remove_representative(operator, AGENT)
    after = {each.id: each for each in list_bookings(ana, MEETING).items}
    assert after[third.id].representative == AGENT2
    assert after[third.id].sequence == 1
    assert show_booking(ana, CONSULTATION).representative == AGENT2


def test_another_teams_booking_does_not_exist(world: World) -> None:
    """Q4: its number is found by no list, move or cancellation of somebody else's."""
    grant_addon(world.acting_as(SALES), "Other", DASH, ESSENTIALS)
    ana, otto = world.acting_as(ANA), world.acting_as(OTTO)
    mine = book_slot(ana, CONSULTATION, WEDNESDAY).record
    with pytest.raises(NotFound):
        cancel_booking(otto, CONSULTATION, id=mine.id)
    with pytest.raises(NotFound):
        rebook_slot(otto, CONSULTATION, at("2026-03-05 10"), id=mine.id)
    with pytest.raises(NotFound):  # nor is a meeting found among the consultations
        cancel_booking(ana, MEETING, id=mine.id)
    assert list_bookings(otto, CONSULTATION).items == []
    assert show_booking(ana, CONSULTATION) == mine


def test_lists_come_in_pages(world: World) -> None:
    """K5, Q4: nothing is skipped or repeated; a made-up cursor is refused by every list."""
    ana, agent = world.acting_as(ANA), world.acting_as(AGENT)
    for hour in range(9, 14):
        book_slot(ana, CONSULTATION, at(f"2026-03-04 {hour:02}"))
        if hour < 13:
            cancel_booking(ana, CONSULTATION)
    ids, cursor = [], None
    for _ in range(3):
        page = list_bookings(ana, CONSULTATION, limit=2, cursor=cursor)
        ids += [each.id for each in page.items]
        cursor = page.next
    assert (ids, page.total, cursor) == ([5, 4, 3, 2, 1], 5, None)
    forged = encode_cursor("booked", "x", "y")
    for wrong in (forged, "zz", encode_cursor("appointments", "x", "y", 1)):
        with pytest.raises(InvalidValue, match="cursor"):
            list_bookings(ana, CONSULTATION, cursor=wrong)
        with pytest.raises(InvalidValue, match="cursor"):
            list_slots(ana, CONSULTATION, cursor=wrong)
        with pytest.raises(InvalidValue, match="cursor"):
            list_appointments(agent, cursor=wrong)


def test_nobody_leaves_whose_appointments_nobody_can_lead(world: World) -> None:
    """Q4, T6: the removal is refused and names them; with somebody more it hands them over."""
    ana, operator = world.acting_as(ANA), world.operator
    remove_representative(operator, AGENT2)
    made = book_slot(ana, CONSULTATION, WEDNESDAY).record
    with pytest.raises(StateForbids, match="2026-03-04T10:00:00Z of Acme") as refusal:
        remove_representative(operator, AGENT)
    assert "agents add" in (refusal.value.hint or "")
    assert show_booking(ana, CONSULTATION) == made
    assert AGENT in {each.email for each in list_representatives(operator).items}
    add_representative(operator, AGENT2, RepresentativeRole.AGENT)
    remove_representative(operator, AGENT)
    assert show_booking(ana, CONSULTATION).representative == AGENT2


def test_the_policy_says_when_and_who(world: World) -> None:
    """P1, Q4: its calendar, length, notice and names are those of the slots and bookings."""
    shipped = shipped_policy()
    ana = world.acting_as(ANA)
    early = Window(days=[3], opens="07:00", closes="08:30")
    rules = Meetings(
        calendar=Calendar(zone="Asia/Tokyo", windows=[early]), minutes=45, notice_hours=0,
        days_ahead=7, representatives=[SALES.upper()],
    )  # fmt: skip
    set_policy(world.operator, structs.replace(shipped, meetings=rules))
    slots = list_slots(ana, CONSULTATION).items
    assert [(slot.starts_at, slot.zone) for slot in slots] == [
        (datetime(2026, 3, 3, 22, tzinfo=UTC), "Asia/Tokyo"),
        (datetime(2026, 3, 3, 22, 45, tzinfo=UTC), "Asia/Tokyo"),
    ]
    made = book_slot(ana, CONSULTATION, slots[0].starts_at).record
    assert (made.representative, made.ends_at) == (SALES, slots[1].starts_at)
    enhance(world)
    set_policy(
        world.operator, structs.replace(shipped, meetings=structs.replace(rules, minutes=90))
    )
    assert list_slots(ana, MEETING).items == []  # the longer slot would begin in the other's time
    with pytest.raises(StateForbids, match="is taken"):
        book_slot(ana, MEETING, slots[0].starts_at)


def test_a_policy_from_before_there_were_meetings_counts_on(world: World) -> None:
    """P1: a desk's policy without that part has the shipped one's."""
    with world.database.transaction(writes=True) as sql:
        kept = sql.one(str, "SELECT body FROM policy") or ""
        body = json.loads(kept.partition("\n")[0])  # an older pscli wrote no digest below it
        del body["meetings"]
        sql.run("UPDATE policy SET body = :body", body=json.dumps(body))
    assert list_slots(world.acting_as(ANA), CONSULTATION).total == 153
    assert shipped_policy().meetings == USUAL_MEETINGS


def test_a_booking_is_made_once(world: World) -> None:
    """B10, A2: the same key returns the first result; the trail says who booked what."""
    ana = world.acting_as(ANA)
    arguments = book_slot.bind(CONSULTATION, WEDNESDAY)
    first = ana.perform(book_slot, arguments, "key-1")
    world.clock.pass_(hours=40)  # too soon to book it by then; the answer stays the first one
    assert ana.perform(book_slot, arguments, "key-1") == first
    other = book_slot.bind(CONSULTATION, WEDNESDAY + timedelta(days=5))
    with pytest.raises(KeyReused):
        ana.perform(book_slot, other, "key-1")
    ana.perform(cancel_booking, cancel_booking.bind(CONSULTATION), dry_run=True)
    assert show_booking(ana, CONSULTATION).state is BookingState.BOOKED
    booked = [each for each in list_audit(ana).items if each.operation == "book_slot"]
    assert [(each.who, each.target) for each in booked] == [(ANA, "/bookings/consultation")]
