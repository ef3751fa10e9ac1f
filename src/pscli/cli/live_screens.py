"""How chats and callbacks look: the cells of their lists, the screen of a callback."""

from collections.abc import Iterator
from typing import Any

from .cells import HOUR
from .layout import Line, Screen, Span, pairs
from .times import moment, short_zone, until


def standing(live: Any, screen: Screen) -> Span:
    """Who waits stands out, then who is being helped; the rest is history (C4, C5)."""
    if live.state == "waiting":
        return Span(screen.glyph("◆ ", "* ") + "waiting", "waiting")
    if live.state in ("live", "calling"):
        return Span(screen.glyph("● ", "o ") + live.state, "open")
    if live.state == "reached":
        return Span(screen.glyph("✓ ", "+ ") + "reached", "good")
    return Span(live.state, "late" if live.state == "failed" else "dim")


def answer_due(live: Any, screen: Screen) -> Span:
    """When somebody must be there, where that was promised (S5)."""
    if live.due_at is None:
        return Span("")
    left = (live.due_at - screen.now).total_seconds()
    return Span(until(live.due_at, screen.now), "late" if left < 0 else "soon" * (left < HOUR))


def callback(asked: Any, screen: Screen) -> Iterator[Line]:
    """A callback: how it stands, whom and where to call, until when."""
    rows: list[tuple[str, Line]] = [("State", _state(asked, screen))]
    if screen.session.staff:
        rows += [
            ("ID", [Span(asked.id, "bold")]),
            ("Person", [Span(f"{asked.person}, {asked.team}")]),
        ]
    rows += [
        ("Number", [Span(asked.phone, "bold")]),
        ("About", [Span(asked.product), Span(" in Japanese" * (asked.language == "ja"))]),
        ("Asked", [Span(_when(asked.requested_at, screen))]),
    ]
    if asked.due_at is not None:
        due = answer_due(asked, screen)
        rows.append(("Due", [Span(f"{_when(asked.due_at, screen)}, "), due]))
    rows.append(("Ticket", [Span(str(asked.number))]))
    yield from pairs(rows, screen)


def _state(asked: Any, screen: Screen) -> Line:
    line: Line = [standing(asked, screen)]
    if asked.position is not None:
        line.append(Span(f"{screen.dot}number {asked.position} in the queue"))
    if asked.urgent:
        line += [Span(screen.dot), Span("urgent", "late")]
    if asked.attempts:
        times = "once" if asked.attempts == 1 else f"{asked.attempts} times"
        line.append(Span(f"{screen.dot}called {times} without an answer"))
    return line


def _when(at: Any, screen: Screen) -> str:
    return f"{moment(at, screen.now, screen.zone)} {short_zone(screen.zone, at)}"


def live_hints(record: Any, performed: str) -> list[str]:
    """What to do next with a callback."""
    if performed == "request_callback":
        return [
            "How it stands: pscli contact callback --status",
            "Cancel it: pscli contact callback --cancel",
        ]
    if performed == "take_callback":
        return [
            f"You spoke: pscli support call {record.id} --outcome reached",
            f"Nobody answered: pscli support call {record.id} --outcome no-answer",
        ]
    return []
