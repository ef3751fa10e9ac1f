"""pscli desk digest and desk mail: the quarterly e-mail, and the outbox, for operators."""

from pathlib import Path
from typing import Annotated, Any

import typer

from pscli.models.mail import Mail, MailRun, MailState
from pscli.models.record import Change
from pscli.models.usage import DigestRun

from .command import command, command_group
from .session import Session

digest = command_group("desk digest run --dry-run", "The quarterly e-mail.")
mail = command_group("desk mail list --state doubtful", "The outbox of mails.")

MailArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="Which mail.")]


@command(digest, changes=True, staff=True, example="desk digest run --dry-run")
def run(
    session: Session,
    quarter: Annotated[
        str | None,
        typer.Option(metavar="YYYY-Qn", help="Default: the last one that is over everywhere."),
    ] = None,
) -> Change[DigestRun]:
    """Queue the quarterly e-mail of every team with an add-on, once per team and quarter."""
    from .digests import run_digests

    return run_digests(session, quarter)


@command(mail, changes=True, staff=True, example="desk mail send --smtp smtps://desk@mail.example")
def send(
    session: Session,
    smtp: Annotated[
        str | None,
        typer.Option(
            "--smtp", metavar="URL", help="smtps://USER@HOST:PORT or smtp://; else PSCLI_SMTP."
        ),
    ] = None,
    to_folder: Annotated[
        Path | None,
        typer.Option("--to-folder", metavar="DIR", help="Write .eml files instead of sending."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=60, help="Seconds to wait for each answer.")
    ] = 30,
) -> Change[MailRun]:
    """Send what is queued: by SMTP, password in PSCLI_SMTP_PASSWORD, or as files into a folder."""
    from .sending import send_mails

    return send_mails(session, smtp, to_folder, timeout)


@command(mail, "list", lists=True, staff=True, example="desk mail list --state doubtful")
def list_(
    session: Session,
    state: Annotated[MailState | None, typer.Option(help="Only those in this state.")] = None,
) -> Any:
    """The mails of the outbox, newest first."""
    from pscli.desk.outbox import list_mail

    return session.page_of(list_mail, state=state)


@command(mail, changes=True, staff=True, example="desk mail retry 7")
def retry(session: Session, id_: MailArgument) -> Change[Mail]:
    """Queue a failed or doubtful mail once more, under the Message-ID that it has."""
    from pscli.desk.outbox import retry_mail

    return session.change(retry_mail, id_)
