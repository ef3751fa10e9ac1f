"""pscli hub: the support hub and its tickets."""

from typing import Annotated, Any

import typer

from pscli.desk import tickets as desk
from pscli.models.people import Product
from pscli.models.tickets import Channel, Sort, StatusFilter

from .session import Session, command

app = typer.Typer(no_args_is_help=False, rich_markup_mode=None)
tickets = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Your tickets.")
app.add_typer(tickets, name="tickets")

NumberArgument = Annotated[
    int, typer.Argument(min=1, metavar="NUMBER", help="The ticket's number.")
]


@command(app, bare=True, example="hub")
def hub(session: Session) -> Any:
    """Your support hub: figures, what waits for you, what is due next, newest tickets."""
    from pscli.desk.hub import show_hub

    return show_hub(session.backend)


@command(tickets, "list", lists=True, example="hub tickets list --status unsolved --sort due")
def list_(
    session: Session,
    status: Annotated[list[StatusFilter], typer.Option(help="Only in this state; repeat it.")] = [],  # noqa: B006
    product: Annotated[Product | None, typer.Option(help="Only about this product.")] = None,
    issue_type: Annotated[str | None, typer.Option("--type", help="Only of this type.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="Only from this channel.")] = None,
    language: Annotated[str | None, typer.Option(help="Only in this language.")] = None,
    since: Annotated[str | None, typer.Option(help="Created from this day or instant on.")] = None,
    until: Annotated[str | None, typer.Option(help="Created before this day or instant.")] = None,
    search: Annotated[str | None, typer.Option(help="With these words.")] = None,
    sort: Annotated[Sort, typer.Option(help="In which order.")] = Sort.CREATED,
) -> Any:
    """List your own tickets, newest first."""
    return session.page_of(
        desk.list_tickets,
        status=status,
        product=product,
        issue_type=issue_type,
        channel=channel,
        language=language,
        since=session.instant(since, "since"),
        until=session.instant(until, "until"),
        search=search,
        sort=sort,
    )


@command(tickets, example="hub tickets show 7")
def show(session: Session, number: NumberArgument) -> Any:
    """Show one ticket with its messages and every promise."""
    return desk.show_ticket(session.backend, number, via=desk.Via.HUB)
