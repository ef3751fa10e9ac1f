"""Money, quotes, invoices and add-ons as they are shown (B)."""

from datetime import datetime
from enum import StrEnum

from .addons import AddonProduct, Edition
from .people import BillingCycle, Plan, Team
from .record import Record


class Money(Record, frozen=True):
    """An amount in major units, with as many decimals as its currency has."""

    amount: str
    currency: str


class Period(Record, frozen=True):
    """A billing period, `[start, end)` in UTC (B8)."""

    start: datetime
    end: datetime


class Line(Record, frozen=True):
    """A line of an invoice; a credit is negative (B9)."""

    description: str
    amount: Money


class QuotedLine(Line, frozen=True):
    """A line of a quote; `fraction` is the part of the period that it charges, as `a/b`."""

    fraction: str


class Quote(Record, frozen=True):
    """What a change of an add-on would charge, now and at each renewal (B11)."""

    id: str
    expires_at: datetime
    product: AddonProduct
    edition: Edition
    charge_now: Money
    next_period_charge: Money
    period_start: datetime
    period_end: datetime
    remaining_seconds: int
    total_seconds: int
    lines: list[QuotedLine]


class InvoiceStatus(StrEnum):
    """Owed by the customer, or owed to them."""

    ISSUED = "issued"
    CREDIT = "credit"


class Invoice(Record, frozen=True):
    """An invoice with its lines; the total equals their sum (B13)."""

    number: int
    issued_at: datetime
    period_start: datetime
    period_end: datetime
    lines: list[Line]
    total: Money
    status: InvoiceStatus


class AddonState(StrEnum):
    """How an add-on stands for a team."""

    ACTIVE = "active"
    PENDING_REMOVAL = "pending_removal"
    PENDING_DOWNGRADE = "pending_downgrade"
    AVAILABLE = "available"
    NOT_AVAILABLE = "not_available"


class Addon(Record, frozen=True):
    """One edition for one product: what it costs, how it stands, who may change it and how."""

    product: AddonProduct
    edition: Edition
    state: AddonState
    next_edition: Edition | None
    price: Money | None
    quantity: int
    active_since: datetime | None
    ends_at: datetime | None
    self_service: bool
    how: str


class AddonChange(Record, frozen=True):
    """What a change of an add-on did; `invoice` is None where nothing was charged.

    `cancelled` is when the consultations and meetings would have begun that ended with it (B16).
    """

    addon: Addon
    invoice: int | None
    charged: Money
    effective_at: datetime
    cancelled: list[datetime] = []


class Billing(Record, frozen=True):
    """A team's billing at a glance; `next_invoice` is what the next renewal will post."""

    team: str
    plan: Plan
    licences: int
    cycle: BillingCycle
    currency: str
    period: Period
    next_renewal: datetime
    addons: list[Addon]
    next_invoice: list[Line]
    next_total: Money
    sample_prices: bool


class NextTerms(Record, frozen=True):
    """What changes at the next renewal, and not before (B16); None stays as it is."""

    licences: int | None = None
    billing_cycle: BillingCycle | None = None
    currency: str | None = None
    billing_anchor: datetime | None = None
    billing_timezone: str | None = None


class TeamTerms(Team, frozen=True):
    """A team with its next renewal and the terms that come into force then."""

    next_renewal: datetime
    next_terms: NextTerms | None


class TermsChange(TeamTerms, frozen=True):
    """What a change of a team charged; `invoice` is None where nothing was (B16)."""

    invoice: int | None
    charged: Money
