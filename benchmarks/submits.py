"""Acknowledged submits a second, against a loop of bare sqlite3 that writes the same rows."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from pscli.backends.local import Local
from pscli.backends.sqlite import Sqlite
from pscli.desk.requests import submit_request
from pscli.models.people import Identity

from .desks import OWNER, folder, sqlite_desk
from .measure import Figure, in_turn, ratio, tell

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
REQUEST = {
    "subject": "The shared folder does not sync since the update",
    "body": "Hello, a team folder shows an old version. It worked until last week. " * 3,
    "product": "dropbox",
    "issue_type": "sync",
}
_TABLES = ("ticket", "message", "clock", "change", "ticket_count", "ticket_text")


def run(*, quick: bool) -> list[Figure]:
    """Two copies of a desk: one takes submits through `perform`, the other rows in a loop."""
    rounds, submits = (3, 30) if quick else (15, 300)
    desk = sqlite_desk(5_000 if quick else 20_000)
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        ours, bare = Path(place) / "ours.db", Path(place) / "bare.db"
        for copy in (ours, bare):
            shutil.copy(desk, copy)
        database = Sqlite(ours)
        filed = performed(database, submits)
        written = _written(bare, submits, _rows_of_one(database, ours))
        for_ours, for_bare = in_turn([filed, written], rounds)
        database.close()
        _check_alike(ours, bare)
    figure = Figure(
        "acknowledged submits a second", "bare loop", ratio(for_bare, for_ours), 0.5, at_least=True
    )
    tell("submits", [figure])
    for what, seconds in (("submits", for_ours), ("bare loop", for_bare)):
        print(f"  {submits / sorted(seconds)[len(seconds) // 2]:8.0f} a second, {what}")
    return [figure]


def performed(database: Sqlite, submits: int) -> Callable[[], object]:
    """A job that files so many requests, each acknowledged."""
    backend = Local(database, Identity(email=OWNER), lambda: NOW)
    numbers = count(1)

    def submit() -> None:
        for _ in range(submits):
            backend.perform(submit_request, REQUEST, f"key-{next(numbers)}")

    return submit


def _rows_of_one(database: Sqlite, path: Path) -> dict[str, dict[str, Any]]:
    """What one submit wrote, table by table."""
    backend = Local(database, Identity(email=OWNER), lambda: NOW)
    number = backend.perform(submit_request, REQUEST, "key-0").record.number
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    where = {
        "ticket": f"number = {number}",
        "message": f"ticket = {number}",
        "clock": f"ticket = {number}",
        "change": "key = 'key-0'",
        "ticket_count": "person = 1 AND status = 'open' AND product = 'dropbox' "
        "AND issue_type = 'sync' AND channel = 'request' AND language = 'en'",
        "ticket_text": f"id = {(1 << 32) + number}",
    }
    rows = {
        table: dict(connection.execute(f"SELECT * FROM {table} WHERE {where[table]}").fetchone())
        for table in _TABLES
    }
    connection.close()
    return rows


_ROLLED_UP = [
    f"INSERT INTO {table} VALUES ({', '.join('?' * (len(place) + 5))}) ON CONFLICT "
    f"(team, person, grain, period, {', '.join(place)}) "
    f"DO UPDATE SET {counted} = {counted} + excluded.{counted}"
    for table, place, counted in (
        ("ticket_rollup", ("issue_type", "product"), "tickets"),
        ("clock_rollup", ("state", "minutes"), "clocks"),
    )
]
_PLACES = [(1, "month", "2026-01"), (0, "month", "2026-01"), (0, "day", "2026-01-15")]
_PLACED = [
    [(1, *place, *kind, 1) for place in _PLACES] for kind in (("sync", "dropbox"), ("running", 0))
]


def _written(path: Path, submits: int, rows: dict[str, dict[str, Any]]) -> Callable[[], object]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    inserts = {
        table: f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{n}' for n in row)})"
        for table, row in rows.items()
    }
    inserts["ticket_count"] += (
        " ON CONFLICT (team, person, status, product, issue_type, channel, language) "
        "DO UPDATE SET tickets = tickets + 1"
    )
    words = "INSERT INTO ticket_words (rowid, words) VALUES (:id, :words)"
    take = "UPDATE team SET tickets = tickets + 1, open = open + 1 WHERE id = 1 RETURNING tickets"

    def write() -> None:
        for _ in range(submits):
            connection.execute("BEGIN IMMEDIATE")
            number = connection.execute(take).fetchone()[0]
            at = {"number": number, "ticket": number}
            text = {**rows["ticket_text"], "id": (1 << 32) + number}
            connection.execute(inserts["ticket"], {**rows["ticket"], "number": number})
            connection.execute(inserts["ticket_count"], {**rows["ticket_count"], "tickets": 1})
            connection.execute(inserts["message"], {**rows["message"], **at})
            connection.execute(inserts["clock"], {**rows["clock"], **at})
            for statement, placed in zip(_ROLLED_UP, _PLACED, strict=True):
                connection.executemany(statement, placed)
            connection.execute(inserts["ticket_text"], text)
            connection.execute(words, text)
            change = {**rows["change"], "id": None, "key": f"key-{number}"}
            connection.execute(inserts["change"], change)
            connection.execute("COMMIT")

    return write


def _check_alike(ours: Path, bare: Path) -> None:
    """Both desks must hold as many rows, or the comparison is void; ours has the sample too."""
    counts = []
    for path in (ours, bare):
        connection = sqlite3.connect(path)
        queries = [f"SELECT count(*) FROM {table}" for table in (*_TABLES, "ticket_words")]
        queries.append("SELECT sum(tickets) FROM ticket_count")
        queries.append("SELECT sum(tickets) FROM ticket_rollup")
        queries.append("SELECT sum(clocks) FROM clock_rollup")
        counts.append([connection.execute(query).fetchone()[0] for query in queries])
        connection.close()
    more = [a - b for a, b in zip(*counts, strict=True)]
    assert more == [1, 1, 1, 1, 0, 1, 1, 1, 3, 3], more
