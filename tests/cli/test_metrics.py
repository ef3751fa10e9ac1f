"""`pscli support metrics`: its screen at several widths, the same figures as its JSON, refusals."""

import csv
import io
import re

import pytest
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from pscli.cli.session import Color
from pscli.models.metrics import DeskTotals
from tests.conftest import Program

from .conftest import Draw
from .hostile import HOSTILE
from .measured import NOTHING, breach, measured, team, waits, week
from .terminals import SGR, on_terminal


@pytest.mark.parametrize("width", [40, 80, 120])
def test_figures_teams_hours_breaches_and_what_waits(
    draw: Draw, snapshot: SnapshotAssertion, width: int
) -> None:
    """S2, A3: nothing is wider than the screen; the most urgent stands beside the prompt."""
    lines = draw(measured(), width)
    assert max(map(cell_len, lines)) <= width
    assert "\n".join(lines) == snapshot


def test_in_colour_and_in_ascii(draw: Draw, snapshot: SnapshotAssertion) -> None:
    """A3: without its colours the screen is the one that NO_COLOR shows; textures stay apart."""
    coloured = "\n".join(draw(measured(), color=Color.ALWAYS))
    assert coloured == snapshot(name="colour")
    assert SGR.sub(b"", coloured.encode()).decode() == "\n".join(draw(measured()))
    assert "\n".join(draw(measured(), encoding="ascii")) == snapshot(name="ascii")


def test_nothing_to_measure(draw: Draw, snapshot: SnapshotAssertion) -> None:
    """A3: an empty range is said in words; no share is made of nothing."""
    empty = measured(
        team="Acme",
        totals=DeskTotals(unsolved=0, waiting=0, running=0, overdue=0),
        attainment=NOTHING,
        teams=[],
        breaches=[],
        load=[[0] * 24 for _ in range(7)],
        waiting=[],
    )
    assert "\n".join(draw(empty)) == snapshot


def hours(lines: list[str]) -> dict[str, str]:
    """The rows of the week: what is drawn for the hours of each day."""
    found = (re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) +\d+  (.*)", line) for line in lines)
    return {row[1]: row[2] for row in found if row}


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 40, 99_999])
def test_darker_is_more(draw: Draw, most: int) -> None:
    """A3: the legend says which counts a texture stands for, and each hour has the right one."""
    load = [[count * most // 23 for count in range(24)] for _ in range(7)]
    lines = draw(measured(load=load), 100)
    legend = next(line for line in lines if line.startswith("Tickets by weekday"))
    keys = re.findall(r"  ([·░▒▓█]) (\d+)(?:–(\d+))?", legend)
    spans = {glyph: range(int(low), int(high or low) + 1) for glyph, low, high in keys}
    assert [count for span in spans.values() for count in (span[0], span[-1])][-1] == most
    assert sum(map(len, spans.values())) == most + 1
    drawn = hours(lines)
    assert len(drawn) == 7
    for row in drawn.values():
        cells = [row.ljust(72)[3 * hour] for hour in range(24)]
        assert all(load[0][hour] in spans[glyph] for hour, glyph in enumerate(cells))


@pytest.mark.parametrize(("width", "cells"), [(35, 1), (58, 1), (59, 2), (82, 2), (83, 3)])
def test_hours_take_the_room_that_there_is(draw: Draw, width: int, cells: int) -> None:
    """A3: one, two or three cells for an hour, with its number above it."""
    lines = draw(measured(load=week(400)), width)
    numbers = next(line for line in lines if line.split()[:2] == ["00", "03"])
    assert numbers.index("21") - numbers.index("00") == 21 * cells
    assert numbers.index("00") == 11
    assert max(len(line) for line in lines if line[:3] in hours(lines)) == 11 + 24 * cells


def test_many_teams_are_cut_and_that_is_said(draw: Draw) -> None:
    """A3: the twenty with the most breaches; the JSON has all."""
    many = [team(f"Team {n:03}", "essentials", 10, 200 - n, 30) for n in range(123)]
    lines = draw(measured(teams=many))
    assert sum(line.startswith("Team 0") for line in lines) == 20
    assert "103 more rows with fewer breaches: -o json" in lines
    exactly = draw(measured(teams=many[:20]))
    assert not any("more rows" in line for line in exactly)
    assert not any(line.startswith("All  ") for line in draw(measured(teams=many[:1])))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_team_name_acts_on_no_terminal(draw: Draw, name: str) -> None:
    """T1, A3: in every place where it stands; one record stays one row, no column is pushed out."""
    text = HOSTILE[name]
    shown = measured(
        team=text,
        teams=[team(text, "epic", 1, 1, 5)],
        breaches=[breach(text, 1, 1, 5)],
        waiting=[waits(text, 1, 5)],
    )
    honest = draw(measured(team="x", teams=shown.teams, breaches=shown.breaches, waiting=[]), 120)
    lines = draw(shown, 120)
    assert not any(SGR.search(line.encode()) for line in lines)
    assert all(line.isprintable() for line in lines)
    assert len(lines) == len(honest) + 2
    assert max(map(cell_len, lines)) <= 120
    assert "in 5 min" in lines[-1]


def test_every_figure_is_that_of_the_json(sample: Program) -> None:
    """S2, A3: totals, the range, teams, hours, breaches and what waits."""
    words = ("support", "metrics", "--since", "2024-06-01")
    told = sample.ok(*words, "-o", "json").json
    shown = on_terminal(sample, *words, width=120)
    assert shown.code == 0, shown.err
    lines, totals, kept = shown.lines, told["totals"], told["attainment"]
    shown_totals = [int(figure) for figure in re.findall(r"\d+", lines[2])]
    assert shown_totals == [totals[name] for name in ("unsolved", "waiting", "running", "overdue")]
    share = 100 * kept["met"] / (kept["met"] + kept["breached"])
    assert lines[3].startswith(f"In range  {told['total']} came · {share:.1f} % in time")
    row = next(line for line in lines if line.startswith("Sample Studio  essentials")).split()
    names = ("met", "breached", "withdrawn", "running")
    assert row[3:7] == [str(told["teams"][0][name]) for name in names]
    drawn = hours(lines)
    for day, counts in zip(drawn, told["load"], strict=True):
        cells = [drawn[day].ljust(72)[3 * hour] for hour in range(24)]
        assert [cell != "·" for cell in cells] == [count > 0 for count in counts]
    numbers = [
        int(found[1]) for line in lines if (found := re.match(r"Sample Studio +(\d+) ", line))
    ]
    assert numbers == [each["number"] for each in [*told["breaches"], *told["waiting"]]]
    assert [each["late_minutes"] for each in told["breaches"]] == [60, 30, 70, 20]
    assert [each["waiting_minutes"] for each in told["waiting"]] == [95, 30, 4]


def test_the_readers_zone_is_the_default(sample: Program) -> None:
    """I1: days and hours are the reader's, unless a zone is named; without one they are UTC's."""
    words = ("support", "metrics", "-o", "json")
    usual = sample.ok(*words, env={"TZ": "Asia/Kolkata"}).json
    assert (usual["timezone"], usual["since"]) == ("Asia/Kolkata", "2026-02-01T18:30:00Z")
    assert usual["load"][0][15:18] == [1, 0, 2]  # 15:55, 17:26 and 17:30 there
    named = sample.ok(*words, "--timezone", "Asia/Tokyo", env={"TZ": "Asia/Kolkata"}).json
    assert (named["timezone"], named["until"]) == ("Asia/Tokyo", "2026-03-08T15:00:00Z")
    assert sample.ok(*words, env={"TZ": "XYZ3"}).json["timezone"] == "UTC"


def test_one_team_is_named_in_any_case(sample: Program) -> None:
    """A3: only its figures; the screen says whose they are."""
    shown = on_terminal(sample, "support", "metrics", "--team", "sample studio")
    assert shown.lines[0] == "Sample Studio · 2 Feb to now · UTC"
    told = sample.ok("support", "metrics", "--team", "Sample Studio", "-o", "json").json
    assert told["team"] == "Sample Studio"


def test_what_cannot_be_asked_is_refused(sample: Program) -> None:
    """A3: wrong use is 2, an unknown team 3, a person of a team 5; each says what to do."""
    for words, code, field in (
        (("--since", "yesterday"), 2, "since"),
        (("--until", "2026-02-30"), 2, "until"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), 2, "until"),
        (("--since", "2001-01-01"), 2, "since"),
        (("--timezone", "Mars/Olympus"), 2, "timezone"),
        (("--team", "Nobody"), 3, None),
        (("--as", "ana@sample.example"), 5, None),
    ):
        refused = sample("support", "metrics", *words, "-o", "json")
        assert (refused.code, refused.error["field"]) == (code, field), words
        assert refused.out == ""
        assert refused.error["message"]


def test_a_spreadsheet_gets_one_row(sample: Program) -> None:
    """A3: nested fields are compact JSON in their cell; a team's name runs no formula."""
    sample.ok("team", "create", "=1+1")
    words = ("support", "metrics", "--team", "=1+1", "-o", "csv")
    rows = list(csv.DictReader(io.StringIO(sample.ok(*words).out)))
    assert [row["team"] for row in rows] == ["'=1+1"]
    picked = sample.ok(*words, "--fields", "totals.unsolved,attainment.met_share").out
    assert picked.splitlines() == ["totals.unsolved,attainment.met_share", "0,"]


def test_a_hint_says_what_to_do_next(sample: Program) -> None:
    """A3: one command, where there is a ticket to look at."""

    def hints(*words: str) -> list[str]:
        lines = on_terminal(sample, "support", "metrics", *words, errors_too=True).lines
        return [line for line in lines if ": pscli " in line]

    assert hints() == ["Read one: pscli support show TEAM NUMBER"]
    assert hints("--quiet") == []
    sample.ok("team", "create", "New")
    assert hints("--team", "New") == []
