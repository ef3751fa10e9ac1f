"""The list statement inside `perform`, and what the database does for lists, queue and search."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, TypeVar

from pscli.backends import open_local
from pscli.backends.local import Database, Local
from pscli.backends.sqlite import Sqlite
from pscli.codec import to_column
from pscli.desk.paging import encode_cursor
from pscli.desk.queue import list_queue
from pscli.desk.tickets import list_tickets, show_ticket
from pscli.models.people import Identity
from pscli.models.tickets import Sort
from pscli.operation import Operation, Sql

from .desks import OWNER, sqlite_desk
from .generate import AGENT, PEOPLE
from .measure import Figure, in_turn, ratio, tell, tell_times
from .texts import reference

T = TypeVar("T")

NOW = datetime(2026, 1, 15, tzinfo=UTC)
REPEATS = 40  # statements a round: one alone is too short to time


class Statement(NamedTuple):
    """A query as an operation gave it to the port."""

    kind: type[Any]
    query: str
    values: dict[str, Any]

    def columns(self) -> dict[str, Any]:
        """The parameters as the driver takes them."""
        return {name: to_column(value) for name, value in self.values.items()}


class Recording:
    """A transaction that notes the lists that an operation asks for."""

    def __init__(self, sql: Sql) -> None:
        self.sql = sql
        self.lists: list[Statement] = []

    def all(self, kind: type[T], query: str, /, **values: Any) -> list[T]:
        """Note the query, then run it."""
        self.lists.append(Statement(kind, query, values))
        return self.sql.all(kind, query, **values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sql, name)


def statement_of(
    database: Database, email: str, operation: Operation[Any, Any], **arguments: Any
) -> Statement:
    """The list that an operation asks for last."""
    return statements_of(database, email, operation, **arguments)[-1]


def statements_of(
    database: Database, email: str, operation: Operation[Any, Any], **arguments: Any
) -> list[Statement]:
    """The lists that an operation asks for, in order."""
    with database.transaction(writes=False) as sql:
        recording = Recording(sql)
        work = Local(database, Identity(email=email), lambda: NOW)._work(recording)  # noqa: SLF001
        operation.function(work, **operation.check(arguments))
    return recording.lists


def plan(desk: Path, statement: Statement) -> list[str]:
    """How SQLite runs a statement, line by line."""
    connection = sqlite3.connect(desk)
    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement.query}", statement.columns())
    lines = [row[3] for row in rows]
    connection.close()
    return lines


def run(*, quick: bool) -> list[Figure]:
    """The statement against bare sqlite3, deep pages against the first, and other reads' times."""
    rounds = 7 if quick else 31
    size, depth = (5_000, 250) if quick else (1_000_000, 20_000)
    desk = sqlite_desk(size)
    database = Sqlite(desk)
    backend = Local(database, Identity(email=OWNER), lambda: NOW)
    deep = _cursor_at(desk, depth)
    first_page, deep_page = (
        statement_of(database, OWNER, list_tickets, cursor=cursor) for cursor in (None, deep)
    )
    anyone = range(2, PEOPLE + 1)
    bare, ours, bare_owner, ours_owner, ours_deep, whole, whole_deep = in_turn(
        [
            _bare(desk, first_page, anyone),
            _ours(database, first_page, anyone),
            _bare(desk, first_page, range(1, 2)),
            _ours(database, first_page, range(1, 2)),
            _ours(database, deep_page, range(1, 2)),
            _whole(backend, list_tickets),
            _whole(backend, list_tickets, cursor=deep),
        ],
        rounds,
    )
    figures = [
        Figure(f"newest 50 of a person among {size:,}", "bare sqlite3", ratio(ours, bare), 1.2),
        Figure(f"50 at depth {depth:,}", "the first 50", ratio(ours_deep, ours_owner), 1.2),
        Figure("the same person's over and over", "bare sqlite3", ratio(ours_owner, bare_owner)),
        Figure("whole perform, over and over", "bare sqlite3", ratio(whole, bare_owner)),
        Figure(f"whole perform at depth {depth:,}", "of the first 50", ratio(whole_deep, whole)),
    ]
    tell("lists", figures)
    times = {"bare sqlite3": bare, "in perform": ours, "whole perform, over and over": whole}
    for what, seconds in times.items():
        tell_times(what, [second / REPEATS for second in seconds])
    _tell_others(desk, rounds)
    return figures


def _cursor_at(desk: Path, depth: int) -> str:
    """The cursor after so many of the owner's tickets."""
    connection = sqlite3.connect(desk)
    row = connection.execute(
        "SELECT created_at, number FROM ticket WHERE team = 1 AND person = 1 "
        "ORDER BY created_at DESC, number DESC LIMIT 1 OFFSET ?",
        (depth - 1,),
    ).fetchone()
    connection.close()
    return encode_cursor(Sort.CREATED, *row)


def _bare(desk: Path, statement: Statement, people: range) -> Callable[[], object]:
    """The statement for one person after another, as columns, without pscli."""
    connection = sqlite3.connect(desk, isolation_level=None)
    values, random = statement.columns(), Random(1)

    def fetch() -> None:
        connection.execute("BEGIN")
        for _ in range(REPEATS):
            values["person"] = random.choice(people)
            connection.execute(statement.query, values).fetchall()
        connection.execute("COMMIT")

    return fetch


def _ours(database: Sqlite, statement: Statement, people: range) -> Callable[[], object]:
    """The same people in the same order, as records."""
    values, random = dict(statement.values), Random(1)

    def fetch() -> None:
        with database.transaction(writes=False) as sql:
            for _ in range(REPEATS):
                values["person"] = random.choice(people)
                sql.all(statement.kind, statement.query, **values)

    return fetch


def _whole(backend: Any, operation: Operation[Any, Any], **arguments: Any) -> Callable[[], object]:
    def perform() -> None:
        for _ in range(REPEATS):
            operation(backend, **arguments)

    return perform


def _tell_others(desk: Path, rounds: int) -> None:
    owner, agent = (
        open_local(str(desk), Identity(email=email), lambda: NOW) for email in (OWNER, AGENT)
    )
    number = list_tickets(owner).items[0].number
    jobs = {
        "list, by updated": _whole(owner, list_tickets, sort=Sort.UPDATED),
        "list, by due": _whole(owner, list_tickets, sort=Sort.DUE),
        "search, a common word": _whole(owner, list_tickets, search="folder"),
        "search, a rare word": _whole(owner, list_tickets, search=reference(7)),
        "show": _whole(owner, show_ticket, number=number),
        "queue": _whole(agent, list_queue),
    }
    took: list[list[float]] = in_turn(list(jobs.values()), max(3, rounds // 5))
    for what, seconds in zip(jobs, took, strict=True):
        tell_times(what, [second / REPEATS for second in seconds])
