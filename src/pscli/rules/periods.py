"""Billing periods: anchored, clamping at month ends, in the billing zone (B8)."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pscli.models.billing import Period
from pscli.models.people import BillingCycle
from pscli.models.record import Record

_MONTHS = {BillingCycle.MONTHLY: 1, BillingCycle.ANNUAL: 12}
_SECOND = timedelta(seconds=1)


class Terms(Record, frozen=True):
    """What fixes a team's periods: the anchor, the cycle and the billing zone."""

    anchor: datetime
    cycle: BillingCycle
    timezone: str = "UTC"


def boundary(terms: Terms, n: int) -> datetime:
    """The n-th boundary counted from the anchor; always from it, so that month ends come back."""
    if n == 0:
        return terms.anchor  # its wall clock may name two instants
    zone = ZoneInfo(terms.timezone)
    wall = terms.anchor.astimezone(zone)
    months = wall.year * 12 + wall.month - 1 + n * _MONTHS[terms.cycle]
    year, month = divmod(months, 12)
    day = min(wall.day, monthrange(year, month + 1)[1])
    local = datetime(year, month + 1, day, wall.hour, wall.minute, wall.second, tzinfo=zone)
    return local.astimezone(UTC)


def period_at(terms: Terms, instant: datetime) -> Period:
    """The period that an instant belongs to; a renewal instant belongs to the new one (B8)."""
    zone = ZoneInfo(terms.timezone)
    wall, now = terms.anchor.astimezone(zone), instant.astimezone(zone)
    months = (now.year - wall.year) * 12 + now.month - wall.month
    n = months // _MONTHS[terms.cycle]
    while boundary(terms, n) > instant:
        n -= 1
    while boundary(terms, n + 1) <= instant:
        n += 1
    return Period(start=boundary(terms, n), end=boundary(terms, n + 1))


def remaining_seconds(period: Period, instant: datetime) -> int:
    """How many seconds of the period are left, by UTC (B4)."""
    return (period.end - instant) // _SECOND


def total_seconds(period: Period) -> int:
    """How long the period is in seconds, by UTC."""
    return (period.end - period.start) // _SECOND
