"""The default database: one file, readable by its owner alone."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pscli.codec import from_rows, to_column, to_columns
from pscli.operation import MOST_WORDS, Search
from pscli.problems import DataRefused, StateForbids

from . import sqlite_schema
from .local import Conflict
from .schema import SHIPPED, Schema, newer, older

T = TypeVar("T")

WAIT_SLICE = 0.1  # seconds in SQLite's own waiting, where Ctrl-C is deaf
_OLDEST_SQLITE = (3, 38, 0)  # the first with format()
_ERRORS = (sqlite3.Error, UnicodeDecodeError, TypeError)  # a text, a column's name is damaged
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
_ROOM = "Make room on the disk, then repeat the command."
_RESTORE = "Restore a backup: pscli desk restore FILE"
_REFUSED = (  # names of errors, what they mean for the file, what to do
    ("SQLITE_READONLY", "cannot be written.", "Check the rights of the file and its folder."),
    ("SQLITE_CANTOPEN", "cannot be opened.", "Check the path and the rights of the file."),
    ("SQLITE_FULL", "could not be written: {}. Nothing was changed.", _ROOM),
    ("SQLITE_IOERR", "could not be read or written: {}. Nothing was changed.", _ROOM),
    ("SQLITE_CORRUPT", "is damaged: {}.", _RESTORE),
    ("SQLITE_NOTADB", "is damaged or no desk: {}.", _RESTORE),
    (("OperationalError", "Unicode"), "is damaged: {}.", _RESTORE),  # text that is no UTF-8
)


class Sqlite:
    """One desk in one file; each thread has its own connection."""

    look_every = 0.1

    def __init__(self, path: Path, schema: Schema = SHIPPED, *, upgrade: bool = True) -> None:
        self.path = path
        self.upgrade = upgrade  # an older desk is brought up, else refused
        self.schema = schema
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []

    @contextmanager
    def transaction(self, *, writes: bool) -> "Iterator[Transaction]":
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises Conflict when another writer holds the file, DataRefused when the file is no good.
        """
        try:
            transaction = getattr(self._local, "transaction", None) or self._open()
            transaction.begin(writes=writes)
            try:
                yield transaction
                transaction.commit()
            except BaseException:
                transaction.rollback()
                raise
        except _ERRORS as error:
            raise self.refusal(error) from error

    def pulse(self) -> int:
        """SQLite's count of what others committed."""
        transaction = getattr(self._local, "transaction", None) or self._open()
        return int(transaction.connection.execute("PRAGMA data_version").fetchone()[0])

    def create(self) -> None:
        """Make the file with the newest schema; an existing desk is refused."""
        try:
            self._make_file()
            connection = self._connect("rw")
            if not sqlite_schema.is_unfinished(connection, self.schema):
                raise StateForbids(
                    f"{self.path} exists.", hint="Use another file, or --force to replace it."
                )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA application_id = {sqlite_schema.APPLICATION_ID}")
            sqlite_schema.migrate(connection, self.schema)
            connection.close()
        except _ERRORS as error:
            raise self.refusal(error) from error
        except OSError as error:
            raise self._unusable(error) from error

    def integrity(self) -> list[str]:
        """What SQLite itself finds wrong with the file; nothing on a sound one."""
        with self.transaction(writes=False) as transaction:
            return sqlite_schema.damage(transaction.connection, self.schema)

    def version(self) -> int:
        """The version of its schema, which is not brought up; 0 where the file is no desk."""
        try:
            return sqlite_schema.version_of(self.path, self._mode())
        except _ERRORS as error:
            raise self.refusal(error) from error

    def close(self) -> None:
        """Close the connections of every thread."""
        for connection in self._all:
            connection.close()
        self._all.clear()
        self._local = threading.local()

    def _make_file(self) -> None:
        """An empty file of the owner alone, in a folder of the owner alone, where there is none."""
        for folder in reversed(self.path.parents):
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        if self.path.stat().st_size == 0:
            self.path.chmod(0o600)

    def _open(self) -> "Transaction":
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise DataRefused(
                f"SQLite {sqlite3.sqlite_version} is too old.", hint="Python with SQLite >= 3.38."
            )
        try:
            there = self.path.exists()
        except OSError as error:
            raise self._unusable(error) from error
        if not there:
            raise DataRefused(
                f"There is no desk at {self.path}.",
                hint="Make one: pscli init, or with samples: pscli init --demo",
            )
        connection = self._connect(self._mode())
        try:
            self._check_version(connection)
        except BaseException:
            self._all.remove(connection)
            connection.close()
            raise
        self._local.transaction = transaction = Transaction(connection)
        return transaction

    def _mode(self) -> str:
        """How to open: without the right to write, a file at rest is read without its helpers."""
        if os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK):
            return "rw"
        log = Path(f"{self.path}-wal")
        return "ro" if log.exists() and log.stat().st_size else "ro&immutable=1"

    def _check_version(self, connection: sqlite3.Connection) -> None:
        """Refuse a file that is no desk or of a newer program; bring an older one up."""
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if application != sqlite_schema.APPLICATION_ID or version == 0:
            raise DataRefused(
                f"{self.path} is not a desk.", hint="Name another file in PSCLI_DB, or pscli init."
            )
        newest = self.schema.newest
        if version > newest:
            raise newer(version, newest)
        if version < newest:
            if not self.upgrade:
                raise older(version, newest)
            sqlite_schema.migrate(connection, self.schema)

    def _connect(self, mode: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            sqlite_schema.address(self.path, mode),
            uri=True,
            isolation_level=None,
            timeout=WAIT_SLICE,
            check_same_thread=False,
        )
        self._all.append(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def refusal(self, error: Exception) -> Exception:
        """The error as a Problem; as it is where only a defect of ours can be its cause."""
        name = getattr(error, "sqlite_errorname", None) or type(error).__name__
        if name.startswith(_BUSY):
            return Conflict(f"{self.path} is busy.", hint="Repeat the command.")
        for names, sentence, hint in _REFUSED:
            if name.startswith(names):
                return DataRefused(f"{self.path} {sentence.format(error)}", hint=hint)
        in_words = name == "SQLITE_CONSTRAINT"  # our own constraints have longer names
        if in_words or self._is_damaged():
            return DataRefused(f"{self.path} is damaged: {error}.", hint=_RESTORE)
        return error

    def _is_damaged(self) -> bool:
        """Whether an error that no sound file could cause is the file's fault."""
        connection = self._connect("ro")
        try:
            return bool(sqlite_schema.damage(connection, self.schema))
        except sqlite3.Error:
            return True
        finally:
            connection.close()

    def _unusable(self, error: OSError) -> DataRefused:
        hint = "Check the path, the rights of its folder and the room on the disk."
        return DataRefused(f"{self.path} cannot be used: {error.strerror}.", hint=hint)


class Transaction:
    """SQLite's side of the port."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._reading = False
        self._words: dict[int, list[str]] = {}

    def begin(self, *, writes: bool) -> None:
        """Begin; a writer takes the lock at once, a reader cannot write."""
        self._words.clear()
        if self._reading is writes:
            self.connection.execute(f"PRAGMA query_only = {int(not writes)}")
            self._reading = not writes
        self.connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    def rollback(self) -> None:
        """Undo; SQLite has done so already after a full disk."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def all(self, kind: type[T], query: str, /, **values: Any) -> list[T]:
        """Every row as `kind`."""
        cursor = self._run(query, values)
        names = [column[0] for column in cursor.description]
        return from_rows(kind, names, cursor.fetchall())

    def one(self, kind: type[T], query: str, /, **values: Any) -> T | None:
        """The first row as `kind`, or None."""
        cursor = self._run(query, values)
        row = cursor.fetchone()
        names = [column[0] for column in cursor.description]
        cursor.close()
        return None if row is None else from_rows(kind, names, [row])[0]

    def run(self, query: str, /, **values: Any) -> int:
        """How many rows the statement changed."""
        return self._run(query, values).rowcount

    def lock(self, team: int) -> None:
        """Nothing to do: BEGIN IMMEDIATE holds the whole file."""

    def index(self, team: int, number: int, words: list[str]) -> None:
        """Remember words of a ticket until the end: its row in the index is written once."""
        self._words.setdefault(_text_id(team, number), []).extend(words)

    def commit(self) -> None:
        """Write the words, then commit."""
        self._write_words()
        self.connection.execute("COMMIT")

    def _write_words(self) -> None:
        """Add new words to the index, whose content is elsewhere: it must be told the old ones."""
        for row, words in self._words.items():
            old = self.one(str, "SELECT words FROM ticket_text WHERE id = :row", row=row)
            known = (old or "").split()
            text = " ".join(dict.fromkeys([*known, *words]))
            if text == old or len(known) > MOST_WORDS:
                continue
            if old is not None:
                self.run(_FORGET, row=row, text=old)
            self.run(_TEXT, row=row, text=text)
            self.run(_INDEX, row=row, text=text)
        self._words.clear()

    def search(self, words: list[str], most: int) -> Search:
        """Few hits drive the query, many are looked up on the way; a word with `*` is a prefix."""
        match = " AND ".join(
            f'"{word[:-1]}" *' if word.endswith("*") else f'"{word}"' for word in words
        )
        self._write_words()
        hits = self.all(int, f"{_HITS} LIMIT :most", words=match, most=most + 1)
        if len(hits) > most:
            condition = f"(team * {_TEAM_STEP} + number) IN ({_HITS})"
            return Search("ticket_record", condition, match, many=True)
        return Search(_FEW_HITS, "team = hit_team AND number = hit", to_column(hits))

    def _run(self, query: str, values: dict[str, Any]) -> sqlite3.Cursor:
        return self.connection.execute(query, to_columns(values))


_TEAM_STEP = 1 << 32
_TEXT = """INSERT INTO ticket_text (id, words) VALUES (:row, :text)
    ON CONFLICT (id) DO UPDATE SET words = excluded.words"""
_INDEX = "INSERT INTO ticket_words (rowid, words) VALUES (:row, :text)"
_FORGET = "INSERT INTO ticket_words (ticket_words, rowid, words) VALUES ('delete', :row, :text)"
_HITS = "SELECT rowid FROM ticket_words WHERE ticket_words MATCH :words"
# CROSS JOIN is how SQLite is told which side to begin with.
_FEW_HITS = f"""(SELECT value / {_TEAM_STEP} AS hit_team, value % {_TEAM_STEP} AS hit
    FROM json_each(:words)) AS hits CROSS JOIN ticket_record"""


def _text_id(team: int, number: int) -> int:
    return team * _TEAM_STEP + number
