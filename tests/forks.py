"""The real program in a process of its own, forked where it is imported already: no wait for that.

`python -m tests.forks ADDRESS` imports all of pscli once; each connection to it is one run.
"""

import fcntl
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, TextIO

ROOT = Path(__file__).parents[1]
LOCALE = "C.UTF-8"
# What an interpreter or a library reads when it starts, long before a fork.
_READ_AT_START = ("PYTHON", "LC_", "FORCE_", "NO_COLOR", "CLICOLOR", "TERMINAL_")


class Forks:
    """A process that has imported the program, and forks for each run."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "forks")
        kept = ("PATH", "PYTHONPATH")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", self.address],
            env={"LANG": LOCALE, **{name: os.environ[name] for name in kept if name in os.environ}},
            cwd=ROOT,
            stdin=subprocess.PIPE,  # its end is the end of that process
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"

    def close(self) -> None:
        """End it."""
        self.process.communicate()

    @staticmethod
    def can_be(env: Mapping[str, str]) -> bool:
        """Whether a fork is like a start: nothing in its environment is for the interpreter."""
        return env.get("LANG") == LOCALE and not any(
            name.startswith(_READ_AT_START) for name in env
        )

    def run(
        self,
        words: Sequence[str],
        env: Mapping[str, str],
        given: bytes,
        limit: float,
        folder: Path | None = None,
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a command with pipes as its streams, here or in a folder.

        Raises TimeoutExpired after so many seconds, when it is killed.
        """
        reads, writes = zip(os.pipe(), os.pipe(), os.pipe(), strict=True)
        job = {"words": words, "env": dict(env), "folder": str(folder or Path.cwd())}
        with self._asked(job, [reads[0], writes[1], writes[2]]) as answer:
            pid = int(answer.readline())
            with _ended_after(limit, pid, words) as deadline:
                out, err = _communicated(writes[0], reads[1:], given, deadline)
            return subprocess.CompletedProcess(list(words), int(answer.readline()), out, err)

    def at_terminal(
        self, words: Sequence[str], env: Mapping[str, str], typed: bytes, limit: float, folder: Path
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a command with everything on a terminal of 80 columns, on which this is typed first.

        What it says stands in stdout. Raises TimeoutExpired as `run` does.
        """
        ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
        kept = termios.tcgetattr(theirs)
        kept[3] &= ~termios.ECHO
        termios.tcsetattr(theirs, termios.TCSANOW, kept)
        job = {"words": words, "env": {**env, "TERM": "xterm-256color"}, "folder": str(folder)}
        with self._asked({**job, "terminal": True}, [theirs]) as answer:
            pid = int(answer.readline())
            with _ended_after(limit, pid, words) as deadline:
                (out,) = _communicated(os.dup(ours), (ours,), typed, deadline)
            return subprocess.CompletedProcess(list(words), int(answer.readline()), out, b"")

    @contextmanager
    def _asked(self, job: dict[str, Any], streams: list[int]) -> Iterator[TextIO]:
        """Ask for a run on these streams, which are the run's alone then; its answers come here."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.address)
            socket.send_fds(line, [b"\n"], streams)
            line.sendall(json.dumps(job).encode() + b"\n")
            for descriptor in streams:
                os.close(descriptor)
            yield line.makefile("r")


@contextmanager
def _ended_after(seconds: float, pid: int, words: Sequence[str]) -> Iterator[float]:
    """Gives when a run must have ended; one that has not is killed, and TimeoutExpired raised."""
    try:
        yield time.monotonic() + seconds
    except TimeoutError:
        os.kill(pid, signal.SIGKILL)
        raise subprocess.TimeoutExpired(list(words), seconds) from None


def _communicated(
    stdin: int, ends: tuple[int, ...], given: bytes, deadline: float
) -> tuple[bytes, ...]:
    """What comes out of each end until all are closed, while `given` goes in."""
    said: dict[int, list[bytes]] = {end: [] for end in ends}
    reading, writing = list(ends), [stdin]
    os.set_blocking(stdin, False)
    try:
        while reading or writing:
            left = max(0.0, deadline - time.monotonic())
            ready, taking, _ = select.select(reading, writing, [], left)
            if not ready and not taking:
                raise TimeoutError
            for end in ready:
                try:
                    piece = os.read(end, 65536)
                except OSError:  # what Linux says when the other side of a terminal is gone
                    piece = b""
                said[end].append(piece)
                if not piece:
                    reading.remove(end)
            if taking:
                try:
                    given = given[os.write(stdin, given) :] if given else b""
                except OSError:  # nobody reads it any more
                    given = b""
                if not given:
                    writing.remove(stdin)
                    os.close(stdin)
    finally:
        for end in (*ends, *writing):
            os.close(end)
    return tuple(b"".join(said[end]) for end in ends)


def main(address: str) -> None:
    """Import everything, then fork for each connection."""
    import pscli.cli
    import pscli.desk

    for package in (pscli.cli, pscli.desk):
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    import_module("pscli.backends.remote")
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those below
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        os.write(1, b"ready\n")
        while True:
            if 0 in select.select([listening.fileno(), 0], [], [])[0]:
                return
            line, _ = listening.accept()
            if os.fork() == 0:
                attend(line)
            line.close()


def attend(line: socket.socket) -> None:
    """Run what one connection asks for, in a process below this one; say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(line, 1, 3)
    job = json.loads(line.makefile("r").readline())
    pid = os.fork()
    if pid == 0:
        become(job, streams)
    for stream in streams:
        os.close(stream)
    line.sendall(b"%d\n" % pid)
    _, status = os.waitpid(pid, 0)
    line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def become(job: dict[str, Any], streams: list[int]) -> None:
    """Be the console script."""
    from pscli.__main__ import run

    for number in range(3):
        os.dup2(streams[min(number, len(streams) - 1)], number)
    os.closerange(3, 256)
    if job.get("terminal"):
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        assert isinstance(sys.stdout, TextIOWrapper)
        sys.stdout.reconfigure(line_buffering=True)
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["env"])
    time.tzset()
    sys.argv = [str(ROOT / "src" / "pscli" / "__main__.py"), *job["words"]]
    run()


if __name__ == "__main__":
    main(sys.argv[1])
