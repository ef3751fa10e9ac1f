"""The cells of lists: a value of a record as a short text in a style."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pscli.codec import ascii_json, plain
from pscli.models.tickets import ClockState, QueuedTicket, Status, Ticket

from .layout import Screen, Span
from .times import ago, duration, moment, offset_name, until

HOUR = 3600
Cell = Callable[[Any, Screen], Span]


def field(name: str, style: str = "") -> Cell:
    """A cell with a field of the record as it is."""
    return lambda record, _screen: Span(as_text(getattr(record, name)), style)


def when(name: str) -> Cell:
    """A cell that says how long ago an instant was."""
    return lambda record, screen: Span(ago(getattr(record, name), screen.now, screen.zone), "dim")


def as_text(value: Any) -> str:
    """A value in one line: words for what is true, commas between what is many."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if is_money(value):
        return f"{value.amount} {value.currency}"
    return ascii_json(plain(value))


def is_money(value: Any) -> bool:
    """Whether a value is an amount of a currency."""
    return getattr(value, "__struct_fields__", ()) == ("amount", "currency")


def status(ticket: Ticket, screen: Screen) -> Span:
    """The state as symbol, word and colour; what waits for the reader stands out (K1)."""
    if ticket.status is Status.SOLVED:
        return Span(screen.glyph("✓ solved", "+ solved"), "good")
    mine = Status.OPEN if isinstance(ticket, QueuedTicket) else Status.PENDING
    if ticket.status is not mine:
        return Span(screen.glyph("● ", "o ") + ticket.status, "open")
    word = "open" if isinstance(ticket, QueuedTicket) else "on you"
    return Span(screen.glyph("◆ ", "* ") + word, "waiting")


def due(ticket: Ticket, screen: Screen) -> Span:
    """When an answer is due, or how the latest promise ended (S2, S3)."""
    if ticket.due_at is not None:
        left = (ticket.due_at - screen.now).total_seconds()
        style = "late" if left < 0 else "soon" if left < HOUR else ""
        return Span(until(ticket.due_at, screen.now), style)
    if ticket.promise is None:
        return Span("no commitment", "dim")
    words = {
        ClockState.MET: Span("met", "good"),
        ClockState.BREACHED: Span("answered late", "late"),
        ClockState.WITHDRAWN: Span("withdrawn", "dim"),
    }
    return words.get(ticket.promise.state, Span(ticket.promise.state))


def role(record: Any, _screen: Screen) -> Span:
    """The role of a person; without one they are a member (T2)."""
    return Span(record.role or "member", "" if record.role else "dim")


def owner(ticket: QueuedTicket, _screen: Screen) -> Span:
    """Which representative has a ticket."""
    return Span(ticket.assignee or "nobody", "" if ticket.assignee else "dim")


def token_state(token: Any, screen: Screen) -> Span:
    """Whether a token is good now."""
    if token.revoked_at is not None:
        return Span("revoked", "dim")
    if token.expires_at <= screen.now:
        return Span("expired", "late")
    return Span("active", "good")


def expires(token: Any, screen: Screen) -> Span:
    """How long a token is good still; the last week stands out."""
    left = (token.expires_at - screen.now).total_seconds()
    return Span(f"in {duration(left)}" if left > 0 else "", "soon" if left < 7 * 24 * HOUR else "")


def sign_in_state(row: Any, screen: Screen) -> Span:
    """Whether a profile's server takes its token."""
    style = {"good": "good", "signed out": "dim", "refused": "late"}.get(row.state, "soon")
    sign = screen.glyph("● ", "o ") if row.state == "good" else screen.glyph("○ ", ". ")
    return Span(sign + row.state, style)


def ends(row: Any, screen: Screen) -> Span:
    """When a sign-in ends, where the server said so."""
    return Span("") if row.expires_at is None else expires(row, screen)


def openness(option: Any, screen: Screen) -> Span:
    """Whether a channel can be used now (C1)."""
    if not option.allowed:
        return Span(screen.glyph("– ", "- ") + "not for you", "dim")
    if option.open:
        return Span(screen.glyph("● ", "o ") + "open", "good")
    return Span(screen.glyph("○ ", ". ") + "closed", "soon")


def hours(option: Any, screen: Screen) -> Span:
    """When a channel's state changes, in the reader's zone and the calendar's (H3)."""
    at: datetime | None = option.closes_at if option.open else option.opens_at
    if not option.allowed or at is None:
        return Span("at any hour" if option.allowed and option.open else "", "dim")
    word = "until" if option.open else "opens"
    return Span(f"{word} {moment(at, screen.now, screen.zone)}{there(at, option.zone, screen)}")


def there(at: datetime, named: str | None, screen: Screen) -> str:
    """The same time on the clocks of the calendar, where those differ from the reader's."""
    if named is None:
        return ""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(named)
    local = at.astimezone(zone)
    if local.utcoffset() == at.astimezone(screen.zone).utcoffset():
        return ""
    offset = "" if named == "UTC" else f", {offset_name(zone, at)}"
    return f" ({local:%H:%M} {named}{offset})"


def target(option: Any, _screen: Screen) -> Span:
    """How soon an answer is promised (S3)."""
    if not option.allowed:
        return Span("")
    minutes = option.target_minutes
    return Span(f"within {duration(minutes * 60)}") if minutes else Span("no commitment", "dim")


def value_of(record: Any, name: str) -> Any:
    """A field of a record or an entry of a dictionary."""
    return record[name] if isinstance(record, dict) else getattr(record, name)
