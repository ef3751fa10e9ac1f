"""Times as people say them: how long, how long ago, when in the reader's zone."""

import os
from datetime import UTC, datetime, timedelta, tzinfo

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_RECENT = timedelta(days=14)  # older times are clearer as a date


def duration(seconds: float, parts: int = 1) -> str:
    """A length of time in one or two units, never more than it is: `29 min`, `3 h 20 min`."""
    whole = int(abs(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR or (parts == 1 and whole < 2 * _HOUR):
        return f"{whole // _MINUTE} min"
    if whole < _DAY or (parts == 1 and whole < 2 * _DAY):
        return _two(whole, _HOUR, "h", _MINUTE, "min", parts)
    return _two(whole, _DAY, "d", _HOUR, "h", parts)


def _two(whole: int, unit: int, name: str, rest: int, rest_name: str, parts: int) -> str:
    further = whole % unit // rest
    said = f"{whole // unit} {name}"
    return f"{said} {further} {rest_name}" if parts > 1 and further else said


def until(due: datetime, now: datetime, parts: int = 1) -> str:
    """How far off a due instant is: `in 29 min`, `8 min late`."""
    left = (due - now).total_seconds()
    if left < 0:
        return f"{duration(left, parts)} late"
    return f"in {duration(left, parts)}"


def ago(then: datetime, now: datetime, zone: tzinfo) -> str:
    """How long ago: `12 min ago`, or a date where that is two weeks and more."""
    passed = now - then
    if passed < timedelta(minutes=1):
        return "now"
    if passed < _RECENT:
        return f"{duration(passed.total_seconds())} ago"
    return day(then, now, zone)


def day(then: datetime, now: datetime, zone: tzinfo) -> str:
    """The date in a zone, with the year where it is another one."""
    local = then.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local.day} {local:%b}{year}"


def moment(then: datetime, now: datetime, zone: tzinfo) -> str:
    """The day and time in a zone: `Mon 2 Mar 19:00`."""
    local = then.astimezone(zone)
    return f"{local:%a} {day(then, now, zone)} {local:%H:%M}"


def zone_name(zone: tzinfo, now: datetime) -> str:
    """What a zone is called, with its offset at that time."""
    written = offset_name(zone, now)
    name = getattr(zone, "key", None) or now.astimezone(zone).tzname() or ""
    if name == "UTC":
        return name
    return f"{name} ({written})" if name[:1].isalpha() and not name.startswith("UTC") else written


def short_zone(zone: tzinfo, then: datetime) -> str:
    """A zone in a word: `WIB`, or its offset where it has no letters of its own."""
    name = then.astimezone(zone).tzname() or ""
    return name if name.isalpha() else offset_name(zone, then)


def offset_name(zone: tzinfo, then: datetime) -> str:
    """How far a zone is from UTC at that time: `UTC-05:00`."""
    offset = then.astimezone(zone).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // _MINUTE
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def zone_named(name: str) -> tzinfo:
    """The zone of this name; raises InvalidValue where there is none."""
    from zoneinfo import ZoneInfo

    from pscli.rules.teams import check_zone

    check_zone(name)
    return ZoneInfo(name)


def machine_zone(now: datetime) -> tzinfo:
    """The zone of this machine by its name, so that summer and winter are told apart."""
    from zoneinfo import ZoneInfo

    name = os.environ.get("TZ", "").lstrip(":")
    if not name:
        name = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    try:
        return ZoneInfo("UTC" if name == "Etc/UTC" else name)
    except (ValueError, OSError, KeyError):
        return now.astimezone().tzinfo or UTC
