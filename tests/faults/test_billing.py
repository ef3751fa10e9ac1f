"""Many buyers, killed buyers, many renewers: each thing is charged exactly once (B10, B12, B16)."""

import os
import random
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.billing import list_addons, list_invoices, show_billing
from pscli.desk.people import add_person
from pscli.desk.purchases import add_addon
from pscli.desk.teams import create_team
from pscli.models.addons import Edition
from pscli.models.people import AdminRole, Identity
from pscli.operation import Operation
from tests.conftest import PROGRAM, Program
from tests.world import Clock

from .conftest import SOAK, check_sound
from .test_kill import await_writing, running

CROWD = 16
TEAMS = 20 * SOAK
LATER = Clock()
LATER.pass_(days=90)


def admin(n: int) -> str:
    """Who buys for the nth team."""
    return f"admin{n}@crowd.example"


def found_teams(database: Database) -> None:
    """Teams with an admin each, and nothing else."""
    operator = Local(database, Identity(), Clock())
    for n in range(TEAMS):
        create_team(operator, f"Team {n}")
        add_person(operator, f"Team {n}", admin(n), role=AdminRole.TEAM)


def at_once(tasks: int, task: Callable[[int, threading.Barrier], list[int]]) -> list[list[int]]:
    """Run tasks in threads that begin together; what each returns."""
    barrier = threading.Barrier(tasks)
    with ThreadPoolExecutor(tasks) as pool:
        return list(pool.map(lambda n: task(n, barrier), range(tasks)))


def charges(database: Database, kind: str) -> list[int]:
    """How many ledger lines of a kind each team of the crowd has."""
    with database.transaction(writes=False) as sql:
        return sql.all(
            int,
            "SELECT (SELECT count(*) FROM ledger WHERE ledger.team = team.id AND kind = :kind) "
            "FROM team WHERE name LIKE 'Team %' ORDER BY id",
            kind=kind,
        )


def test_sixteen_buyers_of_one_add_on(place: str, database: Database) -> None:
    """B10, B16: sixteen clients without a key add the same to every team: charged once a team."""
    found_teams(database)

    def buy(client: int, barrier: threading.Barrier) -> list[int]:
        mine = open_database(place)
        order = random.Random(client).sample(range(TEAMS), TEAMS)
        barrier.wait()
        bought = [
            n
            for n in order
            if add_addon(Local(mine, Identity(email=admin(n)), Clock()), Edition.ESSENTIALS).changed
        ]
        mine.close()
        return bought

    bought = at_once(CROWD, buy)
    assert sorted(n for each in bought for n in each) == list(range(TEAMS))
    assert charges(database, "added") == [1] * TEAMS
    check_sound(place)


@pytest.mark.parametrize("look", [show_billing, list_addons, list_invoices])
def test_three_renewal_runs_at_once(
    place: str, database: Database, look: Operation[[], object]
) -> None:
    """B12: after 90 days three look at every team together: each period is posted once."""
    found_teams(database)

    def renew(_: int, barrier: threading.Barrier) -> list[int]:
        mine = open_database(place)
        backends = [Local(mine, Identity(email=admin(n)), LATER) for n in range(TEAMS)]
        for backend in backends:
            barrier.wait()
            look(backend)
        invoices = [list_invoices(backend).total or 0 for backend in backends]
        mine.close()
        return invoices

    assert at_once(3, renew) == [[2] * TEAMS] * 3
    assert charges(database, "renewed") == [2] * TEAMS
    check_sound(place)


def full_pipe() -> tuple[int, int]:
    """A pipe into which nothing fits: who prints there waits for ever."""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    with suppress(BlockingIOError):
        while True:
            os.write(theirs, bytes(4096))
    os.set_blocking(theirs, True)
    return ours, theirs


def kill_unanswered(program: Program, words: list[str], n: int) -> None:
    """Kill a buyer who was charged, and who could not yet say so."""
    pipe = full_pipe()
    database = open_database(program.env["PSCLI_DB"])
    with subprocess.Popen([*PROGRAM, *words], env=program.env, stdout=pipe[1]) as run:
        while charges(database, "added")[n] == 0:
            assert run.poll() is None
            time.sleep(0.001)
        run.kill()
    database.close()
    for end in pipe:
        os.close(end)


def kill_sometime(program: Program, words: list[str], wait: float | None) -> None:
    """Kill a buyer after a while, else as soon as something is written; no traceback is left."""
    with running(program, words) as run:
        if wait is None:
            await_writing(run, Path(f"{program.env['PSCLI_DB']}-wal"))
        else:
            time.sleep(wait)
        run.kill()
        assert b"Traceback" not in run.communicate()[1]


def test_killed_buyers_pay_once(peopled: Program) -> None:
    """B10, B16: killed at any moment and started again without a key: one charge a team."""
    moments = random.Random(20)
    database = open_database(peopled.env["PSCLI_DB"])
    found_teams(database)
    begun = time.monotonic()
    peopled.ok("billing", "addon", "list", "--as", admin(0))
    usual = time.monotonic() - begun
    for n in range(TEAMS):
        words = ["billing", "addon", "add", "essentials", "--yes", "--as", admin(n), "-o", "json"]
        if n % 3 == 0:
            kill_unanswered(peopled, words, n)
        else:
            kill_sometime(peopled, words, moments.uniform(0.3, 1.3) * usual if n % 3 == 1 else None)
        again = peopled.ok(*words).json
        assert again["addon"]["state"] == "active"
        assert n % 3 or (again["changed"], again["charged"]["amount"]) == (False, "0.00")
        assert peopled.ok(*words).json["changed"] is False
    assert charges(database, "added") == [1] * TEAMS
    database.close()
    check_sound(peopled.env["PSCLI_DB"])
