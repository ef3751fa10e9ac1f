"""The brief of a root-cause meeting as a page: the report, and what went wrong (Q5)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pscli.models.meetings import Breach, Brief

from .html import page_of
from .words import minutes_text

_MINUTE = timedelta(minutes=1)


def brief_page(brief: Brief, now: datetime) -> bytes:
    """The quarter's report with its broken promises and what repeats (Q5), as UTF-8."""
    broken = list(_broken(brief, now))
    return page_of(brief.insights, "brief.html", brief=brief, broken=broken)


class _Row(NamedTuple):
    breach: Breach
    due: str
    answered: str
    late: str


def _broken(brief: Brief, now: datetime) -> Iterator[_Row]:
    zone = ZoneInfo(brief.insights.timezone)
    for each in brief.breaches:
        late = (each.answered_at or now) - each.due_at
        yield _Row(
            breach=each,
            due=_moment(each.due_at, zone),
            answered=_moment(each.answered_at, zone) if each.answered_at else "not yet",
            late=minutes_text(late // _MINUTE),
        )


def _moment(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{local.day} {local:%b %Y %H:%M}"
