"""Mails: how they are written, wait in the outbox, are sent, and what came of it (Q3, C10)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from .record import CLEAN, Record

MailId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Claim = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Reason = Annotated[str, Meta(pattern=CLEAN, max_length=500)]


class Letter(Record, frozen=True):
    """What a mail says, as plain text and as HTML."""

    subject: str
    text: str
    html: str


class MailKind(StrEnum):
    """Why a mail goes out."""

    DIGEST = "digest"
    REPLY = "reply"


class MailState(StrEnum):
    """Where a mail is.

    `claimed`: a run has it and has handed nothing over; `handing`: it hands over its end now;
    `doubtful`: the run that did so was killed or got no answer: nobody knows whether it arrived.
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDING = "handing"
    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


class Delivery(StrEnum):
    """What a server said to a mail: taken, refused for good, not now; or its answer was lost."""

    SENT = "sent"
    FAILED = "failed"
    LATER = "later"
    UNSURE = "unsure"


class Mail(Record, frozen=True):
    """A mail of the outbox without its text; `reason` is why it was not taken."""

    json_columns = ("recipients",)

    id: int
    team: str
    kind: MailKind
    recipients: list[str]
    subject: str
    state: MailState
    attempts: int
    reason: str | None
    due_at: datetime
    queued_at: datetime
    sent_at: datetime | None
    message_id: str


class Outgoing(Record, frozen=True):
    """A mail as it is sent: from `sender`, to the first of `recipients`, copies to the others."""

    json_columns = ("recipients",)

    id: int
    message_id: str
    thread_id: str | None
    sender: str
    sender_name: str
    recipients: list[str]
    subject: str
    text: str
    html: str
    attempts: int
    queued_at: datetime


class Claimed(Record, frozen=True):
    """The mail that is a run's own now; None where none is due."""

    id: int | None


class MailCounts(Record, frozen=True):
    """How many mails can be sent now, wait for later or another run, are doubtful, have failed."""

    due: int
    waiting: int
    doubtful: int
    failed: int


class MailRun(Record, frozen=True):
    """What a run did; `waiting` are queued for later, of the `doubtful` nobody knows."""

    sent: int
    failed: int
    postponed: int
    waiting: int
    doubtful: int
    mails: list[str]
