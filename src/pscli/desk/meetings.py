"""Consultations and root-cause meetings: booked once, moved or cancelled before (E4, E5, Q4)."""

import os
from datetime import datetime

from pscli.codec import instant_text, narrow
from pscli.models.addons import AddonProduct
from pscli.models.meetings import Booking, BookingState, MeetingKind, Slot
from pscli.models.people import Product
from pscli.models.record import Change, Cursor, Instant, Limit, Number, Page
from pscli.operation import Work, operation
from pscli.problems import InvalidValue, NotFound, StateForbids
from pscli.rules.entitlements import covering, product_asked
from pscli.rules.hours import Span
from pscli.rules.meetings import (
    check_admin,
    check_held,
    gives,
    not_entitled,
    quarter_at,
    slot_at,
)

from .access import editions_held
from .calendars import claim, free_slots, release
from .ledger import intervals_of, purchases_of
from .paging import decode_cursor, encode_cursor

NAMED = 3  # free slots in a refusal

BOOKING = """
    SELECT booking.id, booking.kind, booking.product, team.name AS team, booking.starts_at,
           booking.ends_at, CAST(:zone AS TEXT) AS zone, booking.representative,
           COALESCE(representative.name, booking.representative) AS representative_name,
           person.email AS booked_by, person.name AS booked_by_name, booking.booked_at,
           booking.changed_at, booking.sequence, booking.uid, booking.uses,
           booking.team AS team_id,
           CASE WHEN booking.cancelled = 1 THEN 'cancelled'
                WHEN booking.ends_at <= :now THEN 'held' ELSE 'booked' END AS state
    FROM booking JOIN team ON team.id = booking.team
    JOIN person ON person.team = booking.team AND person.id = booking.person
    LEFT JOIN representative ON representative.email = booking.representative
"""


class StoredBooking(Booking, frozen=True):
    """A booking with its storage key and what it uses up."""

    team_id: int
    uses: str


@operation("GET", "/bookings/{kind}/slots")
def list_slots(
    work: Work, kind: MeetingKind, limit: Limit = 50, cursor: Cursor | None = None
) -> Page[Slot]:
    """The slots in which a representative is free, the soonest first (Q4)."""
    check_admin(work.who, kind)
    if not any(gives(kind, each.edition) for each in editions_held(work)):
        raise not_entitled(kind)
    after = "" if cursor is None else decode_cursor(cursor, "slots", 2)[0]
    free = free_slots(work)
    left = [slot for slot in free if instant_text(slot.starts_at) > after]
    items, more = left[:limit], len(left) > limit
    following = encode_cursor("slots", instant_text(items[-1].starts_at), 0) if more else None
    return Page(items=items, total=len(free), next=following)


@operation("GET", "/bookings/{kind}")
def list_bookings(
    work: Work, kind: MeetingKind, limit: Limit = 50, cursor: Cursor | None = None
) -> Page[Booking]:
    """Your team's bookings, the latest first, cancelled ones too (Q4)."""
    check_admin(work.who, kind)
    last = ["9999-12-31T23:59:59Z", "0"]
    at, number = last if cursor is None else decode_cursor(cursor, "booked", 2)
    rows = _bookings(
        work, "AND booking.kind = :kind AND (booking.starts_at, booking.id) < (:at, :number) "
        "ORDER BY booking.starts_at DESC, booking.id DESC LIMIT :limit",
        kind=kind, at=at, number=int(number), limit=limit + 1,
    )  # fmt: skip
    end = rows[limit - 1] if len(rows) > limit else None
    return Page(
        items=[narrow(Booking, row) for row in rows[:limit]],
        total=work.sql.one(
            int, "SELECT count(*) FROM booking WHERE team = :team AND kind = :kind",
            team=work.who.team, kind=kind,
        ),
        next=None if end is None else encode_cursor("booked", instant_text(end.starts_at), end.id),
    )  # fmt: skip


@operation("GET", "/bookings/{kind}/latest")
def show_booking(work: Work, kind: MeetingKind, product: Product | None = None) -> Booking:
    """The booking that comes next, else the latest one (Q4)."""
    check_admin(work.who, kind)
    asked = covering(product_asked(work.who, product))
    found = _to_come(work, kind, asked) or _latest(work, kind, asked)
    return narrow(Booking, found[0])


@operation("POST", "/bookings/{kind}")
def book_slot(
    work: Work, kind: MeetingKind, starts_at: Instant, product: Product | None = None
) -> Change[Booking]:
    """Book a free slot: one per purchase, or per quarter of Enhanced (E4, E5, Q4)."""
    check_admin(work.who, kind)
    asked = covering(product_asked(work.who, product))
    slot = _slot(work, kind, asked, starts_at)
    uses = _what_it_uses(work, kind, asked, slot)
    _check_unused(work, kind, uses)
    team = work.who.team
    number = work.sql.one(
        int, "UPDATE team SET bookings = bookings + 1 WHERE id = :team RETURNING bookings",
        team=team,
    ) or 0  # fmt: skip
    lead = claim(work, slot, team, number) or _refuse_taken(work, kind, slot)
    work.sql.run(
        "INSERT INTO booking (team, id, kind, product, uses, person, representative, starts_at, "
        "ends_at, booked_at, changed_at, cancelled, sequence, uid) VALUES (:team, :id, :kind, "
        ":product, :uses, :person, :lead, :starts, :ends, :now, :now, 0, 0, :uid)",
        team=team, id=number, kind=kind, product=asked, uses=uses, person=work.who.person,
        lead=lead, starts=slot.opens, ends=slot.closes, now=work.now, uid=os.urandom(16).hex(),
    )  # fmt: skip
    return _changed(work, number)


@operation("POST", "/bookings/{kind}/moves")
def rebook_slot(
    work: Work,
    kind: MeetingKind,
    starts_at: Instant,
    product: Product | None = None,
    id: Number | None = None,
) -> Change[Booking]:
    """Move a booking to another free slot before it begins (Q4)."""
    found = _movable(work, kind, product, id)
    if found.starts_at == starts_at:
        return Change(record=narrow(Booking, found), changed=False)
    slot = _slot(work, kind, found.product, starts_at)
    uses = found.uses
    if kind is MeetingKind.MEETING:
        uses = _what_it_uses(work, kind, found.product, slot)
    if uses != found.uses:
        _check_unused(work, kind, uses)
    # The new place is taken before the old one is left, so that two that swap never wait in a ring.
    lead = claim(work, slot, found.team_id, found.id, kept=found.representative)
    lead = lead or _refuse_taken(work, kind, slot)
    release(work, found.representative, found.starts_at)
    work.sql.run(
        "UPDATE booking SET starts_at = :starts, ends_at = :ends, representative = :lead, "
        "uses = :uses, changed_at = :now, sequence = sequence + 1 WHERE team = :team AND id = :id",
        starts=slot.opens, ends=slot.closes, lead=lead, uses=uses, now=work.now,
        team=found.team_id, id=found.id,
    )  # fmt: skip
    return _changed(work, found.id)


@operation("DELETE", "/bookings/{kind}")
def cancel_booking(
    work: Work, kind: MeetingKind, product: Product | None = None, id: Number | None = None
) -> Change[Booking]:
    """Cancel a booking before it begins: what it used up is yours again (Q4)."""
    found = _movable(work, kind, product, id, cancelled=True)
    if found.state is BookingState.CANCELLED:
        return Change(record=narrow(Booking, found), changed=False)
    call_off(work, found)
    return _changed(work, found.id)


def call_off(work: Work, found: StoredBooking) -> None:
    """Cancel a booking: its slot is free again, its next invitation says so."""
    release(work, found.representative, found.starts_at)
    work.sql.run(
        "UPDATE booking SET cancelled = 1, changed_at = :now, sequence = sequence + 1 "
        "WHERE team = :team AND id = :id",
        now=work.now, team=found.team_id, id=found.id,
    )  # fmt: skip


def _slot(work: Work, kind: MeetingKind, product: AddonProduct, at: datetime) -> Span:
    """The slot that the team may book at an instant, taken or not."""
    intervals = intervals_of(work, work.who.team)
    # Whoever has no add-on is told so, and not that the slot is wrong.
    check_held(kind, product, intervals, Span(work.now, work.now), work.now)
    slot = slot_at(work.policy.meetings, kind, at, work.now)
    check_held(kind, product, intervals, slot, work.now)
    return slot


def _what_it_uses(work: Work, kind: MeetingKind, product: AddonProduct, slot: Span) -> str:
    """The purchase (B16) or the quarter in the team's zone (E5) that a booking uses up."""
    team = work.who.team
    if kind is MeetingKind.CONSULTATION:
        return f"{product} purchase {max(purchases_of(work, team, product), default=0)}"
    zone = work.sql.one(str, "SELECT timezone FROM team WHERE id = :team", team=team)
    return f"{product} quarter {quarter_at(slot.opens, zone or 'UTC')}"


def _check_unused(work: Work, kind: MeetingKind, uses: str) -> None:
    held = _bookings(work, "AND booking.cancelled = 0 AND booking.uses = :uses", uses=uses)
    if not held:
        return
    at = instant_text(held[0].starts_at)
    what = f"{kind} of this purchase" if kind is MeetingKind.CONSULTATION else "meeting of "
    rule = "E4" if kind is MeetingKind.CONSULTATION else "E5"
    if kind is MeetingKind.MEETING:
        what += uses.rpartition(" ")[2]
    if held[0].starts_at > work.now:
        raise StateForbids(
            f"The {what} is booked for {at} ({rule}).",
            hint=f"Move it: pscli {kind} rebook INSTANT",
        )
    more = "purchase" if kind is MeetingKind.CONSULTATION else "quarter"
    raise StateForbids(f"The {what} was on {at} ({rule}).", hint=f"Another {more} brings one.")


def _refuse_taken(work: Work, kind: MeetingKind, slot: Span) -> str:
    """Nobody is free: say which slots are, from then on, else before."""
    free = [each.starts_at for each in free_slots(work)]
    later = [at for at in free if at > slot.opens] or free[::-1]
    said = ", ".join(instant_text(at) for at in sorted(later[:NAMED]))
    raise StateForbids(
        f"The slot {instant_text(slot.opens)} is taken (Q4).",
        hint=f"Free: {said}\nSee them all: pscli {kind} slots" if said else "No slot is free.",
        field="starts_at",
    )


def _movable(
    work: Work, kind: MeetingKind, product: Product | None, id_: int | None, *,
    cancelled: bool = False,
) -> StoredBooking:  # fmt: skip
    """The one booking that is meant, which has not begun; cancelled ones only where asked for."""
    check_admin(work.who, kind)
    if id_ is None:
        asked = covering(product_asked(work.who, product))
        found = _to_come(work, kind, asked) or _latest(work, kind, asked)
        if len(found) > 1:
            named = ", ".join(f"{each.id} ({instant_text(each.starts_at)})" for each in found)
            raise InvalidValue(
                f"Your team has several to come: {named}.", hint="Add --id.", field="id"
            )
    else:
        found = _bookings(work, "AND booking.kind = :kind AND booking.id = :id", kind=kind, id=id_)
        if not found:
            raise _none(kind)
    if found[0].state is BookingState.CANCELLED and not cancelled:
        raise StateForbids(
            f"The {kind} is cancelled (Q4).", hint=f"Book one: pscli {kind} book INSTANT"
        )
    if found[0].starts_at <= work.now and found[0].state is not BookingState.CANCELLED:
        raise StateForbids(
            f"The {kind} began at {instant_text(found[0].starts_at)} (Q4).",
            hint=f"Book another: pscli {kind} slots",
        )
    return found[0]


def _to_come(work: Work, kind: MeetingKind, product: AddonProduct) -> list[StoredBooking]:
    return _bookings(
        work, "AND booking.kind = :kind AND booking.product = :product AND booking.cancelled = 0 "
        "AND booking.starts_at > :now ORDER BY booking.starts_at, booking.id",
        kind=kind, product=product,
    )  # fmt: skip


def _latest(work: Work, kind: MeetingKind, product: AddonProduct) -> list[StoredBooking]:
    """The booking that was made last; raises NotFound where there was none."""
    found = _bookings(
        work, "AND booking.kind = :kind AND booking.product = :product "
        "ORDER BY booking.id DESC LIMIT 1",
        kind=kind, product=product,
    )  # fmt: skip
    if not found:
        raise _none(kind)
    return found


def _none(kind: MeetingKind) -> NotFound:
    return NotFound(
        f"Your team has booked no such {kind}.", hint=f"See the free slots: pscli {kind} slots"
    )


def _bookings(work: Work, condition: str, **values: object) -> list[StoredBooking]:
    return work.sql.all(
        StoredBooking,
        f"{BOOKING} WHERE booking.team = :team {condition}",
        team=work.who.team, now=work.now, zone=work.policy.meetings.calendar.zone, **values,
    )  # fmt: skip


def _changed(work: Work, id_: int) -> Change[Booking]:
    return Change(record=narrow(Booking, _bookings(work, "AND booking.id = :id", id=id_)[0]))
