"""Teams, kept by operators (T1, T3, T6)."""

from datetime import datetime
from typing import Annotated, ClassVar, TypeVar

from msgspec import Meta

from pscli.codec import narrow
from pscli.models.addons import AddonProduct
from pscli.models.billing import NextTerms, TeamTerms, TermsChange
from pscli.models.names import TeamName, Zone
from pscli.models.people import BillingCycle, Plan, Product, Team
from pscli.models.record import Change, Cursor, Instant, Limit, Number, Page
from pscli.operation import Work, operation
from pscli.problems import NotFound, StateForbids, hint_near
from pscli.rules.addons import standing_of
from pscli.rules.teams import check_anchor, check_products_kept, check_zone, owned_products
from pscli.rules.terms import coming

from .access import LAST, MOST_ALIKE, folded
from .ledger import account_of, intervals_of
from .paging import decode_cursor, encode_cursor
from .renewals import post_due, require_posted
from .terms import change_terms, terms_of

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
    if anchor is not None:
        check_anchor(anchor)
    taken = work.sql.one(str, "SELECT name FROM team WHERE folded_name = :name", name=folded(name))
    if taken is not None:
        raise StateForbids(
            f"There is a team {taken} already (T1).",
            hint=f"Choose another name, or change that one: pscli team set {taken}",
            field="name",
        )
    work.team = work.sql.one(int, "UPDATE desk SET teams = teams + 1 RETURNING teams") or 0
    work.sql.run(
        f"INSERT INTO team (id, folded_name, {TEAM}, people, tickets, counted_zone) "
        "VALUES (:id, :folded, :name, "
        ":plan, :products, :licences, :currency, :cycle, :anchor, 'UTC', :timezone, "
        ":account_executive, :self_serve, :now, 0, 0, :timezone)",
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
    return Change(record=team_named(work, name))


@operation("GET", "/teams/{team}")
def show_team(work: Work, team: TeamName) -> TeamTerms:
    """One team, with what changes at its next renewal (B16)."""
    return terms_of(require_posted(work, team_id(work, team)))


@operation("GET", "/teams")
def list_teams(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Team]:
    """Every team, in the order in which they were created."""
    after = 0 if cursor is None else int(decode_cursor(cursor, "teams", 1)[0])
    rows = work.sql.all(
        _Listed,
        f"SELECT id, renews_at, next_terms, {TEAM} FROM team WHERE id > :after "
        "ORDER BY id LIMIT :limit",
        after=after,
        limit=limit + 1,
    )
    following = encode_cursor("teams", rows[limit - 1].id) if len(rows) > limit else None
    total = work.sql.one(int, "SELECT teams FROM desk")
    items = [narrow(Team, row.at(work.now)) for row in rows[:limit]]
    return Page(items=items, total=total, next=following)


class _Listed(Team, frozen=True):
    json_columns: ClassVar[tuple[str, ...]] = ("products", "next_terms")

    id: int
    renews_at: datetime | None
    next_terms: NextTerms

    def at(self, now: datetime) -> Team:
        """The team as its due renewals leave it, though a list posts none (B12)."""
        due = self.renews_at is not None and self.renews_at <= now
        return coming(self, self.next_terms) if due else self


@operation("PATCH", "/teams/{team}")
def set_team(
    work: Work,
    team: TeamName,
    plan: Plan | None = None,
    products: list[Product] | None = None,
    timezone: Zone | None = None,
    account_executive: bool | None = None,
    self_serve: bool | None = None,
    licences: Number | None = None,
    cycle: BillingCycle | None = None,
    currency: Currency | None = None,
    anchor: Instant | None = None,
    billing_timezone: Zone | None = None,
) -> Change[TermsChange]:
    """Change what a team is and pays for; what is left out stays (T1, B16)."""
    for zone, field in ((timezone, "timezone"), (billing_timezone, "billing_timezone")):
        if zone is not None:
            check_zone(zone, field)
    if anchor is not None:
        check_anchor(anchor)
    work.team = team_id(work, team)
    before = post_due(work, work.team)
    owned = None if products is None else owned_products(products)
    if owned is not None:
        check_products_kept(owned, _held_products(work))
    work.sql.run(
        "UPDATE team SET plan = COALESCE(:plan, plan), products = COALESCE(:products, products), "
        "timezone = COALESCE(:timezone, timezone), "
        "account_executive = COALESCE(:account_executive, account_executive), "
        "self_serve = COALESCE(:self_serve, self_serve) WHERE id = :id",
        plan=plan,
        products=owned,
        timezone=timezone,
        account_executive=account_executive,
        self_serve=self_serve,
        id=work.team,
    )
    wanted = NextTerms(
        licences=licences,
        billing_cycle=cycle,
        currency=currency,
        billing_anchor=anchor,
        billing_timezone=billing_timezone,
    )
    record = change_terms(work, account_of(work, work.team), wanted)
    return Change(record=record, changed=account_of(work, work.team) != before)


def _held_products(work: Work) -> list[AddonProduct]:
    intervals = intervals_of(work, work.team)
    return [
        product
        for product in AddonProduct
        if standing_of(intervals, product, work.now).current is not None
    ]


def team_named(work: Work, name: str) -> Team:
    """A team as it stands, for changes that do not look at its billing; raises NotFound."""
    found = work.sql.one(
        Team, f"SELECT {TEAM} FROM team WHERE folded_name = :name", name=folded(name)
    )
    return _found(work, found, name)


def team_id(work: Work, name: str) -> int:
    """The storage key of a team; raises NotFound."""
    found = work.sql.one(int, "SELECT id FROM team WHERE folded_name = :name", name=folded(name))
    return _found(work, found, name)


def _found(work: Work, value: T | None, name: str) -> T:
    if value is None:
        alike = [] if work.who.team else _alike(work, folded(name))
        hint = hint_near(name, alike, "See the teams: pscli team list")
        raise NotFound(f"There is no team {name}.", hint=hint)
    return value


def _alike(work: Work, name: str) -> list[str]:
    """Names that begin with the same letter: whoever mistypes one has that right in most cases."""
    return work.sql.all(
        str,
        "SELECT name FROM team WHERE folded_name >= :first AND folded_name < :after "
        f"ORDER BY folded_name LIMIT {MOST_ALIKE}",
        first=name[:1],
        after=name[:1] + LAST,
    )
