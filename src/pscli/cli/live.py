"""Live contact as commands: chat and callback of a person, their queue for representatives."""

import sys
from typing import Annotated, Any

import typer

from pscli.desk import callbacks as desk_callbacks, chats as desk_chats
from pscli.models.live import Chat, Outcome
from pscli.models.people import Product
from pscli.models.record import Page
from pscli.models.tickets import AuthorKind
from pscli.operation import Operation
from pscli.problems import InvalidValue, OutsideHours

from .bodies import BodyFileOption, BodyOption, read_body
from .chat import Conversation
from .drafts import keeping, save_draft
from .session import Session
from .terminal import is_interactive, is_screen

WATCH = 50.0  # seconds that one wait for news lasts

ProductOption = Annotated[Product | None, typer.Option(help="Which product it is about.")]
LanguageOption = Annotated[str | None, typer.Option(help="In which language: en or ja.")]
OrRequestOption = Annotated[
    bool, typer.Option("--or-request", help="Outside the hours, send it as a request.")
]
WatchOption = Annotated[bool, typer.Option("--watch", help="Go on, and ring when one comes.")]


def chat(
    session: Session,
    product: ProductOption = None,
    language: LanguageOption = None,
    or_request: OrRequestOption = False,
) -> Any:
    """Chat with a representative; without a terminal, lines come from stdin."""
    from .contact import asking_product

    try:
        change = asking_product(
            session,
            product,
            lambda asked: session.change(desk_chats.open_chat, product=asked, language=language),
        )
    except OutsideHours as closed:
        return _instead(session, closed, product, language, or_request=or_request)
    if not session.dry_run:
        Conversation(session, change.record, AuthorKind.CUSTOMER).run()
    return None


def _instead(
    session: Session,
    closed: OutsideHours,
    product: Product | None,
    language: str | None,
    *,
    or_request: bool,
) -> Any:
    """What was typed goes as a request where the hours are over, or is kept (H6)."""
    from pscli.desk.requests import submit_request

    session.tell(closed.message)
    if not or_request and not (is_interactive() and session.ask("Send it as a request instead?")):
        typed = "" if is_interactive() else sys.stdin.read()
        if typed.strip():
            closed.hint = f"{closed.hint}\nYour text is kept: --body-file {save_draft(typed)}"
        raise closed
    text = read_body(session, None, None if is_interactive() else "-")
    subject = text.strip().splitlines()[0][:200] if text.strip() else "Chat"
    with keeping(text):
        return session.change(submit_request, subject, text, product=product, language=language)


def callback(
    session: Session,
    phone: Annotated[str | None, typer.Argument(metavar="PHONE", help="Your number.")] = None,
    region: Annotated[
        str | None, typer.Option(metavar="CC", help="Of a number without country code, as in ID.")
    ] = None,
    product: ProductOption = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="Before those that can wait.")] = False,
    or_request: OrRequestOption = False,
    status: Annotated[bool, typer.Option("--status", help="How your callback stands.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel your callback.")] = False,
) -> Any:
    """Ask to be called; the next free representative calls, urgent ones first."""
    if status:
        return desk_callbacks.show_callback(session.backend, product=product)
    if cancel:
        return session.change(desk_callbacks.cancel_callback, product=product)
    if phone is None:
        raise InvalidValue(
            "Say which number to call.", hint="pscli contact callback PHONE", field="phone"
        )
    from .contact import asking_product

    try:
        return asking_product(
            session,
            product,
            lambda asked: session.change(
                desk_callbacks.request_callback,
                phone,
                region=region or session.settings.profile.region,
                product=asked,
                urgent=urgent,
            ),
        )
    except OutsideHours:
        if not or_request:
            raise
    from pscli.desk.requests import submit_request

    text = f"Please call me back: {phone}"
    return session.change(submit_request, "Callback", text, product=product, urgent=urgent)


def chats(session: Session, watch: WatchOption = False) -> Any:
    """Chats that wait, the longest first, and yours that are live."""
    return watched(session, desk_chats.list_chats, watch=watch)


def join(
    session: Session,
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Which; else the oldest.")
    ] = None,
) -> Any:
    """Join the chat that waits longest, or the one named."""
    joined: Chat = session.change(desk_chats.join_chat, id_).record
    if not session.dry_run:
        Conversation(session, joined, AuthorKind.SUPPORT).run()


def callbacks(session: Session, watch: WatchOption = False) -> Any:
    """Callbacks that wait: urgent ones first, then the oldest."""
    return watched(session, desk_callbacks.list_callbacks, watch=watch)


def call(
    session: Session,
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Which; else the first.")
    ] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="What came of the call.")] = None,
    body: BodyOption = None,
    body_file: BodyFileOption = None,
) -> Any:
    """Take a callback, or record what came of the call."""
    if id_ is None:
        waiting = desk_callbacks.list_callbacks(session.backend, limit=1).items
        if not waiting:
            session.tell("No callback waits.")
            return Page(items=[], total=0, next=None)
        id_ = waiting[0].id
    if outcome is None:
        return session.change(desk_callbacks.take_callback, id_)
    text = read_body(session, body, body_file) if body or body_file else None
    return session.change(desk_callbacks.record_call, id_, outcome, body=text)


def watched(session: Session, operation: Operation[..., Page[Any]], *, watch: bool) -> Any:
    """A list of what waits; with --watch it is shown anew, with a bell, whenever one comes."""
    page = session.page_of(operation)
    if not watch:
        return page
    from .output import show

    known = {each.id for each in page.items}
    revision = session.backend.wait("queue", -1, 0)
    show(page, session)
    while True:
        revision = session.backend.wait("queue", revision, WATCH)
        page = session.page_of(operation)
        now = {each.id for each in page.items}
        if now == known:
            continue
        if now - known and is_screen():
            sys.stderr.write("\a")
        known = now
        show(page, session)
