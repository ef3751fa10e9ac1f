"""The database for many teams: PostgreSQL, the same SQL with its own placeholder spelling."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import psycopg
from psycopg import IsolationLevel, errors
from psycopg_pool import ConnectionPool, PoolTimeout

from pscli.codec import from_rows, to_columns
from pscli.operation import MOST_WORDS, Search
from pscli.problems import (
    DataRefused,
    InvalidValue,
    NotSignedIn,
    Problem,
    StateForbids,
    Unavailable,
)

from .local import Conflict, Unsure
from .schema import SHIPPED, Schema, newer, older

T = TypeVar("T")

MIGRATION_LOCK = 0x70736331  # the advisory lock under which the schema changes
_RETRIED = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    errors.UniqueViolation,  # another team's change was first: looking again sees it
)

# psycopg's prepared statements flip to a generic plan after five runs: 0.4 -> 230 ms for one list.
_OPTIONS = "-c plan_cache_mode=force_custom_plan -c lock_timeout=2s -c timezone=UTC"

# The driver logs connections that it replaces; where nobody set up a log, that is no message.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class Postgres:
    """A desk in a PostgreSQL database; connections are pooled and replaced when they die."""

    look_every = 0.2

    def __init__(
        self, url: str, size: int = 1, schema: Schema = SHIPPED, *, upgrade: bool = True
    ) -> None:
        self.url = url
        self.upgrade = upgrade  # an older desk is brought up, else refused
        self.schema = schema
        self._checked = False
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=size,
            timeout=5,
            open=False,
            kwargs={"options": _OPTIONS, "connect_timeout": 5},
        )

    @contextmanager
    def transaction(self, *, writes: bool) -> "Iterator[Transaction]":
        """One transaction: READ COMMITTED under the team's lock, or one snapshot to read.

        Raises Conflict where trying again makes sense, Unavailable when no connection is to be had.
        """
        self._open()
        connection, committing = None, False
        try:
            with self._pool.connection() as connection:
                connection.set_read_only(not writes)
                connection.set_isolation_level(
                    IsolationLevel.READ_COMMITTED if writes else IsolationLevel.REPEATABLE_READ
                )
                yield Transaction(connection)
                committing = writes
        except PoolTimeout as error:
            raise _unreachable() from error
        except psycopg.Error as error:
            if isinstance(error, psycopg.OperationalError) and connection and connection.closed:
                lost = Unsure if committing else Conflict
                raise lost("The connection to the database was lost.") from error
            raise _translate(error) from error

    def pulse(self) -> int:
        """Always another number: PostgreSQL is looked at anew each time."""
        return time.monotonic_ns()

    def create(self) -> None:
        """Make the tables; an existing desk is refused."""
        with self._administer() as connection:
            version = _version(connection)
            if version > self.schema.newest or (version and _is_laid(connection)):
                raise StateForbids("This database holds a desk already.", hint="Use another one.")
            _migrate(connection, self.schema)

    def version(self) -> int:
        """The version of its schema, which is not brought up; 0 where there is no desk."""
        with self._administer() as connection:
            return _version(connection)

    def integrity(self) -> list[str]:
        """Nothing: PostgreSQL keeps watch over its own files."""
        return []

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _open(self) -> None:
        if self._checked:
            return
        with self._administer() as connection:
            version = _version(connection)
            if version == 0:
                raise DataRefused("This database holds no desk.", hint="Make one: pscli init")
            newest = self.schema.newest
            if version > newest:
                raise newer(version, newest)
            if version < newest:
                if not self.upgrade:
                    raise older(version, newest)
                _migrate(connection, self.schema)
        self._pool.open()
        self._checked = True

    @contextmanager
    def _administer(self) -> "Iterator[psycopg.Connection[Any]]":
        try:
            connection = psycopg.connect(self.url, autocommit=True, connect_timeout=5)
        except psycopg.ProgrammingError:  # its text repeats the address, password included
            raise InvalidValue(
                "The address of the database cannot be read.",
                hint="Write it as postgresql://USER@HOST/NAME",
            ) from None
        except psycopg.OperationalError as error:
            raise _refused(error) from error
        try:
            with connection:
                yield connection
        except psycopg.Error as error:
            raise _translate(error) from error


class Transaction:
    """PostgreSQL's side of the port."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self.connection = connection

    def all(self, kind: type[T], query: str, /, **values: Any) -> list[T]:
        """Every row as `kind`."""
        cursor = self._run(query, values)
        return from_rows(
            kind, [column.name for column in cursor.description or ()], cursor.fetchall()
        )

    def one(self, kind: type[T], query: str, /, **values: Any) -> T | None:
        """The first row as `kind`, or None."""
        cursor = self._run(query, values)
        row = cursor.fetchone()
        if row is None:
            return None
        return from_rows(kind, [column.name for column in cursor.description or ()], [row])[0]

    def run(self, query: str, /, **values: Any) -> int:
        """How many rows the statement changed."""
        return self._run(query, values).rowcount

    def lock(self, team: int) -> None:
        """Take the team's row, or the desk's, until the transaction ends."""
        table = "team" if team else "desk"
        self._run(f"SELECT 1 FROM {table} WHERE id = :team FOR UPDATE", {"team": team})

    def index(self, team: int, number: int, words: list[str]) -> None:
        """Add words to a ticket's row in the index."""
        self.connection.execute(
            "INSERT INTO ticket_words (team, ticket, words) "
            "VALUES (%s, %s, array_to_tsvector(%s::text[])) ON CONFLICT (team, ticket) "
            "DO UPDATE SET words = ticket_words.words || excluded.words "
            "WHERE length(ticket_words.words) <= %s",
            (team, number, list(dict.fromkeys(words)), MOST_WORDS),
        )

    def search(self, words: list[str], most: int) -> Search:
        """The planner knows how common words are; a word that ends in `*` is a prefix."""
        terms = (f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'" for word in words)
        query = " & ".join(terms)
        hits = "FROM ticket_words WHERE words @@ CAST(:words AS tsquery)"
        counted = f"SELECT count(*) FROM (SELECT 1 {hits} LIMIT :most) AS hits"
        many = (self.one(int, counted, words=query, most=most + 1) or 0) > most
        condition = f"(team, number) IN (SELECT team, ticket {hits})"
        return Search("ticket_record", condition, query, many)

    def _run(self, query: str, values: dict[str, Any]) -> "psycopg.Cursor[Any]":
        return self.connection.execute(_spell(query), to_columns(values))


@cache
def _spell(query: str) -> str:
    """`:name` as psycopg spells it; a colon after a colon or a word is no placeholder."""
    return re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", query.replace("%", "%%"))


def _version(connection: "psycopg.Connection[Any]") -> int:
    """The schema's version; 0 where there is no desk."""
    row = connection.execute("SELECT to_regclass('schema_version') IS NOT NULL").fetchone()
    if not row or not row[0]:
        return 0
    found = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    return int(found[0] or 0) if found else 0


def _is_laid(connection: "psycopg.Connection[Any]") -> bool:
    """Whether the desk's row is there; a killed `init` leaves tables without it."""
    return connection.execute("SELECT 1 FROM desk").fetchone() is not None


def _migrate(connection: "psycopg.Connection[Any]", schema: Schema) -> None:
    """Bring the schema up under an advisory lock, each version in a transaction of its own."""
    connection.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)")
    for number, text in schema.after("postgres", _version(connection)):
        with connection.transaction():
            connection.execute(text)
            connection.execute("INSERT INTO schema_version VALUES (%s)", (number,))
    connection.execute("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))


def _refused(error: psycopg.OperationalError) -> Problem:
    """Why there is no connection; the server's own words never hold the password."""
    said = str(error)
    if "password" in said or ("role" in said and "does not exist" in said):
        return NotSignedIn(
            "PostgreSQL refused the user or the password.",
            hint="Name the user in the address; put the password into PGPASSWORD or ~/.pgpass.",
        )
    if "database" in said and "does not exist" in said:
        return DataRefused(
            "PostgreSQL has no database of that name.", hint="Make it: createdb NAME; pscli init"
        )
    return _unreachable()


def _unreachable() -> Unavailable:
    return Unavailable(
        "The database does not answer. Nothing was done.",
        hint="Check that PostgreSQL runs and that the address is right.",
        retry_after=2,
    )


def _translate(error: psycopg.Error) -> Exception:
    if isinstance(error, _RETRIED):
        return Conflict("The database is busy.", hint="Repeat the command.")
    if isinstance(error, errors.DiskFull):
        return DataRefused(
            "The database has no space left. Nothing was changed.", hint="Make room, then repeat."
        )
    if isinstance(error, errors.InsufficientPrivilege):
        return DataRefused(
            "The database's user may not do this. Nothing was changed.",
            hint="Use the user that made the desk, or grant its rights.",
        )
    if isinstance(error, psycopg.OperationalError):
        return _unreachable()
    return error
