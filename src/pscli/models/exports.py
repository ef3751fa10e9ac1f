"""Exports: text that comes in chunks."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from .record import Record


class Form(StrEnum):
    """What the text of an export is."""

    CSV = "csv"
    JSONL = "jsonl"


class Chunk(Record, frozen=True):
    """Some lines of an export, each with its line feed; `next` is None in the last chunk.

    `total` is how many lines there are at the time of the first chunk, where that is known.
    """

    text: str
    lines: int
    total: int | None
    next: str | None


ChunkLimit = Annotated[int, Meta(ge=1, le=5000)]
CHUNK = 2000  # lines: some 600 KB
