"""pscli insights: what your tickets, or your team's, add up to."""

from typing import Annotated, Any

import typer

from pscli.models.insights import Scope, Unit

from .command import command
from .insights_export import export
from .session import Session

app = typer.Typer(rich_markup_mode=None)


@command(app, bare=True, example="insights --by week --since 2026-01-01")
def insights(
    session: Session,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="From this day on: 2026-01-31.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Up to this day, which is left out.")
    ] = None,
    by: Annotated[Unit, typer.Option(help="What the range is divided into.")] = Unit.MONTH,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Whose days: Asia/Jakarta.")
    ] = None,
    scope: Annotated[
        Scope, typer.Option(help="Your own tickets, or the whole team's.")
    ] = Scope.OWN,
) -> Any:
    """Totals, trend, patterns and kept promises of your tickets, beside the range before.

    The range is the last twelve months and the current one, unless you name another.
    """
    from pscli.desk.insights import show_insights

    return show_insights(
        session.backend,
        since=session.day(since, "since"),
        until=session.day(until, "until"),
        by=by,
        timezone=timezone or session.zone_key,
        scope=scope,
    )


command(app, "export", example="insights export --to march.xlsx --period 2026-03")(export)
