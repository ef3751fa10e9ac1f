"""pscli recommendations: articles, videos and courses that fit one's tickets."""

import os
import sys
from typing import Annotated, Any

import typer

from pscli.desk import recommendations as desk
from pscli.models.library import MOST_SHOWN, Recommendation
from pscli.models.record import Change

from .command import command
from .session import Session
from .terminal import is_interactive, is_screen

app = typer.Typer(rich_markup_mode=None)


@command(app, bare=True, example="recommendations --limit 5")
def recommendations(
    session: Session,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST_SHOWN, help="How many.")] = 10,
) -> Any:
    """Articles, videos and courses that fit your tickets, each with the ticket that it answers."""
    session.operation = desk.list_recommendations
    return desk.list_recommendations(session.backend, limit)


@command(app, "open", changes=True, example="recommendations open 1")
def open_(
    session: Session,
    rank: Annotated[
        int, typer.Argument(min=1, max=MOST_SHOWN, metavar="N", help="Its number in the list.")
    ],
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address.")
    ] = False,
) -> Change[Recommendation]:
    """Print the address of a recommendation; on a desktop's terminal the browser opens it."""
    change = session.change(desk.open_recommendation, rank)
    if not (no_browser or session.dry_run) and _has_browser():
        import webbrowser

        webbrowser.open(change.record.url)
    return change


def _has_browser() -> bool:
    """Whether a person at a desktop asks; elsewhere a browser would take the terminal over."""
    desktop = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return desktop and is_interactive() and is_screen()
