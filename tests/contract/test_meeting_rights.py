"""Who has a consultation or meeting to book, and when it is used up, alike on every backend."""

from datetime import timedelta

import pytest

from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.appointments import list_appointments
from pscli.desk.meetings import (
    book_slot,
    cancel_booking,
    list_bookings,
    list_slots,
    rebook_slot,
    show_booking,
)
from pscli.desk.purchases import add_addon, remove_addon
from pscli.desk.teams import set_team
from pscli.models.meetings import BookingState
from pscli.models.people import Product
from pscli.problems import (
    InvalidValue,
    NotEntitled,
    StateForbids,
)
from tests.world import ANA, OTTO, SALES, World

from .meetings import (
    CONSULTATION,
    DASH,
    DROPBOX,
    ENHANCED,
    ESSENTIALS,
    MEETING,
    WEDNESDAY,
    at,
    enhance,
)


def test_a_removal_undone_is_no_new_purchase(world: World) -> None:
    """Q4, B7, B9: nor is an upgrade; one that ended by the renewal and a new one later is."""
    ana, sales = world.acting_as(ANA), world.acting_as(SALES)
    book_slot(ana, CONSULTATION, WEDNESDAY)
    world.clock.now = WEDNESDAY + timedelta(hours=1)
    later = WEDNESDAY + timedelta(days=7)
    remove_addon(ana, ESSENTIALS)
    add_addon(ana, ESSENTIALS)
    grant_addon(sales, "Acme", DROPBOX, ENHANCED)
    grant_addon(sales, "Acme", DROPBOX, ESSENTIALS)
    with pytest.raises(StateForbids, match="was on"):
        book_slot(ana, CONSULTATION, later)
    world.clock.set("2026-04-02T12:00:00+00:00")
    remove_addon(ana, ESSENTIALS)
    world.clock.set("2026-05-02T12:00:00+00:00")
    with pytest.raises(NotEntitled):
        book_slot(ana, CONSULTATION, at("2026-05-06 10"))
    add_addon(ana, ESSENTIALS)  # at the very instant at which the first one ended
    assert book_slot(ana, CONSULTATION, at("2026-05-06 10")).record.id == 2


def test_each_product_has_its_own_consultation(world: World) -> None:
    """E1, E10: who owns both says which one; the other team's answer is not touched."""
    otto, sales = world.acting_as(OTTO), world.acting_as(SALES)
    with pytest.raises(NotEntitled, match="E4"):
        list_slots(otto, CONSULTATION)
    for product in (DASH, DROPBOX):
        grant_addon(sales, "Other", product, ESSENTIALS)
    with pytest.raises(InvalidValue, match="E10"):
        book_slot(otto, CONSULTATION, WEDNESDAY)
    book_slot(otto, CONSULTATION, WEDNESDAY, Product.DASH)
    book_slot(otto, CONSULTATION, WEDNESDAY, Product.DROPBOX)
    with pytest.raises(InvalidValue, match="E10"):
        cancel_booking(otto, CONSULTATION)
    assert cancel_booking(otto, CONSULTATION, id=1).record.product is DASH
    assert show_booking(otto, CONSULTATION, Product.DROPBOX).id == 2


def test_meetings_are_one_a_quarter_of_the_teams_zone(world: World) -> None:
    """E5: in Los Angeles the quarter begins seven hours later; unused ones lapse."""
    ana = world.acting_as(ANA)
    with pytest.raises(NotEntitled, match="E5"):
        book_slot(ana, MEETING, WEDNESDAY)
    with pytest.raises(NotEntitled, match="E5"):
        list_slots(ana, MEETING)
    enhance(world)
    set_team(world.operator, "Acme", timezone="Pacific/Kiritimati")  # UTC+14
    world.clock.set("2026-03-27T12:00:00+00:00")
    book_slot(ana, MEETING, at("2026-03-31 09"))
    second = book_slot(ana, MEETING, at("2026-03-31 10")).record  # 1 April there
    with pytest.raises(StateForbids, match="The meeting of 2026-Q2 is booked"):
        book_slot(ana, MEETING, at("2026-04-02 10"))
    with pytest.raises(InvalidValue, match="several"):
        cancel_booking(ana, MEETING)
    with pytest.raises(StateForbids, match="2026-Q1"):
        rebook_slot(ana, MEETING, at("2026-03-30 15"), id=second.id)
    rebook_slot(ana, MEETING, at("2026-04-03 15"), id=second.id)
    world.clock.set("2026-07-01T12:00:00+00:00")
    for hour in (10, 11):  # one for the third quarter; that of the second did not add up
        if hour == 11:
            with pytest.raises(StateForbids, match="2026-Q3"):
                book_slot(ana, MEETING, at(f"2026-07-03 {hour}"))
        else:
            book_slot(ana, MEETING, at(f"2026-07-03 {hour}"))
    assert [each.state for each in list_bookings(ana, MEETING).items] == [
        BookingState.BOOKED, BookingState.HELD, BookingState.HELD,
    ]  # fmt: skip


def test_a_meeting_is_moved_into_another_quarter(world: World) -> None:
    """E5: then it is that quarter's, and the first one has its own again."""
    ana = world.acting_as(ANA)
    enhance(world)
    world.clock.set("2026-03-25T12:00:00+00:00")
    book_slot(ana, MEETING, at("2026-03-27 10"))
    rebook_slot(ana, MEETING, at("2026-04-01 10"))
    book_slot(ana, MEETING, at("2026-03-27 10"))
    with pytest.raises(StateForbids, match="2026-Q2"):
        rebook_slot(ana, MEETING, at("2026-04-02 10"), id=2)


def test_no_slot_lies_behind_the_end_of_the_addon(world: World) -> None:
    """B6: entitled until the renewal, so booked until then."""
    ana = world.acting_as(ANA)
    remove_addon(ana, ESSENTIALS)
    world.clock.set("2026-03-25T12:00:00+00:00")
    with pytest.raises(StateForbids, match="ends on 2026-04-02"):
        book_slot(ana, CONSULTATION, at("2026-04-02 12"))
    book_slot(ana, CONSULTATION, at("2026-04-02 11"))
    enhance(world)
    grant_addon(world.acting_as(SALES), "Acme", DROPBOX, ESSENTIALS)
    with pytest.raises(StateForbids, match="Enhanced for dropbox ends"):
        book_slot(ana, MEETING, at("2026-04-03 12"))
    revoke_addon(world.acting_as(SALES), "Acme", DROPBOX, ENHANCED, now=True)
    with pytest.raises(StateForbids, match="is cancelled"):
        rebook_slot(ana, CONSULTATION, at("2026-04-01 11"))


def test_what_ends_now_calls_off_what_it_gave(world: World) -> None:
    """B16, E4, E5: what lies ahead, of that product, and says so; the hours are free again."""
    ana, sales = world.acting_as(ANA), world.acting_as(SALES)
    for team, product in (("Acme", DROPBOX), ("Other", DASH), ("Other", DROPBOX)):
        enhance(world, team, product)
    otto = world.acting_as(OTTO)
    book_slot(ana, CONSULTATION, WEDNESDAY)
    meeting = book_slot(ana, MEETING, at("2026-03-05 10")).record
    kept = [book_slot(otto, CONSULTATION, WEDNESDAY, Product.DASH).record]
    kept.append(book_slot(otto, MEETING, at("2026-03-05 10"), Product.DROPBOX).record)
    world.clock.now = WEDNESDAY  # the consultation has begun
    would = revoke_addon.bind("Acme", DROPBOX, ENHANCED, now=True)
    shown = sales.perform(revoke_addon, would, dry_run=True)
    done = revoke_addon(sales, "Acme", DROPBOX, ENHANCED, now=True)
    assert done == shown
    assert done.record.cancelled == [meeting.starts_at]
    assert show_booking(ana, MEETING).state is BookingState.CANCELLED
    assert show_booking(ana, MEETING).sequence == 1
    assert show_booking(ana, CONSULTATION).state is BookingState.BOOKED
    assert [show_booking(otto, CONSULTATION, Product.DASH),
            show_booking(otto, MEETING, Product.DROPBOX)] == kept  # fmt: skip
    assert [each.team for each in list_appointments(sales).items] == ["Acme", "Other", "Other"]
    again = revoke_addon(sales, "Acme", DROPBOX, ENHANCED, now=True)
    assert (again.changed, again.record.cancelled) == (False, [])
    later = revoke_addon(sales, "Other", DROPBOX, ENHANCED)
    assert later.record.cancelled == []  # held until the renewal, and so is the meeting


def test_enhanced_bought_twice_in_a_quarter_gives_one_meeting(world: World) -> None:
    """E5: the quarter is used up, whoever ended and bought the edition meanwhile."""
    ana, sales = world.acting_as(ANA), world.acting_as(SALES)
    enhance(world)
    book_slot(ana, MEETING, WEDNESDAY)
    world.clock.now = WEDNESDAY
    revoke_addon(sales, "Acme", DROPBOX, ENHANCED, now=True)
    world.clock.pass_(days=1)
    enhance(world)
    with pytest.raises(StateForbids, match="The meeting of 2026-Q1 was on 2026-03-04"):
        book_slot(ana, MEETING, at("2026-03-11 10"))
    # It is a purchase, though: the consultation of the first one was never booked, this one is.
    assert book_slot(ana, CONSULTATION, at("2026-03-11 10")).record.product is DROPBOX
