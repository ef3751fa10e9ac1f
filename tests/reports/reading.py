"""Reports read back without what wrote them: CSV, workbooks as zip and XML, pages as tags."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
EPOCH = date(1899, 12, 30)
Row = list[Any]


def csv_rows(data: bytes) -> list[dict[str, str]]:
    """The lines of a CSV by their columns."""
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def shown(text: str) -> str:
    """What a cell holds for a text: `'` before what would be a formula."""
    return f"'{text}" if text[0] in "=+-@\t\r" else text


class Workbook:
    """The sheets and charts of a workbook, as its XML says."""

    def __init__(self, data: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        self.texts = [
            "".join(part.text or "" for part in each.iter(f"{MAIN}t"))
            for each in self._xml("xl/sharedStrings.xml").iter(f"{MAIN}si")
        ]
        names = [each.get("name") for each in self._xml("xl/workbook.xml").iter(f"{MAIN}sheet")]
        self.sheets = {
            str(name): self._rows(f"xl/worksheets/sheet{n}.xml")
            for n, name in enumerate(names, start=1)
        }
        self.formulas = [
            formula
            for name in self.zip.namelist()
            if name.startswith("xl/worksheets/sheet")
            for formula in self._xml(name).iter(f"{MAIN}f")
        ]

    def _xml(self, name: str) -> ET.Element:
        return ET.fromstring(self.zip.read(name))  # noqa: S314 - made by the program under test

    def _rows(self, name: str) -> list[Row]:
        return [
            [self._value(cell) for cell in row.iter(f"{MAIN}c")]
            for row in self._xml(name).iter(f"{MAIN}row")
        ]

    def _value(self, cell: ET.Element) -> Any:
        value = cell.findtext(f"{MAIN}v")
        if cell.get("t") == "s":
            return _unescaped(self.texts[int(str(value))])
        assert cell.get("t") in (None, "n"), "a cell is a shared string or a number"
        return None if value is None else float(value)

    def charts(self) -> list["Chart"]:
        """The charts in the order in which they were made."""
        names = sorted(name for name in self.zip.namelist() if name.startswith("xl/charts/chart"))
        return [Chart(self._xml(name)) for name in names]

    def cells(self, reference: str) -> Row:
        """The values of `Sheet!$A$2:$A$9`."""
        sheet, _, place = reference.replace("$", "").replace("'", "").rpartition("!")
        first, _, last = place.partition(":")
        (column, top), (_, bottom) = _place(first), _place(last or first)
        return [self.sheets[sheet][row][column] for row in range(top, bottom + 1)]


class Chart:
    """The series of a chart: what each refers to, and the values kept with it."""

    def __init__(self, root: ET.Element) -> None:
        self.series = [
            {
                part: (
                    str(found.findtext(f".//{CHART}f")),
                    [point.text for point in found.iter(f"{CHART}v")],
                )
                for part in ("tx", "cat", "val")
                if (found := each.find(f"{CHART}{part}")) is not None
            }
            for each in root.iter(f"{CHART}ser")
        ]


def _place(cell: str) -> tuple[int, int]:
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()  # type: ignore[union-attr]
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number - 1, int(row) - 1


def _unescaped(text: str) -> str:
    """A text as a spreadsheet shows it: `_x0041_` is an escape there."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def day_of(serial: float) -> date:
    """The day of a cell."""
    return EPOCH + timedelta(days=int(serial))


@dataclass
class Page(HTMLParser):
    """The tables of a page by their id, its texts, and every tag with its attributes."""

    data: bytes
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""
    values: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._rows: list[list[str]] = []
        self._in_cell = False
        self.feed(self.data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "table":
            self._rows = self.tables[str(given["id"])] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._rows[-1].append("")
            self._in_cell = True
        if tag == "data":
            self.values.append(str(given["value"]))

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in ("th", "td"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        """Add to the text and to the cell that is open."""
        self.text += data
        if self._in_cell:
            self._rows[-1][-1] += data
