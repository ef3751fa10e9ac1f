"""The real program on a terminal of its own, at which a test types, looks and hangs up."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
import time
from types import TracebackType
from typing import Self

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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
            os.close(self._ours)

    def wait(self) -> int:
        """The exit code, once the program has ended."""
        return self.process.wait(timeout=PATIENCE)

    def _read(self) -> None:
        while self._open:
            try:
                piece = os.read(self._ours, 65536)
            except OSError:  # the other side is gone, or we hung up
                return
            with self._news:
                self._raw += piece
                self._news.notify_all()
