"""A desk on which every kind of actor has one of everything, with an add-on and without."""

import hashlib
from dataclasses import dataclass, replace

from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.callbacks import request_callback
from pscli.desk.chats import join_chat, open_chat
from pscli.desk.meetings import book_slot
from pscli.desk.outbox import claim_mail
from pscli.desk.people import add_person, set_person
from pscli.desk.purchases import preview_addon
from pscli.desk.queue import answer_ticket
from pscli.desk.recommendations import list_recommendations
from pscli.desk.requests import submit_request
from pscli.desk.staff import add_representative
from pscli.desk.teams import create_team
from pscli.desk.tickets import list_requests
from pscli.desk.tokens import create_token
from pscli.desk.uploads import add_part, start_upload
from pscli.models.addons import AddonProduct, Edition
from pscli.models.meetings import MeetingKind
from pscli.models.people import AdminRole, ChampionLevel, Product, RepresentativeRole
from pscli.operation import Backend
from tests.contract.meetings import WEDNESDAY
from tests.world import AGENT, AGENT2, SALES, World

CHIEF = "chief@desk.example"
PEOPLE = {
    "team": (AdminRole.TEAM, ChampionLevel.NONE),
    "bill": (AdminRole.BILLING, ChampionLevel.NONE),
    "usrm": (AdminRole.USER_MANAGEMENT, ChampionLevel.NONE),
    "supp": (AdminRole.SUPPORT, ChampionLevel.NONE),
    "cont": (AdminRole.CONTENT, ChampionLevel.NONE),
    "repo": (AdminRole.REPORTING, ChampionLevel.NONE),
    "secu": (AdminRole.SECURITY, ChampionLevel.NONE),
    "comp": (AdminRole.COMPLIANCE, ChampionLevel.NONE),
    "memb": (None, ChampionLevel.NONE),
    "chmp": (None, ChampionLevel.EPIC),
    "chtm": (AdminRole.TEAM, ChampionLevel.GRAND),
}
STAFF = {"agnt": AGENT, "sale": SALES, "oper": CHIEF}
HELD, BARE = "Held", "Bare"  # a team with add-ons, and one that has none any more
DROPBOX, DASH = AddonProduct.DROPBOX, AddonProduct.DASH
ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED
CLAIM = "1" * 32
FAR = 500  # tickets that Bare had before: its numbers are none of the other team's


@dataclass(frozen=True)
class Things:
    """What an actor has one of; a representative has somebody's ticket, chat and callback."""

    email: str
    team: str
    person: str
    secret: str  # stands in every text that they wrote
    number: int
    answered: int  # the team's ticket that support answered
    upload: str  # finished, on no ticket yet
    begun: str  # an upload without its part
    chat: str
    callback: str
    token: str
    booking: int  # the team's
    quote: str  # the team's
    cursor: str
    invoice: int  # the team's
    attachment: int = 1
    mail: int = 1


def address(kind: str, team: str) -> str:
    """Who stands for a kind of people in a team."""
    return f"{kind}@{team.lower()}.example"


def lay_rights(world: World) -> dict[str, Things]:
    """Lay the desk, and say what each of its actors has."""
    operator = world.operator
    add_representative(operator, CHIEF, RepresentativeRole.OPERATOR)
    for team in (HELD, BARE):
        create_team(operator, team, products=[Product.DASH, Product.PAPER])
        for kind in PEOPLE:
            add_person(operator, team, address(kind, team), role=AdminRole.TEAM)
    quotes = {team: _live(world, team) for team in (HELD, BARE)}
    with world.database.transaction(writes=True) as sql:
        sql.run("UPDATE team SET tickets = :far WHERE name = :bare", far=FAR, bare=BARE)
    things: dict[str, Things] = {}
    for team, quote in quotes.items():
        answered = _answered(world, team)
        for kind in PEOPLE:
            email = address(kind, team)
            phone = f"+493090182{len(things):02}"
            things[email] = _person(world, email, phone, team, answered, quote)
    for email in STAFF.values():
        theirs = things[address("bill", HELD)]
        things[email] = _representative(world.acting_as(email), email, theirs)
    join_chat(world.acting_as(AGENT), things[AGENT].chat)
    list_recommendations(world.acting_as(address("team", HELD)))  # lays the library for good
    claim_mail(operator, CLAIM)
    for team in (HELD, BARE):
        for kind, (role, level) in PEOPLE.items():
            set_person(
                operator, address(kind, team), role=role, member=role is None, champion=level
            )
    return things


def _live(world: World, team: str) -> str:
    """Give a team its add-ons and a booking, and take Bare's away again; returns a quote."""
    first = world.acting_as(address("team", team))
    for product, edition in ((DROPBOX, ESSENTIALS), (DASH, ENHANCED)):
        grant_addon(world.operator, team, product, edition)
        if team == BARE or product is DROPBOX:
            book_slot(first, MeetingKind.CONSULTATION, WEDNESDAY, Product(product))
        if team == BARE:
            revoke_addon(world.operator, team, product, edition, now=True)
    return preview_addon(first, ESSENTIALS, Product.DROPBOX).id


def _answered(world: World, team: str) -> int:
    """A ticket of a team that support answered, with a mail about it."""
    first = world.acting_as(address("team", team))
    number = submit_request(first, "answered", "x", Product.DROPBOX).record.number
    answer_ticket(world.acting_as(AGENT2), team, number, "y")
    return number


def _person(world: World, email: str, phone: str, team: str, answered: int, quote: str) -> Things:
    """One of everything for somebody; the first one's ticket has two files."""
    me, secret = world.acting_as(email), f"secret of {email}"
    files = [_upload(me, f"{secret} {n}") for n in range(2 if email.startswith("team@") else 1)]
    request = submit_request(me, secret, secret, Product.DROPBOX, attachments=files)
    token = hashlib.sha256(email.encode()).hexdigest()
    create_token(me, token, name=secret)
    return Things(
        email=email,
        team=team,
        person=email,
        secret=secret,
        number=request.record.number,
        answered=answered,
        upload=_upload(me, secret),
        begun=_upload(me, secret, begun=True),
        chat=open_chat(me, Product.DROPBOX).record.id,
        callback=request_callback(me, phone, product=Product.DROPBOX).record.id,
        token=token[:12],
        booking=1 if team == HELD else 2,
        invoice=2 if team == HELD else 4,
        quote=quote,
        cursor=list_requests(me, limit=1).next or "",
    )


def _representative(me: Backend, email: str, theirs: Things) -> Things:
    token = hashlib.sha256(email.encode()).hexdigest()
    create_token(me, token)
    return replace(
        theirs,
        email=email,
        secret=f"secret of {email}",
        upload=_upload(me, "theirs", team=theirs.team),
        begun=_upload(me, "theirs", team=theirs.team, begun=True),
        token=token[:12],
    )


def _upload(me: Backend, name: str, *, team: str | None = None, begun: bool = False) -> str:
    """A file of one byte, sent or only announced."""
    digest = hashlib.sha256(b"x").hexdigest()
    upload = start_upload(me, name, 1, digest, team=team).record.id
    if not begun:
        add_part(me, upload, 0, b"x", team=team)
    return upload
