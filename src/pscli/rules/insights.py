"""Ranges of local days, what they are divided into, and what their tickets add up to (I)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pscli.codec import instant_text
from pscli.models.insights import Attainment, Insights, TypeCount, Unit
from pscli.models.tickets import ClockState
from pscli.problems import InvalidValue

MOST_UNITS = 4000  # ten years of days
FIRST, LAST = date(1900, 1, 1), date(9000, 1, 1)
_DAY = timedelta(days=1)
_YEAR = 12  # months


class Range(NamedTuple):
    """Local days `[since, until)`."""

    since: date
    until: date


def range_asked(since: date | None, until: date | None, by: Unit, today: date) -> Range:
    """The days asked for; by default the last twelve months and the current one.

    Raises InvalidValue for a range that is empty, beyond the calendar or of too many units.
    """
    end = until or unit_end(today, by)
    if not FIRST <= (since or end) <= LAST or not FIRST <= end <= LAST:
        raise InvalidValue(
            "The range is beyond the calendar.", hint="Name a range nearer to now.", field="since"
        )
    start = since or first_of_month(end - _DAY, -_YEAR)
    if start >= end:
        raise InvalidValue(
            f"The range ends on {end}, before it begins on {start}.",
            hint="`--until` is the first day that is left out.",
            field="until" if until else "since",
        )
    if len(units_of(Range(start, end), by)) > MOST_UNITS:
        raise InvalidValue(
            f"These are more than {MOST_UNITS} units.",
            hint="Choose longer ones: --by month",
            field="by",
        )
    return Range(start, end)


_NAMED = re.compile(r"(?P<year>[0-9]{4})-(?:(?P<month>[0-9]{2})|Q(?P<quarter>[1-4]))")


def named_period(text: str, today: date) -> Range:
    """A whole period by its name (I5): `2026-03`, `2026-Q1`, `last-month`, `last-quarter`.

    Raises InvalidValue for any other name.
    """
    if text == "last-month":
        return Range(first_of_month(today, -1), first_of_month(today))
    if text == "last-quarter":
        begun = first_of_month(today, -((today.month - 1) % 3))
        return Range(first_of_month(begun, -3), begun)
    if found := _NAMED.fullmatch(text):
        month = int(found["month"] or 3 * int(found["quarter"] or 1) - 2)
        if 1 <= month <= _YEAR and FIRST.year <= int(found["year"]) < LAST.year:
            start = date(int(found["year"]), month, 1)
            return Range(start, first_of_month(start, 1 if found["month"] else 3))
    raise InvalidValue(
        f"“{text}” names no period.",
        hint="Name one: 2026-03, 2026-Q1, last-month, last-quarter.",
        field="period",
    )


def unit_fitting(days: Range) -> Unit:
    """The unit in which a range reads well: days up to a month, weeks up to a quarter."""
    length = (days.until - days.since).days
    return Unit.DAY if length <= 31 else Unit.WEEK if length <= 92 else Unit.MONTH  # noqa: PLR2004


def boundaries(days: Range, by: Unit) -> list[date]:
    """The first days of the units of a range, and its end; the first and last may be cut."""
    found = [days.since]
    while found[-1] < days.until and len(found) <= MOST_UNITS + 1:
        found.append(min(unit_end(found[-1], by), days.until))
    return found


def range_before(days: Range, by: Unit) -> Range:
    """As many units before the range (I2)."""
    units = len(boundaries(days, by)) - 1
    if by is Unit.MONTH:
        start = first_of_month(days.since, -units)
        if days.since.day > 1:
            start += min(days.since - first_of_month(days.since), _month_length(start) - _DAY)
    else:
        start = days.since - units * (_DAY if by is Unit.DAY else 7 * _DAY)
    return Range(max(start, FIRST), days.since)


def unit_end(day: date, by: Unit) -> date:
    """The first day after the unit that a day belongs to."""
    if by is Unit.DAY:
        return day + _DAY
    if by is Unit.WEEK:
        return day + timedelta(days=7 - day.weekday())
    return first_of_month(day, 1)


def first_of_month(day: date, months: int = 0) -> date:
    """The first day of a day's month, or of one so many months later."""
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    return date(year, month + 1, 1)


def _month_length(first: date) -> timedelta:
    return first_of_month(first, 1) - first


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


class Piece(NamedTuple):
    """Part of a range of days: whole months or days of the counted zone, or instants.

    From `start` up to `end`, as the roll-ups and instants are written; `sign` is -1 for what the
    other pieces have too much.
    """

    grain: str
    start: str
    end: str
    sign: int = 1


def pieces(days: Range, zone: ZoneInfo, counted: ZoneInfo, *, by_day: bool) -> Iterator[Piece]:
    """Local days of any zone as whole months and, where `by_day`, days of the counted one (I1).

    The two zones' midnights differ by hours: those are instants, added or taken away. Where days
    are not counted, so is what lies outside the whole months.
    """
    first, last = _whole_months(days)
    if by_day:
        yield from _instants(midnight(days.since, zone), midnight(days.since, counted))
        for start, end in ((days.since, first), (last, days.until)):
            if start < end:
                yield Piece("day", start.isoformat(), end.isoformat())
        yield from _instants(midnight(days.until, counted), midnight(days.until, zone))
    else:
        yield from _instants(midnight(days.since, zone), midnight(first, counted))
        yield from _instants(midnight(last, counted), midnight(days.until, zone))
    if first < last:
        yield Piece("month", first.isoformat()[:7], last.isoformat()[:7])


def _whole_months(days: Range) -> Range:
    """The whole months in a range; without any, the empty range at its end."""
    first = first_of_month(days.since - _DAY, 1)
    last = first_of_month(days.until)
    return Range(first, last) if first < last else Range(days.until, days.until)


def _instants(start: datetime, end: datetime) -> Iterator[Piece]:
    if start < end:
        yield Piece("instant", instant_text(start), instant_text(end))
    elif end < start:
        yield Piece("instant", instant_text(end), instant_text(start), -1)


def attainment(began: Counter[tuple[str, int]]) -> Attainment:
    """How promises went, of a count by state and whole minutes to the answer (I2)."""
    states = Counter[str]()
    for (state, _), clocks in began.items():
        states[state] += clocks
    answered = sorted(
        (minutes, clocks)
        for (state, minutes), clocks in began.items()
        if state in (ClockState.MET, ClockState.BREACHED)
    )
    return Attainment(
        met=states[ClockState.MET],
        breached=states[ClockState.BREACHED],
        running=states[ClockState.RUNNING],
        withdrawn=states[ClockState.WITHDRAWN],
        median_minutes=percentile(answered, 50),
        p90_minutes=percentile(answered, 90),
    )


def percentile(times: Iterable[tuple[int, int]], percent: int) -> int | None:
    """The nearest rank of a histogram of (value, how often) in ascending order; None of nothing."""
    counted = list(times)
    rank = -(-sum(often for _, often in counted) * percent // 100)
    for value, often in counted:
        rank -= often
        if rank <= 0 < often:
            return value
    return None


def share(count: int, total: int) -> float:
    """A part of a whole, 0 to 1, to four places."""
    return round(count / total, 4) if total else 0.0


def rising(insights: Insights) -> TypeCount | None:
    """The issue type that grew most against the range before, if any did (I2)."""
    grown = max(insights.issue_types, key=lambda each: each.count - each.previous, default=None)
    return grown if grown and grown.count > grown.previous else None


def units_of(days: Range, by: Unit) -> list[Range]:
    """The units of a range, in order."""
    return [Range(*pair) for pair in pairwise(boundaries(days, by))]
