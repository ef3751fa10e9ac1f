"""When support is open: calendars over IANA zones, their intersections, the next opening (H, J).

A calendar is open at an instant if the wall clock of its zone then stands inside a window. So an
hour that a clock change skips opens nothing, and one that it repeats opens twice. A window belongs
to the day on which it begins: so do its weekday and a holiday, also where it runs over midnight.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pscli.models.addons import AddonProduct
from pscli.models.policy import Calendar, Hours, Policy, ResponseClock, Window
from pscli.models.record import Record
from pscli.problems import InvalidValue

REACH = timedelta(days=400)  # how far openings are looked for: past every clock change of a year
_AHEAD = (*(timedelta(days=days) for days in (0, 3, 10, 25, 50, 100, 200)), REACH)
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_JAPANESE_ANSWER = timedelta(hours=1)  # J3
_DAY = timedelta(days=1)
_EVERY_DAY = frozenset(range(1, 8))


class Span(NamedTuple):
    """Open from `opens` up to `closes`, in UTC."""

    opens: datetime
    closes: datetime


class Opening(Record, frozen=True):
    """Open or closed at an instant, and when that ends, as far as `REACH` shows.

    `closes_at` is None while closed or where it never closes, `opens_at` while open or where it
    never opens again.
    """

    open: bool
    closes_at: datetime | None
    opens_at: datetime | None


def opening(calendars: Sequence[Calendar], at: datetime, team_zone: str = "UTC") -> Opening:
    """How things stand at an instant where all of these calendars must be open (H3, J2).

    Raises InvalidValue for an instant beyond what calendars can say.
    """
    if not _FIRST <= at < _LAST:
        raise InvalidValue(
            f"{at:%Y-%m-%d} is beyond the calendar.", hint="Name an earlier instant.", field="at"
        )
    first = next(_open_spans(calendars, at, team_zone), None)
    if first is None or first.opens > at:
        return Opening(open=False, closes_at=None, opens_at=first and first.opens)
    closes = first.closes if first.closes < at + REACH else None
    return Opening(open=True, closes_at=closes, opens_at=None)


def product_calendar(hours: Hours, product: AddonProduct) -> Calendar:
    """The hours of live support that come with an add-on (H1, H2)."""
    return hours.dash if product is AddonProduct.DASH else hours.dropbox


def japanese_calendars(hours: Hours, product: AddonProduct) -> list[Calendar]:
    """Japanese is given where its own hours and the product's overlap (J1, J2)."""
    return [hours.japanese, product_calendar(hours, product)]


def japanese_due(hours: Hours, product: AddonProduct, received: datetime) -> datetime | None:
    """One hour of Japanese business time after a message, or None outside those hours (J3, J4)."""
    calendars = japanese_calendars(hours, product)
    if not opening(calendars, received).open:
        return None
    return open_later(calendars, received, _JAPANESE_ANSWER)


def open_later(calendars: Sequence[Calendar], since: datetime, left: timedelta) -> datetime | None:
    """When so much open time will have passed; None where that is beyond `REACH`."""
    for span in _open_spans(calendars, since):
        if span.closes - span.opens >= left:
            return span.opens + left
        left -= span.closes - span.opens
    return None


def response_calendars(policy: Policy, product: AddonProduct) -> list[Calendar]:
    """The hours in which a target counts; none where calendar time does (E3)."""
    counts_hours = policy.response_clock is ResponseClock.HOURS
    return [product_calendar(policy.hours, product)] if counts_hours else []


def _open_spans(
    calendars: Sequence[Calendar], since: datetime, team_zone: str = "UTC"
) -> Iterator[Span]:
    """When all calendars are open, as far as `REACH`; it looks no further than it is asked."""
    last: Span | None = None
    edges = [since + ahead for ahead in _AHEAD]
    for begins, ends in pairwise(edges):
        for span in common_spans(calendars, begins, ends, team_zone):
            if last and last.closes == span.opens:
                last = Span(last.opens, span.closes)
                continue
            if last:
                yield last
            last = span
        if last and last.closes < ends:
            yield last
            last = None
    if last:
        yield last


def common_spans(
    calendars: Sequence[Calendar], since: datetime, until: datetime, team_zone: str = "UTC"
) -> list[Span]:
    """When all calendars are open between two instants, as spans that do not touch."""
    common = [Span(since, until)]
    for calendar in calendars:
        if calendar.windows or calendar.holidays:
            common = list(_overlaps(common, _spans(calendar, since, until, team_zone)))
    return common


def _overlaps(first: Sequence[Span], second: Sequence[Span]) -> Iterator[Span]:
    one, other = 0, 0
    while one < len(first) and other < len(second):
        opens = max(first[one].opens, second[other].opens)
        closes = min(first[one].closes, second[other].closes)
        if opens < closes:
            yield Span(opens, closes)
        if first[one].closes == closes:
            one += 1
        else:
            other += 1


def _spans(calendar: Calendar, since: datetime, until: datetime, team_zone: str) -> list[Span]:
    """A calendar's own spans between two instants, joined where they touch."""
    zone = team_zone if calendar.zone == "team" else calendar.zone
    windows = [_times(window) for window in calendar.windows] or [(_EVERY_DAY, timedelta(), _DAY)]
    found: list[Span] = []
    for stretch, offset in _stretches(zone, since, until):
        spans = _wall_spans(windows, calendar.holidays, stretch, offset)
        found += _overlaps([stretch], _joined(sorted(spans)))
    return _joined(found)


def _times(window: Window) -> tuple[frozenset[int], timedelta, timedelta]:
    """A window's weekdays, and how long after their midnight it opens and closes."""
    opens, closes = (
        timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))
        for clock in (window.opens, window.closes)
    )
    return frozenset(window.days), opens, closes if opens < closes else closes + _DAY


def _wall_spans(
    windows: list[tuple[frozenset[int], timedelta, timedelta]],
    holidays: list[date],
    stretch: Span,
    offset: timedelta,
) -> Iterator[Span]:
    """The windows around a stretch of time, on wall clocks that keep this offset from UTC."""
    midnight = datetime.combine((stretch.opens + offset).date(), time(), UTC) - _DAY
    while midnight < stretch.closes + offset:
        if midnight.date() not in holidays:
            for days, opens, closes in windows:
                if midnight.isoweekday() in days:
                    yield Span(midnight + opens - offset, midnight + closes - offset)
        midnight += _DAY


def _stretches(zone: str, since: datetime, until: datetime) -> Iterator[tuple[Span, timedelta]]:
    """The stretches between two instants in which a zone keeps its offset, each with it."""
    changes = (each for year in range(since.year, until.year + 1) for each in _changes(zone, year))
    edges = [since, *(change for change in changes if since < change < until), until]
    for begins, ends in pairwise(edges):
        yield Span(begins, ends), _offset(zone, begins)


@lru_cache(maxsize=256)
def _changes(zone: str, year: int) -> tuple[datetime, ...]:
    """The instants of a year, by UTC, at which a zone's offset changes."""
    begins, ends = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    before = begins - timedelta(seconds=1)
    days = [before + n * _DAY for n in range((ends - begins).days + 1)]
    return tuple(
        _change(zone, before, after)
        for before, after in pairwise(days)
        if _offset(zone, before) != _offset(zone, after)
    )


def _change(zone: str, before: datetime, after: datetime) -> datetime:
    """The first second with the offset of `after`, which is not that of `before`."""
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) // 2).replace(microsecond=0)
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and span.opens <= joined[-1].closes:
            joined[-1] = Span(joined[-1].opens, max(joined[-1].closes, span.closes))
        else:
            joined.append(span)
    return joined
