"""`pscli insights`: its screen at several widths, the same figures as its JSON, its refusals."""

import json
import re
from datetime import date
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from pscli.cli.insights_screen import percent
from pscli.cli.session import Color
from pscli.models.insights import AttainmentTrend, Scope, Totals, Unit
from tests.conftest import Program

from .conftest import Draw
from .counted import NOTHING, counted
from .records import fields_of
from .terminals import SGR, on_terminal

NONE_PROMISED = AttainmentTrend(**fields_of(NOTHING), previous=NOTHING)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_figures_first_then_trend_then_patterns(
    draw: Draw, snapshot: SnapshotAssertion, width: int
) -> None:
    """I1, I2: nothing is cut at any width; figures go below each other where it is narrow."""
    lines = draw(counted(), width)
    assert max(map(len, lines)) <= width
    assert "\n".join(lines) == snapshot


def test_in_colour_and_in_ascii(draw: Draw, snapshot: SnapshotAssertion) -> None:
    """I1: without its colours the screen is the one that NO_COLOR shows."""
    coloured = "\n".join(draw(counted(), color=Color.ALWAYS))
    assert coloured == snapshot(name="colour")
    assert SGR.sub(b"", coloured.encode()).decode() == "\n".join(draw(counted()))
    ascii_ = "\n".join(draw(counted(), encoding="ascii"))
    assert ascii_ == snapshot(name="ascii")
    assert "sharing rises" not in ascii_
    assert "sync rises: 61 -> 87" in ascii_


def test_weeks_of_the_whole_team(draw: Draw, snapshot: SnapshotAssertion) -> None:
    """I3: the screen says whose tickets are counted, of which days, in which zone."""
    weeks = counted(
        [{"sync": 2}, {"sync": 1, "other": 1}, {}],
        since=date(2026, 1, 14),
        by=Unit.WEEK,
        until=date(2026, 1, 29),
        before={"sync": 3, "other": 3},
        scope=Scope.TEAM,
        products=None,
        attainment=NONE_PROMISED,
    )
    lines = draw(weeks)
    assert lines[0] == "Acme · the whole team's tickets · 14 Jan to 28 Jan · Asia/Jakarta"
    assert not any("rises" in line for line in lines)
    assert "\n".join(lines) == snapshot


def test_what_rises_is_named_with_both_numbers(draw: Draw) -> None:
    """I2: the type that grew most; nothing where there was nothing to compare with."""
    assert draw(counted())[-1] == "sync rises: 61 → 87"
    assert "rises" not in draw(counted(before={}))[-1]


def test_nothing_to_count(draw: Draw) -> None:
    """I1: an empty range and a new desk are said in words, the figures stay."""
    empty = counted([{}], before={}, products=[], attainment=NONE_PROMISED)
    lines = draw(empty)
    assert lines[-1] == "No tickets came in this range."
    assert lines[3].split() == ["now", "12", "1234", "0", "–", "–", "–"]
    new = counted(
        [{}], before={}, products=[], attainment=NONE_PROMISED, totals=Totals(open=0, all=0)
    )
    assert draw(new)[-1] == "No tickets yet."


def test_two_years_of_days_have_a_row_each(draw: Draw) -> None:
    """I1: a long range is a long list."""
    days = counted(
        [{"sync": 3 + n % 7, "other": n % 3} for n in range(730)], date(2024, 3, 3), Unit.DAY
    )
    lines = draw(days)
    at = next(n for n, line in enumerate(lines) if line.startswith("Tickets by day"))
    rows = lines[at + 1 : lines.index("", at)]
    assert len(rows) == 730
    assert rows[0].split()[:4] == ["Sun", "3", "Mar", "2024"]
    assert len({re.search("[█▓]", row).start() for row in rows}) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("share", "said"),
    [
        *((0.0, "0.0 %"), (0.00001, "0.1 %"), (0.3333, "33.3 %"), (0.99999, "99.9 %")),
        *((1.0, "100.0 %"), (0.9996, "99.9 %")),
    ],
)
def test_only_all_is_a_hundred_percent(share: float, said: str) -> None:
    """I2: a single breach among thousands is not rounded away."""
    assert percent(share) == said


def section(lines: list[str], begins: str) -> list[list[str]]:
    """The words of the rows below the line that begins so."""
    at = next(n for n, line in enumerate(lines) if line.startswith(begins))
    rows = lines[at + 1 :]
    return [row.split() for row in rows[: rows.index("") if "" in rows else None]]


def minutes(text: str) -> int:
    """`3 h 20 min` as minutes."""
    units = {"d": 1440, "h": 60, "min": 1}
    return sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+) (d|h|min)", text))


def told_and_shown(program: Program, *words: str) -> tuple[Any, list[str]]:
    """The record as JSON, and the screen of the same command."""
    told = program.ok("insights", *words, "-o", "json").json
    shown = on_terminal(program, "insights", *words, width=100)
    assert shown.code == 0, shown.err
    return told, shown.lines


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--by", "week", "--since", "2026-01-07", "--until", "2026-02-20"),
        ("--by", "day", "--since", "2026-02-01", "--timezone", "Asia/Tokyo"),
        ("--scope", "team", "--since", "2024-01-01"),
    ],
)
def test_every_figure_is_that_of_the_json(sample: Program, words: tuple[str, ...]) -> None:
    """I1, I2, I3: totals, shares, both ranges, every bucket, and how promises went."""
    told, lines = told_and_shown(sample, *words)
    table = {row[0]: row for row in section(lines, " " * 12)}
    assert table["now"][1:4] == [str(told["totals"][name]) for name in ("open", "all")] + [
        str(told["total"])
    ]
    assert table["before"][1] == str(told["previous_total"])
    buckets = section(lines, f"Tickets by {told['by']}")
    assert len(buckets) == len(told["series"])
    for row, bucket in zip(map(" ".join, buckets), told["series"], strict=True):
        total = re.match(r"(?:[A-Z]\w\w )?(?:\d+ )?[A-Z]\w\w (?:20\d\d )?(\d+)(?= |$)", row)
        assert total is not None, row
        assert int(total[1]) == bucket["total"]
        assert len(set(row) & set("█▓▒░─")) == min(len(bucket["by_issue_type"]), 5)
        assert row.endswith("so far") is not bucket["complete"]
    for title, name, counts in (
        ("ISSUE TYPE", "issue_type", told["issue_types"]),
        ("PRODUCT", "product", told["products"]),
    ):
        rows = section(lines, title)
        assert [(row[0], int(row[1]), int(row[2])) for row in rows] == [
            (each[name], each["count"], each["previous"]) for each in counts
        ]
        assert [float(row[3]) for row in rows] == [
            pytest.approx(each["share"] * 100, abs=0.06) for each in counts
        ]


def test_the_promises_are_those_of_the_json(sample: Program) -> None:
    """I2: attainment, median and 90th percentile, beside the range before."""
    told, lines = told_and_shown(sample)
    kept = told["attainment"]
    names = ("met", "breached", "running", "withdrawn")
    assert f"Promises: {' · '.join(f'{kept[name]} {name}' for name in names)}" in lines
    for label, part in (("now", kept), ("before", kept["previous"])):
        row = next(line for line in lines if line.startswith(label))
        rate, _, times = row.partition(" %")
        ended = part["met"] + part["breached"]
        assert float(rate.split()[-1]) == pytest.approx(100 * part["met"] / ended, abs=0.06)
        said = re.split(r" {2,}", times.strip())
        assert [minutes(text) for text in said] == [part["median_minutes"], part["p90_minutes"]]


def test_the_readers_zone_is_the_default(sample: Program) -> None:
    """I1: days are those of the reader, unless a zone is named."""
    env = {"TZ": "Asia/Jakarta"}
    assert sample.ok("insights", "-o", "json", env=env).json["timezone"] == "Asia/Jakarta"
    named = sample.ok("insights", "--timezone", "Asia/Tokyo", "-o", "json", env=env).json
    assert named["timezone"] == "Asia/Tokyo"
    assert named["since"] == "2025-02-28T15:00:00Z"
    assert sample.ok("insights", "-o", "json", env={"TZ": "XYZ3"}).json["timezone"] == "UTC"
    row = sample.ok("insights", "-o", "csv", "--fields", "timezone,totals").out.splitlines()
    assert row[0] == "timezone,totals"
    assert json.loads(row[1].partition(",")[2].strip('"').replace('""', '"'))["all"] == 32


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-2-1", "20260201", "yesterday", "", "２０２６-01-01"]
)
@pytest.mark.parametrize("option", ["--since", "--until"])
def test_other_dates_are_refused(sample: Program, option: str, text: str) -> None:
    """I1: days are written in one way; the refusal is one sentence with the way."""
    refused = sample("insights", f"{option}={text}", "-o", "json")
    assert refused.code == 2
    assert refused.error["message"] == f"“{text}” is no date."
    assert refused.error["hint"] == "Write it as in 2026-01-31."
    assert refused.error["field"] == option.removeprefix("--")


def test_who_may_see_what(sample: Program) -> None:
    """I3, I4, E8: admins with the add-on see their own; the team's only two roles."""
    assert sample.ok("insights", "--as", "rei@sample.example", "-o", "json").json["total"] == 0
    assert sample("insights", "--as", "rei@sample.example", "--scope", "team").code == 5
    assert sample("insights", "--as", "mia@sample.example").code == 5
    sample.ok("support", "revoke", "Sample Studio", "essentials", "--now", "--yes")
    assert sample("insights").code == 7


def test_a_hint_says_what_to_do_next(sample: Program) -> None:
    """I1: one command a line, on stderr, by what there is to see."""

    def hints(*words: str) -> list[str]:
        lines = on_terminal(sample, "insights", *words, errors_too=True).lines
        return [line for line in lines if ": pscli " in line]

    assert hints() == ["What is open: pscli hub tickets list --status unsolved"]
    old = ("--since", "2001-01-01", "--until", "2002-01-01")
    assert hints(*old) == ["A longer range: pscli insights --since YYYY-MM-DD"]
    assert hints("--as", "rei@sample.example") == [
        "File a request: pscli contact submit --subject WORDS"
    ]
    assert hints("--quiet") == []
