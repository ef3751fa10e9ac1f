"""What terms cost: the price book, renewals, more licences, terms to come (B5, B14, B16)."""

import pytest
from msgspec import structs

from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import NextTerms
from pscli.models.people import BillingCycle, Plan as TeamPlan
from pscli.models.policy import AddonPrice, Prices, SubscriptionPrice
from pscli.problems import StateForbids
from pscli.rules.prices import full_price, subscription_price
from pscli.rules.terms import begin_period, check_priced, coming, next_terms, raise_licences

from .clocks import at
from .test_addons import ACTIVE, DOWN, JANUARY, PENDING, RENEWAL, TOP, TOP_PENDING, team

DROPBOX, DASH = AddonProduct.DROPBOX, AddonProduct.DASH
ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED
FEBRUARY = structs.replace(JANUARY, start=RENEWAL, end=at("2026-03-15"))

BOOK = Prices(
    sample=True,
    addons=[
        AddonPrice(
            product=DROPBOX, edition=ESSENTIALS, cycle=BillingCycle.MONTHLY, per_licence=True,
            amounts={"USD": "3.00", "JPY": "400"},
        ),
        AddonPrice(
            product=DROPBOX, edition=ENHANCED, cycle=BillingCycle.MONTHLY, per_licence=False,
            amounts={"USD": "400.00", "KWD": "123.005"},
        ),
    ],
    subscriptions=[
        SubscriptionPrice(
            plan=TeamPlan.BUSINESS, cycle=BillingCycle.MONTHLY, per_licence=True,
            amounts={"USD": "20.00", "JPY": "2900", "KWD": "6.000"},
        )
    ],
)  # fmt: skip


def test_prices_are_flat_or_per_licence() -> None:
    """B14: by product, edition, currency and cycle, in the currency's own minor units."""
    assert full_price(BOOK, team(), DROPBOX, ESSENTIALS) == 30_00
    assert full_price(BOOK, team(currency="JPY"), DROPBOX, ESSENTIALS) == 4000
    assert full_price(BOOK, team(currency="KWD"), DROPBOX, ENHANCED) == 123_005
    assert full_price(BOOK, team(currency="JPY"), DROPBOX, ENHANCED) is None
    assert full_price(BOOK, team(), DASH, ENHANCED) is None
    assert subscription_price(BOOK, team()) == 200_00
    assert subscription_price(BOOK, team(billing_cycle=BillingCycle.ANNUAL)) is None


def test_a_renewal_charges_what_goes_on() -> None:
    """B5, B6: the subscription and every edition that is still held, at the book's prices."""
    costs = begin_period(BOOK, team(), PENDING, FEBRUARY, RENEWAL)
    assert [line.amount for line in costs.charges] == [200_00]
    costs = begin_period(BOOK, team(), DOWN, FEBRUARY, RENEWAL)
    assert [line.amount for line in costs.charges] == [200_00, 30_00]
    assert [each.charged for each in costs.intervals] == [30_00]
    assert costs.subscription == 200_00


def test_a_price_that_left_the_book_goes_on() -> None:
    """B14: an edition whose price is no longer in the book renews at what was charged before."""
    costs = begin_period(structs.replace(BOOK, addons=[]), team(), TOP, FEBRUARY, RENEWAL)
    assert [line.amount for line in costs.charges] == [200_00, 400_00]
    assert costs.intervals == TOP


def test_new_terms_inside_their_period_cost_what_is_left_of_it() -> None:
    """B16: half of the period that new terms fall into is charged, whole prices are kept."""
    half = at("2026-01-30T12:00")
    costs = begin_period(BOOK, team(), TOP, JANUARY, half)
    assert [line.amount for line in costs.charges] == [100_00, 200_00]
    assert ([each.charged for each in costs.intervals], costs.subscription) == ([400_00], 200_00)


def test_more_licences_cost_the_difference() -> None:
    """B16: per-licence prices only, and the subscription only where the desk has charged it."""
    half = at("2026-01-30T12:00")
    costs = raise_licences(BOOK, team(), 14, ACTIVE, 200_00, JANUARY, half)
    assert [(line.description, line.amount) for line in costs.charges] == [
        ("4 more licences: Subscription business", 40_00),
        ("4 more licences: Premium Support Essentials for Dropbox", 6_00),
    ]
    assert costs.subscription == 280_00
    assert costs.intervals == [structs.replace(ACTIVE[0], charged=150_00 + 12_00)]
    first = raise_licences(BOOK, team(), 14, TOP, 0, JANUARY, half)
    assert first == ([], [], 0)


def test_terms_wait_for_the_renewal() -> None:
    """B16: what is asked for follows; what holds already need not; None stays."""
    pending = next_terms(team(), NextTerms(licences=5), NextTerms(currency="JPY"))
    assert pending == NextTerms(licences=5, currency="JPY")
    assert next_terms(team(), pending, NextTerms(currency="USD")) == NextTerms(licences=5)
    assert coming(team(), pending).currency == "JPY"
    assert coming(team(), NextTerms()) == team()


def test_terms_without_a_price_are_refused() -> None:
    """B14, B16: neither a currency nor a cycle in which something held has no price."""
    check_priced(BOOK, team(), team(currency="JPY"), ACTIVE, RENEWAL)
    check_priced(BOOK, team(), team(currency="JPY"), TOP_PENDING, RENEWAL)
    with pytest.raises(StateForbids, match="JPY for Premium Support Enhanced") as refusal:
        check_priced(BOOK, team(), team(currency="JPY"), TOP, RENEWAL)
    assert refusal.value.field == "currency"
    annual = team(billing_cycle=BillingCycle.ANNUAL)
    with pytest.raises(StateForbids, match="annual price in USD for the subscription"):
        check_priced(BOOK, team(), annual, [], RENEWAL)
