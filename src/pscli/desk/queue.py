"""The representatives' queue: by due instant, taken by one, answered, noted, solved (K, S, A3)."""

from typing import Annotated

from msgspec import Meta
from msgspec.structs import asdict

from pscli.codec import NEVER, instant_text, narrow
from pscli.models.library import AdvisedCase
from pscli.models.names import Email, TeamName
from pscli.models.people import Product
from pscli.models.record import Body, Change, Cursor, Language, Limit, Number, Page, Word
from pscli.models.tickets import Channel, QueuedTicket, Status, StatusFilter
from pscli.models.uploads import Link
from pscli.operation import Work, operation
from pscli.problems import InvalidValue, NotFound, StateForbids, numbered_to
from pscli.rules.tickets import check_body, check_issue_type, check_owner, check_takes_replies

from .clocks import answer_clock, tighten_clocks, withdraw_clock
from .outbox import mail_reply
from .paging import decode_cursor, encode_cursor
from .recommendations import solved_alike
from .requests import Uploads
from .rollups import Came, roll_tickets
from .staff import no_representative
from .teams import team_id
from .threads import add_message, case_of, count_ticket, move_ticket
from .tickets import COLUMNS, statuses

_QUEUED = (
    "SELECT "
    + ", ".join(f"ticket_record.{name}" for name in COLUMNS.split(", "))
    + ", due_key, team.name AS team, assignee FROM ticket_record "
    "JOIN team ON team.id = ticket_record.team"
)
Links = Annotated[list[Link], Meta(max_length=10)]


class _Listed(QueuedTicket, frozen=True):
    team_id: int


@operation("GET", "/queue")
def list_queue(
    work: Work,
    status: list[StatusFilter] = [],
    team: TeamName | None = None,
    product: Product | None = None,
    issue_type: Word | None = None,
    channel: Channel | None = None,
    language: Language | None = None,
    mine: bool = False,
    unassigned: bool = False,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Page[QueuedTicket]:
    """What waits for support, the soonest due first, those without a promise last."""
    wanted = statuses(status or [StatusFilter.UNSOLVED])
    place = ["", "", "0", "0"] if cursor is None else decode_cursor(cursor, "queue", 4, numbers=2)
    only = None if team is None else team_id(work, team)
    rows = work.sql.all(
        _Listed,
        _QUEUED.replace("due_key,", "ticket_record.team AS team_id,") + " WHERE "
        "(due_key, ticket_record.created_at, ticket_record.team, number) > "
        "(:due, :created, :after_team, :after) "
        "AND (status = :s1 OR status = :s2 OR status = :s3) "
        "AND (CAST(:only AS BIGINT) IS NULL OR ticket_record.team = :only) "
        "AND (CAST(:product AS TEXT) IS NULL OR product = :product) "
        "AND (CAST(:issue_type AS TEXT) IS NULL OR issue_type = :issue_type) "
        "AND (CAST(:channel AS TEXT) IS NULL OR channel = :channel) "
        "AND (CAST(:language AS TEXT) IS NULL OR language = :language) "
        "AND (CAST(:mine AS TEXT) IS NULL OR assignee = :mine) "
        "AND (:unassigned = 0 OR assignee IS NULL) "
        + ("AND status <> 'solved' " if Status.SOLVED not in wanted else "")
        + "ORDER BY due_key, ticket_record.created_at, ticket_record.team, number LIMIT :limit",
        due=place[0],
        created=place[1],
        after_team=int(place[2]),
        after=int(place[3]),
        s1=wanted[0],
        s2=wanted[1],
        s3=wanted[2],
        only=only,
        product=product,
        issue_type=issue_type,
        channel=channel,
        language=language,
        mine=work.who.email if mine else None,
        unassigned=unassigned,
        limit=limit + 1,
    )
    following = _cursor(rows[limit - 1]) if len(rows) > limit else None
    total = len(rows) if following is None and cursor is None else None
    return Page(
        items=[narrow(QueuedTicket, row) for row in rows[:limit]], total=total, next=following
    )


def _cursor(last: _Listed) -> str:
    due = NEVER if last.due_at is None else instant_text(last.due_at)
    created = instant_text(last.created_at)
    return encode_cursor("queue", due, created, last.team_id, last.number)


@operation("GET", "/teams/{team}/tickets/{number}")
def show_case(work: Work, team: TeamName, number: Number) -> AdvisedCase:
    """A ticket of any team with its notes and owner, and what solved similar ones (A3, R3)."""
    found = case_of(work, team_id(work, team), number)
    if found is None:
        raise _missing(work, team, number)
    return AdvisedCase(**asdict(found), suggestions=solved_alike(work, found))


@operation("POST", "/teams/{team}/tickets/{number}/replies")
def answer_ticket(
    work: Work,
    team: TeamName,
    number: Number,
    body: Body,
    links: Links = [],
    attachments: Uploads = [],
    solve: bool = False,
) -> Change[QueuedTicket]:
    """Answer the customer, by mail too (C10); a ticket that nobody owns becomes yours (K4, S1)."""
    ticket = _case(work, team, number)
    check_takes_replies(ticket)
    check_body(body)
    add_message(work, work.team, number, body, attachments=attachments, links=links)
    answer_clock(work, work.team, number)
    move_ticket(work, work.team, number, Status.SOLVED if solve else Status.PENDING)
    if ticket.assignee is None:
        _assign(work, number, work.who.email)
    mail_reply(work, number, body, links, len(attachments), solved=solve)
    return Change(record=_case(work, team, number))


@operation("POST", "/teams/{team}/tickets/{number}/notes")
def note_ticket(work: Work, team: TeamName, number: Number, body: Body) -> Change[QueuedTicket]:
    """Leave a note that customers never see; it answers nothing (K4, S1)."""
    _case(work, team, number)
    check_body(body)
    add_message(work, work.team, number, body, internal=True)
    return Change(record=_case(work, team, number))


@operation("POST", "/teams/{team}/tickets/{number}/solution")
def settle_ticket(work: Work, team: TeamName, number: Number) -> Change[QueuedTicket]:
    """Solve a ticket; an unanswered clock is answered by that only with a reply (K4, S4)."""
    ticket = _case(work, team, number)
    if ticket.status is Status.SOLVED:
        return Change(record=ticket, changed=False)
    if ticket.promise and ticket.due_at is not None:
        from shlex import quote

        raise StateForbids(
            f"Ticket {number} of {team} awaits an answer that was promised (S1, S4).",
            hint=f"Answer and solve: pscli support reply {quote(team)} {number} --solve",
        )
    withdraw_clock(work, work.team, number)
    move_ticket(work, work.team, number, Status.SOLVED)
    return Change(record=_case(work, team, number))


@operation("POST", "/teams/{team}/tickets/{number}/owner")
def take_ticket(work: Work, team: TeamName, number: Number) -> Change[QueuedTicket]:
    """Make a ticket yours; two representatives never own one."""
    ticket = _case(work, team, number)
    check_owner(ticket.assignee, work.who)
    _assign(work, number, work.who.email)
    return Change(record=_case(work, team, number), changed=ticket.assignee is None)


@operation("DELETE", "/teams/{team}/tickets/{number}/owner")
def release_ticket(work: Work, team: TeamName, number: Number) -> Change[QueuedTicket]:
    """Give a ticket of yours back to the queue."""
    ticket = _case(work, team, number)
    check_owner(ticket.assignee, work.who)
    _assign(work, number, None)
    return Change(record=_case(work, team, number), changed=ticket.assignee is not None)


@operation("PUT", "/teams/{team}/tickets/{number}/owner")
def assign_ticket(work: Work, team: TeamName, number: Number, email: Email) -> Change[QueuedTicket]:
    """Give a ticket to a representative."""
    ticket = _case(work, team, number)
    known = work.sql.one(
        str,
        "SELECT email FROM representative WHERE email = :email AND status = 'active'",
        email=email.casefold(),
    )
    if known is None:
        raise no_representative(work, email)
    _assign(work, number, known)
    return Change(record=_case(work, team, number), changed=ticket.assignee != known)


@operation("PATCH", "/teams/{team}/tickets/{number}")
def retype_ticket(
    work: Work,
    team: TeamName,
    number: Number,
    issue_type: Word | None = None,
    product: Product | None = None,
) -> Change[QueuedTicket]:
    """Correct what a ticket is about; a running promise is never loosened by it (S6)."""
    ticket = _case(work, team, number)
    if issue_type is None and product is None:
        raise InvalidValue("Say what to correct.", hint="Add --type or --product.")
    if issue_type is not None:
        check_issue_type(issue_type, work.policy.issue_types)
    _count(work, number, by=-1)
    work.sql.run(
        "UPDATE ticket SET issue_type = COALESCE(:issue_type, issue_type), "
        "product = COALESCE(:product, product) WHERE team = :team AND number = :number",
        issue_type=issue_type,
        product=product,
        team=work.team,
        number=number,
    )
    _count(work, number, by=1)
    if product is not None:
        work.sql.run(
            "UPDATE clock SET product = :product WHERE team = :team AND ticket = :number "
            "AND state = 'running'",
            product=product,
            team=work.team,
            number=number,
        )
        tighten_clocks(work, work.team, ticket=number)
    after = _case(work, team, number)
    return Change(record=after, changed=after != ticket)


class _Placed(Came, frozen=True):
    """A ticket as the roll-ups know it, and its team's zone."""

    timezone: str


def _count(work: Work, number: int, *, by: int) -> None:
    """Count a ticket in (1) or out (-1) as it stands now, also where it came."""
    count_ticket(work, work.team, number, by=by)
    found = work.sql.one(
        _Placed,
        "SELECT person, ticket.created_at, issue_type, product, timezone FROM ticket "
        "JOIN team ON team.id = ticket.team WHERE ticket.team = :team AND number = :number",
        team=work.team,
        number=number,
    )
    if found is not None:
        roll_tickets(work, work.team, found.timezone, [found], by=by)


def _assign(work: Work, number: int, email: str | None) -> None:
    work.sql.run(
        "UPDATE ticket SET assignee = :email WHERE team = :team AND number = :number",
        email=email,
        team=work.team,
        number=number,
    )


def _case(work: Work, team: str, number: int) -> QueuedTicket:
    work.team = team_id(work, team)
    found = work.sql.one(
        QueuedTicket,
        f"{_QUEUED} WHERE ticket_record.team = :team AND number = :number",
        team=work.team,
        number=number,
    )
    if found is None:
        raise _missing(work, team, number)
    return found


def _missing(work: Work, team: str, number: int) -> NotFound:
    """That a team has no such ticket; representatives, who see all (A3), learn which it has."""
    query = "SELECT tickets FROM team WHERE id = :team"
    last = work.sql.one(int, query, team=team_id(work, team)) or 0
    return NotFound(
        f"{team} has no ticket {number}.",
        hint=f"{numbered_to(last)}\nSee the queue: pscli support queue",
    )
