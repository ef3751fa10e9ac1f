"""A small HTTP client that keeps some connections busy for some seconds, on loopback only."""

import asyncio
import time
from typing import NamedTuple


class Load(NamedTuple):
    """What came back: whole answers, seconds, the median and the slowest hundredth."""

    answers: int
    seconds: float
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class _Caller(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, request: bytes, deadline: float, took: list[float]) -> None:
        self.request = request
        self.deadline = deadline
        self.took = took
        self.buffer, self.wanted, self.began = b"", 0, 0.0
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first time."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Collect until the answer is whole, then ask again."""
        self.buffer += data
        if self.wanted == 0:
            head, found, _ = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 200"), head
            length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
            self.wanted = len(head) + 4 + int(length)
        if len(self.buffer) < self.wanted:
            return
        now = time.perf_counter()
        self.took.append(now - self.began)
        if now < self.deadline:
            self._ask()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Done, or broken off."""
        if exc is not None:
            self.ended.set_exception(exc)
        elif not self.ended.done():
            self.ended.set_result(None)

    def _ask(self) -> None:
        self.buffer, self.wanted = b"", 0
        self.began = time.perf_counter()
        self.transport.write(self.request)


def load(port: int, path: str, token: str, *, connections: int, seconds: float) -> Load:
    """Ask for a path over and over; an answer other than 200 stops everything."""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    return asyncio.run(_load(port, head.encode(), connections, seconds))


async def _load(port: int, request: bytes, connections: int, seconds: float) -> Load:
    took: list[float] = []
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    deadline = began + seconds
    callers = [
        (await loop.create_connection(lambda: _Caller(request, deadline, took), "127.0.0.1", port))[
            1
        ]
        for _ in range(connections)
    ]
    await asyncio.wait_for(asyncio.gather(*(each.ended for each in callers)), seconds + 30)
    elapsed = time.perf_counter() - began
    took.sort()
    return Load(len(took), elapsed, took[len(took) // 2], took[len(took) * 99 // 100])
