"""pscli support: the representatives' side of the desk."""

from typing import Annotated, Any

import typer

from pscli.desk import queue as desk
from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import AddonChange
from pscli.models.people import Product, Representative, RepresentativeRole
from pscli.models.record import Change, Page
from pscli.models.tickets import Channel, QueuedTicket, StatusFilter
from pscli.problems import InvalidValue

from . import live, meetings
from .bodies import AttachOption, BodyFileOption, BodyOption, read_body
from .command import command, command_group
from .correspondence import FileArgument, ForceOption, NumberArgument, SolveOption, ToOption, upload
from .drafts import keeping
from .metrics import metrics
from .session import Session
from .watch import watched

app = command_group("support queue --unassigned")
agents = command_group("support agents list", "The representatives.")
app.add_typer(agents, name="agents")

TeamArgument = Annotated[str, typer.Argument(metavar="TEAM", help="Whose ticket.")]


@command(app, lists=True, staff=True, example="support queue --unassigned")
def queue(
    session: Session,
    status: Annotated[
        list[StatusFilter], typer.Option(help="In this state; repeat it. Default: unsolved.")
    ] = [],
    team: Annotated[str | None, typer.Option(help="Only of this team.")] = None,
    product: Annotated[Product | None, typer.Option(help="Only about this product.")] = None,
    issue_type: Annotated[str | None, typer.Option("--type", help="Only of this type.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="Only from this channel.")] = None,
    language: Annotated[str | None, typer.Option(help="Only in this language.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only those that I own.")] = False,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Only those of nobody.")] = False,
    watch: live.WatchOption = False,
) -> Any:
    """What waits for an answer, the soonest due first."""

    def read() -> Page[QueuedTicket]:
        return session.page_of(
            desk.list_queue,
            status=status,
            team=team,
            product=product,
            issue_type=issue_type,
            channel=channel,
            language=language,
            mine=mine,
            unassigned=unassigned,
        )

    return watched(session, read, go_on=watch)


@command(app, staff=True, example="support show Acme 7")
def show(session: Session, team: TeamArgument, number: NumberArgument) -> Any:
    """A ticket with its notes, owner and promises."""
    return desk.show_case(session.backend, team, number)


@command(app, changes=True, staff=True, example='support reply Acme 7 --body "Try 4.2." --solve')
def reply(
    session: Session,
    team: TeamArgument,
    number: NumberArgument,
    body: BodyOption = None,
    body_file: BodyFileOption = None,
    link: Annotated[list[str], typer.Option(metavar="URL", help="A page that helps.")] = [],
    attach: AttachOption = [],
    solve: SolveOption = False,
) -> Change[QueuedTicket]:
    """Answer the customer; a ticket of nobody becomes yours."""
    text = read_body(session, body, body_file)
    with keeping(text):
        uploads = upload(session, attach, team)
        return session.change(
            desk.answer_ticket, team, number, text, links=link, attachments=uploads, solve=solve
        )


@command(app, changes=True, staff=True, example='support note Acme 7 --body "Asked the sync team."')
def note(
    session: Session,
    team: TeamArgument,
    number: NumberArgument,
    body: BodyOption = None,
    body_file: BodyFileOption = None,
) -> Change[QueuedTicket]:
    """Leave a note that customers never see."""
    text = read_body(session, body, body_file)
    with keeping(text):
        return session.change(desk.note_ticket, team, number, text)


@command(app, changes=True, staff=True, example="support solve Acme 7")
def solve(session: Session, team: TeamArgument, number: NumberArgument) -> Change[QueuedTicket]:
    """Close a ticket that awaits no promised answer."""
    return session.change(desk.settle_ticket, team, number)


@command(app, changes=True, staff=True, example="support take Acme 7")
def take(session: Session, team: TeamArgument, number: NumberArgument) -> Change[QueuedTicket]:
    """Make a ticket yours."""
    return session.change(desk.take_ticket, team, number)


@command(app, changes=True, staff=True, example="support release Acme 7")
def release(session: Session, team: TeamArgument, number: NumberArgument) -> Change[QueuedTicket]:
    """Give a ticket back to the queue."""
    return session.change(desk.release_ticket, team, number)


@command(app, changes=True, staff=True, example="support assign Acme 7 agent@desk.example")
def assign(
    session: Session,
    team: TeamArgument,
    number: NumberArgument,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Who shall own it.")],
) -> Change[QueuedTicket]:
    """Give a ticket to a representative."""
    return session.change(desk.assign_ticket, team, number, email)


@command(app, changes=True, staff=True, example="support retype Acme 7 --type sync")
def retype(
    session: Session,
    team: TeamArgument,
    number: NumberArgument,
    issue_type: Annotated[str | None, typer.Option("--type", help="The right type.")] = None,
    product: Annotated[Product | None, typer.Option(help="The right product.")] = None,
) -> Change[QueuedTicket]:
    """Correct what a ticket is about."""
    return session.change(desk.retype_ticket, team, number, issue_type=issue_type, product=product)


@command(app, staff=True, example="support attachment Acme 7 1 --to log.txt")
def attachment(
    session: Session,
    team: TeamArgument,
    number: NumberArgument,
    id_: FileArgument,
    to: ToOption,
    force: ForceOption = False,
) -> Any:
    """Save a file that came with a ticket."""
    from .attachments import save_attachment

    return save_attachment(session, number, id_, to, force=force, team=team)


command(app, lists=True, staff=True, example="support chats --watch")(live.chats)
command(app, "chat", changes=True, staff=True, example="support chat")(live.join)
command(app, lists=True, staff=True, example="support callbacks")(live.callbacks)
command(app, changes=True, staff=True, example="support call --outcome reached")(live.call)
command(app, staff=True, example="support metrics --since 2026-01-01")(metrics)


command(app, "meetings", lists=True, staff=True, example="support meetings --mine")(
    meetings.team_appointments
)
command(app, "brief", staff=True, example="support brief Acme")(meetings.team_brief)


@command(app, lists=True, staff=True, example="support sales")
def sales(session: Session) -> Any:
    """What teams asked sales for, oldest first; answer with `support reply`."""
    from pscli.desk.inquiries import list_inquiries

    return session.page_of(list_inquiries)


EditionArgument = Annotated[Edition, typer.Argument(metavar="EDITION", help="Which edition.")]
AddonOption = Annotated[AddonProduct, typer.Option("--product", help="For which product.")]


@command(app, changes=True, staff=True, example="support grant Acme enhanced --yes")
def grant(
    session: Session,
    team: TeamArgument,
    edition: EditionArgument,
    product: AddonOption = AddonProduct.DROPBOX,
) -> Change[AddonChange] | None:
    """Give a team an edition: new or upgraded at once, downgraded at the renewal."""
    from pscli.desk.addons import grant_addon

    if not session.agrees_to(
        grant_addon, "Give {team} {edition} for {product}", team, product, edition
    ):
        return None
    return session.change(grant_addon, team, product, edition)


@command(app, changes=True, staff=True, example="support revoke Acme essentials --now --yes")
def revoke(
    session: Session,
    team: TeamArgument,
    edition: EditionArgument,
    product: AddonOption = AddonProduct.DROPBOX,
    now: Annotated[bool, typer.Option("--now", help="At once, with a credit.")] = False,
) -> Change[AddonChange] | None:
    """End a team's edition at the next renewal, or now."""
    from pscli.desk.addons import revoke_addon

    if not session.agrees_to(
        revoke_addon, "End {edition} of {team} for {product}", team, product, edition, now
    ):
        return None
    return session.change(revoke_addon, team, product, edition, now)


def closed(kind: Any, value: str, field: str) -> Any:
    """A word of a closed set; raises InvalidValue that lists them."""
    try:
        return kind(value)
    except ValueError:
        raise InvalidValue(
            f"“{value}” is no {field}.", hint=f"One of: {', '.join(kind)}.", field=field
        ) from None


@command(
    agents, changes=True, staff=True, example="support agents add may@desk.example --role agent"
)
def add(
    session: Session,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Who.")],
    role: Annotated[RepresentativeRole, typer.Option(help="What they may do.")],
    name: Annotated[str | None, typer.Option(help="Their name.")] = None,
) -> Change[Representative]:
    """Add a representative, or give one another role."""
    from pscli.desk.staff import add_representative

    return session.change(add_representative, email, role, name=name)


@command(agents, "list", lists=True, staff=True, example="support agents list")
def list_(session: Session) -> Any:
    """List the representatives."""
    from pscli.desk.staff import list_representatives

    return session.page_of(list_representatives)


@command(agents, changes=True, staff=True, example="support agents remove may@desk.example")
def remove(
    session: Session, email: Annotated[str, typer.Argument(metavar="EMAIL", help="Who.")]
) -> Change[Representative] | None:
    """Remove a representative; what they own goes back to the queue, what they lead to others."""
    from pscli.desk.staff import remove_representative

    if not session.ask(f"Remove the representative {email}?"):
        return None
    return session.change(remove_representative, email)
