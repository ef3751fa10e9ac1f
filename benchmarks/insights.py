"""Insights of a million tickets as a whole process, and what keeping their roll-ups costs."""

import shutil
import tempfile
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.backends.sqlite import Sqlite
from pscli.desk import clocks, requests
from pscli.desk.insights import show_insights
from pscli.models.insights import Scope, Unit
from pscli.models.people import Identity

from .desks import OWNER, folder, postgres_desk, sqlite_desk
from .measure import Figure, in_turn, ratio, tell, tell_times
from .start import LIST, started
from .submits import performed

YEARS: dict[str, Any] = {"since": date(2024, 1, 1), "until": date(2026, 1, 1)}
WHOLE = ["insights", "--scope", "team", "--since", "2024-01-01", "--until", "2026-01-01"]
LATER = datetime(2026, 1, 20, tzinfo=UTC)


def run(*, quick: bool) -> list[Figure]:
    """Compare the process with that of a list, then submits with and without roll-ups."""
    size = 20_000 if quick else 1_000_000
    figures = [*_processes(size, 5 if quick else 31), _kept(*((5, 60) if quick else (21, 300)))]
    tell("insights", figures)
    _tell_operations(str(sqlite_desk(size)), "SQLite")
    with postgres_desk(20_000 if quick else 200_000) as url:
        _tell_operations(url, "PostgreSQL, 200,000 tickets")
    return figures


def _processes(size: int, rounds: int) -> list[Figure]:
    desk = sqlite_desk(size)
    listed, json, table, tokyo = in_turn(
        [
            started(LIST, desk),
            started([*WHOLE, "-o", "json"], desk),
            started([*WHOLE, "-o", "table"], desk),
            started([*WHOLE, "--timezone", "Asia/Tokyo", "-o", "json"], desk),
        ],
        rounds,
    )
    tell_times("pscli hub tickets list -o json", listed)
    what = f"pscli insights --scope team, 24 months of {size:,} tickets"
    return [
        Figure(f"{what}, -o json", "pscli hub tickets list -o json", ratio(json, listed), 1.2),
        Figure(f"{what}, as a screen", "the same list", ratio(table, listed)),
        Figure(f"{what}, in another zone", "the same list", ratio(tokyo, listed)),
    ]


def _kept(rounds: int, submits: int) -> Figure:
    """What a submit costs with its roll-ups, against one without, on copies of one desk."""
    desk = sqlite_desk(20_000)
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        copies = [Path(place) / "with.db", Path(place) / "without.db"]
        for copy in copies:
            shutil.copy(desk, copy)
        databases = [Sqlite(copy) for copy in copies]
        having, lacking = (performed(database, submits) for database in databases)

        def without() -> None:
            with (
                patch.object(requests, "roll_tickets", _nothing),
                patch.object(clocks, "roll_clocks", _nothing),
            ):
                lacking()

        kept, bare = in_turn([having, without], rounds)
        for database in databases:
            database.close()
    return Figure("a submit", "one that keeps no roll-up", ratio(kept, bare), 1.15)


def _nothing(*_: object) -> None:
    """In place of what keeps a roll-up."""


def _tell_operations(place: str, where: str) -> None:
    """Print what `perform` takes, without the process around it."""
    database = open_database(place)
    backend = Local(database, Identity(email=OWNER), lambda: LATER)
    asked: dict[str, dict[str, Any]] = {
        "team, 24 months": {"scope": Scope.TEAM},
        "own, 24 months": {},
        "team, 24 months of another zone": {"scope": Scope.TEAM, "timezone": "Asia/Tokyo"},
        "team, 105 weeks": {"scope": Scope.TEAM, "by": Unit.WEEK},
        "team, 731 days": {"scope": Scope.TEAM, "by": Unit.DAY},
        "own, 731 days": {"by": Unit.DAY},
    }
    jobs = [partial(show_insights, backend, **{**YEARS, **words}) for words in asked.values()]
    for what, seconds in zip(asked, in_turn(jobs, 5), strict=True):
        tell_times(f"insights, {what}: {where}", seconds)
    database.close()
