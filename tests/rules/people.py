"""Made-up people, editions and situations for the rules alone."""

from datetime import UTC, datetime
from typing import Any

from pscli.models.addons import AddonProduct, Edition, HeldEdition
from pscli.models.people import Actor, ActorKind, Product
from pscli.policy import shipped_policy
from pscli.rules.contact import Situation

POLICY = shipped_policy()
MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def someone(**known: Any) -> Actor:
    """A person of a team that owns Dropbox; a member unless a role is given."""
    return Actor(
        kind=ActorKind.PERSON,
        email="x@acme.example",
        name="X",
        products=known.pop("products", [Product.DROPBOX]),
        **known,
    )


def held(edition: Edition, product: AddonProduct = AddonProduct.DROPBOX) -> list[HeldEdition]:
    """What a team with one add-on holds."""
    since = datetime(2026, 1, 1, tzinfo=UTC)
    return [HeldEdition(product=product, edition=edition, since=since, until=None)]


def situation(who: Actor, editions: list[HeldEdition], **known: Any) -> Situation:
    """An English question about Dropbox on Monday noon, unless something else is said."""
    return Situation(
        who=who,
        held=editions,
        policy=POLICY,
        team_zone=known.pop("team_zone", "UTC"),
        product=known.pop("product", Product.DROPBOX),
        language=known.pop("language", "en"),
        at=known.pop("at", MONDAY_NOON),
    )
