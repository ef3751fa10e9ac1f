"""A column of a list, described once for whatever records will stand in it."""

from typing import Any, NamedTuple

from .cells import Cell
from .layout import Column, Screen, Span


class Shape(NamedTuple):
    """A column before it has cells: its title, its cell for a record, how it gives way.

    `most` is how wide a cell may be whatever the room: a name of 100 letters leaves none.
    """

    title: str
    cell: Cell
    drop: int = 0
    flexible: bool = False
    right: bool = False
    optional: bool = False
    most: int = 0

    def column(self, records: list[Any], screen: Screen) -> Column:
        """The column with the cells of these records."""
        cells = [self.cell(record, screen) for record in records]
        if self.most:
            cells = [Span(screen.clip(screen.clean(t), self.most), style) for t, style in cells]
        return Column(self.title, cells, self.drop, self.flexible, self.right, self.optional)
