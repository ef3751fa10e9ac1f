"""Lists on a terminal: what shrinks, what drops, what never does (K1, S3)."""

from datetime import datetime

import pytest
from rich.cells import cell_len

from pscli.cli.tables import SHAPES
from pscli.models.record import Record
from pscli.models.tickets import QueuedTicket, Ticket
from tests.world import AGENT

from .conftest import Draw
from .records import LISTED, NOON, page


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_only_the_subject_shrinks(draw: Draw, width: int) -> None:
    """Ids, states and due times are whole at every width, and no line is wider than it."""
    lines = draw(page(*LISTED), width)
    assert len(lines) == 1 + len(LISTED)
    assert max(map(cell_len, lines)) <= width
    for line, number, state, due in zip(
        lines[1:],
        ("1042", "1041", "1038", "   7"),
        ("● open", "● open", "◆ on you", "✓ solved"),
        ("8 min late", "in 29 min", "met", "answered late"),
        strict=True,
    ):
        assert line.startswith(number)
        assert state in line
        assert line.endswith(due)


def test_columns_stand_below_each_other_in_cells(draw: Draw) -> None:
    """A Japanese letter takes two cells: what follows it is in its column all the same."""
    lines = draw(page(*LISTED))
    places = {
        cell_len(line[: line.index(word)])
        for line, word in zip(
            lines, ("REPLY DUE", "8 min", "in 29", "met", "answered"), strict=True
        )
    }
    assert len(places) == 1
    assert "…" in lines[1]
    assert "…" not in lines[3]


def test_columns_drop_by_width(draw: Draw) -> None:
    """Less important columns go first; at 20 cells the id, the state and a bit of subject stay."""
    titles = {width: draw(page(*LISTED), width)[0].split() for width in (20, 40, 80, 160)}
    assert titles[160] == [
        "NO",
        "STATUS",
        "SUBJECT",
        "PRODUCT",
        "TYPE",
        "BY",
        "UPDATED",
        "REPLY",
        "DUE",
    ]
    assert titles[80] == ["NO", "STATUS", "SUBJECT", "UPDATED", "REPLY", "DUE"]
    assert titles[40] == ["NO", "STATUS", "SUBJECT", "REPLY", "DUE"]
    assert titles[20][:2] == ["NO", "STATUS"]
    narrow = draw(page(*LISTED), 20)
    assert len(narrow) == 1 + len(LISTED)
    assert max(map(cell_len, narrow)) <= 30


def test_a_table_in_a_file_is_not_cut(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal and without COLUMNS nothing is lost."""
    lines = draw(page(*LISTED), "")
    assert LISTED[1].subject in lines[2]


def test_glyphs_have_stand_ins(draw: Draw) -> None:
    """Where stdout cannot encode them, words and plain signs remain."""
    lines = draw(page(*LISTED), encoding="ascii")
    assert "o open" in lines[1]
    assert "* on you" in lines[3]
    assert "+ solved" in lines[4]
    assert lines[2].count("...") == 1
    assert max(map(len, lines)) <= 80


def test_late_is_said_in_words_and_in_red(draw: Draw) -> None:
    """S3: colour alone says nothing to those who do not see it."""
    lines = draw(page(*LISTED), color="always")
    assert "\x1b[1;31m8 min late\x1b[0m" in lines[1]
    assert "\x1b[33min 29 min\x1b[0m" in lines[2]
    assert "\x1b[1;33m◆ on you\x1b[0m" in lines[3]


def test_the_queue_says_what_waits_for_support(draw: Draw) -> None:
    """K1: an open ticket waits for support, a pending one for the customer."""
    queued = [
        QueuedTicket(
            **{name: getattr(each, name) for name in Ticket.__struct_fields__ if name != "urgent"},
            urgent=each.number == 7,
            team="A" * 100,
            assignee=None if each.number == 7 else AGENT,
        )
        for each in LISTED
    ]
    lines = draw(page(*queued), 160)
    assert "◆ open" in lines[1]
    assert "● pending" in lines[3]
    assert "urgent" in lines[4]
    assert "nobody" in lines[4]
    assert max(map(cell_len, lines)) <= 160
    assert "URGENT" not in draw(page(*queued[:2]), 160)[0]


def test_an_empty_list_says_so(draw: Draw) -> None:
    """Of what there is none."""
    assert draw(page()) == ["No tickets."]


def test_every_listed_type_has_cells_for_its_fields() -> None:
    """One flexible column each, and what never drops comes with what names the record."""
    for name, shapes in SHAPES.items():
        assert sum(shape.flexible for shape in shapes) == 1, name
        assert sum(shape.right for shape in shapes if shape.flexible) == 0, name
        assert shapes[0].drop == 0 or name == "AuditEntry", name


class Odd(Record, frozen=True):
    """A record that no table knows."""

    id: int
    words: list[str]
    inner: dict[str, int]
    at: datetime
    nothing: None = None


def test_an_unknown_record_is_names_and_values(draw: Draw) -> None:
    """Whatever is added to the desk can be looked at, as a list and alone."""
    odd = Odd(id=7, words=["a", "b"], inner={"x": 1}, at=NOON)
    assert draw(odd) == [
        "id       7",
        "words    a, b",
        "inner x  1",
        "at       Mon 2 Mar 19:00 Asia/Jakarta (UTC+07:00)",
        "nothing  –",
    ]
    assert draw(page(odd), 200)[0].split()[:2] == ["ID", "WORDS"]
