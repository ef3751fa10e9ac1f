"""Chats between real programs: terminals, pipes, a server that dies, windows that close (C4)."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.setup import lay_desk
from pscli.models.people import Identity
from pscli.policy import shipped_policy
from tests.conftest import Program
from tests.server.running import listening, token_for
from tests.world import AGENT, AGENT2, ANA, BEN, OTTO, Clock, populate

from .conversing import PATIENCE, Piped, Terminal, free_port, served, through

LINES = 1000 if os.environ.get("PSCLI_SOAK") else 100


class Desk(NamedTuple):
    """How the two sides of a chat reach their desk."""

    customer: Program
    support: Program


@pytest.fixture(params=["sqlite", "server"])
def desk(request: pytest.FixtureRequest, clean_env: dict[str, str]) -> Iterator[Desk]:
    """A desk in a file that both open, or on PostgreSQL behind a server."""
    if request.param == "sqlite":
        peopled: Program = request.getfixturevalue("peopled")
        yield Desk(*(Program({**peopled.env, "PSCLI_AS": email}) for email in (ANA, AGENT)))
        return
    clock = Clock()
    database = open_database(request.getfixturevalue("desk_url"), size=8)
    with listening(database, clock) as address:
        tokens = [token_for(database, clock, email) for email in (ANA, AGENT)]
        yield Desk(*(through(Program(clean_env), address, token) for token in tokens))
    database.close()


def test_two_terminals_chat(desk: Desk) -> None:
    """C4: the place in the queue, a half-typed line under incoming text, Japanese, the ticket."""
    with ExitStack() as stack:
        ana = stack.enter_context(Terminal(desk.customer, "contact", "chat"))
        ana.expect("You are number 1 in the queue.")
        ana.type("It stopped\r")
        ana.expect("You: It stopped")
        sam = stack.enter_context(Terminal(desk.support, "support", "chat"))
        sam.expect(f"{ANA}: It stopped")
        ana.expect("joined.")
        ana.type("half")
        sam.type("こんにちは。\r")
        ana.expect("agent@desk.example: こんにちは。")
        ana.type(" and 後半\r")
        sam.expect(f"{ANA}: half and 後半")
        sam.type("Done\r")
        ana.expect("Done")
        sam.type("/end\r")
        ana.expect("ended the chat.")
        ana.expect("kept as ticket 1: pscli contact requests show 1")
        assert (ana.wait(), sam.wait()) == (0, 0)
    shown = desk.customer.ok("contact", "requests", "show", "1", "-o", "json").json
    said = [each["body"] for each in shown["messages"] if each["author_kind"] != "system"]
    assert said == ["It stopped", "こんにちは。", "half and 後半", "Done"]
    assert shown["promise"]["state"] == "met"  # S5


def _until_prompted(terminal: Terminal) -> None:
    """Wait until the prompt reads the keys: before that the terminal's own echo swallows them."""
    deadline = time.monotonic() + 20
    while "\x1b[?2004h" not in terminal.text:
        assert time.monotonic() < deadline, terminal.text
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("leave", "code"),
    [
        (lambda ana: ana.type("\x03"), 130),
        (lambda ana: ana.type("\x15\x04"), 0),  # the line away, then Ctrl-D
        (lambda ana: ana.send(signal.SIGTERM), 143),
        (Terminal.hang_up, 143),
    ],
    ids=["ctrl-c", "ctrl-d", "terminated", "window"],
)
def test_every_way_out_ends_it_for_both(
    peopled: Program, tmp_path: Path, leave: Callable[[Terminal], None], code: int
) -> None:
    """C4: the other side is told at once; a line that was not entered is kept in a draft."""
    with ExitStack() as stack:
        ana = stack.enter_context(Terminal(peopled, "contact", "chat", "--as", ANA))
        ana.expect("number 1")
        sam = stack.enter_context(Terminal(peopled, "support", "chat", "--as", AGENT))
        ana.expect("joined")
        _until_prompted(ana)
        ana.type("half")
        ana.expect("half")
        time.sleep(0.5)  # it may be the terminal's own echo: the prompt reads it a moment later
        leave(ana)
        sam.expect("Ana ended the chat.")
        assert (ana.wait(), sam.wait()) == (code, 0)
    drafts = [path.read_text() for path in tmp_path.glob("config/drafts/*")]
    assert drafts == ([] if code == 0 else ["half"])


def test_pipes_carry_records_and_the_end_of_stdin_ends_the_chat(desk: Desk) -> None:
    """C4: everything is sent first; notices are on stderr; messages in the format of the run."""
    with ExitStack() as stack:
        ana = stack.enter_context(Piped(desk.customer, "contact", "chat", "-o", "jsonl"))
        ana.expect("You are number 1")
        sam = stack.enter_context(Piped(desk.support, "support", "chat", "--fields", "body"))
        ana.expect("joined")
        ana.say(*(f"line {n}" for n in range(50)), "", "  ")
        assert (ana.end(), sam.wait()) == (0, 0)
        assert ana.said("customer") == [f"line {n}" for n in range(50)]
        assert [line for line in sam.lines if line.startswith("line")] == ana.said("customer")
        assert sam.lines[0] == "body"
        assert sam.lines[-1].endswith("ended the chat.")


def test_json_is_one_document_at_the_end(peopled: Program) -> None:
    """C4: the chat with its lines; an unanswered one stays open as a ticket (S1)."""
    ended = peopled.ok("contact", "chat", "--as", ANA, "-o", "json", stdin="Hello\n/end\nlate\n")
    document = ended.json
    assert (document["changed"], document["state"], document["number"]) == (True, "ended", 1)
    said = [each["body"] for each in document["messages"]]
    assert said == ["Hello", "Ana ended the chat."]
    waiting = peopled.ok("support", "queue", "-o", "json").json["items"]
    assert [(each["channel"], each["due_at"]) for each in waiting] == [
        ("chat", "2026-03-02T16:00:00Z")
    ]


def test_nothing_is_lost_doubled_or_out_of_order_when_the_server_dies(
    clean_env: dict[str, str], postgres_url: str
) -> None:
    """C4: each way, with the server killed and restarted in the middle."""
    place = postgres_url.replace(":@", "@")  # an empty password is one on the command line
    database = open_database(place)
    database.create()
    clock = Clock()
    with database.transaction(writes=True) as sql:
        lay_desk(sql, shipped_policy(), clock(), rehearsal=False, demo=False)
    populate(Local(database, Identity(), clock))
    port = free_port()
    program = Program(clean_env)
    address = f"http://127.0.0.1:{port}"
    ana, sam = (
        through(program, address, token_for(database, clock, each)) for each in (ANA, AGENT)
    )
    database.close()
    with ExitStack() as stack, ExitStack() as first:
        server = first.enter_context(served(program, place, port))
        customer = stack.enter_context(Piped(ana, "contact", "chat", "-o", "jsonl"))
        customer.expect("You are number 1")
        support = stack.enter_context(Piped(sam, "support", "chat", "-o", "jsonl"))
        support.expect("Chat about")
        sides = ((customer, "c"), (support, "s"))
        for side, name in sides:
            feeding = threading.Thread(
                target=side.say, args=[f"{name}{n}" for n in range(LINES)], daemon=True
            )
            feeding.start()
        support.until(lambda: len(support.lines) > LINES // 2, PATIENCE, "half of the lines")
        server.kill()
        server.wait()
        time.sleep(0.5)
        stack.enter_context(served(program, place, port))
        for side, _ in sides:
            side.until(lambda side=side: len(side.lines) > 2 * LINES, 300, "all lines")  # type: ignore[misc]
        assert customer.end() == 0
        assert support.wait() == 0
    for side, _ in sides:
        assert side.said("customer") == [f"c{n}" for n in range(LINES)]
        assert side.said("support") == [f"s{n}" for n in range(LINES)]
    assert customer.lines == support.lines


def test_a_chat_is_resumed_with_all_its_lines(peopled: Program) -> None:
    """C4, H4: also after the hours; it is the same chat, not another one."""
    begun = {"PSCLI_NOW": "2026-03-02T16:59:50Z"}
    later = {"PSCLI_NOW": "2026-03-02T17:01:00Z"}
    words = ("contact", "chat", "--product", "dropbox", "--as", OTTO, "-o", "jsonl")
    with Piped(peopled, *words, env=begun) as otto:
        otto.say("Before five")
        otto.expect("Before five")
        otto.process.kill()
        otto.process.wait()
    with Piped(peopled, *words, env=later) as otto:
        otto.expect("it is still open")
        otto.say("After five")
        assert otto.end() == 0
        assert otto.said("customer") == ["Before five", "After five"]
    assert peopled(*words, env=later).code == 7


@pytest.mark.parametrize(
    ("typed", "why"),
    [("x" * 65_537, "text"), ("a\0b", "body"), (b"\xff\xfe caf\xe9", "body")],
    ids=["too-long", "nul", "no-utf8"],
)
def test_what_cannot_be_sent_is_kept(
    peopled: Program, tmp_path: Path, typed: str | bytes, why: str
) -> None:
    """C4: the reason and the draft are told, the chat goes on."""
    with Piped(peopled, "contact", "chat", "--as", ANA, "-o", "jsonl") as ana:
        ana.say(typed, "next")
        ana.expect("Not sent: ")
        assert ana.end() == 0
        assert ana.said("customer") == ["next"]
        refusal = next(note for note in ana.notes if note.startswith("Not sent"))
    assert why in refusal
    raw = typed if isinstance(typed, bytes) else typed.encode()
    assert Path(refusal.rpartition(" ")[2]).read_bytes() == raw


def test_control_characters_are_visible_on_both_sides(peopled: Program) -> None:
    """C4: nobody paints on the other's terminal; in JSON they are what they are."""
    with ExitStack() as stack:
        ana = stack.enter_context(Piped(peopled, "contact", "chat", "--as", ANA, "-o", "jsonl"))
        ana.expect("number 1")
        sam = stack.enter_context(Terminal(peopled, "support", "chat", "--as", AGENT))
        ana.say("\x1b[2J\u202eevil")
        sam.expect("\\e[2J\\u{202e}evil")
        sam.type("\x1b[200~\x1b[31mred\x1b[201~\r")  # as a terminal pastes
        ana.expect("red")
        assert ana.said("customer") == ["\x1b[2J\u202eevil"]
        assert ana.said("support") == ["\x1b[31mred"]
        sam.expect("You: \\e[31mred")


def test_outside_the_hours_nothing_typed_is_lost(peopled: Program) -> None:
    """H6: exit 7 with the next opening and the draft; --or-request sends it."""
    night = {"PSCLI_NOW": "2026-03-02T20:00:00Z"}
    words = ("contact", "chat", "--product", "dropbox", "--as", OTTO, "-o", "json")
    closed = peopled(*words, stdin="The invoice\nis wrong\n", env=night)
    assert closed.code == 7
    assert "it opens Tue 2026-03-03 09:00 UTC" in closed.error["message"]
    draft = Path(closed.error["hint"].rpartition("--body-file ")[2])
    assert draft.read_text() == "The invoice\nis wrong\n"
    carried = peopled.ok(*words, "--or-request", stdin="The invoice\nis wrong\n", env=night).json
    assert (carried["number"], carried["subject"]) == (1, "The invoice")
    shown = peopled.ok("contact", "requests", "show", "1", "--as", OTTO, "-o", "json").json
    assert shown["messages"][0]["body"] == "The invoice\nis wrong"


def test_closed_hours_do_not_wait_for_the_end_of_stdin(peopled: Program) -> None:
    """H6: a script that holds the pipe open is told at once."""
    night = {"PSCLI_NOW": "2026-03-02T20:00:00Z"}
    words = ("contact", "chat", "--product", "dropbox", "--as", OTTO)
    with Piped(peopled, *words, env=night) as otto:
        assert otto.wait() == 7


def test_japanese_outside_its_hours_is_told_in_the_chat(peopled: Program) -> None:
    """J4: answered in English now; both sides read when it could be in Japanese."""
    words = ("contact", "chat", "--language", "ja", "--as", ANA, "-o", "json")
    first, _ = peopled.ok(*words, stdin="").json["messages"]
    assert first["author_kind"] == "system"
    assert "in Japanese from Tue 2026-03-03 09:00 Asia/Tokyo" in first["body"]


def test_a_chat_is_joined_by_one_and_not_after_its_end(peopled: Program) -> None:
    """C4: clear words and exit codes for whoever comes second, too late, or to none."""
    join = ("support", "chat", "-o", "jsonl")
    assert peopled(*join, "--as", AGENT).code == 3
    assert peopled(*join, "1-99", "--as", AGENT).code == 3
    with ExitStack() as stack:
        ana = stack.enter_context(Piped(peopled, "contact", "chat", "--as", ANA, "-o", "jsonl"))
        ana.expect("number 1")
        listed = peopled.ok("support", "chats", "-o", "json").json["items"]
        assert [(each["id"], each["place"]) for each in listed] == [("1-1", 1)]
        sam = stack.enter_context(Piped(peopled, *join, "--as", AGENT))
        ana.expect("joined")
        second = peopled(*join, "1-1", "--as", AGENT2)
        assert second.code == 6
        assert AGENT in second.err
        assert (ana.end(), sam.wait()) == (0, 0)
    assert peopled(*join, "1-1", "--as", AGENT2).code == 6


def test_a_representative_holds_several_chats(peopled: Program) -> None:
    """C4: each in a terminal of its own."""
    with ExitStack() as stack:
        people = {}
        for email in (ANA, BEN):
            words = ("contact", "chat", "--as", email, "-o", "jsonl")
            people[email] = stack.enter_context(Piped(peopled, *words))
            people[email].expect("in the queue")
        words = ("support", "chat", "--as", AGENT, "-o", "jsonl")
        sides = [stack.enter_context(Piped(peopled, *words)) for _ in range(2)]
        for side in sides:
            side.expect("Chat about")
        live = peopled.ok("support", "chats", "--as", AGENT, "-o", "json").json["items"]
        assert [each["state"] for each in live] == ["live", "live"]
        for email, person in people.items():
            person.expect("joined")
            assert person.end() == 0
            assert email in (ANA, BEN)


def test_a_dry_run_waits_for_nobody(peopled: Program) -> None:
    """A chat that is only tried out leaves nothing behind."""
    tried = peopled.ok("contact", "chat", "--dry-run", "--as", ANA, "-o", "json")
    assert json.loads(tried.out)["place"] == 1
    assert peopled.ok("support", "chats", "-o", "json").json["items"] == []
