"""Billing alike on every backend: bought, removed, renewed, exactly and once (B1-B8, B12-B15)."""

from datetime import timedelta

import pytest
from msgspec import structs

from pscli.desk.addons import grant_addon
from pscli.desk.billing import list_addons, list_invoices, show_billing, show_invoice
from pscli.desk.hub import show_hub
from pscli.desk.people import add_person
from pscli.desk.policies import set_policy, show_policy
from pscli.desk.purchases import add_addon, preview_addon, remove_addon
from pscli.desk.requests import submit_request
from pscli.desk.teams import create_team, list_teams, set_team, show_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import Addon, AddonState, Invoice
from pscli.models.people import AdminRole, BillingCycle, Plan, Product
from pscli.models.policy import Policy
from pscli.models.record import Change
from pscli.problems import DataRefused, InvalidValue, NotEntitled, NotFound, StateForbids
from tests.world import ANA, OTTO, SALES, World

ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED
DROPBOX, DASH = Product.DROPBOX, Product.DASH
SUBSCRIPTION = ("Subscription standard", "15.00")
ADDON = ("Premium Support Essentials for Dropbox", "150.00")


def addon(world: World, email: str = OTTO, edition: Edition = ESSENTIALS) -> Addon:
    """How an edition for Dropbox stands for somebody's team."""
    found = list_addons(world.acting_as(email)).items
    return next(
        each for each in found if (each.product, each.edition) == (AddonProduct.DROPBOX, edition)
    )


def lines(invoice: Invoice) -> list[tuple[str, str]]:
    """What an invoice charges."""
    return [(line.description, line.amount.amount) for line in invoice.lines]


def invoices(world: World, email: str = OTTO) -> list[Invoice]:
    """Every invoice of a team, oldest first."""
    page = list_invoices(world.acting_as(email), limit=1000)
    assert [each.number for each in page.items] == list(range(len(page.items), 0, -1))
    return page.items[::-1]


def test_a_purchase_charges_the_rest_of_the_period_once(world: World) -> None:
    """B4, B7, B10: half of 31 days; the same again changes and charges nothing and says so."""
    otto = world.acting_as(OTTO)
    world.clock.set("2026-03-18T00:00:00+00:00")
    bought = add_addon(otto, ESSENTIALS, DROPBOX)
    assert bought.changed
    assert bought.record.charged.amount == "75.00"
    assert bought.record.invoice == 1
    assert bought.record.effective_at == world.clock.now
    again = add_addon(otto, ESSENTIALS, DROPBOX)
    assert (again.changed, again.record.invoice, again.record.charged.amount) == (
        False, None, "0.00",
    )  # fmt: skip
    invoice = show_invoice(otto, 1)
    assert lines(invoice) == [(ADDON[0], "75.00")]
    assert (invoice.total.amount, invoice.issued_at) == ("75.00", world.clock.now)
    assert (invoice.period_start, invoice.period_end) == (
        world.clock.now - timedelta(days=15, hours=12),
        world.clock.now + timedelta(days=15, hours=12),
    )


@pytest.mark.parametrize(
    ("currency", "price", "charged"),
    [("USD", "150.00", "75.40"), ("JPY", "22000", "11059"), ("KWD", "46.000", "23.124")],
)
def test_the_example_to_the_minor_unit(
    world: World, currency: str, price: str, charged: str
) -> None:
    """B4: 15 Jan to 15 Feb, bought 30 Jan 10:00, in currencies with 2, 0 and 3 decimals."""
    world.clock.set("2026-01-16T00:00:00+00:00")
    create_team(
        world.operator, "Third", currency=currency, anchor=world.clock.now - timedelta(days=1)
    )
    join(world, "Third")
    world.clock.set("2026-01-30T10:00:00+00:00")
    bought = add_addon(world.acting_as(TIM), ESSENTIALS)
    assert bought.record.charged == structs.replace(bought.record.charged, amount=charged)
    assert bought.record.charged.currency == currency
    assert bought.record.addon.price is not None
    assert bought.record.addon.price.amount == price
    coming = show_billing(world.acting_as(TIM))
    assert coming.next_invoice[1].amount.amount == price


TIM = "tim@third.example"


def join(world: World, team: str) -> None:
    """Give a team its admin."""
    add_person(world.operator, team, TIM, role=AdminRole.TEAM)


def test_renewals_are_one_invoice_with_a_line_each(world: World) -> None:
    """B5, B12: the first period is paid elsewhere; then subscription and add-on, in order."""
    otto = world.acting_as(OTTO)
    world.clock.set("2026-03-18T00:00:00+00:00")
    add_addon(otto, ESSENTIALS, DROPBOX)
    promised = show_billing(otto)
    assert [(each.description, each.amount.amount) for each in promised.next_invoice] == [
        SUBSCRIPTION, ADDON,
    ]  # fmt: skip
    assert (promised.next_total.amount, promised.sample_prices) == ("165.00", True)
    world.clock.set("2026-06-02T12:00:00+00:00")  # the very instant of the third renewal
    found = invoices(world)
    assert [lines(each) for each in found[1:]] == [[SUBSCRIPTION, ADDON]] * 3
    assert [each.issued_at.isoformat()[:13] for each in found[1:]] == [
        "2026-04-02T12", "2026-05-02T12", "2026-06-02T12",
    ]  # fmt: skip
    assert show_billing(otto).next_renewal.isoformat()[:13] == "2026-07-02T12"
    assert len(invoices(world)) == 4


@pytest.mark.parametrize("look", [show_billing, list_addons, list_invoices])
def test_whatever_reads_billing_sees_it_posted(world: World, look: object) -> None:
    """B12: each reading operation alone posts what is due; a team without add-on pays its plan."""
    world.clock.pass_(days=100)
    look(world.acting_as(OTTO))  # type: ignore[operator]
    with world.database.transaction(writes=False) as sql:
        assert sql.one(int, "SELECT count(*) FROM ledger WHERE team = 2") == 3
    assert show_invoice(world.acting_as(OTTO), 3).total.amount == "15.00"
    with pytest.raises(NotFound, match="no invoice 4"):
        show_invoice(world.acting_as(OTTO), 4)


def test_entitlement_waits_for_nobody(world: World) -> None:
    """B6, B12: the Hub closes at the renewal though nobody posted it, not a second before."""
    ana = world.acting_as(ANA)
    removed = remove_addon(ana, ESSENTIALS)
    assert removed.record.addon.state is AddonState.PENDING_REMOVAL
    assert removed.record.effective_at.isoformat()[:13] == "2026-04-02T12"
    world.clock.set("2026-04-02T11:59:59+00:00")
    show_hub(ana)
    world.clock.pass_(seconds=1)
    with pytest.raises(NotEntitled):
        show_hub(ana)


def test_removing_and_undoing_cost_nothing(world: World) -> None:
    """B6, B7: both ways, twice each; what was charged stays, the renewal charges it or not."""
    ana = world.acting_as(ANA)
    steps: list[tuple[object, bool, AddonState]] = [
        (remove_addon, True, AddonState.PENDING_REMOVAL),
        (remove_addon, False, AddonState.PENDING_REMOVAL),
        (add_addon, True, AddonState.ACTIVE),
        (add_addon, False, AddonState.ACTIVE),
        (remove_addon, True, AddonState.PENDING_REMOVAL),
    ]
    for change, changed, state in steps:
        world.clock.pass_(days=1)
        done: Change[object] = change(ana, ESSENTIALS)  # type: ignore[operator]
        assert (done.changed, addon(world, ANA).state) == (changed, state)
        assert (done.record.invoice, done.record.charged.amount) == (None, "0.00")  # type: ignore[attr-defined]
    assert show_billing(ana).next_total.amount == "600.00"
    world.clock.set("2026-04-02T12:00:00+00:00")
    assert addon(world, ANA).state is AddonState.AVAILABLE
    assert lines(invoices(world, ANA)[-1]) == [("Subscription standard", "600.00")]
    fresh = add_addon(ana, ESSENTIALS)  # B8: at the renewal instant it is the new period's
    assert (fresh.record.charged.amount, fresh.record.invoice) == ("150.00", 3)
    assert remove_addon(world.acting_as(OTTO), ESSENTIALS, DROPBOX).changed is False


def test_month_ends_and_a_leap_day(world: World) -> None:
    """B8: renewals on 31 Jan, 29 Feb and 31 Mar 2028, at midnight of nobody's zone but UTC."""
    world.clock.set("2028-01-10T00:00:00+00:00")
    anchor = world.clock.now.replace(year=2027, month=12, day=31)
    create_team(world.operator, "Third", anchor=anchor, timezone="Asia/Tokyo")
    join(world, "Third")
    add_addon(world.acting_as(TIM), ESSENTIALS)
    world.clock.set("2028-04-10T00:00:00+00:00")
    issued = [each.issued_at.date().isoformat() for each in invoices(world, TIM)]
    assert issued == ["2028-01-10", "2028-01-31", "2028-02-29", "2028-03-31"]
    create_team(world.operator, "Yearly", anchor=world.clock.now, cycle=BillingCycle.ANNUAL)
    assert show_team(world.operator, "Yearly").next_renewal.isoformat()[:10] == "2029-04-10"


def test_a_clock_behind_writes_no_ledger(world: World) -> None:
    """B12: reading goes on; what would write the ledger is refused, and nothing is charged.

    What is so already by the clock, but not by the newest line, is not said to be so.
    """
    otto = world.acting_as(OTTO)
    world.clock.pass_(days=1)
    add_addon(otto, ESSENTIALS, DROPBOX)
    world.clock.pass_(seconds=-1)
    assert addon(world).state is AddonState.AVAILABLE
    assert show_billing(otto).team == "Other"
    assert preview_addon(otto, ESSENTIALS, DROPBOX).charge_now.amount != "0.00"
    for change in (add_addon, remove_addon):
        with pytest.raises(DataRefused, match="newest line"):
            change(otto, ESSENTIALS, DROPBOX)
    world.clock.pass_(seconds=2)
    remove_addon(otto, ESSENTIALS, DROPBOX)
    world.clock.pass_(seconds=-1)
    assert not remove_addon(otto, ESSENTIALS, DROPBOX).changed
    with pytest.raises(DataRefused, match="newest line"):
        grant_addon(world.acting_as(SALES), "Other", AddonProduct.DROPBOX, ESSENTIALS)
    world.clock.pass_(seconds=-1)
    submit_request(otto, "Sync", "It stopped.", product=DROPBOX)
    assert set_team(world.operator, "Other", timezone="Asia/Tokyo").changed
    assert len(invoices(world)) == 1


def test_only_what_is_for_self_service(world: World) -> None:
    """B2: Enhanced, Dash and teams with an executive are told the sales command."""
    otto = world.acting_as(OTTO)
    for product, edition in ((DROPBOX, ENHANCED), (DASH, ESSENTIALS), (DASH, ENHANCED)):
        for change in (add_addon, remove_addon, preview_addon):
            with pytest.raises(StateForbids, match="B2") as refusal:
                change(otto, edition, product)
            command = f"pscli contact sales {edition} --product {product}"
            assert command in (refusal.value.hint or "")
    set_team(world.operator, "Acme", account_executive=True)
    for change in (add_addon, remove_addon, preview_addon):
        with pytest.raises(StateForbids, match="B2") as refusal:
            change(world.acting_as(ANA), ESSENTIALS)
        assert "account executive" in (refusal.value.hint or "")
    assert addon(world, ANA).state is AddonState.ACTIVE
    assert addon(world, ANA).self_service is False


def test_the_product_asked_for(world: World) -> None:
    """E10, T1: who owns Dropbox and Dash says which; others cannot name what they do not own."""
    with pytest.raises(InvalidValue) as unsaid:
        add_addon(world.acting_as(OTTO), ESSENTIALS)
    assert unsaid.value.field == "product"
    with pytest.raises(StateForbids, match="does not own dash"):
        add_addon(world.acting_as(ANA), ESSENTIALS, DASH)
    states = {(a.product, a.edition): a.state for a in list_addons(world.acting_as(ANA)).items}
    assert states[AddonProduct.DASH, ESSENTIALS] is AddonState.NOT_AVAILABLE


def test_a_currency_without_a_price(world: World) -> None:
    """B14: it cannot be bought there, the list says so, and nothing is charged."""
    create_team(world.operator, "Third", currency="CHF")
    join(world, "Third")
    tim = world.acting_as(TIM)
    for change in (add_addon, preview_addon):
        with pytest.raises(StateForbids, match="no monthly price in CHF"):
            change(tim, ESSENTIALS)
    assert addon(world, TIM).state is AddonState.NOT_AVAILABLE
    assert addon(world, TIM).price is None
    world.clock.pass_(days=40)
    assert invoices(world, TIM) == []  # nor is there a price for the subscription


def priced(policy: Policy, factor: int) -> Policy:
    """The policy with every add-on at so many whole units of each currency."""
    addons = [
        structs.replace(price, amounts=dict.fromkeys(price.amounts, str(factor)))
        for price in policy.prices.addons
    ]
    return structs.replace(policy, prices=structs.replace(policy.prices, addons=addons))


def test_new_prices_hold_from_their_instant(world: World) -> None:
    """B12, B14: renewals posted late take the prices and the plan of their own instant."""
    operator = world.operator
    add_addon(world.acting_as(OTTO), ESSENTIALS, DROPBOX)
    world.clock.set("2026-05-01T00:00:00+00:00")
    set_policy(operator, priced(show_policy(operator), 99))
    set_team(operator, "Other", plan=Plan.ENTERPRISE)
    world.clock.set("2026-05-03T00:00:00+00:00")
    assert [lines(each)[-1][1] for each in invoices(world)] == ["150.00", "150.00", "99.00"]
    assert [lines(each)[0] for each in invoices(world)[1:]] == [
        SUBSCRIPTION, ("Subscription enterprise", "32.00"),
    ]  # fmt: skip


def test_a_purchase_moves_promises_only_nearer(world: World) -> None:
    """B15, S6: what was filed without a commitment gets the target from the purchase on."""
    otto = world.acting_as(OTTO)
    ticket = submit_request(otto, "Sync", "It stopped.", product=DROPBOX).record
    assert ticket.due_at is None
    world.clock.pass_(hours=1)
    add_addon(otto, ESSENTIALS, DROPBOX)
    due = show_hub(otto).newest[0].due_at
    assert due == world.clock.now + timedelta(hours=4)
    world.clock.pass_(hours=1)
    grant_addon(world.acting_as(SALES), "Other", AddonProduct.DROPBOX, ENHANCED)
    assert show_hub(otto).newest[0].due_at == world.clock.now + timedelta(hours=1)


def test_teams_are_listed_as_posted(world: World) -> None:
    """B12, B16: due terms show in the list of teams though nobody posted them."""
    set_team(world.operator, "Acme", licences=30)
    world.clock.pass_(days=31)
    assert list_teams(world.operator).items[0].licences == 30
    assert show_team(world.operator, "Acme").licences == 30
