"""What is shown anew whenever it changes: lists of what waits, a ticket or callback of one's own.

Lists go on until Ctrl-C; a ticket that is solved and a callback that is over end it.
"""

import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

from pscli.models.live import Callback, CallbackState, Chat, ChatState
from pscli.models.record import Page
from pscli.models.tickets import Status
from pscli.problems import AnswerUnknown, TooManyRequests, Unavailable

from .session import Format, Session
from .terminal import is_screen, is_tty

T = TypeVar("T")

EVERY = 5.0  # seconds after which it is looked all the same: requests ring nobody at once
AGAIN = 60.0  # seconds after which a screen is drawn anew: its times are told in minutes
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


def followed(session: Session, read: Callable[[], T], over: Callable[[T], bool]) -> None:
    """Show a record, and again with a bell whenever it is another, until it is over or Ctrl-C.

    A terminal is drawn anew, also once a minute, for the times that are left; what reads a pipe
    gets a record for each change.
    """
    session.no_pager = True
    known: T | None = None
    drawn = 0.0
    while True:
        try:
            record = read()
        except (Unavailable, AnswerUnknown, TooManyRequests) as problem:
            if known is None:
                raise
            session.tell(f"{problem.message} Trying again.")
            time.sleep(EVERY)
            continue
        ended = over(record)
        if record != known or (_on_screen(session) and time.monotonic() - drawn >= AGAIN):
            _show_record(session, record, ended=ended)
            if known not in (None, record) and is_tty(sys.stderr):
                print("\a", end="", flush=True, file=sys.stderr)  # noqa: T201 - the bell
            drawn = time.monotonic()
        if ended:
            return
        known = record
        time.sleep(EVERY)


def _show_record(session: Session, record: Any, *, ended: bool) -> None:
    from .output import show

    if _on_screen(session):
        print(_CLEAR, end="")  # noqa: T201 - a screen that is drawn anew
    show(record, session)
    session.header = False
    sys.stdout.flush()
    if _on_screen(session) and not ended:
        session.tell("", "Watching. Ctrl-C ends it.")


def _on_screen(session: Session) -> bool:
    return is_screen() and session.shown is Format.TABLE


def _waits(item: Any) -> Any:
    """The name of what waits for a representative; None for what does not."""
    if isinstance(item, Chat):
        return item.id if item.state is ChatState.WAITING else None
    if isinstance(item, Callback):
        return item.id if item.state is CallbackState.WAITING else None
    return (item.team, item.number) if item.status is Status.OPEN else None


def _show(session: Session, page: Page[Any], come: list[Any]) -> None:
    from .output import show

    if _on_screen(session):
        print(_CLEAR, end="")  # noqa: T201 - a screen that is drawn anew
        show(page, session)
        session.tell("", "Watching. Ctrl-C ends it.")
    elif come:
        show(Page(items=come, total=None, next=None), session)
        session.header = False
    sys.stdout.flush()
