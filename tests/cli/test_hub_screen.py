"""What an admin sees first, drawn at several widths, with and without colour and Unicode."""

from datetime import date
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from pscli.cli.session import Color
from pscli.models.hub import Hub
from pscli.models.insights import Totals
from tests.conftest import Program

from .conftest import Draw
from .counted import MONTHS, trend
from .records import LISTED
from .terminals import on_terminal


def hub(**fields: Any) -> Hub:
    """A hub with four tickets, of which one waits and one is late."""
    known: dict[str, Any] = {
        "team": "Acme",
        "rehearsal": True,
        "totals": Totals(open=3, all=1234),
        "waiting": [LISTED[2]],
        "waiting_total": 1,
        "next_due": LISTED[0],
        "newest": LISTED,
        "timezone": "Asia/Jakarta",
        "trend": trend(MONTHS, since=date(2025, 9, 1)),
    }
    return Hub(**{**known, **fields})


def test_the_hub_begins_with_figures(draw: Draw) -> None:
    """E8: open, all, waiting, next due; two by two at 80, in one line at 120."""
    lines = draw(hub())
    assert lines[:2] == [
        "Acme · support hub",
        "This is a rehearsal desk, where it is Mon 2 Mar 19:00 WIB.",
    ]
    assert lines[3].split() == ["3", "open", "1234", "in", "all"]
    assert lines[4].split("  ")[0] == "1 waits for you"
    assert lines[4].endswith("next reply 8 min late: ticket 1042")
    wide = draw(hub(rehearsal=False), 120)
    assert wide[2].startswith("3 open")
    assert wide[2].endswith("ticket 1042")
    assert draw(hub(rehearsal=False), 40)[2:6] == [
        "3 open",
        "1234 in all",
        "1 waits for you",
        "next reply 8 min late: ticket 1042",
    ]


def test_the_hub_lists_what_waits_and_what_is_new(draw: Draw) -> None:
    """E8: both lists share their columns."""
    lines = draw(hub())
    at = lines.index("Waiting for you")
    assert lines[at + 1].startswith("1038")
    assert [line.split()[0] for line in lines[at + 3 : at + 7]] == ["1042", "1041", "1038", "7"]
    nothing = hub(newest=[], waiting=[], waiting_total=0, next_due=None, trend=[])
    assert draw(nothing)[-1] == "No tickets."
    assert "nothing due" in draw(nothing)[4]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_hub_is_one_screen(draw: Draw, snapshot: SnapshotAssertion, width: int) -> None:
    """I1, E8: figures, what waits, the newest, the trend; no line too wide, at most 30 of them."""
    lines = draw(hub(), width)
    assert len(lines) <= 30
    assert "\n".join(lines) == snapshot


def test_the_hub_in_colour_and_in_ascii(draw: Draw, snapshot: SnapshotAssertion) -> None:
    """I1: colour adds nothing that the letters do not say; ASCII says the same."""
    coloured = draw(hub(), color=Color.ALWAYS)
    assert "\n".join(coloured) == snapshot(name="colour")
    assert "\n".join(draw(hub(), encoding="ascii")) == snapshot(name="ascii")


def test_the_trend_is_left_out_where_there_is_none(draw: Draw) -> None:
    """I1: seven empty months say nothing."""
    quiet = hub(trend=trend([{}] * 7, since=date(2025, 9, 1)))
    assert not any("Tickets by month" in line for line in draw(quiet))


def test_the_hub_shows_what_its_json_says(sample: Program) -> None:
    """I1: the months on the screen have the totals of the record, in the reader's zone."""
    told = sample.ok("hub", "-o", "json", env={"TZ": "Asia/Jakarta"}).json
    assert told["timezone"] == "Asia/Jakarta"
    assert [month["start"][8:] for month in told["trend"]] == [
        *("31T17:00:00Z", "30T17:00:00Z", "31T17:00:00Z", "30T17:00:00Z", "31T17:00:00Z"),
        *("31T17:00:00Z", "28T17:00:00Z"),
    ]
    shown = on_terminal(sample, "hub", env={"TZ": "Asia/Jakarta"}).lines
    at = next(n for n, line in enumerate(shown) if line.startswith("Tickets by month"))
    months = [line.split() for line in shown[at + 1 : shown.index("For you") - 1]]
    totals = [next(int(word) for word in row[1:] if word != "2025") for row in months]
    assert totals == [month["total"] for month in told["trend"]]
    assert [row[0] for row in months] == ["Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
    assert months[-1][-2:] == ["so", "far"]
