"""The Hub's first page."""

from .record import Record
from .tickets import Ticket


class Totals(Record, frozen=True):
    """How many tickets are not solved, and how many there are (I1)."""

    open: int
    all: int


class Hub(Record, frozen=True):
    """What an admin sees first: figures, what waits for them, what is due, what is new."""

    team: str
    rehearsal: bool
    totals: Totals
    waiting: list[Ticket]
    waiting_total: int
    next_due: Ticket | None
    newest: list[Ticket]
