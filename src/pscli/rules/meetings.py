"""Which slots there are, who may book one, and who leads it (E4, E5, Q4)."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pscli.codec import instant_text
from pscli.models.addons import AddonProduct, Edition
from pscli.models.meetings import MeetingKind
from pscli.models.people import Actor
from pscli.models.policy import Meetings, Window
from pscli.models.record import Record
from pscli.problems import InvalidValue, NotAllowed, NotEntitled, StateForbids

from .addons import Interval, standing_of
from .hours import Span, common_spans
from .insights import Range, named_period

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_ALL_DAY = Window(days=[1, 2, 3, 4, 5, 6, 7], opens="00:00", closes="24:00")
_MONTHS = 3  # of a quarter
_QUARTER = re.compile(r"[0-9]{4}-Q[1-4]")


class Engagement(Record, frozen=True):
    """When a representative is taken."""

    representative: str
    starts_at: datetime
    ends_at: datetime

    def meets(self, span: Span) -> bool:
        """Whether it and a span have any time in common."""
        return self.starts_at < span.closes and span.opens < self.ends_at


def bookable_slots(rules: Meetings, now: datetime) -> list[Span]:
    """The slots that can be booked at this instant, in order, whoever is free (Q4)."""
    first = now + timedelta(hours=rules.notice_hours)
    last = now + timedelta(days=rules.days_ahead)
    return slots_between(rules, max(first, now + _SECOND), last + _SECOND)


def slots_between(rules: Meetings, since: datetime, until: datetime) -> list[Span]:
    """The slots that begin in `[since, until)`.

    They begin on the calendar's wall clocks, so an hour that is skipped has none and one that is
    repeated has two; each lasts its minutes by UTC and ends before the calendar closes.
    """
    length = timedelta(minutes=rules.minutes)
    calendar = common_spans([rules.calendar], since - 2 * _DAY, until + 2 * _DAY)
    found: list[Span] = []
    for begins in sorted(set(_wall_starts(rules, since - _DAY, until))):
        slot = Span(begins, begins + length)
        is_open = any(each.opens <= begins and slot.closes <= each.closes for each in calendar)
        if is_open and (not found or found[-1].closes <= begins):
            found.append(slot)
    return [slot for slot in found if since <= slot.opens < until]


def _wall_starts(rules: Meetings, since: datetime, until: datetime) -> Iterator[datetime]:
    """The instants at which the wall clock shows the beginning of a slot."""
    zone = ZoneInfo(rules.calendar.zone)
    midnight = datetime.combine(since.astimezone(zone).date() - _DAY, time())
    while midnight.date() <= until.astimezone(zone).date():
        if midnight.date() not in rules.calendar.holidays:
            for window in rules.calendar.windows or [_ALL_DAY]:
                for wall in _starts_of_day(window, midnight, rules.minutes):
                    yield from _instants(wall, zone)
        midnight += _DAY


def _starts_of_day(window: Window, midnight: datetime, minutes: int) -> Iterator[datetime]:
    if midnight.isoweekday() not in window.days:
        return
    opens, closes = (
        int(clock[:2]) * 60 + int(clock[3:]) for clock in (window.opens, window.closes)
    )
    if closes <= opens:
        closes += 24 * 60
    for start in range(opens, closes - minutes + 1, minutes):
        yield midnight + timedelta(minutes=start)


def _instants(wall: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When the clocks of a zone show this: once; never or twice where they are changed."""
    for fold in (0, 1):
        instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            yield instant


def slot_at(rules: Meetings, kind: MeetingKind, at: datetime, now: datetime) -> Span:
    """The slot that begins at an instant.

    Raises StateForbids for one that is over, too near or too far away, InvalidValue for none.
    """
    said, hint = instant_text(at), f"See the free ones: pscli {kind} slots"
    if at <= now:
        raise StateForbids(f"{said} is over.", hint=hint, field="starts_at")
    if at < now + timedelta(hours=rules.notice_hours):
        raise StateForbids(
            f"{said} is too soon: slots are booked {rules.notice_hours} hours before (Q4).",
            hint=hint,
            field="starts_at",
        )
    if at > now + timedelta(days=rules.days_ahead):
        raise StateForbids(
            f"{said} is too far away: slots are booked up to {rules.days_ahead} days ahead (Q4).",
            hint=hint,
            field="starts_at",
        )
    found = slots_between(rules, at, at + _SECOND)
    if not found:
        raise InvalidValue(f"No slot begins at {said} (Q4).", hint=hint, field="starts_at")
    return found[0]


def takers(
    slots: Sequence[Span], leads: Iterable[str], taken: Iterable[Engagement]
) -> list[set[str]]:
    """Who is free in each of these slots, which are in order."""
    free = [set(leads) for _ in slots]
    ends = [slot.closes for slot in slots]
    for each in taken:
        n = bisect_left(ends, each.starts_at + _SECOND)
        while n < len(slots) and each.meets(slots[n]):
            free[n].discard(each.representative)
            n += 1
    return free


def in_turn(free: Iterable[str], load: dict[str, int], kept: str | None = None) -> list[str]:
    """The free ones in the order in which they are asked.

    Whoever has the booking already comes first, then who has the fewest to come, then by address.
    """
    return sorted(free, key=lambda email: (email != kept, load.get(email, 0), email))


def check_admin(who: Actor, kind: MeetingKind) -> None:
    """Refuse members: consultations and meetings are for admins (E4, E5)."""
    if who.role is None:
        raise NotAllowed(
            f"A {kind} is for admins (E4).",
            hint="Ask in writing: pscli contact submit --subject WORDS",
        )


def gives(kind: MeetingKind, edition: Edition) -> bool:
    """Whether an edition comes with this: consultations with both (E4), meetings with Enhanced."""
    return kind is MeetingKind.CONSULTATION or edition is Edition.ENHANCED


def check_held(
    kind: MeetingKind, product: AddonProduct, intervals: list[Interval], slot: Span, now: datetime
) -> None:
    """Refuse a team without the add-on now (E4, E5), or no longer when the slot begins (B6)."""
    current = standing_of(intervals, product, now).current
    if current is None or not gives(kind, current.edition):
        raise not_entitled(kind, product)
    then = standing_of(intervals, product, slot.opens).current
    if then is None or not gives(kind, then.edition):
        ends = instant_text(current.until or slot.opens)
        raise StateForbids(
            f"Your {current.edition.capitalize()} for {product} ends on {ends[:10]} (B6).",
            hint=f"Book a slot before: pscli {kind} slots",
            field="starts_at",
        )


def not_entitled(kind: MeetingKind, product: AddonProduct | None = None) -> NotEntitled:
    """What a team is told that has not the add-on; a Champion's level brings neither (E7)."""
    about = f" for {product}" if product else ""
    if kind is MeetingKind.CONSULTATION:
        return NotEntitled(
            f"A consultation comes with an add-on, and your team has none{about} (E4).",
            hint="See the add-ons: pscli billing addon list",
        )
    asked = f" --product {product}" if product else ""
    return NotEntitled(
        f"A meeting comes with Enhanced, which your team does not hold{about} (E5).",
        hint=f"Ask sales: pscli contact sales enhanced{asked}",
    )


def quarter_at(at: datetime, zone: str) -> str:
    """The calendar quarter of an instant in a zone, as in `2026-Q1` (E5)."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.year:04}-Q{(local.month - 1) // _MONTHS + 1}"


def quarter_named(text: str, now: datetime, zone: str) -> tuple[str, Range]:
    """A quarter by its name or as `last-quarter`, with its days; raises InvalidValue."""
    if text != "last-quarter" and not _QUARTER.fullmatch(text):
        raise InvalidValue(
            f"“{text}” names no quarter.",
            hint="Name one: 2026-Q1, last-quarter.",
            field="quarter",
        )
    days = named_period(text, now.astimezone(ZoneInfo(zone)).date())
    return f"{days.since.year:04}-Q{(days.since.month - 1) // _MONTHS + 1}", days
