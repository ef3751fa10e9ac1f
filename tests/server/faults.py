"""A server that misbehaves as it is told, or stands between a client and the real one."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, bytes], None]


@dataclass
class Line:
    """What a misbehaving server saw: whole requests, as they came."""

    port: int
    seen: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def header(self, name: str) -> list[str]:
        """A header of every request that came."""
        found = []
        for request in self.seen:
            for line in request.split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]:
                key, _, value = line.partition(": ")
                if key.lower() == name.lower():
                    found.append(value)
        return found


@contextmanager
def misbehaving(*behaviours: Behaviour) -> Iterator[Line]:
    """Listen; the first connection gets the first behaviour, further ones the last."""
    listening = socket.create_server(("127.0.0.1", 0))
    line = Line(listening.getsockname()[1])
    thread = threading.Thread(target=_accept, args=(listening, line, behaviours))
    thread.start()
    try:
        yield line
    finally:
        # Closing alone does not wake a thread that waits in accept().
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        listening.close()


def _accept(listening: socket.socket, line: Line, behaviours: Sequence[Behaviour]) -> None:
    count = 0
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(5)
            try:
                request = whole(connection)
                if request:
                    line.seen.append(request)
                behaviours[min(count, len(behaviours) - 1)](connection, request)
            except OSError:
                pass
        count += 1


def whole(connection: socket.socket) -> bytes:
    """One request or answer: head, and as much body as it announces."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            return got
        got += piece
    top, _, body = got.partition(b"\r\n\r\n")
    lengths = [line for line in top.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < length:
        body += connection.recv(65536)
    return top + b"\r\n\r\n" + body


def answering(
    body: str, status: str = "200 OK", kind: str = "application/json", **headers: str
) -> Behaviour:
    """Answer everything with this."""
    said = {"content-type": kind, "content-length": str(len(body.encode())), **headers}
    lines = [f"HTTP/1.1 {status}", *(f"{n.replace('_', '-')}: {v}" for n, v in said.items())]
    text = "\r\n".join([*lines, "connection: close", "", body])

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(text.encode())

    return answer


def passing_on(port: int, *, keep: int | None = None) -> Behaviour:
    """Ask the real server and pass its answer on; only its first `keep` bytes where given."""

    def pass_on(connection: socket.socket, request: bytes) -> None:
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            upstream.sendall(request)
            answer = whole(upstream)
        connection.sendall(answer[:keep])

    return pass_on


def dripping(text: bytes, pause: float) -> Behaviour:
    """Send one byte at a time."""

    def drip(connection: socket.socket, _: bytes) -> None:
        stop = threading.Event()
        for byte in text:
            connection.sendall(bytes([byte]))
            stop.wait(pause)

    return drip


def silent(connection: socket.socket, _: bytes) -> None:
    """Never answer; the client has to give up."""
    connection.recv(1)
