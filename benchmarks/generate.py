"""A seeded desk of N tickets and 2.5 N messages, as rows of every table that a ticket touches.

The rows are what the desk itself would have written: counts, clocks and index agree with them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from pscli.codec import NEVER
from pscli.desk.tickets import owner_word

from .texts import BODIES, JAPANESE, SUBJECTS, Sentence, reference

TEAM = 1  # the id of the first team of a desk
PEOPLE = 200  # the first has one ticket in ten, the others share the rest
TARGET = 60  # minutes; the team holds Enhanced for both products
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
AGENT = "agent@desk.example"
PRODUCTS = ("dropbox", "dash", "sign", "paper")
CHUNK = 20_000

COLUMNS = {
    "ticket": "team, number, person, requester, subject, status, product, issue_type, channel, "
    "language, urgent, cc, follows, assignee, created_at, updated_at, solved_at, due_at, messages, "
    "attachments, clock",
    "message": "team, ticket, id, author, author_kind, internal, body, links, attachments, "
    "created_at",
    "clock": "team, ticket, id, person, product, language, edition, target_minutes, rules, "
    "started_at, due_at, answered_at, state",
    "ticket_count": "team, person, status, product, issue_type, channel, language, tickets",
}

_TWO_YEARS = 730 * 86_400
_DAYS = [(SINCE + timedelta(days=day)).strftime("%Y-%m-%dT") for day in range(800)]
_TIMES = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}Z" for s in range(86_400)]


class Kind(NamedTuple):
    """What tickets are counted by, in the order of the roll-up's columns."""

    person: int
    status: str
    product: str
    issue_type: str
    channel: str
    language: str


class Chunk(NamedTuple):
    """Rows of some tickets, table by table, in the order of `COLUMNS`; words go by ticket."""

    tickets: list[tuple[Any, ...]]
    messages: list[tuple[Any, ...]]
    clocks: list[tuple[Any, ...]]
    words: list[tuple[int, list[str]]]


def email(person: int) -> str:
    """The address of the team's n-th person."""
    return f"person{person}@big.example"


def instant(second: int) -> str:
    """Seconds after SINCE as the desk writes an instant."""
    return _DAYS[second // 86_400] + _TIMES[second % 86_400]


@dataclass
class Tickets:
    """The rows of `size` tickets; `counts` is whole after the last chunk."""

    size: int
    seed: int = 1
    counts: Counter[Kind] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        """How many of the tickets are not solved."""
        return sum(count for kind, count in self.counts.items() if kind.status != "solved")

    def chunks(self) -> Iterator[Chunk]:
        """Every ticket in the order of its number, some thousands at a time."""
        random = Random(self.seed)
        for first in range(1, self.size + 1, CHUNK):
            chunk = Chunk([], [], [], [])
            numbers = range(first, min(first + CHUNK, self.size + 1))
            for number, kind in zip(numbers, _kinds(random, numbers), strict=True):
                self.counts[kind] += 1
                self._add(random, chunk, number, kind)
            yield chunk

    def _add(self, random: Random, chunk: Chunk, number: int, kind: Kind) -> None:
        texts = [random.choice(_choice(kind, BODIES)) for _ in range(_messages_of(number))]
        subject = random.choice(_choice(kind, SUBJECTS))
        times = _course(random, self.size, number, len(texts))
        clocks = [_clock(number, kind, n, times) for n in range((len(texts) + 1) // 2)]
        running = clocks[-1][-1] == "running"
        at = instant(times[-1])
        chunk.tickets.append((
            TEAM, number, kind.person, email(kind.person), subject.text, kind.status, kind.product,
            kind.issue_type, kind.channel, kind.language, int(number % 20 == 0), "[]", None,
            AGENT if len(texts) > 1 else None, instant(times[0]), at,
            at if kind.status == "solved" else None, clocks[-1][10] if running else NEVER,
            len(texts), 0, len(clocks),
        ))  # fmt: skip
        ref = reference(number)
        bodies = [f"{texts[0].text} {ref}", *(text.text for text in texts[1:])]
        for n, body in enumerate(bodies):
            chunk.messages.append(_message(number, n, kind.person, body, instant(times[n])))
        chunk.clocks.extend(clocks)
        found = [word for text in (subject, *texts) for word in text.words]
        chunk.words.append((number, [owner_word(TEAM, kind.person), *dict.fromkeys(found), ref]))


def _kinds(random: Random, numbers: range) -> Iterator[Kind]:
    """Who asks about what; three quarters of the tickets with an answer are solved."""
    count = len(numbers)
    people = random.choices(range(1, PEOPLE + 1), [(PEOPLE - 1) / 9] + [1] * (PEOPLE - 1), k=count)
    products = random.choices(PRODUCTS, (6, 2, 1, 1), k=count)
    types = random.choices(
        ("sync", "sharing", "sign-in", "files", "other"), (5, 4, 3, 2, 1), k=count
    )
    channels = random.choices(("request", "chat", "callback"), (8, 1, 1), k=count)
    languages = random.choices(("en", "ja"), (9, 1), k=count)
    solved = random.choices((True, False), (9, 1), k=count)
    for i, number in enumerate(numbers):
        unsolved = "pending" if _messages_of(number) % 2 == 0 else "open"
        status = "solved" if solved[i] else unsolved
        yield Kind(people[i], status, products[i], types[i], channels[i], languages[i])


def _messages_of(number: int) -> int:
    """One to four messages, 2.5 on average; the second and fourth are answers."""
    return number % 4 + 1


def _choice(kind: Kind, english: list[Sentence]) -> list[Sentence]:
    return JAPANESE if kind.language == "ja" else english


def _course(random: Random, size: int, number: int, messages: int) -> list[int]:
    """The second of each message: tickets come evenly over two years, in order."""
    step = _TWO_YEARS / size
    at = int((number - 1 + random.random()) * step)
    times = [at]
    for _ in range(messages - 1):
        at += 300 + int(random.random() * 1.1 * TARGET * 60)
        times.append(at)
    return times


def _clock(number: int, kind: Kind, n: int, times: list[int]) -> tuple[Any, ...]:
    """The n-th promise: of the customer's message 2n, kept by the answer after it, if any."""
    due = times[2 * n] + TARGET * 60
    answered = times[2 * n + 1] if len(times) > 2 * n + 1 else None
    if answered is None:
        state = "withdrawn" if kind.status == "solved" else "running"
    else:
        state = "met" if answered <= due else "breached"
    return (
        TEAM, number, n + 1, kind.person, kind.product, "en", "enhanced", TARGET, '["E3"]',
        instant(times[2 * n]), instant(due), answered and instant(answered), state,
    )  # fmt: skip


def _message(number: int, n: int, person: int, body: str, at: str) -> tuple[Any, ...]:
    by_staff = n % 2 == 1
    author, kind = (AGENT, "support") if by_staff else (email(person), "customer")
    return (TEAM, number, n + 1, author, kind, 0, body, "[]", "[]", at)
