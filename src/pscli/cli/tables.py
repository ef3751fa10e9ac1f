"""What a record looks like on a terminal: its columns, which may shrink, which may drop."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pscli.models.record import Change, Page
from pscli.models.tickets import Ticket

from .terminal import visible, wants_color

if TYPE_CHECKING:
    from .session import Session


class Column(NamedTuple):
    """A column: its header, how to make its cell, the width from which it is shown."""

    title: str
    cell: Callable[[Any], str]
    from_width: int = 0
    flexible: bool = False


TICKET = [
    Column("NO", lambda t: str(t.number)),
    Column("STATUS", lambda t: t.status),
    Column("SUBJECT", lambda t: t.subject, flexible=True),
    Column("DUE", lambda t: t.due_at.isoformat() if t.due_at else ""),
]


def print_table(result: Any, session: "Session") -> None:
    """Print a result for a person to read."""
    console = Console(no_color=not wants_color(session.color), highlight=False, markup=False)
    if isinstance(result, Page):
        table = Table(box=None, pad_edge=False)
        columns = TICKET
        for column in columns:
            table.add_column(column.title, no_wrap=True)
        for item in result.items:
            table.add_row(*(Text(visible(column.cell(item))) for column in columns))
        console.print(table)
        return
    record = result.record if isinstance(result, Change) else result
    for name in record.__struct_fields__:
        console.print(Text(f"{name}: {visible(str(getattr(record, name)))}"))


__all__ = ["Ticket", "print_table"]
