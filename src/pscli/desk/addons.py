"""The sales side of add-ons: inquiries, grants, upgrades, downgrades, ends (C8, B9, B16)."""

from msgspec.structs import replace

from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import AddonChange
from pscli.models.names import TeamName
from pscli.models.people import Product
from pscli.models.record import Change
from pscli.operation import Work, operation
from pscli.problems import StateForbids
from pscli.rules.addons import edition_name, plan_ending, plan_removal, standing_of
from pscli.rules.periods import period_at

from .appointments import cancel_coming
from .ledger import Account, intervals_of
from .purchases import commit_plan, plan_of
from .renewals import post_due
from .teams import team_id


@operation("POST", "/teams/{team}/addons/{product}")
def grant_addon(
    work: Work, team: TeamName, product: AddonProduct, edition: Edition
) -> Change[AddonChange]:
    """Give a team an edition: new or upgraded at once, downgraded at the renewal (B4, B9)."""
    account = _account(work, team, product)
    plan = plan_of(work, account, product, edition, work.now)
    return commit_plan(work, account, plan, product, edition)


@operation("DELETE", "/teams/{team}/addons/{product}")
def revoke_addon(
    work: Work, team: TeamName, product: AddonProduct, edition: Edition, now: bool = False
) -> Change[AddonChange]:
    """End a team's edition at the renewal, or now with a credit; promises stay (B6, B16, S6).

    What ends now takes along the consultations and meetings to come that it gave (E4, E5).
    """
    account = _account(work, team, product)
    standing = standing_of(intervals_of(work, account.id), product, work.now)
    held = standing.current
    if held is not None and held.edition is not edition:
        raise StateForbids(
            f"{account.name} holds {edition_name(product, held.edition)}, not {edition} (E1).",
            hint=f"End that: pscli support revoke TEAM {held.edition} --product {product}",
            field="edition",
        )
    period = period_at(account.terms, work.now)
    planned = plan_ending if now else plan_removal
    change = commit_plan(work, account, planned(standing, period, work.now), product, edition)
    if not (now and change.changed):
        return change
    cancelled = cancel_coming(work, account.id, product)
    return replace(change, record=replace(change.record, cancelled=cancelled))


def _account(work: Work, team: str, product: AddonProduct) -> Account:
    work.team = team_id(work, team)
    account = post_due(work, work.team)
    if Product(product) not in account.products:
        owned = ", ".join(account.products)
        raise StateForbids(
            f"{account.name} does not own {product} (T1).", hint=f"It owns: {owned}."
        )
    return account
