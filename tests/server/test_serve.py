"""The real `pscli serve`: it listens, stops without losing anything, and keeps secrets."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.tickets import list_tickets
from pscli.desk.tokens import create_token
from pscli.models.people import Identity
from pscli.server.running import real_clock
from pscli.tokens import make_token, token_hash
from tests.conftest import PROGRAM, Program
from tests.world import AGENT, ANA, populate


@dataclass
class Process:
    """A running `pscli serve`."""

    process: subprocess.Popen[bytes]
    port: int
    said: list[bytes]  # on stderr, while it started

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Ask it to end; its exit code and everything that it said."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, (b"".join(self.said) + err + out).decode()


Start = Callable[..., Process]


@pytest.fixture
def home(tmp_path: Path, clean_env: dict[str, str]) -> Program:
    """The real program on a peopled desk that knows the real time."""
    place = str(tmp_path / "desk.db")
    program = Program({**clean_env, "PSCLI_DB": place})
    program.ok("init")
    database = open_database(place)
    populate(Local(database, Identity(), real_clock))
    database.close()
    return program


@pytest.fixture
def start(home: Program) -> Iterator[Start]:
    """Start `pscli serve` on a free port; what still runs at the end is killed."""
    with ExitStack() as stack:

        def start(*words: str, env: dict[str, str] | None = None) -> Process:
            process = subprocess.Popen(
                [*PROGRAM, "serve", "--port", "0", *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**home.env, **(env or {})},
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            stop = threading.Timer(60, process.kill)  # whatever happens, the test goes on
            stack.callback(stop.cancel)
            stop.start()
            assert process.stderr is not None
            said = []
            while line := process.stderr.readline():
                said.append(line)
                if found := re.search(rb"Listening on http://127\.0\.0\.1:(\d+)", line):
                    return Process(process, int(found[1]), said)
            raise AssertionError(b"".join(said).decode())

        yield start


def token_of(home: Program, email: str) -> str:
    """A token as an operator makes it."""
    made = home.ok("token", "create", "--for", email, "-o", "json").json
    assert list(made)[:6] == ["changed", "id", "token", "person", "name", "expires_at"]
    token: str = made["token"]
    return token


def remote(home: Program, server: Process, token: str) -> Program:
    """The program as it is used on another machine."""
    env = {name: value for name, value in home.env.items() if name != "PSCLI_DB"}
    return Program({**env, "PSCLI_SERVER": server.address, "PSCLI_TOKEN": token})


def test_a_ticket_travels_from_a_machine_to_the_desk(home: Program, start: Start) -> None:
    """The whole way: an operator's token, a server, the same commands from elsewhere."""
    server = start()
    ana = remote(home, server, token_of(home, ANA))
    assert ana.ok("hub", "tickets", "list", "-o", "json").json == {
        "items": [],
        "total": 0,
        "next": None,
    }
    address, token = ana.env["PSCLI_SERVER"], ana.env["PSCLI_TOKEN"]
    submit(address, token, "Sync")
    listed = ana.ok("hub", "tickets", "list", "-o", "json").json
    assert [each["subject"] for each in listed["items"]] == ["Sync"]
    refused = ana("hub", "tickets", "show", "99", "-o", "json")
    assert (refused.code, refused.error["code"]) == (3, "not_found")
    assert refused.error["request_id"]
    code, said = server.stop()
    assert code == 0
    assert token not in said
    down = ana("hub", "tickets", "list", "-o", "json")
    assert (down.code, down.error["code"]) == (10, "unavailable")


def submit(address: str, token: str, subject: str) -> int:
    """File a request with plain HTTP; the ticket's number."""
    connection = HTTPConnection(address.removeprefix("http://"), timeout=20)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = json.dumps({"subject": subject, "body": "x"})
        connection.request("POST", "/v1/requests", body, headers)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        assert answer.status == 200, content
        return int(content["record"]["number"])
    finally:
        connection.close()


def stop_under_load(home: Program, server: Process, token: str) -> tuple[int, str, set[str]]:
    """Four clients submit until the server is gone; exit code, words, acknowledged subjects."""
    acknowledged: set[str] = set()
    enough = threading.Event()

    def work(worker: int) -> None:
        for n in range(10_000):
            subject = f"{worker}-{n}"
            try:
                submit(server.address, token, subject)
            except (OSError, HTTPException):
                return
            acknowledged.add(subject)
            if len(acknowledged) >= 20:
                enough.set()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    assert enough.wait(20)
    code, said = server.stop()
    for thread in threads:
        thread.join()
    return code, said, acknowledged


def kept(home: Program) -> set[str]:
    """The subjects that the desk holds."""
    database = open_database(home.env["PSCLI_DB"])
    ana = Local(database, Identity(email=ANA), real_clock)
    page = list_tickets(ana, limit=1000)
    database.close()
    return {ticket.subject for ticket in page.items}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_stop_loses_nothing(home: Program, start: Start, workers: str) -> None:
    """SIGTERM under load: running requests end, exit 0, what was acknowledged is there."""
    server = start("--workers", workers)
    code, said, acknowledged = stop_under_load(home, server, token_of(home, ANA))
    assert code == 0, said
    assert len(acknowledged) >= 20
    assert acknowledged <= kept(home)
    assert "Traceback" not in said


def test_control_c_stops_it_too(start: Start) -> None:
    """Exit 130, as for every command, without a traceback."""
    code, said = start().stop(signal.SIGINT)
    assert code == 130
    assert "Traceback" not in said


def test_workers_share_the_desk(home: Program, start: Start, postgres_url: str) -> None:
    """Two processes over PostgreSQL answer for one desk; the address is in no command line."""
    home.ok("init", env={"PSCLI_DB": postgres_url})
    database = open_database(postgres_url)
    operator = Local(database, Identity(), real_clock)
    populate(operator)
    token = make_token()
    create_token(operator, token_hash(token), owner=ANA)
    database.close()
    server = start("--workers", "2", env={"PSCLI_DB": postgres_url})
    numbers = [submit(server.address, token, f"s{n}") for n in range(20)]
    assert numbers == list(range(1, 21))
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    if children.exists():
        commands = [
            Path(f"/proc/{pid}/cmdline").read_text() for pid in children.read_text().split()
        ]
        assert len(commands) >= 2
        assert not any(postgres_url in command for command in commands)
    assert server.stop()[0] == 0


def test_a_token_is_shown_once(home: Program) -> None:
    """A1: the list has its id and no secret; revoking asks, and repeats which one."""
    made = home.ok("token", "create", "--for", AGENT, "--name", "desk 7", "-o", "json").json
    listed = home.ok("token", "list", "-o", "json")
    (token,) = listed.json["items"]
    assert (token["id"], token["person"], token["name"]) == (made["id"], AGENT, "desk 7")
    assert made["token"] not in listed.out
    unasked = home("token", "revoke", made["id"], "-o", "json")
    assert (unasked.code, unasked.error["code"]) == (2, "confirmation_needed")
    assert made["id"] in unasked.error["message"]
    revoked = home.ok("token", "revoke", made["id"], "--yes", "-o", "json").json
    assert (revoked["changed"], bool(revoked["revoked_at"])) == (True, True)
    assert home.ok("token", "revoke", made["id"], "--yes", "-o", "json").json["changed"] is False


def test_a_token_is_for_whoever_makes_it(home: Program) -> None:
    """A1: without --for it is the person's own; an operator without a name has to say whose."""
    own = home.ok("token", "create", "-o", "json", env={"PSCLI_AS": ANA}).json
    assert own["person"] == ANA
    assert home("token", "create").code == 2
    assert home("token", "create", "--for", "nobody@acme.example").code == 3
    planned = home.ok("token", "create", "--for", ANA, "--dry-run", "-o", "json").json
    assert planned["token"] is None
    assert len(home.ok("token", "list", "-o", "json").json["items"]) == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--database", "nowhere/desk.db"], 11, "no desk"),
        (["--database", "postgresql://ana:secret@localhost/desk"], 2, "command line"),
        (["--host", "192.0.2.1"], 2, "cannot be listened on"),
        (["--host", "no such host"], 2, "cannot be listened on"),
        (["--workers", "0"], 2, "workers"),
        (["--port", "70000"], 2, "port"),
    ],
)
def test_what_cannot_be_served(home: Program, words: list[str], code: int, sentence: str) -> None:
    """A sentence before anybody can connect; a password is never repeated."""
    answer = home("serve", *words)
    assert (answer.code, sentence in answer.err) == (code, True), answer.err
    assert "secret" not in answer.err


def test_workers_that_do_not_start(home: Program, tmp_path: Path) -> None:
    """Exit 10 instead of starting them again for ever."""
    code = "import os, sys\nif 'spawn_main' in str(sys.orig_argv): os._exit(1)\n"
    (tmp_path / "sitecustomize.py").write_text(code)
    answer = home("serve", "--port", "0", "--workers", "2", env={"PYTHONPATH": str(tmp_path)})
    assert answer.code == 10, answer.err
    assert "did not start" in answer.err
    assert "Listening" not in answer.err


def test_a_port_that_is_taken(home: Program) -> None:
    """Exit 2 names the port and the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = home("serve", "--port", str(port))
    assert answer.code == 2
    assert str(port) in answer.err
    assert "--port 0" in answer.err


def test_beyond_this_machine_it_asks_for_tls(home: Program) -> None:
    """A host that others reach: the notice says that this is plain HTTP."""
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--host", "0.0.0.0"],  # noqa: S104 - what is tested
        stderr=subprocess.PIPE,
        env={**home.env, "PSCLI_NOW": "2026-03-02T12:00:00Z"},
    )
    with process:
        assert process.stderr is not None
        lines = [process.stderr.readline().decode() for _ in range(3)]
        process.terminate()
    assert "PSCLI_NOW is not used" in lines[0]
    assert "Listening on http://0.0.0.0:" in lines[1]
    assert "TLS" in lines[2]
    assert process.returncode == 0
    assert os.environ.get("PSCLI_NOW") is None
