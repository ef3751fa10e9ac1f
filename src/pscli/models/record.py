"""What every record is, and the two shapes in which operations return records."""

from datetime import datetime
from typing import Annotated, ClassVar, Generic, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")

# NUL cannot be stored and a lone surrogate is not text: both are refused everywhere.
CLEAN = "^[^\x00\ud800-\udfff]*$"


class Record(Struct, frozen=True, kw_only=True):
    """A frozen record; `json_columns` names its fields that a row holds as JSON text."""

    json_columns: ClassVar[tuple[str, ...]] = ()


class Page(Record, Generic[T], frozen=True):
    """Part of a list; `total` is None where counting would scan, `next` None on the last page."""

    items: list[T]
    total: int | None
    next: str | None


class Change(Record, Generic[T], frozen=True):
    """What a change left behind, and whether it changed anything."""

    record: T
    changed: bool = True


Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Limit = Annotated[int, Meta(ge=1, le=1000)]
Word = Annotated[str, Meta(pattern=r"^[a-z0-9_.-]{1,64}$")]
ShortText = Annotated[str, Meta(pattern=CLEAN, max_length=200)]
Subject = Annotated[str, Meta(pattern=CLEAN, min_length=1, max_length=200)]
Body = Annotated[str, Meta(pattern=CLEAN, min_length=1, max_length=65536)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}$")]
Cursor = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_=-]{1,400}$")]
Instant = Annotated[datetime, Meta(tz=True)]
