"""What a root-cause meeting is about: a quarter of a team, in numbers and types only (Q5, I3)."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from pscli.codec import NEVER
from pscli.models.insights import Unit
from pscli.models.meetings import Breach, Brief, MeetingKind
from pscli.models.names import TeamName
from pscli.models.people import Actor, ActorKind, Product
from pscli.models.record import Record
from pscli.operation import Work, operation
from pscli.rules.insights import midnight
from pscli.rules.meetings import check_admin, gives, not_entitled, quarter_at, quarter_named
from pscli.rules.usage import least_used

from .access import editions_held
from .insights import check_team_scope, insights_of_days
from .teams import team_id
from .usage import uses_of

MOST = 100  # broken promises in one brief
TWICE = 2  # from so many tickets on an issue type is a repeated one

QuarterName = Annotated[str, Meta(pattern="^[A-Za-z0-9-]{1,20}$")]


@operation("GET", "/brief")
def show_brief(work: Work, quarter: QuarterName | None = None) -> Brief:
    """Your team's quarter for a root-cause meeting: figures, broken promises, what repeats (Q5)."""
    check_admin(work.who, MeetingKind.MEETING)
    check_team_scope(work)  # the role first, which no add-on changes
    if not any(gives(MeetingKind.MEETING, each.edition) for each in editions_held(work)):
        raise not_entitled(MeetingKind.MEETING)
    return _brief(work, quarter)


@operation("GET", "/teams/{team}/brief")
def prepare_meeting(work: Work, team: TeamName, quarter: QuarterName | None = None) -> Brief:
    """A team's quarter for the representative who leads the meeting (Q5, A3)."""
    number = team_id(work, team)
    found = work.sql.one(
        _Team, "SELECT name, products FROM team WHERE id = :team", team=number
    ) or _Team(name=team, products=[])  # fmt: skip
    # The figures are those that the team's own admins see.
    who = Actor(
        kind=ActorKind.PERSON, email=work.who.email, name=work.who.name, team=number,
        team_name=found.name, products=found.products,
    )  # fmt: skip
    theirs = Work(work.sql, who, work.now)
    theirs.policy = work.policy
    return _brief(theirs, quarter)


class _Team(Record, frozen=True):
    json_columns: ClassVar[tuple[str, ...]] = ("products",)

    name: str
    products: list[Product]


def _brief(work: Work, quarter: str | None) -> Brief:
    from zoneinfo import ZoneInfo

    query = "SELECT timezone FROM team WHERE id = :team"
    zone = work.sql.one(str, query, team=work.who.team) or "UTC"
    name, days = quarter_named(quarter or quarter_at(work.now, zone), work.now, zone)
    insights = insights_of_days(work, days, Unit.MONTH, zone)
    uses = uses_of(work, work.who.team, name, work.who.language)
    since, until = (midnight(day, ZoneInfo(zone)) for day in days)
    return Brief(
        team=work.who.team_name,
        quarter=name,
        insights=insights,
        breaches=_breaches(work, since, until),
        breaches_total=_count_breaches(work, since, until),
        repeated=[each for each in insights.issue_types if each.count >= TWICE],
        features=[use.name for use in least_used(uses)],
    )


# Broken are promises that were answered late, and those that are late and not answered yet. As in
# the attainment, a promise belongs to the quarter in which it began (I2).
_BROKEN = (
    "FROM clock JOIN ticket ON ticket.team = clock.team AND ticket.number = clock.ticket "
    "WHERE clock.team = :team AND clock.started_at >= :since AND clock.started_at < :until "
    "AND clock.due_at < :never AND (clock.state = 'breached' "
    "OR (clock.state = 'running' AND clock.due_at < :now))"
)


def _breaches(work: Work, since: datetime, until: datetime) -> list[Breach]:
    return work.sql.all(
        Breach,
        "SELECT clock.ticket AS number, ticket.issue_type, clock.product, clock.edition, "
        f"clock.due_at, clock.answered_at {_BROKEN} "
        "ORDER BY clock.started_at DESC, clock.ticket DESC, clock.id DESC LIMIT :most",
        team=work.who.team, since=since, until=until, now=work.now, never=NEVER, most=MOST,
    )  # fmt: skip


def _count_breaches(work: Work, since: datetime, until: datetime) -> int:
    return work.sql.one(
        int, f"SELECT count(*) {_BROKEN}",
        team=work.who.team, since=since, until=until, now=work.now, never=NEVER,
    ) or 0  # fmt: skip
