"""Billing as a team's own admins see it: period, add-ons, invoices (B)."""

from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import Addon, Billing, Invoice, InvoiceStatus, Line
from pscli.models.record import Cursor, Limit, Number, Page
from pscli.operation import Work, operation
from pscli.problems import DataRefused, NotFound, numbered_to
from pscli.rules.addons import addon_view, standing_of
from pscli.rules.money import money
from pscli.rules.periods import period_at
from pscli.rules.prices import unit_price

from .ledger import Account, intervals_of
from .ledger_lines import WRITTEN, Written
from .paging import decode_cursor, encode_cursor
from .renewals import prices_at, renewal_of, require_posted


@operation("GET", "/billing")
def show_billing(work: Work) -> Billing:
    """Your team's plan, period, add-ons and next invoice (B5)."""
    account = require_posted(work, work.who.team)
    period = period_at(account.terms, work.now)
    then, costs = renewal_of(work, account, prices_at(work, work.now))
    return Billing(
        team=account.name,
        plan=account.plan,
        licences=account.licences,
        cycle=account.billing_cycle,
        currency=account.currency,
        period=period,
        next_renewal=account.renews_at,
        addons=[each for each in addons_of(work, account) if each.active_since is not None],
        next_invoice=[
            _line(each.description, each.amount, then.currency) for each in costs.charges
        ],
        next_total=money(sum(each.amount for each in costs.charges), then.currency),
        sample_prices=work.policy.prices.sample,
    )


@operation("GET", "/billing/addons")
def list_addons(work: Work) -> Page[Addon]:
    """Both products, both editions: price, state, who may add or remove it and how (B2, E1)."""
    items = addons_of(work, require_posted(work, work.who.team))
    return Page(items=items, total=len(items), next=None)


@operation("GET", "/billing/invoices")
def list_invoices(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Invoice]:
    """Your team's invoices, newest first (B13)."""
    account = require_posted(work, work.who.team)
    before = account.invoices + 1 if cursor is None else int(decode_cursor(cursor, "inv", 1)[0])
    lines = work.sql.all(
        Written,
        f"{WRITTEN} line.invoice < :before ORDER BY line.invoice DESC LIMIT :limit",
        team=account.id, before=before, limit=limit + 1,
    )  # fmt: skip
    items = [_invoice(line) for line in lines[:limit]]
    following = encode_cursor("inv", items[-1].number) if len(lines) > limit else None
    return Page(items=items, total=account.invoices, next=following)


@operation("GET", "/billing/invoices/{number}")
def show_invoice(work: Work, number: Number) -> Invoice:
    """One invoice with its lines (B13)."""
    account = require_posted(work, work.who.team)
    query = f"{WRITTEN} line.invoice = :number"
    line = work.sql.one(Written, query, team=account.id, number=number)
    if line is None:
        raise NotFound(
            f"Your team has no invoice {number}.",
            hint=f"{numbered_to(account.invoices)}\nSee them: pscli billing invoices list",
        )
    return _invoice(line)


def _invoice(line: Written) -> Invoice:
    found = line.read().invoice
    if found is None:
        raise DataRefused("A ledger line holds no invoice.", hint="Look: pscli desk check")
    return Invoice(
        number=found.number,
        issued_at=found.issued_at,
        period_start=found.period_start,
        period_end=found.period_end,
        lines=[_line(name, amount, found.currency) for name, amount in found.lines],
        total=money(found.total, found.currency),
        status=InvoiceStatus.CREDIT if found.total < 0 else InvoiceStatus.ISSUED,
    )


def _line(description: str, amount: int, currency: str) -> Line:
    return Line(description=description, amount=money(amount, currency))


def addons_of(work: Work, account: Account) -> list[Addon]:
    """How each edition of each product stands for a team (E1, B2)."""
    intervals = intervals_of(work, account.id)
    prices = prices_at(work, work.now)
    found = []
    for product in AddonProduct:
        standing = standing_of(intervals, product, work.now)
        for edition in Edition:
            price = unit_price(prices, account, product, edition)
            found.append(addon_view(account, standing, product, edition, price))
    return found
