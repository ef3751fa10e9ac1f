"""pscli team usage: feature usage per quarter, imported and shown by operators."""

from typing import Annotated, Any

import typer

from pscli.models.record import Change
from pscli.models.usage import UsageSummary

from .command import command, command_group
from .session import Session

app = command_group("team usage show --quarter 2026-Q1")

TeamOption = Annotated[
    str | None, typer.Option("--team", help="Which team; the only one if left out.")
]


@command(app, "import", changes=True, staff=True, example="team usage import events.jsonl")
def import_(
    session: Session,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A CSV table or audit-log events as JSON lines; - is stdin."
        ),
    ],
    team: TeamOption = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="It covers no whole quarter: the rest stays unknown.")
    ] = False,
) -> Change[UsageSummary]:
    """Import feature usage: a CSV of person,feature,quarter,uses or the team API's events.

    What the file says of quarters that are over is all there is of them, unless --partial says
    otherwise: who is not in it, did not use a feature. The same file again changes nothing.
    """
    from .team import named_team
    from .usage_files import import_file

    return import_file(session, file, named_team(session, team), partial=partial)


@command(app, lists=True, staff=True, example="team usage show --quarter 2026-Q1")
def show(
    session: Session,
    team: TeamOption = None,
    quarter: Annotated[
        str | None, typer.Option(metavar="YYYY-Qn", help="Default: the last one that is over.")
    ] = None,
) -> Any:
    """How much a team uses each feature; what nobody knows is unknown, never unused."""
    from pscli.desk.usage import list_usage

    from .team import named_team

    return session.page_of(list_usage, team=named_team(session, team), quarter=quarter)
