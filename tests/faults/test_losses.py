"""Thousands of writes on a line that loses a fifth of what it carries: none twice, none missing."""

import random
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from pscli.backends.local import Database, Local
from pscli.backends.remote import Patience, Remote
from pscli.desk.requests import reply_ticket, submit_request
from pscli.desk.tickets import show_ticket
from pscli.desk.tokens import whoami
from pscli.models.people import Identity
from pscli.problems import AnswerUnknown
from tests.conftest import Program
from tests.server.running import listening, token_for
from tests.world import ANA, Clock

from .conftest import SOAK, check_sound
from .proxy import (
    Fault,
    Proxy,
    behind,
    changes,
    drop_answer,
    duplicate_answer,
    every,
    header,
    intact,
)

WRITES = 2_000 if SOAK > 1 else 100  # half of them requests, half replies to them
CLIENTS = 4
LOST = 0.2  # of the requests, and of the answers to the others
QUICK = Patience(pause=0.001)
KEY = re.compile(r"--idempotency-key (\S+):")


@pytest.fixture
def port(database: Database) -> Iterator[int]:
    """A server over the desk: its port."""
    with listening(database, Clock()) as address:
        yield urlsplit(address).port or 0


def losing(seed: int) -> Fault:
    """A fault that loses requests and answers by chance."""
    chance, one_at_a_time = random.Random(seed), threading.Lock()

    def lose(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
        with one_at_a_time:
            lost = [chance.random() < LOST for _ in range(2)]
        if lost[0]:
            return False
        return (drop_answer if lost[1] else intact)(proxy, client, request)

    return lose


def insisting(remote: Remote, n: int) -> int:
    """File a request and reply to it, each as often as its key is named; how often that was."""
    repeated = 0
    number = 0
    for operation in (submit_request, reply_ticket):
        key = None
        while True:
            arguments = {"subject": f"Request {n}", "body": f"Number {n}"}
            if number:
                arguments = {"number": number, "body": f"Reply {n}"}  # type: ignore[dict-item]
            try:
                number = remote.perform(operation, arguments, key).record.number
                break
            except AnswerUnknown as unknown:
                named = KEY.search(unknown.hint or "")
                assert named is not None
                key = named[1]
                repeated += 1
    return repeated


def test_nothing_is_lost_and_nothing_done_twice(place: str, database: Database, port: int) -> None:
    """B10, K1: with a fifth of the requests and of the answers lost, each write is done once."""
    token = token_for(database, Clock(), ANA)
    with behind(port, losing(20), every) as proxy:

        def client(first: int) -> int:
            with closing(Remote(proxy.address, token, patience=QUICK)) as remote:
                return sum(insisting(remote, n) for n in range(first, WRITES // 2, CLIENTS))

        with ThreadPoolExecutor(CLIENTS) as pool:
            repeated = sum(pool.map(client, range(CLIENTS)))
    keys = {header(request, "idempotency-key") for request in proxy.seen if changes(request)}
    assert len(keys) == WRITES
    assert len(proxy.seen) > 1.3 * WRITES  # it did lose
    ana = Local(database, Identity(email=ANA), Clock())
    bodies = []
    for number in range(1, WRITES // 2 + 1):
        ticket = show_ticket(ana, number)
        n = int(ticket.subject.removeprefix("Request "))
        assert [each.body for each in ticket.messages] == [f"Number {n}", f"Reply {n}"]
        bodies.append(n)
    assert sorted(bodies) == list(range(WRITES // 2))
    with database.transaction(writes=False) as sql:
        assert sql.one(int, "SELECT count(*) FROM ticket") == WRITES // 2
        trail = "SELECT count(*) FROM change WHERE operation IN ('submit_request', 'reply_ticket')"
        assert sql.one(int, trail) == WRITES
    assert repeated > 0
    check_sound(place)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_an_answer_belongs_to_its_request(database: Database, port: int) -> None:
    """An answer that comes twice is not taken for that to the next request."""
    token = token_for(database, Clock(), ANA)
    with (
        behind(port, duplicate_answer, every) as proxy,
        closing(Remote(proxy.address, token, patience=QUICK)) as ana,
    ):
        for n in range(1, 6):
            assert submit_request(ana, f"Request {n}", "x").record.number == n
            assert whoami(ana).email == ANA
            assert show_ticket(ana, n).subject == f"Request {n}"


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_key_stands_for_the_whole_command(
    clean_env: dict[str, str], database: Database, port: int
) -> None:
    """B10, K6: a command of several steps names the key with which all of it is done once."""
    token = token_for(database, Clock(), ANA)

    def last_step(request: bytes) -> bool:
        return request.startswith(b"POST /v1/requests ")

    with behind(port, drop_answer, last_step) as proxy:
        env = {**clean_env, "PSCLI_SERVER": proxy.address, "PSCLI_TOKEN": token}
        program = Program(env)
        words = ["contact", "submit", "--subject", "Sync", "--body", "x", "--attach", __file__]
        answer = program(*words)
        assert answer.code == 9, answer
        named = KEY.search(answer.err)
        assert named is not None
        steps = [header(each, "idempotency-key") for each in proxy.seen if changes(each)]
        assert steps[-1] == f"{named[1]}.3"
    again = program.ok(
        *words, "--idempotency-key", named[1], "-o", "json",
        env={"PSCLI_SERVER": f"http://127.0.0.1:{port}"},
    )  # fmt: skip
    assert again.json["number"] == 1
    with database.transaction(writes=False) as sql:
        assert sql.one(int, "SELECT count(*) FROM ticket") == 1
        assert sql.one(int, "SELECT count(*) FROM upload") == 1
