"""How what `doctor` found looks: a line a check, and under a finding what to do about it."""

from collections.abc import Iterator

from rich.cells import cell_len

from pscli.models.checks import Checkup, Diagnosis, Severity

from .layout import GAP, Line, Screen, Span

# Glyph, the same in ASCII, word, style: none of them alone tells how grave it is.
_MARKS = {
    Severity.OK: ("✓", "+", "ok", "good"),
    Severity.SKIPPED: ("–", "-", "skipped", "dim"),
    Severity.WARNING: ("▲", "!", "warning", "soon"),
    Severity.ERROR: ("✗", "x", "error", "late"),
}
_WORD = max(len(word) for _, _, word, _ in _MARKS.values())


def diagnosis(found: Diagnosis, screen: Screen) -> Iterator[Line]:
    """Every check, its severity first; how many findings there are is told by the refusal."""
    names = max(len(row.check) for row in found.items)
    indent = 2 + _WORD + GAP + names + GAP
    if indent > screen.width // 2:
        indent = 2  # a narrow screen: sentences go below their names
    for row in found.items:
        yield from _row(row, screen, names, indent)
    if not any(row.is_finding for row in found.items):
        yield []
        yield [Span("No findings.", "good")]


def _row(row: Checkup, screen: Screen, names: int, indent: int) -> Iterator[Line]:
    symbol, plain, word, style = _MARKS[row.severity]
    first: Line = [
        Span(f"{screen.glyph(symbol, plain)} {word:{_WORD}}{'':{GAP}}", style),
        Span(f"{row.check:{names}}{'':{GAP}}", "" if row.is_finding else "dim"),
    ]
    said = Span(row.said, "dim" if row.severity is Severity.SKIPPED else "")
    if indent < cell_len(first[0].text):
        yield first
        first = [Span(" " * indent)]
    yield from screen.wrapped([*first, said], indent=indent)
    for line in (row.remedy or "").splitlines():
        arrow = Span(" " * indent + screen.glyph("→ ", "> "), style)
        yield from screen.wrapped([arrow, Span(line)], indent=indent + 2)
