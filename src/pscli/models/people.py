"""Teams, people, representatives, and whoever acts (T1-T6)."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from .record import Record


class Plan(StrEnum):
    """What the team subscribes to (T1)."""

    STANDARD = "standard"
    ADVANCED = "advanced"
    BUSINESS = "business"
    BUSINESS_PLUS = "business_plus"
    ENTERPRISE = "enterprise"


class Product(StrEnum):
    """What a team may own; `dropbox` always (T1)."""

    DROPBOX = "dropbox"
    DASH = "dash"
    SIGN = "sign"
    DOCSEND = "docsend"
    REPLAY = "replay"
    PAPER = "paper"


class BillingCycle(StrEnum):
    """How long a billing period is (T1)."""

    MONTHLY = "monthly"
    ANNUAL = "annual"


class AdminRole(StrEnum):
    """The eight admin roles; a person without one is a member (T2)."""

    TEAM = "team"
    USER_MANAGEMENT = "user_management"
    SUPPORT = "support"
    BILLING = "billing"
    CONTENT = "content"
    COMPLIANCE = "compliance"
    REPORTING = "reporting"
    SECURITY = "security"


class ChampionLevel(StrEnum):
    """A personal entitlement, never the team's (E7)."""

    NONE = "none"
    CHAMPION = "champion"
    GRAND = "grand"
    EPIC = "epic"


class PersonStatus(StrEnum):
    """Only active people have support rights (T5)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class RepresentativeRole(StrEnum):
    """What support staff may do (T6)."""

    AGENT = "agent"
    SALES = "sales"
    OPERATOR = "operator"


class ActorKind(StrEnum):
    """Who can act on the desk: a customer's person, a representative, the operator of the file."""

    PERSON = "person"
    REPRESENTATIVE = "representative"
    OPERATOR = "operator"


class Team(Record, frozen=True):
    """A company's team (T1)."""

    json_columns: ClassVar[tuple[str, ...]] = ("products",)

    name: str
    plan: Plan
    products: list[Product]
    licences: int
    currency: str
    billing_cycle: BillingCycle
    billing_anchor: datetime
    billing_timezone: str
    timezone: str
    account_executive: bool
    self_serve: bool
    created_at: datetime


class Person(Record, frozen=True):
    """Somebody of a team (T2)."""

    email: str
    name: str
    team: str
    role: AdminRole | None
    champion: ChampionLevel
    status: PersonStatus
    language: str
    timezone: str
    phone_region: str | None
    created_at: datetime


class Representative(Record, frozen=True):
    """One of the support staff, who belong to no team (T6)."""

    email: str
    name: str
    role: RepresentativeRole
    created_at: datetime


class Actor(Record, frozen=True):
    """Whoever acts, as they are at this instant (T4); the last fields are a person's only.

    `team` and `person` are the storage keys; `products` are those of the person's team.
    """

    json_columns: ClassVar[tuple[str, ...]] = ("products",)

    kind: ActorKind
    email: str
    name: str
    staff_role: RepresentativeRole | None = None
    team: int = 0
    team_name: str = ""
    person: int = 0
    role: AdminRole | None = None
    champion: ChampionLevel = ChampionLevel.NONE
    status: PersonStatus = PersonStatus.ACTIVE
    language: str = "en"
    timezone: str = "UTC"
    plan: Plan = Plan.STANDARD
    products: list[Product] = []


class Identity(Record, frozen=True):
    """Whom a backend acts as; a token is known only by the SHA-256 of it (A1).

    Neither `email` nor `token_hash` means the operator of a local file, and `else_operator` lets
    an `email` that is no representative's mean the operator too. `origin` says from where.
    """

    email: str | None = None
    else_operator: bool = False
    token_hash: str | None = None
    origin: str = "local"
