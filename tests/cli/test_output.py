"""Results as scripts read them: every format, chosen fields, streams that fail."""

import csv
import io
import json
from contextlib import redirect_stdout
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pscli.cli.output import show
from pscli.cli.session import Format, Session
from pscli.desk.tickets import list_tickets
from pscli.models.people import RepresentativeRole
from pscli.models.record import Change, Record
from pscli.models.tickets import Promise, Ticket
from pscli.problems import InvalidValue
from tests.conftest import Program
from tests.world import BEN

from .hostile import HOSTILE
from .records import page, ticket
from .terminals import on_terminal
from .test_terminal import STORABLE


class Sum(Record, frozen=True):
    """An amount of money, as billing has it."""

    amount: str
    currency: str


class Charge(Record, frozen=True):
    """A record with money, a number, a mapping and a list in it."""

    id: int
    note: str
    charged: Sum | None
    counts: dict[str, int]
    parts: list[Promise]


def printed(result: Any, format_: str, fields: str | None = None, *, header: bool = True) -> str:
    """What `show` prints, byte for byte, into a pipe."""
    session = Session()
    session.format = Format(format_)
    session.fields = fields.split(",") if fields is not None else None
    session.header = header
    session.operation = list_tickets
    session.quiet = True
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="utf-8", newline="") as out, redirect_stdout(out):
        show(result, session)
        out.flush()
        return raw.getvalue().decode()


def rows(text: str) -> list[list[str]]:
    """CSV as the csv module reads it."""
    return list(csv.reader(io.StringIO(text, newline="")))


def unquoted(cell: str) -> str:
    """A text cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r") else cell


@given(STORABLE)
def test_json_keeps_every_text(text: str) -> None:
    """Parse(print(x)) == x, in ASCII, one document on one line."""
    out = printed(page(ticket(text)), "json")
    assert json.loads(out)["items"][0]["subject"] == text
    assert out.isascii()
    assert "\x7f" not in out
    assert out.count("\n") == 1


@given(st.lists(STORABLE, max_size=4))
def test_jsonl_has_one_line_a_record(texts: list[str]) -> None:
    """And each is the record."""
    lines = printed(page(*map(ticket, texts)), "jsonl").splitlines()
    assert [json.loads(line)["subject"] for line in lines] == texts


@given(st.lists(STORABLE, max_size=4))
def test_csv_round_trips_through_the_csv_module(texts: list[str]) -> None:
    """Whatever is in a subject, it is read back as it was, but for the apostrophe."""
    _, *read = rows(printed(page(*map(ticket, texts)), "csv"))
    assert len(read) == len(texts)
    for text, row in zip(texts, read, strict=True):
        assert len(row) == len(Ticket.__struct_fields__)
        assert row[1] in (text, f"'{text}")
        assert text.startswith("'") or unquoted(row[1]) == text


@given(st.lists(STORABLE, min_size=1, max_size=4))
def test_tsv_has_one_line_a_record(texts: list[str]) -> None:
    """As many lines as records, as many cells as fields."""
    lines = printed(page(*map(ticket, texts)), "tsv").split("\n")
    assert lines.pop() == ""
    assert {line.count("\t") for line in lines} == {len(Ticket.__struct_fields__) - 1}
    assert len(lines) == len(texts) + 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_csv_cell_is_a_formula(start: str) -> None:
    """Text gets an apostrophe; numbers and amounts stay numbers."""
    charge = Charge(
        id=-5,
        note=f"{start}SUM(A1)",
        charged=Sum(amount="-75.40", currency="USD"),
        counts={},
        parts=[],
    )
    line = rows(printed(charge, "csv", header=False))[0]
    assert line == ["-5", f"'{start}SUM(A1)", "-75.40", "USD", "{}", "[]"]


@pytest.mark.parametrize("text", ["1=2", " =1", "a+b", "", "'quoted", "x\t=y"])
def test_harmless_csv_cells_stay(text: str) -> None:
    """Only the first character makes a formula."""
    assert rows(printed(ticket(text), "csv", "subject", header=False)) == [[text]]


def test_every_hostile_subject_survives_csv() -> None:
    """Csv is for other programs and keeps the text."""
    read = rows(printed(page(*map(ticket, HOSTILE.values())), "csv", "subject", header=False))
    assert [unquoted(row[0]) for row in read] == list(HOSTILE.values())


def test_values_have_their_one_spelling() -> None:
    """Instants end in Z, absent values are null or empty, truth is true, the rest is JSON."""
    shown = json.loads(printed(ticket(), "json"))
    assert shown["created_at"] == "2026-03-02T12:00:00Z"
    assert (shown["solved_at"], shown["urgent"]) == (None, False)
    row = printed(ticket(), "tsv", "urgent,solved_at,created_at,promise", header=False).rstrip("\n")
    assert row.split("\t")[:3] == ["false", "", "2026-03-02T12:00:00Z"]
    assert json.loads(row.split("\t")[3])["rules"] == ["E3"]


def test_fields_pick_inside() -> None:
    """`promise.state` is a column of its own, empty or null where there is no promise."""
    both = page(ticket(), ticket(promise=None))
    assert (
        printed(both, "tsv", "number,promise.state") == "number\tpromise.state\n1\trunning\n1\t\n"
    )
    items = json.loads(printed(both, "json", "promise.state"))["items"]
    assert items == [{"promise.state": "running"}, {"promise.state": None}]


def test_money_is_two_columns() -> None:
    """Also where the first record has none, and where it is the only field."""
    charges = page(
        Charge(id=1, note="", charged=None, counts={"a": 1}, parts=[]),
        Charge(id=2, note="", charged=Sum(amount="75.40", currency="USD"), counts={}, parts=[]),
    )
    out = printed(charges, "csv", "id,charged")
    assert out == "id,charged,charged_currency\n1,,\n2,75.40,USD\n"
    assert printed(charges, "csv", "charged.amount", header=False) == '""\n75.40\n'
    assert printed(charges, "tsv", "counts.a", header=False) == "1\n\n"


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ("nope", "The fields are: number, subject"),
        ("subjct", "Did you mean subject?"),
        ("promise.stat", "Inside: due_at"),
        ("subject.x", None),
        ("", "The fields are"),
        ("number,number", None),
    ],
)
@pytest.mark.parametrize("items", [[], [ticket()]])
@pytest.mark.parametrize("format_", ["json", "jsonl", "csv", "tsv", "table"])
def test_an_unknown_field_is_refused(
    fields: str, hint: str | None, items: list[Ticket], format_: str
) -> None:
    """A usage error in every format, for an empty list too."""
    with pytest.raises(InvalidValue) as refusal:
        printed(page(*items), format_, fields)
    assert refusal.value.field == "fields"
    assert hint is None or hint in (refusal.value.hint or "")


def test_an_empty_list_has_its_header() -> None:
    """The record type of an empty list is that of the operation that was asked."""
    assert printed(page(), "csv") == ",".join(Ticket.__struct_fields__) + "\n"
    assert printed(page(), "tsv", "number,promise.state") == "number\tpromise.state\n"
    assert printed(page(), "tsv", header=False) == ""
    assert json.loads(printed(page(), "json")) == {"items": [], "total": 0, "next": None}


def test_a_change_is_beside_the_records_own_fields() -> None:
    """In every format `changed` comes first, and can be chosen."""
    change = Change(record=ticket(), changed=False)
    for format_ in ("json", "jsonl"):
        shown = json.loads(printed(change, format_))
        assert (shown["changed"], shown["number"]) == (False, 1)
    assert printed(change, "tsv").startswith("changed\tnumber\tsubject")
    assert printed(change, "csv", "changed,number", header=False) == "false,1\n"


def test_a_record_of_no_known_type_is_printed_too() -> None:
    """A dictionary and a word have columns as well."""
    assert printed({"rule": "K2", "text": "own"}, "tsv") == "rule\ttext\nK2\town\n"
    assert printed("word", "csv") == "value\nword\n"
    assert printed({"a": {"b": 1}}, "json", "a.b") == '{"a.b":1}\n'
    assert json.loads(printed({"role": RepresentativeRole.AGENT}, "json")) == {"role": "agent"}


def test_formats_of_the_real_program(peopled: Program) -> None:
    """TSV in a pipe, a table on a terminal; JSON indented only there; a cut list says so."""
    for number in range(3):
        said = ("--subject", f"S{number}", "--body", "x", "--as", BEN)
        peopled.ok("contact", "submit", *said)
    words = ("hub", "tickets", "list", "--as", BEN)
    cut = peopled.ok(*words, "--limit", "2", "--fields", "number", "--no-header")
    assert cut.out == "3\n2\n"
    assert cut.err.splitlines()[:2] == ["2 of 3 shown; there are more.", "All: --all"]
    assert peopled.ok(*words, "--limit", "2", "--quiet").err == ""
    assert peopled.ok(*words, "-o", "json").out.count("\n") == 1
    shown = on_terminal(peopled, *words, "-o", "json")
    assert len(shown.lines) > 40
    assert json.loads("\n".join(shown.lines))["total"] == 3
    assert "STATUS" in on_terminal(peopled, *words).lines[0]
    assert peopled(*words, "-o", "yaml").code == 2
    assert peopled(*words, "--search", "nothing", "--fields", "nope").code == 2


def test_stdout_that_cannot_encode(peopled: Program) -> None:
    """In an ASCII world nothing crashes and nothing is lost."""
    said = ("--subject", "同期 ✓", "--body", "x", "--as", BEN)
    peopled.ok("contact", "submit", *said)
    for format_ in ("tsv", "csv", "table", "json"):
        env = {"PYTHONIOENCODING": "ascii"}
        words = ("hub", "tickets", "list", "-o", format_, "--as", BEN)
        out = peopled.ok(*words, env=env).out
        assert "\\u540c\\u671f" in out
