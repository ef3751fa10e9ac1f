"""The server killed, and PostgreSQL restarted, under clients that repeat with their keys (B10)."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.people import add_person
from pscli.models.people import AdminRole, Identity
from pscli.server.running import real_clock
from tests.conftest import Program
from tests.world import ANA, BEN, OTTO

from .conftest import SOAK, check_sound
from .insisting import Client, await_answers, check_made, real_desk, serving, working

KILLS = 25 if SOAK > 1 else 2
RESTARTS = 2 * SOAK
RATE = 50 if SOAK > 1 else 10  # requests a second while PostgreSQL is restarted
CROWD = 10
RECOVERY = 5.0  # seconds from PostgreSQL's return until each client has an answer


@pytest.mark.parametrize(("engine", "workers"), [("sqlite", 1), ("postgres", 2)])
def test_kill_the_server_under_load(
    clean_env: dict[str, str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_testsuite_property: Callable[[str, object], None],
    engine: str,
    workers: int,
) -> None:
    """B10, C4: killed again and again: nothing acknowledged is lost, nothing is done twice."""
    place = str(tmp_path / "desk.db")
    if engine == "postgres":
        place = request.getfixturevalue("postgres_url")
    program = Program({**clean_env, "PSCLI_DB": place})
    real_desk(program)
    moments = random.Random(25)
    with serving(program, tmp_path, workers) as server:
        clients = [Client(place, email, server.address) for email in (ANA, BEN, OTTO)]
        with working(clients):
            await_answers(clients, 30)
            for _ in range(KILLS):
                time.sleep(moments.uniform(0, 0.3))
                server.kill()
                server.start()
                await_answers(clients, 30)
    made = {client.email: (len(client.made), client.refused) for client in clients}
    record_testsuite_property(f"server kills, {engine}", {"kills": KILLS, **made})
    assert SOAK == 1 or any(client.refused for client in clients)
    check_made(place, clients)
    check_sound(place)


def test_postgres_restarted_under_load(
    clean_env: dict[str, str],
    tmp_path: Path,
    own_server: Any,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """B10: stopped, or killed like a crash: served again in five seconds, nothing lost or twice."""
    own_server.psql("CREATE DATABASE served")
    place = own_server.get_uri(database="served")
    program = Program({**clean_env, "PSCLI_DB": place})
    real_desk(program)
    database = open_database(place)
    people = [f"p{n}@acme.example" for n in range(CROWD)]
    for email in people:
        add_person(Local(database, Identity(), real_clock), "Acme", email, role=AdminRole.SUPPORT)
    database.close()
    waits = []
    begun = time.monotonic()
    with serving(program, tmp_path) as server:
        clients = [Client(place, email, server.address) for email in people]
        with working(clients, pause=CROWD / RATE):
            await_answers(clients, 30)
            for n in range(RESTARTS):
                time.sleep(random.Random(n).uniform(0.5, 1.5))
                stop(own_server, crash=bool(n % 2))
                own_server.ensure_postgres_running()
                waits.append(await_answers(clients, 6 * RECOVERY))
    made, took = sum(len(client.made) for client in clients), time.monotonic() - begun
    record_testsuite_property(
        "restarts of PostgreSQL",
        {
            "restarts": RESTARTS,
            "longest": round(max(waits), 2),
            "changes": made,
            "a second": round(made / took, 1),
            "repeated": sum(client.refused for client in clients),
        },
    )
    assert max(waits) < RECOVERY
    check_made(place, clients)
    check_sound(place)


def stop(server: Any, *, crash: bool) -> None:
    """Stop PostgreSQL: its connections are broken off, or all of its processes die at once."""
    if not crash:
        server.stop()
        return
    postmaster = server.get_postmaster_info().process
    everyone = [*postmaster.children(recursive=True), postmaster]
    postmaster.suspend()  # so that it cannot start new ones meanwhile
    for process in everyone:
        os.kill(process.pid, signal.SIGKILL)
    postmaster.wait(10)
