"""Editions of Premium Support and who holds them (E1)."""

from datetime import datetime
from enum import StrEnum

from .record import Record


class Edition(StrEnum):
    """The two editions (E1)."""

    ESSENTIALS = "essentials"
    ENHANCED = "enhanced"


class AddonProduct(StrEnum):
    """The two products for which there is an add-on (E1)."""

    DROPBOX = "dropbox"
    DASH = "dash"


class HeldEdition(Record, frozen=True):
    """An edition that a team holds from `since` up to `until` (None: until it is removed)."""

    product: AddonProduct
    edition: Edition
    since: datetime
    until: datetime | None
