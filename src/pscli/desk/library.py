"""The library's catalogue: laid with a desk, replaced by imports, listed (R1, R4)."""

from collections.abc import Iterator, Mapping, Set as AbstractSet
from itertools import count
from typing import Annotated

from msgspec import Meta
from msgspec.structs import asdict

from pscli.codec import narrow
from pscli.models.library import MOST_ENTRIES, MOST_ID, CatalogueSize, Entry, NewEntry
from pscli.models.record import Change, Cursor, Limit, Page, Record
from pscli.operation import Overdue, Work, operation
from pscli.problems import InvalidValue
from pscli.rules.catalogue import address_of, check_entries

from .library_weights import weigh_library
from .paging import decode_cursor, encode_cursor

_COLUMNS = "id, url, title, kind, product, language, topics, keywords, opens, links"


class Stored(Record, frozen=True):
    """A row of the library, as an import compares it."""

    json_columns = ("topics", "keywords")

    id: int
    place: int
    address: str
    url: str
    title: str
    kind: str
    product: str
    language: str
    topics: list[str]
    keywords: list[str]
    text: str


class _Placed(Entry, frozen=True):
    place: int


@operation("GET", "/catalogue")
def list_catalogue(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Entry]:
    """The entries of the library in their editorial order, with how often each was used."""
    require_library(work)
    place, after = (-1, 0)
    if cursor is not None:
        place, after = map(int, decode_cursor(cursor, "catalogue", 2, numbers=2))
    rows = work.sql.all(
        _Placed,
        f"SELECT {_COLUMNS}, place FROM library_entry WHERE (place, id) > (:place, :after) "
        "ORDER BY place, id LIMIT :limit",
        place=place,
        after=after,
        limit=limit + 1,
    )
    last = rows[limit - 1] if len(rows) > limit else None
    following = None if last is None else encode_cursor("catalogue", last.place, last.id)
    return Page(
        items=[narrow(Entry, row) for row in rows[:limit]],
        total=work.sql.one(int, "SELECT count(*) FROM library_entry"),
        next=following,
    )


@operation("POST", "/catalogue")
def import_catalogue(
    work: Work,
    entries: Annotated[list[NewEntry], Meta(min_length=1, max_length=MOST_ENTRIES)],
    prune: bool = False,
) -> Change[CatalogueSize]:
    """Add entries and replace those of the same id or address; with `prune` all others go."""
    check_entries((f"entry {n}", entry) for n, entry in enumerate(entries, 1))
    lay_library(work)
    lock_library(work)
    done = _replace(work, entries, prune=prune)
    changed = bool(done.added or done.replaced or done.removed)
    if changed:
        weigh_library(work)
    return Change(record=done, changed=changed)


def require_library(work: Work) -> None:
    """Have the library there and weighed; a read that finds it otherwise is repeated."""
    from pscli.rules.ranking import RECIPE

    if work.sql.one(int, _RECIPE) != RECIPE:
        raise Overdue(lay_library)


def lay_library(work: Work) -> None:
    """Fill an empty library with the shipped catalogue, and weigh what another recipe weighed.

    New desks and those of before the library come by it alike: with the first use.
    """
    from pscli.catalogue import shipped_catalogue
    from pscli.rules.ranking import RECIPE

    if work.sql.one(int, _RECIPE) == RECIPE:
        return
    work.sql.lock(0)
    recipe = work.sql.one(int, _RECIPE)
    if recipe is None:
        _replace(work, shipped_catalogue(), prune=False)
    if recipe != RECIPE:
        weigh_library(work)


def lock_library(work: Work) -> None:
    """Let nobody else weigh or teach before this change ends."""
    work.sql.run("UPDATE library SET entries = entries")


_RECIPE = "SELECT recipe FROM library"


def _replace(work: Work, entries: list[NewEntry], *, prune: bool) -> CatalogueSize:
    """Write the entries that are new or differ.

    New ones come last in the editorial order; a file that prunes has the whole of it.
    """
    known = work.sql.all(Stored, f"SELECT {', '.join(_NAMES)} FROM library_entry")
    ids = {entry.id: entry for entry in known}
    addresses = {entry.address: entry for entry in known}
    free = _free({*ids, *(entry.id for entry in entries if entry.id)})
    last = count(max((entry.place for entry in known), default=-1) + 1)
    rows: dict[int, Stored] = {}
    for n, entry in enumerate(entries):
        before = _replaced(f"entry {n + 1}", entry, ids, addresses)
        id_ = before.id if before else entry.id or next(free)
        if id_ in rows:
            raise InvalidValue(
                f"entry {n + 1}: {id_} stands there by its id and by its address.",
                hint="Name it once.",
            )
        place = n if prune else before.place if before else next(last)
        rows[id_] = _row(id_, place, entry)
    gone = ids.keys() - rows if prune else set()
    written = [row for row in rows.values() if ids.get(row.id) != row]
    _store(work, written, gone)
    added = len(rows.keys() - ids)
    return CatalogueSize(
        added=added,
        replaced=len(written) - added,
        removed=len(gone),
        entries=len(ids) + added - len(gone),
    )


def _free(taken: AbstractSet[int]) -> Iterator[int]:
    """Ids for new entries: after all others, and where those near their end, in the gaps."""
    highest = max(taken, default=0)
    first = highest + 1 if highest <= MOST_ID - MOST_ENTRIES else 1
    return (id_ for id_ in count(first) if id_ not in taken)


def _replaced(
    place: str, entry: NewEntry, ids: Mapping[int, Stored], addresses: Mapping[str, Stored]
) -> Stored | None:
    """The entry in whose place this one comes; raises InvalidValue where id and address differ."""
    at_address = addresses.get(address_of(entry.url))
    if at_address and entry.id not in (None, at_address.id):
        raise InvalidValue(
            f"{place}: {entry.url} is the address of entry {at_address.id}, not of {entry.id}.",
            hint="Give each entry an address of its own, or leave the id out.",
            field="id",
        )
    return at_address or ids.get(entry.id or 0)


def _row(id_: int, place: int, entry: NewEntry) -> Stored:
    named = {name: value for name, value in asdict(entry).items() if name != "id"}
    return Stored(id=id_, place=place, address=address_of(entry.url), **named)


_OF_ENTRY = (("library_lesson", "entry"), ("library_entry", "id"))
_NAMES = Stored.__struct_fields__
_STORE = (
    f"INSERT INTO library_entry ({', '.join(_NAMES)}, opens, links) "
    f"VALUES ({', '.join(f':{name}' for name in _NAMES)}, 0, 0) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = :{name}" for name in _NAMES[1:])
)


def _store(work: Work, rows: list[Stored], gone: AbstractSet[int]) -> None:
    for id_ in sorted(gone):
        for table, column in _OF_ENTRY:
            work.sql.run(f"DELETE FROM {table} WHERE {column} = :id", id=id_)
    for row in rows:
        work.sql.run(_STORE, **asdict(row))
