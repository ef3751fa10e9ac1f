"""Totals, patterns, trends and kept promises of a person's or a team's tickets (I)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from msgspec.structs import asdict

from pscli.models.insights import (
    Attainment,
    AttainmentTrend,
    Bucket,
    Insights,
    ProductCount,
    Scope,
    Totals,
    TypeCount,
    Unit,
)
from pscli.models.names import Zone
from pscli.models.record import Record
from pscli.models.tickets import ClockState
from pscli.operation import Work, operation
from pscli.problems import NotAllowed
from pscli.rules.insights import (
    Piece,
    Range,
    attainment,
    boundaries,
    first_of_month,
    midnight,
    pieces,
    range_asked,
    range_before,
    share,
    units_of,
)
from pscli.rules.teams import check_zone

from .rollups import counted_zone, promises_between

TREND_MONTHS = 6  # before the current one, on the Hub's first page


@operation("GET", "/insights")
def show_insights(
    work: Work,
    since: date | None = None,
    until: date | None = None,
    by: Unit = Unit.MONTH,
    timezone: Zone | None = None,
    scope: Scope = Scope.OWN,
) -> Insights:
    """What your tickets, or your team's, add up to, beside the range before (I1, I2, I3).

    The days are local ones of the zone, by default the team's.
    """
    if scope is Scope.TEAM:
        check_team_scope(work)
    counts = Counts(work, scope, timezone)
    return _insights(work, counts, range_asked(since, until, by, counts.today), by)


def insights_of_days(work: Work, days: Range, by: Unit, timezone: str) -> Insights:
    """What the whole team's tickets add up to in days of a zone, for whoever may know it (Q5)."""
    return _insights(work, Counts(work, Scope.TEAM, timezone), days, by)


def _insights(work: Work, counts: "Counts", days: Range, by: Unit) -> Insights:
    before = range_before(days, by)
    kinds = [counts.tickets(unit) for unit in units_of(days, by)]
    now, then = sum(kinds, _Kinds()), counts.tickets(before)
    return Insights(
        team=work.who.team_name,
        since=midnight(days.since, counts.zone),
        until=midnight(days.until, counts.zone),
        timezone=counts.zone.key,
        scope=counts.scope,
        by=by,
        complete=midnight(days.until, counts.zone) <= work.now,
        totals=_totals(work, counts.scope),
        total=now.total(),
        previous_total=then.total(),
        issue_types=[
            TypeCount(issue_type=each.name, count=each.count, share=each.share, previous=each.then)
            for each in _compared(_by(now, 0), _by(then, 0))
        ],
        products=[
            ProductCount(product=each.name, count=each.count, share=each.share, previous=each.then)
            for each in _compared(_by(now, 1), _by(then, 1))
        ]
        if len(work.who.products) > 1
        else None,
        series=counts.series(days, by, kinds),
        attainment=AttainmentTrend(
            **asdict(counts.attainment(days)), previous=counts.attainment(before)
        ),
    )


def check_team_scope(work: Work) -> None:
    """Refuse whoever may not see the whole team's figures (I3)."""
    allowed = work.policy.roles.team_insights
    if work.who.role not in allowed:
        raise NotAllowed(
            f"The whole team's figures are for the roles {' and '.join(allowed)} (I3).",
            hint="See your own: leave --scope team out.",
            field="scope",
        )


def trend(work: Work, timezone: str | None) -> tuple[str, list[Bucket]]:
    """The person's own tickets of the last months and the current one, and in which zone (I1)."""
    counts = Counts(work, Scope.OWN, timezone)
    start = first_of_month(counts.today, -TREND_MONTHS)
    days = Range(start, first_of_month(counts.today, 1))
    kinds = [counts.tickets(unit) for unit in units_of(days, Unit.MONTH)]
    return counts.zone.key, counts.series(days, Unit.MONTH, kinds)


_Kinds = Counter[tuple[str, str]]  # tickets by issue type and product


class Counts:
    """What tickets and promises of one scope count, in ranges of one zone's days."""

    def __init__(self, work: Work, scope: Scope, timezone: str | None) -> None:
        self.work = work
        self.scope = scope
        self.team = work.who.team
        self.person = work.who.person if scope is Scope.OWN else None
        self.counted = ZoneInfo(counted_zone(work, self.team))
        if timezone is not None:
            check_zone(timezone)
        self.zone = self.counted if timezone is None else ZoneInfo(timezone)
        self.today = work.now.astimezone(self.zone).date()
        self._came = _CAME.format("" if self.person is None else "AND person = :person")

    def tickets(self, days: Range) -> _Kinds:
        """The tickets that came in a range, by issue type and product."""
        found = _Kinds()
        for piece in self._pieces(days):
            query = self._came if piece.grain == "instant" else _ROLLED_TICKETS
            for row in self.work.sql.all(_Came, query, **self._where(piece)):
                found[row.issue_type, row.product] += piece.sign * row.tickets
        return +found

    def series(self, days: Range, by: Unit, kinds: list[_Kinds]) -> list[Bucket]:
        """The units of a range with what came in each."""
        starts = [midnight(day, self.zone) for day in boundaries(days, by)]
        return [
            Bucket(
                start=start,
                end=end,
                complete=end <= self.work.now,
                total=came.total(),
                by_issue_type=dict(sorted(_by(came, 0).items())),
            )
            for start, end, came in zip(starts, starts[1:], kinds, strict=False)
        ]

    def attainment(self, days: Range) -> Attainment:
        """How the promises that began in a range went (I2)."""
        return attainment(self._promises(days))

    def _promises(self, days: Range) -> Counter[tuple[str, int]]:
        """The promises that began in a range, by state and minutes to the answer."""
        found: Counter[tuple[str, int]] = Counter()
        for piece in self._pieces(days):
            if piece.grain == "instant":
                for clock in promises_between(
                    self.work, self.team, piece.start, piece.end, self.person
                ):
                    found[clock.state, clock.minutes] += piece.sign
                continue
            for row in self.work.sql.all(_Began, _ROLLED_CLOCKS, **self._where(piece)):
                found[row.state, row.minutes] += row.clocks
        return +found

    def _pieces(self, days: Range) -> Iterator[Piece]:
        return pieces(days, self.zone, self.counted, by_day=self.person is None)

    def _where(self, piece: Piece) -> dict[str, object]:
        rolled = self.person or 0  # person 0 is the team
        return {
            "team": self.team,
            "person": self.person if piece.grain == "instant" else rolled,
            "grain": piece.grain,
            "start": piece.start,
            "end": piece.end,
        }


class _Came(Record, frozen=True):
    issue_type: str
    product: str
    tickets: int


class _Began(Record, frozen=True):
    state: ClockState
    minutes: int
    clocks: int


_ROLLED_TICKETS = """SELECT issue_type, product, CAST(SUM(tickets) AS BIGINT) AS tickets
    FROM ticket_rollup WHERE team = :team AND person = :person AND grain = :grain
    AND period >= :start AND period < :end GROUP BY issue_type, product"""
_ROLLED_CLOCKS = """SELECT state, minutes, CAST(SUM(clocks) AS BIGINT) AS clocks
    FROM clock_rollup WHERE team = :team AND person = :person AND grain = :grain
    AND period >= :start AND period < :end GROUP BY state, minutes"""
_CAME = """SELECT issue_type, product, count(*) AS tickets FROM ticket
    WHERE team = :team {} AND created_at >= :start AND created_at < :end
    GROUP BY issue_type, product"""


def _totals(work: Work, scope: Scope) -> Totals:
    """Open and all tickets, whatever the range (I1)."""
    query = "SELECT open, tickets AS all_ FROM team WHERE id = :team"
    if scope is Scope.OWN:
        query = (
            "SELECT CAST(COALESCE(SUM(CASE status WHEN 'solved' THEN 0 ELSE tickets END), 0) "
            "AS BIGINT) AS open, CAST(COALESCE(SUM(tickets), 0) AS BIGINT) AS all_ "
            "FROM ticket_count WHERE team = :team AND person = :person"
        )
    found = work.sql.one(_Totals, query, team=work.who.team, person=work.who.person)
    return Totals(open=found.open, all=found.all_) if found else Totals(open=0, all=0)


class _Totals(Record, frozen=True):
    open: int
    all_: int


def _by(found: Counter[tuple[str, str]] | Counter[tuple[str, int]], place: int) -> Counter[str]:
    """A count by one of the two things that it was made by."""
    kept: Counter[str] = Counter()
    for key, count in found.items():
        kept[str(key[place])] += count
    return kept


class _Compared(Record, frozen=True):
    name: str
    count: int
    share: float
    then: int


def _compared(now: Counter[str], then: Counter[str]) -> list[_Compared]:
    """What occurs in a range or the one before, the most frequent first (I1)."""
    total = now.total()
    names = sorted(now.keys() | then.keys(), key=lambda name: (-now[name], -then[name], name))
    return [
        _Compared(name=name, count=now[name], share=share(now[name], total), then=then[name])
        for name in names
    ]
