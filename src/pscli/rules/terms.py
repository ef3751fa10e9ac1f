"""What a team's terms cost: the period that begins, more licences, terms to come (B5, B16)."""

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from msgspec import structs

from pscli.models.billing import NextTerms, Period
from pscli.models.people import Team
from pscli.problems import StateForbids

from .addons import Charge, Interval, charge_rest, edition_name
from .prices import full_price, subscription_price

if TYPE_CHECKING:
    from datetime import datetime

    from pscli.models.policy import Prices

T = TypeVar("T", bound=Team)


class Costs(NamedTuple):
    """What a change of terms or a renewal charges, and what is then charged for whole periods."""

    charges: list[Charge]
    intervals: list[Interval]
    subscription: int


def coming(team: T, following: NextTerms) -> T:
    """The team with the terms that follow; what none of them names stays."""
    changes = {name: value for name, value in structs.asdict(following).items() if value}
    return structs.replace(team, **changes) if changes else team


def goes_on(interval: Interval, at: "datetime") -> bool:
    """Whether an edition is held from this instant on."""
    return interval.since <= at and (interval.until is None or at < interval.until)


def begin_period(
    prices: "Prices", team: Team, intervals: list[Interval], period: Period, at: "datetime"
) -> Costs:
    """What a renewal charges: the subscription, and each edition that goes on (B5).

    Where new terms begin inside one of their periods, it is what is left of it (B16).
    """
    subscription = subscription_price(prices, team) or 0
    charges = []
    if subscription:
        charges.append(charge_rest(f"Subscription {team.plan}", subscription, period, at))
    renewed = []
    for held in (each for each in intervals if goes_on(each, at)):
        price = full_price(prices, team, held.product, held.edition)
        kept = held if price is None else structs.replace(held, charged=price)
        renewed.append(kept)
        name = edition_name(kept.product, kept.edition)
        charges.append(charge_rest(name, kept.charged, period, at))
    return Costs(charges, renewed, subscription)


def raise_licences(
    prices: "Prices",
    team: Team,
    licences: int,
    intervals: list[Interval],
    subscription: int,
    period: Period,
    at: "datetime",
) -> Costs:
    """The difference that more licences cost for what is left of the period (B16).

    `subscription` is what the desk charged for this period; the first one was paid elsewhere (B5).
    """
    then = structs.replace(team, licences=licences)
    more = f"{licences - team.licences} more licences"
    charges = []
    if subscription:
        added = (subscription_price(prices, then) or 0) - (subscription_price(prices, team) or 0)
        if added:
            charges.append(charge_rest(f"{more}: Subscription {team.plan}", added, period, at))
            subscription += added
    raised = []
    for held in (each for each in intervals if goes_on(each, at)):
        dearer = full_price(prices, then, held.product, held.edition) or 0
        added = dearer - (full_price(prices, team, held.product, held.edition) or 0)
        if added:
            raised.append(structs.replace(held, charged=held.charged + added))
            name = f"{more}: {edition_name(held.product, held.edition)}"
            charges.append(charge_rest(name, added, period, at))
    return Costs(charges, raised, subscription)


def next_terms(team: Team, pending: NextTerms, wanted: NextTerms) -> NextTerms:
    """What follows once `wanted` is asked for: what the team has already need not follow (B16)."""
    asked = {name: value for name, value in structs.asdict(wanted).items() if value}
    return structs.replace(
        pending,
        **{name: None if getattr(team, name) == value else value for name, value in asked.items()},
    )


def unpriced(
    prices: "Prices", team: Team, then: Team, intervals: list[Interval], at: "datetime"
) -> str | None:
    """The first thing that the team pays for and that has no price in other terms, or None."""
    if subscription_price(prices, team) is not None and subscription_price(prices, then) is None:
        return f"the subscription {then.plan}"
    for held in intervals:
        missing = full_price(prices, then, held.product, held.edition) is None
        if missing and goes_on(held, at):
            return edition_name(held.product, held.edition)
    return None


def check_priced(
    prices: "Prices", team: Team, then: Team, intervals: list[Interval], renewal: "datetime"
) -> None:
    """Refuse a currency or cycle in which something that is held has no price (B14, B16)."""
    if (then.currency, then.billing_cycle) == (team.currency, team.billing_cycle):
        return
    if name := unpriced(prices, team, then, intervals, renewal):
        raise StateForbids(
            f"There is no {then.billing_cycle} price in {then.currency} for {name} (B14).",
            hint="Put it into the price book: pscli desk policy set FILE",
            field="currency" if then.currency != team.currency else "cycle",
        )
