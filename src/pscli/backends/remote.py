"""A backend behind a server: an operation is one HTTP request, repeated only where that is safe."""

import random
import socket
import ssl
import time
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

import httpx

from pscli import __version__
from pscli.codec import decode_json, plain
from pscli.models.checks import Reached
from pscli.models.record import Record
from pscli.operation import Operation
from pscli.problems import (
    AnswerUnknown,
    InvalidValue,
    NotSignedIn,
    Problem,
    TooManyRequests,
    Unavailable,
    from_wire,
)
from pscli.tokens import check_key, is_token, new_key

from .wire import Deadlines, check_server, check_size, tls_for

R = TypeVar("R")

PREFIX = "/v1"
_HEALTH: dict[str, Any] = {"method": "GET", "url": "/health"}
_LONGEST_WAIT = 55.0  # seconds; the server refuses more
_GATEWAY = (502, 504)  # of a proxy: whether the server behind it did something is open
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Patience(Record, frozen=True):
    """Seconds, and how often a request is made."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 30.0
    attempts: int = 4
    pause: float = 0.2  # before the second attempt; each further one waits twice as long


class Failed(Exception):  # noqa: N818 - a signal between two attempts
    """An attempt without an answer; `unknown` where the server may have done it all the same."""

    def __init__(self, problem: Problem, *, unknown: bool = False, final: bool = False) -> None:
        self.problem = problem
        self.unknown = unknown
        self.final = final


class Remote:
    """Performs operations by asking a server; the token goes to this server and nowhere else."""

    def __init__(
        self,
        server: str,
        token: str | None,
        *,
        allow_insecure: bool = False,
        patience: Patience | None = None,
    ) -> None:
        self.url = check_server(server, allow_insecure=allow_insecure)
        self.patience = patience or Patience()
        token = token and token.strip()
        if token is not None and not is_token(token):
            raise NotSignedIn(
                "The token is mistyped: its checksum is wrong.",
                hint="Copy it again, or get a new one from your operator: pscli auth login",
            )
        self._deadlines = Deadlines()
        self._http = httpx.Client(
            base_url=self.url,
            headers={
                **({"Authorization": f"Bearer {token}"} if token else {}),
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": f"pscli/{__version__}",
                "Pscli-Version": __version__,
            },
            timeout=httpx.Timeout(self.patience.read, connect=self.patience.connect),
            transport=self._deadlines.transport(tls_for(self.url)),
            trust_env=False,  # no proxy and no netrc: both would see or replace the token
            follow_redirects=False,
        )

    def perform(
        self,
        operation: Operation[Any, R],
        arguments: dict[str, Any],
        key: str | None = None,
        *,
        dry_run: bool = False,
    ) -> R:
        """Perform one operation within the total deadline; a change is repeated with its key."""
        arguments = operation.check(arguments)
        request = _request(operation, arguments)
        if not operation.reads:
            key = key or new_key()
            check_key(key)
            request["headers"] = {"Idempotency-Key": key}
            if dry_run:
                request["headers"]["Dry-Run"] = "true"
        done_by = None if operation.reads or dry_run else key
        body = self._insist(request, done_by)
        try:
            result: R = decode_json(operation.hints["return"], body)
        except InvalidValue as error:
            problem = Unavailable(
                f"The server's answer makes no sense: {error.message}",
                hint="Use the same version of pscli on both sides.",
            )
            raise (problem if done_by is None else _unknown(problem, done_by)) from error
        return result

    def wait(self, topic: str, after: int, seconds: float) -> int:
        """Wait at the server for news; nothing is repeated, the caller asks again anyhow."""
        seconds = min(seconds, _LONGEST_WAIT)
        params = {"topic": topic, "after": str(after), "seconds": str(seconds)}
        timeout = httpx.Timeout(seconds + self.patience.read, connect=self.patience.connect)
        deadline = time.monotonic() + seconds + self.patience.total
        request = {"method": "GET", "url": f"{PREFIX}/wait", "params": params, "timeout": timeout}
        try:
            with self._deadlines.until(deadline):
                news: dict[str, int] = decode_json(dict[str, int], self._attempt(request))
        except Failed as failed:
            raise failed.problem from failed
        return news["revision"]

    def reach(self) -> Reached:
        """What the server says to anyone, a token or none; raises as `perform` does."""
        try:
            with self._deadlines.until(time.monotonic() + self.patience.total):
                answered: Reached = decode_json(Reached, self._attempt(_HEALTH))
        except Failed as failed:
            raise failed.problem from failed
        return answered

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _insist(self, request: dict[str, Any], key: str | None) -> bytes:
        """The answer's body, after as many attempts as that takes and patience allows."""
        deadline = time.monotonic() + self.patience.total
        unknown = False
        for attempt in range(self.patience.attempts):
            try:
                with self._deadlines.until(deadline):
                    return self._attempt(request)
            except Failed as failed:
                unknown, last = unknown or failed.unknown, failed
            except Problem as refusal:
                if not unknown or key is None or isinstance(refusal, InvalidValue):
                    raise
                # What had no answer may still be waiting its turn there, and be done after this.
                raise _unknown(refusal, key) from refusal
            pause = self.patience.pause * 2**attempt * random.uniform(0.5, 1)  # noqa: S311
            pause = max(pause, last.problem.retry_after or 0)
            if last.final or time.monotonic() + pause > deadline:
                break
            if attempt + 1 < self.patience.attempts:
                time.sleep(pause)
        if unknown and key is not None:
            raise _unknown(last.problem, key) from last
        raise last.problem from last

    def _attempt(self, request: dict[str, Any]) -> bytes:
        """One request; raises the server's own refusal, or Failed."""
        try:
            response = self._http.request(**request)
        except _NOT_SENT as error:
            _refuse_connection(error, self.url)
        except httpx.TransportError as error:
            late = isinstance(error, httpx.TimeoutException)
            reason = "it took too long" if late else "the connection broke"
            problem = Unavailable(
                f"{self.url.host} gave no answer: {reason}.",
                hint="Check the network, then repeat the command.",
            )
            raise Failed(problem, unknown=True) from error
        self._check_answer(response)
        return response.content

    def _check_answer(self, response: httpx.Response) -> None:
        """Refuse whatever is not the result of a pscli server; raises its problems as they are."""
        if response.is_redirect:
            raise _redirected(response, self.url)
        is_json = response.headers.get("content-type", "").startswith("application/json")
        version = response.headers.get("pscli-version", "")
        if not (is_json and version):
            raise _foreign(response, self.url)
        if version.split(".")[0] != __version__.split(".")[0]:
            raise Unavailable(
                f"The server is pscli {version}, and this is pscli {__version__}.",
                hint="Use the same major version on both sides.",
            )
        if response.is_success:
            return
        problem = _problem(response)
        if isinstance(problem, Unavailable | TooManyRequests):
            raise Failed(problem)
        raise problem


def _request(operation: Operation[Any, Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """Method, address and the rest of the arguments, as query or as JSON."""
    defaults = {name: each.default for name, each in operation.signature.parameters.items()}
    said = {name: value for name, value in arguments.items() if value != defaults[name]}
    rest = plain(said)
    path = {name: _segment(str(rest.pop(name))) for name in operation.path_names}
    request = {"method": operation.method, "url": PREFIX + operation.path.format(**path)}
    if operation.reads:
        return {**request, "params": {name: _text(value) for name, value in rest.items()}}
    check_size(rest)
    return {**request, "json": rest}


def _segment(text: str) -> str:
    """A value as one segment of a path; dots alone would be taken for a way up."""
    return quote(text, safe="").replace(".", "%2E") if text in (".", "..") else quote(text, safe="")


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_connection(error: httpx.TransportError, url: httpx.URL) -> NoReturn:
    """Nothing was sent: say why, and whether trying again can help."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "no TLS there"
            raise Unavailable(
                f"{url.host} cannot be trusted: {reason}.",
                hint="Check the address and the server's certificate. Nothing was sent.",
            ) from error
        if isinstance(cause, socket.gaierror):
            raise Unavailable(
                f"There is no {url.host} to be found.", hint="Check the address and your network."
            ) from error
        cause = cause.__cause__ or cause.__context__
    raise Failed(
        Unavailable(
            f"The server at {url} does not answer. Nothing was done.",
            hint="Check that it runs: pscli serve",
        )
    ) from error


def _redirected(response: httpx.Response, url: httpx.URL) -> InvalidValue:
    target = response.headers.get("location", "")
    return InvalidValue(
        f"{url.host} wants to send this elsewhere ({response.status_code} to {target[:200]}), "
        "and redirects are not followed.",
        hint="If the desk has moved, name its new address as the server.",
        field="server",
    )


def _foreign(response: httpx.Response, url: httpx.URL) -> Exception:
    """An answer that no pscli server wrote."""
    status = response.status_code
    problem = Unavailable(
        f"What answers at {url} is not a pscli server (HTTP {status}).",
        hint="Check the address, and what stands between: a proxy, a portal that wants a login.",
    )
    if status in _GATEWAY:
        return Failed(problem, unknown=True)
    return Failed(problem, final=status != httpx.codes.SERVICE_UNAVAILABLE)


def _problem(response: httpx.Response) -> Problem:
    """The problem that the server named."""
    try:
        error = response.json()["error"]
        return from_wire(error, response.headers.get("x-request-id"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Unavailable(
            f"The server answered {response.status_code} without a reason.",
            hint="Repeat it later; if it stays so, tell the server's operator.",
        )


def _unknown(problem: Problem, key: str) -> AnswerUnknown:
    return AnswerUnknown(
        f"{problem.message} Whether it was done is not known.",
        hint=f"Repeat the command with --idempotency-key {key}: it is done once.",
        request_id=problem.request_id,
    )
