"""A person's own tickets: submit, list, read, answer, solve (K, C2, C9)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from pscli.codec import NEVER
from pscli.models.people import Product
from pscli.models.record import (
    Body, Change, Cursor, Email, Instant, Language, Limit, Number, Page, ShortText, Subject, Word,
)
from pscli.models.tickets import (
    Channel, Sort, Status, StatusFilter, Thread, Ticket, UploadId,
)
from pscli.operation import Work, operation
from pscli.problems import NotFound
from pscli.rules.entitlements import check_hub, product_asked
from pscli.rules.tickets import (
    check_body, check_issue_type, check_subject, check_takes_replies, found, spoken_language,
)
from pscli.rules.words import query_words, words

from .access import editions_held
from .clocks import Question, start_clock, withdraw_clock
from .paging import Place, page, place_after
from .threads import Draft, add_message, count_ticket, move_ticket, thread_of

COLUMNS = (
    "number, subject, status, product, issue_type, channel, language, urgent, requester, "
    "created_at, updated_at, solved_at, due_at, promise"
)
COUNTED_HITS = 1000  # a search counts its hits up to here

Addresses = Annotated[list[Email], Meta(max_length=10)]
Uploads = Annotated[list[UploadId], Meta(max_length=10)]


class Via(StrEnum):
    """The door that a person came through: the Hub (E8), or their own requests (C9)."""

    HUB = "hub"
    CONTACT = "contact"


@operation("POST", "/requests")
def submit_request(
    work: Work,
    subject: Subject,
    body: Body,
    product: Product | None = None,
    issue_type: Word = "other",
    language: Language | None = None,
    urgent: bool = False,
    follows: Number | None = None,
    cc: Addresses = [],  # noqa: B006 - the codec copies it
    attachments: Uploads = [],  # noqa: B006
) -> Change[Ticket]:
    """File a request; it becomes a ticket at once, with its promise (C2)."""
    who = work.who
    asked = product_asked(who, product)
    check_subject(subject)
    check_body(body)
    check_issue_type(issue_type, work.policy.issue_types)
    spoken = spoken_language(who, language)
    if follows is not None:
        own_ticket(work, follows)
    number = open_ticket(
        work,
        Draft(subject=subject, product=asked, issue_type=issue_type, language=spoken,
              channel=Channel.REQUEST, urgent=urgent, follows=follows, cc=sorted(set(cc))),
    )
    add_message(work, who.team, number, body, attachments=attachments)
    start_clock(work, _question(work, number, asked, spoken))
    return Change(record=own_ticket(work, number))


@operation("GET", "/hub/tickets")
def list_tickets(
    work: Work,
    status: list[StatusFilter] = [],  # noqa: B006
    product: Product | None = None,
    issue_type: Word | None = None,
    channel: Channel | None = None,
    language: Language | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    search: ShortText | None = None,
    sort: Sort = Sort.CREATED,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Page[Ticket]:
    """Your own tickets, newest first (K2, K5)."""
    wanted = statuses(status)
    start = place_after(cursor, sort, _first_place(sort, until))
    condition, matching = "1 = 1", ""
    if search is not None:
        looked_for = query_words(search)
        if not looked_for:
            return Page(items=[], total=0, next=None)
        owner = owner_word(work.who.team, work.who.person)
        condition, matching = work.sql.search([owner, *looked_for])
    filters = {
        "team": work.who.team, "person": work.who.person, "product": product,
        "issue_type": issue_type, "channel": channel, "language": language,
        "since": since or "", "until": until or NEVER, "words": matching,
        "s1": wanted[0], "s2": wanted[1], "s3": wanted[2],
    }
    rows = work.sql.all(
        Ticket,
        f"SELECT {COLUMNS} FROM ticket_record WHERE {_FILTERS} AND {condition} "  # noqa: S608 - closed words
        f"AND {_ORDERS[sort]} LIMIT :limit",
        at=start.at, after=start.number, limit=limit + 1, **filters,
    )
    total = _total(work, condition, filters, ranged=bool(since or until), searched=bool(search))
    return page(rows, limit, total, sort)


_FILTERS = """team = :team AND person = :person
    AND created_at >= :since AND created_at < :until
    AND (status = :s1 OR status = :s2 OR status = :s3)
    AND (CAST(:product AS TEXT) IS NULL OR product = :product)
    AND (CAST(:issue_type AS TEXT) IS NULL OR issue_type = :issue_type)
    AND (CAST(:channel AS TEXT) IS NULL OR channel = :channel)
    AND (CAST(:language AS TEXT) IS NULL OR language = :language)"""

_ORDERS = {
    Sort.CREATED: "(created_at, number) < (:at, :after) ORDER BY created_at DESC, number DESC",
    Sort.UPDATED: "(updated_at, number) < (:at, :after) ORDER BY updated_at DESC, number DESC",
    Sort.DUE: "(due_key, number) > (:at, :after) ORDER BY due_key, number",
}


def statuses(wanted: list[StatusFilter]) -> list[str]:
    """The three places of a status condition; an empty filter is every status."""
    chosen = set(wanted or [StatusFilter.UNSOLVED, StatusFilter.SOLVED])
    if StatusFilter.UNSOLVED in chosen:
        chosen |= {StatusFilter.OPEN, StatusFilter.PENDING}
    return [status if status in chosen else "" for status in Status]


def _first_place(sort: Sort, until: datetime | None) -> Place:
    if sort is Sort.DUE:
        return Place(at="", number=0)
    if sort is Sort.CREATED and until is not None:
        return Place(at=until.isoformat()[:19] + "Z", number=0)
    return Place(at=NEVER, number=0)


def _total(
    work: Work, condition: str, filters: dict[str, object], *, ranged: bool, searched: bool
) -> int | None:
    """How many match: from the counts where they say it, else counted as far as is cheap."""
    if not ranged and not searched:
        return work.sql.one(
            int,
            "SELECT CAST(COALESCE(SUM(tickets), 0) AS BIGINT) FROM ticket_count "
            "WHERE team = :team AND person = :person "
            "AND (status = :s1 OR status = :s2 OR status = :s3) "
            "AND (CAST(:product AS TEXT) IS NULL OR product = :product) "
            "AND (CAST(:issue_type AS TEXT) IS NULL OR issue_type = :issue_type) "
            "AND (CAST(:channel AS TEXT) IS NULL OR channel = :channel) "
            "AND (CAST(:language AS TEXT) IS NULL OR language = :language)",
            **filters,
        )
    counted = work.sql.one(
        int,
        f"SELECT count(*) FROM (SELECT 1 FROM ticket_record WHERE {_FILTERS} AND {condition} "  # noqa: S608
        "LIMIT :most) AS hits",
        most=COUNTED_HITS + 1, **filters,
    )
    return counted if counted is None or counted <= COUNTED_HITS else None


@operation("GET", "/requests")
def list_requests(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Ticket]:
    """Your own requests, newest first, with or without the Hub (C9)."""
    return list_tickets.function(work, limit=limit, cursor=cursor)


@operation("GET", "/requests/{number}")
def show_ticket(work: Work, number: Number, via: Via = Via.CONTACT) -> Thread:
    """One of your own tickets with its messages and promises (K2, S2)."""
    _check_door(work, via)
    return found(thread_of(work, work.who.team, number, person=work.who.person), number)


@operation("POST", "/requests/{number}/replies")
def reply_ticket(
    work: Work,
    number: Number,
    body: Body,
    attachments: Uploads = [],  # noqa: B006
    solve: bool = False,
    via: Via = Via.CONTACT,
) -> Change[Ticket]:
    """Answer in one of your own tickets while it is not solved (K3, K4)."""
    _check_door(work, via)
    ticket = own_ticket(work, number)
    check_takes_replies(ticket)
    check_body(body)
    add_message(work, work.who.team, number, body, attachments=attachments)
    if solve:
        withdraw_clock(work, work.who.team, number)
        move_ticket(work, work.who.team, number, Status.SOLVED)
    else:
        start_clock(work, _question(work, number, ticket.product, ticket.language))
        move_ticket(work, work.who.team, number, Status.OPEN)
    return Change(record=own_ticket(work, number))


@operation("POST", "/requests/{number}/solution")
def solve_ticket(work: Work, number: Number, via: Via = Via.CONTACT) -> Change[Ticket]:
    """Close one of your own tickets; a running clock is withdrawn (K4, S4)."""
    _check_door(work, via)
    ticket = own_ticket(work, number)
    if ticket.status is Status.SOLVED:
        return Change(record=ticket, changed=False)
    withdraw_clock(work, work.who.team, number)
    move_ticket(work, work.who.team, number, Status.SOLVED)
    return Change(record=own_ticket(work, number))


def own_ticket(work: Work, number: int) -> Ticket:
    """One of the actor's own tickets; raises NotFound alike for missing and others' (K2)."""
    ticket = work.sql.one(
        Ticket,
        f"SELECT {COLUMNS} FROM ticket_record "  # noqa: S608 - closed words
        "WHERE team = :team AND number = :number AND person = :person",
        team=work.who.team, number=number, person=work.who.person,
    )
    return found(ticket, number)


def open_ticket(work: Work, draft: Draft) -> int:
    """A new ticket of the actor, under the team's next number (K1)."""
    who = work.who
    number = work.sql.one(
        int, "UPDATE team SET tickets = tickets + 1 WHERE id = :team RETURNING tickets", team=who.team
    )
    if number is None:
        raise NotFound("Your team is gone.")
    work.sql.run(
        "INSERT INTO ticket (team, number, person, requester, subject, status, product, "
        "issue_type, channel, language, urgent, cc, follows, created_at, updated_at, due_at, "
        "messages, attachments, clock) VALUES (:team, :number, :person, :requester, :subject, "
        "'open', :product, :issue_type, :channel, :language, :urgent, :cc, :follows, :now, :now, "
        ":never, 0, 0, 0)",
        team=who.team, number=number, person=who.person, requester=who.email, now=work.now,
        never=NEVER, **draft._asdict(),
    )
    count_ticket(work, who.team, number, by=1)
    work.sql.index(who.team, number, [owner_word(who.team, who.person), *words(draft.subject)])
    return number


def owner_word(team: int, person: int) -> str:
    """The word under which a person's tickets stand in the index."""
    return f"o{team}x{person}"


def _question(work: Work, number: int, product: str, language: str) -> Question:
    who = work.who
    return Question(
        team=who.team, ticket=number, person=who.person, champion=who.champion,
        member=who.role is None, product=product, language=language,
    )


def _check_door(work: Work, via: Via) -> None:
    if via is Via.HUB:
        check_hub(work.who, editions_held(work))
