"""A desk kept the plain way, to judge a day by: what was acknowledged, done once, in its order.

It shares nothing with the desk but the texts of the rules: no SQL, no intervals of the database,
no roll-ups; money is `Books`, which the contract suite judges the ledger by.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.books import Books, Lines

HOUR = timedelta(hours=1)
TOKYO = timedelta(hours=9)  # ahead of UTC, all year
GRAND, EPIC = 240, 60
SATURDAY = 5


@dataclass
class Promise:
    """A response clock."""

    started: datetime
    due: datetime | None
    minutes: int
    edition: str
    language: str
    state: str = "running"
    answered: datetime | None = None


@dataclass
class Ticket:
    """A ticket, with what its chat or callback adds."""

    requester: str
    channel: str
    product: str
    language: str
    created: datetime
    status: str = "open"
    assignee: str | None = None
    updated: datetime | None = None
    solved: datetime | None = None
    messages: int = 0
    last: str = ""  # who spoke last, where it was no machine
    live: bool = False
    attempts: int = 0
    promises: list[Promise] = field(default_factory=list)

    @property
    def running(self) -> Promise | None:
        """The promise that awaits its answer."""
        last = self.promises[-1] if self.promises else None
        return last if last and last.state == "running" else None

    def hear(self, at: datetime, who: str = "") -> None:
        """A message that customers see; a machine's has no author."""
        self.messages += 1
        self.last = who or self.last
        self.updated = at

    def move(self, status: str, at: datetime) -> None:
        """Another state."""
        self.status, self.updated = status, at
        self.solved = at if status == "solved" else None

    def answer(self, at: datetime) -> None:
        """A representative answered (S1, S5)."""
        if clock := self.running:
            late = clock.due is not None and at > clock.due
            clock.state, clock.answered = ("breached" if late else "met"), at

    def withdraw(self) -> None:
        """The customer needs no answer any more (S4)."""
        if clock := self.running:
            clock.state = "withdrawn"


@dataclass
class Team:
    """A team's books, the editions that it held, its people's Champion levels, its tickets."""

    books: Books
    champions: dict[str, str]
    essentials: int = 240  # minutes, as the policy has it
    held: list[list[Any]] = field(default_factory=list)  # product, edition, since, until
    tickets: list[Ticket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.note(self.books.now)

    def ticket(self, number: int) -> Ticket:
        """The ticket of that number."""
        return self.tickets[number - 1]

    def pass_to(self, at: datetime) -> None:
        """Let every renewal up to now happen; a clock that went back undoes none."""
        while self.books.renewal <= at:
            renewal = self.books.renewal
            self.books.pass_to(renewal)
            self.note(renewal)
        self.books.pass_to(at)

    def note(self, at: datetime) -> None:
        """Write down from when to when an edition was held."""
        now = {product: (each.edition, each.since) for product, each in self.books.held.items()}
        for row in self.held:
            if row[3] is None and now.get(row[0]) != (row[1], row[2]):
                row[3] = at
        known = {(row[0], row[1], row[2]) for row in self.held if row[3] is None}
        for product, (edition, since) in now.items():
            if (product, edition, since) not in known:
                self.held.append([product, edition, since, None])

    def edition(self, product: str, at: datetime) -> str | None:
        """The edition that covers a product at an instant (E1)."""
        covering = "dash" if product == "dash" else "dropbox"
        for name, edition, since, until in self.held:
            if name == covering and since <= at and (until is None or at < until):
                return str(edition)
        return None

    def held_until(self, now: datetime) -> list[str]:
        """From when to when the team held what; a row without a length was never held."""
        return [
            f"{product} {instant(since)} {edition} {instant(until) if until else ''}"
            for product, edition, since, until in sorted(
                self.held, key=lambda row: row[:1] + row[2:3]
            )
            if until != since and since <= now
        ]

    def target(self, ticket: Ticket, at: datetime) -> tuple[str, int | None] | None:
        """Whose target holds, and its minutes (E3, E7, E9)."""
        found: list[tuple[str, int | None]] = []
        if edition := self.edition(ticket.product, at):
            found.append((edition, self.essentials if edition == "essentials" else 60))
        level = self.champions.get(ticket.requester, "none")
        if level != "none" and ticket.product != "dash":
            found.append((level, {"grand": GRAND, "epic": EPIC}.get(level)))
        return min(found, key=lambda each: each[1] or 10**9, default=None)

    def start(self, ticket: Ticket, at: datetime) -> None:
        """A promise begins with the oldest unanswered message (S1)."""
        if ticket.running:
            return
        target = self.target(ticket, at)
        if target is None:
            ticket.promises.append(Promise(at, None, 0, "", "en"))
            return
        name, minutes = target
        due = None if minutes is None else at + timedelta(minutes=minutes)
        language = "en"
        if ticket.language == "ja" and (japanese := japanese_due(at)):
            language = "ja"
            if due is None or japanese < due:
                due, minutes = japanese, 60
        ticket.promises.append(Promise(at, due, minutes or 0, name, language))

    def tighten(self, at: datetime, tickets: list[Ticket]) -> None:
        """No promise is loosened, and a better one counts from now (S6, B15)."""
        for ticket in tickets:
            clock, target = ticket.running, self.target(ticket, at)
            if clock is None or target is None or target[1] is None:
                continue
            due = at + timedelta(minutes=target[1])
            if clock.due is None or due < clock.due:
                clock.due, clock.minutes, clock.edition = due, target[1], target[0]

    def trade(self, at: datetime, method: str, *words: Any) -> bool:
        """Let the books do something about an edition; whether that changed anything."""
        before = deepcopy((self.books.held, len(self.books.invoices)))
        getattr(self.books, method)(*words)
        self.note(at)
        changed = before != (self.books.held, len(self.books.invoices))
        if changed:
            self.tighten(at, self.tickets)
        return changed

    @property
    def invoices(self) -> list[Lines]:
        """Every invoice, each with its lines in an order of their own."""
        return [sorted(lines) for lines in self.books.invoices]


def instant(at: datetime) -> str:
    """An instant as it is written."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def japanese_due(at: datetime) -> datetime | None:
    """An hour of Tokyo's business time after an instant inside it (J1, J3)."""
    wall = at.astimezone(UTC) + TOKYO
    closes = wall.replace(hour=17, minute=0, second=0)
    if wall.weekday() >= SATURDAY or not wall.replace(hour=9, minute=0, second=0) <= wall < closes:
        return None
    if wall + HOUR <= closes:
        return at + HOUR
    opens = wall.replace(hour=9, minute=0, second=0) + timedelta(days=1)
    while opens.weekday() >= SATURDAY:
        opens += timedelta(days=1)
    return opens + (wall + HOUR - closes) - TOKYO
