"""A person's own requests: file one, answer, solve (K, C2, C9)."""

from typing import Annotated

from msgspec import Meta

from pscli.codec import NEVER
from pscli.models.names import Email
from pscli.models.people import Product
from pscli.models.record import Body, Change, Language, Number, Record, Subject, Word
from pscli.models.tickets import Channel, Status, Ticket
from pscli.models.uploads import UploadId
from pscli.operation import Work, operation
from pscli.problems import NotFound
from pscli.rules.entitlements import product_asked
from pscli.rules.tickets import (
    check_body,
    check_issue_type,
    check_subject,
    check_takes_replies,
    spoken_language,
)
from pscli.rules.words import words

from .clocks import Question, start_clock, withdraw_clock
from .rollups import Came, roll_tickets
from .threads import Draft, add_message, count_ticket, move_ticket
from .tickets import Via, own_ticket, owner_word

Addresses = Annotated[list[Email], Meta(max_length=10)]
Uploads = Annotated[list[UploadId], Meta(max_length=10)]


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
    cc: Addresses = [],
    attachments: Uploads = [],
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
        Draft(
            subject=subject,
            product=asked,
            issue_type=issue_type,
            language=spoken,
            channel=Channel.REQUEST,
            urgent=urgent,
            follows=follows,
            cc=sorted(set(cc)),
        ),
    )
    add_message(work, who.team, number, body, attachments=attachments)
    start_clock(work, _question(work, number, asked, spoken))
    return Change(record=own_ticket(work, number))


@operation("POST", "/requests/{number}/replies")
def reply_ticket(
    work: Work,
    number: Number,
    body: Body,
    attachments: Uploads = [],
    solve: bool = False,
    via: Via = Via.CONTACT,  # noqa: ARG001 - see Via
) -> Change[Ticket]:
    """Answer in one of your own tickets while it is not solved (K3, K4)."""
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
def solve_ticket(
    work: Work,
    number: Number,
    via: Via = Via.CONTACT,  # noqa: ARG001 - see Via
) -> Change[Ticket]:
    """Close one of your own tickets; a running clock is withdrawn (K4, S4)."""
    ticket = own_ticket(work, number)
    if ticket.status is Status.SOLVED:
        return Change(record=ticket, changed=False)
    withdraw_clock(work, work.who.team, number)
    move_ticket(work, work.who.team, number, Status.SOLVED)
    return Change(record=own_ticket(work, number))


def open_ticket(work: Work, draft: Draft) -> int:
    """A new ticket of the actor, under the team's next number (K1)."""
    who = work.who
    team = work.sql.one(
        _Counted,
        "UPDATE team SET tickets = tickets + 1, open = open + 1 WHERE id = :team "
        "RETURNING tickets, timezone",
        team=who.team,
    )
    if team is None:
        raise NotFound("Your team is gone.", hint="Ask an operator of the desk.")
    number = team.tickets
    work.sql.run(
        "INSERT INTO ticket (team, number, person, requester, subject, status, product, "
        "issue_type, channel, language, urgent, cc, follows, created_at, updated_at, due_at, "
        "messages, attachments, clock) VALUES (:team, :number, :person, :requester, :subject, "
        "'open', :product, :issue_type, :channel, :language, :urgent, :cc, :follows, :now, :now, "
        ":never, 0, 0, 0)",
        team=who.team,
        number=number,
        person=who.person,
        requester=who.email,
        now=work.now,
        never=NEVER,
        **draft._asdict(),
    )
    count_ticket(work, who.team, number, by=1)
    came = Came(
        person=who.person,
        created_at=work.now,
        issue_type=draft.issue_type,
        product=draft.product,
    )
    roll_tickets(work, who.team, team.timezone, [came])
    work.sql.index(who.team, number, [owner_word(who.team, who.person), *words(draft.subject)])
    return number


class _Counted(Record, frozen=True):
    """A team that has one more ticket."""

    tickets: int
    timezone: str


def _question(work: Work, number: int, product: str, language: str) -> Question:
    who = work.who
    return Question(
        team=who.team,
        ticket=number,
        person=who.person,
        champion=who.champion,
        member=who.role is None,
        product=product,
        language=language,
    )
