"""Tickets, their messages and the promises about answering them (K, S)."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from .record import Record


class Status(StrEnum):
    """Awaiting support, awaiting the customer, or done (K1)."""

    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"


class StatusFilter(StrEnum):
    """A status, or every one that is not solved (K1)."""

    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    UNSOLVED = "unsolved"


class Channel(StrEnum):
    """How a ticket came in (C1)."""

    REQUEST = "request"
    CHAT = "chat"
    CALLBACK = "callback"


class Sort(StrEnum):
    """The orders of a list (K5)."""

    CREATED = "created"
    UPDATED = "updated"
    DUE = "due"


class AuthorKind(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    SUPPORT = "support"
    SYSTEM = "system"


class ClockState(StrEnum):
    """How a response clock stands or ended (S2, S4)."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"
    WITHDRAWN = "withdrawn"


class Promise(Record, frozen=True):
    """When an answer is due, and why (S3); `edition` may be a Champion level (E7)."""

    due_at: datetime
    target_minutes: int
    edition: str
    product: str
    language: str
    rules: list[str]
    state: ClockState


class Clock(Promise, frozen=True):
    """A promise with its whole course (S2)."""

    json_columns: ClassVar[tuple[str, ...]] = ("rules",)

    started_at: datetime
    answered_at: datetime | None


class Ticket(Record, frozen=True):
    """A ticket as lists show it; `promise` is the running clock, else the latest."""

    json_columns: ClassVar[tuple[str, ...]] = ("promise",)

    number: int
    subject: str
    status: Status
    product: str
    issue_type: str
    channel: Channel
    language: str
    urgent: bool
    requester: str
    created_at: datetime
    updated_at: datetime
    solved_at: datetime | None
    due_at: datetime | None
    promise: Promise | None


class QueuedTicket(Ticket, frozen=True):
    """A ticket as representatives see it: with its team and owner."""

    team: str
    assignee: str | None


class Attachment(Record, frozen=True):
    """A file that came with a message; its name is data, never a path (K6)."""

    id: int
    name: str
    size: int


class Message(Record, frozen=True):
    """One message of a ticket; `internal` notes are for representatives only (K4)."""

    json_columns: ClassVar[tuple[str, ...]] = ("attachments",)

    id: int
    author: str
    author_kind: AuthorKind
    body: str
    created_at: datetime
    attachments: list[Attachment]


class Thread(Ticket, frozen=True):
    """A ticket with its correspondence and every promise, oldest first (S2)."""

    cc: list[str]
    follows: int | None
    messages: list[Message]
    promises: list[Clock]


class Note(Message, frozen=True):
    """A message as representatives see it."""

    json_columns: ClassVar[tuple[str, ...]] = ("attachments", "links")

    internal: bool
    links: list[str]


class Case(QueuedTicket, frozen=True):
    """A ticket with everything that representatives may see of it."""

    cc: list[str]
    follows: int | None
    messages: list[Note]
    promises: list[Clock]
