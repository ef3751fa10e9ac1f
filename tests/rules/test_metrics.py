"""The weeks of the desk's figures, and local hours out of UTC, against every minute (I2, S2)."""

import os
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from pscli.models.tickets import ClockState
from pscli.problems import InvalidValue
from pscli.rules.insights import Range
from pscli.rules.metrics import MOST_DAYS, kept, load_of, steps_of, weeks_asked

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)
RANGES = 300 if os.environ.get("PSCLI_SOAK") else 30


@pytest.mark.parametrize("today", [MONDAY, date(2026, 3, 5), SUNDAY])
def test_the_default_is_four_whole_weeks_and_the_current_one(today: date) -> None:
    """I2: weeks start on Monday; an end of one's own is in the last of five weeks."""
    assert weeks_asked(None, None, today) == Range(date(2026, 2, 2), date(2026, 3, 9))
    assert weeks_asked(date(2026, 3, 1), None, today) == Range(date(2026, 3, 1), date(2026, 3, 9))
    for last in (date(2026, 1, 12), date(2026, 1, 18)):
        until = last + timedelta(days=1)
        assert weeks_asked(None, until, today) == Range(date(2025, 12, 15), until)


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (date(2026, 3, 9), None, "until"),
        (MONDAY, MONDAY, "until"),
        (SUNDAY, MONDAY, "until"),
        (date.min, None, "since"),
        (None, date.min, "since"),
        (None, date.max, "since"),
        (date.max, None, "since"),
        (MONDAY - timedelta(days=MOST_DAYS), date(2026, 3, 3), "since"),
    ],
)
def test_other_ranges_are_refused(since: date | None, until: date | None, field: str) -> None:
    """I2: empty ones, those beyond the calendar, those too long to count."""
    with pytest.raises(InvalidValue) as refused:
        weeks_asked(since, until, MONDAY)
    assert refused.value.field == field
    longest = MONDAY - timedelta(days=MOST_DAYS)
    assert weeks_asked(longest, MONDAY, MONDAY) == Range(longest, MONDAY)


@pytest.mark.parametrize(
    ("zone", "start", "steps"),
    [
        ("UTC", "2026-03-02", 60),
        ("America/New_York", "2026-03-05", 60),
        ("Asia/Tokyo", "2026-03-02", 60),
        ("Asia/Kolkata", "2026-03-02", 15),
        ("Asia/Kathmandu", "2026-03-02", 15),
        ("Australia/Lord_Howe", "2026-04-02", 15),  # half an hour back
        ("Pacific/Chatham", "2026-04-02", 15),
        ("America/St_Johns", "2010-03-11", 1),  # clocks changed a minute past midnight
        ("America/Goose_Bay", "2010-03-11", 1),
        ("America/Goose_Bay", "2010-05-01", 60),
    ],
)
def test_steps_are_as_long_as_the_zone_allows(zone: str, start: str, steps: int) -> None:
    """I1: each lies in one local hour, for every minute of a week."""
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert steps_of(begin, begin + timedelta(days=7), ZoneInfo(zone)) == steps
    check_steps(begin, begin + timedelta(days=7), ZoneInfo(zone))


def test_steps_hold_in_every_zone() -> None:
    """I1: on random days of half a century."""
    chance = random.Random(5)
    zones = sorted(available_timezones() - {"localtime", "Factory"})
    for _ in range(RANGES):
        begin = datetime(1975, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randint(0, 450_000))
        check_steps(begin, begin + timedelta(days=2), ZoneInfo(chance.choice(zones)))


def check_steps(start: datetime, end: datetime, zone: ZoneInfo) -> None:
    """The local day and hour of every minute are those of the beginning of its step."""
    steps = steps_of(start, end, zone)
    at = start
    while at < end:
        begun = max(at - timedelta(minutes=at.minute % steps), start)
        local, first = at.astimezone(zone), begun.astimezone(zone)
        assert (local.date(), local.hour) == (first.date(), first.hour), (zone.key, at)
        at += timedelta(minutes=1)


def test_load_is_by_the_clock_on_the_wall() -> None:
    """I1: hours, quarters and minutes of UTC as local weekdays and hours; Monday is first."""
    came = [("2026-03-02T23", 2), ("2026-03-02T18:30", 3), ("2026-03-02T18:15", 4)]
    assert at_places(load_of(came, ZoneInfo("Asia/Kolkata"))) == {
        (1, 4): 2,  # Tuesday 04:30
        (1, 0): 3,  # Tuesday 00:00
        (0, 23): 4,  # Monday 23:45
    }
    assert at_places(load_of(came, ZoneInfo("UTC"))) == {(0, 23): 2, (0, 18): 7}


def at_places(load: list[list[int]]) -> dict[tuple[int, int], int]:
    """What is not zero, by weekday and hour."""
    assert [len(day) for day in load] == [24] * 7
    return {(d, h): count for d, day in enumerate(load) for h, count in enumerate(day) if count}


def test_a_share_is_of_what_was_answered() -> None:
    """S2, S4: what was withdrawn or runs counts for neither side; nothing is no share."""
    began = Counter[tuple[str, int]]()
    began[ClockState.MET, 10] = 8
    began[ClockState.MET, 0] = 1
    began[ClockState.BREACHED, 300] = 1
    began[ClockState.WITHDRAWN, 0] = 5
    began[ClockState.RUNNING, 0] = 7
    found = kept(began)
    assert (found.met, found.breached, found.withdrawn, found.running) == (9, 1, 5, 7)
    assert (found.met_share, found.median_minutes, found.p90_minutes) == (0.9, 10, 10)
    nothing = kept(Counter({(ClockState.RUNNING, 0): 7}))
    assert (nothing.met_share, nothing.median_minutes, nothing.running) == (None, None, 7)
