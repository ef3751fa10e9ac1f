"""pscli hub: the support hub and its tickets."""

from typing import Annotated, Any

import typer

from pscli.desk import tickets as desk
from pscli.desk.tickets import Via
from pscli.models.people import Product
from pscli.models.tickets import Channel, Sort, StatusFilter

from . import correspondence
from .bodies import AttachOption, BodyFileOption, BodyOption
from .command import command
from .correspondence import FileArgument, ForceOption, NumberArgument, SolveOption, ToOption
from .session import Session

app = typer.Typer(rich_markup_mode=None)
tickets = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Your tickets: list, show, reply, solve."
)
app.add_typer(tickets, name="tickets")


@command(app, bare=True, example="hub")
def hub(session: Session) -> Any:
    """Your support hub: figures, what waits for you, what is due next, newest tickets."""
    from pscli.desk.hub import show_hub

    return show_hub(session.backend)


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
    return session.page_of(
        desk.list_tickets,
        status=status,
        product=product,
        issue_type=issue_type,
        channel=channel,
        language=language,
        since=session.instant(since, "since", timezone),
        until=session.instant(until, "until", timezone),
        search=search,
        sort=sort,
    )


@command(tickets, example="hub tickets show 7")
def show(session: Session, number: NumberArgument) -> Any:
    """Show one ticket with its messages and every promise."""
    return desk.show_ticket(session.backend, number, via=Via.HUB)


@command(tickets, changes=True, example='hub tickets reply 7 --body "It works again." --solve')
def reply(
    session: Session,
    number: NumberArgument,
    body: BodyOption = None,
    body_file: BodyFileOption = None,
    attach: AttachOption = [],
    solve: SolveOption = False,
) -> Any:
    """Answer in one of your tickets while it is not solved."""
    return correspondence.reply(
        session, number, Via.HUB, body=body, body_file=body_file, attach=attach, solve=solve
    )


@command(tickets, changes=True, example="hub tickets solve 7")
def solve(session: Session, number: NumberArgument) -> Any:
    """Close one of your tickets."""
    return correspondence.solve(session, number, Via.HUB)


@command(tickets, example="hub tickets attachment 7 1 --to log.txt")
def attachment(
    session: Session,
    number: NumberArgument,
    id_: FileArgument,
    to: ToOption,
    force: ForceOption = False,
) -> Any:
    """Save a file that came with one of your tickets."""
    from .attachments import save_attachment

    return save_attachment(session, number, id_, to, force=force, via=Via.HUB)
