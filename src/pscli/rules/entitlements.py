"""Who is entitled to what: editions, Champion levels, the Hub (E)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pscli.models.addons import AddonProduct, Edition, HeldEdition
from pscli.models.people import Actor, AdminRole, ChampionLevel, Product
from pscli.models.record import Record
from pscli.problems import InvalidValue, NotAllowed, NotEntitled, StateForbids

if TYPE_CHECKING:
    from pscli.models.policy import Targets


class Entitlement(Record, frozen=True):
    """What covers a question: an edition of the team or a person's own Champion level.

    `target_minutes` is None where no time is stated (E7); `rules` says why.
    """

    name: str
    target_minutes: int | None
    rules: tuple[str, ...]


def covering(product: str) -> AddonProduct:
    """The add-on that covers a product: `dash` has its own, `dropbox` covers the rest (E1)."""
    return AddonProduct.DASH if product == Product.DASH else AddonProduct.DROPBOX


def edition_for(product: str, held: Iterable[HeldEdition]) -> Edition | None:
    """The team's edition for the product asked about (E8)."""
    wanted = covering(product)
    return next((each.edition for each in held if each.product is wanted), None)


def champion_counts(level: ChampionLevel, product: str) -> bool:
    """Whether the personal entitlement covers a question about this product (E7)."""
    return level is not ChampionLevel.NONE and covering(product) is AddonProduct.DROPBOX


def entitlement_for(
    product: str,
    held: Iterable[HeldEdition],
    *,
    champion: ChampionLevel,
    member: bool,
    targets: "Targets",
) -> Entitlement | None:
    """The better of the team's edition and the person's own level, or None (E3, E6, E7, E9)."""
    found: list[Entitlement] = []
    if edition := edition_for(product, held):
        covered = () if product == covering(product) else ("E1",)
        rules = (*covered, "E3", "E6") if member else (*covered, "E3")
        found.append(Entitlement(name=edition, target_minutes=targets.of(edition), rules=rules))
    if champion_counts(champion, product):
        minutes = targets.of(champion)
        found.append(Entitlement(name=champion, target_minutes=minutes, rules=("E7",)))
    return min(found, key=_slowness, default=None)


def _slowness(entitlement: Entitlement) -> float:
    minutes = entitlement.target_minutes
    return float("inf") if minutes is None else minutes


def has_hub(who: Actor, held: Iterable[HeldEdition]) -> bool:
    """Whether the Hub is open to this admin now (E7, E8)."""
    return any(held) or _champion_hub(who)


def _champion_hub(who: Actor) -> bool:
    return who.champion is not ChampionLevel.NONE and who.role is AdminRole.TEAM


def check_hub(who: Actor, held: Iterable[HeldEdition]) -> None:
    """Refuse whoever has no Hub: members (E6), admins without an add-on (E8)."""
    if who.role is None:
        raise NotAllowed(
            "The support hub is for admins (E8).",
            hint="Follow your own requests: pscli contact requests list",
        )
    if not has_hub(who, held):
        raise NotEntitled(
            "The support hub comes with an add-on, and your team has none (E8).",
            hint="See the add-ons: pscli billing addon list\n"
            "Follow your own requests: pscli contact requests list",
        )


def product_asked(who: Actor, product: Product | None) -> Product:
    """The product that a question is about; owners of Dropbox and Dash must say (E10)."""
    if product is None:
        if Product.DASH in who.products:
            raise InvalidValue(
                "Your team owns Dropbox and Dash: say which one you ask about (E10).",
                hint="Add --product dropbox or --product dash.",
                field="product",
            )
        return Product.DROPBOX
    if product not in who.products:
        owned = ", ".join(who.products)
        raise StateForbids(
            f"Your team does not own {product} (T1).", hint=f"It owns: {owned}.", field="product"
        )
    return product
