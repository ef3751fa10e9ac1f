"""The library: entries, what is recommended of them, and what an import says of one (R)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from .record import CLEAN, Record, Word
from .tickets import Case

MOST_ENTRIES = 10_000
MOST_ID = 100_000  # a query adds up in a list as long as the highest id
MOST_SHOWN = 100
MOST_TYPED = 2000  # characters of an unsent text that are looked at

# No character that acts on a terminal or turns the text around it.
_ONE_LINE = (
    "^[^\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]*$"
)
Address = Annotated[str, Meta(pattern=r"^https://[!#-;=?-\[\]_a-z~]+$", max_length=500)]
Title = Annotated[str, Meta(pattern=_ONE_LINE, min_length=1, max_length=200)]
Label = Annotated[str, Meta(pattern=_ONE_LINE, min_length=1, max_length=80)]
Labels = Annotated[list[Label], Meta(max_length=50)]
EntryText = Annotated[str, Meta(pattern=CLEAN, max_length=65536)]
Tongue = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
EntryId = Annotated[int, Meta(ge=1, le=MOST_ID)]
Rank = Annotated[int, Meta(ge=1, le=MOST_SHOWN)]
Typed = Annotated[str, Meta(pattern=CLEAN, max_length=MOST_TYPED)]


class Kind(StrEnum):
    """What an entry is (R1)."""

    ARTICLE = "article"
    VIDEO = "video"
    COURSE = "course"


class NewEntry(Record, frozen=True, forbid_unknown_fields=True):
    """An entry as an import names it; `text` is what the page says, by which it is found too."""

    url: Address
    title: Title
    kind: Kind
    product: Word
    language: Tongue
    topics: Labels = []
    keywords: Labels = []
    text: EntryText = ""
    id: EntryId | None = None


class Entry(Record, frozen=True):
    """An entry of the library, and how often it was opened and linked over the whole desk (R4)."""

    json_columns: ClassVar[tuple[str, ...]] = ("topics", "keywords")

    id: int
    url: str
    title: str
    kind: Kind
    product: str
    language: str
    topics: list[str]
    keywords: list[str]
    opens: int
    links: int


class CatalogueSize(Record, frozen=True):
    """What an import did: how many entries are new, differed and went; how many there are."""

    added: int
    replaced: int
    removed: int
    entries: int


class Suggestion(Record, frozen=True):
    """An entry that may answer a text (R6)."""

    id: int
    title: str
    url: str
    kind: Kind
    language: str
    product: str


class Because(Record, frozen=True):
    """The ticket that an entry answers, by its number and subject (R2)."""

    ticket: int
    text: str


class Recommendation(Record, frozen=True):
    """An entry for a person; `because` is None where it is there for its popularity (R1)."""

    rank: int
    title: str
    url: str
    kind: Kind
    language: str
    product: str
    because: Because | None
    id: int


class AdvisedCase(Case, frozen=True):
    """A ticket with the entries that solved similar ones (R3)."""

    suggestions: list[Suggestion] = []
