"""The tables of an SQLite file: brought up, recognised, and proved to be what they should be."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from .schema import Schema

APPLICATION_ID = 0x70736331  # "psc1": a file without it is no desk


def address(path: Path, mode: str) -> str:
    """A file as SQLite is told of it; urllib's quoting would cost the start-up path 3 ms."""
    quoted = str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{quoted}?mode={mode}"


def version_of(path: Path, mode: str) -> int:
    """The version of a desk's schema; 0 where the file is none."""
    connection = sqlite3.connect(address(path, mode), uri=True, isolation_level=None)
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()
    return version if application == APPLICATION_ID else 0


def migrate(connection: sqlite3.Connection, schema: Schema) -> None:
    """Bring the schema up, each version in a transaction of its own that carries its number."""
    while (version := connection.execute("PRAGMA user_version").fetchone()[0]) < schema.newest:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] == version:
                number, text = next(schema.after("sqlite", version))
                for statement in _statements(text):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _statements(text: str) -> Iterator[str]:
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def is_unfinished(connection: sqlite3.Connection, schema: Schema) -> bool:
    """Whether the file is empty, or what a killed `init` leaves: ours, without the desk's row."""
    tables, version, application = connection.execute(
        "SELECT (SELECT count(*) FROM sqlite_master), user_version, application_id "
        "FROM pragma_user_version, pragma_application_id"
    ).fetchone()
    if application == APPLICATION_ID and 0 < version <= schema.newest:
        return connection.execute("SELECT 1 FROM desk").fetchone() is None
    return bool(tables == 0 and version == 0)


def damage(connection: sqlite3.Connection, schema: Schema) -> list[str]:
    """What is wrong with the file, in SQLite's words; nothing on a sound one."""
    rows = connection.execute("PRAGMA integrity_check(100)").fetchall()
    found = [row[0] for row in rows if row[0] != "ok"]
    for table, row, other, _ in connection.execute("PRAGMA foreign_key_check"):
        found.append(f"row {row} of {table} refers to no {other}")
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    migrate(fresh, schema)
    if _tables(fresh) != _tables(connection):
        found.append("the tables are not those of this program")
    fresh.close()
    return found


def _tables(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The statements of our own tables; those behind the search index are SQLite's."""
    return connection.execute(
        "SELECT name, sql FROM sqlite_master "
        "WHERE name NOT LIKE 'sqlite%' AND name NOT LIKE 'ticket\\_words\\_%' ESCAPE '\\' "
        "ORDER BY name"
    ).fetchall()
