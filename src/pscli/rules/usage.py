"""Quarters, how much a feature is used in one, and which are used least (Q1, Q2)."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pscli.models.policy import Feature, FeatureKind
from pscli.models.record import Record
from pscli.models.usage import FeatureUse, UseState
from pscli.problems import InvalidValue

IN_A_MAIL = 3  # Q1
LAST_ZONE = timedelta(hours=12)  # no zone is further behind UTC


class Users(Record, frozen=True):
    """How many active people used a feature in a quarter, and how many of them are admins now."""

    feature: str
    people: int
    admins: int


class Audience(Record, frozen=True):
    """How many people and admins of a team are active."""

    people: int
    admins: int


def quarter_of(instant: datetime, timezone: str) -> str:
    """The calendar quarter of an instant on a zone's clocks, such as `2026-Q1`."""
    local = instant.astimezone(ZoneInfo(timezone))
    return f"{local.year:04}-Q{(local.month + 2) // 3}"


def last_quarter(now: datetime) -> str:
    """The last quarter that is over in every zone."""
    year, number = _parts(quarter_of(now - LAST_ZONE, "UTC"))
    return f"{year - 1:04}-Q4" if number == 1 else f"{year:04}-Q{number - 1}"


def check_begun(quarter: str, now: datetime, timezone: str) -> None:
    """Refuse a quarter that lies in the future."""
    if quarter > quarter_of(now, timezone):
        raise InvalidValue(
            f"{quarter} has not begun.", hint="Name a quarter that has begun.", field="quarter"
        )


def check_over(quarter: str, now: datetime, timezone: str) -> None:
    """Refuse a quarter of which nobody knows yet what it will have been (Q1)."""
    if quarter >= quarter_of(now, timezone):
        raise InvalidValue(
            f"{quarter} is not over yet.",
            hint="Name one that is, as in 2026-Q1.",
            field="quarter",
        )


def _parts(quarter: str) -> tuple[int, int]:
    year, _, number = quarter.partition("-Q")
    return int(year), int(number)


class Knowledge(Record, frozen=True):
    """What the desk knows of a team's use in a quarter.

    `known` are the features of which all use is known, `ever` those that anybody used until the
    quarter's end, `users` who used what in it.
    """

    quarter: str
    products: Collection[str]
    audience: Audience
    users: dict[str, Users]
    known: Collection[str]
    ever: Collection[str]


def use_of(feature: Feature, knowledge: Knowledge, rare_percent: int, language: str) -> FeatureUse:
    """How much a team uses a feature: never, rarely (Q1), or without data unknown (Q2)."""
    users = knowledge.users.get(feature.key, Users(feature=feature.key, people=0, admins=0))
    of_admins = feature.kind is FeatureKind.ADMIN
    people = users.admins if of_admins else users.people
    among = knowledge.audience.admins if of_admins else knowledge.audience.people
    owned = feature.product in knowledge.products
    if feature.addon is not None:
        owned = owned and feature.key in knowledge.ever
    set_up = feature.kind is FeatureKind.SETUP
    state = UseState.NOT_OWNED
    if owned and set_up and feature.key in knowledge.ever:
        state = UseState.USED
    elif owned and (feature.key not in knowledge.known or not among):
        state = UseState.UNKNOWN
    elif owned:
        state = _state(people, among, rare_percent)
    counted = owned and feature.key in knowledge.known
    return FeatureUse(
        feature=feature.key,
        name=feature.names.of(language),
        product=feature.product,
        kind=feature.kind,
        quarter=knowledge.quarter,
        state=state,
        people=people if counted else None,
        among=None if set_up else among,
        share=round(people / among, 4) if counted and among and not set_up else None,
    )


def _state(people: int, among: int, rare_percent: int) -> UseState:
    if people == 0:
        return UseState.NEVER
    return UseState.RARELY if 100 * people < rare_percent * among else UseState.USED


def least_used(uses: Iterable[FeatureUse]) -> list[FeatureUse]:
    """The three that are used least, never before rarely; fewer where there are fewer (Q1)."""
    little = [use for use in uses if use.state in (UseState.NEVER, UseState.RARELY)]
    return sorted(little, key=lambda use: use.share or 0)[:IN_A_MAIL]
