"""Rows become records: by name, strictly, with what a column does not say left to its default."""

from datetime import UTC, datetime
from typing import ClassVar

import msgspec
import pytest

from pscli.codec import from_rows, to_columns
from pscli.models.record import Record
from pscli.models.tickets import Status

NAMES = ["number", "status", "urgent", "at", "words"]


class Row(Record, frozen=True):
    """A record with a field of every kind that a column holds."""

    json_columns: ClassVar[tuple[str, ...]] = ("words",)

    number: int
    status: Status
    urgent: bool
    at: datetime | None
    words: list[str] | None
    note: str = "none"


def test_values_have_the_types_of_their_fields() -> None:
    """Numbers become booleans, texts instants and closed words, JSON becomes lists."""
    (row,) = from_rows(Row, NAMES, [(1, "open", 1, "2026-03-02T12:00:00Z", '["a","ü"]')])
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert row == Row(number=1, status=Status.OPEN, urgent=True, at=noon, words=["a", "ü"])
    assert row.status is Status.OPEN


def test_nothing_is_nothing() -> None:
    """NULL is None in plain and in JSON columns, and no row is no record."""
    rows = from_rows(Row, NAMES, [(1, "open", 0, None, None), (2, "open", 0, None, "[]")])
    assert [(row.at, row.words) for row in rows] == [(None, None), (None, [])]
    assert from_rows(Row, NAMES, []) == []


def test_columns_go_by_name() -> None:
    """In any order, further ones left out, and of two alike the last counts."""
    names = ["note", "team", "words", "at", "urgent", "status", "number", "team", "note"]
    (row,) = from_rows(Row, names, [("first", 7, None, None, 0, "solved", 3, 8, "last")])
    assert (row.number, row.status, row.note) == (3, Status.SOLVED, "last")


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, "x"), (0, None), (1, "closed"), (2, 2), (3, "yesterday"), (4, '{"a":1}'), (4, "[1]")],
)
def test_a_wrong_value_is_refused(place: int, value: object) -> None:
    """Whatever stands in a column that its field cannot hold."""
    row: list[object] = [1, "open", 0, None, "[]"]
    row[place] = value
    with pytest.raises(msgspec.ValidationError):
        from_rows(Row, NAMES, [(1, "open", 0, None, "[]"), row])


def test_a_plain_kind_is_the_first_column() -> None:
    """A count or a name needs no record."""
    assert from_rows(int, ["n"], [(3,), (4,)]) == [3, 4]
    with pytest.raises(msgspec.ValidationError):
        from_rows(int, ["n"], [(None,)])


def test_columns_hold_text_and_numbers() -> None:
    """Instants are 20 characters, booleans numbers, closed words and lists text."""
    noon = datetime.fromisoformat("2026-03-02T13:00:00.9+01:00")
    values = {"at": noon, "urgent": True, "status": Status.OPEN, "rules": ["E3"], "by": None}
    assert to_columns(values) == {
        "at": "2026-03-02T12:00:00Z",
        "urgent": 1,
        "status": "open",
        "rules": '["E3"]',
        "by": None,
    }
