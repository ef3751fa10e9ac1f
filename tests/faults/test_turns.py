"""Whose turn it is: changes that wait for others, and processes that outlive what started them."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from pscli import __version__
from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.backends.remote import Patience, Remote
from pscli.desk.billing import list_invoices
from pscli.desk.purchases import add_addon
from pscli.desk.requests import solve_ticket
from pscli.models.addons import Edition
from pscli.models.people import Identity, Product
from pscli.problems import AnswerUnknown, InvalidValue
from pscli.tokens import make_token
from tests.server.faults import answering, misbehaving
from tests.world import OTTO, Clock

from .mishaps import Service
from .stepped import set_clock

PATIENCE = 30.0  # seconds
ONE = {"pscli_version": __version__}


def test_a_change_that_waited_has_the_time_of_its_turn(desk_url: str) -> None:
    """B12: the time is read once the team's lock is had, so that the ledger never runs backwards.

    Who read it before would be refused as soon as somebody who came later was first.
    """
    clock = Clock()
    database = open_database(desk_url)
    otto = Local(database, Identity(email=OTTO), clock)
    with psycopg.connect(desk_url) as connection, ThreadPoolExecutor(1) as pool:
        connection.execute("SELECT 1 FROM team FOR UPDATE")
        bought = pool.submit(add_addon, otto, Edition.ESSENTIALS, Product.DROPBOX)
        await_waiting(desk_url)
        clock.pass_(seconds=5)
        connection.commit()
        assert bought.result().changed
    assert [each.issued_at for each in list_invoices(otto).items] == [clock.now]
    database.close()


def await_waiting(place: str) -> None:
    """Wait until somebody waits for a lock."""
    deadline = time.monotonic() + PATIENCE
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(place, autocommit=True) as connection:
        while (connection.execute(query).fetchone() or (0,))[0] == 0:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_refusal_after_silence_is_not_the_last_word() -> None:
    """B10: the attempt that had no answer may still be done, so exit 9 and the key, not a refusal.

    A value that can never be taken is refused all the same.
    """
    for code, status, kind in (
        ("state_forbids", "409 Conflict", AnswerUnknown),
        ("not_found", "404 Not Found", AnswerUnknown),
        ("invalid_value", "422 Unprocessable", InvalidValue),
    ):
        refusal = answering(f'{{"error": {{"code": "{code}", "message": "No."}}}}', status, **ONE)
        with misbehaving(hang_up, refusal) as line:
            remote = Remote(line.address, make_token(), patience=Patience(pause=0.01))
            with pytest.raises(kind) as raised:
                remote.perform(solve_ticket, {"number": 1}, "a-key")
            remote.close()
        assert line.header("idempotency-key") == ["a-key", "a-key"]
        assert ("a-key" in (raised.value.hint or "")) == (kind is AnswerUnknown)


def hang_up(connection: socket.socket, request: bytes) -> None:
    """Take a request, and go."""
    del connection, request


def test_workers_end_with_their_parent(
    desk_file: Path, tmp_path: Path, clean_env: dict[str, str]
) -> None:
    """`kill -9` of `pscli serve` leaves no process that holds the port and answers on."""
    service = Service(str(desk_file), tmp_path, clean_env, None)
    set_clock(service.clock, Clock().now)
    service.start()
    try:
        assert service.process is not None
        workers = service.workers()
        assert len(workers) == 2
        service.process.kill()
        service.process.wait()
        deadline = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{worker}").exists() for worker in workers):
            assert time.monotonic() < deadline, "a worker outlived its parent"
            time.sleep(0.05)
    finally:
        service.stop()
