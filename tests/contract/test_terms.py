"""Licences now, everything else at the renewal: the terms of a team (B8, B14, B16)."""

from datetime import datetime
from typing import Any

import pytest
from msgspec import structs

from pscli.desk.addons import grant_addon
from pscli.desk.billing import show_billing
from pscli.desk.policies import set_policy, show_policy
from pscli.desk.purchases import add_addon
from pscli.desk.teams import create_team, set_team, show_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import Money, NextTerms, TermsChange
from pscli.models.people import BillingCycle
from pscli.models.record import Change
from pscli.problems import InvalidValue, StateForbids
from tests.world import ANA, SALES, World

from .test_billing import TIM, invoices, join, lines

ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED
DROPBOX = AddonProduct.DROPBOX
ADDON = "Premium Support Essentials for Dropbox"


def put(world: World, **terms: Any) -> Change[TermsChange]:
    """Let the operator set terms of Acme."""
    change: Change[TermsChange] = set_team(world.operator, "Acme", **terms)
    return change


def per_licence(world: World) -> None:
    """Let the book count Essentials by licence: 3.00 each."""
    policy = show_policy(world.operator)
    addons = [
        structs.replace(price, per_licence=True, amounts=dict.fromkeys(price.amounts, "3"))
        if price.edition is ESSENTIALS
        else price
        for price in policy.prices.addons
    ]
    prices = structs.replace(policy.prices, addons=addons)
    set_policy(world.operator, structs.replace(policy, prices=prices))


def test_the_first_period_charges_no_licences(world: World) -> None:
    """B5, B16: its subscription was paid elsewhere, and the flat add-on costs the same."""
    world.clock.set("2026-03-18T00:00:00+00:00")
    raised = put(world, licences=50)
    assert (raised.changed, raised.record.licences) == (True, 50)
    assert (raised.record.invoice, raised.record.charged.amount) == (None, "0.00")
    assert show_billing(world.acting_as(ANA)).next_invoice[0].amount.amount == "750.00"


def test_more_licences_are_charged_for_the_rest(world: World) -> None:
    """B16: half of a month of ten licences; again is nothing; the renewal charges all of them."""
    world.clock.set("2026-04-17T12:00:00+00:00")
    raised = put(world, licences=50).record
    assert (raised.charged.amount, raised.invoice) == ("75.00", 3)
    assert lines(invoices(world, ANA)[-1]) == [("10 more licences: Subscription standard", "75.00")]
    again = put(world, licences=50)
    assert (again.changed, again.record.invoice) == (False, None)
    assert put(world, licences=51).record.charged.amount == "7.50"
    world.clock.set("2026-05-02T12:00:00+00:00")
    assert lines(invoices(world, ANA)[-1])[0] == ("Subscription standard", "765.00")


def test_an_add_on_per_licence_grows_with_them(world: World) -> None:
    """B14, B16: the difference now, and a credit later counts what was paid."""
    per_licence(world)
    create_team(world.operator, "Third", licences=10)
    join(world, "Third")
    tim = world.acting_as(TIM)
    assert add_addon(tim, ESSENTIALS).record.charged.amount == "30.00"
    world.clock.set("2026-03-18T00:00:00+00:00")
    raised = set_team(world.operator, "Third", licences=14).record
    assert raised.charged.amount == "6.00"
    assert lines(invoices(world, TIM)[-1]) == [(f"4 more licences: {ADDON}", "6.00")]
    billing = show_billing(tim)
    assert billing.addons[0].quantity == 14
    assert [line.amount.amount for line in billing.next_invoice] == ["210.00", "42.00"]
    upgrade = grant_addon(world.acting_as(SALES), "Third", DROPBOX, ENHANCED).record
    assert upgrade.charged.amount == "179.00"  # half of 400.00 minus half of 42.00


def test_fewer_licences_wait(world: World) -> None:
    """B16: from the next renewal; taking it back before then, or raising, drops the plan."""
    assert put(world, licences=30).record.next_terms == NextTerms(licences=30)
    assert show_team(world.operator, "Acme").licences == 40
    assert put(world, licences=30).changed is False
    assert put(world, licences=40).record.next_terms is None
    put(world, licences=30)
    assert put(world, licences=45).record.next_terms is None
    put(world, licences=20)
    assert show_billing(world.acting_as(ANA)).next_invoice[0].amount.amount == "300.00"
    world.clock.pass_(days=31)
    shown = show_team(world.operator, "Acme")
    assert (shown.licences, shown.next_terms) == (20, None)
    assert lines(invoices(world, ANA)[-1])[0] == ("Subscription standard", "300.00")


def test_a_cycle_changes_at_the_renewal(world: World) -> None:
    """B8, B16: monthly becomes annual: what is left of the year from the anchor on."""
    put(world, cycle=BillingCycle.ANNUAL)
    ana = world.acting_as(ANA)
    shown = show_billing(ana)
    assert (shown.cycle, shown.addons[0].price) == (
        "monthly",
        Money(amount="150.00", currency="USD"),
    )
    promised = [line.amount.amount for line in shown.next_invoice]
    world.clock.set("2026-04-02T12:00:00+00:00")
    after = show_billing(ana)
    assert (after.cycle, after.period.end.isoformat()[:13]) == ("annual", "2027-03-02T12")
    assert [amount for _, amount in lines(invoices(world, ANA)[-1])] == promised
    assert promised == ["5490.41", "1372.60"]  # 334 of 365 days of 6000.00 and 1500.00
    assert [line.amount.amount for line in after.next_invoice] == ["6000.00", "1500.00"]


def test_an_anchor_and_a_zone_change_at_the_renewal(world: World) -> None:
    """B8, B16: the period that begins then ends at the new anchor, and costs its part."""
    put(world, anchor=datetime.fromisoformat("2026-04-11T15:00:00+00:00"))
    put(world, billing_timezone="Asia/Tokyo")
    waiting = show_team(world.operator, "Acme")
    assert waiting.next_terms is not None
    assert waiting.next_terms.billing_timezone == "Asia/Tokyo"
    assert waiting.next_renewal.isoformat()[:13] == "2026-04-02T12"
    world.clock.set("2026-04-02T12:00:00+00:00")
    shown = show_billing(world.acting_as(ANA))
    assert shown.period.start.isoformat()[:13] == "2026-03-11T15"  # midnight of 12 March in Tokyo
    assert shown.period.end.isoformat()[:13] == "2026-04-11T15"
    part = (9 * 86400 + 3 * 3600) / (31 * 86400)
    assert [amount for _, amount in lines(invoices(world, ANA)[-1])] == [
        f"{600 * part:.2f}",
        f"{150 * part:.2f}",
    ]
    world.clock.set("2026-04-11T15:00:00+00:00")
    assert lines(invoices(world, ANA)[-1])[1] == (ADDON, "150.00")


def test_a_currency_changes_at_the_renewal(world: World) -> None:
    """B14, B16: charged in the old one until then, in the new one from then on."""
    put(world, currency="JPY")
    ana = world.acting_as(ANA)
    promised = show_billing(ana)
    assert (promised.currency, promised.next_total.currency) == ("USD", "JPY")
    assert promised.next_total.amount == "110000"
    world.clock.set("2026-04-02T12:00:00+00:00")
    assert lines(invoices(world, ANA)[-1])[1] == (ADDON, "22000")
    assert invoices(world, ANA)[0].total.currency == "USD"


def test_terms_need_prices(world: World) -> None:
    """B14, B16: no currency without a price for what is held, nor an add-on without one to come."""
    with pytest.raises(StateForbids, match="no monthly price in CHF"):
        put(world, currency="CHF")
    create_team(world.operator, "Third")
    join(world, "Third")
    policy = show_policy(world.operator)
    bare = [
        structs.replace(price, amounts={"USD": price.amounts["USD"]})
        for price in policy.prices.addons
    ]
    prices = structs.replace(policy.prices, addons=bare)
    set_policy(world.operator, structs.replace(policy, prices=prices))
    assert set_team(world.operator, "Third", currency="EUR").changed
    with pytest.raises(StateForbids, match="no monthly price in EUR"):
        add_addon(world.acting_as(TIM), ESSENTIALS)
    assert show_team(world.operator, "Acme").next_terms is None


def test_a_price_that_vanished_keeps_the_old_terms(world: World) -> None:
    """B14, B16: a currency that lost its price since does not come: no wrong amount."""
    put(world, currency="JPY", licences=30)
    policy = show_policy(world.operator)
    addons = [structs.replace(price, amounts={"EUR": "140.00"}) for price in policy.prices.addons]
    prices = structs.replace(policy.prices, addons=addons)
    set_policy(world.operator, structs.replace(policy, prices=prices))
    world.clock.set("2026-04-02T12:00:00+00:00")
    after = show_team(world.operator, "Acme")
    assert (after.currency, after.licences, after.next_terms) == ("USD", 30, None)
    assert lines(invoices(world, ANA)[-1]) == [
        ("Subscription standard", "450.00"),
        (ADDON, "150.00"),
    ]


def test_wrong_terms_are_refused(world: World) -> None:
    """T1: each names its field; nothing changes."""
    before = show_team(world.operator, "Acme")
    wrong: list[dict[str, Any]] = [
        {"licences": 0},
        {"currency": "usd"},
        {"billing_timezone": "Mars/Olympus"},
        {"anchor": datetime.fromisoformat("0001-01-01T00:00:00+00:00")},
        {"cycle": "weekly"},
    ]
    for terms in wrong:
        with pytest.raises(InvalidValue) as refusal:
            put(world, **terms)
        assert refusal.value.field in terms
    assert show_team(world.operator, "Acme") == before
