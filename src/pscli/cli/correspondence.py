"""What `hub tickets` and `contact requests` share: answering, solving, files."""

from typing import Annotated, Any

import typer

from pscli.desk.tickets import Via, show_ticket
from pscli.models.record import Change
from pscli.models.tickets import Status, Ticket

from .bodies import AttachOption, BodyFileOption, BodyOption, read_body
from .command import command
from .drafts import keeping
from .session import Session

NumberArgument = Annotated[
    int, typer.Argument(min=1, metavar="NUMBER", help="The ticket's number.")
]
FileArgument = Annotated[int, typer.Argument(min=1, metavar="ID", help="The attachment's id.")]
ToOption = Annotated[str, typer.Option("--to", metavar="PATH", help="Where to; - is stdout.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
WatchOption = Annotated[
    bool, typer.Option("--watch", help="Go on, and show it anew until it is solved.")
]
SolveOption = Annotated[bool, typer.Option("--solve", help="And close the ticket.")]


def add_commands(group: typer.Typer, via: Via, words: str) -> None:
    """Give a group show, reply, solve and attachment, coming through this door."""

    @command(group, example=f"{words} show 7")
    def show(session: Session, number: NumberArgument, watch: WatchOption = False) -> Any:
        """Show one of your tickets with its messages and every promise."""
        if not watch:
            return show_ticket(session.backend, number, via=via)
        from .watch import followed

        followed(
            session,
            lambda: show_ticket(session.backend, number, via=via),
            lambda ticket: ticket.status is Status.SOLVED,
        )
        return None

    @command(group, changes=True, example=f'{words} reply 7 --body "It works again." --solve')
    def reply(
        session: Session,
        number: NumberArgument,
        body: BodyOption = None,
        body_file: BodyFileOption = None,
        attach: AttachOption = [],
        solve: SolveOption = False,
    ) -> Change[Ticket]:
        """Answer in one of your tickets while it is not solved."""
        from pscli.desk.requests import reply_ticket

        text = read_body(session, body, body_file)
        with keeping(text):
            uploads = upload(session, attach)
            return session.change(
                reply_ticket, number, text, attachments=uploads, solve=solve, via=via
            )

    @command(group, changes=True, example=f"{words} solve 7")
    def solve(session: Session, number: NumberArgument) -> Change[Ticket]:
        """Close one of your tickets."""
        from pscli.desk.requests import solve_ticket

        return session.change(solve_ticket, number, via=via)

    @command(group, example=f"{words} attachment 7 1 --to log.txt")
    def attachment(
        session: Session,
        number: NumberArgument,
        id_: FileArgument,
        to: ToOption,
        force: ForceOption = False,
    ) -> Any:
        """Save a file that came with one of your tickets."""
        from .attachments import save_attachment

        return save_attachment(session, number, id_, to, force=force, via=via)


def upload(session: Session, attach: list[str], team: str | None = None) -> list[str]:
    """Upload the files that go along; returns their ids."""
    if not attach:
        return []
    from .attachments import upload_files

    return upload_files(session, attach, team)
