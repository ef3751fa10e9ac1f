"""The sales contact form: an inquiry is a ticket that sales answers and turns into a grant (C8)."""

from datetime import datetime

from pscli.codec import instant_text, narrow
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import Product
from pscli.models.record import Body, Change, Cursor, Limit, Page, Record
from pscli.models.tickets import Channel, Status, Ticket
from pscli.operation import Work, operation
from pscli.rules.addons import edition_name
from pscli.rules.entitlements import covering, product_asked
from pscli.rules.tickets import check_body, spoken_language

from .paging import decode_cursor, encode_cursor
from .requests import open_ticket
from .threads import Draft, add_message
from .tickets import own_ticket


class Inquiry(Record, frozen=True):
    """What a team asked sales for; answer it as the ticket `number` of the team."""

    team: str
    number: int
    product: AddonProduct
    edition: Edition
    requester: str
    status: Status
    account_executive: bool
    created_at: datetime


@operation("POST", "/inquiries")
def submit_inquiry(
    work: Work, edition: Edition, body: Body, product: Product | None = None
) -> Change[Ticket]:
    """Ask sales for an edition; they answer in the ticket that this opens (C8)."""
    wanted = covering(product_asked(work.who, product))
    check_body(body)
    draft = Draft(
        subject=edition_name(wanted, edition),
        product=wanted,
        issue_type="other",
        language=spoken_language(work.who, None),
        channel=Channel.REQUEST,
        urgent=False,
        follows=None,
        cc=[],
    )
    number = open_ticket(work, draft)
    add_message(work, work.who.team, number, body)
    work.sql.run(
        "INSERT INTO inquiry (team, ticket, product, edition, created_at) "
        "VALUES (:team, :ticket, :product, :edition, :now)",
        team=work.who.team, ticket=number, product=wanted, edition=edition, now=work.now,
    )  # fmt: skip
    return Change(record=own_ticket(work, number))


@operation("GET", "/inquiries")
def list_inquiries(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Inquiry]:
    """What teams asked sales for and is not solved, oldest first (C8)."""
    created, team, ticket = (
        ["", "0", "0"] if cursor is None else decode_cursor(cursor, "inq", 3, numbers=2)
    )
    rows = work.sql.all(
        _Listed,
        "SELECT team.name AS team, inquiry.ticket AS number, inquiry.product, inquiry.edition, "
        "ticket.requester, ticket.status, team.account_executive, inquiry.created_at, "
        "inquiry.team AS team_id FROM inquiry "
        "JOIN ticket ON ticket.team = inquiry.team AND ticket.number = inquiry.ticket "
        "JOIN team ON team.id = inquiry.team "
        "WHERE (inquiry.created_at, inquiry.team, inquiry.ticket) > (:created, :team, :ticket) "
        "AND ticket.status <> 'solved' "
        "ORDER BY inquiry.created_at, inquiry.team, inquiry.ticket LIMIT :limit",
        created=created, team=int(team), ticket=int(ticket), limit=limit + 1,
    )  # fmt: skip
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = encode_cursor("inq", instant_text(last.created_at), last.team_id, last.number)
    total = len(rows) if following is None and cursor is None else None
    return Page(items=[narrow(Inquiry, row) for row in rows[:limit]], total=total, next=following)


class _Listed(Inquiry, frozen=True):
    team_id: int
