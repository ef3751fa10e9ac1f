"""Renewals: posted by the clock, in order, once per period, whoever looks first (B5, B12)."""

from datetime import datetime

from msgspec import structs

from pscli.models.billing import NextTerms
from pscli.models.policy import Prices
from pscli.operation import Overdue, Work
from pscli.rules.addons import ChangeKind
from pscli.rules.periods import period_at
from pscli.rules.terms import Costs, begin_period, coming, unpriced

from .ledger import Account, account_of, append, intervals_of

BY_CLOCK = "clock"  # who posts a renewal, whoever looked


def prices_at(work: Work, at: datetime) -> Prices:
    """The price book in force at an instant (B14)."""
    return work.policy_at(at).prices


def require_posted(work: Work, team: int) -> Account:
    """The account with everything due posted; a read that finds it overdue is repeated (B12)."""
    account = account_of(work, team)
    if account.renews_at <= work.now:
        raise Overdue(lambda posting: post_due(posting, team))
    return account


def post_due(work: Work, team: int) -> Account:
    """Post every renewal that is due, in order, once per period (B12)."""
    work.sql.lock(team)
    account = account_of(work, team)
    while account.renews_at <= work.now:
        account = _renew(work, account)
    return account


def _renew(work: Work, account: Account) -> Account:
    at = account.renews_at
    account, costs = renewal_of(work, account, prices_at(work, at))
    period = period_at(account.terms, at)
    account = structs.replace(
        account,
        next_terms=NextTerms(),
        renews_at=period.end,
        subscription_charged=costs.subscription,
    )
    return append(
        work, account, ChangeKind.RENEWED, at, period, costs.intervals, costs.charges, BY_CLOCK
    )


def renewal_of(work: Work, account: Account, prices: Prices) -> tuple[Account, Costs]:
    """The next renewal at these prices: the account with its next terms, and what it costs.

    A cycle or currency whose price has vanished since it was asked for does not come (B14).
    """
    at = account.renews_at
    intervals = intervals_of(work, account.id)
    then = coming(account, account.next_terms)
    if unpriced(prices, account, then, intervals, at):
        kept = structs.replace(account.next_terms, billing_cycle=None, currency=None)
        then = coming(account, kept)
    costs = begin_period(prices, then, intervals, period_at(then.terms, at), at)
    return then, costs
