"""Representatives who watch what waits: a bell, the list anew, a clean end (C4, C5)."""

import signal

import pytest

from tests.conftest import Program
from tests.world import AGENT, ANA, BEN, OTTO

from .conversing import Piped, Terminal

PHONE = "+62 812 3456 7890"
BELL = "\a"


@pytest.mark.parametrize("watched", ["queue", "callbacks"])
def test_a_bell_rings_when_something_comes(peopled: Program, watched: str) -> None:
    """C5: the list is drawn anew with it; Ctrl-C ends it with 130."""
    with Terminal(peopled, "support", watched, "--watch", "--as", AGENT, width=120) as sam:
        sam.expect("Ctrl-C ends it.")
        assert BELL not in sam.text
        peopled.ok("contact", "callback", PHONE, "--as", ANA)
        sam.expect(ANA)
        sam.expect(BELL)
        peopled.ok("contact", "callback", "--cancel", "--as", ANA)
        sam.expect("No" if watched == "callbacks" else "Nothing waits.")
        assert sam.text.count(BELL) == 1  # nothing came
        sam.type("\x03")
        assert sam.wait() == 130
        assert "Traceback" not in sam.text


def test_chats_are_watched_through_their_course(peopled: Program) -> None:
    """C4: a bell for the one that comes, none when it is joined or ended."""
    with Terminal(peopled, "support", "chats", "--watch", "--as", AGENT) as sam:
        sam.expect("No chat waits.")
        with Piped(peopled, "contact", "chat", "--as", ANA) as ana:
            sam.expect("waiting")
            sam.expect(BELL)
            with Piped(peopled, "support", "chat", "--as", AGENT) as lead:
                ana.expect("joined")
                sam.expect("live")
                assert (ana.end(), lead.wait()) == (0, 0)
        sam.expect("No chat waits.")
        assert sam.text.count(BELL) == 1
        sam.send(signal.SIGTERM)
        assert sam.wait() == 143


def test_a_pipe_gets_each_once(peopled: Program) -> None:
    """C5: what waits already, then each as it comes, as records without a bell."""
    peopled.ok("contact", "callback", PHONE, "--as", ANA)
    with Piped(peopled, "support", "callbacks", "--watch", "--fields", "person,phone") as sam:
        sam.expect(ANA)
        peopled.ok("contact", "callback", "+49 30 901820", "--as", BEN)
        sam.expect(BEN)
        peopled.ok("contact", "callback", "--cancel", "--as", BEN)
        later = {"PSCLI_NOW": "2026-03-02T15:00:00Z"}
        words = ("contact", "callback", PHONE, "--product", "dash", "--as", OTTO)
        peopled.ok(*words, env=later)
        sam.expect(OTTO)
        sam.process.send_signal(signal.SIGINT)
        assert sam.wait() == 130
        assert sam.lines == [
            "person\tphone",
            f"{ANA}\t+6281234567890",
            f"{BEN}\t+4930901820",
            f"{OTTO}\t+6281234567890",
        ]


def test_a_request_is_seen_within_the_next_look(peopled: Program) -> None:
    """K5: requests ring no bell at once, but they do not wait for a call to be seen."""
    submit = ("contact", "submit", "--body", "It stopped", "--as", ANA, "--subject")
    peopled.ok(*submit, "Before")
    with Piped(peopled, "support", "queue", "--watch", "-o", "jsonl") as sam:
        sam.expect('"subject":"Before"')
        peopled.ok(*submit, "After")
        sam.expect('"subject":"After"')
