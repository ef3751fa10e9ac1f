"""Ranges of local days and what they are divided into, against walks along the days (I)."""

import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as some

from pscli.codec import parse_instant
from pscli.models.insights import Unit
from pscli.problems import InvalidValue
from pscli.rules.insights import (
    MOST_UNITS,
    Piece,
    Range,
    boundaries,
    midnight,
    named_period,
    percentile,
    pieces,
    range_asked,
    range_before,
    unit_fitting,
    units_of,
)

SOAK = bool(os.environ.get("PSCLI_SOAK"))
DAY = timedelta(days=1)
TODAY = date(2026, 3, 12)  # a Thursday
ZONES = [
    ZoneInfo(name)
    for name in ("UTC", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu", "Pacific/Apia")
]
days = some.dates(date(2010, 1, 1), date(2013, 1, 1))
lengths = some.integers(1, 400)


@pytest.mark.parametrize(
    ("since", "until", "by", "expected"),
    [
        (None, None, Unit.MONTH, ("2025-03-01", "2026-04-01")),
        (None, None, Unit.WEEK, ("2025-03-01", "2026-03-16")),
        (None, None, Unit.DAY, ("2025-03-01", "2026-03-13")),
        ("2026-01-15", None, Unit.MONTH, ("2026-01-15", "2026-04-01")),
        (None, "2025-12-31", Unit.MONTH, ("2024-12-01", "2025-12-31")),
        ("2026-01-01", "2026-01-02", Unit.DAY, ("2026-01-01", "2026-01-02")),
    ],
)
def test_the_range_asked_for(
    since: str | None, until: str | None, by: Unit, expected: tuple[str, str]
) -> None:
    """I1: by default the last twelve months and the current one."""
    start, end = (date.fromisoformat(text) if text else None for text in (since, until))
    found = range_asked(start, end, by, TODAY)
    assert tuple(day.isoformat() for day in found) == expected


@pytest.mark.parametrize(
    ("since", "until", "by"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), Unit.DAY),
        (date(2026, 3, 2), date(2026, 3, 1), Unit.DAY),
        (date(2027, 1, 1), None, Unit.MONTH),
        (date(1, 1, 1), date(2026, 1, 1), Unit.MONTH),
        (None, date(9999, 12, 31), Unit.MONTH),
        (date(1999, 1, 1), date(2026, 1, 1), Unit.DAY),
    ],
)
def test_a_range_that_cannot_be_is_refused(since: date | None, until: date, by: Unit) -> None:
    """I1: empty, backwards, beyond the calendar, or of too many units."""
    with pytest.raises(InvalidValue) as refusal:
        range_asked(since, until, by, TODAY)
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2025-12", "2025-12-01", "2026-01-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2025-Q4", "2025-10-01", "2026-01-01"),
        ("last-month", "2026-02-01", "2026-03-01"),
        ("last-quarter", "2025-10-01", "2026-01-01"),
    ],
)
def test_periods_have_names(name: str, since: str, until: str) -> None:
    """I5: months, quarters, and the last of each."""
    found = named_period(name, TODAY)
    assert (found.since.isoformat(), found.until.isoformat()) == (since, until)


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-00", "2026-13", "2026-Q0", "2026-Q5", "2026-1", "q1", "next-month",
             "2026-01-01", "0000-01", "9999-12", "２０２６-01"]
)  # fmt: skip
def test_no_other_name_is_a_period(name: str) -> None:
    """I5: and the refusal says which are."""
    with pytest.raises(InvalidValue, match="names no period") as refused:
        named_period(name, TODAY)
    assert "2026-Q1" in str(refused.value.hint)


@given(days, lengths, some.sampled_from(Unit))
def test_units_cover_a_range_without_gap(since: date, length: int, by: Unit) -> None:
    """I1: weeks start on Monday, months on the first; only the ends may be cut."""
    asked = Range(since, since + length * DAY)
    units = units_of(asked, by)
    assert [day for unit in units for day in walk(unit)] == walk(asked)
    for unit in units[1:]:
        assert by is not Unit.WEEK or unit.since.weekday() == 0
        assert by is not Unit.MONTH or unit.since.day == 1
    for unit in units:
        inner = walk(unit)[1:]
        assert by is not Unit.DAY or not inner
        assert by is not Unit.WEEK or all(day.weekday() for day in inner)
        assert by is not Unit.MONTH or all(day.day > 1 for day in inner)


def walk(days: Range) -> list[date]:
    """Every day of a range."""
    return [days.since + n * DAY for n in range((days.until - days.since).days)]


@given(days, lengths, some.sampled_from(Unit))
def test_the_range_before_has_as_many_units(since: date, length: int, by: Unit) -> None:
    """I2: it ends where the range begins; whole units stay whole."""
    asked = Range(since, since + length * DAY)
    before = range_before(asked, by)
    assert before.until == since
    whole = {Unit.DAY: True, Unit.WEEK: since.weekday() == 0, Unit.MONTH: since.day == 1}
    if whole[by]:
        assert len(boundaries(before, by)) == len(boundaries(asked, by))
    if by is Unit.MONTH:
        assert (before.since.day == 1) is (since.day == 1) or before.since.day == since.day


@pytest.mark.parametrize(
    ("length", "unit"), [(1, Unit.DAY), (31, Unit.DAY), (32, Unit.WEEK), (92, Unit.WEEK),
                         (93, Unit.MONTH)]
)  # fmt: skip
def test_a_range_reads_well_in_its_unit(length: int, unit: Unit) -> None:
    """I5: an export of a month shows days, of a quarter weeks."""
    assert unit_fitting(Range(TODAY, TODAY + length * DAY)) is unit


@settings(max_examples=500 if SOAK else 40)
@given(days, lengths, some.sampled_from(ZONES), some.sampled_from(ZONES), some.booleans())
def test_pieces_are_the_range(
    since: date, length: int, zone: ZoneInfo, counted: ZoneInfo, by_day: bool
) -> None:
    """I1: hour for hour, months and days of one zone and instants make up the days of another."""
    asked = Range(since, since + length * DAY)
    held: Counter[datetime] = Counter()
    for piece in pieces(asked, zone, counted, by_day=by_day):
        assert by_day or piece.grain != "day"
        for quarter in quarters(*ends(piece, counted)):
            held[quarter] += piece.sign
    expected = quarters(midnight(asked.since, zone), midnight(asked.until, zone))
    assert +held == Counter(expected)
    assert not -held


def ends(piece: Piece, counted: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which a piece begins and ends."""
    if piece.grain == "instant":
        return parse_instant(piece.start), parse_instant(piece.end)
    tail = "-01" if piece.grain == "month" else ""
    start, end = (date.fromisoformat(f"{text}{tail}") for text in (piece.start, piece.end))
    return midnight(start, counted), midnight(end, counted)


def quarters(start: datetime, end: datetime) -> list[datetime]:
    """Every quarter of an hour in between: all zones are whole ones apart, these days."""
    step = timedelta(minutes=15)
    return [start + n * step for n in range((end - start) // step)]


def test_a_day_begins_when_its_clock_does() -> None:
    """I1: also where midnight is skipped, where it comes twice, and where the day is left out."""
    beirut, havana, apia = map(ZoneInfo, ("Asia/Beirut", "America/Havana", "Pacific/Apia"))
    assert midnight(date(2024, 3, 31), beirut) == datetime(2024, 3, 30, 22, tzinfo=UTC)
    assert midnight(date(2024, 11, 3), havana) == datetime(2024, 11, 3, 4, tzinfo=UTC)
    assert midnight(date(2011, 12, 30), apia) == midnight(date(2011, 12, 31), apia)


@given(some.lists(some.integers(0, 50), min_size=1), some.sampled_from([50, 90]))
def test_percentiles_occurred(times: list[int], percent: int) -> None:
    """I2: the nearest rank: at least so many of a hundred are not above it, none fewer would do."""
    found = percentile(sorted(Counter(times).items()), percent)
    assert found in times
    assert sum(time <= found for time in times) * 100 >= percent * len(times)
    assert sum(time < found for time in times) * 100 < percent * len(times)


def test_percentiles_agree_with_the_library_where_it_is_clear() -> None:
    """I2: of a hundred and one different times, the middle one and the ninety-first."""
    times = list(range(101))
    cuts = quantiles(times, n=100, method="inclusive")
    histogram = [(time, 1) for time in times]
    assert (percentile(histogram, 50), percentile(histogram, 90)) == (cuts[49], cuts[89])
    assert percentile([], 50) is None


def test_too_many_units_are_refused_before_they_are_made() -> None:
    """I1: ten years of days, not a century."""
    until = date(2026, 1, 1)
    assert range_asked(until - MOST_UNITS * DAY, until, Unit.DAY, TODAY)
    with pytest.raises(InvalidValue, match="more than"):
        range_asked(until - (MOST_UNITS + 1) * DAY, until, Unit.DAY, TODAY)
