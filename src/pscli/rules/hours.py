"""When support is open: calendars over IANA zones, their intersections, the next opening (H, J)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pscli.models.addons import AddonProduct
from pscli.models.policy import Calendar, Hours, Window
from pscli.models.record import Record

# How far ahead an opening is looked for; a year and a month covers every clock change.
_HORIZONS = tuple(timedelta(days=days) for days in (3, 10, 40, 400))
_JAPANESE_ANSWER = timedelta(hours=1)  # J3


class Span(NamedTuple):
    """Open from `opens` up to `closes`, in UTC."""

    opens: datetime
    closes: datetime


class Opening(Record, frozen=True):
    """Open or closed at an instant, and when that ends.

    `closes_at` is None while closed or where it never closes, `opens_at` while open or where it
    never opens again.
    """

    open: bool
    closes_at: datetime | None
    opens_at: datetime | None


def opening(calendars: Sequence[Calendar], at: datetime, team_zone: str = "UTC") -> Opening:
    """How things stand at an instant where all of these calendars must be open (H3, J2)."""
    for horizon in _HORIZONS:
        end = at + horizon
        spans = common_spans(calendars, at, end, team_zone)
        for span in spans:
            if span.opens <= at < span.closes:
                if span.closes < end:
                    return Opening(open=True, closes_at=span.closes, opens_at=None)
                break
            if span.opens > at:
                return Opening(open=False, closes_at=None, opens_at=span.opens)
    is_open = bool(spans) and spans[0].opens <= at
    return Opening(open=is_open, closes_at=None, opens_at=None)


def japanese_calendars(hours: Hours, product: AddonProduct) -> list[Calendar]:
    """Japanese is given where its own hours and the product's overlap (J1, J2)."""
    return [hours.japanese, hours.dash if product is AddonProduct.DASH else hours.dropbox]


def japanese_due(hours: Hours, product: AddonProduct, received: datetime) -> datetime | None:
    """One hour of Japanese business time after a message, or None outside those hours (J3, J4)."""
    calendars = japanese_calendars(hours, product)
    if not opening(calendars, received).open:
        return None
    left = _JAPANESE_ANSWER
    for horizon in _HORIZONS:
        left = _JAPANESE_ANSWER
        for span in common_spans(calendars, received, received + horizon):
            begins = max(span.opens, received)
            if span.closes - begins >= left:
                return begins + left
            left -= span.closes - begins
    return None


def common_spans(
    calendars: Sequence[Calendar], since: datetime, until: datetime, team_zone: str = "UTC"
) -> list[Span]:
    """When all calendars are open between two instants; a span may begin before `since`."""
    common = [Span(since - timedelta(days=2), until)]
    for calendar in calendars:
        if calendar.windows or calendar.holidays:
            common = list(_overlaps(common, _spans(calendar, since, until, team_zone)))
    return [span for span in common if span.closes > since]


def _overlaps(first: Sequence[Span], second: Sequence[Span]) -> Iterator[Span]:
    for one in first:
        for other in second:
            opens, closes = max(one.opens, other.opens), min(one.closes, other.closes)
            if opens < closes:
                yield Span(opens, closes)


def _spans(calendar: Calendar, since: datetime, until: datetime, team_zone: str) -> list[Span]:
    """A calendar's own spans, from two days before `since`, joined where they touch."""
    zone = ZoneInfo(team_zone if calendar.zone == "team" else calendar.zone)
    windows = calendar.windows or [
        Window(days=[1, 2, 3, 4, 5, 6, 7], opens="00:00", closes="24:00")
    ]
    day = since.astimezone(zone).date() - timedelta(days=2)
    last = until.astimezone(zone).date()
    found: list[Span] = []
    while day <= last:
        if day not in calendar.holidays:
            found += [_span(w, day, zone) for w in windows if day.isoweekday() in w.days]
        day += timedelta(days=1)
    return _joined(sorted(found))


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and span.opens <= joined[-1].closes:
            joined[-1] = Span(joined[-1].opens, max(joined[-1].closes, span.closes))
        else:
            joined.append(span)
    return joined


def _span(window: Window, day: date, zone: tzinfo) -> Span:
    next_day = window.closes <= window.opens or window.closes == "24:00"
    closing = day + timedelta(days=1) if next_day else day
    return Span(_instant(day, window.opens, zone), _instant(closing, window.closes, zone))


def _instant(day: date, clock: str, zone: tzinfo) -> datetime:
    wall = time(int(clock[:2]) % 24, int(clock[3:]))
    return datetime.combine(day, wall, zone).astimezone(UTC)
