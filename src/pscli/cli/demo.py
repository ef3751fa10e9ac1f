"""A sample team with people and tickets, labelled as such: made up, to look around."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from pscli.backends.local import Local
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
from pscli.operation import Sql

TEAM = "Sample Studio"
ADMIN = "ana@sample.example"
MEMBER = "mia@sample.example"
AGENT = "sam@desk.example"
FOUNDED = 560  # days ago
# Solved long since, so that trends show something: days ago, type, minutes to the answer.
_HISTORY = (
    (551, "members", 50, "Invite forty people at once"),
    (530, "sharing", 205, "Who can see a team folder?"),
    (498, "sync", 120, "First sync takes days"),
    (467, "sharing", 80, "Link without an account"),
    (441, "sync", 260, "Files with a colon do not sync"),
    (420, "sharing", 40, "Password on a shared link"),
    (371, "storage", 65, "Restore a folder deleted in error"),
    (322, "sign-in", 35, "Sign-in page in a loop"),
    (290, "sync", 150, "Two copies of every presentation"),
    (251, "sharing", 95, "A folder was shared with the wrong group"),
    (233, "sync", 140, "Selective sync forgets its choices"),
    (226, "members", 30, "Move two members to another group"),
    (204, "sync", 310, "Conflicted copies after a holiday"),
    (178, "billing", 45, "Receipt with our new address"),
    (171, "sharing", 60, "Links from a former colleague"),
    (166, "sign-in", 25, "Lost phone with the second factor"),
    (139, "sync", 185, "Upload stops at large videos"),
    (131, "integrations", 75, "Slack previews are missing"),
    (104, "sign-in", 20, "Cannot sign in on a new laptop"),
    (97, "sync", 55, "Files stay “waiting” on the train"),
    (82, "storage", 130, "What fills the team's space?"),
    (69, "sync", 90, "Icons show no state on Windows"),
    (66, "sharing", 35, "A client cannot download a folder"),
    (48, "sync", 270, "Sync paused itself overnight"),
    (41, "sign-in", 15, "The code by text message is late"),
    (37, "mobile", 110, "Camera uploads double every picture"),
    (33, "sync", 40, "Shared folder missing on one Mac"),
)


class _Within:
    """A database whose transactions are all part of one that is open already."""

    look_every = 0.0

    def __init__(self, sql: Sql) -> None:
        self.sql = sql

    @contextmanager
    def transaction(self, *, writes: bool) -> Iterator[Sql]:  # noqa: ARG002 - the open one writes
        """The one that is open."""
        yield self.sql

    def pulse(self) -> int:
        """Always the same: nobody waits in here."""
        return 0

    def close(self) -> None:
        """Leave it open."""


def fill(sql: Sql, now: datetime) -> str:
    """Fill a fresh desk within its first transaction, so that it is whole or not there.

    Returns whom to act as.
    """
    database = _Within(sql)
    clock = [now - timedelta(days=FOUNDED)]

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
    for number, (days, issue_type, minutes, subject) in enumerate(_HISTORY, 1):
        at(days=days)
        submit_request(ana, subject, "As the subject says.", issue_type=issue_type)
        at(days=days, minutes=-minutes)
        answer_ticket(sam, TEAM, number, "Done. Please look again.")
        settle_ticket(sam, TEAM, number)
    billing, sync, link = range(len(_HISTORY) + 1, len(_HISTORY) + 4)
    at(days=21)
    submit_request(
        ana, "Two licences too many on the invoice", "March lists 27.", issue_type="billing"
    )
    at(days=21, hours=-1)
    answer_ticket(sam, TEAM, billing, "You are right. A corrected invoice is on its way.")
    settle_ticket(sam, TEAM, billing)
    at(days=6)
    submit_request(
        ana,
        "Sync stops at 98 % on one Mac",
        "Since the update, on Mia's machine.",
        issue_type="sync",
    )
    at(days=6, hours=-5)
    answer_ticket(sam, TEAM, sync, "Please send us the sync status line from the menu.")
    at(days=2)
    submit_request(
        ana,
        "Shared link shows “expired” to a client",
        "It has no expiry set.",
        issue_type="sharing",
    )
    at(days=2, minutes=-50)
    answer_ticket(sam, TEAM, link, "We have cleared it. Does the link open now?")
    at(minutes=95)
    submit_request(
        ana,
        "新しいメンバーがサインインできない",
        "招待メールのリンクが開きません。",
        issue_type="sign-in",
    )
    at(minutes=30)
    reply_ticket(ana, sync, "It says: Syncing 3 files, 1 waiting.")
    at(minutes=4)
    submit_request(
        ana, "How do we require two-step sign-in?", "For all members.", issue_type="security"
    )
