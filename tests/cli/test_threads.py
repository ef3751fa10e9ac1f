"""A ticket with everything in it, as people see it (K4, S2, S3)."""

from datetime import timedelta
from typing import Any

import pytest
from rich.cells import cell_len

from pscli.models.tickets import (
    Attachment,
    AuthorKind,
    Case,
    Clock,
    ClockState,
    Message,
    Note,
    Thread,
    Ticket,
)
from tests.world import AGENT, ANA

from .conftest import Draw
from .records import NOON, PROMISE, fields_of, ticket


def clock(state: ClockState, answered: timedelta | None = None) -> Clock:
    """A clock that started two hours ago with a target of four hours."""
    started = NOON - timedelta(hours=2)
    return Clock(
        **{
            **{name: getattr(PROMISE, name) for name in PROMISE.__struct_fields__},
            "state": state,
            "due_at": started + timedelta(hours=4),
        },
        started_at=started,
        answered_at=None if answered is None else started + answered,
    )


def thread(*clocks: Clock, **fields: Any) -> Thread:
    """A ticket with two messages and these clocks."""
    running = clocks and clocks[-1].state is ClockState.RUNNING
    head = {name: getattr(ticket(), name) for name in Ticket.__struct_fields__}
    head |= {"promise": clocks[-1] if clocks else None}
    head |= {"due_at": clocks[-1].due_at if running else None, **fields}
    said = {"created_at": NOON, "attachments": []}
    return Thread(
        **head,
        cc=["ken@acme.example"],
        follows=3,
        messages=[
            Message(id=1, author=ANA, author_kind=AuthorKind.CUSTOMER, body="Help\n  me", **said),  # type: ignore[arg-type]
            Message(
                id=2,
                author=AGENT,
                author_kind=AuthorKind.SUPPORT,
                body="word " * 60,
                created_at=NOON,
                attachments=[Attachment(id=1, name="../log\x1b.txt", size=20480)],
            ),
        ],
        promises=list(clocks),
    )


@pytest.mark.parametrize(
    ("clocks", "said"),
    [
        ([], "No commitment: nothing is promised about when an answer comes."),
        (
            [clock(ClockState.RUNNING)],
            "Answer due Mon 2 Mar 21:00, in 2 h. Promised: 4 h (Essentials, E3).",
        ),
        (
            [clock(ClockState.MET, timedelta(minutes=41))],
            "✓ Met: answered in 41 min. Promised: 4 h (Essentials, E3).",
        ),
        (
            [clock(ClockState.BREACHED, timedelta(hours=5, minutes=20))],
            "Answered 1 h 20 min late, after 5 h 20 min. Promised: 4 h (Essentials, E3).",
        ),
        (
            [clock(ClockState.WITHDRAWN)],
            "Solved before an answer was due. Promised: 4 h (Essentials, E3).",
        ),
    ],
)
def test_a_promise_in_words(draw: Draw, clocks: list[Clock], said: str) -> None:
    """S2, S3, S4, E9: when, how it stands or ended, and why."""
    lines = draw(thread(*clocks), 100)
    assert lines[2] == said
    assert lines[3] == "Times in Asia/Jakarta (UTC+07:00)."


def test_a_thread(draw: Draw) -> None:
    """Title, state, messages by whom and when, wrapped at 88; files by id; earlier promises."""
    shown = thread(clock(ClockState.MET, timedelta(hours=1)), clock(ClockState.RUNNING))
    lines = draw(shown, 200)
    assert lines[0] == "1  Sync"
    assert lines[1].startswith("● open · dropbox · sync · by request · follows 3 · copy to ken@")
    assert lines[5:9] == ["You  Mon 2 Mar 19:00", "  Help", "    me", ""]
    assert lines[9] == f"{AGENT} (support)  Mon 2 Mar 19:00"
    assert max(cell_len(line) for line in lines[10:14]) <= 88
    assert r"  File 1: ../log\e.txt (20 KiB)" in lines
    assert lines[-2] == "Earlier promises"
    assert lines[-1].startswith("  Mon 2 Mar 17:00  ✓ Met: answered in 1 h.")


def test_links_are_not_broken(draw: Draw) -> None:
    """Who copies a link from a thread gets all of it."""
    link = "https://help.example/" + "a" * 120
    shown = thread()
    first = Message(
        id=1,
        author=ANA,
        author_kind=AuthorKind.CUSTOMER,
        body=f"See {link} please",
        created_at=NOON,
        attachments=[],
    )
    lines = draw(Thread(**{**fields_of(shown), "messages": [first]}), 60)
    assert lines[-3:] == ["  See", f"  {link}", "  please"]
    ending = Message(**{**fields_of(first), "body": f"{link}\nend"})
    lines = draw(Thread(**{**fields_of(shown), "messages": [ending]}), 60)
    assert lines[-2:] == [f"  {link}", "  end"]


def test_japanese_breaks_between_its_letters(draw: Draw) -> None:
    """No line begins with a full stop or closing bracket, and none is too wide."""
    body = "経理フォルダーが更新されません。「同期中」のまま進みません。" * 8
    message = Message(
        id=1,
        author=ANA,
        author_kind=AuthorKind.CUSTOMER,
        body=body,
        created_at=NOON,
        attachments=[],
    )
    for width in range(30, 60):
        lines = draw(Thread(**{**fields_of(thread()), "messages": [message]}), width)[6:]
        body_lines = [line.strip() for line in lines if line.startswith("  ")]
        assert "".join(body_lines).endswith(body[-20:])
        assert not any(line[0] in "。」ー" for line in body_lines)
        assert max(map(cell_len, lines)) <= width


def test_a_case_marks_notes_and_owner(draw: Draw) -> None:
    """K4, A3: what customers never see is marked."""
    fields = fields_of(thread())
    note = Note(
        id=3,
        author=AGENT,
        author_kind=AuthorKind.SUPPORT,
        body="Asked",
        created_at=NOON,
        attachments=[],
        internal=True,
        links=["https://help.example/a"],
    )
    lines = draw(Case(**{**fields, "messages": [note]}, team="Acme", assignee=None), 120)
    assert "· Acme ·" in lines[1]
    assert "owner nobody" in lines[1]
    assert lines[-3:] == [
        f"{AGENT} (support) · internal note  Mon 2 Mar 19:00",
        "  Asked",
        "  Link: https://help.example/a",
    ]
