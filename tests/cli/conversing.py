"""The real program on a terminal of its own, at which a test types, looks and hangs up."""

import fcntl
import json
import os
import pty
import signal
import socket
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from select import select
from typing import IO, Self

from tests.conftest import PROGRAM, Program

PATIENCE = 30.0  # seconds; two busy cores start three programs slowly


class Terminal:
    """A pseudo-terminal and the program on it, which it controls as a window does."""

    def __init__(
        self,
        program: Program,
        *words: str,
        env: dict[str, str] | None = None,
        width: int = 100,
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
        self.process = subprocess.Popen(
            [*PROGRAM, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**program.env, "TERM": "xterm-256color", "NO_COLOR": "1", **(env or {})},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no other way
        )
        os.close(theirs)
        self._open = True
        self._raw = b""
        self._read_to = 0
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.hang_up()

    @property
    def text(self) -> str:
        """Everything that came out so far."""
        return self._raw.decode("utf-8", "replace")

    def expect(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until this comes out after what was expected before."""
        wanted = text.encode()
        deadline = time.monotonic() + seconds
        with self._news:
            while (found := self._raw.find(wanted, self._read_to)) < 0:
                left = deadline - time.monotonic()
                assert left > 0, f"{text!r} did not come after:\n{self.text}"
                self._news.wait(left)
            self._read_to = found + len(wanted)

    def type(self, text: str) -> None:
        """Press keys; Enter is a carriage return."""
        os.write(self._ours, text.encode())

    def send(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the window: whoever is on the terminal gets SIGHUP."""
        if self._open:
            self._open = False
            self._reader.join()  # a descriptor that is being read from is not closed
            os.close(self._ours)

    def wait(self) -> int:
        """The exit code, once the program has ended."""
        return self.process.wait(timeout=PATIENCE)

    def _read(self) -> None:
        while self._open:
            if not select([self._ours], [], [], 0.05)[0]:
                continue
            try:
                piece = os.read(self._ours, 65536)
            except OSError:  # the other side is gone, or we hung up
                return
            with self._news:
                self._raw += piece
                self._news.notify_all()


class Piped:
    """The program with pipes: lines go in, records come out."""

    def __init__(self, program: Program, *words: str, env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**program.env, **(env or {})},
        )
        self.lines: list[str] = []
        self.notes: list[str] = []
        self._news = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(stream, kept), daemon=True)
            for stream, kept in (
                (self.process.stdout, self.lines),
                (self.process.stderr, self.notes),
            )
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def say(self, *lines: str | bytes) -> None:
        """Write lines to its stdin."""
        assert self.process.stdin is not None
        for line in lines:
            raw = line if isinstance(line, bytes) else line.encode()
            self.process.stdin.write(raw + b"\n")
        self.process.stdin.flush()

    def end(self) -> int:
        """End its stdin, wait for it, return its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.wait()

    def wait(self) -> int:
        """The exit code, once the program has ended and everything was read."""
        code = self.process.wait(timeout=PATIENCE)
        for reader in self._readers:
            reader.join()
        return code

    def expect(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until this stands on stdout or stderr."""
        self.until(lambda: any(text in line for line in self.lines + self.notes), seconds, text)

    def until(self, come: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until something is true of what came out."""
        with self._news:
            assert self._news.wait_for(come, seconds), f"no {what}: {self.lines} {self.notes}"

    def said(self, kind: str) -> list[str]:
        """What customers or support said, from lines that are JSON."""
        found = [json.loads(line) for line in self.lines]
        return [each["body"] for each in found if each["author_kind"] == kind]

    def _read(self, stream: IO[bytes], kept: list[str]) -> None:
        for line in stream:
            with self._news:
                kept.append(line.decode("utf-8", "replace").rstrip("\n"))
                self._news.notify_all()


@contextmanager
def served(program: Program, place: str, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The real server on a port; it is gone afterwards."""
    words = [*PROGRAM, "serve", "--port", str(port), "--database", place]
    env = {name: value for name, value in program.env.items() if name != "PSCLI_NOW"}
    with subprocess.Popen(words, env=env, stderr=subprocess.PIPE) as server:
        try:
            assert server.stderr is not None
            assert b"Listening" in server.stderr.readline()
            yield server
        finally:
            server.kill()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def through(program: Program, address: str, token: str) -> Program:
    """The program as somebody who only knows a server."""
    kept = {k: v for k, v in program.env.items() if k not in ("PSCLI_DB", "PSCLI_NOW")}
    return Program({**kept, "PSCLI_SERVER": address, "PSCLI_TOKEN": token})
