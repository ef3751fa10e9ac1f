"""Buying and removing an add-on: quoted, confirmed, charged once (B3-B11)."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated

from msgspec import Meta

from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import AddonChange, Money, Quote, QuotedLine
from pscli.models.people import Product
from pscli.models.record import Change
from pscli.operation import Work, operation
from pscli.problems import StateForbids
from pscli.rules.addons import (
    ChangeKind,
    Charge,
    Interval,
    Plan,
    charge_rest,
    check_customer_change,
    check_self_service,
    edition_name,
    plan_purchase,
    plan_removal,
    standing_of,
)
from pscli.rules.entitlements import covering, product_asked
from pscli.rules.money import minor_units, money
from pscli.rules.periods import period_at, remaining_seconds, total_seconds
from pscli.rules.prices import full_price
from pscli.rules.terms import coming

from .billing import addons_of
from .clocks import tighten_clocks
from .ledger import Account, append, check_settled, intervals_of
from .renewals import post_due, prices_at, require_posted

QUOTE_LIVES = timedelta(minutes=15)  # B11
_EPOCH, _SECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(seconds=1)

QuoteId = Annotated[str, Meta(pattern="^q[0-9a-f]{1,9}-[0-9a-f]{24}$")]
Amount = Annotated[str, Meta(pattern=r"^\d{1,12}(\.\d{1,3})?$")]


@operation("GET", "/billing/addons/{edition}/quote")
def preview_addon(work: Work, edition: Edition, product: Product | None = None) -> Quote:
    """What adding an edition now would charge, held for fifteen minutes (B11)."""
    account = require_posted(work, work.who.team)
    wanted = covering(product_asked(work.who, product))
    check_self_service(account, wanted, edition)
    return make_quote(work, account, wanted, edition, work.now)


@operation("POST", "/billing/addons/{edition}")
def add_addon(
    work: Work,
    edition: Edition,
    product: Product | None = None,
    quote: QuoteId | None = None,
    max_amount: Amount | None = None,
) -> Change[AddonChange]:
    """Add an edition: charged at once for what is left of the period, once (B4, B7, B10)."""
    wanted = covering(product_asked(work.who, product))
    account = post_due(work, work.who.team)
    check_self_service(account, wanted, edition)
    standing = standing_of(intervals_of(work, account.id), wanted, work.now)
    check_customer_change(standing, edition)
    charged_at = work.now if quote is None else _confirmed(work, account, wanted, edition, quote)
    plan = plan_of(work, account, wanted, edition, charged_at)
    if max_amount is not None:
        _check_cap(account, plan, max_amount)
    return commit_plan(work, account, plan, wanted, edition)


def _check_cap(account: Account, plan: Plan, max_amount: str) -> None:
    total = sum(charge.amount for charge in plan.charges)
    if total > minor_units(max_amount, account.currency, "max_amount"):
        raise StateForbids(
            f"This would charge {money(total, account.currency).amount} {account.currency}, "
            f"more than {max_amount} (B11).",
            hint="Name a higher --max-amount, or leave it.",
            field="max_amount",
        )


@operation("DELETE", "/billing/addons/{edition}")
def remove_addon(
    work: Work, edition: Edition, product: Product | None = None
) -> Change[AddonChange]:
    """Remove an edition at the next renewal: entitled until then, no refund (B6, B7)."""
    wanted = covering(product_asked(work.who, product))
    account = post_due(work, work.who.team)
    check_self_service(account, wanted, edition)
    standing = standing_of(intervals_of(work, account.id), wanted, work.now)
    check_customer_change(standing, edition)
    plan = plan_removal(standing, period_at(account.terms, work.now), work.now)
    return commit_plan(work, account, plan, wanted, edition)


def plan_of(
    work: Work, account: Account, product: AddonProduct, edition: Edition, at: datetime
) -> Plan:
    """What taking an edition now does, at the prices and for the rest of the period of `at`."""
    standing = standing_of(intervals_of(work, account.id), product, work.now)
    held = standing.current
    if held is not None and held.edition is edition:
        price = held.charged  # nothing is charged: the book need not know it any more
    else:
        price = _price(work, account, product, edition, at)
    wanted = Interval(product=product, edition=edition, since=work.now, until=None, charged=price)
    return plan_purchase(standing, wanted, period_at(account.terms, at), at)


def _price(
    work: Work, account: Account, product: AddonProduct, edition: Edition, at: datetime
) -> int:
    """The price for a whole period; there must be one in the terms to come, too (B14, B16)."""
    prices = prices_at(work, at)
    found = []
    for team in (account, coming(account, account.next_terms)):
        price = full_price(prices, team, product, edition)
        if price is None:
            raise StateForbids(
                f"There is no {team.billing_cycle} price in {team.currency} "
                f"for {edition_name(product, edition)} (B14).",
                hint=f"Ask sales: pscli contact sales {edition} --product {product}",
            )
        found.append(price)
    return found[0]


def make_quote(
    work: Work, account: Account, product: AddonProduct, edition: Edition, at: datetime
) -> Quote:
    """A quote as of an instant; its id proves what it says, so that nothing is stored (B11)."""
    standing = standing_of(intervals_of(work, account.id), product, work.now)
    check_customer_change(standing, edition)
    plan = plan_of(work, account, product, edition, at)
    period = period_at(account.terms, at)
    total = sum(charge.amount for charge in plan.charges)
    return Quote(
        id=_quote_id(work, account, product, edition, at, total),
        expires_at=min(at + QUOTE_LIVES, period.end),
        product=product,
        edition=edition,
        charge_now=money(total, account.currency),
        next_period_charge=_renewed(work, account, product, edition, at),
        period_start=period.start,
        period_end=period.end,
        remaining_seconds=remaining_seconds(period, at),
        total_seconds=total_seconds(period),
        lines=[_quoted(charge, account.currency) for charge in plan.charges],
    )


def _renewed(
    work: Work, account: Account, product: AddonProduct, edition: Edition, at: datetime
) -> Money:
    """What the next renewal charges for an edition, in the terms that it brings (B5, B16)."""
    then = coming(account, account.next_terms)
    price = full_price(prices_at(work, at), then, product, edition) or 0
    period = period_at(then.terms, account.renews_at)
    return money(charge_rest("", price, period, account.renews_at).amount, then.currency)


def _quoted(charge: Charge, currency: str) -> QuotedLine:
    return QuotedLine(
        description=charge.description,
        amount=money(charge.amount, currency),
        fraction=f"{charge.seconds}/{charge.total_seconds}",
    )


def _quote_id(
    work: Work, account: Account, product: AddonProduct, edition: Edition, at: datetime, total: int
) -> str:
    secret = work.sql.one(str, "SELECT secret FROM desk") or ""
    said = f"{account.id}|{account.ledger_head}|{product}|{edition}|{at.isoformat()}|{total}"
    proof = hmac.new(secret.encode(), said.encode(), sha256).hexdigest()[:24]
    return f"q{(at - _EPOCH) // _SECOND:x}-{proof}"


def _confirmed(
    work: Work, account: Account, product: AddonProduct, edition: Edition, quote: str
) -> datetime:
    """The instant of a quote that still holds; raises StateForbids (B11)."""
    at = _EPOCH + int(quote[1:].partition("-")[0], 16) * _SECOND
    holds = at <= work.now < at + QUOTE_LIVES
    same_period = holds and period_at(account.terms, at) == period_at(account.terms, work.now)
    if not same_period or make_quote(work, account, product, edition, at).id != quote:
        raise StateForbids(
            "This quote expired, or was made for something else (B11).",
            hint=f"Get a new one: pscli billing addon preview {edition} --product {product}",
            field="quote",
        )
    return at


def commit_plan(
    work: Work, account: Account, plan: Plan, product: AddonProduct, edition: Edition
) -> Change[AddonChange]:
    """Write what a plan says into the ledger, and let it count for running clocks (B15, S6)."""
    changed = plan.kind is not ChangeKind.UNCHANGED
    before = account
    if changed:
        period = period_at(account.terms, work.now)
        account = append(
            work, account, plan.kind, work.now, period, plan.intervals, plan.charges, work.who.email
        )
        tighten_clocks(work, account.id)
    else:
        check_settled(work, account, product)
    total = sum(charge.amount for charge in plan.charges)
    addon = next(
        each
        for each in addons_of(work, account)
        if (each.product, each.edition) == (product, edition)
    )
    record = AddonChange(
        addon=addon,
        invoice=account.invoices if account.invoices > before.invoices else None,
        charged=money(total, account.currency),
        effective_at=plan.effective_at,
    )
    return Change(record=record, changed=changed)
