"""What a change of an add-on does: which edition is held when, and what is charged (B4-B9, B16)."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import structs

from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import Addon, AddonState, Period
from pscli.models.people import Product, Team
from pscli.models.record import Record
from pscli.problems import StateForbids

from .money import money, prorated
from .periods import remaining_seconds, total_seconds
from .prices import UnitPrice


class Interval(Record, frozen=True):
    """An edition held from `since` up to `until`; `charged` is its price for a whole period.

    An interval that ends where it begins was never in force: a downgrade that was undone.
    """

    product: AddonProduct
    edition: Edition
    since: datetime
    until: datetime | None
    charged: int


class Standing(NamedTuple):
    """What a team holds for one product now, and what follows it."""

    current: Interval | None
    following: Interval | None

    @property
    def state(self) -> AddonState:
        """How the current edition stands."""
        if self.current is None:
            return AddonState.AVAILABLE
        if self.following is not None:
            return AddonState.PENDING_DOWNGRADE
        ends = self.current.until is not None
        return AddonState.PENDING_REMOVAL if ends else AddonState.ACTIVE


class Charge(NamedTuple):
    """A line: what for, how much in minor units, for which part of the period."""

    description: str
    amount: int
    seconds: int
    total_seconds: int


class ChangeKind(StrEnum):
    """What happened, as the ledger names it."""

    UNCHANGED = "unchanged"
    ADDED = "added"
    REMOVAL_SCHEDULED = "removal_scheduled"
    REMOVAL_UNDONE = "removal_undone"
    UPGRADED = "upgraded"
    DOWNGRADE_SCHEDULED = "downgrade_scheduled"
    DOWNGRADE_UNDONE = "downgrade_undone"
    ENDED = "ended"
    LICENCES_RAISED = "licences_raised"
    TERMS_SCHEDULED = "terms_scheduled"
    RENEWED = "renewed"


class Plan(NamedTuple):
    """What a change would do: intervals to write, lines to charge, from when it counts."""

    kind: ChangeKind
    intervals: list[Interval]
    charges: list[Charge]
    effective_at: datetime


def standing_of(intervals: list[Interval], product: AddonProduct, now: datetime) -> Standing:
    """How a product stands at an instant (E1)."""
    mine = [each for each in intervals if each.product is product and each.since != each.until]
    current = next(
        (each for each in mine if each.since <= now and (each.until is None or now < each.until)),
        None,
    )
    following = next((each for each in mine if each.since > now), None)
    return Standing(current, following)


def edition_name(product: AddonProduct, edition: Edition) -> str:
    """An edition as invoices name it."""
    return f"Premium Support {edition.capitalize()} for {product.capitalize()}"


def charge_rest(description: str, price: int, period: Period, at: datetime) -> Charge:
    """A price for what is left of the period (B4); minus such an amount is a credit (B9)."""
    left, whole = remaining_seconds(period, at), total_seconds(period)
    sign = -1 if price < 0 else 1
    return Charge(description, sign * prorated(abs(price), left, whole), left, whole)


def plan_purchase(
    standing: Standing, wanted: Interval, period: Period, charged_at: datetime
) -> Plan:
    """Add, undo a removal, upgrade at once, or downgrade at the renewal (B4, B7, B9).

    It is in force from `wanted.since`, and charged as of `charged_at`: a quote's instant (B11).
    """
    current = standing.current
    if current is None:
        name = edition_name(wanted.product, wanted.edition)
        charge = charge_rest(name, wanted.charged, period, charged_at)
        return Plan(ChangeKind.ADDED, [wanted], [charge], wanted.since)
    if current.edition is wanted.edition:
        return _plan_kept(standing, current, wanted.since)
    if wanted.edition is Edition.ENHANCED:
        return _plan_upgrade(current, wanted, period)
    return _plan_downgrade(standing, current, wanted, period)


def _plan_kept(standing: Standing, current: Interval, at: datetime) -> Plan:
    if current.until is None:
        return Plan(ChangeKind.UNCHANGED, [], [], at)
    goes_on = structs.replace(current, until=None)
    if standing.following is None:
        return Plan(ChangeKind.REMOVAL_UNDONE, [goes_on], [], at)
    following = standing.following
    dropped = structs.replace(following, until=following.since)
    return Plan(ChangeKind.DOWNGRADE_UNDONE, [goes_on, dropped], [], at)


def _plan_upgrade(current: Interval, wanted: Interval, period: Period) -> Plan:
    at = wanted.since
    unused = f"Unused part of {edition_name(current.product, current.edition)}"
    charges = [
        charge_rest(unused, -current.charged, period, at),
        charge_rest(edition_name(wanted.product, wanted.edition), wanted.charged, period, at),
    ]
    return Plan(ChangeKind.UPGRADED, [structs.replace(current, until=at), wanted], charges, at)


def _plan_downgrade(
    standing: Standing, current: Interval, wanted: Interval, period: Period
) -> Plan:
    following = standing.following
    if following is not None and following.edition is wanted.edition:
        return Plan(ChangeKind.UNCHANGED, [], [], following.since)
    renewal = period.end
    intervals = [structs.replace(current, until=renewal), structs.replace(wanted, since=renewal)]
    return Plan(ChangeKind.DOWNGRADE_SCHEDULED, intervals, [], renewal)


def plan_removal(standing: Standing, period: Period, at: datetime) -> Plan:
    """Remove at the next renewal: entitled until then, no refund (B6); twice is once (B7)."""
    current = standing.current
    if current is None or standing.state is AddonState.PENDING_REMOVAL:
        effective = at if current is None or current.until is None else current.until
        return Plan(ChangeKind.UNCHANGED, [], [], effective)
    intervals = [structs.replace(current, until=period.end)]
    if standing.following is not None:
        intervals.append(structs.replace(standing.following, until=standing.following.since))
    return Plan(ChangeKind.REMOVAL_SCHEDULED, intervals, [], period.end)


def plan_ending(standing: Standing, period: Period, at: datetime) -> Plan:
    """End at once, with a credit line for the unused part (B16)."""
    current = standing.current
    if current is None:
        return Plan(ChangeKind.UNCHANGED, [], [], at)
    unused = f"Unused part of {edition_name(current.product, current.edition)}"
    credit = charge_rest(unused, -current.charged, period, at)
    intervals = [structs.replace(current, until=at)]
    if standing.following is not None:
        intervals.append(structs.replace(standing.following, until=standing.following.since))
    return Plan(ChangeKind.ENDED, intervals, [credit], at)


def self_service(team: Team, product: AddonProduct, edition: Edition) -> tuple[bool, str]:
    """Whether the team's own admins may add and remove it, and the command or way (B2)."""
    sales = f"pscli contact sales {edition} --product {product}"
    if team.account_executive:
        return False, f"through your account executive, or: {sales}"
    if (product, edition) != (AddonProduct.DROPBOX, Edition.ESSENTIALS) or not team.self_serve:
        return False, sales
    return True, f"pscli billing addon add {edition} --product {product}"


def check_self_service(team: Team, product: AddonProduct, edition: Edition) -> None:
    """Refuse what goes through sales, naming the command (B2)."""
    allowed, how = self_service(team, product, edition)
    if not allowed:
        raise StateForbids(
            f"{edition_name(product, edition)} is not for self-service (B2).", hint=f"Ask: {how}"
        )


def check_customer_change(standing: Standing, edition: Edition) -> None:
    """Refuse what a customer may not change by themselves while it stands so (B9)."""
    current = standing.current
    if standing.state is AddonState.PENDING_DOWNGRADE:
        reason = "A downgrade waits for the renewal (B9)."
    elif current is not None and current.edition is not edition:
        reason = f"Your team holds {current.edition.capitalize()} for {current.product} (B9)."
    else:
        return
    raise StateForbids(reason, hint=f"Ask sales: pscli contact sales {edition}")


def addon_view(
    team: Team,
    standing: Standing,
    product: AddonProduct,
    edition: Edition,
    price: UnitPrice | None,
) -> Addon:
    """How an edition stands for a team, and what its admins can do about it (B2, E1)."""
    held = standing.current if standing.current and standing.current.edition is edition else None
    state = standing.state if held else AddonState.AVAILABLE
    if held is None and (price is None or Product(product) not in team.products):
        state = AddonState.NOT_AVAILABLE
    allowed, how = self_service(team, product, edition)
    if allowed and state is AddonState.ACTIVE:
        how = how.replace("addon add", "addon remove")
    following = standing.following if held else None
    return Addon(
        product=product,
        edition=edition,
        state=state,
        next_edition=following.edition if following else None,
        price=None if price is None else money(price.amount, team.currency),
        quantity=1 if price is None else price.quantity,
        active_since=held.since if held else None,
        ends_at=held.until if held else None,
        self_service=allowed,
        how=how,
    )
