"""How much a client may ask of the server, and how long it may take to ask."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from pscli.models.record import Record
from pscli.operation import MOST_SENT
from pscli.problems import Problem, TooLarge, Unavailable

from .refusals import Answer, Malformed, refusal

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Limits(Record, frozen=True):
    """Seconds, bytes and counts of one server process."""

    head_seconds: float = 10.0
    body_seconds: float = 30.0
    body_bytes: int = MOST_SENT
    connections: int = 512
    requests: int = 256  # under way at once; a client that is still sending is none of them
    threads: int = 16
    token_failures: int = 30  # from one address in a minute


class Disconnected(Exception):  # noqa: N818 - nobody is left to be told
    """The client went away before its request was whole."""


async def read_body(receive: Receive, length: bytes | None, most: int) -> bytes:
    """The whole body; raises TooLarge before more than `most` bytes are read."""
    if length is not None and int(length) > most:
        raise _too_large(most)
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Disconnected
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise _too_large(most)
    return body


def _too_large(most: int) -> TooLarge:
    return TooLarge(
        f"The request body is over {most:,} bytes.", hint="Send less, or files in parts."
    )


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 with deadlines, which it has none of: for heads, bodies and slow readers.

    A request's head, and then its body, must be whole in time, however many bytes drip in; who
    does not take the answer is cut off too.
    """

    limits = Limits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seconds = {
            h11.IDLE: self.limits.head_seconds,
            h11.SEND_BODY: self.limits.body_seconds,
        }
        self._phase: Any = None
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Start the clock of the first head."""
        super().connection_made(transport)
        self._watch()
        if len(self.connections) > self.limits.connections:
            self._turn_away(
                Unavailable(
                    "The server has too many connections.",
                    hint="Repeat it in a moment.",
                    retry_after=1,
                )
            )

    def data_received(self, data: bytes) -> None:
        """Take what came, then see which clock runs on."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """The clock of the next head starts."""
        super().on_response_complete()
        self._watch()

    def shutdown(self) -> None:
        """The server stops: whoever only waits is let go, the rest is finished."""
        super().shutdown()
        self.app.release()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        for timer in (self._reading, self._writing):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not read: it has as long as a body may take."""
        super().pause_writing()
        self._writing = self.loop.call_later(self.limits.body_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        if self._writing is not None:
            self._writing.cancel()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP; the refusal looks like every other."""
        self._turn_away(Malformed(msg, hint="Send HTTP/1.1, as pscli does."))

    def _should_upgrade(self) -> bool:
        return False

    def _watch(self) -> None:
        phase = self.conn.their_state
        if phase is self._phase:
            return
        self._phase = phase
        if self._reading is not None:
            self._reading.cancel()
        seconds = self._seconds.get(phase)
        self._reading = None if seconds is None else self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

    def _turn_away(self, problem: Problem) -> None:
        """Answer without a request that could be routed, then hang up."""
        from os import urandom

        self.transport.write(_raw(refusal(problem, urandom(8).hex())))
        self.transport.close()


def _raw(answered: Answer) -> bytes:
    """A response as bytes, for a connection on which no request was read."""
    lines = [b"HTTP/1.1 %d " % answered.status]
    lines += [name + b": " + value for name, value in answered.headers]
    if (b"connection", b"close") not in answered.headers:
        lines.append(b"connection: close")
    return b"\r\n".join([*lines, b"", answered.body])
