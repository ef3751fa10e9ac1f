"""What tests of consultations and meetings say for short."""

from datetime import UTC, datetime

from pscli.desk.addons import grant_addon
from pscli.models.addons import AddonProduct, Edition
from pscli.models.meetings import MeetingKind
from tests.world import SALES, World

CONSULTATION, MEETING = MeetingKind.CONSULTATION, MeetingKind.MEETING
DROPBOX, DASH = AddonProduct.DROPBOX, AddonProduct.DASH
ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED


def at(text: str) -> datetime:
    """An hour of UTC, as in `2026-03-04 10`."""
    return datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=UTC)


def enhance(world: World, team: str = "Acme", product: AddonProduct = DROPBOX) -> None:
    """Give a team Enhanced."""
    grant_addon(world.acting_as(SALES), team, product, ENHANCED)


WEDNESDAY = at("2026-03-04 10")
