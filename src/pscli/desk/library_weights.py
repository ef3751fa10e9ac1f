"""What the library's words weigh: made anew for all entries at once (R3, R4)."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from pscli.models.record import Record
from pscli.operation import Work

ROWS_AT_ONCE = 250  # SQLite looks each parameter up among all of a statement


class Found(Record, frozen=True):
    """What an entry is found by."""

    json_columns = ("topics", "keywords")

    id: int
    title: str
    product: str
    language: str
    topics: list[str]
    keywords: list[str]
    text: str

    @property
    def labels(self) -> str:
        """The words that stand in none of its texts."""
        return " ".join([*self.topics, *self.keywords, self.product])


class Taught(Record, frozen=True):
    """A word of solved tickets that an entry answered (R3), and how many entries hold it."""

    term: int
    entry: int
    tickets: int
    holding: int


def weigh_library(work: Work) -> None:
    """Make all weights anew: of the entries, then of what solved tickets taught."""
    from pscli.rules.ranking import RECIPE, Words, lesson_weight, postings_of, weights_of

    entries = work.sql.all(
        Found,
        "SELECT id, title, product, language, topics, keywords, text FROM library_entry "
        "ORDER BY id",
    )
    work.sql.run("DELETE FROM library_term")
    weights = weights_of([Words(e.title, e.labels, e.text, e.language) for e in entries])
    by_entry = {entry.id: terms for entry, terms in zip(entries, weights, strict=True)}
    insert_rows(
        work,
        "INSERT INTO library_term (term, entries, postings) VALUES {rows}",
        postings_of(by_entry),
    )
    lessons = work.sql.all(Taught, _TAUGHT)
    insert_rows(
        work,
        LEARN,
        (
            (each.term, each.entry, each.tickets,
             lesson_weight(each.tickets, each.holding, len(entries)))
            for each in lessons
        ),
    )  # fmt: skip
    work.sql.run(
        "INSERT INTO library (id, recipe, entries) VALUES (0, :recipe, :entries) "
        "ON CONFLICT (id) DO UPDATE SET recipe = :recipe, entries = :entries",
        recipe=RECIPE,
        entries=len(entries),
    )


# What was taught, with how many entries hold the word themselves.
_TAUGHT = """SELECT term, entry, tickets,
    COALESCE((SELECT entries FROM library_term WHERE library_term.term = library_lesson.term), 0)
    AS holding
    FROM library_lesson"""
LEARN = """INSERT INTO library_lesson (term, entry, tickets, weight) VALUES {rows}
    ON CONFLICT (term, entry) DO UPDATE SET tickets = excluded.tickets, weight = excluded.weight"""


def insert_rows(work: Work, statement: str, rows: Iterable[tuple[int | bytes, ...]]) -> None:
    """Rows of closed values, many to a statement: each is a way to the database and back."""
    following: Iterator[tuple[int | bytes, ...]] = iter(rows)
    while some := list(islice(following, ROWS_AT_ONCE)):
        places = ", ".join(
            f"({', '.join(f':v{n}_{column}' for column in range(len(row)))})"
            for n, row in enumerate(some)
        )
        values: dict[str, Any] = {
            f"v{n}_{column}": value
            for n, row in enumerate(some)
            for column, value in enumerate(row)
        }
        work.sql.run(statement.format(rows=places), **values)
