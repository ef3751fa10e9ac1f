"""What the policy looks like: its tables as in the file, values in words, prices side by side."""

from collections.abc import Iterator

from msgspec.structs import asdict

from pscli.models.policy import (
    AddonPrice,
    Calendar,
    Feature,
    Policy,
    ResponseClock,
    SubscriptionPrice,
    Window,
)

from .layout import Column, Line, Screen, Span, pairs, side_by_side
from .threads import readable_size
from .times import duration

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEK = len(_DAYS)
_COVERED = ("dropbox", "dash", "japanese")
_CLOCKS = {
    ResponseClock.CALENDAR: "calendar time, at any hour",
    ResponseClock.HOURS: "the hours of live support",
}
_PRICED = {"product": "PRODUCT", "edition": "EDITION", "plan": "PLAN", "cycle": "CYCLE"}


def policy(found: Policy, screen: Screen) -> Iterator[Line]:
    """Every setting in the order of the file, under the name of its table (P1)."""
    tables = _tables(found, screen)
    width = max(len(name) for rows in tables.values() for name, _ in rows)
    top = {
        "issue_types": ", ".join(found.issue_types),
        "response_clock": _CLOCKS[found.response_clock],
    }
    yield from pairs([(name.ljust(width), [Span(said)]) for name, said in top.items()], screen)
    for title, rows in tables.items():
        yield []
        yield [Span(title, "bold")]
        yield from pairs([(name.ljust(width), [Span(said)]) for name, said in rows], screen)
    yield []
    sample = [Span(f"{screen.dot}a sample", "soon")] if found.prices.sample else []
    yield [Span("prices", "bold"), *sample]
    yield from _price_lines("addons", found.prices.addons, screen)
    yield from _price_lines("subscriptions", found.prices.subscriptions, screen)
    if found.features:
        yield []
        yield [Span("features", "bold")]
        yield from _feature_lines(found.features, screen)


def _tables(found: Policy, screen: Screen) -> dict[str, list[tuple[str, str]]]:
    """The settings that are single values: their names and what they say, by table."""
    hours, roles, files = found.hours, found.roles, found.attachments
    meetings, mail = found.meetings, found.mail
    return {
        "targets": [
            (name, duration(minutes * 60, 2)) for name, minutes in asdict(found.targets).items()
        ],
        "hours": [(name, in_words(getattr(hours, name), screen)) for name in _COVERED],
        "hours.plans": [(plan, in_words(each, screen)) for plan, each in hours.plans.items()],
        "roles": [(name, ", ".join(each) or "nobody") for name, each in asdict(roles).items()],
        "attachments": [
            ("per_message", f"{files.per_message} files"),
            ("bytes", readable_size(files.bytes)),
        ],
        "meetings": [
            ("calendar", in_words(meetings.calendar, screen)),
            ("minutes", duration(meetings.minutes * 60, 2)),
            ("notice_hours", f"{meetings.notice_hours} h"),
            ("days_ahead", f"{meetings.days_ahead} d"),
            ("representatives", ", ".join(meetings.representatives) or "every agent"),
        ],
        "mail": [
            ("sender", mail.sender),
            ("name", mail.name),
            ("replies", "mailed too" if mail.replies else "not mailed"),
            ("longest", f"{mail.longest:,} characters"),
        ],
        "digest": [("rare_percent", f"below {found.digest.rare_percent} %")],
    }


def in_words(calendar: Calendar, screen: Screen) -> str:
    """When a calendar is open: `Mon to Fri 09:00-17:00 · Asia/Tokyo`."""
    opens = ", ".join(_window(window, screen) for window in calendar.windows) or "at any hour"
    if not calendar.windows and not calendar.holidays:
        return opens
    zone = "the team's zone" if calendar.zone == "team" else calendar.zone
    said = f"{opens}{screen.dot}{zone}"
    if calendar.holidays:
        said += f"{screen.dot}not on {', '.join(map(str, calendar.holidays))}"
    return said


def _window(window: Window, screen: Screen) -> str:
    days = sorted(set(window.days))
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):  # noqa: PLR2004 - a span
        named = f"{_DAYS[days[0] - 1]} to {_DAYS[days[-1] - 1]}" if len(days) < _WEEK else "daily"
    else:
        named = ", ".join(_DAYS[day - 1] for day in days)
    return f"{named} {window.opens}{screen.glyph('–', '-')}{window.closes}"


def _price_lines(
    name: str, prices: list[AddonPrice] | list[SubscriptionPrice], screen: Screen
) -> Iterator[Line]:
    """A row for each price, a column for each currency; the last ones drop first."""
    if not prices:
        return
    rows = [asdict(each) for each in prices]
    columns = [
        Column(title, [Span(row[field]) for row in rows])
        for field, title in _PRICED.items()
        if field in rows[0]
    ]
    whom = [Span("licence" if each.per_licence else "team") for each in prices]
    columns.append(Column("FOR", whom, drop=1))
    none = screen.glyph("–", "-")
    currencies = dict.fromkeys(currency for each in prices for currency in each.amounts)
    columns += [
        Column(
            currency,
            [Span(p.amounts.get(currency, none)) for p in prices],
            right=True,
            drop=number and number + 1,
        )
        for number, currency in enumerate(currencies)
    ]
    yield [Span(name, "dim")]
    yield from side_by_side(columns, screen)


def _feature_lines(features: list[Feature], screen: Screen) -> Iterator[Line]:
    columns = [
        Column("KEY", [Span(each.key) for each in features]),
        Column("NAME", [Span(each.names.en) for each in features], flexible=True),
        Column("PRODUCT", [Span(each.product, "dim") for each in features], drop=2),
        Column("KIND", [Span(each.kind) for each in features], drop=1),
        Column("ADDON", [Span(each.addon or "", "dim") for each in features], drop=3),
    ]
    yield from side_by_side(columns, screen)


def policy_hints(_: Policy) -> list[str]:
    """How the policy is replaced."""
    return [
        "As a file: pscli desk policy show --toml",
        "Put one in force: pscli desk policy set FILE",
    ]
