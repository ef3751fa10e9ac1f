"""A result that is longer than the screen goes through the pager, whatever becomes of it."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from .terminal import encoding_of, speaks_unicode

if TYPE_CHECKING:
    from .session import Session

KEPT = 1 << 20  # characters that can be shown again where the pager fails


@contextmanager
def paged(session: "Session") -> Iterator[None]:
    """Let what is printed go through a pager where it is longer than the screen.

    Leaving a pager early is no failure: the rest is not asked for. One that is missing or fails is
    said, and the text comes without it.
    """
    command = pager_words(os.environ)
    rows = _rows(sys.stdout)
    if not command or not rows:
        yield
        return
    screen = sys.stdout
    paging = Paging(session, screen, command, rows)
    sys.stdout = paging
    try:
        yield
    except PagerLeftError:
        pass
    except (KeyboardInterrupt, Exception):
        raise
    except BaseException:  # terminated while there was more to come
        paging.end()
        raise
    finally:
        sys.stdout = screen
        paging.close()


def pager_words(environ: Mapping[str, str]) -> list[str]:
    """The pager's command line; empty where there is none, or the terminal cannot be moved on."""
    if environ.get("TERM", "dumb") in ("", "dumb"):
        return []
    named = environ.get("PSCLI_PAGER") or environ.get("PAGER")
    if not named:
        return ["less", "-FRX"] if shutil.which("less") else []
    try:
        words = shlex.split(named)
    except ValueError:  # a quote that does not end
        words = [named]
    return [] if words in ([], ["cat"]) else words


def _rows(screen: TextIO) -> int:
    try:
        return os.get_terminal_size(screen.fileno()).lines
    except (OSError, ValueError):
        return 0


class PagerLeftError(Exception):
    """The person left the pager: nobody reads the rest."""


class Paging:
    """Stdout that holds a screenful back and starts the pager once there is more."""

    def __init__(self, session: "Session", screen: TextIO, command: list[str], rows: int) -> None:
        self._session = session
        self._screen = screen
        self._command = command
        self._rows = rows
        self._held = ""
        self._lost = False  # whether more was printed than is held
        self._pager: subprocess.Popen[bytes] | None = None
        self._plain = False  # whether the pager failed, and the screen is written to itself

    def __getattr__(self, name: str) -> Any:
        """Everything else is as the screen's."""
        return getattr(self._screen, name)

    def write(self, text: str) -> int:
        """Print; raises PagerLeftError where nobody reads any more."""
        if self._plain:
            return self._screen.write(text)
        if self._pager is not None:
            self._hold(text)
            self._feed(text)
            return len(text)
        self._held += text
        if self._held.count("\n") >= self._rows or len(self._held) > KEPT:
            self._start()
        return len(text)

    def flush(self) -> None:
        """Let what was printed arrive; what is held back waits for more."""
        if self._plain:
            self._screen.flush()

    def close(self) -> None:
        """Print what was held back, or wait until the person has left the pager."""
        if self._pager is None:
            if not self._plain:
                self._screen.write(self._held)
            self._screen.flush()
            return
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C there is the pager's
        try:
            self._wait()
        finally:
            signal.signal(signal.SIGINT, before)

    def end(self) -> None:
        """End the pager at once."""
        if self._pager is not None:
            self._pager.terminate()

    def _hold(self, text: str) -> None:
        self._lost = self._lost or len(self._held) + len(text) > KEPT
        self._held = "" if self._lost else self._held + text

    def _start(self) -> None:
        self._screen.flush()
        environ = {"LESS": "FRX", "LV": "-c", **os.environ}
        if speaks_unicode(self._screen):
            environ.setdefault("LESSCHARSET", "utf-8")
        try:
            self._pager = subprocess.Popen(  # noqa: S603 - the person's own pager
                self._command, stdin=subprocess.PIPE, env=environ
            )
        except OSError as error:
            self._give_up(error.strerror or "it cannot be started")
        else:
            self._feed(self._held)

    def _feed(self, text: str) -> None:
        assert self._pager is not None  # noqa: S101 - only called with one
        assert self._pager.stdin is not None  # noqa: S101 - it was asked for
        try:
            self._pager.stdin.write(text.encode(encoding_of(self._screen), "backslashreplace"))
            self._pager.stdin.flush()
        except OSError:
            self._wait()
            if not self._plain:
                raise PagerLeftError from None

    def _wait(self) -> None:
        """Wait for the pager's end."""
        assert self._pager is not None  # noqa: S101 - only called with one
        assert self._pager.stdin is not None  # noqa: S101 - it was asked for
        with suppress(OSError):
            self._pager.stdin.close()
        try:
            code = self._pager.wait()
        except BaseException:  # terminated: the pager would wait for a key
            self.end()
            raise
        if code:
            self._give_up(f"exit {code}" if code > 0 else f"signal {-code}")

    def _give_up(self, reason: str) -> None:
        """Say that the pager failed; the text comes without it as far as it is held."""
        self._session.tell(f"The pager “{self._command[0]}” failed: {reason}.")
        self._plain = not self._lost
        self._pager = None
        self._screen.write(self._held)
