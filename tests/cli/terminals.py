"""The real program on a pseudo-terminal of a given size."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from dataclasses import dataclass

from tests.conftest import PROGRAM, Program

SGR = re.compile(rb"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Shown:
    """What came out at a terminal, and the exit code."""

    raw: bytes
    err: str
    code: int

    @property
    def lines(self) -> list[str]:
        """The lines without our own colours."""
        return SGR.sub(b"", self.raw).decode().replace("\r\n", "\n").splitlines()


def on_terminal(
    program: Program,
    *words: str,
    width: int = 80,
    env: dict[str, str] | None = None,
    errors_too: bool = False,
) -> Shown:
    """Run a command with stdin and stdout on a terminal, and stderr in a pipe or there too."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    running = subprocess.Popen(
        [*PROGRAM, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs if errors_too else subprocess.PIPE,
        env={**program.env, "TERM": "xterm-256color", **(env or {})},
    )
    os.close(theirs)
    raw = b""
    while piece := _read(ours):
        raw += piece
    os.close(ours)
    err = ""
    if running.stderr is not None:
        err = running.stderr.read().decode()
        running.stderr.close()
    return Shown(raw, err, running.wait(timeout=60))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # what Linux says when the other side is gone
        return b""
