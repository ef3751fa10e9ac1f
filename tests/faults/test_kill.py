"""`kill -9` at any moment: what was acknowledged is there, what is repeated is done once (B10)."""

import json
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from pscli.backends import open_database
from tests.conftest import PROGRAM, Program

from .children import acting, child, step
from .conftest import SOAK, check_sound

KILLS = 10 * SOAK  # of a purchase, a chat and so on: see test_sequences.py
DESK = ("-o", "json", "--idempotency-key")


def command(n: int) -> list[str]:
    """The nth change of an endless correspondence, as a person types it."""
    who, _, arguments = step(n)
    number, body = str(arguments.get("number")), str(arguments["body"])
    words = [
        ["contact", "submit", "--subject", str(arguments.get("subject"))],
        ["hub", "tickets", "reply", number],
        ["support", "reply", "Acme", number],
    ][n % 3]
    return [*words, "--body", body, "--as", who, *DESK, f"step-{n}"]


def keys(place: str) -> set[str]:
    """The keys of every change that the desk holds."""
    database = open_database(place)
    with database.transaction(writes=False) as sql:
        found = sql.all(str, "SELECT key FROM change WHERE key LIKE 'step-%'")
    database.close()
    assert len(found) == len(set(found))
    return set(found)


def messages(place: str) -> list[int]:
    """How many messages each ticket has."""
    database = open_database(place)
    with database.transaction(writes=False) as sql:
        found = sql.all(int, "SELECT messages FROM ticket ORDER BY number")
    database.close()
    return found


@contextmanager
def running(
    program: Program, words: list[str], stdin: str = ""
) -> Iterator["subprocess.Popen[bytes]"]:
    """One run of the real program, which the block may kill."""
    pipe = subprocess.PIPE
    with TemporaryFile() as given:
        given.write(stdin.encode())
        given.seek(0)
        run = subprocess.Popen(
            [*PROGRAM, *words], env=program.env, stdin=given, stdout=pipe, stderr=pipe
        )
    with run:
        try:
            yield run
        finally:
            run.kill()


def await_writing(run: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a run writes its change to the desk's log, or ends."""
    while run.poll() is None:
        if log.exists() and log.stat().st_size:  # who only looks leaves it empty
            return
        time.sleep(0.0001)


def test_kill_the_program(
    peopled: Program, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """B10: killed, half of the times while it writes: nothing lost, nothing done twice."""
    moments = random.Random(50)
    path = peopled.env["PSCLI_DB"]
    log = Path(f"{path}-wal")
    peopled.ok(*command(0))
    begun = time.monotonic()
    peopled.ok(*command(0))  # again: nothing is done twice
    usual = time.monotonic() - begun
    cut, silent, acknowledged = 0, 0, 0
    for n in range(1, KILLS + 1):
        with running(peopled, command(n)) as run:
            if n % 2:
                time.sleep(moments.uniform(0.6, 1.4) * usual)
            else:
                await_writing(run, log)
                time.sleep(moments.uniform(0, 0.002))
            run.kill()
            out, err = run.communicate()
        assert b"Traceback" not in err
        held = f"step-{n}" in keys(path)
        answered = out.endswith(b"}\n")
        assert held or not answered
        cut += not held
        silent += held and not answered
        acknowledged += answered
        repeated = peopled.ok(*command(n)).json
        if answered:
            assert repeated == json.loads(out)
        assert repeated["number"] == n // 3 + 1
        assert f"step-{n}" in keys(path)  # looking also folds the log into the file
    record_testsuite_property("kills", {"cut": cut, "silent": silent, "acknowledged": acknowledged})
    assert cut + silent > KILLS / 5
    whole, rest = divmod(KILLS + 1, 3)
    assert messages(path) == [3] * whole + [rest] * (rest > 0)
    check_sound(path)


def test_kill_a_busy_writer(place: str) -> None:
    """B10: a process that does nothing but write is killed in the middle of it, again and again."""
    moments = random.Random(20)
    following = 0
    for _ in range(SOAK * (10 if "://" in place else 20)):
        with child("correspond", place, following) as writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline()]
            time.sleep(moments.uniform(0, 0.1))
            writer.kill()
            said += writer.stdout.readlines()
        acknowledged = [int(line) for line in said if line.endswith("\n")]
        held = keys(place)
        assert {f"step-{n}" for n in acknowledged} <= held
        assert len(held) - following - len(acknowledged) in (0, 1)  # at most one had no answer
        following = acknowledged[-1] + 1
        for _ in range(2):
            repeat(place, following)
        following += 1
        assert len(keys(place)) == following
    whole, rest = divmod(following, 3)
    assert messages(place) == [3] * whole + [rest] * (rest > 0)
    check_sound(place)


def repeat(place: str, n: int) -> None:
    """Do the nth change, done already or not, under its key."""
    who, operation, arguments = step(n)
    backend = acting(place, who)
    backend.perform(operation, arguments, f"step-{n}")
    backend.close()
