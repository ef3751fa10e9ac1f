"""Implementation consultations and root-cause meetings, and the brief for one (E4, E5, Q4, Q5)."""

from datetime import datetime
from enum import StrEnum

from .addons import AddonProduct
from .insights import Insights, TypeCount
from .record import Record


class MeetingKind(StrEnum):
    """A consultation comes with a purchase (E4), a meeting with a quarter of Enhanced (E5)."""

    CONSULTATION = "consultation"
    MEETING = "meeting"


class BookingState(StrEnum):
    """To come or under way, cancelled before it began, or over: held or missed (Q4)."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    HELD = "held"


class Slot(Record, frozen=True):
    """A time that can be booked; `free` is how many representatives are, `zone` the calendar's."""

    starts_at: datetime
    ends_at: datetime
    free: int
    zone: str


class Booking(Record, frozen=True):
    """A consultation or meeting; `id` counts up from 1 per team.

    `uid` and `sequence` are those of its invitation: the one stays, the other rises with every
    change. `zone` is the calendar's.
    """

    id: int
    kind: MeetingKind
    product: AddonProduct
    team: str
    state: BookingState
    starts_at: datetime
    ends_at: datetime
    zone: str
    representative: str
    representative_name: str
    booked_by: str
    booked_by_name: str
    booked_at: datetime
    changed_at: datetime
    sequence: int
    uid: str


class Breach(Record, frozen=True):
    """A promise that was broken; `answered_at` is None while nobody has answered (S2)."""

    number: int
    issue_type: str
    product: str
    edition: str
    due_at: datetime
    answered_at: datetime | None


class Brief(Record, frozen=True):
    """What a root-cause meeting is about: a quarter of the team's zone, in figures (Q5).

    `breaches` are the newest, of `breaches_total`; `repeated` are the issue types of two tickets
    and more; `features` those used least.
    """

    team: str
    quarter: str
    insights: Insights
    breaches: list[Breach]
    breaches_total: int
    repeated: list[TypeCount]
    features: list[str]
