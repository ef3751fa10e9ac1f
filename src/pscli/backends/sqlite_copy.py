"""Backups of a desk's file: whole committed states, taken while others write, proved before use."""

import os
import sqlite3
import time
from pathlib import Path

from pscli.problems import DataRefused, StateForbids, Unavailable

from .local import PATIENCE
from .sqlite import Sqlite
from .sqlite_schema import address

_NO_DESK = ("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_READONLY", "SQLITE_CANTOPEN")


def back_up(source: Sqlite, target: Path, *, force: bool = False) -> int:
    """Write one committed state of the desk to a new file of the owner alone; returns its bytes.

    Copying the file itself would tear it: half of such copies cannot be read.
    """
    if target.exists() and not force:
        raise StateForbids(f"{target} exists.", hint="Name another file, or add --force.")
    if source.path.exists() and target.exists() and target.samefile(source.path):
        raise StateForbids("A desk cannot be its own backup.", hint="Name another file.")
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with source.transaction(writes=False) as transaction:
            _copy(transaction.connection, temporary)
        _check(Sqlite(temporary))
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{temporary}{suffix}").unlink(missing_ok=True)
    return target.stat().st_size


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        connection.backup(copy, pages=1000)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole without its companions
    finally:
        copy.close()


def _check(backup: Sqlite) -> None:
    """Refuse a file that is no sound desk."""
    try:
        findings = backup.integrity()
    finally:
        backup.close()
    if findings:
        raise DataRefused(
            f"{backup.path} is no sound backup: {findings[0]}.", hint="Take another backup."
        )


def restore(backup: Path, target: Path) -> None:
    """Put a backup in the desk's place: proved first, then there whole or not at all.

    Whoever has the desk open, such as a server, goes on with what is there then.
    """
    if target.exists() and backup.exists() and backup.samefile(target):
        raise StateForbids("This file is the desk itself.", hint="Name a backup.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    checked = Sqlite(backup)
    fresh = target.with_name(f".{target.name}.restored.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    try:
        back_up(checked, fresh)
        put_in_place(fresh, target)
    finally:
        checked.close()
        fresh.unlink(missing_ok=True)


def put_in_place(fresh: Path, target: Path) -> None:
    """Make a sound desk that nobody has open the one at `target`, whatever is there.

    Raises Unavailable where somebody writes there all the time.
    """
    if target.exists() and _written_over(fresh, target):
        return
    wal = sqlite3.connect(fresh, isolation_level=None)
    wal.execute("PRAGMA journal_mode = WAL")
    wal.close()
    for suffix in ("-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    fresh.replace(target)


def _written_over(fresh: Path, target: Path) -> bool:
    """Write every page into the file at `target` in one transaction; False where it is no desk.

    Another file of that name would part whoever has it open from everybody else, and a file parted
    from its log loses what the log holds.
    """
    deadline = time.monotonic() + PATIENCE

    def wait(_: int, left: int, total: int) -> None:
        if left == total and time.monotonic() > deadline:
            raise Unavailable(f"{target} is busy. Nothing was done.", hint="Repeat the command.")

    source = sqlite3.connect(fresh, isolation_level=None)
    desk = sqlite3.connect(address(target, "rw"), uri=True, isolation_level=None)
    try:
        if desk.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            return False
        source.backup(desk, progress=wait, sleep=0.1)
    except sqlite3.DatabaseError as error:
        if not error.sqlite_errorname.startswith(_NO_DESK):
            raise Sqlite(target).refusal(error) from error
        return False
    finally:
        desk.close()
        source.close()
    return True
