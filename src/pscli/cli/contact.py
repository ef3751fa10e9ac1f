"""pscli contact: the ways to support, requests, and following them."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

from pscli.desk import tickets as desk
from pscli.desk.tickets import Via
from pscli.models.addons import Edition
from pscli.models.people import Product
from pscli.models.record import Change
from pscli.models.tickets import Channel, Ticket
from pscli.problems import InvalidValue

from . import correspondence, live
from .bodies import AttachOption, BodyFileOption, BodyOption, read_body
from .command import command, command_group
from .drafts import keeping
from .session import Session
from .terminal import is_interactive

R = TypeVar("R")

app = command_group("contact options")
requests = command_group("contact requests list", "Your own requests, with or without the Hub.")
app.add_typer(requests, name="requests")

ProductOption = Annotated[Product | None, typer.Option(help="Which product you ask about.")]
LanguageOption = Annotated[str | None, typer.Option(help="In which language: en or ja.")]


@command(app, example="contact options --product dash --language ja")
def options(
    session: Session,
    product: ProductOption = None,
    language: LanguageOption = None,
    at: Annotated[str | None, typer.Option(help="As of this instant.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="Only this channel.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 0 if it is open, 7 if not.")] = False,
) -> Any:
    """How support can be reached: which channels are open, until when, and why."""
    from pscli.desk.contact import show_options

    if check and channel is None:
        raise InvalidValue(
            "--check asks about one channel.", hint="Add --channel.", field="channel"
        )
    found = asking_product(
        session,
        product,
        lambda asked: show_options(
            session.backend, product=asked, language=language, at=session.instant(at, "at")
        ),
    )
    if channel is None:
        return found
    option = next(each for each in found.channels if each.channel == channel)
    if check:
        from pscli.rules.contact import check_channel

        check_channel(option, found.product)
    return option


def asking_product(
    session: Session, product: Product | None, ask: Callable[[Product | None], R]
) -> R:
    """Ask which product it is about where the team owns Dropbox and Dash (E10), on a terminal."""
    try:
        return ask(product)
    except InvalidValue as problem:
        if problem.field != "product" or product is not None or not is_interactive():
            raise
    session.tell("Your team owns Dropbox and Dash.")
    answer = session.reply_to("Which product is it about? dropbox or dash:").lower()
    if answer not in (Product.DROPBOX, Product.DASH):
        raise InvalidValue(
            f"“{answer}” is neither dropbox nor dash (E10).",
            hint="Say it with the command: --product dropbox",
            field="product",
        )
    return ask(Product(answer))


@command(
    app,
    changes=True,
    example='contact submit --subject "Sync stopped" --body "Since noon, on every Mac."',
)
def submit(
    session: Session,
    subject: Annotated[str, typer.Option(metavar="S", help="What it is about, in a few words.")],
    body: BodyOption = None,
    body_file: BodyFileOption = None,
    product: ProductOption = None,
    issue_type: Annotated[str, typer.Option("--type", help="Which kind of issue.")] = "other",
    language: LanguageOption = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="It cannot wait.")] = False,
    attach: AttachOption = [],
    cc: Annotated[list[str], typer.Option(metavar="EMAIL", help="Who gets a copy.")] = [],
    follows: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="The ticket that this one follows.")
    ] = None,
    no_suggest: Annotated[
        bool, typer.Option("--no-suggest", help="No suggestions before sending.")
    ] = False,
) -> Change[Ticket] | None:
    """File a request; it becomes a ticket at once, with its promise."""
    from pscli.desk.requests import submit_request

    text = read_body(session, body, body_file)
    with keeping(text):
        if suggests(session) and not no_suggest:
            from .suggestions import sends_anyway

            if not sends_anyway(session, subject, text, product, issue_type):
                return None
        uploads = correspondence.upload(session, attach)
        change = asking_product(
            session,
            product,
            lambda asked: session.change(
                submit_request,
                subject,
                text,
                product=asked,
                issue_type=issue_type,
                language=language,
                urgent=urgent,
                follows=follows,
                cc=cc,
                attachments=uploads,
            ),
        )
    if urgent:
        session.tell("For what cannot wait, ask for a call: pscli contact callback PHONE")
    return change


def suggests(session: Session) -> bool:
    """Whether there is somebody to suggest something to, and to ask (R6)."""
    return is_interactive() and not (session.quiet or session.yes or session.dry_run)


command(app, changes=True, example="contact chat --product dropbox")(live.chat)
command(app, changes=True, example="contact callback +6281234567890 --urgent")(live.callback)


@command(app, changes=True, example='contact sales enhanced --body "From January, for 40 people."')
def sales(
    session: Session,
    edition: Annotated[Edition, typer.Argument(metavar="EDITION", help="What you want.")],
    product: ProductOption = None,
    body: BodyOption = None,
    body_file: BodyFileOption = None,
) -> Change[Ticket]:
    """Ask sales for an edition; they answer in the ticket that this opens."""
    from pscli.desk.inquiries import submit_inquiry

    text = read_body(session, body, body_file)
    with keeping(text):
        return asking_product(
            session,
            product,
            lambda asked: session.change(submit_inquiry, edition, text, product=asked),
        )


@command(requests, "list", lists=True, example="contact requests list")
def list_(session: Session) -> Any:
    """List your own requests, newest first."""
    return session.list_of(desk.list_requests)


correspondence.add_commands(requests, Via.CONTACT, "contact requests")
