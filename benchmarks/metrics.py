"""The desk's figures over a million tickets: whole processes, operations, and a bare scan."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.metrics import show_metrics
from pscli.models.people import Identity

from .desks import postgres_desk, sqlite_desk
from .generate import AGENT
from .measure import Figure, in_turn, ratio, tell, tell_times
from .start import LIST, started

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIVE_WEEKS: dict[str, Any] = {"since": date(2025, 11, 27), "until": date(2026, 1, 1)}
TWO_YEARS: dict[str, Any] = {"since": date(2024, 1, 1), "until": date(2026, 1, 1)}
WHOLE = ["support", "metrics", "--as", AGENT, "--since", "2025-11-27", "--until", "2026-01-01"]


def run(*, quick: bool) -> list[Figure]:
    """Compare the process with that of a list, and the operation with a bare scan of its rows."""
    size = 20_000 if quick else 1_000_000
    rounds = 3 if quick else 5
    desk = sqlite_desk(size)
    listed, whole = in_turn([started(LIST, desk), started([*WHOLE, "-o", "json"], desk)], rounds)
    figures = [
        Figure(
            f"pscli support metrics, five weeks of {size:,} tickets, -o json",
            "pscli hub tickets list -o json",
            ratio(whole, listed),
        )
    ]
    for what, days in (("five weeks", FIVE_WEEKS), ("two years", TWO_YEARS)):
        measured, bare = in_turn([_asking(str(desk), **days), _scanning(desk, **days)], rounds)
        figures.append(
            Figure(f"metrics, {what}", "reading its rows with bare sqlite3", ratio(measured, bare))
        )
        tell_times(f"metrics, {what}: SQLite", measured)
    tell("metrics", figures)
    fewer = size if quick else 200_000
    with postgres_desk(fewer) as url:
        for what, days in (("five weeks", FIVE_WEEKS), ("two years", TWO_YEARS)):
            (measured,) = in_turn([_asking(url, **days)], rounds)
            tell_times(f"metrics, {what}: PostgreSQL, {fewer:,} tickets", measured)
    return figures


def _asking(place: str, **asked: Any) -> Callable[[], object]:
    backend = Local(open_database(place), Identity(email=AGENT), lambda: NOW)
    return partial(show_metrics, backend, **asked)


def _scanning(desk: Path, since: date, until: date) -> Callable[[], object]:
    """Every ticket and promise of the days, read one by one and thrown away."""
    connection = sqlite3.connect(desk)
    tickets = "SELECT created_at FROM ticket WHERE team = 1 AND created_at >= ? AND created_at < ?"
    promises = (
        "SELECT state, started_at, answered_at FROM clock WHERE team = 1 "
        "AND started_at >= ? AND started_at < ? AND state <> 'running' "
        "AND due_at < '9999-12-31T23:59:59Z'"
    )

    def scan() -> None:
        for query in (tickets, promises):
            for _ in connection.execute(query, (str(since), str(until))):
                pass

    return scan
