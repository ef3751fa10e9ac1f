"""What the desk's own people see of all teams: promises, breaches, load, what waits (S2, A3)."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import asdict

from pscli.codec import NEVER
from pscli.models.metrics import Breach, DeskTotals, Kept, Metrics, TeamKept, Waiting
from pscli.models.names import TeamName, Zone
from pscli.models.record import Record
from pscli.models.tickets import ClockState
from pscli.operation import Work, operation
from pscli.rules.insights import midnight
from pscli.rules.metrics import kept, load_of, steps_of, weeks_asked
from pscli.rules.teams import check_zone

from .teams import team_id

NEWEST_BREACHES = 20
OLDEST_WAITING = 10
TEAMS_AT_ONCE = 200  # whose answer times are held at a time
_MINUTE = timedelta(minutes=1)


@operation("GET", "/metrics")
def show_metrics(
    work: Work,
    since: date | None = None,
    until: date | None = None,
    timezone: Zone = "UTC",
    team: TeamName | None = None,
) -> Metrics:
    """Kept promises, breaches, load and what waits longest, of all teams or one (S2, A3).

    The days are local ones of the zone, by default the last four whole weeks and the current one.
    """
    check_zone(timezone)
    zone = ZoneInfo(timezone)
    days = weeks_asked(since, until, work.now.astimezone(zone).date())
    asked = _asked(work, midnight(days.since, zone), midnight(days.until, zone), team)
    attainment, teams = _promises(work, asked)
    load = _load(work, asked, zone)
    return Metrics(
        since=asked.since,
        until=asked.until,
        timezone=timezone,
        team=asked.team,
        complete=asked.until <= work.now,
        totals=_totals(work, asked),
        total=sum(map(sum, load)),
        attainment=attainment,
        teams=teams,
        breaches=_breaches(work, asked),
        load=load,
        waiting=_waiting(work, asked),
    )


class _Asked(NamedTuple):
    """Instants `[since, until)`, and whose: the teams from the first to the last, or the one."""

    since: datetime
    until: datetime
    first: int
    last: int
    team: str | None


def _asked(work: Work, since: datetime, until: datetime, name: str | None) -> _Asked:
    if name is None:
        return _Asked(since, until, 1, work.sql.one(int, "SELECT teams FROM desk") or 0, None)
    only = team_id(work, name)
    named = work.sql.one(str, "SELECT name FROM team WHERE id = :team", team=only)
    return _Asked(since, until, only, only, named)


def _promises(work: Work, asked: _Asked) -> tuple[Kept, list[TeamKept]]:
    """How promises that began in the range went, of all teams and of each under each edition."""
    everything: Counter[tuple[str, int]] = Counter()
    teams: list[TeamKept] = []
    for first in range(asked.first, asked.last + 1, TEAMS_AT_ONCE):
        last = min(first + TEAMS_AT_ONCE - 1, asked.last)
        began: defaultdict[tuple[str, str], Counter[tuple[str, int]]] = defaultdict(Counter)
        some = asked._replace(first=first, last=last)
        for row in work.sql.all(_Began, _BEGAN, **some._asdict()):
            began[row.team, row.edition][row.state, row.minutes] += row.clocks
        for (team, edition), clocks in began.items():
            teams.append(TeamKept(**asdict(kept(clocks)), team=team, edition=edition))
            everything.update(clocks)
    teams.sort(key=lambda each: (-each.breached, each.team, each.edition))
    return kept(everything), teams


class _Began(Record, frozen=True):
    team: str
    edition: str
    state: ClockState
    minutes: int
    clocks: int


def _part(column: str, at: int, length: int = 2) -> str:
    """Digits of an instant's text as a number."""
    return f"CAST(substr({column}, {at}, {length}) AS BIGINT)"


def _day(column: str) -> str:
    """The number of an instant's day, with years that begin in March: leap days end them."""
    months = f"({_part(column, 1, 4)} * 12 + {_part(column, 6)} - 3)"
    years = f"({months} / 12)"
    return (
        f"({years} * 365 + {years} / 4 - {years} / 100 + {years} / 400 "
        f"+ ({months} % 12 * 153 + 2) / 5 + {_part(column, 9)})"
    )


def _second(column: str) -> str:
    """The second of an instant's day."""
    return f"({_part(column, 12)} * 3600 + {_part(column, 15)} * 60 + {_part(column, 18)})"


# Whole minutes to the answer, without the date functions in which engines differ: those of the days
# between, mostly none, and those between the times of day, a day ahead so as not to be negative.
_MINUTES = f"""CASE WHEN answered_at IS NULL THEN 0 ELSE
    CASE WHEN substr(started_at, 1, 10) = substr(answered_at, 1, 10) THEN -1440
        ELSE ({_day("answered_at")} - {_day("started_at")} - 1) * 1440 END
    + (86400 + {_second("answered_at")} - {_second("started_at")}) / 60 END"""
# CROSS JOIN has SQLite go from team to team, each in its part of the index.
_CLOCKS = f"""FROM team CROSS JOIN clock WHERE clock.team = team.id
    AND team.id >= :first AND team.id <= :last
    AND started_at >= :since AND started_at < :until AND due_at < '{NEVER}'"""
# In two parts, for the two indexes that hold the ended and the running ones. Grouped by minutes
# first: what tells rows apart soonest sorts fastest (by a fifth).
_BEGAN = f"""SELECT team.name AS team, edition, state, {_MINUTES} AS minutes, count(*) AS clocks
    {_CLOCKS} AND state <> 'running' GROUP BY {_MINUTES}, state, edition, team.id, team.name
    UNION ALL SELECT team.name, edition, state, 0, count(*)
    {_CLOCKS} AND state = 'running' GROUP BY team.id, team.name, edition, state"""


def _breaches(work: Work, asked: _Asked) -> list[Breach]:
    """The newest promises of the range that were broken."""
    rows = work.sql.all(_Broken, _BREACHES, **asked._asdict(), limit=NEWEST_BREACHES)
    return [
        Breach(**asdict(row), late_minutes=(row.answered_at - row.due_at) // _MINUTE)
        for row in rows
    ]


class _Broken(Record, frozen=True):
    team: str
    number: int
    edition: str
    product: str
    due_at: datetime
    answered_at: datetime


_BREACHES = f"""SELECT team.name AS team, ticket AS number, edition, product, due_at, answered_at
    {_CLOCKS} AND state = 'breached' AND state <> 'running'
    ORDER BY due_at DESC, clock.team, ticket, clock.id LIMIT :limit"""


def _load(work: Work, asked: _Asked, zone: ZoneInfo) -> list[list[int]]:
    """The tickets that came in the range by weekday and hour of the zone."""
    query = _CAME.format(at=_STEPS[steps_of(asked.since, asked.until, zone)])
    rows = work.sql.all(_Came, query, **asked._asdict())
    return load_of(((row.at, row.tickets) for row in rows), zone)


class _Came(Record, frozen=True):
    at: str
    tickets: int


_CAME = """SELECT {at} AS at, count(*) AS tickets FROM team CROSS JOIN ticket
    WHERE ticket.team = team.id AND team.id >= :first AND team.id <= :last
    AND ticket.created_at >= :since AND ticket.created_at < :until GROUP BY {at}"""
# The beginnings of an instant's text that count as one, by their minutes.
_STEPS = {
    60: "substr(ticket.created_at, 1, 13)",
    15: "substr(ticket.created_at, 1, 14) || CASE "
    "WHEN substr(ticket.created_at, 15, 2) < '15' THEN '00' "
    "WHEN substr(ticket.created_at, 15, 2) < '30' THEN '15' "
    "WHEN substr(ticket.created_at, 15, 2) < '45' THEN '30' ELSE '45' END",
    1: "substr(ticket.created_at, 1, 16)",
}


def _totals(work: Work, asked: _Asked) -> DeskTotals:
    """How the desk stands now; a ticket awaits support exactly while a clock runs (S1)."""
    where = {"first": asked.first, "last": asked.last}
    running = work.sql.one(_Running, _RUNNING, **where, now=work.now) or _Running()
    return DeskTotals(**asdict(running), unsolved=work.sql.one(int, _UNSOLVED, **where) or 0)


class _Running(Record, frozen=True):
    waiting: int = 0
    running: int = 0
    overdue: int = 0


_UNSOLVED = """SELECT CAST(COALESCE(SUM(open), 0) AS BIGINT) FROM team
    WHERE id >= :first AND id <= :last"""
_RUNNING = f"""SELECT count(*) AS waiting,
    count(CASE WHEN due_at < '{NEVER}' THEN 1 END) AS running,
    count(CASE WHEN due_at < :now THEN 1 END) AS overdue
    FROM clock WHERE team >= :first AND team <= :last AND state = 'running'"""


def _waiting(work: Work, asked: _Asked) -> list[Waiting]:
    """What awaits support: due first, then the oldest without a promise, in the queue's order."""
    rows = work.sql.all(_Waits, _WAITING, first=asked.first, last=asked.last, limit=OLDEST_WAITING)
    return [
        Waiting(**asdict(row), waiting_minutes=(work.now - row.started_at) // _MINUTE)
        for row in rows
    ]


class _Waits(Record, frozen=True):
    team: str
    number: int
    edition: str
    product: str
    assignee: str | None
    started_at: datetime
    due_at: datetime | None


_WAITING = f"""SELECT team.name AS team, ticket.number, clock.edition, clock.product,
    ticket.assignee, clock.started_at, NULLIF(clock.due_at, '{NEVER}') AS due_at FROM ticket
    CROSS JOIN team CROSS JOIN clock WHERE team.id = ticket.team AND clock.team = ticket.team
    AND clock.ticket = ticket.number AND clock.id = ticket.clock
    AND ticket.status <> 'solved' AND ticket.due_at <= '{NEVER}' AND clock.state = 'running'
    AND ticket.team >= :first AND ticket.team <= :last
    ORDER BY ticket.due_at, ticket.created_at, ticket.team, ticket.number LIMIT :limit"""
