"""A proxy of our own between a client and the real server, and all that it can do wrong."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from pscli import __version__
from tests.server.faults import whole

OURS = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\npscli-version: {__version__}\r\n"
PAGE = "<html><body>Please sign in to this network</body></html>"
DELAY = 0.3  # seconds

# What is done with a request; returns whether the client may go on with the connection.
Fault = Callable[["Proxy", socket.socket, bytes], bool]


class Proxy:
    """Passes requests on to a server, one a connection; which of them go wrong, `picks` says."""

    def __init__(self, port: int, fault: Fault, picks: Callable[[bytes], bool]) -> None:
        self.upstream = port
        self.fault = fault
        self.picks = picks
        self.seen: list[bytes] = []
        self.held: list[bytes] = []
        self.trap = ""  # whereto redirects point
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._threads = [threading.Thread(target=self._accept)]
        self._open: list[socket.socket] = []
        self._threads[0].start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def pass_on(self, request: bytes) -> bytes:
        """The real server's answer."""
        with socket.create_connection(("127.0.0.1", self.upstream)) as upstream:
            upstream.sendall(request)
            return whole(upstream)

    def close(self) -> None:
        """Stop listening, and end what is still held."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        goes_on = True
        with connection, suppress(OSError):
            while goes_on and (request := whole(connection)):
                self.seen.append(request)
                fault = self.fault if self.picks(request) else intact
                goes_on = fault(self, connection, request)


@contextmanager
def behind(port: int, fault: Fault, picks: Callable[[bytes], bool]) -> Iterator[Proxy]:
    """A proxy before the server on this port."""
    proxy = Proxy(port, fault, picks)
    try:
        yield proxy
    finally:
        proxy.close()


def header(request: bytes, name: str) -> str | None:
    """The value of a header, None where it is not there."""
    found = re.search(rb"\r\n" + name.encode() + rb": ([^\r]*)", request, re.IGNORECASE)
    return found[1].decode() if found else None


def changes(request: bytes) -> bool:
    """Whether a request wants something changed."""
    return header(request, "idempotency-key") is not None and header(request, "dry-run") is None


def every(_: bytes) -> bool:
    """Pick all requests."""
    return True


def intact(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
    """Ask the server, and pass its answer on."""
    client.sendall(proxy.pass_on(request))
    return True


def drop_request(_: Proxy, __: socket.socket, ___: bytes) -> bool:
    """The server never gets it."""
    return False


def drop_answer(proxy: Proxy, _: socket.socket, request: bytes) -> bool:
    """The server does it, and the client never hears of it."""
    proxy.pass_on(request)
    return False


def delay(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
    """Late, but whole."""
    time.sleep(DELAY)
    return intact(proxy, client, request)


def cut(keep: float) -> Fault:
    """The answer ends after so much of it: a part below 1, else bytes; below 0 from its end."""

    def cut_off(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
        answer = proxy.pass_on(request)
        client.sendall(answer[: int(len(answer) * keep) if 0 < keep < 1 else int(keep)])
        return False

    return cut_off


def stall(_: Proxy, client: socket.socket, __: bytes) -> bool:
    """No answer, and no end."""
    return client.recv(1) == b"never"


def stall_midway(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
    """Half an answer, and no end."""
    answer = proxy.pass_on(request)
    client.sendall(answer[: len(answer) // 2])
    return client.recv(1) == b"never"


def duplicate_request(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
    """The server gets it twice; the client hears of the second."""
    proxy.pass_on(request)
    return intact(proxy, client, request)


def duplicate_answer(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
    """The same answer twice, one after the other."""
    client.sendall(proxy.pass_on(request) * 2)
    return True


def reorder(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
    """A request is held back until the client's next attempt has been answered."""
    if not proxy.held:
        proxy.held.append(request)
        return False
    intact(proxy, client, request)
    proxy.pass_on(proxy.held[0])
    return False


def cross(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
    """The answer to somebody else's question."""
    proxy.pass_on(request)
    return say("[7]")(proxy, client, request)


def say(text: str, head: str = OURS, length: int | str | None = None) -> Fault:
    """Answer with this text, of so many bytes as it says, instead of asking the server."""
    size = len(text.encode()) if length is None else length

    def saying(_: Proxy, client: socket.socket, __: bytes) -> bool:
        client.sendall(f"{head}content-length: {size}\r\n\r\n{text}".encode())
        return False

    return saying


def resize(by: int) -> Fault:
    """The answer's length is said to be so much more than it is."""

    def resized(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
        top, blank, body = proxy.pass_on(request).partition(b"\r\n\r\n")
        length = b"content-length: %d" % max(len(body) + by, 0)
        client.sendall(re.sub(rb"(?i)content-length: \d+", length, top) + blank + body)
        return False

    return resized


def rubbish(_: Proxy, client: socket.socket, __: bytes) -> bool:
    """No HTTP at all."""
    client.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\x00\xff")
    return False


def redirect(proxy: Proxy, client: socket.socket, request: bytes) -> bool:
    """To somewhere that would like to see a token."""
    head = f"HTTP/1.1 307 Temporary Redirect\r\nlocation: {proxy.trap}/v1/me\r\n"
    return say("", head)(proxy, client, request)


def refusing(status: str, code: str) -> Fault:
    """The server's own refusal."""
    error = {"error": {"code": code, "message": "Not now.", "retry_after": 60}}
    return say(json.dumps(error), OURS.replace("200 OK", status))


def portal(status: str) -> Fault:
    """HTML instead of JSON."""
    return say(PAGE, f"HTTP/1.1 {status}\r\ncontent-type: text/html\r\n")


class Kind(NamedTuple):
    """A fault, and what it is for a command whose requests all meet it.

    `read` and `write` are the exit codes, None where the command succeeds all the same.
    """

    fault: Fault
    read: int | None = 10
    write: int | None = 9


FAULTS = {
    "drop request": Kind(drop_request),
    "drop answer": Kind(drop_answer),
    "delay": Kind(delay, None, None),
    "cut at byte 1": Kind(cut(1)),
    "cut in the head": Kind(cut(40)),
    "cut in the body": Kind(cut(0.9)),
    "cut before the last byte": Kind(cut(-1)),
    "duplicate request": Kind(duplicate_request, None, None),
    "duplicate answer": Kind(duplicate_answer, None, None),
    "reorder": Kind(reorder, None, None),
    "cross": Kind(cross),
    "too long": Kind(resize(+7)),
    "too short": Kind(resize(-7)),
    "no length": Kind(say("{}", length="many")),
    "rubbish": Kind(rubbish),
    "portal": Kind(portal("200 OK"), write=10),
    "bad gateway": Kind(portal("502 Bad Gateway")),
    "gateway timeout": Kind(portal("504 Gateway Timeout")),
    "unavailable": Kind(portal("503 Service Unavailable"), write=10),
    "too many": Kind(refusing("429 Too Many Requests", "too_many_requests"), write=10),
    "HTML as JSON": Kind(say(PAGE)),
    "redirect": Kind(redirect, 2, 2),
    "stall": Kind(stall),
    "stall midway": Kind(stall_midway),
}
SLOW = ("stall", "stall midway")  # which cost half a minute each
