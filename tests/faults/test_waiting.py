"""Who waits for a lock: it is there before the first statement, and Ctrl-C ends the waiting."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.requests import submit_request
from pscli.models.people import Identity
from pscli.operation import Sql, Work
from pscli.problems import Unavailable
from tests.conftest import PROGRAM
from tests.world import ANA, Clock

from .children import child
from .conftest import SOAK

INTERRUPTED = 2 * SOAK  # runs of each signal on each database
LIMIT = 0.3  # seconds from the signal to the end, beside what a process that only sleeps takes
SUBMIT = ["contact", "submit", "--as", ANA, "--subject", "Sync", "--body", "It stopped."]


def test_a_change_holds_the_lock_before_its_first_statement(desk_file: Path) -> None:
    """A writer that has begun keeps others out although it has read and written nothing yet."""
    database = open_database(str(desk_file))
    other = sqlite3.connect(desk_file, isolation_level=None, timeout=0)
    with database.transaction(writes=False):
        other.execute("BEGIN IMMEDIATE")  # a reader keeps nobody out
        other.execute("ROLLBACK")
    with (
        database.transaction(writes=True),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")  # it is free again with the end of the change
    other.close()
    database.close()


def test_a_change_waits_before_it_reads(desk_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """K1: a change that finds the lock taken has not read anything that it would have to forget."""
    begun: list[Sql] = []
    work = Local._work  # noqa: SLF001 - the first thing that a transaction does

    def noted(self: Local, sql: Sql, *, lock: bool = False, team: str | None = None) -> Work:
        begun.append(sql)
        return work(self, sql, lock=lock, team=team)

    monkeypatch.setattr(Local, "_work", noted)
    monkeypatch.setattr("pscli.backends.local.PATIENCE", 0.3)
    with child("hold", desk_file) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        database = open_database(str(desk_file))
        with pytest.raises(Unavailable, match=r"is busy\. Nothing was done"):
            submit_request(Local(database, Identity(email=ANA), Clock()), "Sync", "It stopped.")
        database.close()
    assert begun == []


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_waiting_change_can_be_interrupted(
    place: str, database: Database, clean_env: dict[str, str], sent: signal.Signals, code: int
) -> None:
    """Ctrl-C while another process holds the lock ends the program at once; nothing is written."""
    env = {**clean_env, "PSCLI_DB": place, "PSCLI_NOW": "2026-03-02T12:00:00Z"}
    moment = random.Random(INTERRUPTED)
    with child("hold", place) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        plain = end_of_a_sleeper(sent)
        took = []
        for _ in range(INTERRUPTED):
            with subprocess.Popen([*PROGRAM, *SUBMIT], env=env, stderr=subprocess.PIPE) as run:
                await_waiting(place, run)
                time.sleep(moment.uniform(0, 0.3))  # wherever in its waiting it is
                assert run.poll() is None
                took.append(seconds_to_end(run, sent))
                assert run.returncode == code
                assert run.stderr is not None
                assert b"Traceback" not in run.stderr.read()
    assert max(took) < LIMIT + plain, f"{sorted(took)}; one that only sleeps: {plain:.3f} s"
    with database.transaction(writes=False) as sql:
        assert sql.one(int, "SELECT count(*) FROM ticket") == 0
        assert sql.one(int, "SELECT count(*) FROM change WHERE operation = 'submit_request'") == 0


def seconds_to_end(run: "subprocess.Popen[bytes]", sent: signal.Signals) -> float:
    """Send a signal; how long it took until the process was gone."""
    begun = time.monotonic()
    run.send_signal(sent)
    run.wait(timeout=10)
    return time.monotonic() - begun


def end_of_a_sleeper(sent: signal.Signals) -> float:
    """How long an interpreter that only sleeps takes to end by the signal on this machine now."""
    code = "import time; print('asleep', flush=True); time.sleep(60)"
    words = [sys.executable, "-c", code]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdout=pipe, stderr=subprocess.DEVNULL) as sleeper:
        assert sleeper.stdout is not None
        assert sleeper.stdout.readline() == b"asleep\n"
        return seconds_to_end(sleeper, sent)


def await_waiting(place: str, run: "subprocess.Popen[bytes]") -> None:
    """Return once the program has the file open, or stands in the queue for the team's row."""
    end = time.monotonic() + 20
    while time.monotonic() < end and run.poll() is None:
        if "://" in place:
            with psycopg.connect(place) as connection:
                query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
                waits = (connection.execute(query).fetchone() or (0,))[0] > 0
        else:
            waits = str(Path(place).resolve()) in open_files(run.pid)
        if waits:
            return
        time.sleep(0.02)
    pytest.fail("it never came to wait")


def open_files(pid: int) -> list[str]:
    """What a process has open."""
    found = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            found.append(str(descriptor.readlink()))
    return found
