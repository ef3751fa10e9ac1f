"""Tickets that come from another system, once each however often they are sent."""

from collections import Counter
from datetime import datetime
from typing import Any

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
from pscli.models.tickets import AuthorKind, ClockState, Status
from pscli.operation import Work, operation
from pscli.rules.imports import contradiction, refusal
from pscli.rules.tickets import check_body, check_issue_type, check_subject
from pscli.rules.words import words

from .rollups import Came, roll_tickets
from .teams import team_id
from .tickets import owner_word

ROWS_AT_ONCE = 25
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
    _keep(work, source, taken, people)
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


def _first_number(work: Work, records: list[ForeignTicket]) -> int:
    """The first of as many numbers as are needed (K1)."""
    count = len(records)
    last = work.sql.one(
        int,
        "UPDATE team SET tickets = tickets + :count, open = open + :open WHERE id = :team "
        "RETURNING tickets",
        count=count,
        open=sum(record.status is not Status.SOLVED for record in records),
        team=work.team,
    )
    return (last or 0) - count + 1


def _keep(
    work: Work, source: str, records: list[ForeignTicket], people: dict[str | None, Requester]
) -> None:
    """Write the tickets with all that belongs to them."""
    rows: dict[str, list[dict[str, Any]]] = {
        table: [] for table in ("ticket", "message", "clock", "imported")
    }
    for number, record in enumerate(records, _first_number(work, records)):
        person = people[record.requester]
        rows["ticket"].append(_ticket(work, number, record, person))
        rows["message"].append(
            _message(work, number, 1, record.body, record.created_at, person.email)
        )
        if note := contradiction(record):
            text = f"Imported from {source}, record {record.record}. {note} It is kept as it came."
            rows["message"].append(_message(work, number, 2, text, work.now, None))
        if record.status is Status.OPEN:
            rows["clock"].append(_clock(work, number, record, person))
        origin = {"source": source, "record": record.record, "ticket": number}
        rows["imported"].append({"team": work.team, **origin})
        found_by = [owner_word(work.team, person.id), *words(record.subject), *words(record.body)]
        work.sql.index(work.team, number, found_by)
    for table, some in rows.items():
        _insert(work, table, some)
    _count(work, records, people)
    zone = work.sql.one(str, "SELECT timezone FROM team WHERE id = :team", team=work.team) or "UTC"
    came = [
        Came(
            person=people[record.requester].id,
            created_at=record.created_at,
            issue_type=record.issue_type,
            product=record.product,
        )
        for record in records
    ]
    roll_tickets(work, work.team, zone, came)


def _insert(work: Work, table: str, rows: list[dict[str, Any]]) -> None:
    """Rows of a table, many to a statement: each is a way to the database and back."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        names = list(some[0])
        places = (f"({', '.join(f':{name}{n}' for name in names)})" for n in range(len(some)))
        values = {f"{name}{n}": row[name] for n, row in enumerate(some) for name in names}
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join(places)}"
        work.sql.run(statement, **values)


def _ticket(work: Work, number: int, record: ForeignTicket, requester: Requester) -> dict[str, Any]:
    last = max(at for at in (record.created_at, record.answered_at, record.solved_at) if at)
    solved = (record.solved_at or last) if record.status is Status.SOLVED else None
    return {
        "team": work.team,
        "number": number,
        "person": requester.id,
        "requester": requester.email,
        "subject": record.subject,
        "status": record.status,
        "product": record.product,
        "issue_type": record.issue_type,
        "channel": record.channel,
        "language": record.language,
        "urgent": record.urgent,
        "cc": [],
        "created_at": record.created_at,
        "updated_at": last,
        "solved_at": solved,
        "due_at": NEVER,
        "messages": 2 if contradiction(record) else 1,
        "attachments": 0,
        "clock": int(record.status is Status.OPEN),
    }


def _message(
    work: Work, ticket: int, id_: int, body: str, at: datetime, customer: str | None
) -> dict[str, Any]:
    """A customer's message, or a note of the system for representatives (K4)."""
    return {
        "team": work.team,
        "ticket": ticket,
        "id": id_,
        "author": customer or "import",
        "author_kind": AuthorKind.CUSTOMER if customer else AuthorKind.SYSTEM,
        "internal": customer is None,
        "body": body,
        "links": [],
        "attachments": [],
        "created_at": at,
    }


def _clock(work: Work, ticket: int, record: ForeignTicket, requester: Requester) -> dict[str, Any]:
    """A running clock without commitment: history was promised nothing here (S1, E9)."""
    return {
        "team": work.team,
        "ticket": ticket,
        "id": 1,
        "person": requester.id,
        "product": record.product,
        "language": "en",
        "edition": "",
        "target_minutes": 0,
        "rules": ["E9"],
        "started_at": record.created_at,
        "due_at": NEVER,
        "state": ClockState.RUNNING,
    }


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
