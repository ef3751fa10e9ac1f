"""Insights as they are shown in tests: to a reader in Jakarta, on Monday 2 March 2026."""

from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

from pscli.models.insights import (
    Attainment,
    AttainmentTrend,
    Bucket,
    Insights,
    ProductCount,
    Scope,
    Totals,
    TypeCount,
    Unit,
)
from pscli.rules.insights import Range, boundaries, share

from .conftest import JAKARTA
from .records import NOON

# What came in, month by month.
MONTHS: list[dict[str, int]] = [
    {"sync": 21, "sharing": 9, "sign-in": 4, "billing": 3, "files": 2, "mobile": 1},
    {"sync": 14, "sharing": 12, "sign-in": 6, "billing": 1, "members": 5},
    {},
    {"sharing": 1},
    {"sync": 33, "sharing": 11, "sign-in": 9, "billing": 8, "files": 7, "members": 2, "other": 1},
    {"sync": 18, "sharing": 16, "sign-in": 2, "files": 1},
    {"sync": 1, "mobile": 1},
]
BEFORE = {"sync": 61, "sharing": 52, "sign-in": 21, "storage": 4}
NOTHING = Attainment(
    met=0, breached=0, running=0, withdrawn=0, median_minutes=None, p90_minutes=None
)


def local_midnight(day: date) -> datetime:
    """The first instant of a day in Jakarta."""
    return datetime.combine(day, time(), JAKARTA).astimezone(UTC)


def trend(
    counts: list[dict[str, int]], since: date, by: Unit = Unit.MONTH, until: date | None = None
) -> list[Bucket]:
    """These counts in the units from that day on, or in those up to a day."""
    days = [since]
    while len(days) <= len(counts):
        days = boundaries(Range(since, until or date(days[-1].year + 9, 1, 1)), by)
    starts = [local_midnight(day) for day in days]
    return [
        Bucket(
            start=start,
            end=end,
            complete=end <= NOON,
            total=sum(came.values()),
            by_issue_type=came,
        )
        for came, (start, end) in zip(counts, pairwise(starts), strict=False)
    ]


def counted(
    counts: list[dict[str, int]] | None = None,
    since: date = date(2025, 9, 1),
    by: Unit = Unit.MONTH,
    until: date | None = None,
    before: dict[str, int] | None = None,
    **fields: Any,
) -> Insights:
    """Insights of these counts, beside those of the range before."""
    then = BEFORE if before is None else before
    series = trend(MONTHS if counts is None else counts, since, by, until)
    came: dict[str, int] = {}
    for bucket in series:
        for name, count in bucket.by_issue_type.items():
            came[name] = came.get(name, 0) + count
    total = sum(came.values())
    names = sorted(came.keys() | then.keys(), key=lambda name: (-came.get(name, 0), name))
    known: dict[str, Any] = {
        "team": "Acme",
        "since": series[0].start,
        "until": series[-1].end,
        "timezone": "Asia/Jakarta",
        "scope": Scope.OWN,
        "by": by,
        "complete": series[-1].complete,
        "totals": Totals(open=12, all=1234),
        "total": total,
        "previous_total": sum(then.values()),
        "issue_types": [
            TypeCount(
                issue_type=name,
                count=came.get(name, 0),
                share=share(came.get(name, 0), total),
                previous=then.get(name, 0),
            )
            for name in names
        ],
        "products": [
            ProductCount(product=name, count=count, share=share(count, total), previous=9)
            for name, count in (("dropbox", total - 7), ("sign", 7))
        ],
        "series": series,
        "attainment": AttainmentTrend(
            met=164, breached=4, running=2, withdrawn=1, median_minutes=48, p90_minutes=200,
            previous=Attainment(
                met=100, breached=9, running=0, withdrawn=3, median_minutes=52, p90_minutes=1650
            ),
        ),
    }  # fmt: skip
    return Insights(**{**known, **fields})
