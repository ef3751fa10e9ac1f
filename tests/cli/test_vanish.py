"""Representatives and customers who vanish without a word, and the place in the queue (C4)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.cli.chat import Conversation
from pscli.cli.session import Session
from pscli.desk.chats import join_chat, open_chat
from pscli.models.live import Chat
from pscli.models.people import Identity
from pscli.models.record import Change
from pscli.models.tickets import AuthorKind, Message
from pscli.operation import Backend
from tests.conftest import Program
from tests.world import AGENT, AGENT2, ANA, BEN, Clock

from .conversing import PATIENCE, Piped


class Listener:
    """Somebody at a chat who types nothing and remembers what they saw."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.rung = 0
        self._news = threading.Condition()
        self._done = threading.Event()

    def read(self) -> None:
        """Wait for the end."""
        self._done.wait()

    def show(self, lines: list[Message]) -> None:
        """Remember what was said."""
        for line in lines:
            self.note(line.body)

    def note(self, text: str) -> None:
        """Remember a remark."""
        with self._news:
            self.seen.append(text)
            self._news.notify_all()

    def ring(self) -> None:
        """Count the bells."""
        self.rung += 1

    def stop(self) -> None:
        """End the reading."""
        self._done.set()

    def interrupt(self) -> bool:
        """No signal comes here."""
        return False

    def unfinished(self) -> str:
        """Nothing was typed."""
        return ""

    def expect(self, text: str) -> None:
        """Wait until this was seen."""
        with self._news:
            come = self._news.wait_for(lambda: any(text in each for each in self.seen), PATIENCE)
            assert come, f"no {text!r} in {self.seen}"


@pytest.fixture
def place(peopled: Program, monkeypatch: pytest.MonkeyPatch) -> str:
    """The file of the desk, also for this process."""
    monkeypatch.setenv("PSCLI_DB", peopled.env["PSCLI_DB"])
    return peopled.env["PSCLI_DB"]


@contextmanager
def talking(
    place: str,
    email: str,
    clock: Clock,
    side: AuthorKind = AuthorKind.CUSTOMER,
) -> Iterator[Listener]:
    """Hold a side of a chat in a thread, that looks many times a second."""
    session = Session()
    database = open_database(place)
    backend = Local(database, Identity(email=email), clock)
    session.__dict__["backend"] = backend
    begin: Callable[[Backend], Change[Chat]] = (
        open_chat if side is AuthorKind.CUSTOMER else join_chat
    )
    conversation = Conversation(session, begin(backend), side, wait=0.05)
    conversation.face = listener = Listener()
    thread = threading.Thread(target=conversation.run)
    thread.start()
    try:
        yield listener
    finally:
        listener.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()
        database.close()


def test_a_killed_representative_gives_the_chat_back(peopled: Program, place: str) -> None:
    """C4: after 120 seconds the customer is first in the queue again; another one finds it all."""
    clock = Clock()
    with talking(place, ANA, clock) as ana:
        words = ("support", "chat", "-o", "jsonl")
        with Piped(peopled, *words, "--as", AGENT) as sam:
            ana.expect("agent from support joined.")
            assert ana.rung == 1
            sam.say("One moment")
            ana.expect("One moment")
            sam.process.kill()
            sam.process.wait()
        assert peopled(*words, "--as", AGENT2).code == 3
        clock.pass_(seconds=121)
        ana.expect("you are in the queue again")
        ana.expect("You are number 1 in the queue.")
        now = {"PSCLI_NOW": clock().isoformat()}
        with Piped(peopled, *words, "--as", AGENT2, env=now) as second:
            ana.expect("second from support joined.")
            second.expect("One moment")
            assert ana.rung == 2
            assert second.end() == 0


def test_the_place_in_the_queue_moves_up(peopled: Program, place: str) -> None:
    """C4: it is told when it changes, also because somebody before them vanished."""
    clock = Clock()
    with talking(place, BEN, clock):
        clock.pass_(seconds=1)
        with talking(place, ANA, clock) as ana:
            ana.expect("You are number 2 in the queue.")
            peopled.ok("support", "chat", "--as", AGENT, "-o", "jsonl", stdin="Hello\n")
            ana.expect("You are number 1 in the queue.")
    words = ("contact", "chat", "--as", BEN)
    with Piped(peopled, *words) as ben:
        ben.expect("number 1")
        ben.process.kill()
        ben.process.wait()
    with talking(place, ANA, clock) as ana:
        ana.expect("You are number 2 in the queue.")
        clock.pass_(seconds=121)
        ana.expect("You are number 1 in the queue.")
        peopled.ok(
            "support", "chat", "--as", AGENT, "-o", "jsonl", stdin="Hello\n",
            env={"PSCLI_NOW": clock().isoformat()},
        )  # fmt: skip
        ana.expect("Hello")


def test_a_representative_learns_that_the_customer_is_away_and_back(
    peopled: Program, place: str
) -> None:
    """C4: what is written waits for them; coming back they read it."""
    clock = Clock()
    with Piped(peopled, "contact", "chat", "--as", ANA) as ana:
        ana.expect("number 1")
        with talking(place, AGENT, clock, AuthorKind.SUPPORT) as sam:
            ana.expect("joined")
            ana.process.kill()
            ana.process.wait()
            clock.pass_(seconds=121)
            sam.expect(f"{ANA} is not connected")
            with talking(place, ANA, clock) as again:
                sam.expect(f"{ANA} is back.")
                again.expect("joined")


def test_a_representative_who_comes_back_too_late_is_told(peopled: Program, place: str) -> None:
    """C4: two never lead one chat; the first one's program ends, the second's goes on."""
    clock, late = Clock(), Clock()
    late.pass_(seconds=121)
    with talking(place, ANA, late) as ana:
        sleepy = Session()
        database = open_database(place)
        backend = Local(database, Identity(email=AGENT), clock)
        sleepy.__dict__["backend"] = backend
        conversation = Conversation(sleepy, join_chat(backend), AuthorKind.SUPPORT, wait=0.05)
        conversation.face = sam = Listener()
        thread = threading.Thread(target=conversation.run)
        thread.start()
        sam.expect("joined")
        late.pass_(seconds=20)  # the customer's next sign is due
        sam.expect("You were away for long.")
        thread.join(PATIENCE)
        assert not thread.is_alive()
        ana.expect("you are in the queue again")
        database.close()


def test_the_clock_of_a_chat_that_came_back_runs_again(peopled: Program, place: str) -> None:
    """S1, S5: joining answered; whoever waits again is promised an answer again."""
    clock = Clock()
    with talking(place, ANA, clock) as ana:
        with Piped(peopled, "support", "chat", "--as", AGENT) as sam:
            ana.expect("joined")
            sam.process.kill()
            sam.process.wait()
        clock.pass_(seconds=121)
        ana.expect("you are in the queue again")
    shown = peopled.ok("contact", "requests", "show", "1", "--as", ANA, "-o", "json").json
    started = [datetime.fromisoformat(each["started_at"]) for each in shown["promises"]]
    assert [(each - Clock()()).total_seconds() for each in started] == [0, 121]


def test_drafts_are_nobodys_but_their_writers(peopled: Program, tmp_path: Path) -> None:
    """C4: what could not be sent is readable by its writer alone."""
    with Piped(peopled, "contact", "chat", "--as", ANA) as ana:
        ana.say("x" * 65_537)
        ana.expect("Not sent")
        ana.end()
    (draft,) = tmp_path.glob("config/drafts/*")
    assert draft.stat().st_mode & 0o777 == 0o600
