"""Files on their way to a message, and back (K6)."""

from typing import Annotated

from msgspec import Meta

from .record import Record


class Upload(Record, frozen=True):
    """A file on its way to a message: its id names it until a message takes it."""

    id: str
    name: str
    size: int
    sha256: str
    parts: int


class Part(Record, frozen=True):
    """A piece of an attachment's content, at most 512 KiB; `next` is None after the last."""

    data: bytes
    next: int | None
    name: str
    size: int
    sha256: str


class SavedFile(Record, frozen=True):
    """An attachment that was written to a file of the reader's."""

    path: str
    name: str
    size: int
    sha256: str


PART_SIZE = 512 * 1024
MAX_ATTACHMENT = 20 * 1024 * 1024  # K6; a policy may only lower it
MAX_PARTS = MAX_ATTACHMENT // PART_SIZE
MAX_FILES = 10  # K6; with one message, likewise

FileSize = Annotated[int, Meta(ge=0, le=MAX_ATTACHMENT)]
FileName = Annotated[str, Meta(pattern="^[^\x00\ud800-\udfff]*$", min_length=1, max_length=255)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
UploadId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
PartData = Annotated[bytes, Meta(min_length=1, max_length=PART_SIZE)]
Link = Annotated[str, Meta(pattern=r"^https?://[^\s\x00-\x1f\x7f\"<>]+$", max_length=500)]
