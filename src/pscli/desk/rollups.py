"""Roll-ups of tickets and promises by month: kept with each change, counted anew, proved (I1, I2).

A ticket stands under the local month, of the team also day, in which it came; a promise under that
in which it began, with its state and how long its answer took.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from pscli.codec import NEVER
from pscli.models.record import Record
from pscli.models.tickets import ClockState
from pscli.operation import Overdue, Work

T = TypeVar("T")

ROWS_AT_ONCE = 50  # in one statement: each is a way to the database and back
_MINUTE = timedelta(minutes=1)


class Came(Record, frozen=True):
    """What a ticket is rolled up by."""

    person: int
    created_at: datetime
    issue_type: str
    product: str


class Began(Record, frozen=True):
    """What a promise is rolled up by."""

    person: int
    started_at: datetime
    state: ClockState
    answered_at: datetime | None

    @property
    def minutes(self) -> int:
        """Whole minutes to the answer; 0 where there is none."""
        return 0 if self.answered_at is None else (self.answered_at - self.started_at) // _MINUTE


def local_day(instant: datetime, zone: str) -> str:
    """The local day of an instant, as roll-ups name it."""
    from zoneinfo import ZoneInfo

    return instant.astimezone(ZoneInfo(zone)).date().isoformat()


def roll_tickets(work: Work, team: int, zone: str, tickets: list[Came], *, by: int = 1) -> None:
    """Count tickets in (1) or out (-1) where they came."""
    rows = ticket_rows(zone, tickets)
    if by < 0:
        rows = Counter({place: by * count for place, count in rows.items()})
    _add(work, team, "ticket_rollup", "tickets", _TICKET_PLACE, rows)


def ticket_rows(zone: str, tickets: Iterable[Came]) -> "Counter[TicketPlace]":
    """The rows that tickets make in their roll-up, with how many stand in each."""
    rows: Counter[TicketPlace] = Counter()
    for ticket in tickets:
        day = local_day(ticket.created_at, zone)
        for place in ((ticket.person, "month", day[:7]), (0, "month", day[:7]), (0, "day", day)):
            rows[*place, ticket.issue_type, ticket.product] += 1
    return rows


def roll_clocks(
    work: Work, team: int, zone: str, clocks: list[Began], before: list[Began] = []
) -> None:
    """Count promises in, and out as they stood before."""
    rows = clock_rows(zone, clocks)
    rows.subtract(clock_rows(zone, before))
    _add(work, team, "clock_rollup", "clocks", _CLOCK_PLACE, rows)


def clock_rows(zone: str, clocks: Iterable[Began]) -> "Counter[ClockPlace]":
    """The rows that promises make in their roll-up, with how many stand in each."""
    rows: Counter[ClockPlace] = Counter()
    for clock in clocks:
        day = local_day(clock.started_at, zone)
        for place in ((clock.person, "month", day[:7]), (0, "month", day[:7]), (0, "day", day)):
            rows[*place, clock.state, clock.minutes] += 1
    return rows


TicketPlace = tuple[int, str, str, str, str]  # as in `_TICKET_PLACE`
ClockPlace = tuple[int, str, str, str, int]  # as in `_CLOCK_PLACE`
_TICKET_PLACE = ("person", "grain", "period", "issue_type", "product")
_CLOCK_PLACE = ("person", "grain", "period", "state", "minutes")


def _add(
    work: Work,
    team: int,
    table: str,
    counted: str,
    place: tuple[str, ...],
    rows: "Counter[TicketPlace] | Counter[ClockPlace]",
) -> None:
    """Add to the rows of a roll-up, many to a statement."""
    names = (*place, counted)
    for some in _batches(sorted(rows.items())):
        places = (
            f"(:team, {', '.join(f':{name}{n}' for name in names)})" for n in range(len(some))
        )
        values = {
            f"{name}{n}": value
            for n, (key, count) in enumerate(some)
            for name, value in zip(names, (*key, count), strict=True)
        }
        work.sql.run(
            f"INSERT INTO {table} (team, {', '.join(names)}) VALUES {', '.join(places)} "
            f"ON CONFLICT (team, {', '.join(place)}) "
            f"DO UPDATE SET {counted} = {table}.{counted} + excluded.{counted}",
            team=team,
            **values,
        )


def _batches(items: list[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, ROWS_AT_ONCE)):
        yield some


def counted_zone(work: Work, team: int) -> str:
    """The zone whose months are rolled up; raises Overdue where they must be counted anew."""
    found = work.sql.one(
        str, "SELECT counted_zone FROM team WHERE id = :team AND counted_zone = timezone", team=team
    )
    if found is None:
        raise Overdue(lambda other: recount(other, team))
    return found


def recount(work: Work, team: int) -> None:
    """Roll every ticket and promise of a team up anew, by the zone that is now the team's."""
    work.sql.lock(team)
    zone = work.sql.one(str, "SELECT timezone FROM team WHERE id = :team", team=team)
    if zone is None:
        return
    for table in ("ticket_rollup", "clock_rollup"):
        work.sql.run(f"DELETE FROM {table} WHERE team = :team", team=team)
    for day, start, end in days_of(work, team, zone, "ticket", "created_at"):
        work.sql.run(_ROLL_DAY, team=team, day=day, start=start, end=end)
    for roll in (_ROLL_MONTHS, _ROLL_TEAM_DAYS, _ROLL_TEAM_MONTHS, _DROP_PERSONS_DAYS):
        work.sql.run(roll, team=team)
    for _, start, end in days_of(work, team, zone, "clock", "started_at"):
        roll_clocks(work, team, zone, promises_between(work, team, start, end))
    work.sql.run("UPDATE team SET counted_zone = timezone WHERE id = :team", team=team)


_ROLLED = "team, person, grain, period, issue_type, product, tickets"
_ROLL_DAY = (
    f"INSERT INTO ticket_rollup ({_ROLLED}) SELECT team, person, 'day', :day, issue_type, product, "
    "count(*) FROM ticket WHERE team = :team AND created_at >= :start AND created_at < :end "
    "GROUP BY team, person, issue_type, product"
)
_SUM = "CAST(SUM(tickets) AS BIGINT) FROM ticket_rollup WHERE team = :team"
_ROLL_MONTHS = (
    f"INSERT INTO ticket_rollup ({_ROLLED}) SELECT team, person, 'month', substr(period, 1, 7), "
    f"issue_type, product, {_SUM} AND grain = 'day' "
    "GROUP BY team, person, substr(period, 1, 7), issue_type, product"
)
_ROLL_TEAM_DAYS, _ROLL_TEAM_MONTHS = (
    f"INSERT INTO ticket_rollup ({_ROLLED}) SELECT team, 0, grain, period, issue_type, product, "
    f"{_SUM} AND grain = '{grain}' AND person > 0 GROUP BY team, grain, period, issue_type, product"
    for grain in ("day", "month")
)
_DROP_PERSONS_DAYS = "DELETE FROM ticket_rollup WHERE team = :team AND grain = 'day' AND person > 0"


def days_of(
    work: Work, team: int, zone: str, table: str, column: str
) -> Iterator[tuple[str, datetime, datetime]]:
    """The local days on which a team has rows, each with its first and last instant."""
    from zoneinfo import ZoneInfo

    from pscli.rules.insights import midnight

    place = ZoneInfo(zone)
    query = f"SELECT {column} FROM {table} WHERE team = :team AND {column} >= :at ORDER BY {column}"
    at: str | datetime = ""
    while found := work.sql.one(datetime, f"{query} LIMIT 1", team=team, at=at):
        day = found.astimezone(place).date()
        start, at = midnight(day, place), midnight(day + timedelta(days=1), place)
        yield day.isoformat(), start, at


def promises_between(
    work: Work, team: int, start: datetime | str, end: datetime | str, person: int | None = None
) -> list[Began]:
    """The promises of a team, or of one of its people, that began then."""
    return work.sql.all(Began, _PROMISES, team=team, start=start, end=end, person=person)


# Two parts, for the two indexes that hold the ended and the running ones.
_PROMISES = " UNION ALL ".join(
    "SELECT person, started_at, state, answered_at FROM clock WHERE team = :team "
    f"AND started_at >= :start AND started_at < :end AND state {part} 'running' "
    f"AND due_at < '{NEVER}' AND (CAST(:person AS BIGINT) IS NULL OR person = :person)"
    for part in ("<>", "=")
)
