"""Wall clocks read the slow and plain way, to judge the rules by."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pscli.models.policy import Calendar, Window


def at(text: str, zone: str = "UTC") -> datetime:
    """What a wall clock shows, as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def stands_inside(calendar: Calendar, now: datetime) -> bool:
    """Whether the wall clock of the calendar's zone shows a time inside one of its windows."""
    wall = now.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)
    return any(
        _covers(window, wall, timedelta(days=back)) and _begins(calendar, window, wall, back)
        for window in calendar.windows
        for back in (0, 1)
    )


def _begins(calendar: Calendar, window: Window, wall: datetime, back: int) -> bool:
    day = wall.date() - timedelta(days=back)
    return day.isoweekday() in window.days and day not in calendar.holidays


def _covers(window: Window, wall: datetime, back: timedelta) -> bool:
    minutes = wall.hour * 60 + wall.minute + back // timedelta(minutes=1)
    opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (window.opens, window.closes))
    return opens <= minutes < (closes if closes > opens else closes + 24 * 60)
