"""What reports call days, units, kinds and figures."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pscli.models.insights import Attainment, Bucket, Insights, Scope, Unit
from pscli.rules.insights import unit_end

_DAY = timedelta(days=1)
_HOUR = 60  # minutes
_DAY_MINUTES = 24 * _HOUR
PROMISE_STATES = ("met", "breached", "running", "withdrawn")


class Days(NamedTuple):
    """Local days from the first to the last, both counted."""

    first: date
    last: date


def days_of(part: Insights | Bucket, zone: ZoneInfo) -> Days:
    """The local days of a range or of one of its units."""
    start = part.since if isinstance(part, Insights) else part.start
    end = part.until if isinstance(part, Insights) else part.end
    return Days(local_day(start, zone), local_day(end, zone) - _DAY)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The day that begins at an instant."""
    return instant.astimezone(zone).date()


def days_text(days: Days) -> str:
    """From when to when, saying a month or year once: `2 – 8 Mar 2026`, `Mar 2026`."""
    first, last = days
    form = "%b %Y" if _is_months(days) else "%d %b %Y"
    end = f"{last:{form}}".lstrip("0")
    if first == last or f"{first:{form}}" == f"{last:{form}}":
        return end
    if first.year != last.year:
        return f"{first:{form}}".lstrip("0") + f" – {end}"
    shared = " %Y" if first.month != last.month else " %b %Y"
    return f"{first:{form.removesuffix(shared)}}".lstrip("0") + f" – {end}"


def _is_months(days: Days) -> bool:
    return days.first.day == 1 and (days.last + _DAY).day == 1


def unit_text(days: Days, by: Unit) -> str:
    """A unit by its month or first day; weeks start on Monday."""
    if by is Unit.MONTH:
        return f"{days.first:%b %Y}"
    said = f"{days.first.day} {days.first:%b %Y}"
    return said if by is Unit.WEEK else f"{days.first:%a} {said}"


def remark_of(unit: Bucket, days: Days, by: Unit) -> str:
    """That a unit is not over yet, or from and to which day it was counted; else nothing (I5)."""
    if not unit.complete:
        return "so far"
    is_first = days.first.day == 1 if by is Unit.MONTH else days.first.weekday() == 0
    cuts = [] if is_first or by is Unit.DAY else [f"from {days.first.day} {days.first:%b}"]
    if days.last + _DAY < unit_end(days.first, by):
        cuts.append(f"to {days.last.day} {days.last:%b}")
    return " ".join(cuts)


def kinds_of(insights: Insights) -> list[str]:
    """The issue types that came in the range, the most frequent first."""
    counts = sum((Counter(each.by_issue_type) for each in insights.series), Counter[str]())
    return sorted(counts, key=lambda name: (-counts[name], name))


def whose(scope: Scope) -> str:
    """Whose tickets are counted (I3)."""
    return "One person's tickets" if scope is Scope.OWN else "The whole team's tickets"


def in_time(kept: Attainment) -> float | None:
    """The part of the ended promises that was met, 0 to 1; None where none ended (I2)."""
    ended = kept.met + kept.breached
    return kept.met / ended if ended else None


def percent(share: float | None) -> str:
    """A share with one decimal; `0.0 %` and `100.0 %` only where it is exactly that."""
    if share is None:
        return "–"
    tenths = round(share * 1000)
    if 0 < share < 1:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths // 10}.{tenths % 10} %"


def minutes_text(minutes: int | None) -> str:
    """A time in the two largest units that it fills: `3 h 5 min`."""
    if minutes is None:
        return "–"
    if minutes == 0:
        return "< 1 min"
    days, rest = divmod(minutes, _DAY_MINUTES)
    hours, rest = divmod(rest, _HOUR)
    parts = [(days, "d"), (hours, "h"), (rest, "min")]
    filled = [f"{count} {unit}" for count, unit in (parts[:2] if days else parts[1:]) if count]
    return " ".join(filled)


def empty_text(insights: Insights) -> str | None:
    """That no ticket came in the period; None where one did (I5)."""
    return None if insights.total else "No tickets came in this period."
