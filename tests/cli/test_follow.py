"""Somebody who watches their own ticket or callback until it is over (K2, C5)."""

import json

from tests.conftest import Program
from tests.world import AGENT, ANA, BEN

from .conversing import Piped, Terminal

PHONE = "+62 812 3456 7890"
BELL = "\a"


def submit(program: Program, as_: str = ANA) -> None:
    """File a request."""
    program.ok("contact", "submit", "--subject", "Sync", "--body", "It stopped", "--as", as_)


def test_a_pipe_gets_a_line_for_each_change(peopled: Program) -> None:
    """K4, C5: first as it is, then each change once; it ends with 0 when it is over."""
    submit(peopled)
    peopled.ok("contact", "callback", PHONE, "--as", BEN)
    ticket = ("contact", "requests", "show", "1", "--watch", "--as", ANA, "-o", "jsonl")
    callback = ("contact", "callback", "--status", "--watch", "--as", BEN, "--fields", "state")
    with Piped(peopled, *ticket) as ana, Piped(peopled, *callback) as ben:
        ana.expect('"status":"open"')
        ben.expect("waiting")
        peopled.ok("support", "reply", "Acme", "1", "--body", "Try 4.2", "--as", AGENT)
        peopled.ok("support", "note", "Acme", "1", "--body", "Hush", "--as", AGENT)
        peopled.ok("support", "call", "--as", AGENT)
        ana.expect('"status":"pending"')
        ben.expect("calling")
        peopled.ok("contact", "requests", "solve", "1", "--as", ANA)
        peopled.ok("support", "call", "--outcome", "reached", "--as", AGENT)
        assert (ana.wait(), ben.wait()) == (0, 0)
        said = [json.loads(line) for line in ana.lines]
        assert [each["status"] for each in said] == ["open", "pending", "solved"]
        assert [len(each["messages"]) for each in said] == [1, 2, 2]
        assert ben.lines == ["state", "waiting", "calling", "reached"]
        assert ana.notes + ben.notes == []


def test_a_terminal_is_drawn_anew_with_a_bell(peopled: Program) -> None:
    """K2: Ctrl-C ends it with 130; nothing else is said twice."""
    submit(peopled)
    words = ("hub", "tickets", "show", "1", "--watch", "--as", ANA)
    with Terminal(peopled, *words, env={"PSCLI_PAGER": "false"}) as ana:
        ana.expect("Ctrl-C ends it.")
        assert BELL not in ana.text
        peopled.ok("support", "reply", "Acme", "1", "--body", "Try 4.2", "--as", AGENT)
        ana.expect("\x1b[H\x1b[2J")
        ana.expect("Try 4.2")
        ana.expect(BELL)
        ana.type("\x03")
        assert ana.wait() == 130
        assert ana.text.count(BELL) == 1
        assert "Traceback" not in ana.text


def test_what_is_over_is_shown_once(peopled: Program) -> None:
    """K3, C5: solved and cancelled at the first look."""
    submit(peopled)
    peopled.ok("contact", "requests", "solve", "1", "--as", ANA)
    shown = peopled.ok("hub", "tickets", "show", "1", "--watch", "--as", ANA, "-o", "json")
    assert shown.json["status"] == "solved"
    peopled.ok("contact", "callback", PHONE, "--as", ANA)
    peopled.ok("contact", "callback", "--cancel", "--as", ANA)
    callback = ("contact", "callback", "--status", "--watch", "--as", ANA, "-o", "json")
    assert peopled.ok(*callback).json["state"] == "cancelled"


def test_what_cannot_be_watched(peopled: Program) -> None:
    """K2: another's ticket and none are the same; a callback that is asked for is not yet there."""
    submit(peopled, BEN)
    for number in ("1", "9"):
        answer = peopled("hub", "tickets", "show", number, "--watch", "--as", ANA)
        assert (answer.code, answer.out) == (3, "")
    answer = peopled("contact", "callback", PHONE, "--watch", "--as", ANA)
    assert answer.code == 2
    assert "--status --watch" in answer.err
    assert peopled("contact", "callback", "--status", "--watch", "--as", ANA).code == 3
