"""Billing alike on every backend: charged exactly, once, and provable."""

import pytest

from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.billing import list_addons, list_invoices, show_billing, show_invoice
from pscli.desk.inquiries import list_inquiries, submit_inquiry
from pscli.desk.purchases import add_addon, preview_addon, remove_addon
from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import AddonState
from pscli.models.people import Product
from pscli.problems import DataRefused, NotAllowed, NotFound, StateForbids
from tests.world import ANA, BEN, OTTO, SALES, World

ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED
DROPBOX = Product.DROPBOX


def states(world: World, email: str = OTTO) -> dict[str, AddonState]:
    """The state of every edition of Dropbox."""
    found = list_addons(world.acting_as(email)).items
    return {each.edition: each.state for each in found if each.product is AddonProduct.DROPBOX}


def test_a_purchase_charges_the_rest_of_the_period_once(world: World) -> None:
    """B4, B7, B10: half of 31 days, then the same again changes nothing."""
    otto = world.acting_as(OTTO)
    world.clock.set("2026-03-18T00:00:00+00:00")
    bought = add_addon(otto, ESSENTIALS, DROPBOX)
    assert bought.changed
    assert bought.record.charged.amount == "75.00"
    assert bought.record.invoice == 1
    again = add_addon(otto, ESSENTIALS, DROPBOX)
    assert (again.changed, again.record.invoice) == (False, None)
    assert show_invoice(otto, 1).total.amount == "75.00"
