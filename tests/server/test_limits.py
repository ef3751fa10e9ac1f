"""What one client may cost: bytes, seconds, connections, requests under way."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from pscli.desk.tickets import list_tickets
from pscli.operation import OPERATIONS, Work
from pscli.server.limits import Limits
from tests.world import ANA

from .conftest import QUICK, Desk

Serve = Callable[[Limits | None], Desk]


@contextmanager
def plain_socket(desk: Desk) -> Iterator[socket.socket]:
    """A connection on which the test writes its own bytes."""
    with socket.create_connection(("127.0.0.1", desk.port), timeout=5) as connection:
        yield connection


def received(connection: socket.socket) -> bytes:
    """Everything until the server hangs up; a reset counts as hanging up."""
    got = b""
    try:
        while piece := connection.recv(65536):
            got += piece
    except ConnectionResetError:
        pass
    return got


def head(token: str, *lines: str) -> bytes:
    """The head of a submit."""
    said = ("POST /v1/requests HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", *lines)
    return "\r\n".join([*said, "Content-Type: application/json", "", ""]).encode()


def test_a_body_that_says_it_is_too_large_is_not_read(desk: Desk) -> None:
    """413 on the head alone, at one byte over 1 MiB; then the server hangs up."""
    token = desk.token(ANA)
    with plain_socket(desk) as connection:
        connection.sendall(head(token, f"Content-Length: {1024 * 1024 + 1}"))
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too_large"' in answer


def test_a_body_without_a_length_is_cut_at_the_limit(desk: Desk) -> None:
    """413 for chunks too, once they are over 1 MiB together."""
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with plain_socket(desk) as connection:
        connection.sendall(head(desk.token(ANA), "Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < 40:
                connection.sendall(chunk)
                sent += 1
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert received(connection).startswith(b"HTTP/1.1 413 ")


def test_a_body_at_the_limit_is_taken(serve: Serve) -> None:
    """The limit itself is allowed: the refusal then is about the content."""
    desk = serve(QUICK)
    for size, status in ((QUICK.body_bytes, 422), (QUICK.body_bytes + 1, 413)):
        body = b'{"subject": "s", "body": "' + b"b" * (size - 28) + b'"}'
        assert len(body) == size
        assert desk.ask("POST", "/v1/requests", desk.token(ANA), body=body).status == status


def test_nobody_without_a_token_sends_a_body(desk: Desk) -> None:
    """A1: 401 comes before the body is asked for."""
    with plain_socket(desk) as connection:
        lines = ("Content-Length: 1000", "Expect: 100-continue")
        connection.sendall(head("pscli_wrong", *lines))
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("opening", "drip"),
    [
        (b"", b""),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"a"),
        (b"POST /v1/requests HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n", b"b"),
        (b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nX-Slow: ", b"c"),
    ],
    ids=["silent", "dripping head", "dripping body", "dripping second head"],
)
def test_slow_clients_are_hung_up_on(serve: Serve, opening: bytes, drip: bytes) -> None:
    """A head and a body have their time, however steadily the bytes drip in."""
    desk = serve(QUICK)
    began = time.monotonic()
    with plain_socket(desk) as connection:
        connection.sendall(opening)
        connection.settimeout(0.05)
        while True:
            try:
                if drip:
                    connection.sendall(drip)
                if not connection.recv(65536):
                    break
            except TimeoutError:
                assert time.monotonic() - began < 4, "the server keeps waiting"
            except (BrokenPipeError, ConnectionResetError):
                break
    assert 0.3 < time.monotonic() - began < 3


def test_a_dripping_body_of_somebody_known_is_hung_up_on(serve: Serve) -> None:
    """A token is no excuse; and nothing is filed."""
    desk = serve(QUICK)
    token = desk.token(ANA)
    with plain_socket(desk) as connection:
        connection.sendall(head(token, "Content-Length: 5000") + b'{"subject":')
        assert received(connection) == b""
    assert list_tickets(desk.connect(token)).total == 0


def test_slow_clients_keep_nobody_waiting(serve: Serve) -> None:
    """While a dozen drip, an ordinary request is answered at once."""
    desk = serve(QUICK)
    token = desk.token(ANA)
    with plain_socket(desk) as first, plain_socket(desk) as second:
        for connection in (first, second):
            connection.sendall(head(token, "Content-Length: 5000"))
        began = time.monotonic()
        assert desk.ask("GET", "/v1/me", token).status == 200
        assert time.monotonic() - began < 0.4


def test_a_client_that_does_not_read_is_cut_off(serve: Serve) -> None:
    """An answer that nobody takes does not hold its connection for ever."""
    desk = serve(QUICK)
    request = b"GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    began = time.monotonic()
    cut_off = False
    with plain_socket(desk) as connection:
        while not cut_off and time.monotonic() - began < 5:
            try:
                connection.sendall(request)
            except (BrokenPipeError, ConnectionResetError):
                cut_off = True
            time.sleep(0.01)
    assert cut_off


def test_what_is_no_http_is_refused_like_everything(desk: Desk) -> None:
    """400, as JSON with a code, and the connection is closed."""
    for nonsense in (
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"HELLO\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ):
        with plain_socket(desk) as connection:
            connection.sendall(nonsense)
            answer = received(connection)
        assert answer.startswith(b"HTTP/1.1 400 "), nonsense
        assert b'"code":"invalid_value"' in answer


def test_an_upgrade_is_not_taken(desk: Desk) -> None:
    """There is no WebSocket here: the request is answered as plain HTTP."""
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "x"}
    assert desk.ask("GET", "/health", headers=headers).status == 200


def test_connections_have_a_limit(serve: Serve) -> None:
    """One more is told 503; the others are served, and places become free again."""
    desk = serve(Limits(connections=3))
    with plain_socket(desk) as first, plain_socket(desk), plain_socket(desk):
        time.sleep(0.1)
        with plain_socket(desk) as fourth:
            answer = received(fourth)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1" in answer
        first.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert first.recv(100).startswith(b"HTTP/1.1 200 ")
    time.sleep(0.1)
    assert desk.ask("GET", "/health").status == 200


def test_requests_under_way_have_a_limit(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is told 503 with Retry-After, and nothing was done."""
    desk = serve(Limits(requests=2, threads=2))
    token = desk.token(ANA)
    whoami = OPERATIONS["whoami"].function
    release = threading.Event()

    def slow(work: Work) -> object:
        assert release.wait(5)
        return whoami(work)

    monkeypatch.setattr(OPERATIONS["whoami"], "function", slow)
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(desk.ask, "GET", "/v1/me", token) for _ in range(2)]
        time.sleep(0.2)
        busy = desk.ask("GET", "/v1/tokens", token)
        release.set()
        assert [each.result().status for each in running] == [200, 200]
    assert (busy.status, busy.headers["retry-after"]) == (503, "1")
    assert desk.ask("GET", "/v1/tokens", token).status == 200
