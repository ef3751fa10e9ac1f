"""Feature usage: what is imported, what it shows, and the quarterly e-mail made of it (Q)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from .names import Email
from .policy import FeatureKind
from .record import CLEAN, Instant, Record

MOST_USES = 1000  # in one request

Quarter = Annotated[str, Meta(pattern=r"^[12]\d{3}-Q[1-4]$")]
FeatureKey = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
EventId = Annotated[str, Meta(pattern=CLEAN, min_length=1, max_length=100)]


class StatedUse(Record, frozen=True, forbid_unknown_fields=True):
    """How often a person used a feature in a quarter, as a table says."""

    person: Email
    feature: FeatureKey
    quarter: Quarter
    uses: Annotated[int, Meta(ge=0, le=10**9)]


class SeenUse(Record, frozen=True, forbid_unknown_fields=True):
    """An event of the audit log that shows a use; each `id` is counted once."""

    id: EventId
    person: Email
    feature: FeatureKey
    at: Instant


class KnownUse(Record, frozen=True, forbid_unknown_fields=True):
    """All use of these features in this quarter is imported: nobody else used them."""

    quarter: Quarter
    features: list[FeatureKey]


StatedUses = Annotated[list[StatedUse], Meta(max_length=MOST_USES)]
SeenUses = Annotated[list[SeenUse], Meta(max_length=MOST_USES)]
KnownUses = Annotated[list[KnownUse], Meta(max_length=400)]


class ImportedUses(Record, frozen=True):
    """What came of one request: uses that are new, those known from before, of unknown people."""

    imported: int
    known: int
    strangers: int


class UsageSummary(Record, frozen=True):
    """What came of a file, and the quarters of which all use is known now.

    `strangers` are uses of people who are not in the team, `nobody` those that name no person;
    `unknown_types` counts events by the types that show no feature.
    """

    team: str
    lines: int
    imported: int
    known: int
    strangers: int
    nobody: int
    unknown_types: dict[str, int]
    quarters: list[str]


class UseState(StrEnum):
    """How much a feature is used; without data it is unknown, never unused (Q2)."""

    USED = "used"
    RARELY = "rarely"
    NEVER = "never"
    UNKNOWN = "unknown"
    NOT_OWNED = "not owned"


class FeatureUse(Record, frozen=True):
    """How many of `among` people used a feature in a quarter, and their share (0 to 1).

    `people` and `share` are None where it is unknown; `among` is None for what is set up once.
    """

    feature: str
    name: str
    product: str
    kind: FeatureKind
    quarter: str
    state: UseState
    people: int | None
    among: int | None
    share: float | None


class Outcome(StrEnum):
    """What became of a team's quarter (Q1)."""

    QUEUED = "queued"
    NOTHING = "nothing to say"
    UNKNOWN = "no usage data"
    NOBODY = "no active admin"
    NOT_ENTITLED = "no add-on"
    DONE = "done before"


class Digest(Record, frozen=True):
    """A team's quarterly e-mail: the features in it, and to how many admins it goes."""

    team: str
    quarter: str
    outcome: Outcome
    features: list[str]
    mails: int


class DigestRun(Record, frozen=True):
    """What a run did, team by team; teams that were done before are not among them."""

    quarter: str
    queued: int
    mails: int
    nothing: int
    waiting: int
    teams: list[Digest]


class StoredDigest(Record, frozen=True):
    """A team's quarter that is done."""

    json_columns = ("features",)

    features: list[str]
    mails: int
    done_at: datetime
