"""The hours against seven years of wall clocks, walked in quarters of an hour (H, J)."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pscli.models.addons import AddonProduct
from pscli.models.people import Plan
from pscli.models.policy import Calendar
from pscli.policy import shipped_policy
from pscli.rules.hours import REACH, japanese_calendars, opening

HOURS = shipped_policy().hours
STEP = timedelta(minutes=15)
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
# A prime, so that the sample comes by every hour and weekday; a soak takes every instant.
EVERY = 1 if os.environ.get("PSCLI_SOAK") == "1" else 199
NEW_YORK, TOKYO, JAKARTA = map(ZoneInfo, ("America/New_York", "Asia/Tokyo", "Asia/Jakarta"))


def _dash(now: datetime) -> bool:
    return 9 <= now.astimezone(NEW_YORK).hour < 20


def _japanese(now: datetime) -> bool:
    wall = now.astimezone(TOKYO)
    return wall.weekday() < 5 and 9 <= wall.hour < 17


def _plan(now: datetime) -> bool:
    wall = now.astimezone(JAKARTA)
    return wall.weekday() < 5 and 9 <= wall.hour < 17


@pytest.mark.parametrize(
    ("calendars", "is_open"),
    [
        ([HOURS.dropbox], lambda _: True),
        ([HOURS.dash], _dash),
        ([HOURS.japanese], _japanese),
        (japanese_calendars(HOURS, AddonProduct.DASH), lambda now: _dash(now) and _japanese(now)),
        ([HOURS.plans[Plan.BUSINESS]], _plan),
    ],
    ids=["H1", "H2", "J1", "J2", "H5"],
)
def test_hours_agree_with_a_walk_along_the_clock(
    calendars: list[Calendar], is_open: Callable[[datetime], bool]
) -> None:
    """H1, H2, H5, J1, J2: open or closed, and when that ends, as a slow walk finds it."""
    beyond = LAST + REACH
    steps = (beyond - FIRST) // STEP
    walked = [is_open(FIRST + n * STEP) for n in range(steps)]
    changes: list[int | None] = [None] * steps
    for n in range(steps - 2, -1, -1):
        changes[n] = n + 1 if walked[n] != walked[n + 1] else changes[n + 1]
    for n in range(0, (LAST - FIRST) // STEP, EVERY):
        change = changes[n]
        expected = None if change is None else FIRST + change * STEP
        found = opening(calendars, FIRST + n * STEP, "Asia/Jakarta")
        assert found.open is walked[n]
        assert (found.closes_at, found.opens_at) == (
            (expected, None) if walked[n] else (None, expected)
        )
