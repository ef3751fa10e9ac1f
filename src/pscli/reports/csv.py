"""One long table for pivots and scripts: a line a figure, with whose it is and what it counts.

Days are local ones of `timezone`, `end` is the first that is left out. `section` says what a line
is about: `totals` (whatever the period), `period`, `issue_type`, `product`, `unit` (what came in
each), `series` (the same by issue type, zeros included) and `promises`. `measure` says what `value`
and `previous` are: tickets, a share (0 to 1), promises in a state, or minutes.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pscli.codec import csv_line, no_formula
from pscli.models.insights import Attainment, Bucket, Insights

from .words import days_of, kinds_of

COLUMNS = (
    "team", "scope", "timezone", "by", "section", "start", "end", "complete",
    "issue_type", "product", "measure", "value", "previous",
)  # fmt: skip


def csv_report(insights: Insights) -> bytes:
    """Every figure as a line of RFC 4180, UTF-8, each line ended by LF as all of pscli's are."""
    lines = [COLUMNS, *(_cells(row) for row in _rows(insights))]
    return "".join(f"{csv_line(line)}\n" for line in lines).encode()


_Row = dict[str, Any]


def _cells(row: _Row) -> Iterator[str]:
    for name in COLUMNS:
        value = row.get(name)
        if isinstance(value, str):
            yield no_formula(value)
        elif isinstance(value, bool):
            yield str(value).lower()
        else:
            yield "" if value is None else str(value)


def _rows(insights: Insights) -> Iterator[_Row]:
    zone = ZoneInfo(insights.timezone)
    same = {
        "team": insights.team,
        "scope": insights.scope.value,
        "timezone": insights.timezone,
        "by": insights.by.value,
    }
    period = same | _days(insights, zone)
    yield from _figures(same | {"section": "totals"}, insights.totals, "open", "all")
    yield period | {
        "section": "period",
        "measure": "tickets",
        "value": insights.total,
        "previous": insights.previous_total,
    }
    for name in ("issue_type", "product"):
        for each in getattr(insights, f"{name}s") or ():
            row = period | {"section": name, name: getattr(each, name)}
            yield row | {"measure": "tickets", "value": each.count, "previous": each.previous}
            yield row | {"measure": "share", "value": each.share}
    yield from _units(same, insights, zone)
    before: Attainment = insights.attainment.previous
    for row in _figures(
        period | {"section": "promises"}, insights.attainment, *Attainment.__struct_fields__
    ):
        yield row | {"previous": getattr(before, row["measure"])}


def _units(same: _Row, insights: Insights, zone: ZoneInfo) -> Iterator[_Row]:
    """What came in each unit, and then the same by issue type."""
    kinds = kinds_of(insights)
    units = [(same | _days(each, zone) | {"measure": "tickets"}, each) for each in insights.series]
    for row, each in units:
        yield row | {"section": "unit", "value": each.total}
    for row, each in units:
        for kind in kinds:
            count = each.by_issue_type.get(kind, 0)
            yield row | {"section": "series", "issue_type": kind, "value": count}


def _figures(row: _Row, record: Any, *names: str) -> Iterator[_Row]:
    for name in names:
        yield row | {"measure": name, "value": getattr(record, name)}


def _days(part: Insights | Bucket, zone: ZoneInfo) -> _Row:
    first, last = days_of(part, zone)
    return {"start": first, "end": last + timedelta(days=1), "complete": part.complete}
