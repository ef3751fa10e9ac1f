"""The proof of the ledger: its chain, its invoices, and the state that its lines leave (B13)."""

from collections.abc import Iterator

from pscli.codec import NEVER, decode_json, instant_text, to_column
from pscli.models.record import Record
from pscli.operation import Work
from pscli.problems import InvalidValue
from pscli.rules.addons import ChangeKind

from .ledger_lines import LineBody, Snapshot, StoredLine

AT_ONCE = 500  # teams, and lines, that are held in memory

BROKEN = "The chain of the ledger is broken (B13)"
UNREADABLE = "A ledger line cannot be read (B13)"
MISSING = "The ledger does not end where the team says (B13)"
MISNUMBERED = "The invoices of a team are not numbered one after the other (B13)"
MISCOUNTED = "The total of an invoice is not the sum of its lines (B13)"
UNTIMELY = "A renewal is missing, or not posted in order (B12)"
MISSTATED = "The billing of a team is not what its ledger says (B13)"
MISHELD = "An add-on is not what the ledger says (B13)"


class _Team(Record, frozen=True):
    """The billing columns of a team as text, so that nonsense in one is a finding, no failure."""

    id: int
    ledger_count: int
    ledger_head: str
    invoices: int
    licences: int
    billing_cycle: str
    currency: str
    billing_anchor: str
    billing_timezone: str
    renews_at: str | None
    subscription_charged: int
    next_terms: str


class _Held(Record, frozen=True):
    team: int
    product: str
    edition: str
    since: str
    until: str
    charged: int


def ledger_faults(work: Work) -> Iterator[tuple[str, int, str]]:
    """What is wrong with the ledgers: what it means, the team, and where."""
    last = 0
    while teams := work.sql.all(
        _Team,
        f"SELECT {', '.join(_Team.__struct_fields__)} FROM team WHERE id > :last "
        "ORDER BY id LIMIT :most",
        last=last,
        most=AT_ONCE,
    ):
        last = teams[-1].id
        ledgers = {team.id: _Ledger() for team in teams}
        for line in _lines(work, teams[0].id, last):
            for what, where in ledgers[line.team].read(line):
                yield what, line.team, where
        held = _held(work, teams[0].id, last)
        for team in teams:
            for what, where in ledgers[team.id].compare(team, held.get(team.id, {})):
                yield what, team.id, where


def _lines(work: Work, first: int, last: int) -> Iterator[StoredLine]:
    place = (first, 0)
    while lines := work.sql.all(
        StoredLine,
        "SELECT team, seq, at, actor, kind, invoice, body, hash FROM ledger "
        "WHERE (team, seq) > (:team, :seq) AND team <= :last ORDER BY team, seq LIMIT :most",
        team=place[0], seq=place[1], last=last, most=AT_ONCE,
    ):  # fmt: skip
        yield from lines
        place = lines[-1].team, lines[-1].seq


Intervals = dict[tuple[str, str, str], tuple[str, int]]


def _held(work: Work, first: int, last: int) -> dict[int, Intervals]:
    """The editions of these teams: product, since and edition to their end and price."""
    found: dict[int, Intervals] = {}
    for row in work.sql.all(
        _Held,
        "SELECT team, product, edition, since, until, charged FROM addon "
        "WHERE team BETWEEN :first AND :last",
        first=first,
        last=last,
    ):
        place = row.product, row.since, row.edition
        found.setdefault(row.team, {})[place] = row.until, row.charged
    return found


class _Ledger:
    """The ledger of a team as far as it was read: what must come next, what state it leaves."""

    def __init__(self) -> None:
        self.count = 0
        self.head = ""
        self.invoices = 0
        self.at = ""
        self.after: Snapshot | None = None
        self.held: Intervals = {}
        self.broken = False  # nothing can be said about what follows

    def read(self, line: StoredLine) -> Iterator[tuple[str, str]]:
        """What is wrong with the next line."""
        if self.broken:
            return
        if line.seq != self.count + 1 or not line.follows(self.head):
            self.broken = True
            yield BROKEN, f"line {line.seq}"
            return
        try:
            body: LineBody = decode_json(LineBody, line.body)
        except InvalidValue:
            self.broken = True
            yield UNREADABLE, f"line {line.seq}"
            return
        yield from self._invoice(line, body)
        if self._is_untimely(line):
            yield UNTIMELY, f"line {line.seq}"
        self.count, self.head, self.at, self.after = line.seq, line.hash, line.at, body.after
        for each in body.intervals:
            until = NEVER if each.until is None else instant_text(each.until)
            place = each.product, instant_text(each.since), each.edition
            self.held[place] = until, each.charged

    def _invoice(self, line: StoredLine, body: LineBody) -> Iterator[tuple[str, str]]:
        number = body.invoice.number if body.invoice else None
        if number != line.invoice or number not in (None, self.invoices + 1):
            yield MISNUMBERED, f"line {line.seq}"
        if body.invoice and body.invoice.total != sum(amount for _, amount in body.invoice.lines):
            yield MISCOUNTED, f"invoice {body.invoice.number}"
        self.invoices = number or self.invoices

    def _is_untimely(self, line: StoredLine) -> bool:
        """A renewal comes exactly when the line before says; everything else before it does."""
        if line.at < self.at:
            return True
        if self.after is None:
            return False
        renewal = instant_text(self.after.renews_at)
        return line.at != renewal if line.kind == ChangeKind.RENEWED else line.at >= renewal

    def compare(self, team: _Team, held: Intervals) -> Iterator[tuple[str, str]]:
        """Where the team's row and editions differ from what its lines leave."""
        if self.broken:
            return
        if (team.ledger_count, team.ledger_head) != (self.count, self.head):
            yield MISSING, f"line {max(self.count, team.ledger_count)}"
            return
        if team.invoices != self.invoices:
            yield MISNUMBERED, f"it says {team.invoices}"
        for name, value in self._state().items():
            if getattr(team, name) != value:
                yield MISSTATED, name
        for product, since, edition in sorted(held.keys() | self.held.keys()):
            place = product, since, edition
            if held.get(place) != self.held.get(place):
                yield MISHELD, f"{product} {edition} since {since}"

    def _state(self) -> dict[str, object]:
        """The billing columns that the newest line leaves, or those of a team without lines."""
        if self.after is None:
            return {"subscription_charged": 0, "renews_at": None, "next_terms": "{}"}
        return {name: to_column(getattr(self.after, name)) for name in Snapshot.__struct_fields__}
