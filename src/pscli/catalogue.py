"""Reading a catalogue file, JSON or CSV: refused whole, with place and reason, or taken whole."""

import csv
import io
import sys
from contextlib import nullcontext
from importlib.resources import files
from pathlib import Path
from typing import Any

from .codec import decode, decode_json
from .models.library import MOST_ENTRIES, Kind, NewEntry
from .problems import InvalidValue
from .rules.catalogue import check_entries

SHIPPED = files("pscli") / "catalogue.json"
MOST_BYTES = 64 * 1024 * 1024
_USES = ("opens", "links")  # a list that was exported carries them; the desk counts for itself
_LISTS = ("topics", "keywords")
_GUARDED = ("'=", "'+", "'-", "'@")  # so our own CSV keeps spreadsheets from running a cell


def shipped_catalogue() -> list[NewEntry]:
    """The catalogue that comes with the package, in its editorial order."""
    return parse_catalogue(SHIPPED.read_text("utf-8"), "catalogue.json")


def read_catalogue(path: Path) -> list[NewEntry]:
    """The entries in a file, `-` is stdin; raises InvalidValue naming the place and the reason."""
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise InvalidValue(
                f"{path} is over {MOST_BYTES >> 20} MiB.", hint="Take out what nobody needs."
            )
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValue(
            f"{path} is not UTF-8 at byte {error.start}.", hint="Save it as UTF-8."
        ) from error
    except OSError as error:
        raise InvalidValue(
            f"{path} cannot be read: {error.strerror}.",
            hint="Check the path and the rights of the file.",
        ) from error
    return parse_catalogue(text, str(path))


def parse_catalogue(text: str, place: str) -> list[NewEntry]:
    """The entries in JSON (a list, or a page of one) or CSV; `place` names it in a refusal."""
    try:
        rows = _from_json(text) if text.lstrip()[:1] in ("[", "{") else _from_csv(text)
        entries = [(where, _entry(where, row)) for where, row in _counted(rows)]
        check_entries(entries)
    except InvalidValue as problem:
        raise InvalidValue(
            f"{place}: {problem.message}",
            hint="Nothing was taken. Compare: pscli desk catalogue list -o csv",
            field=problem.field,
        ) from problem
    return [entry for _, entry in entries]


def _counted(rows: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    if not 1 <= len(rows) <= MOST_ENTRIES:
        raise InvalidValue(f"it has {len(rows):,} entries; 1 to {MOST_ENTRIES:,} are taken.")
    return rows


def _entry(where: str, row: Any) -> NewEntry:
    if isinstance(row, dict):
        row = {name: value for name, value in row.items() if name not in _USES}
        kind = row.get("kind", Kind.ARTICLE)
        if kind not in list(Kind):
            raise InvalidValue(
                f"{where}: kind: “{kind}” is no kind of entry.",
                hint=f"One of: {', '.join(Kind)}.",
                field="kind",
            )
    try:
        entry: NewEntry = decode(NewEntry, row)
    except InvalidValue as problem:
        raise InvalidValue(
            f"{where}: {problem.message}",
            hint=problem.hint or "Mend the entry.",
            field=problem.field,
        ) from problem
    return entry


def _from_json(text: str) -> list[tuple[str, Any]]:
    found = decode_json(list[Any] | dict[str, Any], text)
    rows = found.get("items") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise InvalidValue("a list of entries is expected.")
    return [(f"entry {n}", row) for n, row in enumerate(rows, 1)]


def _from_csv(text: str) -> list[tuple[str, Any]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[str, Any]] = []
    try:
        header = next(reader, [])
        for cells in reader:
            where = f"line {reader.line_num}"
            if len(cells) != len(header):
                raise InvalidValue(
                    f"{where}: {len(header)} cells are expected, not {len(cells)}.",
                    hint="Give every line as many cells as the first.",
                )
            rows.append((where, _from_cells(where, dict(zip(header, cells, strict=True)))))
    except csv.Error as error:
        raise InvalidValue(f"line {reader.line_num}: this is not valid CSV: {error}.") from error
    return rows


def _from_cells(where: str, cells: dict[str, str]) -> dict[str, Any]:
    """A row with its lists: compact JSON as our own CSV has it, or words between semicolons."""
    row: dict[str, Any] = {
        name: cell[1:] if cell.startswith(_GUARDED) else cell
        for name, cell in cells.items()
        if cell
    }
    for name in _LISTS:
        if (cell := row.get(name, "")).startswith("["):
            row[name] = decode_json(Any, cell)
        elif cell:
            row[name] = [word for each in cell.split(";") if (word := each.strip())]
    if (number := row.get("id")) is not None:
        if not (number.isascii() and number.isdecimal()):
            raise InvalidValue(
                f"{where}: id: “{number}” is no number.", hint="Write a whole number.", field="id"
            )
        row["id"] = int(number[:18])
    return row
