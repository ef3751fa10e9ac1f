"""The real program in a fork of a process that has everything imported: a start costs 10 ms."""

import fcntl
import gc
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NamedTuple, NoReturn

import pscli.cli
from pscli.cli.app import run
from tests.world import all_operations

PATIENCE = 20  # seconds for one command on a loaded machine
_END_OF_FILE = b"\x04" * 8  # what every question at the terminal is answered with


class Ended(NamedTuple):
    """What one run printed, and its exit code; at a terminal everything stands in `out`."""

    out: bytes
    err: bytes
    code: int


def warm() -> None:
    """Import what any command might, and let the forks share it."""
    all_operations()
    for module in iter_modules(pscli.cli.__path__):
        import_module(f"pscli.cli.{module.name}")
    gc.collect()
    gc.freeze()


def in_pipe(words: list[str], env: Mapping[str, str], folder: Path, stdin: bytes = b"") -> Ended:
    """Run one command with stdin, stdout and stderr on pipes."""
    given, out, err = os.pipe(), os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        for descriptor, end in enumerate((given[0], out[1], err[1])):
            os.dup2(end, descriptor)
        os.closerange(3, 256)
        _become(words, env, folder)
    for end in (given[0], out[1], err[1]):
        os.close(end)
    os.write(given[1], stdin)  # less than a pipe holds
    os.close(given[1])
    said = _drained(child, [out[0], err[0]])
    return Ended(said[out[0]], said[err[0]], _code(child))


def at_terminal(words: list[str], env: Mapping[str, str], folder: Path) -> Ended:
    """Run one command with everything on a terminal of 80 columns, where nobody types."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
        kept = termios.tcgetattr(0)
        kept[3] &= ~termios.ECHO
        termios.tcsetattr(0, termios.TCSANOW, kept)
        os.closerange(3, 256)
        _become(words, {**env, "TERM": "xterm-256color"}, folder)
    os.write(terminal, _END_OF_FILE)
    said = _drained(child, [terminal])
    return Ended(said[terminal], b"", _code(child))


def _become(words: list[str], env: Mapping[str, str], folder: Path) -> NoReturn:
    """Be the program, from its first line to its exit."""
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        sys.argv = ["pscli", *words]
        for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
            errors = "surrogateescape" if name == "stdin" else "strict"
            errors = "backslashreplace" if name == "stderr" else errors
            setattr(sys, name, open(number, mode, encoding="utf-8", errors=errors, closefd=False))  # noqa: SIM115 - as long as the process
        run()
    except BaseException:  # noqa: BLE001 - this process must not go on as the test
        os.write(2, traceback.format_exc().encode())
    os._exit(1)


def _drained(child: int, ends: list[int]) -> dict[int, bytes]:
    """All that is said until every end is closed; who takes too long is ended."""
    said = dict.fromkeys(ends, b"")
    until = time.monotonic() + PATIENCE
    left = list(ends)
    while left:
        ready, _, _ = select.select(left, [], [], max(0.0, until - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            until += PATIENCE
        for end in ready:
            try:
                piece = os.read(end, 65536)
            except OSError:  # what Linux says when the other side of a terminal is gone
                piece = b""
            said[end] += piece
            if not piece:
                left.remove(end)
                os.close(end)
    return said


def _code(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
