"""The line to a server: to whom it may go, whom it trusts, how long a whole request may take."""

import os
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx

from pscli.codec import encode_json
from pscli.operation import MOST_SENT
from pscli.problems import InvalidValue, TooLarge

ECHO = "pscli-request"  # a number that the server repeats, so that an answer is that to a request
_LAST_PORT = 65535


def check_server(server: str, *, allow_insecure: bool = False) -> httpx.URL:
    """The server's address; without TLS only a loopback one is taken."""
    try:
        url = httpx.URL(server.strip())
    except (httpx.InvalidURL, UnicodeError) as error:
        raise _no_address() from error
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise _no_address()
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise _no_address()
    if url.userinfo:
        raise InvalidValue(
            "A server's address holds no name and no password.",
            hint="The token alone says who you are.",
            field="server",
        )
    if url.path not in ("", "/"):
        raise InvalidValue(
            "A server's address ends with its host or port.",
            hint=f"Leave “{url.path[:100]}” out: a token belongs to a whole server.",
            field="server",
        )
    if url.scheme == "http" and not (allow_insecure or is_loopback(url.host)):
        raise InvalidValue(
            f"{url.host} would see the token in clear text: http:// is for this machine only.",
            hint="Use https://, or where you trust the network: pscli auth login --allow-insecure",
            field="server",
        )
    return url


def origin_of(url: httpx.URL) -> str:
    """Scheme, host and port: to whom a token may go."""
    port = url.port or (443 if url.scheme == "https" else 80)
    host = url.raw_host.decode("ascii")
    return f"{url.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, in a spelling that leaves no doubt."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _no_address() -> InvalidValue:
    return InvalidValue(
        "The server's address is not one.",
        hint="Write it as in https://desk.example.com",
        field="server",
    )


def tls_for(url: httpx.URL) -> ssl.SSLContext:
    """The system's certificates; loading them takes time that plain http need not spend."""
    if url.scheme == "https":
        return ssl.create_default_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Deadlines(threading.local):
    """Until when the requests of this thread may take, however slowly an answer drips.

    httpx knows only how long one read may take.
    """

    at = float("inf")

    @contextmanager
    def until(self, moment: float) -> Iterator[None]:
        """Requests within this block end by `moment`, in seconds of the monotonic clock."""
        self.at = moment
        try:
            yield
        finally:
            self.at = float("inf")

    def shorten(self, timeout: float | None) -> float:
        """A wait that does not pass the deadline."""
        left = max(self.at - time.monotonic(), 0.001)
        return left if timeout is None else min(timeout, left)

    def transport(self, tls: ssl.SSLContext) -> "httpx.BaseTransport":
        """A transport of httpx whose sockets keep these deadlines."""
        transport = _Paired(verify=tls, trust_env=False)
        transport._pool = httpcore.ConnectionPool(  # noqa: SLF001 - httpx has no way to say it
            ssl_context=tls, network_backend=_Network(self)
        )
        return transport


class _Paired(httpx.HTTPTransport):
    """Takes no answer for that to another request, such as one that came twice."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        number = os.urandom(8).hex()
        request.headers[ECHO] = number
        response = super().handle_request(request)
        if response.headers.get(ECHO, number) != number:
            response.close()
            self._pool.close()  # more of it may lie in wait on that connection
            raise httpx.RemoteProtocolError("the answer to another request", request=request)
        return response


class _Network(httpcore.SyncBackend):
    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        wait = self._deadlines.shorten(timeout)
        stream = super().connect_tcp(host, port, wait, local_address, socket_options)
        return _Stream(stream, self._deadlines)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadlines: Deadlines) -> None:
        self._stream = stream
        self._deadlines = deadlines

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadlines.shorten(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadlines.shorten(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        wait = self._deadlines.shorten(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, wait), self._deadlines)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def check_size(body: dict[str, Any]) -> None:
    """Refuse what a server would refuse for its size, before any of it is sent."""
    size = len(encode_json(body))
    if size > MOST_SENT:
        raise TooLarge(
            f"This is {size:,} bytes; a server takes {MOST_SENT:,} at once. Nothing was sent.",
            hint="Send it in parts, or do it where the desk is: with PSCLI_DB instead of a server.",
        )
