"""Clients that send too much, nothing, or a byte at a time: memory, their end, everybody else."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

from .conftest import SOAK
from .served import Process, limits, server

SCALE = 1 if SOAK > 1 else 15  # how many times shorter the server waits than by default
BODIES, BODY_MIB = 8, 256 if SOAK > 1 else 16
SILENT = 300 if SOAK > 1 else 60
DRIPPING = 100 if SOAK > 1 else 20
MOST_MIB = 50  # that the server may grow by
GRACE = 5  # seconds on top of the longest wait until everyone is hung up on
PIECE = b" " * 65536

SUBMIT = "POST /v1/requests HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
OPENINGS = (  # of those who drip: in a head, in a body with a token, without one, in chunks
    "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    SUBMIT + "Authorization: Bearer {token}\r\nContent-Length: 900000\r\n\r\n",
    SUBMIT + "Content-Length: 900000\r\n\r\n",
    SUBMIT + "Authorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n\r\n",
)


def send_too_much(process: Process, *, chunked: bool) -> tuple[bytes, int]:
    """Send a huge body for as long as anybody takes it; the answer's begin, and the bytes sent."""
    head = SUBMIT + f"Authorization: Bearer {process.token}\r\n"
    said = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {BODY_MIB << 20}"
    piece = b"10000\r\n" + PIECE + b"\r\n" if chunked else PIECE
    sent, answer = 0, b""
    with socket.create_connection(("127.0.0.1", process.port), timeout=30) as connection:
        with suppress(OSError):
            connection.sendall(f"{head}{said}\r\n\r\n".encode())
            while sent < BODY_MIB << 20:
                connection.sendall(piece)
                sent += len(PIECE)
        with suppress(OSError):  # a reset may overtake the answer
            answer = connection.recv(1000)
    return answer, sent


def closed_after(sockets: list[socket.socket], drip: bytes, patience: float) -> list[float]:
    """The seconds after which each was hung up on, while bytes drip in ten times a second."""
    began = time.monotonic()
    left = list(sockets)
    ends: list[float] = []
    while left and time.monotonic() - began < patience:
        for each in list(left):
            if is_closed(each, drip):
                ends.append(time.monotonic() - began)
                left.remove(each)
        time.sleep(0.1)
    return ends + [float("inf")] * len(left)


def is_closed(connection: socket.socket, drip: bytes) -> bool:
    """Whether the server hung up; what it still says is thrown away."""
    try:
        if drip:
            connection.send(drip)
        while connection.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def served_meanwhile(process: Process, stop: Event) -> list[float]:
    """Ask for one's own list and file a request, again and again; the seconds that each took."""
    took: list[float] = []
    body = b'{"subject": "s", "body": "b"}'
    headers = {"Authorization": f"Bearer {process.token}", "Content-Type": "application/json"}
    while not stop.wait(0.05):
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", process.port, timeout=30)
        turn = ("POST", body) if len(took) % 10 == 9 else ("GET", None)
        connection.request(turn[0], "/v1/requests", turn[1], headers)
        assert connection.getresponse().status == 200
        connection.close()
        took.append(time.monotonic() - began)
    return took


def test_a_crowd_of_bad_clients_costs_little(desk_file: Path) -> None:
    """Huge bodies, silent and dripping clients: little memory, all hung up on, others served."""
    patience = limits(SCALE).body_seconds + GRACE
    with server(desk_file, SCALE) as process, ExitStack() as stack, ThreadPoolExecutor(16) as pool:

        def crowd(count: int, opening: Callable[[int], str]) -> list[socket.socket]:
            sockets = []
            for n in range(count):
                each = socket.create_connection(("127.0.0.1", process.port), timeout=30)
                stack.enter_context(each)
                each.sendall(opening(n).encode())
                each.settimeout(0)
                sockets.append(each)
            return sockets

        stop = Event()
        warm_up = pool.submit(served_meanwhile, process, stop)
        time.sleep(0.5)
        before = process.memory()
        silent = crowd(SILENT, lambda _: "")
        dripping = crowd(DRIPPING, lambda n: OPENINGS[n % 4].format(token=process.token))
        waits = [
            pool.submit(closed_after, silent, b"", patience),
            pool.submit(closed_after, dripping, b"1", patience),
        ]
        huge = [pool.submit(send_too_much, process, chunked=n % 2 == 1) for n in range(BODIES)]
        ends = [end for each in waits for end in each.result()]
        answers = [each.result() for each in huge]
        stop.set()
        took = warm_up.result()
        grown = process.memory("VmHWM") - before
    print(  # noqa: T201 - the figures of docs/reliability.md
        f"grown {grown} MiB, closed after {max(ends):.1f} s at most, "
        f"{len(took)} others took {max(took):.2f} s at most, "
        f"{max(sent for _, sent in answers) >> 10} KiB of a body taken at most, "
        f"{sum(bool(answer) for answer, _ in answers)} of {BODIES} told why"
    )
    assert max(ends) <= patience
    assert all(not answer or answer.startswith(b"HTTP/1.1 413 ") for answer, _ in answers)
    assert max(sent for _, sent in answers) < min(BODY_MIB << 20, 16 << 20)
    assert grown <= MOST_MIB
    assert took
    assert any(answer for answer, _ in answers)
    assert max(took) < GRACE
