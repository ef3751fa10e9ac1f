"""Backups under four writers, and restores that are killed or meet a server: whole, always."""

import random
import subprocess
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.requests import submit_request
from pscli.desk.tickets import list_tickets
from pscli.models.people import Identity
from tests.conftest import Program
from tests.world import ANA, Clock

from .children import acting, child
from .conftest import SOAK, check_sound
from .test_files import at_rest
from .test_kill import running

BACKUPS = 5 * SOAK
KILLS = 5 * SOAK
WRITERS = 4


def subjects(place: str) -> list[str]:
    """The subjects of Ana's requests, in the order of their numbers."""
    database = open_database(place)
    with database.transaction(writes=False) as sql:
        found = sql.all(str, "SELECT subject FROM ticket ORDER BY number")
        messages = sql.one(int, "SELECT count(*) FROM message")
    database.close()
    assert messages == len(found)  # no ticket without its text, no text without its ticket
    return found


def drain(writer: "subprocess.Popen[str]") -> None:
    """Read what a writer says: with a full pipe it would wait for ever."""
    assert writer.stdout is not None
    with suppress(ValueError, OSError):  # it is closed when the writer is killed
        for _ in writer.stdout:
            pass


def test_backups_under_four_writers(peopled: Program, tmp_path: Path) -> None:
    """Each holds what was acknowledged before it began, is a state that was committed, restores."""
    desk, copy = peopled.env["PSCLI_DB"], tmp_path / "copy.db"
    restored = Program({**peopled.env, "PSCLI_DB": str(tmp_path / "restored.db")})
    kept = []
    with ExitStack() as stack:
        writers = [
            stack.enter_context(child("submit", desk, f"w{n}", 1_000_000)) for n in range(WRITERS)
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.close()
            threading.Thread(target=drain, args=[writer], daemon=True).start()
        for _ in range(BACKUPS):
            before = subjects(desk)
            peopled.ok("desk", "backup", "--to", str(copy), "--force")
            restored.ok("desk", "restore", str(copy), "--yes")
            check_sound(restored.env["PSCLI_DB"])
            kept.append(subjects(restored.env["PSCLI_DB"]))
            assert kept[-1][: len(before)] == before
    after = subjects(desk)
    assert all(after[: len(each)] == each for each in kept)
    assert len(kept[0]) < len(kept[-1]) < len(after)  # they were written to all the time
    check_sound(desk)


def test_killed_restores_leave_a_desk(peopled: Program, tmp_path: Path) -> None:
    """Killed at any moment: the desk is what it was, or what the backup is, and nothing else."""
    desk, copy = Path(peopled.env["PSCLI_DB"]), tmp_path / "copy.db"
    moments = random.Random(60)
    backend = acting(str(desk), ANA)
    for n in range(300):
        submit_request(backend, f"Request {n}", "It stopped. " * 100)
    backend.close()
    peopled.ok("desk", "backup", "--to", str(copy))
    words = ["desk", "restore", str(copy), "--yes"]
    begun = time.monotonic()
    peopled.ok(*words)
    usual = time.monotonic() - begun
    written = 0
    for n in range(KILLS):
        backend = acting(str(desk), ANA)
        submit_request(backend, f"New {n}", "It stopped.")
        with running(peopled, words) as run:  # the log still holds the newest request
            if n % 2:
                time.sleep(moments.uniform(0.5, 1.1) * usual)
            else:
                await_growth(run, Path(f"{desk}-wal"), moments.uniform(0.1, 1))
            run.kill()
        backend.close()
        found = subjects(str(desk))
        assert found[:300] == [f"Request {n}" for n in range(300)]
        assert found[300:] in ([], [f"New {n}"])
        written += not found[300:]
        check_sound(str(desk))
        peopled.ok(*words)
    assert written < KILLS
    assert subjects(str(desk)) == subjects(str(copy))


def await_growth(run: object, log: Path, share: float) -> None:
    """Wait until a restore has written so much of its megabyte into the desk's log, or ends."""
    begun = log.stat().st_size if log.exists() else 0
    while run.poll() is None:  # type: ignore[attr-defined]
        if log.exists() and log.stat().st_size > begun + share * 1_000_000:
            return
        time.sleep(0.0002)


def test_a_restore_reaches_whoever_has_the_desk_open(peopled: Program, tmp_path: Path) -> None:
    """A server's connection sees the restored desk, and what it writes then is in that desk."""
    desk, copy = peopled.env["PSCLI_DB"], tmp_path / "copy.db"
    database = open_database(desk)
    ana = Local(database, Identity(email=ANA), Clock())
    submit_request(ana, "Before", "It stopped.")
    peopled.ok("desk", "backup", "--to", str(copy))
    submit_request(ana, "Since", "It stopped.")
    peopled.ok("desk", "restore", str(copy), "--yes")
    assert [ticket.subject for ticket in list_tickets(ana).items] == ["Before"]
    submit_request(ana, "Later", "It stopped.")
    database.close()
    assert subjects(desk) == ["Before", "Later"]
    check_sound(desk)


def test_a_desk_that_is_none_is_replaced(peopled: Program, tmp_path: Path) -> None:
    """A damaged file, a text, nothing at all: after a restore there is the desk."""
    desk, copy = Path(peopled.env["PSCLI_DB"]), tmp_path / "copy.db"
    submit_request(acting(str(desk), ANA), "Before", "It stopped.")
    peopled.ok("desk", "backup", "--to", str(copy))
    at_rest(desk)
    sound = desk.read_bytes()
    for spoilt in (b"Dear support,\n" * 500, sound[:5000], sound[:60], b"", None):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{desk}{suffix}").unlink(missing_ok=True)
        if spoilt is not None:
            desk.write_bytes(spoilt)
        peopled.ok("desk", "restore", str(copy), "--yes")
        assert subjects(str(desk)) == ["Before"]
        check_sound(str(desk))
