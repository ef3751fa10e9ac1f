"""A real `pscli serve` that is killed, and clients that insist on what they asked it for."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.backends.remote import Patience, Remote
from pscli.desk.chats import open_chat, say_line
from pscli.desk.purchases import add_addon, remove_addon
from pscli.desk.requests import reply_ticket, submit_request
from pscli.desk.tokens import create_token
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import Identity
from pscli.operation import Operation
from pscli.problems import AnswerUnknown, Unavailable
from pscli.server.running import real_clock
from pscli.tokens import make_token, token_hash
from tests.conftest import PROGRAM, Program
from tests.world import BEN, OTTO, populate

Change = tuple[Operation[Any, Any], dict[str, Any]]


def real_desk(program: Program) -> None:
    """A populated desk that knows the real time, as a server has no other."""
    program.ok("init")
    database = open_database(program.env["PSCLI_DB"])
    populate(Local(database, Identity(), real_clock))
    database.close()


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


@dataclass
class Server:
    """A `pscli serve` on one port, started again whenever it was killed."""

    program: Program
    port: int
    workers: int
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it listens, also for the port while workers still have it."""
        words = ["serve", "--port", str(self.port), "--workers", str(self.workers)]
        deadline = time.monotonic() + 30
        while True:
            said = self._launched([*PROGRAM, *words])
            if "Listening on " in said:
                return
            assert "cannot be listened on" in said, said
            assert time.monotonic() < deadline, "the workers outlive their server"

    def _launched(self, command: list[str]) -> str:
        """Start the process; what it says until it listens or ends.

        It says so in a file: in a pipe that nobody reads a server would wait for ever one day.
        """
        with self.log.open("ab") as log:
            begun = log.tell()
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stderr=log, env=self.program.env
            )
        while True:
            ended = self.process.poll() is not None
            said = self.log.read_bytes()[begun:].decode()
            if ended or "Listening on " in said:
                return said
            time.sleep(0.01)

    def kill(self) -> None:
        """End it as a crash would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def serving(program: Program, folder: Path, workers: int = 1) -> Iterator[Server]:
    """A server over the desk of a program, whose words go to a folder; at the end it is killed."""
    server = Server(program, free_port(), workers, folder / "served.log")
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass
class Client:
    """Somebody who makes one change after the other, each until it is acknowledged."""

    place: str
    email: str
    address: str
    made: list[Any] = field(default_factory=list)  # the records of what was acknowledged
    at: list[float] = field(default_factory=list)  # when
    refused: int = 0  # how often the answer was that there is none
    chat: str = ""

    def changes(self, n: int) -> Change:
        """The nth change."""
        if self.email == OTTO:
            operation = remove_addon if n % 2 else add_addon
            return operation, {"edition": Edition.ESSENTIALS, "product": AddonProduct.DROPBOX}
        if self.email == BEN:
            return say_line, {"id": self.chat, "body": f"Line {n}"}
        if n % 2:
            return reply_ticket, {"number": self.made[-1].number, "body": f"More {n}"}
        return submit_request, {"subject": f"{self.email} {n}", "body": "It stopped."}

    def run(self, stop: threading.Event, pause: float) -> None:
        """Change after change, `pause` seconds from the start of one to that of the next."""
        remote = Remote(self.address, self._token(), patience=Patience(pause=0.05, total=5))
        due = time.monotonic()
        if self.email == BEN:
            self.chat = self._insist(remote, (open_chat, {}), f"{BEN}-chat").id
        while not stop.is_set():
            n = len(self.made)
            self.made.append(self._insist(remote, self.changes(n), f"{self.email}-{n}"))
            self.at.append(time.monotonic())
            due = max(due + pause, self.at[-1] - 1)
            stop.wait(max(0.0, due - time.monotonic()))
        remote.close()

    def _insist(self, remote: Remote, change: Change, key: str) -> Any:
        while True:
            try:
                return remote.perform(*change, key).record
            except (Unavailable, AnswerUnknown):
                self.refused += 1
                time.sleep(0.05)

    def _token(self) -> str:
        database = open_database(self.place)
        token = make_token()
        create_token(Local(database, Identity(), real_clock), token_hash(token), owner=self.email)
        database.close()
        return token


@contextmanager
def working(clients: list[Client], pause: float = 0.0) -> Iterator[None]:
    """Let clients work while the block runs; afterwards each gets its last answer."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def run(client: Client) -> None:
        try:
            client.run(stop, pause)
        except BaseException as failure:  # noqa: BLE001 - raised again by the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=[each], daemon=True) for each in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        deadline = time.monotonic() + 60
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
    assert not any(thread.is_alive() for thread in threads)
    if failures:
        raise failures[0]


def await_answers(clients: list[Client], patience: float) -> float:
    """Wait until each of the clients got an answer from now on; the seconds that it took."""
    begun = time.monotonic()
    before = [len(client.made) for client in clients]
    while any(len(each.made) == old for each, old in zip(clients, before, strict=True)):
        waited = time.monotonic() - begun
        assert waited < patience, "somebody is not served again"
        time.sleep(0.01)
    return time.monotonic() - begun


def check_made(place: str, clients: list[Client]) -> None:
    """Everything acknowledged is there, once, and nothing else."""
    database = open_database(place)
    with database.transaction(writes=False) as sql:
        keys = sql.all(str, "SELECT key FROM change WHERE key IS NOT NULL")
        tickets = sql.all(str, "SELECT subject FROM ticket WHERE channel = 'request'")
        bodies = sql.all(str, "SELECT body FROM message WHERE author_kind = 'customer' ORDER BY id")
        events = sql.one(int, "SELECT count(*) FROM ledger WHERE actor = :otto", otto=OTTO)
    database.close()
    expected = {f"{client.email}-{n}" for client in clients for n in range(len(client.made))}
    expected |= {f"{BEN}-chat" for client in clients if client.email == BEN}
    assert sorted(key for key in keys if "@" in key) == sorted(expected)
    own = [client for client in clients if client.email not in (OTTO, BEN)]
    assert sorted(tickets) == sorted(
        f"{each.email} {n}" for each in own for n in range(0, len(each.made), 2)
    )
    for client in clients:
        if client.email == BEN:
            said = [body for body in bodies if body.startswith("Line ")]
            assert said == [f"Line {n}" for n in range(len(client.made))]
        if client.email == OTTO:
            assert events == len(client.made)
