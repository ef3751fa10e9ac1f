"""What changes of add-ons do, without a desk (B2-B9, B16)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import AddonState, Period
from pscli.models.people import BillingCycle, Plan as TeamPlan, Product, Team
from pscli.problems import StateForbids
from pscli.rules.addons import (
    ChangeKind,
    Interval,
    Plan,
    Standing,
    addon_view,
    check_customer_change,
    check_self_service,
    plan_ending,
    plan_purchase,
    plan_removal,
    self_service,
    standing_of,
)
from pscli.rules.prices import UnitPrice

from .clocks import at

DROPBOX, DASH = AddonProduct.DROPBOX, AddonProduct.DASH
ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED
PRICES = {ESSENTIALS: 150_00, ENHANCED: 400_00}
JANUARY = Period(start=at("2026-01-15"), end=at("2026-02-15"))
BEFORE, NOW, RENEWAL = at("2026-01-20"), at("2026-01-30T10:00"), JANUARY.end
LATER = at("2026-02-20")


def team(**known: Any) -> Team:
    """A team of ten that pays monthly in dollars."""
    plain: dict[str, Any] = {
        "name": "Acme", "plan": TeamPlan.BUSINESS, "products": [Product.DROPBOX, Product.DASH],
        "licences": 10, "currency": "USD", "billing_cycle": BillingCycle.MONTHLY,
        "billing_anchor": JANUARY.start, "billing_timezone": "UTC", "timezone": "UTC",
        "account_executive": False, "self_serve": True, "created_at": JANUARY.start,
    }  # fmt: skip
    return Team(**(plain | known))


def held(edition: Edition, since: datetime = BEFORE, until: datetime | None = None) -> Interval:
    """An interval of the Dropbox add-on at its list price."""
    return Interval(
        product=DROPBOX, edition=edition, since=since, until=until, charged=PRICES[edition]
    )


def buy(intervals: list[Interval], edition: Edition, now: datetime = NOW) -> Plan:
    """What taking an edition does."""
    wanted = held(edition, now)
    return plan_purchase(standing_of(intervals, DROPBOX, now), wanted, JANUARY, now)


def applied(intervals: list[Interval], plan: Plan) -> list[Interval]:
    """The intervals as they stand once a plan is written."""
    rows = {(each.since, each.edition): each for each in [*intervals, *plan.intervals]}
    return list(rows.values())


NOTHING: list[Interval] = []
ACTIVE = [held(ESSENTIALS)]
PENDING = [held(ESSENTIALS, until=RENEWAL)]
TOP = [held(ENHANCED)]
TOP_PENDING = [held(ENHANCED, until=RENEWAL)]
DOWN = [held(ENHANCED, until=RENEWAL), held(ESSENTIALS, RENEWAL)]
ENDED = [held(ESSENTIALS, until=at("2026-01-25"))]

PURCHASES = [
    (NOTHING, ESSENTIALS, ChangeKind.ADDED, [75_40], NOW),
    (NOTHING, ENHANCED, ChangeKind.ADDED, [201_08], NOW),
    (ENDED, ESSENTIALS, ChangeKind.ADDED, [75_40], NOW),
    (ACTIVE, ESSENTIALS, ChangeKind.UNCHANGED, [], NOW),
    (PENDING, ESSENTIALS, ChangeKind.REMOVAL_UNDONE, [], NOW),
    (ACTIVE, ENHANCED, ChangeKind.UPGRADED, [-75_40, 201_08], NOW),
    (PENDING, ENHANCED, ChangeKind.UPGRADED, [-75_40, 201_08], NOW),
    (TOP, ENHANCED, ChangeKind.UNCHANGED, [], NOW),
    (TOP, ESSENTIALS, ChangeKind.DOWNGRADE_SCHEDULED, [], RENEWAL),
    (TOP_PENDING, ESSENTIALS, ChangeKind.DOWNGRADE_SCHEDULED, [], RENEWAL),
    (TOP_PENDING, ENHANCED, ChangeKind.REMOVAL_UNDONE, [], NOW),
    (DOWN, ESSENTIALS, ChangeKind.UNCHANGED, [], RENEWAL),
    (DOWN, ENHANCED, ChangeKind.DOWNGRADE_UNDONE, [], NOW),
]


@pytest.mark.parametrize(("intervals", "wanted", "kind", "amounts", "effective"), PURCHASES)
def test_taking_an_edition(
    intervals: list[Interval],
    wanted: Edition,
    kind: ChangeKind,
    amounts: list[int],
    effective: datetime,
) -> None:
    """B4, B7, B9: from every standing, what happens, what is charged, from when."""
    plan = buy(intervals, wanted)
    assert (plan.kind, [line.amount for line in plan.charges]) == (kind, amounts)
    assert plan.effective_at == effective
    after = applied(intervals, plan)
    instant = max(effective, NOW)
    standing = standing_of(after, DROPBOX, instant)
    assert standing.current is not None
    assert standing.current.edition is wanted
    again = plan_purchase(standing_of(after, DROPBOX, NOW), held(wanted, NOW), JANUARY, NOW)
    assert (again.kind, again.intervals) == (ChangeKind.UNCHANGED, [])


@pytest.mark.parametrize(
    ("intervals", "kind", "credit"),
    [
        (NOTHING, ChangeKind.UNCHANGED, []),
        (ENDED, ChangeKind.UNCHANGED, []),
        (ACTIVE, ChangeKind.ENDED, [-75_40]),
        (PENDING, ChangeKind.ENDED, [-75_40]),
        (DOWN, ChangeKind.ENDED, [-201_08]),
    ],
)
def test_ending_at_once(intervals: list[Interval], kind: ChangeKind, credit: list[int]) -> None:
    """B16: it ends now with a credit for what is unused, and nothing follows it."""
    plan = plan_ending(standing_of(intervals, DROPBOX, NOW), JANUARY, NOW)
    assert (plan.kind, [line.amount for line in plan.charges]) == (kind, credit)
    after = applied(intervals, plan)
    for instant in (NOW, RENEWAL, LATER):
        assert standing_of(after, DROPBOX, instant) == Standing(None, None)


@pytest.mark.parametrize(
    ("intervals", "kind"),
    [
        (NOTHING, ChangeKind.UNCHANGED),
        (ACTIVE, ChangeKind.REMOVAL_SCHEDULED),
        (PENDING, ChangeKind.UNCHANGED),
        (DOWN, ChangeKind.REMOVAL_SCHEDULED),
    ],
)
def test_removing(intervals: list[Interval], kind: ChangeKind) -> None:
    """B6, B7: held up to the renewal, not a second longer; twice is once; nothing is charged."""
    plan = plan_removal(standing_of(intervals, DROPBOX, NOW), JANUARY, NOW)
    assert (plan.kind, plan.charges) == (kind, [])
    after = applied(intervals, plan)
    if intervals:
        assert standing_of(after, DROPBOX, RENEWAL - timedelta(seconds=1)).current is not None
        assert standing_of(after, DROPBOX, NOW).state is AddonState.PENDING_REMOVAL
    assert standing_of(after, DROPBOX, RENEWAL) == Standing(None, None)


def test_an_upgrade_is_a_credit_and_a_charge_in_full() -> None:
    """B9: at the first instant of the period both lines are whole prices."""
    plan = buy([held(ESSENTIALS, JANUARY.start)], ENHANCED, JANUARY.start)
    assert [(line.amount, line.description) for line in plan.charges] == [
        (-150_00, "Unused part of Premium Support Essentials for Dropbox"),
        (400_00, "Premium Support Enhanced for Dropbox"),
    ]


def test_editions_of_products_are_independent() -> None:
    """E1: what is held for Dropbox says nothing about Dash."""
    assert standing_of(ACTIVE, DASH, NOW).state is AddonState.AVAILABLE


@pytest.mark.parametrize(
    ("product", "edition", "known", "allowed"),
    [
        (DROPBOX, ESSENTIALS, {}, True),
        (DROPBOX, ENHANCED, {}, False),
        (DASH, ESSENTIALS, {}, False),
        (DASH, ENHANCED, {}, False),
        (DROPBOX, ESSENTIALS, {"account_executive": True}, False),
        (DROPBOX, ESSENTIALS, {"self_serve": False}, False),
    ],
)
def test_what_is_for_self_service(
    product: AddonProduct, edition: Edition, known: dict[str, Any], allowed: bool
) -> None:
    """B2: Essentials for Dropbox, without an executive; the refusal prints the sales command."""
    customer = team(**known)
    found, how = self_service(customer, product, edition)
    assert found is allowed
    sales = f"pscli contact sales {edition} --product {product}"
    assert (sales in how) is not allowed
    if allowed:
        check_self_service(customer, product, edition)
        return
    with pytest.raises(StateForbids) as refusal:
        check_self_service(customer, product, edition)
    assert sales in (refusal.value.hint or "")


@pytest.mark.parametrize(
    ("intervals", "edition", "refused"),
    [
        (NOTHING, ESSENTIALS, False),
        (ACTIVE, ESSENTIALS, False),
        (PENDING, ESSENTIALS, False),
        (TOP, ESSENTIALS, True),
        (TOP_PENDING, ESSENTIALS, True),
        (DOWN, ESSENTIALS, True),
        (DOWN, ENHANCED, True),
    ],
)
def test_what_customers_may_not_change(
    intervals: list[Interval], edition: Edition, refused: bool
) -> None:
    """B9: not Essentials while Enhanced is active, nothing while a downgrade is pending."""
    standing = standing_of(intervals, DROPBOX, NOW)
    if not refused:
        check_customer_change(standing, edition)
        return
    with pytest.raises(StateForbids, match="B9") as refusal:
        check_customer_change(standing, edition)
    assert "pscli contact sales" in (refusal.value.hint or "")


def test_an_edition_says_how_it_stands() -> None:
    """E1, B2: active, pending, next; without a price or the product: not available."""
    price = UnitPrice(150_00, 1)
    customer = team()
    down = standing_of(DOWN, DROPBOX, NOW)
    view = addon_view(customer, down, DROPBOX, ENHANCED, price)
    assert (view.state, view.next_edition) == (AddonState.PENDING_DOWNGRADE, ESSENTIALS)
    assert view.ends_at == RENEWAL
    other = addon_view(customer, down, DROPBOX, ESSENTIALS, price)
    assert (other.state, other.active_since) == (AddonState.AVAILABLE, None)
    nothing = standing_of(NOTHING, DROPBOX, NOW)
    for view in (
        addon_view(customer, nothing, DROPBOX, ESSENTIALS, None),
        addon_view(team(products=[Product.DROPBOX]), nothing, DASH, ESSENTIALS, price),
    ):
        assert view.state is AddonState.NOT_AVAILABLE
