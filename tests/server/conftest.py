"""A server over one file, whoever connects to it, and requests as bytes."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.backends.remote import Remote
from pscli.models.people import Identity
from pscli.operation import Backend
from pscli.server.limits import Limits
from tests.world import Clock

from .running import listening, token_for

QUICK = Limits(head_seconds=0.5, body_seconds=0.8, body_bytes=100_000, connections=20, requests=4)


@dataclass(frozen=True)
class Reply:
    """A response as a client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def error(self) -> Any:
        """The refusal in it."""
        return self.json["error"]


@dataclass
class Desk:
    """A served desk: its address, its database behind the server's back, tokens for its people."""

    address: str
    database: Any
    clock: Clock
    until_end: ExitStack

    @property
    def port(self) -> int:
        """The server's port."""
        return int(self.address.rsplit(":", 1)[1])

    @property
    def operator(self) -> Backend:
        """The operator, who opens the file itself (A1)."""
        return Local(self.database, Identity(), self.clock)

    def token(self, email: str) -> str:
        """A fresh token of somebody."""
        return token_for(self.database, self.clock, email)

    def connect(self, token: str, **options: Any) -> Remote:
        """A client that the end of the test closes."""
        remote = Remote(self.address, token, **options)
        self.until_end.callback(remote.close)
        return remote

    def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send one request on a connection of its own."""
        said = {"Content-Type": "application/json"} if body is not None else {}
        if token is not None:
            said["Authorization"] = f"Bearer {token}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, {**said, **(headers or {})})
            got = connection.getresponse()
            names = {name.lower(): value for name, value in got.getheaders()}
            return Reply(got.status, names, got.read())
        finally:
            connection.close()


@pytest.fixture
def serve(desk_file: Path, clock: Clock) -> Iterator[Callable[[Limits | None], Desk]]:
    """Start a server over a peopled desk, with these limits."""
    database = open_database(str(desk_file))
    with ExitStack() as stack:

        def start(limits: Limits | None = None) -> Desk:
            address = stack.enter_context(listening(database, clock, limits))
            return Desk(address, database, clock, stack)

        yield start
    database.close()


@pytest.fixture
def desk(serve: Callable[[Limits | None], Desk]) -> Desk:
    """A served desk with the ordinary limits."""
    return serve(None)
