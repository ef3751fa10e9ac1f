"""Chats and callbacks (C4, C5)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from .record import Record
from .tickets import Message


class ChatState(StrEnum):
    """Waiting for a representative, both there, or over."""

    WAITING = "waiting"
    LIVE = "live"
    ENDED = "ended"


class CallbackState(StrEnum):
    """How a callback stands (C5)."""

    WAITING = "waiting"
    CALLING = "calling"
    REACHED = "reached"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What came of a call."""

    REACHED = "reached"
    NO_ANSWER = "no-answer"


class Chat(Record, frozen=True):
    """A chat; `id` is for representatives, `number` that of its ticket, `place` in the queue."""

    id: str
    number: int
    team: str
    person: str
    product: str
    language: str
    state: ChatState
    representative: str | None
    place: int | None
    requested_at: datetime
    joined_at: datetime | None
    ended_at: datetime | None
    person_seen_at: datetime
    representative_seen_at: datetime | None
    due_at: datetime | None


class ChatNews(Record, frozen=True):
    """A chat and its lines after a cursor; `revision` is what to wait for next."""

    chat: Chat
    lines: list[Message]
    revision: int


class Callback(Record, frozen=True):
    """A callback; `number` is that of its ticket, `position` its place in the queue."""

    id: str
    number: int
    team: str
    person: str
    phone: str
    state: CallbackState
    position: int | None
    product: str
    language: str
    urgent: bool
    attempts: int
    representative: str | None
    called_at: datetime | None
    requested_at: datetime
    due_at: datetime | None


class News(Record, frozen=True):
    """The revision of something that can be waited for.

    `sign_due` where it is a chat of the actor's, who should give a sign of life.
    """

    revision: int
    sign_due: bool


LiveId = Annotated[str, Meta(pattern=r"^[1-9]\d{0,9}-[1-9]\d{0,9}$")]
Topic = Annotated[str, Meta(pattern=r"^(queue|chat/[1-9]\d{0,9}-[1-9]\d{0,9})$")]
