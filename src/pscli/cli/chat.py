"""One side of a chat: lines go out in order and are shown once they are kept; others' come in."""

import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pscli.codec import plain
from pscli.desk.chat_records import GONE_AFTER, LINES_AT_ONCE, read_chat
from pscli.desk.chats import end_chat, say_line
from pscli.models.live import Chat, ChatState
from pscli.models.record import Change
from pscli.models.tickets import AuthorKind, Message
from pscli.problems import AnswerUnknown, Problem, TooManyRequests, Unavailable
from pscli.tokens import new_key

from .chat_faces import Face, face_for
from .drafts import save_draft
from .session import Format, Session

WAIT = 50.0  # seconds that one wait for news lasts; each is a sign of life
QUEUE_WAIT = 25.0  # the same while one's place in the queue may change
PAUSE = 0.5  # seconds before a lost connection is tried again
PATIENCE = 30.0  # seconds that whoever ends a chat waits until the desk knows it
HURRY = 5.0  # the same after Ctrl-C and where the window is closed
_AGAIN = (Unavailable, AnswerUnknown, TooManyRequests)


class Conversation:
    """A person's or a representative's side of one chat, until one of them ends it."""

    def __init__(
        self,
        session: Session,
        opened: Change[Chat],
        side: AuthorKind,
        *,
        wait: float = WAIT,
    ) -> None:
        self.session = session
        self.opened = opened
        self.chat = opened.record
        self.side = side
        self.wait = wait
        self.face: Face = face_for(session, self.say, side)
        self.lines: list[Message] = []  # for the one document of -o json
        self._typed: deque[str] = deque()  # what is not sent yet, the oldest first
        self._wake = threading.Event()
        self._over = threading.Event()
        self._leaving = threading.Event()
        self._give_up_at = float("inf")
        self._failure: Exception | None = None
        self._signal = 0
        self._seen = 0
        self._noted: dict[str, Any] = {}
        self._noting = threading.Lock()

    def run(self) -> Any:
        """Talk until the chat is over; returns what -o json prints.

        `/end`, the end of stdin, Ctrl-C and a closed window end it for both sides; the first two
        only once everything that was typed is sent.
        """
        self._greet()
        sender, follower = (
            threading.Thread(target=self._guarded, args=(work,), daemon=True)
            for work in (self._send_lines, self._follow)
        )
        sender.start()
        follower.start()
        interrupted = False
        try:
            with self._signals():
                try:
                    self.face.read()
                except KeyboardInterrupt:
                    interrupted = True
                except OSError:  # the window was gone before its signal came
                    self._signal = signal.SIGTERM
                self._leave(sender, hurried=interrupted or bool(self._signal))
            follower.join(timeout=2)  # it shows the last lines
        finally:
            self._over.set()
            self._keep_unsent()
        return self._result(interrupted=interrupted)

    def say(self, text: str) -> None:
        """Put a line behind those that are being sent."""
        self._typed.append(text)
        self._wake.set()

    def _greet(self) -> None:
        who = "" if self.side is AuthorKind.CUSTOMER else f" with {self.chat.person}"
        again = "" if self.opened.changed else " again: it is still open"
        self.face.note(
            f"Chat about {self.chat.product}{who}{again}. "
            "Write and press Enter; /end ends it for both."
        )
        self._note_state(self.chat)

    def _guarded(self, work: Callable[[], None]) -> None:
        """A thread's work; what goes wrong in it ends the chat and is raised by the main thread."""
        try:
            work()
        except Exception as failure:  # noqa: BLE001 - raised again where a run ends
            if not self._over.is_set():
                self._failure = failure
                self._stop()

    def _stop(self) -> None:
        self._over.set()
        self._wake.set()
        self.face.stop()

    def _send_lines(self) -> None:
        while not self._over.is_set():
            self._wake.wait()
            self._wake.clear()
            leaving = self._leaving.is_set()
            while self._typed and self._is_sent(self._typed[0]):
                self._typed.popleft()
            if leaving:
                return

    def _is_sent(self, text: str) -> bool:
        """Send one line under one key, however often the connection breaks; False to give up."""
        key = new_key()
        while not self._over.is_set() and time.monotonic() < self._give_up_at:
            try:
                self.session.backend.perform(say_line, {"id": self.chat.id, "body": text}, key)
            except _AGAIN:
                self._note_lost(lost=True)
                time.sleep(PAUSE)
            except Problem as problem:
                if self._over.wait(1):  # the chat has ended: what was typed goes into one draft
                    return False
                kept = save_draft(text)
                self.face.note(f"Not sent: {problem.message} Your text is kept in {kept}")
                return True
            else:
                return True
        return False

    def _follow(self) -> None:
        revision = -1
        while not self._over.is_set():
            try:
                if revision < 0:
                    revision = self._look()
                if self.chat.state is ChatState.ENDED:
                    self._stop()
                    return
                waits = self.chat.state is ChatState.WAITING
                seconds = min(self.wait, QUEUE_WAIT) if waits else self.wait
                news = self.session.backend.wait(f"chat/{self.chat.id}", revision, seconds)
                self._note_lost(lost=False)
                if news > revision or waits:
                    revision = -1
            except _AGAIN:
                self._note_lost(lost=True)
                time.sleep(PAUSE)

    def _look(self) -> int:
        """Show every line after the last one seen; returns the revision to wait for."""
        while True:
            news = read_chat(self.session.backend, self.chat.id, after=self._seen)
            if news.lines:
                self._seen = news.lines[-1].id
                if self.session.shown is Format.JSON:
                    self.lines += news.lines
                self.face.show(news.lines)
            self._note_state(news.chat)
            if len(news.lines) < LINES_AT_ONCE:
                return news.revision

    def _note_state(self, chat: Chat) -> None:
        """Say what is new about the chat: the place in the queue, who is there or not."""
        with self._noting:
            before, self.chat = self.chat, chat
            if self.side is AuthorKind.CUSTOMER:
                if chat.place not in (None, self._noted.get("place")):
                    self.face.note(f"You are number {chat.place} in the queue.")
                if before.state is ChatState.WAITING and chat.state is ChatState.LIVE:
                    self.face.ring()
                self._noted["place"] = chat.place
            elif chat.state is not ChatState.ENDED:
                self._note_person(chat)

    def _note_person(self, chat: Chat) -> None:
        """What a representative should know: another one leads, or the person is away."""
        if chat.representative != self.opened.record.representative:
            leads = chat.representative or "Nobody"
            self.face.note(f"You were away for long. {leads} leads this chat now.")
            self._stop()
            return
        seen = chat.representative_seen_at or chat.person_seen_at
        away = seen - chat.person_seen_at > GONE_AFTER
        if away is not self._noted.get("away", False):
            state = "is not connected; what you write waits for them" if away else "is back"
            self.face.note(f"{chat.person} {state}.")
        self._noted["away"] = away

    def _note_lost(self, *, lost: bool) -> None:
        with self._noting:
            if lost is self._noted.get("lost", False) or self._over.is_set():
                return
            self._noted["lost"] = lost
            self.face.note(
                "The connection is lost; trying again. Nothing that you type is lost."
                if lost
                else "The connection is back."
            )

    def _leave(self, sender: threading.Thread, *, hurried: bool) -> None:
        """Send what is still to be sent, then end the chat."""
        if hurried:
            self._give_up_at = time.monotonic() + HURRY
        self._leaving.set()
        self._wake.set()
        sender.join(HURRY + 1 if hurried else None)
        if not self._over.is_set():
            self._end(time.monotonic() + (HURRY if hurried else PATIENCE))

    def _end(self, deadline: float) -> None:
        key = new_key()
        while not self._over.is_set():
            try:
                self.session.backend.perform(end_chat, {"id": self.chat.id}, key)
            except _AGAIN:
                if time.monotonic() < deadline:
                    time.sleep(PAUSE)
                    continue
                self.face.note("The desk could not be told that you left: the chat is still open.")
            except Problem:  # another representative leads it by now
                pass
            return

    def _keep_unsent(self) -> None:
        unsent = [*self._typed, *filter(None, [self.face.unfinished()])]
        if unsent:
            self.face.note(f"Not sent, but kept: {save_draft(chr(10).join(unsent))}")

    def _result(self, *, interrupted: bool) -> Any:
        if self._failure is not None:
            raise self._failure
        number, team = self.chat.number, self.chat.team
        show = f"contact requests show {number}"
        if self.side is AuthorKind.SUPPORT:
            from shlex import quote

            show = f"support show {quote(team)} {number}"
        self.face.note(f"The chat is kept as ticket {number}: pscli {show}")
        if self._signal:
            raise SystemExit(128 + self._signal)
        if interrupted:
            raise KeyboardInterrupt
        if self.session.shown is not Format.JSON:
            return None
        chat = {"changed": self.opened.changed, **plain(self.chat)}
        return {**chat, "messages": plain(self.lines)}

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """A closed window and a termination end the chat as Ctrl-C does."""

        def leave(number: int, _: Any) -> None:
            self._signal = signal.SIGTERM if number == signal.SIGHUP else number
            if self._leaving.is_set() or not self.face.interrupt():
                raise KeyboardInterrupt

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, leave) for each in (signal.SIGHUP, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
