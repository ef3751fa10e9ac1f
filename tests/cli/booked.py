"""A booking as tests show and send it."""

from typing import Any

from pscli.models.addons import AddonProduct
from pscli.models.meetings import Booking, BookingState, MeetingKind
from tests.rules.clocks import at
from tests.world import AGENT, ANA

from .records import NOON


def booked(**fields: Any) -> Booking:
    """A consultation on Wednesday, booked at noon on Monday."""
    known: dict[str, Any] = {
        "id": 3,
        "kind": MeetingKind.CONSULTATION,
        "product": AddonProduct.DROPBOX,
        "team": "Acme",
        "state": BookingState.BOOKED,
        "starts_at": at("2026-03-04 10:00"),
        "ends_at": at("2026-03-04 11:00"),
        "zone": "UTC",
        "representative": AGENT,
        "representative_name": "Agnes",
        "booked_by": ANA,
        "booked_by_name": "Ana",
        "booked_at": NOON,
        "changed_at": NOON,
        "sequence": 0,
        "uid": "0" * 32,
    }
    return Booking(**{**known, **fields})
