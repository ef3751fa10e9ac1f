"""Pages by keyset: a cursor is the sort key of the last row seen, never an offset."""

from pscli.codec import NEVER, instant_text
from pscli.models.record import Page, Record
from pscli.models.tickets import Sort, Ticket
from pscli.problems import InvalidValue


class Place(Record, frozen=True, order=True):
    """Where a page begins: after this instant's text and number."""

    at: str
    number: int


def page(rows: list[Ticket], limit: int, total: int | None, sort: Sort) -> Page[Ticket]:
    """A page of at most `limit` rows; `rows` holds one more where there is a next page."""
    items = rows[:limit]
    following = _cursor(items[-1], sort) if len(rows) > limit else None
    return Page(items=items, total=total, next=following)


def _cursor(last: Ticket, sort: Sort) -> str:
    at = {Sort.CREATED: last.created_at, Sort.UPDATED: last.updated_at, Sort.DUE: last.due_at}[sort]
    return encode_cursor(sort, NEVER if at is None else instant_text(at), last.number)


def place_after(cursor: str | None, sort: Sort, first: Place) -> Place:
    """Where the page of this cursor begins; raises InvalidValue for one that we did not make."""
    if cursor is None:
        return first
    at, number = decode_cursor(cursor, sort, 2)
    return Place(at=at, number=int(number))


def encode_cursor(kind: str, *parts: object) -> str:
    """Sort keys as one opaque word."""
    return "|".join([kind, *map(str, parts)]).encode().hex()


def decode_cursor(cursor: str, kind: str, parts: int, *, numbers: int = 1) -> list[str]:
    """The sort keys of a cursor of this kind; its last `numbers` are numbers."""
    try:
        text = bytes.fromhex(cursor).decode()
    except ValueError:
        text = ""
    found = text.split("|")
    whole = len(found) == parts + 1 and found[0] == kind and text.isprintable()
    if not whole or not all(map(_is_number, found[-numbers:])):
        raise InvalidValue(
            "This cursor does not belong to this list.",
            hint="Take `next` of the page before, with the same sort.",
            field="cursor",
        )
    return found[1:]


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= 18  # noqa: PLR2004 - fits 64 bits
