"""The proof of the roll-ups: each month of each team equals a recount of it (I1, I2)."""

from collections import Counter
from collections.abc import Iterator

from pscli.models.record import Record
from pscli.models.tickets import ClockState
from pscli.operation import Work

from .rollups import (
    Came,
    ClockPlace,
    TicketPlace,
    clock_rows,
    days_of,
    promises_between,
    ticket_rows,
)


def rollup_faults(work: Work) -> Iterator[tuple[int, str]]:
    """Team and month of each roll-up that a recount contradicts.

    A team whose months are counted anew when somebody asks for them has none to prove.
    """
    counted = "SELECT id, timezone FROM team WHERE counted_zone = timezone ORDER BY id"
    for team in work.sql.all(_Team, counted):
        for month in _months(work, team):
            if not _is_right(work, team, month):
                yield team.id, f"month {month}"


class _Team(Record, frozen=True):
    id: int
    timezone: str


def _months(work: Work, team: _Team) -> list[str]:
    """The local months in which a team has tickets, promises or roll-ups."""
    found = {
        month
        for table in ("ticket_rollup", "clock_rollup")
        for month in work.sql.all(
            str, f"SELECT DISTINCT substr(period, 1, 7) FROM {table} WHERE team = :id", id=team.id
        )
    }
    for table, column in (("ticket", "created_at"), ("clock", "started_at")):
        found |= {day[:7] for day, *_ in days_of(work, team.id, team.timezone, table, column)}
    return sorted(found)


def _is_right(work: Work, team: _Team, month: str) -> bool:
    from datetime import date
    from zoneinfo import ZoneInfo

    from pscli.rules.insights import first_of_month, midnight

    zone, first = ZoneInfo(team.timezone), date.fromisoformat(f"{month}-01")
    start, end = midnight(first, zone), midnight(first_of_month(first, 1), zone)
    came = work.sql.all(
        Came,
        "SELECT person, created_at, issue_type, product FROM ticket "
        "WHERE team = :team AND created_at >= :start AND created_at < :end",
        team=team.id,
        start=start,
        end=end,
    )
    began = promises_between(work, team.id, start, end)
    return ticket_rows(team.timezone, came) == _tickets(work, team.id, month) and (
        clock_rows(team.timezone, began) == _clocks(work, team.id, month)
    )


class _Tickets(Record, frozen=True):
    person: int
    grain: str
    period: str
    issue_type: str
    product: str
    tickets: int


class _Clocks(Record, frozen=True):
    person: int
    grain: str
    period: str
    state: ClockState
    minutes: int
    clocks: int


def _tickets(work: Work, team: int, month: str) -> Counter[TicketPlace]:
    rows = work.sql.all(
        _Tickets,
        "SELECT person, grain, period, issue_type, product, tickets FROM ticket_rollup "
        "WHERE team = :team AND substr(period, 1, 7) = :month",
        team=team,
        month=month,
    )
    return Counter(
        {
            (row.person, row.grain, row.period, row.issue_type, row.product): row.tickets
            for row in rows
        }
    )


def _clocks(work: Work, team: int, month: str) -> Counter[ClockPlace]:
    rows = work.sql.all(
        _Clocks,
        "SELECT person, grain, period, state, minutes, clocks FROM clock_rollup "
        "WHERE team = :team AND substr(period, 1, 7) = :month",
        team=team,
        month=month,
    )
    return Counter(
        {(row.person, row.grain, row.period, row.state, row.minutes): row.clocks for row in rows}
    )
