"""What the desk's own people see of all teams: counts and times, never contents or prices (A3)."""

from datetime import datetime

from .insights import Attainment
from .record import Record


class DeskTotals(Record, frozen=True):
    """How the desk stands now: tickets not solved, those that await support, promises (K1, S1).

    `overdue` are the running promises whose due instant has passed.
    """

    unsolved: int
    waiting: int
    running: int
    overdue: int


class Kept(Attainment, frozen=True):
    """How promises went; `met_share` is 0 to 1 of those answered, None where none was (S2)."""

    met_share: float | None


class TeamKept(Kept, frozen=True):
    """The same of one team under one edition, which may be a Champion level (E7)."""

    team: str
    edition: str


class Breach(Record, frozen=True):
    """A promise that was answered too late, by whole minutes (S2)."""

    team: str
    number: int
    edition: str
    product: str
    due_at: datetime
    answered_at: datetime
    late_minutes: int


class Waiting(Record, frozen=True):
    """A ticket that awaits support, and for how many whole minutes its customer has waited (S1).

    Without a commitment `due_at` is None and `edition` empty (E9).
    """

    team: str
    number: int
    edition: str
    product: str
    assignee: str | None
    started_at: datetime
    due_at: datetime | None
    waiting_minutes: int


class Metrics(Record, frozen=True):
    """A range of local days `[since, until)` over all teams, or one, and how the desk stands now.

    Promises count where they began, tickets where they came. `teams` has the most breaches first,
    `breaches` the newest, `waiting` the earliest due. `load` counts the `total` tickets by local
    weekday, Monday first, and hour; `complete` once the range is over.
    """

    since: datetime
    until: datetime
    timezone: str
    team: str | None
    complete: bool
    totals: DeskTotals
    total: int
    attainment: Kept
    teams: list[TeamKept]
    breaches: list[Breach]
    load: list[list[int]]
    waiting: list[Waiting]
