"""The desk's policy: every setting that the rules call one (P1)."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from .addons import AddonProduct, Edition
from .people import AdminRole, BillingCycle, Plan
from .record import Record

Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Weekday = Annotated[int, Meta(ge=1, le=7)]
Minutes = Annotated[int, Meta(ge=1, le=10080)]


class Strict(Record, frozen=True, forbid_unknown_fields=True):
    """A part of the policy: a misspelt key is refused with its place."""


class Targets(Strict, frozen=True):
    """Response targets in minutes of calendar time (E3, E7)."""

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


IssueType = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,31}$")]


class Policy(Strict, frozen=True):
    """Everything that an operator may set; secrets are never in it (P1)."""

    issue_types: Annotated[list[IssueType], Meta(min_length=1, max_length=50)]
    targets: Targets
    hours: Hours
    roles: Roles
    attachments: AttachmentLimits
    prices: Prices
    meetings: Meetings = USUAL_MEETINGS


class PolicyVersion(Record, frozen=True):
    """Which policy is in force, since when, set by whom."""

    version: int
    set_at: datetime
    set_by: str
