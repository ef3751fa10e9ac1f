"""A line of the ledger: what it says, and the hash that chains it to the one before (B13)."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from msgspec import json

from pscli.codec import encode_json
from pscli.models.billing import NextTerms
from pscli.models.people import BillingCycle
from pscli.models.record import Record
from pscli.problems import DataRefused
from pscli.rules.addons import Interval


class InvoiceBody(Record, frozen=True):
    """An invoice as its ledger line holds it: amounts in minor units."""

    number: int
    issued_at: datetime
    period_start: datetime
    period_end: datetime
    currency: str
    lines: list[tuple[str, int]]
    total: int


class Snapshot(Record, frozen=True):
    """The billing of a team after a line, so that its state can be rebuilt (B13)."""

    licences: int
    billing_cycle: BillingCycle
    currency: str
    billing_anchor: datetime
    billing_timezone: str
    renews_at: datetime
    subscription_charged: int
    next_terms: NextTerms


class LineBody(Record, frozen=True):
    """What a ledger line says: the intervals that it set, its invoice, the state after it."""

    intervals: list[Interval]
    invoice: InvoiceBody | None
    after: Snapshot


class StoredLine(Record, frozen=True):
    """A ledger line as it stands there, as text: nonsense in it is damage, no failure."""

    team: int
    seq: int
    at: str
    actor: str
    kind: str
    invoice: int | None
    body: str
    hash: str

    def follows(self, before: str) -> bool:
        """Whether it is what was written after the line with that hash (B13)."""
        said = [self.team, self.seq, self.at, self.actor, self.kind, self.invoice, self.body]
        return line_hash(before, said) == self.hash


class Written(StoredLine, frozen=True):
    """A ledger line with the hash of the line before it."""

    before: str

    def read(self) -> LineBody:
        """What it says; raises DataRefused where that is not what was written (B13)."""
        if not self.follows(self.before):
            raise damaged(self.seq)
        return json.decode(self.body, type=LineBody)  # stored data, not input


# Ledger lines of a team, to be followed by a condition on `line`.
WRITTEN = (
    "SELECT line.team, line.seq, line.at, line.actor, line.kind, line.invoice, line.body, "
    "line.hash, COALESCE(earlier.hash, '') AS before FROM ledger AS line "
    "LEFT JOIN ledger AS earlier ON earlier.team = line.team AND earlier.seq = line.seq - 1 "
    "WHERE line.team = :team AND "
)


def line_hash(before: str, values: list[Any]) -> str:
    """The hash of a line: over the hash of the line before it and everything that it says."""
    return sha256(before.encode() + b"\n" + encode_json(values)).hexdigest()


def damaged(seq: int) -> DataRefused:
    """That a line, or the row that it left, was changed by other hands (B13)."""
    return DataRefused(
        f"Line {seq} of the ledger is not what was written, or the team's row is not (B13).",
        hint="See what is damaged: pscli desk check\nRestore a backup: pscli desk restore FILE",
    )
