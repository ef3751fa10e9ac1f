"""A sample team with people and tickets, labelled as such: made up, to look around."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pscli.backends.local import Database, Local
from pscli.desk.addons import grant_addon
from pscli.desk.people import add_person
from pscli.desk.queue import answer_ticket, settle_ticket
from pscli.desk.requests import reply_ticket, submit_request
from pscli.desk.staff import add_representative
from pscli.desk.teams import create_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import (
    AdminRole,
    ChampionLevel,
    Identity,
    Plan,
    Product,
    RepresentativeRole,
)

TEAM = "Sample Studio"
ADMIN = "ana@sample.example"
MEMBER = "mia@sample.example"
AGENT = "sam@desk.example"


def fill(database: Database, now: datetime) -> str:
    """Fill a fresh desk; returns whom to act as."""
    clock = [now - timedelta(days=24)]

    def acting_as(email: str | None) -> Local:
        return Local(database, Identity(email=email), lambda: clock[0])

    def at(**before: float) -> None:
        clock[0] = now - timedelta(**before)

    _people(acting_as(None))
    _tickets(acting_as, at)
    return ADMIN


def _people(operator: Local) -> None:
    create_team(operator, TEAM, plan=Plan.BUSINESS, products=[Product.SIGN], licences=25)
    add_person(operator, TEAM, ADMIN, name="Ana", role=AdminRole.TEAM)
    add_person(operator, TEAM, "ben@sample.example", name="Ben", role=AdminRole.BILLING)
    add_person(
        operator, TEAM, "rei@sample.example", name="Rei", role=AdminRole.SUPPORT, language="ja"
    )
    add_person(operator, TEAM, MEMBER, name="Mia", champion=ChampionLevel.GRAND)
    add_representative(operator, AGENT, RepresentativeRole.AGENT, name="Sam")
    add_representative(operator, "sol@desk.example", RepresentativeRole.SALES, name="Sol")
    grant_addon(operator, TEAM, AddonProduct.DROPBOX, Edition.ESSENTIALS)


def _tickets(acting_as: Callable[[str | None], Local], at: Callable[..., None]) -> None:
    ana, sam = acting_as(ADMIN), acting_as(AGENT)
    at(days=21)
    submit_request(
        ana, "Two licences too many on the invoice", "March lists 27.", issue_type="billing"
    )
    at(days=21, hours=-1)
    answer_ticket(sam, TEAM, 1, "You are right. A corrected invoice is on its way.")
    settle_ticket(sam, TEAM, 1)
    at(days=6)
    submit_request(
        ana,
        "Sync stops at 98 % on one Mac",
        "Since the update, on Mia's machine.",
        issue_type="sync",
    )
    at(days=6, hours=-5)
    answer_ticket(sam, TEAM, 2, "Please send us the sync status line from the menu.")
    at(days=2)
    submit_request(
        ana,
        "Shared link shows “expired” to a client",
        "It has no expiry set.",
        issue_type="sharing",
    )
    at(days=2, minutes=-50)
    answer_ticket(sam, TEAM, 3, "We have cleared it. Does the link open now?")
    at(minutes=95)
    submit_request(
        ana,
        "新しいメンバーがサインインできない",
        "招待メールのリンクが開きません。",
        issue_type="sign-in",
    )
    at(minutes=30)
    reply_ticket(ana, 2, "It says: Syncing 3 files, 1 waiting.")
    at(minutes=4)
    submit_request(
        ana, "How do we require two-step sign-in?", "For all members.", issue_type="security"
    )
