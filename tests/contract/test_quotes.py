"""Quotes, caps, dry runs, keys: a script pays what it was told, and once (B3, B10, B11)."""

from datetime import timedelta

import pytest

from pscli.desk.addons import grant_addon
from pscli.desk.billing import list_addons, list_invoices, show_billing
from pscli.desk.people import add_person, set_person
from pscli.desk.policies import set_policy, show_policy
from pscli.desk.purchases import add_addon, preview_addon, remove_addon
from pscli.desk.teams import create_team, set_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import AddonState
from pscli.models.people import AdminRole, Product
from pscli.problems import InvalidValue, KeyReused, NotAllowed, StateForbids
from tests.world import ANA, OTTO, SALES, World

from .test_billing import addon, invoices, priced

ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED
DROPBOX = Product.DROPBOX
BILL = "bill@other.example"


def test_a_quote_says_what_will_be(world: World) -> None:
    """B11: the part of the period by the second, a line each, and what each renewal charges."""
    world.clock.set("2026-03-18T00:00:00+00:00")
    quote = preview_addon(world.acting_as(OTTO), ESSENTIALS, DROPBOX)
    assert quote.charge_now.amount == "75.00"
    assert quote.next_period_charge.amount == "150.00"
    assert quote.expires_at == world.clock.now + timedelta(minutes=15)
    assert (quote.remaining_seconds, quote.total_seconds) == (1339200, 2678400)
    assert [(line.amount.amount, line.fraction) for line in quote.lines] == [
        ("75.00", "1339200/2678400")
    ]
    assert addon(world).state is AddonState.AVAILABLE
    assert invoices(world) == []


def test_a_confirmed_quote_charges_exactly_that(world: World) -> None:
    """B11: minutes later, at another price, by a colleague: the quoted amount, to the cent."""
    add_person(world.operator, "Other", BILL, role=AdminRole.BILLING)
    otto, bill = world.acting_as(OTTO), world.acting_as(BILL)
    quote = preview_addon(otto, ESSENTIALS, DROPBOX)
    world.clock.pass_(minutes=14, seconds=59)
    set_policy(world.operator, priced(show_policy(world.operator), 999))
    assert preview_addon(otto, ESSENTIALS, DROPBOX).charge_now.amount == "998.66"
    bought = add_addon(bill, ESSENTIALS, DROPBOX, quote=quote.id).record
    assert bought.charged == quote.charge_now
    assert bought.charged.amount == "150.00"
    assert bought.addon.active_since == world.clock.now
    upgraded = grant_addon(world.acting_as(SALES), "Other", AddonProduct.DROPBOX, ENHANCED)
    assert upgraded.record.charged.amount == "848.71"  # 998.66 minus what is left of the 150.00


def test_a_quote_expires(world: World) -> None:
    """B11: after fifteen minutes; nothing is charged, and a new one does it."""
    otto = world.acting_as(OTTO)
    quote = preview_addon(otto, ESSENTIALS, DROPBOX)
    world.clock.pass_(minutes=15)
    with pytest.raises(StateForbids, match="expired") as refusal:
        add_addon(otto, ESSENTIALS, DROPBOX, quote=quote.id)
    assert refusal.value.field == "quote"
    assert "pscli billing addon preview" in (refusal.value.hint or "")
    assert invoices(world) == []
    new = preview_addon(otto, ESSENTIALS, DROPBOX).id
    assert add_addon(otto, ESSENTIALS, DROPBOX, quote=new).changed


def test_a_quote_ends_with_its_period(world: World) -> None:
    """B11: it never outlives its period, though its fifteen minutes run on."""
    otto = world.acting_as(OTTO)
    world.clock.set("2026-04-02T11:55:00+00:00")
    quote = preview_addon(otto, ESSENTIALS, DROPBOX)
    assert quote.expires_at.isoformat()[:16] == "2026-04-02T12:00"
    world.clock.set("2026-04-02T12:00:00+00:00")
    with pytest.raises(StateForbids, match="expired"):
        add_addon(otto, ESSENTIALS, DROPBOX, quote=quote.id)
    assert add_addon(otto, ESSENTIALS, DROPBOX).record.charged.amount == "150.00"


def test_a_quote_ends_with_a_change(world: World) -> None:
    """B11: bought, or changed in any way, in between: the quote holds no more."""
    ana, otto = world.acting_as(ANA), world.acting_as(OTTO)
    quote = preview_addon(ana, ESSENTIALS)
    remove_addon(ana, ESSENTIALS)
    with pytest.raises(StateForbids, match="expired"):
        add_addon(ana, ESSENTIALS, quote=quote.id)
    undo = preview_addon(ana, ESSENTIALS)
    assert (undo.charge_now.amount, undo.lines) == ("0.00", [])
    assert add_addon(ana, ESSENTIALS, quote=undo.id).changed
    first = preview_addon(otto, ESSENTIALS, DROPBOX)
    add_addon(otto, ESSENTIALS, DROPBOX)
    with pytest.raises(StateForbids, match="expired"):
        add_addon(otto, ESSENTIALS, DROPBOX, quote=first.id)


def test_a_quote_is_for_nobody_else(world: World) -> None:
    """B11: another team's, one of the future, a made-up one."""
    create_team(world.operator, "Third")
    add_person(world.operator, "Third", BILL, role=AdminRole.BILLING)
    foreign = preview_addon(world.acting_as(BILL), ESSENTIALS).id
    otto = world.acting_as(OTTO)
    mine = preview_addon(otto, ESSENTIALS, DROPBOX).id
    made_up = f"{mine[:-1]}{'0' if mine[-1] != '0' else '1'}"
    for quote in (foreign, made_up, "q0-" + "0" * 24, "qfffffffff-" + "0" * 24):
        with pytest.raises(StateForbids, match="B11"):
            add_addon(otto, ESSENTIALS, DROPBOX, quote=quote)
    for quote in ("", "x", "q-", mine.upper(), f"{mine}0"):
        with pytest.raises(InvalidValue):
            add_addon(otto, ESSENTIALS, DROPBOX, quote=quote)
    assert invoices(world) == []


def test_a_cap_is_not_exceeded(world: World) -> None:
    """B11: a cent too low refuses and charges nothing; the exact amount and above do not."""
    otto = world.acting_as(OTTO)
    world.clock.set("2026-03-18T00:00:00+00:00")
    for cap in ("74.99", "0"):
        with pytest.raises(StateForbids, match=r"75\.00 USD") as refusal:
            add_addon(otto, ESSENTIALS, DROPBOX, max_amount=cap)
        assert refusal.value.field == "max_amount"
    for wrong in ("75.001", "-1", "75,00", "seventy", ""):
        with pytest.raises(InvalidValue):
            add_addon(otto, ESSENTIALS, DROPBOX, max_amount=wrong)
    assert invoices(world) == []
    quote = preview_addon(otto, ESSENTIALS, DROPBOX)
    world.clock.pass_(minutes=1)
    assert add_addon(otto, ESSENTIALS, DROPBOX, quote=quote.id, max_amount="75").changed


def test_a_dry_run_changes_nothing(world: World) -> None:
    """B3: it says what would be charged and when, and leaves no trace, not even its key."""
    otto = world.acting_as(OTTO)
    arguments = {"edition": "essentials", "product": "dropbox"}
    would = otto.perform(add_addon, arguments, "dry", dry_run=True)
    assert (would.record.charged.amount, would.record.invoice) == ("150.00", 1)
    assert addon(world).state is AddonState.AVAILABLE
    done = otto.perform(add_addon, arguments, "dry")
    assert done.record == would.record
    going = otto.perform(remove_addon, arguments, dry_run=True)
    assert going.record.effective_at == show_billing(otto).next_renewal
    assert addon(world).state is AddonState.ACTIVE


def test_a_key_is_charged_once(world: World) -> None:
    """B10: the first answer again, days later too; another request under it is a conflict."""
    otto = world.acting_as(OTTO)
    arguments = {"edition": "essentials", "product": "dropbox"}
    first = otto.perform(add_addon, arguments, "buy-1")
    world.clock.pass_(days=29)
    assert otto.perform(add_addon, arguments, "buy-1") == first
    otto.perform(remove_addon, arguments, "stop-1")
    assert otto.perform(add_addon, arguments, "buy-1") == first
    assert addon(world).state is AddonState.PENDING_REMOVAL
    with pytest.raises(KeyReused):
        otto.perform(add_addon, {**arguments, "max_amount": "1"}, "buy-1")
    with pytest.raises(KeyReused):
        otto.perform(remove_addon, arguments, "buy-1")
    assert len(invoices(world)) == 1
    world.acting_as(ANA).perform(add_addon, {"edition": "essentials"}, "buy-1")  # another's key


def test_a_refusal_keeps_no_key(world: World) -> None:
    """B10: only successes are kept, so the key is free for the corrected request."""
    otto = world.acting_as(OTTO)
    arguments = {"edition": "essentials", "product": "dropbox"}
    with pytest.raises(StateForbids):
        otto.perform(add_addon, {**arguments, "max_amount": "1"}, "buy-2")
    assert otto.perform(add_addon, arguments, "buy-2").changed


def test_rights_come_before_a_kept_answer(world: World) -> None:
    """B10, T4: whoever lost the role gets no stored result."""
    arguments = {"edition": "essentials", "product": "dropbox"}
    add_person(world.operator, "Other", BILL, role=AdminRole.BILLING)
    bill = world.acting_as(BILL)
    bill.perform(add_addon, arguments, "buy-3")
    set_person(world.operator, BILL, role=AdminRole.SUPPORT)
    with pytest.raises(NotAllowed):
        bill.perform(add_addon, arguments, "buy-3")


def test_a_lost_answer_without_a_key_is_charged_once(world: World) -> None:
    """B10, B16: one purchase in one period is unique by nature; after an end it is a new one."""
    otto = world.acting_as(OTTO)
    for _ in range(3):
        add_addon(otto, ESSENTIALS, DROPBOX)
        world.clock.pass_(days=10)
    assert len(invoices(world)) == 1
    remove_addon(otto, ESSENTIALS, DROPBOX)
    world.clock.pass_(days=10)
    for _ in range(3):
        add_addon(otto, ESSENTIALS, DROPBOX)
    assert len(invoices(world)) == 3  # the renewal's and the second purchase's
    assert list_invoices(otto).total == 3


def test_a_quote_in_terms_to_come(world: World) -> None:
    """B11, B16: what the next renewal charges is said in the currency that it brings."""
    set_team(world.operator, "Other", currency="JPY")
    quote = preview_addon(world.acting_as(OTTO), ESSENTIALS, DROPBOX)
    assert (quote.charge_now.currency, quote.next_period_charge.currency) == ("USD", "JPY")
    assert quote.next_period_charge.amount == "22000"
    assert list_addons(world.acting_as(OTTO)).items[0].price == quote.charge_now
