"""What sales does for teams: inquiries, grants, upgrades, downgrades, ends (B9, B16, C8)."""

from decimal import Decimal

import pytest

from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.billing import list_addons, show_billing
from pscli.desk.hub import show_hub
from pscli.desk.inquiries import list_inquiries, submit_inquiry
from pscli.desk.purchases import add_addon, preview_addon, remove_addon
from pscli.desk.queue import answer_ticket, settle_ticket
from pscli.desk.teams import set_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import AddonState, InvoiceStatus
from pscli.models.people import Product
from pscli.models.tickets import Status
from pscli.operation import Operation
from pscli.problems import NotAllowed, NotFound, StateForbids
from tests.world import AGENT, ANA, MIA, OTTO, SALES, World

from .test_billing import addon, invoices, lines

ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED
DROPBOX, DASH = AddonProduct.DROPBOX, AddonProduct.DASH


def grant(world: World, edition: Edition, product: AddonProduct = DROPBOX) -> str:
    """Let sales give Acme an edition; what it charged."""
    change = grant_addon(world.acting_as(SALES), "Acme", product, edition)
    return change.record.charged.amount


def test_an_upgrade_is_one_invoice_with_two_lines(world: World) -> None:
    """B9: a credit for the unused part and the prorated new edition, in force at once."""
    world.clock.set("2026-03-18T00:00:00+00:00")
    assert grant(world, ENHANCED) == "125.00"
    invoice = invoices(world, ANA)[-1]
    assert lines(invoice) == [
        ("Unused part of Premium Support Essentials for Dropbox", "-75.00"),
        ("Premium Support Enhanced for Dropbox", "200.00"),
    ]
    assert (invoice.number, invoice.total.amount, invoice.status) == (2, "125.00", "issued")
    enhanced = addon(world, ANA, ENHANCED)
    assert (enhanced.state, enhanced.active_since) == (AddonState.ACTIVE, world.clock.now)
    assert addon(world, ANA).state is AddonState.AVAILABLE
    again = grant_addon(world.acting_as(SALES), "acme", DROPBOX, ENHANCED)
    assert (again.changed, again.record.invoice) == (False, None)


def test_a_downgrade_waits_for_the_renewal(world: World) -> None:
    """B9: Enhanced up to the renewal, Essentials from then on and charged as such."""
    grant(world, ENHANCED)
    world.clock.pass_(days=3)
    assert grant(world, ESSENTIALS) == "0.00"
    pending = addon(world, ANA, ENHANCED)
    renewal = show_billing(world.acting_as(ANA)).next_renewal
    assert (pending.state, pending.next_edition) == (AddonState.PENDING_DOWNGRADE, ESSENTIALS)
    assert pending.ends_at == renewal
    assert show_billing(world.acting_as(ANA)).next_total.amount == "750.00"
    world.clock.now = renewal
    assert addon(world, ANA).state is AddonState.ACTIVE
    assert lines(invoices(world, ANA)[-1])[1:] == [
        ("Premium Support Essentials for Dropbox", "150.00")
    ]


def test_a_pending_downgrade_is_for_sales_alone(world: World) -> None:
    """B9: customers change nothing until then; sales can undo it, free."""
    ana = world.acting_as(ANA)
    grant(world, ENHANCED)
    with pytest.raises(StateForbids, match="holds Enhanced"):
        add_addon(ana, ESSENTIALS)
    grant(world, ESSENTIALS)
    for change in (add_addon, remove_addon, preview_addon):
        with pytest.raises(StateForbids, match="downgrade waits") as refusal:
            change(ana, ESSENTIALS)
        assert "pscli contact sales" in (refusal.value.hint or "")
    assert grant(world, ENHANCED) == "0.00"
    assert addon(world, ANA, ENHANCED).state is AddonState.ACTIVE
    assert show_billing(ana).next_total.amount == "1000.00"


def test_an_end_at_the_renewal(world: World) -> None:
    """B6, B16: held until then, no refund; even a pending downgrade ends with it."""
    sales = world.acting_as(SALES)
    grant(world, ENHANCED)
    grant(world, ESSENTIALS)
    ended = revoke_addon(sales, "Acme", DROPBOX, ENHANCED).record
    assert (ended.charged.amount, ended.invoice) == ("0.00", None)
    assert ended.addon.state is AddonState.PENDING_REMOVAL
    assert revoke_addon(sales, "Acme", DROPBOX, ENHANCED).changed is False
    show_hub(world.acting_as(ANA))
    world.clock.pass_(days=31)
    assert {each.state for each in list_addons(world.acting_as(ANA)).items[:2]} == {
        AddonState.AVAILABLE
    }
    assert show_billing(world.acting_as(ANA)).next_total.amount == "600.00"


def test_an_end_at_once_is_credited(world: World) -> None:
    """B16: minus the half-up amount for what is unused; bought again it is a new purchase."""
    sales, ana = world.acting_as(SALES), world.acting_as(ANA)
    world.clock.set("2026-03-18T00:00:00+00:00")
    ended = revoke_addon(sales, "Acme", DROPBOX, ESSENTIALS, now=True)
    assert (ended.record.charged.amount, ended.record.effective_at) == ("-75.00", world.clock.now)
    credit = invoices(world, ANA)[-1]
    assert (credit.status, credit.total.amount) == (InvoiceStatus.CREDIT, "-75.00")
    assert revoke_addon(sales, "Acme", DROPBOX, ESSENTIALS, now=True).changed is False
    assert add_addon(ana, ESSENTIALS).record.charged.amount == "75.00"
    assert add_addon(ana, ESSENTIALS).changed is False
    assert sum(Decimal(each.total.amount) for each in invoices(world, ANA)) == 150


def test_what_cannot_be_granted_or_ended(world: World) -> None:
    """T1, E1: a product not owned, an edition not held, a team that is not there."""
    sales = world.acting_as(SALES)
    with pytest.raises(StateForbids, match="does not own dash"):
        grant_addon(sales, "Acme", DASH, ESSENTIALS)
    with pytest.raises(StateForbids, match="holds Premium Support Essentials") as refusal:
        revoke_addon(sales, "Acme", DROPBOX, ENHANCED)
    assert refusal.value.hint == "End that: pscli support revoke TEAM essentials --product dropbox"
    for change in (grant_addon, revoke_addon):
        with pytest.raises(NotFound, match="no team Nowhere"):
            change(sales, "Nowhere", DROPBOX, ESSENTIALS)
    grant_addon(sales, "Other", DASH, ENHANCED)
    with pytest.raises(StateForbids, match="holds an add-on for dash"):
        set_team(world.operator, "Other", products=[])
    revoke_addon(sales, "Other", DASH, ENHANCED, now=True)
    assert set_team(world.operator, "Other", products=[]).changed


def test_editions_of_two_products_are_billed_side_by_side(world: World) -> None:
    """E1, B5: independent of each other, together on one renewal invoice."""
    sales = world.acting_as(SALES)
    grant_addon(sales, "Other", DASH, ENHANCED)
    add_addon(world.acting_as(OTTO), ESSENTIALS, Product.DROPBOX)
    world.clock.pass_(days=31)
    assert [amount for _, amount in lines(invoices(world)[-1])] == ["15.00", "320.00", "150.00"]


def test_an_inquiry_reaches_sales(world: World) -> None:
    """C8, B2: filed by anybody of the team, seen, answered and turned into a grant."""
    otto, sales = world.acting_as(OTTO), world.acting_as(SALES)
    ticket = submit_inquiry(otto, ENHANCED, "For 40 people, from now.", Product.DASH).record
    world.clock.pass_(minutes=1)
    submit_inquiry(world.acting_as(MIA), ENHANCED, "Please.")
    found = list_inquiries(sales)
    assert [(each.team, each.number, each.product, each.edition) for each in found.items] == [
        ("Other", ticket.number, "dash", "enhanced"),
        ("Acme", 1, "dropbox", "enhanced"),
    ]
    assert (found.total, found.items[0].requester) == (2, OTTO)
    answer_ticket(sales, "Other", ticket.number, "It is yours.")
    assert list_inquiries(sales).items[0].status is Status.PENDING
    grant_addon(sales, "Other", DASH, ENHANCED)
    settle_ticket(sales, "Other", ticket.number)
    assert [each.team for each in list_inquiries(sales).items] == ["Acme"]
    with pytest.raises(NotAllowed):
        list_inquiries(world.acting_as(AGENT))
    with pytest.raises(StateForbids, match="does not own dash"):
        submit_inquiry(world.acting_as(ANA), ENHANCED, "Please.", Product.DASH)


def test_inquiries_come_in_pages(world: World) -> None:
    """C8, K5: oldest first, none skipped or repeated."""
    ana, sales = world.acting_as(ANA), world.acting_as(SALES)
    for n in range(5):
        submit_inquiry(ana, ENHANCED, f"Ask {n}")
        world.clock.pass_(minutes=n % 2)
    seen: list[int] = []
    cursor = None
    while True:
        page = list_inquiries(sales, limit=2, cursor=cursor)
        seen += [each.number for each in page.items]
        if page.next is None:
            break
        cursor = page.next
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("change", [grant_addon, revoke_addon])
def test_a_key_of_sales_counts_once(world: World, change: Operation[..., object]) -> None:
    """B10: a representative's key, for a named team."""
    sales = world.acting_as(SALES)
    grant(world, ENHANCED)
    arguments = {"team": "Acme", "product": "dropbox", "edition": "enhanced"}
    first = sales.perform(change, arguments, "deal-7")
    world.clock.pass_(days=1)
    grant(world, ESSENTIALS)
    assert sales.perform(change, arguments, "deal-7") == first
