"""Tokens, what `whoami` says, and the trail of changes (A)."""

from datetime import datetime

from .addons import HeldEdition
from .people import ActorKind, ChampionLevel, PersonStatus
from .record import Record


class Token(Record, frozen=True):
    """A token without its secret, which is shown once and stored nowhere."""

    id: str
    person: str
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class Me(Record, frozen=True):
    """Who acts, and what covers them."""

    kind: ActorKind
    email: str
    name: str
    team: str | None
    role: str | None  # an admin role or a representative's; a decoder cannot tell two enums apart
    champion: ChampionLevel
    status: PersonStatus
    language: str
    timezone: str
    editions: list[HeldEdition]
    hub: bool
    rehearsal: bool


class AuditEntry(Record, frozen=True):
    """A change: who, when, what, from where, with which result; never its content (A2)."""

    id: int
    at: datetime
    who: str
    operation: str
    target: str
    origin: str
    result: str
