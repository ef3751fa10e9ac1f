"""Editions as representatives of sales grant and end them (E1, B9, B16)."""

from pscli.codec import NEVER
from pscli.models.addons import AddonProduct, Edition, HeldEdition
from pscli.models.names import TeamName
from pscli.models.record import Change
from pscli.operation import Work, operation
from pscli.problems import NotFound

from .access import editions_held
from .clocks import tighten_clocks
from .teams import team_id


@operation("POST", "/teams/{team}/addons/{product}")
def grant_addon(
    work: Work, team: TeamName, product: AddonProduct, edition: Edition
) -> Change[HeldEdition]:
    """Give a team an edition from now on; it replaces the one it holds (E1, S6)."""
    work.team = team_id(work, team)
    before = _held(work, product)
    if before and before.edition is edition and before.until is None:
        return Change(record=before, changed=False)
    _end(work, product)
    work.sql.run(
        "INSERT INTO addon (team, product, edition, since, until) "
        "VALUES (:team, :product, :edition, :now, :never) ON CONFLICT (team, product, since, "
        "edition) DO UPDATE SET until = excluded.until",
        team=work.team,
        product=product,
        edition=edition,
        now=work.now,
        never=NEVER,
    )
    tighten_clocks(work, work.team)
    after = _held(work, product)
    return Change(record=_found(after, team, product))


@operation("DELETE", "/teams/{team}/addons/{product}")
def revoke_addon(work: Work, team: TeamName, product: AddonProduct) -> Change[HeldEdition]:
    """End a team's edition now; promises given before stay (S6)."""
    work.team = team_id(work, team)
    before = _found(_held(work, product), team, product)
    _end(work, product)
    return Change(record=before)


def _end(work: Work, product: AddonProduct) -> None:
    work.sql.run(
        "UPDATE addon SET until = :now WHERE team = :team AND product = :product AND until > :now",
        now=work.now,
        team=work.team,
        product=product,
    )


def _held(work: Work, product: AddonProduct) -> HeldEdition | None:
    held = editions_held(work, work.team)
    return next((each for each in held if each.product is product), None)


def _found(held: HeldEdition | None, team: str, product: str) -> HeldEdition:
    if held is None:
        raise NotFound(f"{team} holds no add-on for {product}.", hint="pscli support grant")
    return held
