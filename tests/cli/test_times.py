"""Times as people say them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from pscli.cli.times import ago, day, duration, moment, short_zone, until, zone_name

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "0 s", "0 s"),
        (59, "59 s", "59 s"),
        (60, "1 min", "1 min"),
        (29 * 60 + 59, "29 min", "29 min"),
        (3600, "60 min", "1 h"),
        (2 * 3600 - 1, "119 min", "1 h 59 min"),
        (2 * 3600, "2 h", "2 h"),
        (4 * 3600 - 1, "3 h", "3 h 59 min"),
        (26 * 3600, "26 h", "1 d 2 h"),
        (48 * 3600, "2 d", "2 d"),
        (100 * 3600, "4 d", "4 d 4 h"),
        (-480, "8 min", "8 min"),
    ],
)
def test_a_length_of_time(seconds: float, short: str, long: str) -> None:
    """In one unit for lists, in two elsewhere."""
    assert (duration(seconds), duration(seconds, parts=2)) == (short, long)


UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}


@given(st.integers(0, 10**7), st.sampled_from([1, 2]))
def test_a_length_is_never_more_than_it_is(seconds: int, parts: int) -> None:
    """S3: time left is rounded down, so that nobody is promised more of it than there is."""
    words = duration(seconds, parts).split()
    said = sum(int(n) * UNITS[unit] for n, unit in zip(words[::2], words[1::2], strict=True))
    assert said <= seconds < said + UNITS[words[-1]] * (60 if words[-1] == "min" else 24 * 60)


def test_how_far_off_a_due_instant_is() -> None:
    """S2: due up to and including the instant, late after it, in words."""
    assert until(NOON + timedelta(minutes=29), NOON) == "in 29 min"
    assert until(NOON, NOON) == "in 0 s"
    assert until(NOON - timedelta(seconds=1), NOON) == "1 s late"
    assert until(NOON - timedelta(hours=30), NOON, parts=2) == "1 d 6 h late"


def test_how_long_ago() -> None:
    """Relative for two weeks, then a date, with its year where it is another."""
    told = {
        timedelta(seconds=-5): "now",
        timedelta(seconds=59): "now",
        timedelta(minutes=12): "12 min ago",
        timedelta(hours=3): "3 h ago",
        timedelta(days=13, hours=23): "13 d ago",
        timedelta(days=14): "16 Feb",
        timedelta(days=90): "2 Dec 2025",
    }
    assert {passed: ago(NOON - passed, NOON, UTC) for passed in told} == told


def test_a_moment_is_in_the_readers_zone() -> None:
    """With day and month, on both sides of a clock change, the year where it is another."""
    assert moment(NOON, NOON, ZoneInfo("Asia/Jakarta")) == "Mon 2 Mar 19:00"
    assert moment(NOON.replace(hour=4), NOON, NEW_YORK) == "Sun 1 Mar 23:00"
    assert moment(NOON.replace(month=7), NOON, NEW_YORK) == "Thu 2 Jul 08:00"
    assert moment(NOON.replace(year=2025), NOON, UTC) == "Sun 2 Mar 2025 12:00"
    assert day(NOON, NOON, UTC) == "2 Mar"


@pytest.mark.parametrize(
    ("zone", "name", "short"),
    [
        (UTC, "UTC", "UTC"),
        (ZoneInfo("UTC"), "UTC", "UTC"),
        (ZoneInfo("Asia/Jakarta"), "Asia/Jakarta (UTC+07:00)", "WIB"),
        (NEW_YORK, "America/New_York (UTC-05:00)", "EST"),
        (ZoneInfo("America/St_Johns"), "America/St_Johns (UTC-03:30)", "NST"),
        (ZoneInfo("Asia/Kathmandu"), "Asia/Kathmandu (UTC+05:45)", "UTC+05:45"),
        (timezone(timedelta(hours=7), "WIB"), "WIB (UTC+07:00)", "WIB"),
        (timezone(timedelta(hours=-3)), "UTC-03:00", "UTC-03:00"),
    ],
)
def test_what_a_zone_is_called(zone: ZoneInfo | timezone, name: str, short: str) -> None:
    """H3: with its offset at that time."""
    assert (zone_name(zone, NOON), short_zone(zone, NOON)) == (name, short)
