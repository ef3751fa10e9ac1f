"""The proof of the library: its words lead to entries that are there, and none is left out (R1)."""

from collections.abc import Iterator

from pscli.models.record import Record
from pscli.operation import Work

_PAIR = 8  # bytes: an entry and what the term weighs in it
_RECIPE = "SELECT recipe FROM library"


class Postings(Record, frozen=True):
    """A term, how many entries hold it, and which with which weight, packed."""

    term: int
    entries: int
    postings: bytes


def library_faults(work: Work) -> Iterator[tuple[str, str]]:
    """What is wrong and where; nothing where the library is yet to be laid or weighed anew."""
    from pscli.rules.ranking import RECIPE

    for item in work.sql.all(str, _NEGATIVE):
        yield "A count of the library is below zero (R4)", item
    if work.sql.one(int, _RECIPE) != RECIPE:
        return
    for item in work.sql.all(str, _SIZE):
        yield "The number of the library's entries is wrong (R1)", item
    yield from _posting_faults(work)


_NEGATIVE = """SELECT format('entry %s', id) FROM library_entry
    WHERE opens < 0 OR links < 0 OR place < 0
    UNION ALL SELECT format('lesson of entry %s', entry) FROM library_lesson
    WHERE weight < 0 OR tickets < 1"""
_SIZE = """SELECT format('it says %s', entries) FROM library
    WHERE entries <> (SELECT count(*) FROM library_entry)"""


def _posting_faults(work: Work) -> Iterator[tuple[str, str]]:
    """Each term names entries that are there, in order; each entry is named by one at least."""
    there = set(work.sql.all(int, "SELECT id FROM library_entry"))
    named: set[int] = set()
    for row in work.sql.all(Postings, "SELECT term, entries, postings FROM library_term"):
        entries = _entries_in(row)
        if entries is None or not there.issuperset(entries):
            yield "A word does not lead to the entries that hold it (R1)", f"term {row.term}"
        named.update(entries or ())
    for missing in sorted(there - named):
        yield "No word leads to an entry (R1)", f"entry {missing}"


def _entries_in(row: Postings) -> list[int] | None:
    """The entries of a term in their order; None where they are no postings."""
    from struct import iter_unpack

    if len(row.postings) != row.entries * _PAIR:
        return None
    entries = [entry for entry, _ in iter_unpack("<II", row.postings)]
    return entries if entries == sorted(set(entries)) else None
