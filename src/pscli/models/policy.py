"""The desk's policy: every setting that the rules call one (P1)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from .addons import AddonProduct, Edition
from .names import Email
from .people import AdminRole, BillingCycle, Plan, Product
from .record import CLEAN, Record, Word

Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Weekday = Annotated[int, Meta(ge=1, le=7)]
Minutes = Annotated[int, Meta(ge=1, le=10080)]


class Strict(Record, frozen=True, forbid_unknown_fields=True):
    """A part of the policy: a misspelt key is refused with its place."""


class ResponseClock(StrEnum):
    """In which time response targets count (E3)."""

    CALENDAR = "calendar"
    HOURS = "hours"  # of live support for the product


class Targets(Strict, frozen=True):
    """Response targets in minutes of the response clock (E3, E7)."""

    essentials: Minutes
    enhanced: Minutes
    grand: Minutes
    epic: Minutes

    def of(self, name: str) -> int | None:
        """The target of an edition or Champion level; None where no time is stated."""
        return getattr(self, name, None)


class Window(Strict, frozen=True):
    """Open on these weekdays (1 Monday to 7 Sunday) from `opens` up to `closes`.

    A window whose `closes` is not after `opens` runs over midnight into the next day.
    """

    days: Annotated[list[Weekday], Meta(min_length=1, max_length=7)]
    opens: Clock
    closes: Clock


class Calendar(Strict, frozen=True):
    """When something is open, on the wall clocks of `zone`; without windows it always is (H3).

    `zone` is an IANA name, or `team` for the team's own zone (H5).
    """

    zone: str
    windows: list[Window] = []
    holidays: list[date] = []


class Hours(Strict, frozen=True):
    """The calendars of live support and of Japanese (H1, H2, H5, J1)."""

    dropbox: Calendar
    dash: Calendar
    japanese: Calendar
    plans: dict[Plan, Calendar]


class Roles(Strict, frozen=True):
    """Which admin roles reach what (B1, I3, A2)."""

    billing: list[AdminRole]
    team_insights: list[AdminRole]
    audit: list[AdminRole]


class AttachmentLimits(Strict, frozen=True):
    """How much may come with a message (K6)."""

    per_message: Annotated[int, Meta(ge=0, le=10)]
    bytes: Annotated[int, Meta(ge=1, le=20 * 1024 * 1024)]


Amounts = dict[
    Annotated[str, Meta(pattern="^[A-Z]{3}$")],
    Annotated[str, Meta(pattern=r"^\d{1,9}(\.\d{1,3})?$")],
]


class AddonPrice(Strict, frozen=True):
    """What an edition costs for a whole period, by currency; flat or per licence (B14)."""

    product: AddonProduct
    edition: Edition
    cycle: BillingCycle
    per_licence: bool
    amounts: Amounts


class SubscriptionPrice(Strict, frozen=True):
    """What a plan costs for a whole period, by currency; flat or per licence (B5, B14)."""

    plan: Plan
    cycle: BillingCycle
    per_licence: bool
    amounts: Amounts


class Prices(Strict, frozen=True):
    """The price book; the shipped one is labelled a sample (B14)."""

    sample: bool
    addons: list[AddonPrice]
    subscriptions: list[SubscriptionPrice]


class Meetings(Strict, frozen=True):
    """When consultations and meetings can be booked, and who leads them (E4, E5, Q4).

    `notice_hours` is how long before its beginning a slot closes, `days_ahead` how far ahead one
    opens. Without `representatives`, every agent leads them.
    """

    calendar: Calendar
    minutes: Annotated[int, Meta(ge=15, le=480)]
    notice_hours: Annotated[int, Meta(ge=0, le=720)]
    days_ahead: Annotated[int, Meta(ge=1, le=366)]
    representatives: list[str] = []


_OFFICE = Window(days=[1, 2, 3, 4, 5], opens="09:00", closes="17:00")
# What counts in a policy that was put in force before there were meetings.
USUAL_MEETINGS = Meetings(
    calendar=Calendar(zone="UTC", windows=[_OFFICE]), minutes=60, notice_hours=24, days_ahead=28
)


Label = Annotated[str, Meta(pattern="^[^\x00-\x1f\x7f\ud800-\udfff]+$", max_length=100)]


class MailRules(Strict, frozen=True):
    """Who mails go out from, and whether public replies are mailed, up to how much text (C10)."""

    sender: Email = "support@desk.example"
    name: Label = "Premium Support"
    replies: bool = True
    longest: Annotated[int, Meta(ge=1, le=65536)] = 20000


class DigestRules(Strict, frozen=True):
    """A feature is rarely used below so many percent of the people who could use it (Q1)."""

    rare_percent: Annotated[int, Meta(ge=0, le=100)] = 5


class FeatureKind(StrEnum):
    """Whom use is measured against: active people, active admins, nobody once set up (Q2)."""

    USE = "use"
    ADMIN = "admin"
    SETUP = "setup"


class Names(Strict, frozen=True):
    """A name in the languages that people may speak (T2)."""

    en: Label
    ja: Label
    id: Label

    def of(self, language: str) -> str:
        """The name for a reader of this language, else the English one."""
        name: str = getattr(self, language, self.en)
        return name


class LibraryPage(Strict, frozen=True):
    """Where one reads about a feature."""

    title: Annotated[str, Meta(pattern=CLEAN, min_length=1, max_length=200)]
    url: Annotated[str, Meta(pattern=r"^https://[!#-;=?-\[\]_a-z~]+$", max_length=500)]


class Feature(Strict, frozen=True):
    """What may be used, the audit-log events that show it, and its page (Q1, Q2).

    `addon` names an add-on that the desk does not sell: its use shows that the team owns it.
    """

    key: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
    names: Names
    product: Product
    kind: FeatureKind
    events: list[Word]
    page: LibraryPage
    addon: Word | None = None


IssueType = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,31}$")]


class IssueTypes(Record, frozen=True):
    """What a ticket may be about (C3)."""

    issue_types: list[IssueType]


class Policy(Strict, frozen=True):
    """Everything that an operator may set; secrets are never in it (P1)."""

    issue_types: Annotated[list[IssueType], Meta(min_length=1, max_length=50)]
    targets: Targets
    hours: Hours
    roles: Roles
    attachments: AttachmentLimits
    prices: Prices
    mail: MailRules = MailRules()
    digest: DigestRules = DigestRules()
    meetings: Meetings = USUAL_MEETINGS
    features: Annotated[list[Feature], Meta(max_length=200)] = []
    response_clock: ResponseClock = ResponseClock.CALENDAR


class PolicyVersion(Record, frozen=True):
    """Which policy is in force, since when, set by whom."""

    version: int
    set_at: datetime
    set_by: str
