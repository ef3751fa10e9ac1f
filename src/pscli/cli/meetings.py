"""pscli consultation, pscli meeting: free slots, bookings, invitations, the brief."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pscli.desk import appointments, meetings as desk
from pscli.models.meetings import Booking, Brief, MeetingKind
from pscli.models.people import Product
from pscli.models.record import Change
from pscli.problems import InvalidValue, NotWritten, Problem

from .command import command, command_group
from .contact import asking_product
from .session import Session

app = typer.Typer(rich_markup_mode=None)

InstantArgument = Annotated[
    str,
    typer.Argument(metavar="INSTANT", help="When it begins: 2026-03-04T10:00Z, or on your clock."),
]
ProductOption = Annotated[Product | None, typer.Option(help="Which product's add-on gives it.")]
IdOption = Annotated[
    int | None, typer.Option("--id", min=1, help="Which one, where several are to come.")
]
IcsOption = Annotated[
    str | None, typer.Option("--ics", metavar="FILE", help="Write the invitation; - is stdout.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
QuarterOption = Annotated[
    str | None,
    typer.Option(metavar="YYYY-Qn", help="Which quarter, or last-quarter; else the current one."),
]
HtmlOption = Annotated[
    str | None, typer.Option("--html", metavar="FILE", help="Write it as a page; - is stdout.")
]


def _group(kind: MeetingKind, help_: str) -> typer.Typer:
    """A group with what consultations and meetings have in common."""
    group = command_group(f"{kind} slots", help_)
    app.add_typer(group, name=kind.value)
    _add_reading(group, kind)
    _add_changing(group, kind)
    return group


def _add_reading(group: typer.Typer, kind: MeetingKind) -> None:
    @command(group, lists=True, example=f"{kind} slots")
    def slots(session: Session) -> Any:
        """List the free slots, the soonest first."""
        return session.page_of(desk.list_slots, kind=kind)

    @command(group, example=f"{kind} show")
    def show(
        session: Session,
        product: ProductOption = None,
        ics: IcsOption = None,
        force: ForceOption = False,
    ) -> Any:
        """Show what comes next, else the latest one: when, with whom, how it stands."""

        def read() -> Booking:
            found: Booking = asking_product(
                session, product, lambda asked: desk.show_booking(session.backend, kind, asked)
            )
            return found

        return _inviting(session, kind, ics, read, force=force)

    @command(group, "list", lists=True, example=f"{kind} list")
    def list_(session: Session) -> Any:
        """List what your team has booked, the latest first."""
        return session.page_of(desk.list_bookings, kind=kind)


def _add_changing(group: typer.Typer, kind: MeetingKind) -> None:
    @command(group, changes=True, example=f"{kind} book 2026-03-04T10:00Z --ics {kind}.ics")
    def book(
        session: Session,
        instant: InstantArgument,
        product: ProductOption = None,
        ics: IcsOption = None,
        force: ForceOption = False,
    ) -> Change[Booking] | None:
        """Book a free slot."""
        at = _beginning(session, instant)

        def book(perform: Any) -> Any:
            return asking_product(
                session, product, lambda asked: perform(desk.book_slot, kind, at, asked)
            )

        return _inviting_to(session, kind, ics, book, force=force)

    @command(group, changes=True, example=f"{kind} rebook 2026-03-05T10:00Z")
    def rebook(
        session: Session,
        instant: InstantArgument,
        product: ProductOption = None,
        id_: IdOption = None,
        ics: IcsOption = None,
        force: ForceOption = False,
    ) -> Change[Booking] | None:
        """Move what is booked to another free slot, before it begins."""
        at = _beginning(session, instant)

        def rebook(perform: Any) -> Any:
            return asking_product(
                session,
                product,
                lambda asked: perform(desk.rebook_slot, kind, at, product=asked, id=id_),
            )

        return _inviting_to(session, kind, ics, rebook, force=force)

    @command(group, changes=True, example=f"{kind} cancel")
    def cancel(
        session: Session,
        product: ProductOption = None,
        id_: IdOption = None,
        ics: IcsOption = None,
        force: ForceOption = False,
    ) -> Change[Booking] | None:
        """Cancel what is booked, before it begins; it is yours to book again."""

        def cancel(perform: Any) -> Any:
            return asking_product(
                session,
                product,
                lambda asked: perform(desk.cancel_booking, kind, product=asked, id=id_),
            )

        return _inviting_to(session, kind, ics, cancel, force=force)


def _beginning(session: Session, text: str) -> datetime:
    """An instant with its offset, or a time on the reader's clock that names one instant only."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None or len(text) <= len("2026-01-31"):
        from pscli.codec import parse_instant

        return parse_instant(text)
    try:
        first, second = (
            local.replace(tzinfo=session.zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
    except OverflowError:
        first, second = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if first != second:
        raise InvalidValue(
            f"“{text}” is not one instant on your clock.",
            hint="Write it with its offset, for example 2026-03-02T12:00:00Z.",
            field="instant",
        )
    return first


def _inviting_to(
    session: Session, kind: MeetingKind, ics: str | None, act: Callable[[Any], Any], *, force: bool
) -> Change[Booking] | None:
    """Change a booking and, with --ics, write its invitation.

    Where the key came before, the file that was written then is no obstacle (B10).
    """
    if ics not in (None, "-") and session.key and not (force or session.dry_run):
        force = _holds_invitation(session, Path(ics), act)
    done: Change[Booking] | None = _inviting(
        session, kind, ics, lambda: act(session.change), force=force
    )
    return done


def _holds_invitation(session: Session, file: Path, act: Callable[[Any], Any]) -> bool:
    """Whether a file holds the invitation to what this key did; tried without doing anything."""
    from .invitations import invitation

    def tried(operation: Any, *given: Any, **named: Any) -> Any:
        arguments = operation.bind(*given, **named)
        return session.backend.perform(operation, arguments, session.key, dry_run=True)

    return file.is_file() and file.read_bytes() == invitation(act(tried).record)


def _inviting(
    session: Session, kind: MeetingKind, ics: str | None, act: Callable[[], Any], *, force: bool
) -> Any:
    """Do something with a booking and, with --ics, write its invitation.

    Where the file cannot be written nothing is done; where that shows only afterwards it is said.
    """
    if ics is None or session.dry_run:
        return act()
    from .files import written
    from .invitations import invitation

    done: Any = None
    try:
        with written(ics, force=force) as file:
            done = act()
            file.write(invitation(done if isinstance(done, Booking) else done.record))
    except Problem as problem:
        if done is None or isinstance(done, Booking):
            raise
        raise NotWritten(
            problem.message,
            hint=f"The {kind} is {done.record.state}. Write its invitation: "
            f"pscli {kind} show --ics FILE",
        ) from problem
    return None if ics == "-" else done


_group(MeetingKind.CONSULTATION, "The implementation consultation that comes with an add-on.")
meeting = _group(MeetingKind.MEETING, "Root-cause meetings, one a quarter with Enhanced.")


@command(meeting, example="meeting brief --quarter last-quarter --html brief.html")
def brief(
    session: Session,
    quarter: QuarterOption = None,
    html: HtmlOption = None,
    force: ForceOption = False,
) -> Brief | None:
    """What a meeting is about: the quarter's figures, broken promises, what repeats."""
    from pscli.desk.briefs import show_brief

    return _as_page(session, lambda: show_brief(session.backend, quarter=quarter), html, force)


def _as_page(
    session: Session, read: Callable[[], Brief], html: str | None, force: bool
) -> Brief | None:
    """The brief; with --html the file that holds it too, and where that is stdout only that."""
    if html is None:
        return read()
    from pscli.models.reports import ReportForm
    from pscli.reports.forms import needing

    from .files import as_text, written

    with needing(ReportForm.HTML):
        from pscli.reports.brief import brief_page
    with written(html, force=force) as file:
        found = read()
        file.write(brief_page(found, session.now()))
    if html == "-":
        return None
    session.tell(f"The brief stands in {as_text(html)}.")
    return found


def team_appointments(
    session: Session,
    team: Annotated[str | None, typer.Option(help="Only of this team.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only those that I lead.")] = False,
) -> Any:
    """Consultations and meetings to come, the soonest first."""
    return session.page_of(appointments.list_appointments, team=team, mine=mine)


def team_brief(
    session: Session,
    team: Annotated[str, typer.Argument(metavar="TEAM", help="Whose meeting.")],
    quarter: QuarterOption = None,
    html: HtmlOption = None,
    force: ForceOption = False,
) -> Brief | None:
    """What a team's root-cause meeting is about."""
    from pscli.desk.briefs import prepare_meeting

    def read() -> Brief:
        return prepare_meeting(session.backend, team, quarter=quarter)

    return _as_page(session, read, html, force)
