"""Live contact as commands: chat and callback of a person, their queue for representatives."""

import sys
from contextlib import suppress
from shlex import quote
from typing import Annotated, Any

import typer

from pscli.desk import callbacks as desk_callbacks, chats as desk_chats
from pscli.desk.chat_records import list_chats
from pscli.models.live import Callback, CallbackState, Chat, Outcome
from pscli.models.people import Product
from pscli.models.record import Change
from pscli.models.tickets import AuthorKind, Channel, Message, Ticket
from pscli.problems import InvalidValue, NotAllowed, OutsideHours, Problem

from .bodies import BodyFileOption, BodyOption, read_body
from .drafts import keeping, save_draft
from .session import Format, Session
from .terminal import is_interactive
from .watch import followed, watched

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
    """Chat with a representative until `/end`.

    Without a terminal, lines come from stdin and go to stdout; the end of stdin ends the chat once
    they are sent.
    """
    from .contact import asking_product

    _check_fields(session)

    def ask(asked: Product | None) -> Any:
        try:
            return session.change(desk_chats.open_chat, product=asked, language=language)
        except (OutsideHours, NotAllowed) as closed:
            text = _typed(closed, session, or_request=or_request)
            subject = (text.strip().splitlines() or ["Chat"])[0][:200]
            return _request(session, subject, text, product=asked, language=language)

    change = asking_product(session, product, ask)
    if session.dry_run or not isinstance(change.record, Chat):
        return change
    from .chat import Conversation

    session.no_pager = True
    return Conversation(session, change, AuthorKind.CUSTOMER).run()


def _check_fields(session: Session) -> None:
    """A chat shows its lines one by one, or with -o json all of it at the end."""
    whole = dict.fromkeys(["changed", *Chat.__struct_fields__, "messages"])
    session.check_fields(whole if session.shown is Format.JSON else Message)


def _typed(closed: Problem, session: Session, *, or_request: bool) -> str:
    """What was typed for a closed channel, where it goes as a request instead (H6)."""
    if not is_interactive():
        if or_request:
            return read_body(session, None, "-")
        typed = _at_hand()
        if typed.strip():
            kept = f"Your text is kept: --body-file {quote(save_draft(typed))}"
            closed.hint = f"{closed.hint}\n{kept}" if closed.hint else kept
        raise closed
    if or_request:
        session.tell(closed.message)
    elif not session.ask(f"{closed.message} Send it as a request instead?"):
        raise closed
    return read_body(session, None, None)


def _at_hand() -> str:
    """What already stands in a pipe, without waiting for its end."""
    import os
    from select import select

    data = b""
    with suppress(OSError, ValueError):  # stdin is closed
        while select([sys.stdin], [], [], 0.5)[0] and (piece := os.read(0, 65536)):
            data += piece
    return data.decode("utf-8", "surrogateescape")


def _request(session: Session, subject: str, text: str, **about: Any) -> Any:
    from pscli.desk.requests import submit_request

    session.check_fields(Change[Ticket])
    with keeping(text):
        return session.change(submit_request, subject, text, **about)


def callback(
    session: Session,
    phone: Annotated[str | None, typer.Argument(metavar="PHONE", help="Your number.")] = None,
    region: Annotated[
        str | None, typer.Option(metavar="CC", help="Of a number without country code, as in ID.")
    ] = None,
    product: ProductOption = None,
    language: LanguageOption = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="Before those that can wait.")] = False,
    or_request: OrRequestOption = False,
    status: Annotated[bool, typer.Option("--status", help="How your callback stands.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel your callback.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="With --status: go on until the callback is over.")
    ] = False,
) -> Any:
    """Ask to be called; the next free representative calls, urgent ones first."""
    if status:
        return _status(session, product, watch=watch)
    if watch:
        raise InvalidValue(
            "--watch goes with --status.", hint="Ask first, then: --status --watch", field="watch"
        )
    if cancel:
        return session.change(desk_callbacks.cancel_callback, product=product)
    if phone is None:
        raise InvalidValue(
            "Say which number to call.", hint="pscli contact callback PHONE", field="phone"
        )
    from .contact import asking_product

    def ask(asked: Product | None) -> Any:
        about = {"product": asked, "language": language, "urgent": urgent}
        try:
            return _asking_region(session, phone, region, **about)
        except (OutsideHours, NotAllowed) as closed:
            wanted = or_request or (
                is_interactive()
                and session.ask(f"{closed.message} Send a request to be called instead?")
            )
            if not wanted:
                raise
            return _request(session, "Callback", f"Please call me back: {phone}", **about)

    change = asking_product(session, product, ask)
    if isinstance(change.record, Callback) and change.record.language == "ja":
        _tell_language(session, change.record)
    return change


def _status(session: Session, product: Product | None, *, watch: bool) -> Any:
    """How a callback stands; watched, until somebody was reached or nobody calls any more."""

    def read() -> Callback:
        return desk_callbacks.show_callback(session.backend, product=product)

    if not watch:
        return read()
    waits = (CallbackState.WAITING, CallbackState.CALLING)
    return followed(session, read, lambda asked: asked.state not in waits)


def _asking_region(session: Session, phone: str, region: str | None, **about: Any) -> Any:
    """Ask for a callback; the region comes from --region, the person, the profile, the terminal."""

    def call(region: str | None) -> Change[Callback]:
        upper = region.upper() if region else None
        return session.change(desk_callbacks.request_callback, phone, region=upper, **about)

    try:
        return call(region)
    except InvalidValue as lacking:
        if lacking.field != "region" or region is not None:
            raise
        if found := session.settings.profile.region:
            return call(found)
        if not is_interactive():
            raise
    return call(session.reply_to("In which region is that number? As in ID, JP, US:"))


def _tell_language(session: Session, asked: Callback) -> None:
    """That a call comes in English now, and when it could be in Japanese (J4)."""
    from pscli.desk.contact import show_options

    options = show_options(session.backend, product=Product(asked.product), language="ja")
    option = next(each for each in options.channels if each.channel is Channel.CALLBACK)
    if option.language != "ja":
        session.tell(option.reason)


def chats(session: Session, watch: WatchOption = False) -> Any:
    """Chats that wait, the longest first, and yours that are live."""
    return watched(session, lambda: session.page_of(list_chats), go_on=watch)


def join(
    session: Session,
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Which; else the oldest.")
    ] = None,
) -> Any:
    """Join the chat that waits longest, or the one named, until `/end`."""
    _check_fields(session)
    change = session.change(desk_chats.join_chat, id_)
    if session.dry_run:
        return change
    from .chat import Conversation

    session.no_pager = True
    return Conversation(session, change, AuthorKind.SUPPORT).run()


def callbacks(session: Session, watch: WatchOption = False) -> Any:
    """Callbacks that wait: urgent ones first, then the oldest."""
    return watched(session, lambda: session.page_of(desk_callbacks.list_callbacks), go_on=watch)


def call(
    session: Session,
    id_: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Which; else the first, or the one that you call."),
    ] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="What came of the call.")] = None,
    body: BodyOption = None,
    body_file: BodyFileOption = None,
) -> Any:
    """Take a callback, or record what came of the call."""
    if outcome is None:
        if body is not None or body_file is not None:
            raise InvalidValue("A text comes with an outcome.", hint="Add --outcome.")
        return session.change(desk_callbacks.take_callback, id_)
    text = read_body(session, body, body_file) if body or body_file else None
    return session.change(desk_callbacks.record_call, outcome, id_, body=text)
