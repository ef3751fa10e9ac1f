"""What a team pays for and when: its terms, and those that its next renewal brings (B8, B16)."""

from msgspec import structs

from pscli.codec import narrow
from pscli.models.billing import NextTerms, TeamTerms, TermsChange
from pscli.models.people import Team
from pscli.operation import Work
from pscli.rules.addons import ChangeKind, Charge
from pscli.rules.money import money
from pscli.rules.periods import period_at
from pscli.rules.terms import check_priced, coming, next_terms, raise_licences

from .ledger import Account, append, intervals_of
from .renewals import prices_at


def change_terms(work: Work, account: Account, wanted: NextTerms) -> TermsChange:
    """Charge more licences now; everything else waits for the renewal (B16)."""
    prices = prices_at(work, work.now)
    intervals = intervals_of(work, account.id)
    period = period_at(account.terms, work.now)
    after, charges, raised = account, list[Charge](), []
    if wanted.licences and wanted.licences > account.licences:
        costs = raise_licences(
            prices, account, wanted.licences, intervals, account.subscription_charged,
            period, work.now,
        )  # fmt: skip
        charges, raised = costs.charges, costs.intervals
        after = structs.replace(
            account, licences=wanted.licences, subscription_charged=costs.subscription
        )
    after = structs.replace(after, next_terms=next_terms(after, after.next_terms, wanted))
    check_priced(prices, after, coming(after, after.next_terms), intervals, account.renews_at)
    if after != account:
        kind = (
            ChangeKind.LICENCES_RAISED
            if after.licences > account.licences
            else ChangeKind.TERMS_SCHEDULED
        )
        after = append(work, after, kind, work.now, period, raised, charges, work.who.email)
    return TermsChange(
        **structs.asdict(terms_of(after)),
        invoice=after.invoices if charges else None,
        charged=money(sum(charge.amount for charge in charges), account.currency),
    )


def terms_of(account: Account) -> TeamTerms:
    """A team as it is shown: with its next renewal, and what that brings."""
    waits = account.next_terms != NextTerms()
    return TeamTerms(
        **structs.asdict(narrow(Team, account)),
        next_renewal=account.renews_at,
        next_terms=account.next_terms if waits else None,
    )
