"""How support can be reached (C1)."""

from datetime import datetime

from .people import Product
from .record import Record
from .tickets import Channel


class ChannelOption(Record, frozen=True):
    """One way to support, for one person, product, language and instant, and why it is so.

    `allowed`: the person may use it at all; `open`: they may and it is inside its hours then.
    `zone` is that of its hours, None where it has none. `language` is the one of an answer then,
    `target_minutes` None without a commitment, `rules` the rules applied.
    """

    channel: Channel
    allowed: bool
    open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str | None
    language: str
    target_minutes: int | None
    reason: str
    rules: list[str]


class Options(Record, frozen=True):
    """Every way to support, for a product, a language and an instant.

    `language` is the one asked for; where it is answered only at some hours, `language_until` says
    how long it is now, or `language_opens_at` when it next is.
    """

    product: Product
    language: str
    at: datetime
    language_until: datetime | None
    language_opens_at: datetime | None
    channels: list[ChannelOption]
