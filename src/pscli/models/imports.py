"""Tickets of another system: how its fields become ours, what is sent, what came of it."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, field

from .names import Email, Zone
from .people import Product
from .policy import Strict
from .record import CLEAN, Body, Instant, Language, Record, Subject, Word
from .tickets import Channel, Status

MOST_RECORDS = 500  # in one batch

RecordId = Annotated[str, Meta(pattern=CLEAN, min_length=1, max_length=200)]
Line = Annotated[int, Meta(ge=1, le=10**12)]


class ForeignTicket(Record, frozen=True, forbid_unknown_fields=True):
    """A ticket of another system in our words; `record` is its id there, `line` where it stood."""

    record: RecordId
    line: Line
    requester: Email | None
    subject: Subject
    body: Body
    product: Product
    issue_type: Word
    channel: Channel
    status: Status
    language: Language
    urgent: bool
    created_at: Instant
    answered_at: Instant | None
    solved_at: Instant | None


Batch = Annotated[list[ForeignTicket], Meta(min_length=1, max_length=MOST_RECORDS)]


class Refused(StrEnum):
    """Why a well-formed record was not imported."""

    IMPOSSIBLE = "its times contradict each other"
    FUTURE = "it lies in the future"
    STRANGER = "its requester is not in the team"


class RefusedLines(Record, frozen=True):
    """The lines of a batch that were not imported for one reason."""

    reason: Refused
    lines: list[int]


class ImportedBatch(Record, frozen=True):
    """What came of a batch: new tickets, those known from before, lines imported with a note."""

    imported: int
    known: int
    noted: list[int]
    refused: list[RefusedLines]


class RefusedLine(Record, frozen=True):
    """A line that was not imported, and why."""

    line: int
    reason: str


class ImportSummary(Record, frozen=True):
    """What came of a file; `refusals` holds the first thousand of the `refused` lines."""

    team: str
    source: str
    lines: int
    imported: int
    known: int
    noted: int
    refused: int
    noted_lines: list[int]
    refusals: list[RefusedLine]


class Mapped(Strict, frozen=True, rename={"from_": "from"}):
    """Where a value comes from, how it translates, and what stands where it means nothing."""

    from_: str | None = None
    values: dict[str, str] = {}
    default: str | None = None


class MappedInstant(Strict, frozen=True, rename={"from_": "from"}):
    """The earliest of these fields, else the default."""

    from_: list[str] = field(default_factory=list)
    default: str | None = None


class ImportMap(Strict, frozen=True, kw_only=True):
    """How the records of another system become tickets; `source` names that system for good."""

    source: Word
    record: Mapped
    subject: Mapped
    body: Mapped
    requester: Mapped = Mapped()
    product: Mapped = Mapped(default="dropbox")
    issue_type: Mapped = Mapped(default="other")
    channel: Mapped = Mapped(default="request")
    status: Mapped
    language: Mapped = Mapped(default="en")
    urgent: Mapped = Mapped(default="false")
    created_at: MappedInstant
    answered_at: MappedInstant = MappedInstant()
    solved_at: MappedInstant = MappedInstant()
    timezone: Zone = "UTC"
