"""What `hub tickets` and `contact requests` share: answering, solving, files."""

from typing import Annotated, Any

import typer

from pscli.desk.tickets import Via

from .bodies import read_body
from .drafts import keeping
from .session import Session

NumberArgument = Annotated[
    int, typer.Argument(min=1, metavar="NUMBER", help="The ticket's number.")
]
FileArgument = Annotated[int, typer.Argument(min=1, metavar="ID", help="The attachment's id.")]
ToOption = Annotated[str, typer.Option("--to", metavar="PATH", help="Where to; - is stdout.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
SolveOption = Annotated[bool, typer.Option("--solve", help="And close the ticket.")]


def reply(
    session: Session,
    number: int,
    via: Via,
    *,
    body: str | None,
    body_file: str | None,
    attach: list[str],
    solve: bool,
) -> Any:
    """Answer in one of one's own tickets; a text that could not be sent is kept."""
    from pscli.desk.requests import reply_ticket

    text = read_body(session, body, body_file)
    with keeping(text):
        uploads = upload(session, attach)
        return session.change(reply_ticket, number, text, attachments=uploads, solve=solve, via=via)


def solve(session: Session, number: int, via: Via) -> Any:
    """Close one of one's own tickets."""
    from pscli.desk.requests import solve_ticket

    return session.change(solve_ticket, number, via=via)


def upload(session: Session, attach: list[str], team: str | None = None) -> list[str]:
    """Upload the files that go along; returns their ids."""
    if not attach:
        return []
    from .attachments import upload_files

    return upload_files(session, attach, team)
