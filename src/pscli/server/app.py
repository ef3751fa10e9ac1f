"""The application: a route per operation, one executor, one place that answers refusals."""

import logging
import re
import traceback
from asyncio import get_running_loop
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from importlib import import_module
from os import urandom
from pkgutil import iter_modules
from typing import Any, NoReturn, TypeVar

from starlette.routing import Route, Router
from starlette.types import Message, Receive, Scope, Send

import pscli.desk
from pscli import __version__
from pscli.backends.local import Database, Local
from pscli.codec import encode_json
from pscli.desk.setup import is_rehearsal
from pscli.models.people import Identity
from pscli.operation import OPERATIONS, Operation
from pscli.problems import Defect, NotFound, NotSignedIn, Problem, Unavailable

from . import arguments
from .auth import Door
from .limits import Disconnected, Limits, read_body
from .refusals import Answer, WrongMethod, answer, refusal
from .waiting import Waiting, Watcher

T = TypeVar("T")

PREFIX = "/v1"
ECHO = b"pscli-request"  # the client's number for its request, which the answer repeats
_NUMBER = re.compile(rb"[0-9a-f]{16}")

log = logging.getLogger("pscli.server")


def load_operations() -> dict[str, Operation[Any, Any]]:
    """Every operation of the desk: importing a module of `desk` registers its own."""
    for module in iter_modules(pscli.desk.__path__):
        import_module(f"pscli.desk.{module.name}")
    return OPERATIONS


class App:
    """The desk as an ASGI application; operations run in threads of its own."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        *,
        owns_database: bool = False,
    ) -> None:
        self.database = database
        self.clock = clock
        self.limits = limits or Limits()
        self.executor = ThreadPoolExecutor(self.limits.threads, "operation")
        self.door = Door(self.limits.token_failures)
        self.under_way = 0
        self._owns_database = owns_database
        self.watcher = Watcher(database)
        self.router = Router(
            [
                *_routes(self),
                Route(f"{PREFIX}/wait", Waiting(self)),
                Route("/health", Fixed(self, self.health)),
                Route(f"{PREFIX}/openapi.json", Fixed(self, self.openapi)),
            ],
            redirect_slashes=False,
            default=_not_found,
            lifespan=self._lifespan,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong becomes a problem with the request's id."""
        if scope["type"] != "http":
            await self.router(scope, receive, send)
            return
        scope["request_id"] = request_id = urandom(8).hex()
        send = _paired(scope, send)
        try:
            await self.router(scope, receive, send)
        except Problem as problem:
            await respond(send, refusal(problem, request_id))
        except Disconnected:
            pass
        except Exception as failure:  # noqa: BLE001 - nobody else would answer
            log.error("%s %s", request_id, _without_values(failure))  # noqa: TRY400 - values
            defect = Defect("The server failed.", hint="Tell its operator the request id.")
            await respond(send, refusal(defect, request_id))

    async def run(self, call: Callable[..., T], *given: Any) -> T:
        """Run a call in a thread; refused where too many are waiting for one."""
        if self.under_way >= self.limits.requests:
            raise Unavailable(
                "The server is busy. Nothing was done.",
                hint="Repeat it in a moment.",
                retry_after=1,
            )
        self.under_way += 1
        try:
            return await get_running_loop().run_in_executor(self.executor, call, *given)
        finally:
            self.under_way -= 1

    def perform(
        self,
        operation: Operation[Any, Any],
        identity: Identity,
        scope: Scope,
        headers: dict[bytes, bytes],
        body: bytes,
    ) -> bytes:
        """Perform an operation as the request asks; the result as JSON."""
        desk = Local(self.database, identity, self.clock)
        path = scope["path_params"]
        if operation.reads:
            asked = arguments.from_query(operation, path, scope["query_string"])
            return encode_json(desk.perform(operation, asked))
        asked = arguments.from_body(operation, path, body)
        key, dry_run = arguments.key_of(headers), arguments.is_dry_run(headers)
        return encode_json(desk.perform(operation, asked, key, dry_run=dry_run))

    def health(self) -> bytes:
        """Whether the database can be read; raises Unavailable."""
        try:
            with self.database.transaction(writes=False) as sql:
                is_rehearsal(sql)
        except Exception as failure:
            raise Unavailable(
                "The desk cannot be read.",
                hint="Tell the server's operator: pscli desk check",
                retry_after=5,
            ) from failure
        return encode_json({"status": "ok", "version": __version__, "now": self.clock()})

    def openapi(self) -> bytes:
        """The description of every endpoint."""
        return self._openapi

    @cached_property
    def _openapi(self) -> bytes:
        from .openapi import describe

        return describe(load_operations(), PREFIX)

    def release(self) -> None:
        """Let those go who only wait: the server stops."""
        self.watcher.release()

    @asynccontextmanager
    async def _lifespan(self, _: Any) -> AsyncIterator[None]:
        yield
        self.executor.shutdown()
        self.watcher.close()
        if self._owns_database:
            self.database.close()


class Endpoint:
    """One address: its operations by method."""

    def __init__(self, app: App, operations: dict[str, Operation[Any, Any]]) -> None:
        self.app = app
        self.operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Who asks, then what; the body is read last, and only of those who have a token."""
        method = scope["method"]
        operation = self.operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            raise WrongMethod(method, ", ".join(self.operations))
        app = self.app
        headers = dict(scope["headers"])
        peer = scope["client"][0] if scope.get("client") else ""
        identity = app.door.identity(headers.get(b"authorization"), peer)
        body = b""
        if not operation.reads:
            length = headers.get(b"content-length")
            body = await read_body(receive, length, app.limits.body_bytes)
            if body:
                arguments.check_json(headers.get(b"content-type", b""))
        token = identity.token_hash or ""
        try:
            result = await app.run(app.perform, operation, identity, scope, headers, body)
        except NotSignedIn:
            app.door.failed(peer, token)
            raise
        app.door.succeeded(token)
        await respond(send, answer(200, result, scope["request_id"]))


class Fixed:
    """An address that only answers, to everyone."""

    def __init__(self, app: App, content: Callable[[], bytes]) -> None:
        self.app = app
        self.content = content

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer GET."""
        if scope["method"] not in ("GET", "HEAD"):
            raise WrongMethod(scope["method"], "GET")
        result = await self.app.run(self.content)
        await respond(send, answer(200, result, scope["request_id"]))


def _paired(scope: Scope, send: Send) -> Send:
    """How to answer so that the client can tell: its own number for the request is repeated."""
    number = next((value for name, value in scope["headers"] if name == ECHO), b"")
    if not _NUMBER.fullmatch(number):
        return send

    async def send_paired(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (ECHO, number)]}
        await send(message)

    return send_paired


async def respond(send: Send, answered: Answer) -> None:
    """Send a whole response."""
    await send(
        {
            "type": "http.response.start",
            "status": answered.status,
            "headers": answered.headers,
        }
    )
    await send({"type": "http.response.body", "body": answered.body})


def _routes(app: App) -> list[Route]:
    """A route per address; literal ones stand before those with parameters."""
    by_path: dict[str, dict[str, Operation[Any, Any]]] = {}
    for operation in load_operations().values():
        by_path.setdefault(operation.path, {})[operation.method] = operation
    ordered = sorted(by_path, key=lambda path: path.replace("{", "~"))
    return [Route(PREFIX + path, Endpoint(app, by_path[path])) for path in ordered]


async def _not_found(*_: Any) -> NoReturn:
    raise NotFound("There is nothing at this address.", hint=f"See {PREFIX}/openapi.json")


def _without_values(failure: BaseException) -> str:
    """A traceback of code alone: messages of failures may hold what people wrote."""
    frames = "".join(traceback.format_tb(failure.__traceback__))
    return f"{type(failure).__module__}.{type(failure).__qualname__}\n{frames}"
