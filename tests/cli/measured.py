"""Metrics as they are shown in tests: of three teams, on Monday 2 March 2026 at noon."""

from datetime import timedelta
from typing import Any

from pscli.models.metrics import Breach, DeskTotals, Kept, Metrics, TeamKept, Waiting

from .records import NOON

NOTHING = Kept(
    met=0,
    breached=0,
    running=0,
    withdrawn=0,
    median_minutes=None,
    p90_minutes=None,
    met_share=None,
)


def week(busiest: int = 40) -> list[list[int]]:
    """A week that is busy at office hours in Asia and in America, and quiet at its end."""
    shape = [0, 1, 2, 6, 9, 10, 7, 8, 9, 6, 3, 2, 1, 3, 7, 9, 10, 8, 6, 5, 3, 2, 1, 1]
    days = [10, 9, 8, 8, 7, 1, 0]
    return [[hour * day * busiest // 100 for hour in shape] for day in days]


def team(name: str, edition: str, met: int, breached: int, minutes: int) -> TeamKept:
    """How the promises to a team went."""
    return TeamKept(
        team=name,
        edition=edition,
        met=met,
        breached=breached,
        running=3,
        withdrawn=1,
        median_minutes=minutes,
        p90_minutes=4 * minutes,
        met_share=met / (met + breached),
    )


def breach(name: str, number: int, days: int, late: int) -> Breach:
    """A promise to a team that was due so many days ago, and answered late by so many minutes."""
    due = NOON - timedelta(days=days)
    return Breach(
        team=name,
        number=number,
        edition="enhanced",
        product="dash",
        due_at=due,
        answered_at=due + timedelta(minutes=late, seconds=30),
        late_minutes=late,
    )


def waits(name: str, number: int, due_in: int, assignee: str | None = None) -> Waiting:
    """A ticket whose promise is due in so many minutes."""
    due = NOON + timedelta(minutes=due_in)
    return Waiting(
        team=name,
        number=number,
        edition="essentials",
        product="dropbox",
        assignee=assignee,
        started_at=due - timedelta(hours=4),
        due_at=due,
        waiting_minutes=240 - due_in,
    )


def measured(**fields: Any) -> Metrics:
    """Metrics of three teams, with something of everything."""
    load = fields.pop("load", week())
    known: dict[str, Any] = {
        "since": NOON.replace(month=2, hour=0) - timedelta(hours=7),
        "until": NOON.replace(day=9, hour=0) - timedelta(hours=7),
        "timezone": "Asia/Jakarta",
        "team": None,
        "complete": False,
        "totals": DeskTotals(unsolved=312, waiting=57, running=41, overdue=2),
        "total": sum(map(sum, load)),
        "attainment": Kept(
            met=1801, breached=16, running=9, withdrawn=3, median_minutes=31, p90_minutes=207,
            met_share=0.9912,
        ),
        "teams": [
            team("Northwind Traders and Sons", "essentials", 612, 14, 48),
            team("Acme", "enhanced", 1188, 2, 12),
            team("東京デザイン", "epic", 1, 0, 0),
        ],
        "breaches": [breach("Acme", 1203, 1, 0), breach("Northwind Traders and Sons", 88, 20, 95)],
        "load": load,
        "waiting": [
            waits("Acme", 1311, -75), waits("東京デザイン", 2, -1, "sam@desk.example"),
            waits("Northwind Traders and Sons", 97, 29), waits("Acme", 1312, 200),
        ],
    }  # fmt: skip
    return Metrics(**{**known, **fields})
