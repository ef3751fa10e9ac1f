"""pscli hub: the support hub and its tickets."""

from typing import Annotated, Any

import typer

from pscli.desk import tickets as desk
from pscli.desk.tickets import Via
from pscli.models.people import Product
from pscli.models.tickets import Channel, Sort, StatusFilter

from . import correspondence
from .command import command, command_group
from .session import Format, Session

app = typer.Typer(rich_markup_mode=None)
tickets = command_group(
    "hub tickets list --status unsolved --sort due", "Your tickets: list, show, reply, solve."
)
app.add_typer(tickets, name="tickets")


@command(app, bare=True, example="hub")
def hub(session: Session) -> Any:
    """Your support hub: figures, what waits for you, what is due next, newest tickets, trend."""
    from pscli.desk.hub import show_hub

    return show_hub(session.backend, timezone=session.zone_key)


@command(tickets, "list", lists=True, example="hub tickets list --status unsolved --sort due")
def list_(
    session: Session,
    status: Annotated[list[StatusFilter], typer.Option(help="Only in this state; repeat it.")] = [],
    product: Annotated[Product | None, typer.Option(help="Only about this product.")] = None,
    issue_type: Annotated[str | None, typer.Option("--type", help="Only of this type.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="Only from this channel.")] = None,
    language: Annotated[str | None, typer.Option(help="Only in this language.")] = None,
    since: Annotated[str | None, typer.Option(help="Created from this day or instant on.")] = None,
    until: Annotated[str | None, typer.Option(help="Created before this day or instant.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Whose midnights the days have.")] = None,
    search: Annotated[str | None, typer.Option(help="With these words.")] = None,
    sort: Annotated[Sort, typer.Option(help="In which order.")] = Sort.CREATED,
) -> Any:
    """List your own tickets, newest first."""
    filters: dict[str, Any] = {
        "status": status,
        "product": product,
        "issue_type": issue_type,
        "channel": channel,
        "language": language,
        "since": session.instant(since, "since", timezone),
        "until": session.instant(until, "until", timezone),
    }
    formatted = session.shown in (Format.CSV, Format.JSONL) and session.fields is None
    if session.all and formatted and search is None and sort is Sort.CREATED:
        from .exports import own_tickets

        return own_tickets(session, **filters)
    return session.list_of(desk.list_tickets, **filters, search=search, sort=sort)


correspondence.add_commands(tickets, Via.HUB, "hub tickets")
