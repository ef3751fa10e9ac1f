"""Tickets that come from another system, once each however often they are sent."""

from collections import Counter
from datetime import datetime

from msgspec.structs import replace

from pscli.codec import NEVER, utc
from pscli.models.imports import (
    Batch,
    ForeignTicket,
    ImportedBatch,
    Refused,
    RefusedLines,
)
from pscli.models.names import TeamName
from pscli.models.record import Change, Record, Word
from pscli.models.tickets import AuthorKind, Status
from pscli.operation import Work, operation
from pscli.rules.imports import contradiction, refusal
from pscli.rules.tickets import check_body, check_issue_type, check_subject
from pscli.rules.words import words

from .teams import team_id
from .tickets import owner_word

_KIND = "team, person, status, product, issue_type, channel, language"


class Requester(Record, frozen=True):
    """Whose ticket it becomes."""

    id: int
    email: str


@operation("POST", "/teams/{team}/imports")
def import_tickets(
    work: Work, team: TeamName, source: Word, records: Batch, strict: bool = False
) -> Change[ImportedBatch]:
    """Import tickets of another system; a record that came before is left as it is (K1).

    Imported history has no promise: an open ticket gets a clock without commitment. A record that
    contradicts itself comes with a note of the system, or not at all where `strict`.
    """
    work.team = team_id(work, team)
    fresh = _fresh(work, source, [_checked(work, record) for record in records])
    people = _requesters(work, fresh)
    taken: list[ForeignTicket] = []
    refused: dict[Refused, list[int]] = {}
    for record in fresh:
        reason = refusal(record, work.now, strict=strict)
        if reason is None and record.requester not in people:
            reason = Refused.STRANGER
        if reason is None:
            taken.append(record)
        else:
            refused.setdefault(reason, []).append(record.line)
    for number, record in enumerate(taken, _first_number(work, len(taken))):
        _write(work, source, number, record, people[record.requester])
    _count(work, taken, people)
    result = ImportedBatch(
        imported=len(taken),
        known=len(records) - len(fresh),
        noted=[record.line for record in taken if contradiction(record)],
        refused=[RefusedLines(reason=reason, lines=lines) for reason, lines in refused.items()],
    )
    return Change(record=result, changed=bool(taken))


def _checked(work: Work, record: ForeignTicket) -> ForeignTicket:
    """A record that keeps the rules of any ticket, its instants in UTC."""
    check_subject(record.subject)
    check_body(record.body)
    check_issue_type(record.issue_type, work.policy.issue_types)
    return replace(
        record,
        created_at=utc(record.created_at),
        answered_at=utc(record.answered_at),
        solved_at=utc(record.solved_at),
    )


def _fresh(work: Work, source: str, records: list[ForeignTicket]) -> list[ForeignTicket]:
    """The records that never came before, nor earlier in this batch."""
    first = {record.record: record for record in reversed(records)}
    names = {f"r{n}": record for n, record in enumerate(first)}
    known = work.sql.all(
        str,
        "SELECT record FROM imported WHERE team = :team AND source = :source "
        f"AND record IN ({', '.join(f':{name}' for name in names)})",
        team=work.team,
        source=source,
        **names,
    )
    for record in known:
        del first[record]
    return list(reversed(first.values()))


def _requesters(work: Work, records: list[ForeignTicket]) -> dict[str | None, Requester]:
    """The people of the team whose tickets these become, by the address in the record."""
    people: dict[str | None, Requester] = {}
    for email in {record.requester for record in records}:
        found = _nobody(work) if email is None else _person(work, email.casefold())
        if found is not None:
            people[email] = found
    return people


def _person(work: Work, email: str) -> Requester | None:
    return work.sql.one(
        Requester,
        "SELECT id, email FROM person WHERE team = :team AND email = :email",
        team=work.team,
        email=email,
    )


def _nobody(work: Work) -> Requester | None:
    """The person who stands for unknown requesters: suspended, so that nobody acts as them (T5)."""
    email = f"imported@team-{work.team}.invalid"
    if found := _person(work, email):
        return found
    id_ = work.sql.one(
        int, "UPDATE team SET people = people + 1 WHERE id = :team RETURNING people", team=work.team
    )
    work.sql.run(
        "INSERT INTO person (team, id, email, name, champion, status, language, timezone, "
        "created_at) VALUES (:team, :id, :email, 'Imported tickets', 'none', 'suspended', 'en', "
        "'UTC', :now)",
        team=work.team,
        id=id_,
        email=email,
        now=work.now,
    )
    return _person(work, email)


def _first_number(work: Work, count: int) -> int:
    """The first of as many numbers as are needed (K1)."""
    last = work.sql.one(
        int,
        "UPDATE team SET tickets = tickets + :count WHERE id = :team RETURNING tickets",
        count=count,
        team=work.team,
    )
    return (last or 0) - count + 1


def _write(
    work: Work, source: str, number: int, record: ForeignTicket, requester: Requester
) -> None:
    note = contradiction(record)
    waits = record.status is Status.OPEN
    known = [at for at in (record.created_at, record.answered_at, record.solved_at) if at]
    work.sql.run(
        "INSERT INTO ticket (team, number, person, requester, subject, status, product, "
        "issue_type, channel, language, urgent, cc, created_at, updated_at, solved_at, due_at, "
        "messages, attachments, clock) VALUES (:team, :number, :person, :requester, :subject, "
        ":status, :product, :issue_type, :channel, :language, :urgent, '[]', :created, :updated, "
        ":solved, :never, :messages, 0, :clock)",
        team=work.team,
        number=number,
        person=requester.id,
        requester=requester.email,
        subject=record.subject,
        status=record.status,
        product=record.product,
        issue_type=record.issue_type,
        channel=record.channel,
        language=record.language,
        urgent=record.urgent,
        created=record.created_at,
        updated=max(known),
        solved=(record.solved_at or max(known)) if record.status is Status.SOLVED else None,
        never=NEVER,
        messages=2 if note else 1,
        clock=int(waits),
    )
    _message(work, number, 1, record.body, record.created_at, requester.email)
    if note:
        kept = f"Imported from {source}, record {record.record}. {note} It is kept as it came."
        _message(work, number, 2, kept, work.now, None)
    if waits:
        _clock(work, number, record, requester)
    work.sql.run(
        "INSERT INTO imported (team, source, record, ticket) "
        "VALUES (:team, :source, :record, :ticket)",
        team=work.team,
        source=source,
        record=record.record,
        ticket=number,
    )
    found_by = [owner_word(work.team, requester.id), *words(record.subject), *words(record.body)]
    work.sql.index(work.team, number, found_by)


def _message(
    work: Work, ticket: int, id_: int, body: str, at: datetime, customer: str | None
) -> None:
    """A customer's message, or a note of the system for representatives (K4)."""
    work.sql.run(
        "INSERT INTO message (team, ticket, id, author, author_kind, internal, body, links, "
        "attachments, created_at) VALUES (:team, :ticket, :id, :author, :kind, :internal, :body, "
        "'[]', '[]', :at)",
        team=work.team,
        ticket=ticket,
        id=id_,
        author=customer or "import",
        kind=AuthorKind.CUSTOMER if customer else AuthorKind.SYSTEM,
        internal=customer is None,
        body=body,
        at=at,
    )


def _clock(work: Work, ticket: int, record: ForeignTicket, requester: Requester) -> None:
    """A running clock without commitment: history was promised nothing here (S1, E9)."""
    work.sql.run(
        "INSERT INTO clock (team, ticket, id, person, product, language, edition, target_minutes, "
        "rules, started_at, due_at, state) VALUES (:team, :ticket, 1, :person, :product, 'en', "
        "'', 0, :rules, :started, :never, 'running')",
        team=work.team,
        ticket=ticket,
        person=requester.id,
        product=record.product,
        rules=["E9"],
        started=record.created_at,
        never=NEVER,
    )


def _count(work: Work, records: list[ForeignTicket], people: dict[str | None, Requester]) -> None:
    """Count the new tickets in, a statement for each kind of them."""
    kinds = Counter(
        (people[r.requester].id, r.status, r.product, r.issue_type, r.channel, r.language)
        for r in records
    )
    names = _KIND.split(", ")[1:]
    for kind, tickets in kinds.items():
        work.sql.run(
            f"INSERT INTO ticket_count ({_KIND}, tickets) VALUES (:team, :person, :status, "
            ":product, :issue_type, :channel, :language, :tickets) "
            f"ON CONFLICT ({_KIND}) DO UPDATE SET tickets = ticket_count.tickets + :tickets",
            team=work.team,
            tickets=tickets,
            **dict(zip(names, kind, strict=True)),
        )
