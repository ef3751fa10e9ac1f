"""The Hub's first page."""

from .insights import Bucket, Totals
from .library import Recommendation
from .record import Record
from .tickets import Ticket


class Hub(Record, frozen=True):
    """What an admin sees first: figures, what waits for them, what is due, what is new.

    `trend` has their own tickets of the last six months and the current one, in `timezone`.
    """

    team: str
    rehearsal: bool
    totals: Totals
    waiting: list[Ticket]
    waiting_total: int
    next_due: Ticket | None
    newest: list[Ticket]
    timezone: str
    trend: list[Bucket]
    recommendations: list[Recommendation] = []
