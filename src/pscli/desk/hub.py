"""The Hub's first page, of the person's own tickets (E8, I3)."""

from pscli.codec import NEVER
from pscli.models.hub import Hub
from pscli.models.insights import Totals
from pscli.models.names import Zone
from pscli.models.tickets import Sort, StatusFilter, Ticket
from pscli.operation import Work, operation

from .insights import trend
from .library import require_library
from .recommendations import recommended
from .tickets import COLUMNS, list_tickets

SHOWN = 5
RECOMMENDED = 3


@operation("GET", "/hub")
def show_hub(work: Work, timezone: Zone | None = None) -> Hub:
    """Your newest tickets, what waits for you, what is due next, and the trend by month (I1)."""
    require_library(work)
    newest = list_tickets.function(work, limit=SHOWN)
    waiting = list_tickets.function(
        work, status=[StatusFilter.PENDING], sort=Sort.UPDATED, limit=SHOWN
    )
    due = work.sql.one(
        Ticket,
        f"SELECT {COLUMNS} FROM ticket_record WHERE team = :team AND person = :person "
        "AND due_key < :never ORDER BY due_key, number LIMIT 1",
        team=work.who.team,
        person=work.who.person,
        never=NEVER,
    )
    unsolved = list_tickets.function(work, status=[StatusFilter.UNSOLVED], limit=1)
    zone, months = trend(work, timezone)
    return Hub(
        team=work.who.team_name,
        rehearsal=bool(work.sql.one(int, "SELECT rehearsal FROM desk")),
        totals=Totals(open=unsolved.total or 0, all=newest.total or 0),
        waiting=waiting.items,
        waiting_total=waiting.total or 0,
        next_due=due,
        newest=newest.items,
        timezone=zone,
        trend=months,
        recommendations=recommended(work, RECOMMENDED),
    )
