"""List requests a second through the server on PostgreSQL, against a bare Starlette route."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pscli.backends.local import Local
from pscli.backends.postgres import _OPTIONS, Postgres, _spell
from pscli.desk.tickets import list_tickets
from pscli.desk.tokens import create_token
from pscli.models.people import Identity
from pscli.server.limits import Limits
from pscli.tokens import make_token, token_hash

from .desks import OWNER, postgres_desk
from .lists import statement_of
from .load import Load, load
from .measure import Figure, Spread, tell

CONNECTIONS = 16
PROGRAM = Path(__file__).parent / "programs" / "bare_route.py"


def run(*, quick: bool) -> list[Figure]:
    """Both servers over one database, asked in turn by the same client."""
    size, rounds, seconds = (2_000, 3, 1.0) if quick else (200_000, 11, 4.0)
    with postgres_desk(size) as url, _bare(url) as bare, _ours(url) as ours:
        token = _token(url)
        asked = [(bare, "/"), (ours, "/v1/hub/tickets")]
        loads: list[list[Load]] = [[], []]
        for round_ in range(rounds + 1):
            for (port, path), done in zip(asked, loads, strict=True):
                one = load(port, path, token, connections=CONNECTIONS, seconds=seconds)
                if round_:
                    done.append(one)
    floor, served = loads
    rates = Spread.of([a.per_second / b.per_second for a, b in zip(served, floor, strict=True)])
    figure = Figure("list requests a second", "bare route", rates, 0.6, at_least=True)
    tell(f"serving, {size:,} tickets on PostgreSQL, {CONNECTIONS} connections", [figure])
    for what, done in (("pscli serve", served), ("bare route", floor)):
        rate = Spread.of([each.per_second for each in done])
        p50, p99 = (Spread.of([each[i] * 1000 for each in done]).median for i in (2, 3))
        print(f"  {rate.median:8.0f} a second, p50 {p50:.1f} ms, p99 {p99:.1f} ms: {what}")
    return [figure]


def _token(url: str) -> str:
    token = make_token()
    database = Postgres(url)
    operator = Local(database, Identity(), lambda: datetime.now(UTC))  # noqa: TID251 - a token must hold now
    create_token(operator, token_hash(token), owner=OWNER, expires=1)
    database.close()
    return token


@contextmanager
def _ours(url: str) -> Iterator[int]:
    port = free_port()
    words = ["-m", "pscli", "serve", "--port", str(port), "--database", url]
    with running(words, port, {}):
        yield port


@contextmanager
def _bare(url: str) -> Iterator[int]:
    port = free_port()
    database = Postgres(url)
    statement = statement_of(database, OWNER, list_tickets)
    database.close()
    settings: dict[str, Any] = {
        "url": url,
        "port": port,
        "connections": Limits().threads,
        "options": _OPTIONS,
        "query": _spell(statement.query),
        "values": statement.columns(),
    }
    with running([str(PROGRAM)], port, {"BENCH_ROUTE": json.dumps(settings)}):
        yield port


@contextmanager
def running(
    words: list[str], port: int, environment: dict[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that answers at a port; it is gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, *words],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=timedelta(seconds=30).total_seconds())


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "a server ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
