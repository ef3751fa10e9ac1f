"""The weeks that the desk's figures are of, and when in a week tickets come (I2, S2)."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import asdict

from pscli.models.insights import Unit
from pscli.models.metrics import Kept
from pscli.problems import InvalidValue

from .insights import FIRST, Range, attainment, range_asked, share, unit_end

WHOLE_WEEKS = 4  # before the current one, where no range is asked for
MOST_DAYS = 3660
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_HOUR, _QUARTER = 60, 15  # minutes


def weeks_asked(since: date | None, until: date | None, today: date) -> Range:
    """The days asked for; by default four whole weeks and the one in which the range ends.

    Raises InvalidValue for a range that is empty, beyond the calendar or longer than ten years.
    """
    end = until or unit_end(today, Unit.WEEK)
    if since is None and end > FIRST:
        last = end - _DAY
        since = last - timedelta(days=last.weekday(), weeks=WHOLE_WEEKS)
    days = range_asked(since, end, Unit.WEEK, today)
    if (days.until - days.since).days > MOST_DAYS:
        raise InvalidValue(
            f"These are more than {MOST_DAYS} days.",
            hint="Name a later first day: --since 2026-01-31",
            field="since",
        )
    return days


def kept(began: Counter[tuple[str, int]]) -> Kept:
    """How promises went, of a count by state and whole minutes to the answer."""
    found = attainment(began)
    ended = found.met + found.breached
    return Kept(**asdict(found), met_share=share(found.met, ended) if ended else None)


def steps_of(start: datetime, end: datetime, zone: ZoneInfo) -> int:
    """The longest steps, in minutes of UTC, that lie in one local hour each: 60, 15 or 1.

    Most zones are whole hours from UTC, others quarters; a few once changed their clocks a minute
    past the hour. Offsets with seconds ended in 1972.
    """
    marks = set[int]()
    day = start
    while day < end:
        following = min(day + _DAY, end)
        before, after = _offset(day, zone), _offset(following, zone)
        marks |= {before, after}
        if before != after:
            marks.add(_change(day, before, zone))
        day = following
    return next((step for step in (_HOUR, _QUARTER) if all(m % step == 0 for m in marks)), 1)


def _change(day: datetime, before: int, zone: ZoneInfo) -> int:
    """The first minute of a day, counted from the hour, at which an offset is another one."""
    while _offset(day, zone) == before:
        day += _MINUTE
    return day.minute


def _offset(at: datetime, zone: ZoneInfo) -> int:
    """How many minutes a zone is ahead of UTC."""
    return (at.astimezone(zone).utcoffset() or timedelta()) // _MINUTE


def load_of(came: Iterable[tuple[str, int]], zone: ZoneInfo) -> list[list[int]]:
    """Seven days, Monday first, of 24 local hours: how many tickets came in each.

    `came` counts them by the beginning of an instant's text, at least up to the hour of UTC.
    """
    load = [[0] * 24 for _ in range(7)]
    for text, tickets in came:
        local = datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone)
        load[local.weekday()][local.hour] += tickets
    return load
