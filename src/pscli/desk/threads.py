"""What a ticket is made of: its messages, their files, its place in the counts."""

from typing import NamedTuple

import msgspec

from pscli.models.people import ActorKind
from pscli.models.tickets import (
    AuthorKind,
    Case,
    Channel,
    Message,
    Note,
    QueuedTicket,
    Status,
    Thread,
    Ticket,
)
from pscli.operation import Work
from pscli.problems import NotFound
from pscli.rules.words import words

from .clocks import clocks_of
from .tickets import COLUMNS
from .topics import follow_ticket
from .uploads import claim_uploads


class Draft(NamedTuple):
    """A ticket before it has a number."""

    subject: str
    product: str
    issue_type: str
    language: str
    channel: Channel
    urgent: bool
    follows: int | None
    cc: list[str]


class Head(Ticket, frozen=True):
    """The part of a thread that stands in the ticket's own row."""

    json_columns = ("promise", "cc")

    cc: list[str]
    follows: int | None


class CaseHead(QueuedTicket, frozen=True):
    """The part of a case that stands in the ticket's own row."""

    json_columns = ("promise", "cc")

    cc: list[str]
    follows: int | None


def thread_of(work: Work, team: int, number: int, *, person: int) -> Thread | None:
    """A person's ticket with its correspondence; notes are left out (K4)."""
    head = work.sql.one(
        Head,
        f"SELECT {COLUMNS}, cc, follows FROM ticket_record "
        "WHERE team = :team AND number = :number AND person = :person",
        team=team,
        number=number,
        person=person,
    )
    if head is None:
        return None
    messages = work.sql.all(
        Message,
        "SELECT id, author, author_kind, body, attachments, created_at FROM message "
        "WHERE team = :team AND ticket = :number AND internal = 0 ORDER BY id",
        team=team,
        number=number,
    )
    promises = clocks_of(work, team, number)
    return Thread(**msgspec.structs.asdict(head), messages=messages, promises=promises)


def case_of(work: Work, team: int, number: int) -> Case | None:
    """A ticket as representatives see it: notes, links and owner included (A3)."""
    head = work.sql.one(
        CaseHead,
        f"SELECT {COLUMNS}, cc, follows, assignee, "
        "(SELECT name FROM team WHERE id = :team) AS team FROM ticket_record "
        "WHERE team = :team AND number = :number",
        team=team,
        number=number,
    )
    if head is None:
        return None
    messages = work.sql.all(
        Note,
        "SELECT id, author, author_kind, internal, body, links, attachments, created_at "
        "FROM message WHERE team = :team AND ticket = :number ORDER BY id",
        team=team,
        number=number,
    )
    promises = clocks_of(work, team, number)
    return Case(**msgspec.structs.asdict(head), messages=messages, promises=promises)


def add_message(
    work: Work,
    team: int,
    number: int,
    body: str,
    *,
    attachments: list[str] = [],
    links: list[str] = [],
    internal: bool = False,
    kind: AuthorKind | None = None,
) -> int:
    """Append a message of the actor, returns its number; no customer sees a note's trace (K4)."""
    staff = work.who.kind is not ActorKind.PERSON
    kind = kind or (AuthorKind.SUPPORT if staff else AuthorKind.CUSTOMER)
    id_ = work.sql.one(
        int,
        "UPDATE ticket SET messages = messages + 1, "
        "updated_at = CASE WHEN :internal = 1 THEN updated_at ELSE :now END "
        "WHERE team = :team AND number = :number RETURNING messages",
        internal=internal,
        now=work.now,
        team=team,
        number=number,
    )
    if id_ is None:
        raise NotFound(f"There is no ticket {number}.", hint="See the queue: pscli support queue")
    work.sql.run(
        "INSERT INTO message (team, ticket, id, author, author_kind, internal, body, links, "
        "attachments, created_at) VALUES (:team, :ticket, :id, :author, :kind, :internal, :body, "
        ":links, :attachments, :now)",
        team=team,
        ticket=number,
        id=id_,
        author="desk" if kind is AuthorKind.SYSTEM else work.who.email,
        kind=kind,
        internal=internal,
        body=body,
        links=links,
        now=work.now,
        attachments=claim_uploads(work, team, number, id_, attachments),
    )
    if not internal:
        work.sql.index(team, number, words(body))
    if links:
        from .lessons import count_links

        count_links(work, links)
    return id_


_KIND = "team, person, status, product, issue_type, channel, language"


def count_ticket(work: Work, team: int, number: int, *, by: int) -> None:
    """Count a ticket in (1) or out (-1) as it stands now."""
    if by > 0:
        work.sql.run(
            f"INSERT INTO ticket_count ({_KIND}, tickets) SELECT {_KIND}, 1 FROM ticket "
            f"WHERE team = :team AND number = :number ON CONFLICT ({_KIND}) "
            "DO UPDATE SET tickets = ticket_count.tickets + 1",
            team=team,
            number=number,
        )
        return
    work.sql.run(
        f"UPDATE ticket_count SET tickets = tickets - 1 WHERE ({_KIND}) = "
        f"(SELECT {_KIND} FROM ticket WHERE team = :team AND number = :number)",
        team=team,
        number=number,
    )


def move_ticket(work: Work, team: int, number: int, status: Status) -> None:
    """Set a ticket's state, its instants and its place in the counts (K1, K4)."""
    count_ticket(work, team, number, by=-1)
    solves = status is Status.SOLVED
    work.sql.run(
        f"UPDATE team SET open = open {'- 1' if solves else '+ 1'} WHERE id = :team AND EXISTS "
        "(SELECT 1 FROM ticket WHERE team = :team AND number = :number "
        f"AND status {'<>' if solves else '='} 'solved')",
        team=team,
        number=number,
    )
    work.sql.run(
        "UPDATE ticket SET status = :status, updated_at = :now, solved_at = :solved "
        "WHERE team = :team AND number = :number",
        status=status,
        now=work.now,
        solved=work.now if solves else None,
        team=team,
        number=number,
    )
    count_ticket(work, team, number, by=1)
    follow_ticket(work, team, number, solved=solves)
    if solves and _has_links(work, team, number):
        from .lessons import learn_from

        learn_from(work, team, number)


def _has_links(work: Work, team: int, number: int) -> bool:
    query = "SELECT 1 FROM message WHERE team = :team AND ticket = :number AND links <> '[]'"
    return work.sql.one(int, query, team=team, number=number) is not None
