"""Text measured in terminal cells: clipped, wrapped, styled, and put side by side."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, chop_cells, split_text

from .terminal import columns, encoding_of, speaks_unicode, visible, visible_lines, wants_color

if TYPE_CHECKING:
    from .session import Session

MESSAGE_WIDTH = 88  # longer lines are hard to read
GAP = 2

# Named colours and weights only, and no backgrounds: they suit light and dark terminals alike.
STYLES = {
    "": "",
    "dim": "2",
    "bold": "1",
    "late": "1;31",
    "soon": "33",
    "waiting": "1;33",
    "open": "36",
    "good": "32",
    "cyan": "36",
    "blue": "34",
    "magenta": "35",
}


class Span(NamedTuple):
    """A piece of a line in one style."""

    text: str
    style: str = ""


Line = list[Span]


class Screen:
    """Where a person reads: how wide, in which colours and letters, at what time, in which zone."""

    def __init__(self, session: "Session") -> None:
        self.session = session
        self.width = columns()
        self.color = wants_color(session.color, sys.stdout)
        self.unicode = speaks_unicode(sys.stdout)

    @cached_property
    def now(self) -> datetime:
        """The time it is; asked for late, because a broken setting must not hide what it breaks."""
        return self.session.now()

    @cached_property
    def zone(self) -> tzinfo:
        """The reader's zone, asked for only where an absolute time is shown."""
        return self.session.zone

    def glyph(self, symbol: str, plain: str) -> str:
        """The symbol, or what stands for it where stdout cannot encode it."""
        return symbol if self.unicode else plain

    def clean(self, text: str) -> str:
        """The text as it may be shown here: visible, and in letters that stdout can encode."""
        shown = visible(text)
        if self.unicode:
            return shown
        encoding = encoding_of(sys.stdout)
        return shown.encode(encoding, "backslashreplace").decode(encoding)

    @property
    def dot(self) -> str:
        """What stands between the pieces of a line."""
        return self.glyph(" · ", " - ")

    def clip(self, text: str, cells: int) -> str:
        """A clean text in at most so many cells, with an ellipsis where something was cut off."""
        if cell_len(text) <= cells:
            return text
        ellipsis = self.glyph("…", "...")[: max(cells, 0)]
        return split_text(text, max(cells - cell_len(ellipsis), 0))[0].rstrip() + ellipsis

    def paint(self, line: Line) -> str:
        """A line ready to be printed; every piece passes the sanitiser on its way, whoever made it.

        Styles are the only control characters that come out of here.
        """
        if not self.color:
            return "".join(self.clean(text) for text, _ in line).rstrip()
        return "".join(
            f"\x1b[{STYLES[style]}m{self.clean(text)}\x1b[0m"
            if style and text
            else self.clean(text)
            for text, style in line
        ).rstrip()

    def wrapped(self, line: Line, indent: int = 0) -> Iterator[Line]:
        """A line of words over as many lines as it needs; the further ones are indented."""
        room = max(self.width, 2 * indent + 1)
        row: Line = []
        used = 0
        for text, style in line:
            for piece in _pieces(self.clean(text), room - indent):
                size = cell_len(piece)
                if used + size > room and used > indent:
                    yield row
                    row, used, piece = [Span(" " * indent)], indent, piece.lstrip()  # noqa: PLW2901
                    size = cell_len(piece)
                row.append(Span(piece, style))
                used += size
        yield row

    def body(self, text: str, indent: int = 2) -> Iterator[Line]:
        """What a person wrote, wrapped at 88 cells at most; every line feed is kept."""
        room = max(min(self.width, MESSAGE_WIDTH) - indent, 8)
        for line in visible_lines(text):
            for piece in wrap(self.clean(line), room):
                yield [Span(" " * indent + piece)]


def _pieces(text: str, most: int) -> Iterator[str]:
    """The words of a text, each with the space before it; too long ones cut, but not links."""
    for number, word in enumerate(text.split(" ")):
        piece = f" {word}" if number else word
        if cell_len(piece) > most and "://" not in piece:
            yield from chop_cells(piece, most)
        else:
            yield piece


_NO_START = frozenset("、。，．・：；？！」』）］】〉》”’…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")


def wrap(text: str, cells: int) -> Iterator[str]:
    """Break a line at spaces and between wide characters; links stay whole, to be copied."""
    while cell_len(text) > cells:
        fitting = len(split_text(text, cells)[0].rstrip(" ")) or 1
        at = _break_before(text, fitting)
        if at == 0:
            first = text.split(" ", 1)[0]
            at = len(first) if "://" in first else fitting
        yield text[:at].rstrip(" ")
        text = text[at:].lstrip(" ")
        if not text:
            return
    yield text


def _break_before(text: str, last: int) -> int:
    """The last place up to `last` where a line may end; 0 where there is none."""
    for at in range(min(last, len(text) - 1), 0, -1):
        if " " in text[at - 1 : at + 1]:
            return at if text[:at].strip() else 0
        wide = cell_len(text[at]) > 1 and cell_len(text[at - 1]) > 1
        if wide and text[at] not in _NO_START:
            return at
    return 0


class Column(NamedTuple):
    """A column of a list.

    Where room is short the columns with the highest `drop` go first, those with 1 only in the last
    resort, 0 never; the one `flexible` column shrinks; an `optional` one is left out where all its
    cells are empty.
    """

    title: str
    cells: Iterable[Span]
    drop: int = 0
    flexible: bool = False
    right: bool = False
    optional: bool = False


_FLEXIBLE = 36  # cells that the flexible column keeps before others are dropped for it
_LEAST = 8  # and what it keeps in the last resort


def side_by_side(wanted: list[Column], screen: Screen, *, header: bool = True) -> Iterator[Line]:
    """The lines of a table: one for each record, none wider than the screen where that can be."""
    kept = [
        column._replace(cells=[Span(screen.clean(text), style) for text, style in column.cells])
        for column in wanted
    ]
    kept = [column for column in kept if not column.optional or any(t for t, _ in column.cells)]
    widths = _widths(kept, screen.width)
    shown = [(column, width) for column, width in zip(kept, widths, strict=True) if width]
    if header:
        titles = [_padded(Span(column.title, "dim"), column, w, screen) for column, w in shown]
        yield _row(titles)
    for row in zip(*(column.cells for column, _ in shown), strict=True):
        cells = [_padded(cell, *each, screen) for cell, each in zip(row, shown, strict=True)]
        yield _row(cells)


def _row(cells: list[Line]) -> Line:
    line: Line = []
    for cell in cells:
        if line:
            line.append(Span(" " * GAP))
        line += cell
    return line


def _padded(cell: Span, column: Column, width: int, screen: Screen) -> Line:
    text = screen.clip(cell.text, width)
    blank = Span(" " * (width - cell_len(text)))
    return [blank, Span(text, cell.style)] if column.right else [Span(text, cell.style), blank]


def _widths(wanted: list[Column], room: int) -> list[int]:
    """The width of each column, 0 for one that is dropped."""
    widths = [max(cell_len(text) for text in (c.title, *(t for t, _ in c.cells))) for c in wanted]
    flexible = next((n for n, column in enumerate(wanted) if column.flexible), None)
    natural = widths[flexible] if flexible is not None else 0
    while True:
        taken = sum(width + GAP for width in widths if width) - GAP
        if taken <= room:
            return widths
        last = max((c.drop for c, width in zip(wanted, widths, strict=True) if width), default=0)
        least = min(natural, _FLEXIBLE if last > 1 else _LEAST)
        if flexible is not None and taken - widths[flexible] + least <= room:
            widths[flexible] -= taken - room
            return widths
        droppable = [n for n, column in enumerate(wanted) if column.drop and widths[n]]
        if not droppable:
            if flexible is not None and widths[flexible]:
                widths[flexible] = max(widths[flexible] - (taken - room), min(natural, _LEAST))
            return widths
        widths[max(droppable, key=lambda n: wanted[n].drop)] = 0


def pairs(rows: list[tuple[str, Line]], screen: Screen) -> Iterator[Line]:
    """Names and values one below the other; a long value goes on under itself."""
    room = max((cell_len(name) for name, _ in rows), default=0) + GAP
    for name, value in rows:
        label = Span(name + " " * (room - cell_len(name)), "dim")
        yield from screen.wrapped([label, *value], indent=room)
