"""Teams, kept by operators (T1, T3, T6)."""

from typing import Annotated, TypeVar

from msgspec import Meta

from pscli.codec import narrow
from pscli.models.names import TeamName, Zone
from pscli.models.people import BillingCycle, Plan, Product, Team
from pscli.models.record import Change, Cursor, Instant, Limit, Number, Page
from pscli.operation import Work, operation
from pscli.problems import NotFound, StateForbids
from pscli.rules.teams import check_zone, owned_products

from .access import folded
from .paging import decode_cursor, encode_cursor

T = TypeVar("T")

TEAM = (
    "name, plan, products, licences, currency, billing_cycle, billing_anchor, billing_timezone, "
    "timezone, account_executive, self_serve, created_at"
)
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]


@operation("POST", "/teams")
def create_team(
    work: Work,
    name: TeamName,
    plan: Plan = Plan.STANDARD,
    products: list[Product] = [],
    licences: Number = 1,
    cycle: BillingCycle = BillingCycle.MONTHLY,
    anchor: Instant | None = None,
    currency: Currency = "USD",
    timezone: Zone = "UTC",
    account_executive: bool = False,
    self_serve: bool = True,
) -> Change[Team]:
    """Create a team; `dropbox` is always among its products (T1)."""
    check_zone(timezone)
    taken = work.sql.one(str, "SELECT name FROM team WHERE folded_name = :name", name=folded(name))
    if taken is not None:
        raise StateForbids(f"There is a team {taken} already (T1).", field="name")
    work.team = work.sql.one(int, "UPDATE desk SET teams = teams + 1 RETURNING teams") or 0
    work.sql.run(
        f"INSERT INTO team (id, folded_name, {TEAM}, people, tickets) VALUES (:id, :folded, :name, "
        ":plan, :products, :licences, :currency, :cycle, :anchor, 'UTC', :timezone, "
        ":account_executive, :self_serve, :now, 0, 0)",
        id=work.team,
        folded=folded(name),
        name=name,
        plan=plan,
        products=owned_products(products),
        licences=licences,
        currency=currency,
        cycle=cycle,
        anchor=anchor or work.now,
        timezone=timezone,
        account_executive=account_executive,
        self_serve=self_serve,
        now=work.now,
    )
    return Change(record=show_team.function(work, name))


@operation("GET", "/teams/{team}")
def show_team(work: Work, team: TeamName) -> Team:
    """One team."""
    found = work.sql.one(
        Team, f"SELECT {TEAM} FROM team WHERE folded_name = :name", name=folded(team)
    )
    return _found(found, team)


@operation("GET", "/teams")
def list_teams(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Team]:
    """Every team, in the order in which they were created."""
    after = 0 if cursor is None else int(decode_cursor(cursor, "teams", 1)[0])
    rows = work.sql.all(
        _Listed,
        f"SELECT id, {TEAM} FROM team WHERE id > :after ORDER BY id LIMIT :limit",
        after=after,
        limit=limit + 1,
    )
    following = encode_cursor("teams", rows[limit - 1].id) if len(rows) > limit else None
    total = work.sql.one(int, "SELECT teams FROM desk")
    return Page(items=[narrow(Team, row) for row in rows[:limit]], total=total, next=following)


class _Listed(Team, frozen=True):
    id: int


@operation("PATCH", "/teams/{team}")
def set_team(
    work: Work,
    team: TeamName,
    plan: Plan | None = None,
    products: list[Product] | None = None,
    timezone: Zone | None = None,
    account_executive: bool | None = None,
    self_serve: bool | None = None,
) -> Change[Team]:
    """Change what a team is; what is left out stays (T1)."""
    before = show_team.function(work, team)
    if timezone is not None:
        check_zone(timezone)
    work.team = team_id(work, team)
    work.sql.run(
        "UPDATE team SET plan = COALESCE(:plan, plan), products = COALESCE(:products, products), "
        "timezone = COALESCE(:timezone, timezone), "
        "account_executive = COALESCE(:account_executive, account_executive), "
        "self_serve = COALESCE(:self_serve, self_serve) WHERE id = :id",
        plan=plan,
        products=None if products is None else owned_products(products),
        timezone=timezone,
        account_executive=account_executive,
        self_serve=self_serve,
        id=work.team,
    )
    after = show_team.function(work, team)
    return Change(record=after, changed=after != before)


def team_id(work: Work, name: str) -> int:
    """The storage key of a team; raises NotFound."""
    found = work.sql.one(int, "SELECT id FROM team WHERE folded_name = :name", name=folded(name))
    return _found(found, name)


def _found(value: T | None, name: str) -> T:
    if value is None:
        raise NotFound(f"There is no team {name}.", hint="See the teams: pscli team list")
    return value
