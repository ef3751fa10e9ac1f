"""Exports of tickets: lines that the database formats, some thousands at a time (I5, K2, K5).

One text of SQL serves both engines: `format('%s,...')`, in which free text is quoted by the
database, and closed words, numbers and instants stand as they are. Nothing becomes a record.
"""

from functools import cache

from pscli.codec import ascii_text
from pscli.models.exports import CHUNK, Chunk, ChunkLimit, Form
from pscli.models.people import Product
from pscli.models.record import Cursor, Instant, Language, Record, Word
from pscli.models.tickets import Channel, QueuedTicket, Sort, StatusFilter, Ticket
from pscli.operation import Work, operation

from .paging import decode_cursor, encode_cursor, place_after
from .tickets import FILTERS, ORDERS, filters_of, first_place

# A spreadsheet would take what begins so for a formula: it gets an apostrophe before it.
_FORMULA = "'=', '+', '-', '@', '\t', '\r'"
_FREE = frozenset({"subject", "requester", "team", "assignee"})
_ADDRESSES = frozenset({"requester", "assignee"})  # hold no quotation mark
_MAYBE_NULL = frozenset({"solved_at", "due_at"})


class _Line(Record, frozen=True):
    """A line, and the place in the order where it stands."""

    line: str
    first_key: str | int
    number: int


@operation("GET", "/hub/tickets/export")
def export_tickets(
    work: Work,
    form: Form,
    status: list[StatusFilter] = [],
    product: Product | None = None,
    issue_type: Word | None = None,
    channel: Channel | None = None,
    language: Language | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    limit: ChunkLimit = CHUNK,
    cursor: Cursor | None = None,
) -> Chunk:
    """Your own tickets as text, newest first, a chunk at a time (K2, K5)."""
    first = first_place(Sort.CREATED, until)
    start = min(place_after(cursor, Sort.CREATED, first), first)
    lines = work.sql.all(
        _Line,
        f"SELECT {_line(Ticket, form)} AS line, created_at AS first_key, number "
        f"FROM ticket_record WHERE {FILTERS} AND {ORDERS[Sort.CREATED]} LIMIT :limit",
        at=start.at,
        after=start.number,
        limit=limit + 1,
        **filters_of(work, status, product, issue_type, channel, language, since, until),
    )
    return _chunk(lines, form, limit, Sort.CREATED)


@operation("GET", "/tickets/export")
def export_desk(
    work: Work, form: Form, limit: ChunkLimit = CHUNK, cursor: Cursor | None = None
) -> Chunk:
    """Every ticket of the desk as text, by team and number, a chunk at a time (I5)."""
    team, number = ("0", "0") if cursor is None else decode_cursor(cursor, "desk", 2, numbers=2)
    lines = work.sql.all(
        _Line,
        f"SELECT {_line(QueuedTicket, form)} AS line, "
        "ticket_record.team AS first_key, number FROM ticket_record "
        "JOIN team ON team.id = ticket_record.team "
        "WHERE (ticket_record.team, number) > (:team, :number) "
        "ORDER BY ticket_record.team, number LIMIT :limit",
        team=int(team),
        number=int(number),
        limit=limit + 1,
    )
    total = None if cursor else work.sql.one(int, "SELECT count(*) FROM ticket")
    return _chunk(lines, form, limit, "desk", total)


def _chunk(
    lines: list[_Line], form: Form, limit: int, order: str, total: int | None = None
) -> Chunk:
    """At most `limit` lines; there is one more where another chunk follows."""
    kept = lines[:limit]
    texts = [line.line for line in kept]
    following = None
    if len(lines) > limit:
        following = encode_cursor(order, kept[-1].first_key, kept[-1].number)
    return Chunk(
        text="".join(map(ascii_text, texts) if form is Form.JSONL else texts),
        lines=len(kept),
        total=total,
        next=following,
    )


@cache
def _line(kind: type[Ticket], form: Form) -> str:
    """The SQL of a line with all fields of a record, as lists print them, with its line feed."""
    names = kind.__struct_fields__
    cells = [(_csv_cell if form is Form.CSV else _json_value)(name) for name in names]
    if form is Form.CSV:
        template = ",".join(spelled for spelled, _ in cells)
    else:
        fields = zip(names, cells, strict=True)
        template = "{" + ",".join(f'"{name}":{spelled}' for name, (spelled, _) in fields) + "}"
    return f"format('{template}\n', {', '.join(value for _, value in cells)})"


def _csv_cell(name: str) -> tuple[str, str]:
    """How a field stands in a template, and the SQL of what is put there; NULL is nothing."""
    column = _column(name)
    if name in _FREE:
        inner = column if name in _ADDRESSES else _doubled(column)
        return '"%s%s"', f"{_apostrophe(column)}, {inner}"
    if name == "promise":
        return '"%s"', _doubled(column)
    return "%s", _boolean(column) if name == "urgent" else column


def _json_value(name: str) -> tuple[str, str]:
    """The same in JSON; NULL is null."""
    column = _column(name)
    if name in _FREE | _MAYBE_NULL:
        return "%s", f"json_quote({column})"
    if name == "promise":
        return "%s", f"COALESCE({column}, 'null')"
    if name == "urgent":
        return "%s", _boolean(column)
    return ("%s" if name == "number" else '"%s"'), column


def _apostrophe(column: str) -> str:
    """An apostrophe where a text looks like a formula; the comparison alone settles most texts."""
    return f"CASE WHEN {column} < 'A' AND substr({column}, 1, 1) IN ({_FORMULA}) THEN '''' END"


def _doubled(column: str) -> str:
    return f"""replace({column}, '"', '""')"""


def _boolean(column: str) -> str:
    return f"CASE {column} WHEN 1 THEN 'true' ELSE 'false' END"


def _column(name: str) -> str:
    return "team.name" if name == "team" else f"ticket_record.{name}"
