"""One side of a chat: lines go out in order and are shown once they are kept; others' come in."""

import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from pscli.desk.chats import attend_chat, end_chat, read_chat, say_line
from pscli.models.live import Chat, ChatState
from pscli.models.tickets import AuthorKind, Message
from pscli.operation import Backend
from pscli.problems import AnswerUnknown, Problem, Unavailable
from pscli.tokens import new_key

from .drafts import save_draft
from .session import Session
from .terminal import is_interactive, is_screen, visible, visible_lines

SIGN_EVERY = 30.0  # seconds between signs of life
WAIT = 50.0  # seconds that one wait for news lasts
PAUSE = 1.0  # seconds before a lost connection is tried again


class Conversation:
    """A person's or a representative's side of one chat, until one of them ends it."""

    def __init__(self, session: Session, chat: Chat, side: AuthorKind) -> None:
        self.session = session
        self.backend: Backend = session.backend
        self.chat = chat
        self.side = side
        self.seen = 0
        self.over = threading.Event()
        self.leaving = False
        self.outgoing: queue.Queue[str | None] = queue.Queue()
        self.interrupt: Callable[[], None] = lambda: None
        self._place: int | None = None
        self._lost = False

    def run(self) -> None:
        """Talk until the chat is over; a closed window or Ctrl-C ends it for both."""
        threads = [
            threading.Thread(target=work, daemon=True)
            for work in (self._send_lines, self._show_news, self._give_signs)
        ]
        for thread in threads:
            thread.start()
        try:
            with _hangup_as_interrupt():
                self._read_lines()
        except (KeyboardInterrupt, EOFError):
            pass
        finally:
            self._leave(threads[0])
        self.session.tell(
            f"The chat is kept as ticket {self.chat.number}: "
            f"pscli contact requests show {self.chat.number}"
            if self.side is AuthorKind.CUSTOMER
            else f"The chat is kept: pscli support show '{self.chat.team}' {self.chat.number}"
        )

    def _read_lines(self) -> None:
        if is_interactive() and is_screen():
            self._prompt()
            return
        for line in sys.stdin:
            text = line.rstrip("\n")
            if self.over.is_set() or text.strip() == "/end":
                return
            if text.strip():
                self.outgoing.put(text)

    def _prompt(self) -> None:
        """A prompt that a half-typed line survives while others' lines come in above it."""
        from prompt_toolkit import PromptSession
        from prompt_toolkit.patch_stdout import patch_stdout

        prompt: PromptSession[str] = PromptSession(erase_when_done=True)

        def stop() -> None:
            loop = prompt.app.loop
            if loop is not None and prompt.app.is_running:
                loop.call_soon_threadsafe(lambda: prompt.app.exit(exception=EOFError))

        self.interrupt = stop
        self._show("Write and press Enter. /end ends the chat.")
        with patch_stdout(raw=True):
            while not self.over.is_set():
                text = prompt.prompt("> ").strip()
                if text == "/end":
                    return
                if text:
                    self.outgoing.put(text)

    def _leave(self, sender: threading.Thread) -> None:
        """Send what is still to be sent, then end the chat."""
        self.leaving = True
        self.outgoing.put(None)
        sender.join(timeout=30)
        if not self.over.is_set():
            with suppress(Problem):
                self.backend.perform(end_chat, {"id": self.chat.id}, new_key())
        self._drain()

    def _drain(self) -> None:
        """Show the last lines, and keep what could not be sent."""
        with suppress(Problem):
            self._look()
        self.over.set()
        unsent = []
        while not self.outgoing.empty():
            line = self.outgoing.get()
            unsent += [line] if line else []
        if unsent:
            self.session.tell(f"Not sent, kept in {save_draft(chr(10).join(unsent))}")

    def _send_lines(self) -> None:
        while (text := self.outgoing.get()) is not None:
            self._send(text)

    def _send(self, text: str) -> None:
        """Send one line under one key, however often the connection breaks."""
        key = new_key()
        while not self.over.is_set():
            try:
                self.backend.perform(say_line, {"id": self.chat.id, "body": text}, key)
            except (Unavailable, AnswerUnknown):
                self._say_lost()
                time.sleep(PAUSE)
            except Problem as problem:
                self._show(f"Not sent: {problem.message} Kept in {save_draft(text)}")
                return
            else:
                return
        self.outgoing.put(text)

    def _show_news(self) -> None:
        while not self.over.is_set():
            try:
                revision = self._look()
                if self.chat.state is ChatState.ENDED:
                    self.over.set()
                    self.interrupt()
                    return
                self.backend.wait(f"chat/{self.chat.id}", revision, WAIT)
                self._lost = False
            except (Unavailable, AnswerUnknown):
                self._say_lost()
                time.sleep(PAUSE)
            except Problem as problem:
                self._show(f"Error: {problem.message}")
                self.over.set()
                self.interrupt()

    def _look(self) -> int:
        """Show every line after the last one seen; returns the revision to wait for."""
        while True:
            news = read_chat(self.backend, self.chat.id, after=self.seen)
            self.chat = news.chat
            for line in news.lines:
                self.seen = line.id
                self._show_line(line)
            if not news.lines:
                break
        if self.chat.place is not None and self.chat.place != self._place:
            self._place = self.chat.place
            if self.side is AuthorKind.CUSTOMER:
                self._show(f"You are number {self._place} in the queue.")
        return news.revision

    def _give_signs(self) -> None:
        while not self.over.wait(SIGN_EVERY):
            with suppress(Problem):
                self.backend.perform(attend_chat, {"id": self.chat.id})

    def _say_lost(self) -> None:
        if not self._lost and not self.leaving:
            self._lost = True
            self._show("The connection is lost; trying again. Nothing is lost.")

    def _show_line(self, line: Message) -> None:
        if line.author_kind is AuthorKind.SYSTEM:
            self._show(visible(line.body))
            return
        who = "You" if line.author_kind is self.side else visible(line.author)
        at = _clock(line.created_at, self.session)
        first, *rest = visible_lines(line.body)
        print("\n".join([f"{at} {who}: {first}", *(f"      {each}" for each in rest)]), flush=True)  # noqa: T201 - the chat itself

    def _show(self, text: str) -> None:
        print(f"-- {text}", flush=True, file=None if is_screen() else sys.stderr)


def _clock(at: datetime, session: Session) -> str:
    return f"{at.astimezone(session.zone):%H:%M}"


@contextmanager
def _hangup_as_interrupt() -> Iterator[None]:
    """A closed window and a termination end the chat as Ctrl-C does."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, stop) for each in (signal.SIGHUP, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
