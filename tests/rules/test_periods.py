"""Billing periods against a walk along the days (B8)."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pscli.models.billing import Period
from pscli.models.people import BillingCycle
from pscli.rules.periods import Terms, boundary, period_at, remaining_seconds, total_seconds

from .clocks import at

MONTHLY, ANNUAL = BillingCycle.MONTHLY, BillingCycle.ANNUAL
MONTHS = 48
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LEAP_YEAR = [date(2024, 1, 1) + n * DAY for n in range(366)]
ZONES = ["UTC", "America/New_York", "Europe/London", "Asia/Tokyo", "Australia/Lord_Howe"]
SKIPPED = datetime(2024, 1, 1, 2, 30)  # noqa: DTZ001 - in the hour that clocks jump over
# UTC has every day; the other zones every 7th, but all of them in a soak.
EVERY = 1 if os.environ.get("PSCLI_SOAK") else 7


def is_boundary(day: date, anchor: date, cycle: BillingCycle) -> bool:
    """Whether a period begins on this day: the anchor's day, or the last of a shorter month."""
    if cycle is ANNUAL and day.month != anchor.month:
        return False
    ends_month = (day + DAY).day == 1
    return day.day == anchor.day or (ends_month and day.day < anchor.day)


def walked(anchor: date, cycle: BillingCycle, step: int) -> Iterator[date]:
    """The boundary days of 48 months, forwards or backwards, found day by day."""
    day = anchor
    while abs((day.year - anchor.year) * 12 + day.month - anchor.month) <= MONTHS:
        if is_boundary(day, anchor, cycle):
            yield day
        day += step * DAY


def on_the_wall(day: date, clock: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which clocks there show this; by the old clock where they skip it."""
    wanted = datetime.combine(day, clock.time())
    naive = wanted.replace(tzinfo=UTC)
    offsets = [(naive + days * DAY).astimezone(zone).utcoffset() or timedelta() for days in (-1, 1)]
    told = [naive - offset for offset in offsets]
    shown = [each for each in told if each.astimezone(zone).replace(tzinfo=None) == wanted]
    return min(shown) if shown else told[0]


@pytest.mark.parametrize("cycle", [MONTHLY, ANNUAL])
@pytest.mark.parametrize("zone", ZONES)
def test_boundaries_agree_with_a_walk_along_the_days(zone: str, cycle: BillingCycle) -> None:
    """B8: all 366 anchor days, 48 months into the future and the past, in the billing zone."""
    place = ZoneInfo(zone)
    for anchor in LEAP_YEAR[:: 1 if zone == "UTC" else EVERY]:
        start = on_the_wall(anchor, SKIPPED, place)
        clock = start.astimezone(place).replace(tzinfo=None)
        terms = Terms(anchor=start, cycle=cycle, timezone=zone)
        for step in (1, -1):
            days = list(walked(anchor, cycle, step))
            expected = [start, *(on_the_wall(day, clock, place) for day in days[1:])]
            found = [boundary(terms, step * n) for n in range(len(days))]
            assert found == expected


@pytest.mark.parametrize("cycle", [MONTHLY, ANNUAL])
def test_every_instant_belongs_to_one_period(cycle: BillingCycle) -> None:
    """B8: periods touch; a renewal instant begins the new one, the second before ends the old."""
    for anchor in LEAP_YEAR:
        start = datetime.combine(anchor, datetime.min.time(), UTC)
        terms = Terms(anchor=start, cycle=cycle)
        for n in (-25, -1, 0, 1, 13):
            period = Period(start=boundary(terms, n), end=boundary(terms, n + 1))
            assert period.start < period.end
            for instant in (period.start, period.start + SECOND, period.end - SECOND):
                assert period_at(terms, instant) == period
            assert period_at(terms, period.end).start == period.end


@pytest.mark.parametrize(
    ("anchor", "cycle", "expected"),
    [
        ("2025-01-31", MONTHLY, ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"]),
        ("2024-01-31", MONTHLY, ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]),
        ("2024-02-29", ANNUAL, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"]),
        ("2024-02-29", MONTHLY, ["2024-02-29", "2024-03-29", "2024-04-29", "2024-05-29"]),
    ],
)
def test_month_ends_clamp_and_come_back(
    anchor: str, cycle: BillingCycle, expected: list[str]
) -> None:
    """B8: 31 Jan, 28 Feb, 31 Mar; a leap day yearly, back in the next leap year."""
    terms = Terms(anchor=at(anchor), cycle=cycle)
    assert [boundary(terms, n).date().isoformat() for n in range(4)] == expected
    if cycle is ANNUAL:
        assert boundary(terms, 4) == at("2028-02-29")


def test_boundaries_are_midnights_of_the_billing_zone() -> None:
    """B8: at New York's midnights a month with a change of clocks is an hour shorter or longer."""
    zone = "America/New_York"
    terms = Terms(anchor=at("2026-01-01", zone), cycle=MONTHLY, timezone=zone)
    march = period_at(terms, at("2026-03-15", zone))
    assert (march.start, march.end) == (at("2026-03-01", zone), at("2026-04-01", zone))
    assert total_seconds(march) == 31 * 86400 - 3600
    november = period_at(terms, at("2026-11-15", zone))
    assert total_seconds(november) == 30 * 86400 + 3600
    assert remaining_seconds(november, november.end - SECOND) == 1


def test_an_anchor_in_a_repeated_hour_is_itself_a_boundary() -> None:
    """B8: 01:30 that comes twice: the period begins at the instant that was named, the second."""
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 01:30 EST, an hour after 01:30 EDT
    terms = Terms(anchor=second, cycle=MONTHLY, timezone="America/New_York")
    assert period_at(terms, second).start == second
    assert period_at(terms, second - SECOND).end == second


def test_far_anchors_cost_no_walk() -> None:
    """B8: an anchor centuries away is found as fast as one next door."""
    far = Terms(anchor=at("1700-03-31"), cycle=MONTHLY)
    begun = time.monotonic()
    for day in LEAP_YEAR:
        period = period_at(far, at(day.isoformat()))
        assert period.start <= at(day.isoformat()) < period.end
    assert time.monotonic() - begun < 1
    assert period_at(Terms(anchor=at("2300-01-31"), cycle=ANNUAL), at("2026-01-30")) == Period(
        start=at("2025-01-31"), end=at("2026-01-31")
    )
