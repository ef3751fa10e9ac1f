"""Bars: how cells are shared out, which kinds have a texture, what a unit is called."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pscli.cli.charts import apportioned, length, series_of, stacked
from pscli.cli.layout import Screen
from pscli.cli.session import Session
from pscli.models.insights import Unit

from .conftest import JAKARTA
from .counted import trend

COUNTS = st.lists(st.integers(0, 10**6) | st.integers(0, 3), max_size=12)


@given(COUNTS, st.integers(0, 200))
def test_cells_are_shared_out_in_proportion(counts: list[int], cells: int) -> None:
    """I1: every cell is given, what is not zero has one, and no kind is a whole cell off.

    Only where a small kind was given its one cell may the longest have less.
    """
    given_ = apportioned(counts, cells)
    kinds = sum(count > 0 for count in counts)
    whole = max(cells, kinds) if kinds else 0
    assert sum(given_) == whole
    assert [n for n in range(len(counts)) if given_[n]] == [n for n, c in enumerate(counts) if c]
    lifted = [n for n, c in enumerate(counts) if c and c * whole < sum(counts)]
    for n, count in enumerate(counts):
        exact = count * whole / sum(counts) if kinds else 0
        assert given_[n] - exact < 1 + 1e-6
        assert exact - given_[n] < 1 + 1e-6 + len(lifted)


@given(COUNTS, st.integers(1, 100))
def test_more_is_never_shorter(counts: list[int], cells: int) -> None:
    """I1: who has more tickets than another has no fewer cells; equals differ by one at most."""
    shared = sorted(zip(counts, apportioned(counts, cells), strict=True))
    for (one, first), (other, second) in pairwise(shared):
        assert first <= second
        assert one < other or second - first <= 1


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(8, 60))
def test_the_greatest_fills_the_room(one: int, other: int, room: int) -> None:
    """I1: longer is more, nothing is zero but zero, and nothing is longer than the room."""
    few, most = sorted((one, other))
    assert 0 <= length(few, most, room) <= length(most, most, room) <= room
    assert (length(few, most, room) == 0) is (few == 0)
    if most > room:
        assert length(most, most, room) == room


def test_few_tickets_have_the_same_cells_each() -> None:
    """I1: bars of few tickets can be counted, and do not look like many."""
    assert [length(count, 5, 60) for count in range(6)] == [0, 3, 6, 9, 12, 15]
    assert [length(count, 25, 60) for count in (1, 24, 25)] == [2, 48, 50]
    assert [length(count, 1000, 60) for count in (0, 1, 500, 1000)] == [0, 1, 30, 60]
    assert length(0, 0, 60) == 0


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A screen of 80 columns on Monday noon, in Unicode."""
    monkeypatch.setenv("PSCLI_NOW", "2026-03-02T12:00:00Z")
    monkeypatch.setenv("COLUMNS", "80")
    made = Screen(Session())
    made.unicode = True
    return made


def test_the_most_frequent_have_their_own_texture(screen: Screen) -> None:
    """I1: four do, by count and then name; the rest share the last, under one name."""
    many = series_of({"a": 1, "b": 9, "c": 9, "d": 2, "e": 5, "f": 1, "g": 1}, screen)
    assert [many[name].texture for name in "bcedafg"] == list("█▓▒░───")
    assert {many[name].name for name in "afg"} == {"3 more"}
    five = series_of(dict.fromkeys("abcde", 1), screen)
    assert five["e"].name == "e"
    assert len({each.texture for each in five.values()}) == 5
    assert series_of({}, screen) == {}


def drawn(screen: Screen, *arguments: Any, **named: Any) -> list[list[str]]:
    """The words of each line of a chart, below its title."""
    unit = named.get("by", Unit.MONTH)
    lines = stacked("Trend", trend(*arguments, **named), unit, screen, JAKARTA)
    texts = ["".join(text for text, _ in line) for line in lines]
    return [text.split() for text in texts[1:]]


ONE = {"sync": 1}


def test_months_are_called_by_their_names(screen: Screen) -> None:
    """I1: with the year where it is another one; a cut month and one that is not over say so."""
    found = drawn(screen, [ONE] * 4, since=date(2025, 12, 10))
    assert found == [
        ["Dec", "2025", "1", "███", "from", "10", "Dec"],
        ["Jan", "1", "███"],
        ["Feb", "1", "███"],
        ["Mar", "1", "███", "so", "far"],
    ]
    cut = drawn(screen, [ONE], since=date(2026, 1, 5), until=date(2026, 1, 20))
    assert cut == [["Jan", "1", "███", "from", "5", "Jan", "to", "19", "Jan"]]


def test_weeks_and_days_are_called_by_their_date(screen: Screen) -> None:
    """I1: a week by its first day, a day with its weekday."""
    weeks = drawn(screen, [ONE] * 3, since=date(2026, 2, 12), by=Unit.WEEK, until=date(2026, 2, 25))
    assert weeks == [
        ["12", "Feb", "1", "███", "from", "Thu"],
        ["16", "Feb", "1", "███"],
        ["23", "Feb", "1", "███", "to", "Tue"],
    ]
    days = drawn(screen, [ONE, {}, ONE], since=date(2026, 2, 28), by=Unit.DAY)
    assert days == [
        ["Sat", "28", "Feb", "1", "███"],
        ["Sun", "1", "Mar", "0"],
        ["Mon", "2", "Mar", "1", "███", "so", "far"],
    ]


@pytest.mark.parametrize("width", [40, 50, 80, 120, 500])
def test_no_line_is_wider_than_the_screen(screen: Screen, width: int) -> None:
    """I1: bars give way, names and totals do not; the legend goes on in further lines."""
    screen.width = width
    counts = dict.fromkeys(("synchronising", "sharing", "sign-in", "billing", "x", "y"), 999)
    lines = stacked("By month", trend([counts] * 7, date(2025, 9, 1)), Unit.MONTH, screen, JAKARTA)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert max(map(len, texts)) <= width
    assert sum("5994" in text for text in texts) == 7
    assert "synchronising" in "".join(texts)


def test_a_name_cannot_act_on_the_terminal(screen: Screen) -> None:
    """I1: names come from a policy or a server, and are shown as text."""
    line, *_ = stacked("x", trend([{"\x1b[2J": 1}], date(2026, 1, 1)), Unit.MONTH, screen, JAKARTA)
    assert "\x1b" not in screen.paint(line)
    assert "\\e[2J" in screen.paint(line)
