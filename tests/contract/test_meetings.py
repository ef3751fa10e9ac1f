"""Consultations and meetings: one per purchase or quarter, in a slot that is nobody else's."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from pscli.desk.addons import grant_addon, revoke_addon
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
from pscli.desk.people import add_person, set_person
from pscli.desk.policies import set_policy
from pscli.desk.purchases import add_addon, remove_addon
from pscli.desk.staff import remove_representative
from pscli.desk.teams import set_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.meetings import BookingState, MeetingKind
from pscli.models.people import AdminRole, ChampionLevel, Product
from pscli.models.policy import USUAL_MEETINGS, Calendar, Meetings, Window
from pscli.policy import shipped_policy
from pscli.problems import (
    InvalidValue,
    KeyReused,
    NotAllowed,
    NotEntitled,
    NotFound,
    StateForbids,
)
from tests.world import AGENT, AGENT2, ANA, BEN, MIA, OTTO, SALES, World

CONSULTATION, MEETING = MeetingKind.CONSULTATION, MeetingKind.MEETING
DROPBOX, DASH = AddonProduct.DROPBOX, AddonProduct.DASH
ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED


def at(text: str) -> datetime:
    """An hour of UTC, as in `2026-03-04 10`."""
    return datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=UTC)


WEDNESDAY = at("2026-03-04 10")


def enhance(world: World, team: str = "Acme", product: AddonProduct = DROPBOX) -> None:
    """Give a team Enhanced."""
    grant_addon(world.acting_as(SALES), team, product, ENHANCED)


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


def test_who_may_book(world: World) -> None:
    """E4, E6, E7, T5: admins of any role; no member, no Champion, no representative."""
    operator = world.operator
    emails = [f"{role.replace('_', '-')}@acme.example" for role in AdminRole]
    for email, role in zip(emails, AdminRole, strict=True):
        add_person(operator, "Acme", email, role=role)
        assert list_slots(world.acting_as(email), CONSULTATION).total == 153
    set_person(operator, OTTO, champion=ChampionLevel.EPIC)
    otto = world.acting_as(OTTO)
    with pytest.raises(NotEntitled):  # the Hub is open to him, a consultation is the team's
        book_slot(otto, CONSULTATION, WEDNESDAY, Product.DROPBOX)
    for nobody in (MIA, AGENT):
        for refused in (list_slots, list_bookings, show_booking, cancel_booking):
            with pytest.raises(NotAllowed):
                refused(world.acting_as(nobody), CONSULTATION)
    with pytest.raises(NotAllowed, match="E4"):
        book_slot(world.acting_as(MIA), CONSULTATION, WEDNESDAY)
    with pytest.raises(NotAllowed):
        list_appointments(world.acting_as(ANA))


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
    with pytest.raises(NotEntitled):
        rebook_slot(ana, CONSULTATION, at("2026-04-01 11"))
    cancel_booking(ana, CONSULTATION)  # nobody waits for whom nothing entitles any more


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
    remove_representative(operator, AGENT)  # the second one is free at the one time only
    after = {each.id: each for each in list_bookings(ana, MEETING).items}
    assert after[third.id].representative == AGENT2
    assert after[third.id].sequence == 1
    assert show_booking(ana, CONSULTATION).representative == AGENT


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
        body = json.loads(sql.one(str, "SELECT body FROM policy") or "")
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
