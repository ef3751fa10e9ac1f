"""The price book read for a team: its plan, cycle, currency and licences (B5, B14)."""

from typing import TYPE_CHECKING, NamedTuple

from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import Team

from .money import minor_units

if TYPE_CHECKING:
    from pscli.models.policy import AddonPrice, Prices, SubscriptionPrice


class UnitPrice(NamedTuple):
    """A price of the book in minor units, and how often it counts: once, or per licence."""

    amount: int
    quantity: int


def unit_price(
    prices: "Prices", team: Team, product: AddonProduct, edition: Edition
) -> UnitPrice | None:
    """The price of an edition in the team's cycle and currency; None where there is none (B14)."""
    wanted = (product, edition, team.billing_cycle)
    for price in prices.addons:
        if (price.product, price.edition, price.cycle) == wanted:
            return _in_currency(price, team)
    return None


def full_price(prices: "Prices", team: Team, product: AddonProduct, edition: Edition) -> int | None:
    """What an edition costs the team for a whole period in minor units (B4, B14)."""
    unit = unit_price(prices, team, product, edition)
    return None if unit is None else unit.amount * unit.quantity


def subscription_price(prices: "Prices", team: Team) -> int | None:
    """What the team's plan costs it for a whole period in minor units (B5)."""
    for price in prices.subscriptions:
        if (price.plan, price.cycle) == (team.plan, team.billing_cycle):
            unit = _in_currency(price, team)
            return None if unit is None else unit.amount * unit.quantity
    return None


def _in_currency(price: "AddonPrice | SubscriptionPrice", team: Team) -> UnitPrice | None:
    amount = price.amounts.get(team.currency)
    if amount is None:
        return None
    quantity = team.licences if price.per_licence else 1
    return UnitPrice(minor_units(amount, team.currency), quantity)
