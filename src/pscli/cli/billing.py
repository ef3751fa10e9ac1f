"""pscli billing: the plan, the add-ons, what they cost, the invoices."""

from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import structs

from pscli.desk import billing as desk, purchases
from pscli.models.addons import Edition
from pscli.models.billing import AddonChange, Quote
from pscli.models.people import Product
from pscli.models.record import Change

from .command import command, command_group
from .contact import asking_product
from .session import Session

app = command_group("billing show")
addon = command_group("billing addon preview essentials", "The support add-ons.")
invoices = command_group("billing invoices list", "Your invoices.")
app.add_typer(addon, name="addon")
app.add_typer(invoices, name="invoices")

EditionArgument = Annotated[Edition, typer.Argument(metavar="EDITION", help="Which edition.")]
ProductOption = Annotated[Product | None, typer.Option(help="For which product.")]


@command(app, example="billing show")
def show(session: Session) -> Any:
    """Your plan, period, next renewal, add-ons and next invoice."""
    return desk.show_billing(session.backend)


@command(addon, "list", example="billing addon list")
def list_(session: Session) -> Any:
    """Both products, both editions: price, state, who may add or remove it and how."""
    return desk.list_addons(session.backend)


@command(addon, example="billing addon preview essentials")
def preview(session: Session, edition: EditionArgument, product: ProductOption = None) -> Any:
    """What adding an edition now would charge; the quote holds for fifteen minutes."""
    return quote_of(session, edition, product)


def quote_of(session: Session, edition: Edition, product: Product | None) -> Quote:
    """A quote, once it is clear which product it is for (E10)."""
    return asking_product(
        session,
        product,
        lambda asked: purchases.preview_addon(session.backend, edition, product=asked),
    )


@command(addon, changes=True, example="billing addon add essentials --max-amount 80.00 --yes")
def add(
    session: Session,
    edition: EditionArgument,
    product: ProductOption = None,
    quote: Annotated[
        str | None, typer.Option("--quote", metavar="ID", help="Charge exactly this quote.")
    ] = None,
    max_amount: Annotated[
        str | None, typer.Option("--max-amount", metavar="N", help="Refuse a higher charge.")
    ] = None,
) -> Any:
    """Add an edition; it is charged at once for the rest of the period."""
    asked = {"quote": quote, "max_amount": max_amount}
    if session.dry_run:
        offered = quote_of(session, edition, product)
        if quote or max_amount:  # what would be refused is refused in a rehearsal too
            session.change(purchases.add_addon, edition, Product(offered.product), **asked)
        return offered
    if not session.yes:
        offered = quote_of(session, edition, product)
        product = Product(offered.product)
        if quote:
            arguments = {"edition": edition, "product": product, **asked}
            would = session.backend.perform(purchases.add_addon, arguments, dry_run=True)
            offered = structs.replace(offered, charge_now=would.record.charged)
        if not session.ask(_question(offered)):
            return None
        # A key stands for one request: with a quote of its own each retry would be another.
        if session.key is None:
            asked["quote"] = quote or offered.id
    return asking_product(
        session,
        product,
        lambda named: session.change(purchases.add_addon, edition, named, **asked),
    )


def _question(offered: Quote) -> str:
    now, then = offered.charge_now, offered.next_period_charge
    return (
        f"Add {offered.edition.capitalize()} for {offered.product}: "
        f"{now.amount} {now.currency} now, {then.amount} {then.currency} at each renewal from "
        f"{offered.period_end:%Y-%m-%d %H:%M} UTC?"
    )


@command(addon, changes=True, example="billing addon remove essentials --yes")
def remove(
    session: Session, edition: EditionArgument, product: ProductOption = None
) -> Change[AddonChange] | None:
    """Remove an edition at the next renewal: yours until then, no refund."""

    def rehearse(named: Product | None) -> Any:
        arguments = {"edition": edition, "product": named}
        return session.backend.perform(purchases.remove_addon, arguments, dry_run=True).record

    if not session.dry_run and not session.yes:
        would = asking_product(session, product, rehearse)
        product = Product(would.addon.product)
        ends = f"{would.effective_at:%Y-%m-%d %H:%M} UTC"
        if not session.ask(f"Remove {edition.capitalize()}? It is yours until {ends}; no refund."):
            return None
    return asking_product(
        session, product, lambda named: session.change(purchases.remove_addon, edition, named)
    )


@command(invoices, "list", lists=True, example="billing invoices list")
def list_invoices(session: Session) -> Any:
    """List your invoices, newest first."""
    return session.page_of(desk.list_invoices)


@command(invoices, "show", example="billing invoices show 3")
def show_invoice(
    session: Session,
    number: Annotated[int, typer.Argument(min=1, metavar="NUMBER", help="The invoice's number.")],
) -> Any:
    """Show one invoice with its lines."""
    return desk.show_invoice(session.backend, number)


@command(app, changes=True, example="billing apply addons.toml --dry-run")
def apply(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The wanted add-ons.")],
) -> Any:
    """Bring many teams to the add-ons that a file wants; done again, it finishes the rest."""
    from .apply import apply_file

    return apply_file(session, file)
