"""What a person's or a team's tickets add up to: totals, patterns, trends, kept promises (I)."""

from datetime import datetime
from enum import StrEnum

from .record import Record


class Unit(StrEnum):
    """What a range is divided into; weeks start on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Scope(StrEnum):
    """Whose tickets are counted (I3)."""

    OWN = "own"
    TEAM = "team"


class Totals(Record, frozen=True):
    """How many tickets are not solved, and how many there are, whatever the range (I1)."""

    open: int
    all: int


class TypeCount(Record, frozen=True):
    """Tickets of an issue type: in the range, their share of it (0 to 1), in the one before."""

    issue_type: str
    count: int
    share: float
    previous: int


class ProductCount(Record, frozen=True):
    """Tickets about a product: in the range, their share of it (0 to 1), in the one before."""

    product: str
    count: int
    share: float
    previous: int


class Bucket(Record, frozen=True):
    """The tickets that came in one unit of the range; `complete` once it is over."""

    start: datetime
    end: datetime
    complete: bool
    total: int
    by_issue_type: dict[str, int]


class Attainment(Record, frozen=True):
    """How the promises that began in a range went; answer times in whole minutes (I2, S2).

    The percentiles are answer times that occurred (nearest rank), None where nothing was answered.
    """

    met: int
    breached: int
    running: int
    withdrawn: int
    median_minutes: int | None
    p90_minutes: int | None


class AttainmentTrend(Attainment, frozen=True):
    """The same beside as many units before (I2)."""

    previous: Attainment


class Insights(Record, frozen=True):
    """A range of local days `[since, until)`, its patterns and its trend, beside the one before.

    `products` is None where the team owns only one (I1); `complete` once the range is over (I5).
    """

    team: str
    since: datetime
    until: datetime
    timezone: str
    scope: Scope
    by: Unit
    complete: bool
    totals: Totals
    total: int
    previous_total: int
    issue_types: list[TypeCount]
    products: list[ProductCount] | None
    series: list[Bucket]
    attainment: AttainmentTrend
