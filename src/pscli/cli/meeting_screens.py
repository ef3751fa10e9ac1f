"""How slots, bookings and the brief of a meeting look."""

from collections.abc import Iterator
from typing import Any

from pscli.codec import instant_text

from .cells import there
from .insights_screen import insights
from .layout import Column, Line, Screen, Span, pairs, side_by_side
from .times import duration, moment, short_zone


def slot_time(slot: Any, screen: Screen) -> Span:
    """From when to when in the reader's zone, which is named."""
    end = slot.ends_at.astimezone(screen.zone)
    begins = moment(slot.starts_at, screen.now, screen.zone)
    return Span(f"{begins} to {end:%H:%M} {short_zone(screen.zone, slot.starts_at)}")


def calendar_time(slot: Any, screen: Screen) -> Span:
    """When it begins on the calendar's clocks, where those differ from the reader's."""
    return Span(there(slot.starts_at, slot.zone, screen).strip(" ()"), "dim")


def slot_instant(slot: Any, _screen: Screen) -> Span:
    """How a slot is named in a command."""
    return Span(instant_text(slot.starts_at), "bold")


def booking_state(booking: Any, screen: Screen) -> Span:
    """What is to come stands out; what is over or cancelled is history (Q4)."""
    if booking.state == "booked":
        return Span(screen.glyph("● ", "o ") + "booked", "open")
    if booking.state == "held":
        return Span(screen.glyph("✓ ", "+ ") + "held", "good")
    return Span("cancelled", "dim")


def staff_only(name: str) -> Any:
    """A cell that says nothing to a team about itself."""
    return lambda booking, screen: Span(getattr(booking, name) if screen.session.staff else "")


def booking(made: Any, screen: Screen) -> Iterator[Line]:
    """When, with whom, for which add-on, and how it stands."""
    elsewhere = there(made.starts_at, made.zone, screen)
    rows: list[tuple[str, Line]] = [
        ("State", [booking_state(made, screen)]),
        ("When", [Span(slot_time(made, screen).text, "bold"), Span(elsewhere)]),
        ("With", _who(made.representative_name, made.representative)),
        ("For", [Span(f"{made.team}, {made.product}")]),
        ("Booked by", _who(made.booked_by_name, made.booked_by)),
        ("ID", [Span(str(made.id))]),
    ]
    yield from pairs(rows, screen)


def _who(name: str, email: str) -> Line:
    return [Span(name or email), Span(f"  {email}" if name else "", "dim")]


def booking_hints(made: Any) -> list[str]:
    """What to do next with a booking."""
    if made.state != "booked":
        return [f"See the free slots: pscli {made.kind} slots"]
    return [
        f"Move it: pscli {made.kind} rebook INSTANT",
        f"For your calendar: pscli {made.kind} show --ics FILE",
    ]


def brief(found: Any, screen: Screen) -> Iterator[Line]:
    """The quarter's figures; then each broken promise, what repeats, what is hardly used (Q5)."""
    yield [Span(f"Root-cause meeting for {found.quarter}", "bold")]
    yield from insights(found.insights, screen)
    yield []
    yield from _broken(found, screen)
    repeated = [
        f"{each.issue_type} {each.count} (before {each.previous})" for each in found.repeated
    ]
    rows = [("Repeated", [Span(", ".join(repeated) or "nothing")])]
    if found.features:
        rows.append(("Hardly used", [Span(", ".join(found.features))]))
    yield []
    yield from pairs(rows, screen)


def _broken(found: Any, screen: Screen) -> Iterator[Line]:
    if not found.breaches:
        yield [Span("No promise was broken.")]
        return
    shown, total = len(found.breaches), found.breaches_total
    some = f", the newest {shown}" if shown < total else ""
    zone = short_zone(screen.zone, found.breaches[0].due_at)
    yield [Span("Broken promises", "bold"), Span(f"  {total}{some}, times in {zone}", "dim")]
    rows = found.breaches
    yield from side_by_side(
        [
            Column("NO", [Span(str(each.number), "bold") for each in rows], right=True),
            Column("TYPE", [Span(each.issue_type) for each in rows], flexible=True),
            Column("PRODUCT", [Span(each.product, "dim") for each in rows], drop=2),
            Column("EDITION", [Span(each.edition, "dim") for each in rows], drop=3),
            Column("DUE", [Span(moment(each.due_at, screen.now, screen.zone)) for each in rows]),
            Column("ANSWERED", [_answered(each, screen) for each in rows]),
        ],
        screen,
    )


def _answered(breach: Any, screen: Screen) -> Span:
    at = breach.answered_at or screen.now
    late = duration((at - breach.due_at).total_seconds(), 2)
    return Span(f"{late} late" if breach.answered_at else f"not yet, {late} late", "late")
