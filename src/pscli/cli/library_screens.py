"""Entries of the library on a terminal: recommended, opened, or beside a case."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .layout import Line, Screen, Span
from .threads import thread

if TYPE_CHECKING:
    from pscli.models.library import AdvisedCase, Recommendation, Suggestion


def reason(record: Any, _screen: Screen) -> Span:
    """The ticket that an entry answers, or that many use it (R2)."""
    because = record.because
    return Span(f"ticket {because.ticket}: {because.text}" if because else "often used", "dim")


def recommendation(record: "Recommendation", _screen: Screen) -> Iterator[Line]:
    """One that was chosen: its address on a line of its own."""
    yield [Span(record.url)]


def for_you(records: "list[Recommendation]", screen: Screen) -> Iterator[Line]:
    """The first recommendations on the Hub's page."""
    if not records:
        return
    yield []
    yield [Span("For you", "bold")]
    for record in records:
        because = f"{screen.dot}ticket {record.because.ticket}" if record.because else ""
        room = screen.width - len(because) - 3
        title = screen.clip(screen.clean(record.title), room)
        yield [Span(f"{record.rank:>2} ", "bold"), Span(title), Span(because, "dim")]


def advised(case: "AdvisedCase", screen: Screen) -> Iterator[Line]:
    """A case, and below it what solved similar ones (R3)."""
    yield from thread(case, screen)
    if case.suggestions:
        yield []
        yield [Span("Similar tickets were solved with", "dim")]
        for entry in case.suggestions:
            yield from _entry(entry, screen)


def _entry(entry: "Suggestion", screen: Screen) -> Iterator[Line]:
    yield from screen.wrapped([Span(f"  {entry.title}")], indent=4)
    yield [Span(f"  {entry.url}", "dim")]
