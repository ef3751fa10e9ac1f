"""What must hold of a desk's rows, as statements that find nothing on a sound one."""

from typing import NamedTuple

from .access import OPERATOR


class Proof(NamedTuple):
    """What its rows mean, and the statement: `team` and `item` of each place that is wrong."""

    what: str
    query: str


def _team_counter(what: str, counter: str, rows: str, number: str) -> Proof:
    """A counter of teams equals both the number of its rows and the highest of their numbers."""
    return Proof(
        what,
        f"SELECT id AS team, format('it says %s', {counter}) AS item FROM team LEFT JOIN "
        f"(SELECT team, count(*) AS held, max({number}) AS highest FROM {rows} GROUP BY team) "
        f"AS found ON found.team = id WHERE {counter} <> COALESCE(found.held, 0) "
        f"OR {counter} <> COALESCE(found.highest, 0)",
    )


def _ticket_counter(what: str, counter: str, rows: str, number: str) -> Proof:
    """A counter of tickets equals both the number of its rows and the highest of their numbers."""
    return Proof(
        what,
        f"SELECT ticket.team, {_TICKET} AS item FROM ticket LEFT JOIN (SELECT team, ticket, "
        f"count(*) AS held, max({number}) AS highest FROM {rows} GROUP BY team, ticket) AS found "
        "ON found.team = ticket.team AND found.ticket = ticket.number WHERE "
        f"ticket.{counter} <> COALESCE(found.held, 0) "
        f"OR ticket.{counter} <> COALESCE(found.highest, 0)",
    )


def _reference(
    what: str, source: str, item: str, target: str, link: str, *, given: str = "1 = 1"
) -> Proof:
    """Every row of `source` for which `given` holds has its row in `target`."""
    return Proof(
        what,
        f"SELECT {source}.team, {item} AS item FROM {source} "
        f"WHERE {given} AND NOT EXISTS (SELECT 1 FROM {target} WHERE {link})",
    )


_TICKET = "format('ticket %s', ticket.number)"
_KIND = "team, person, status, product, issue_type, channel, language"

PROOFS = (
    Proof(
        "The number of teams is wrong (T1)",
        "SELECT 0 AS team, format('it says %s', teams) AS item FROM desk WHERE "
        "teams <> (SELECT count(*) FROM team) OR teams <> (SELECT COALESCE(max(id), 0) FROM team)",
    ),
    _team_counter("The number of a team's tickets is wrong (K1)", "tickets", "ticket", "number"),
    _team_counter("The number of a team's people is wrong (T2)", "people", "person", "id"),
    _ticket_counter("The number of a ticket's messages is wrong", "messages", "message", "id"),
    _ticket_counter("The number of a ticket's promises is wrong (S2)", "clock", "clock", "id"),
    _ticket_counter(
        "The number of a ticket's files is wrong (K6)", "attachments", "upload", "attachment"
    ),
    Proof(
        "The count of a person's tickets is not that of a recount",
        "SELECT team, format('person %s: %s, %s, %s, %s, %s', person, status, product, issue_type, "
        f"channel, language) AS item FROM (SELECT {_KIND}, tickets FROM ticket_count "
        f"UNION ALL SELECT {_KIND}, -1 FROM ticket) AS counted GROUP BY {_KIND} "
        "HAVING SUM(tickets) <> 0",
    ),
    Proof(
        "The number of a team's open tickets is not that of a recount (I1)",
        "SELECT id AS team, format('it says %s', open) AS item FROM team LEFT JOIN "
        "(SELECT team, count(*) AS held FROM ticket WHERE status <> 'solved' GROUP BY team) "
        "AS found ON found.team = id WHERE open <> COALESCE(found.held, 0)",
    ),
    Proof(
        "The due instant of a ticket is not that of its running clock (S1)",
        f"SELECT ticket.team, {_TICKET} AS item FROM ticket LEFT JOIN clock "
        "ON clock.team = ticket.team AND clock.ticket = ticket.number AND clock.state = 'running' "
        "WHERE ticket.due_at <> COALESCE(clock.due_at, '9999-12-31T23:59:59Z')",
    ),
    Proof(
        "Two clocks of a ticket are running (S1)",
        "SELECT team, format('ticket %s', ticket) AS item FROM clock WHERE state = 'running' "
        "GROUP BY team, ticket HAVING count(*) > 1",
    ),
    Proof(
        "A promise is called met or broken against its instants (S2)",
        "SELECT team, format('ticket %s, promise %s', ticket, id) AS item FROM clock "
        "WHERE (state = 'met' OR state = 'breached') <> (answered_at IS NOT NULL) "
        "OR (state = 'met' AND answered_at > due_at) "
        "OR (state = 'breached' AND answered_at <= due_at)",
    ),
    Proof(
        "A ticket's state does not fit its instant of solution or its clock (K1, S4)",
        f"SELECT team, {_TICKET} AS item FROM ticket WHERE "
        "(status = 'solved') <> (solved_at IS NOT NULL) OR (status = 'solved' AND EXISTS "
        "(SELECT 1 FROM clock WHERE clock.team = ticket.team AND clock.ticket = ticket.number "
        "AND clock.state = 'running'))",
    ),
    _reference(
        "A ticket is of a person who is not there (K2)",
        "ticket",
        _TICKET,
        "person",
        "person.team = ticket.team AND person.id = ticket.person",
    ),
    _reference(
        "A ticket follows one that is not there (K3)",
        "ticket",
        _TICKET,
        "ticket AS earlier",
        "earlier.team = ticket.team AND earlier.number = ticket.follows",
        given="ticket.follows IS NOT NULL",
    ),
    _reference(
        "A ticket is owned by a representative who is not there (A3)",
        "ticket",
        _TICKET,
        "representative",
        "representative.email = ticket.assignee",
        # Whoever opens the file answers as its operator (A1), who is on no list.
        given=f"ticket.assignee IS NOT NULL AND ticket.assignee <> '{OPERATOR.email}'",
    ),
    _reference(
        "A message is of a ticket that is not there",
        "message",
        "format('ticket %s', message.ticket)",
        "ticket",
        "ticket.team = message.team AND ticket.number = message.ticket",
    ),
    _reference(
        "A promise is of a ticket or person that is not there (S2)",
        "clock",
        "format('ticket %s', clock.ticket)",
        "ticket",
        "ticket.team = clock.team AND ticket.number = clock.ticket "
        "AND ticket.person = clock.person",
    ),
    _reference(
        "A token is of a person who is not there (A1)",
        "token",
        "format('token %s', token.id)",
        "person",
        "person.team = token.team AND person.email = token.email",
        given="token.team <> 0",
    ),
    _reference(
        "A file belongs to a message that does not show it (K6)",
        "upload",
        "format('file %s', upload.id)",
        "message",
        "message.team = upload.team AND message.ticket = upload.ticket "
        "AND message.id = upload.message AND message.attachments <> '[]'",
        given="upload.ticket IS NOT NULL",
    ),
    _reference(
        "A message shows a file that is not there (K6)",
        "message",
        "format('ticket %s, message %s', message.ticket, message.id)",
        "upload",
        "upload.team = message.team AND upload.ticket = message.ticket "
        "AND upload.message = message.id",
        given="message.attachments <> '[]'",
    ),
    _reference(
        "A part is of a file that is not there (K6)",
        "part",
        "format('file %s', part.upload)",
        "upload",
        "upload.team = part.team AND upload.id = part.upload",
    ),
    _team_counter("The number of a team's bookings is wrong (Q4)", "bookings", "booking", "id"),
    _reference(
        "A booking is in no representative's calendar (Q4)",
        "booking",
        "format('booking %s', booking.id)",
        "engagement",
        "engagement.team = booking.team AND engagement.booking = booking.id "
        "AND engagement.representative = booking.representative "
        "AND engagement.starts_at = booking.starts_at AND engagement.ends_at = booking.ends_at",
        given="booking.cancelled = 0",
    ),
    _reference(
        "A calendar keeps time for a booking that is not there (Q4)",
        "engagement",
        "format('booking %s', engagement.booking)",
        "booking",
        "booking.team = engagement.team AND booking.id = engagement.booking "
        "AND booking.cancelled = 0 AND booking.representative = engagement.representative "
        "AND booking.starts_at = engagement.starts_at",
    ),
    Proof(
        "A file has not all of its parts (K6)",
        "SELECT upload.team, format('file %s', upload.id) AS item FROM upload LEFT JOIN "
        "(SELECT team, upload, count(*) AS held, max(n) AS highest, sum(length(data)) AS bytes "
        "FROM part GROUP BY team, upload) AS found "
        "ON found.team = upload.team AND found.upload = upload.id "
        "WHERE upload.ticket IS NOT NULL AND (COALESCE(found.bytes, 0) <> upload.size "
        "OR COALESCE(found.held, 0) <> upload.parts OR COALESCE(found.highest, -1) <> parts - 1)",
    ),
)
