"""pscli support metrics: the desk's figures for its own people."""

from typing import Annotated, Any

import typer

from .session import Session


def metrics(
    session: Session,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="From this day on: 2026-01-31.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Up to this day, which is left out.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Whose days and hours: Asia/Jakarta.")
    ] = None,
    team: Annotated[str | None, typer.Option(help="Only of this team.")] = None,
) -> Any:
    """Kept promises, breaches, load by hour and what waits longest, of all teams.

    The range is the last four whole weeks and the current one, unless you name another.
    """
    from pscli.desk.metrics import show_metrics

    return show_metrics(
        session.backend,
        since=session.day(since, "since"),
        until=session.day(until, "until"),
        timezone=timezone or session.zone_key or "UTC",
        team=team,
    )
