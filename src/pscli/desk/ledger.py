"""The ledger of a team: lines are appended, and leave the state that they say (B12, B13)."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from msgspec import structs

from pscli.codec import NEVER, encode_json, instant_text
from pscli.models.addons import AddonProduct
from pscli.models.billing import NextTerms, Period
from pscli.models.people import Team
from pscli.models.record import Record
from pscli.operation import Work
from pscli.problems import DataRefused, NotFound
from pscli.rules.addons import ChangeKind, Charge, Interval, standing_of
from pscli.rules.periods import Terms, period_at

from .ledger_lines import WRITTEN, InvoiceBody, LineBody, Snapshot, Written, damaged, line_hash


class Account(Team, frozen=True):
    """A team with what its billing keeps."""

    json_columns: ClassVar[tuple[str, ...]] = ("products", "next_terms")

    id: int
    ledger_count: int
    ledger_head: str
    invoices: int
    subscription_charged: int
    renews_at: datetime
    next_terms: NextTerms

    @property
    def terms(self) -> Terms:
        """What fixes the periods in force."""
        return Terms(
            anchor=self.billing_anchor, cycle=self.billing_cycle, timezone=self.billing_timezone
        )


def account_of(work: Work, team: int) -> Account:
    """A team's account; raises NotFound, and DataRefused where its ledger says otherwise (B13)."""
    found = work.sql.one(_StoredAccount, "SELECT * FROM team WHERE id = :team", team=team)
    if found is None:
        raise NotFound("The team is gone.", hint="Ask an operator of the desk.")
    plain = structs.asdict(found)
    if plain["renews_at"] is None:
        terms = Terms(
            anchor=found.billing_anchor, cycle=found.billing_cycle, timezone=found.billing_timezone
        )
        plain["renews_at"] = period_at(terms, found.created_at).end
    account = Account(**plain)
    _check_state(work, account)
    return account


class _StoredAccount(Account, frozen=True):
    renews_at: datetime | None  # type: ignore[assignment]


def _check_state(work: Work, account: Account) -> None:
    """Refuse an account that is not what its newest ledger line left: money is reckoned from it."""
    if not account.ledger_count:
        return
    query = f"{WRITTEN} line.seq = :seq"
    newest = work.sql.one(Written, query, team=account.id, seq=account.ledger_count)
    if newest is None or newest.hash != account.ledger_head:
        raise damaged(account.ledger_count)
    if newest.read().after != _snapshot(account):
        raise damaged(account.ledger_count)


def _snapshot(account: Account) -> Snapshot:
    return Snapshot(**{name: getattr(account, name) for name in Snapshot.__struct_fields__})


def intervals_of(work: Work, team: int) -> list[Interval]:
    """Every interval in which the team held, holds or will hold an edition."""
    return work.sql.all(
        Interval,
        "SELECT product, edition, since, NULLIF(until, '9999-12-31T23:59:59Z') AS until, charged "
        "FROM addon WHERE team = :team ORDER BY since, edition",
        team=team,
    )


def check_settled(work: Work, account: Account, product: AddonProduct) -> None:
    """Refuse to say that all is so already, by a clock that is behind lines that changed it (B12).

    Raises DataRefused.
    """
    newest = _newest(work, account) or work.now
    intervals = intervals_of(work, account.id)
    if work.now < newest and standing_of(intervals, product, work.now) != standing_of(
        intervals, product, newest
    ):
        raise _behind(work.now, newest)


def purchases_of(work: Work, team: int, product: AddonProduct) -> list[int]:
    """The ledger lines, oldest first, with which a team bought an add-on that it had not (B16).

    Neither what undoes a removal nor an upgrade is a purchase.
    """
    rows = work.sql.all(
        _Purchase,
        "SELECT seq, body FROM ledger WHERE team = :team AND kind = :kind ORDER BY seq",
        team=team,
        kind=ChangeKind.ADDED,
    )
    return [row.seq for row in rows if row.body.intervals[0].product is product]


class _Purchase(Record, frozen=True):
    json_columns: ClassVar[tuple[str, ...]] = ("body",)

    seq: int
    body: LineBody


def append(
    work: Work,
    account: Account,
    kind: ChangeKind,
    at: datetime,
    period: Period,
    intervals: Sequence[Interval],
    charges: Sequence[Charge],
    actor: str,
) -> Account:
    """Write a line, its invoice where something is charged, and the state that it leaves.

    Raises DataRefused where the clock is behind the newest line (B12).
    """
    _check_clock(work, account, at)
    number = account.invoices + 1 if charges else None
    body = LineBody(
        intervals=list(intervals),
        invoice=None if number is None else _invoice(number, account.currency, at, period, charges),
        after=_snapshot(account),
    )
    text = encode_json(body).decode()
    seq = account.ledger_count + 1
    head = line_hash(
        account.ledger_head, [account.id, seq, instant_text(at), actor, kind, number, text]
    )
    work.sql.run(
        "INSERT INTO ledger (team, seq, at, actor, kind, invoice, body, hash) "
        "VALUES (:team, :seq, :at, :actor, :kind, :invoice, :body, :hash)",
        team=account.id, seq=seq, at=at, actor=actor, kind=kind, invoice=number, body=text,
        hash=head,
    )  # fmt: skip
    after = structs.replace(
        account, ledger_count=seq, ledger_head=head, invoices=number or account.invoices
    )
    _store(work, after, intervals)
    return after


def _check_clock(work: Work, account: Account, at: datetime) -> None:
    newest = _newest(work, account)
    if newest is not None and at < newest:
        raise _behind(at, newest)


def _behind(at: datetime, newest: datetime) -> DataRefused:
    return DataRefused(
        f"The clock says {instant_text(at)}, "
        f"the ledger's newest line {instant_text(newest)} (B12).",
        hint="Set the clock right, then repeat the command.",
    )


def _newest(work: Work, account: Account) -> datetime | None:
    return work.sql.one(
        datetime,
        "SELECT at FROM ledger WHERE team = :team AND seq = :seq",
        team=account.id,
        seq=account.ledger_count,
    )


def _invoice(
    number: int, currency: str, at: datetime, period: Period, charges: Sequence[Charge]
) -> InvoiceBody:
    return InvoiceBody(
        number=number,
        issued_at=at,
        period_start=period.start,
        period_end=period.end,
        currency=currency,
        lines=[(charge.description, charge.amount) for charge in charges],
        total=sum(charge.amount for charge in charges),
    )


def _store(work: Work, account: Account, intervals: Sequence[Interval]) -> None:
    for interval in intervals:
        work.sql.run(
            "INSERT INTO addon (team, product, edition, since, until, charged) "
            "VALUES (:team, :product, :edition, :since, :until, :charged) "
            "ON CONFLICT (team, product, since, edition) "
            "DO UPDATE SET until = excluded.until, charged = excluded.charged",
            team=account.id, product=interval.product, edition=interval.edition,
            since=interval.since, until=interval.until or NEVER, charged=interval.charged,
        )  # fmt: skip
    work.sql.run(
        "UPDATE team SET ledger_count = :count, ledger_head = :head, invoices = :invoices, "
        "subscription_charged = :subscription, renews_at = :renews, next_terms = :next, "
        "licences = :licences, billing_cycle = :cycle, currency = :currency, "
        "billing_anchor = :anchor, billing_timezone = :timezone WHERE id = :id",
        count=account.ledger_count, head=account.ledger_head, invoices=account.invoices,
        subscription=account.subscription_charged, renews=account.renews_at,
        next=account.next_terms, licences=account.licences, cycle=account.billing_cycle,
        currency=account.currency, anchor=account.billing_anchor,
        timezone=account.billing_timezone, id=account.id,
    )  # fmt: skip
