"""Lists of what waits, shown anew with a bell whenever something comes, until Ctrl-C."""

import sys
import time
from collections.abc import Callable
from typing import Any

from pscli.models.live import Callback, CallbackState, Chat, ChatState
from pscli.models.record import Page
from pscli.models.tickets import Status
from pscli.problems import AnswerUnknown, TooManyRequests, Unavailable

from .session import Format, Session
from .terminal import is_screen, is_tty

EVERY = 5.0  # seconds after which it is looked all the same: requests ring nobody at once
PAUSE = 1.0  # seconds before a lost connection is tried again
_CLEAR = "\x1b[H\x1b[2J"


def watched(session: Session, read: Callable[[], Page[Any]], *, go_on: bool) -> Any:
    """A list of what waits; to go on means to show it until Ctrl-C, and to ring when one comes.

    A terminal always shows the whole list; what reads a pipe gets each item once, as it comes.
    """
    if not go_on:
        return read()
    session.no_pager = True
    known: set[Any] | None = None
    shown: Page[Any] | None = None
    revision = -1
    while True:
        try:
            seconds = 0 if known is None else EVERY
            revision = session.backend.wait("queue", revision, seconds)
            page = read()
        except (Unavailable, AnswerUnknown, TooManyRequests) as problem:
            if known is None:
                raise
            session.tell(f"{problem.message} Trying again.")
            time.sleep(PAUSE)
            continue
        waiting = {name: item for item in page.items if (name := _waits(item)) is not None}
        come = waiting.keys() - (known or set())
        if page != shown or known is None:
            _show(session, page, [item for name, item in waiting.items() if name in come])
        if come and known is not None and is_tty(sys.stderr):
            print("\a", end="", flush=True, file=sys.stderr)  # noqa: T201 - the bell
        known, shown = set(waiting), page


def _waits(item: Any) -> Any:
    """The name of what waits for a representative; None for what does not."""
    if isinstance(item, Chat):
        return item.id if item.state is ChatState.WAITING else None
    if isinstance(item, Callback):
        return item.id if item.state is CallbackState.WAITING else None
    return (item.team, item.number) if item.status is Status.OPEN else None


def _show(session: Session, page: Page[Any], come: list[Any]) -> None:
    from .output import show

    if is_screen() and session.shown is Format.TABLE:
        print(_CLEAR, end="")  # noqa: T201 - a screen that is drawn anew
        show(page, session)
        session.tell("", "Watching. Ctrl-C ends it.")
    elif come:
        show(Page(items=come, total=None, next=None), session)
        session.header = False
    sys.stdout.flush()
