"""Every figure of every form is the record's, and the bytes are the same each time (I5)."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from pscli.codec import plain
from pscli.models.insights import Attainment, Insights, Unit
from pscli.models.reports import ReportForm
from pscli.reports.forms import report
from pscli.reports.words import percent

from .reading import Page, Workbook, csv_rows, day_of, shown
from .samples import any_insights, insights

SOAK = 10 if os.environ.get("PSCLI_SOAK") else 1
many = settings(
    max_examples=40 * SOAK,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
STATES = ("met", "breached", "running", "withdrawn")


def days(start: datetime, end: datetime, zone: str) -> tuple[date, date]:
    """Local days, the second not included."""
    return tuple(each.astimezone(ZoneInfo(zone)).date() for each in (start, end))  # type: ignore[return-value]


@pytest.mark.parametrize("form", ReportForm)
@pytest.mark.parametrize("by", Unit)
def test_the_same_insights_make_the_same_bytes(form: ReportForm, by: Unit) -> None:
    """I5: no time of making, no order of chance, whatever was made before."""
    first = report(insights(by=by), form)
    report(insights(team="Another"), form)
    assert report(insights(by=by), form) == first


@many
@given(any_insights())
def test_json_is_the_record(found: Insights) -> None:
    """I5: one ASCII document that holds what the desk said."""
    data = report(found, ReportForm.JSON)
    assert data.isascii()
    assert data.endswith(b"}\n")
    assert json.loads(data) == plain(found)


@many
@given(any_insights())
def test_csv_has_every_figure(found: Insights) -> None:
    """I5: line by line; nothing stands there twice, and nothing else."""
    rows = csv_rows(report(found, ReportForm.CSV))
    same = {"team": shown(found.team), "scope": found.scope, "timezone": found.timezone}
    assert all(row.items() >= same.items() for row in rows)
    figures = {
        tuple(row[name] for name in ("section", "start", "issue_type", "product", "measure")): (
            row["value"], row["previous"], row["end"], row["complete"],
        )
        for row in rows
    }  # fmt: skip
    assert len(figures) == len(rows)
    since, until = days(found.since, found.until, found.timezone)
    whole = (str(until), str(found.complete).lower())
    expected: dict[tuple[str, ...], tuple[str, ...]] = {
        ("totals", "", "", "", "open"): (str(found.totals.open), "", "", ""),
        ("totals", "", "", "", "all"): (str(found.totals.all), "", "", ""),
        ("period", str(since), "", "", "tickets"): (
            str(found.total), str(found.previous_total), *whole,
        ),
    }  # fmt: skip
    named = [(("issue_type", each.issue_type, ""), each) for each in found.issue_types]
    named += [(("product", "", each.product), each) for each in found.products or []]  # type: ignore[misc]
    for (section, kind, product), each in named:
        place = (section, str(since), kind and shown(kind), product and shown(product))
        expected[*place, "tickets"] = (str(each.count), str(each.previous), *whole)
        expected[*place, "share"] = (str(each.share), "", *whole)
    kinds = {kind for each in found.series for kind in each.by_issue_type}
    for unit in found.series:
        start, end = days(unit.start, unit.end, found.timezone)
        cut = ("", str(end), str(unit.complete).lower())
        expected["unit", str(start), "", "", "tickets"] = (str(unit.total), *cut)
        for kind in kinds:
            count = unit.by_issue_type.get(kind, 0)
            expected["series", str(start), shown(kind), "", "tickets"] = (str(count), *cut)
    for name in Attainment.__struct_fields__:
        now, then = getattr(found.attainment, name), getattr(found.attainment.previous, name)
        values = tuple("" if value is None else str(value) for value in (now, then))
        expected["promises", str(since), "", "", name] = (*values, *whole)
    assert figures == expected


@many
@given(any_insights())
def test_a_workbook_has_every_figure(found: Insights) -> None:
    """I5: numbers are numbers, days are days, shares are shares, text is text."""
    book = Workbook(report(found, ReportForm.XLSX))
    header, *units = book.sheets["Trend"]
    for row, each in zip(units, found.series, strict=True):
        start, end = days(each.start, each.end, found.timezone)
        assert (day_of(row[1]), day_of(row[2])) == (start, end - timedelta(days=1))
        assert row[3] == ("yes" if each.complete else "no")
        counts = dict(zip(header[4:], row[4:], strict=True))
        assert counts.pop("Tickets") == each.total
        assert {kind: count for kind, count in counts.items() if count} == {
            shown(kind): count for kind, count in each.by_issue_type.items()
        }
    assert book.sheets["Issue types"][1:] == [
        [shown(each.issue_type), each.count, each.share, each.previous, each.count - each.previous]
        for each in found.issue_types
    ]
    if found.products is not None:
        assert book.sheets["Products"][1:] == [
            [shown(each.product), each.count, each.share, each.previous, each.count - each.previous]
            for each in found.products
        ]
    check_overview(book, found)


def check_overview(book: Workbook, found: Insights) -> None:
    """The figures on the first sheet, and those of the promises."""
    lines = {row[0]: row[1:] for row in book.sheets["Overview"] if row}
    assert shown(found.team) in lines
    assert f"Days of {found.timezone}" in lines
    assert lines["Open now"] == [found.totals.open]
    assert lines["All tickets"] == [found.totals.all]
    assert lines["Tickets in the period"] == [found.total, found.previous_total]
    for row, kept in zip(
        book.sheets["Promises"][1:], (found.attainment, found.attainment.previous), strict=True
    ):
        ended = kept.met + kept.breached
        measures = [kept.met / ended if ended else None, kept.median_minutes, kept.p90_minutes]
        said = [None if value is None else pytest.approx(value) for value in measures]
        states = [getattr(kept, state) for state in STATES]
        assert row[1:] == [*states, *(value for value in said if value is not None)]


@many
@given(any_insights())
def test_a_page_has_every_figure(found: Insights) -> None:
    """I5: in its tables, and names are text whatever they hold."""
    page = Page(report(found, ReportForm.HTML))
    assert found.team in page.text
    assert found.timezone in page.text
    if kinds := page.tables.get("series", [[]])[0][2:]:
        for row, each in zip(page.tables["series"][1:], found.series, strict=True):
            assert int(row[1]) == each.total
            counts = {kind: int(count) for kind, count in zip(kinds, row[2:], strict=True) if count}
            assert {kind: count for kind, count in counts.items() if count} == each.by_issue_type
    else:
        assert found.total == 0
    named = [("issue_types", each.issue_type, each) for each in found.issue_types]
    named += [("products", each.product, each) for each in found.products or []]  # type: ignore[misc]
    listed = [
        (table, [cell.strip() for cell in row[:4]])
        for table in ("issue_types", "products")
        for row in page.tables.get(table, [])[1:]
    ]
    assert listed == [
        (table, [name.strip(), str(each.count), percent(each.share), str(each.previous)])
        for table, name, each in named
    ]
    values = [str(each.share) for _, _, each in named]
    if "promises" in page.tables:
        for row, kept in zip(
            page.tables["promises"][1:], (found.attainment, found.attainment.previous), strict=True
        ):
            assert row[1:5] == [str(getattr(kept, state)) for state in STATES]
            times = (kept.median_minutes, kept.p90_minutes)
            values += ["" if value is None else str(value) for value in times]
    assert page.values == values


@pytest.mark.parametrize("complete", [True, False])
def test_an_empty_period_is_a_valid_report_that_says_so(complete: bool) -> None:
    """I5: in every form, also where nobody ever asked anything; and whether it is over."""
    until = date(2026, 6, 1) if complete else date(2026, 7, 1)
    found = insights(days=(date(2026, 1, 1), until), kinds=())
    said = "No tickets came in this period."
    rows = csv_rows(report(found, ReportForm.CSV))
    came = {
        row["value"] for row in rows if row["measure"] == "tickets" and row["section"] != "totals"
    }
    assert came == {"0"}
    assert json.loads(report(found, ReportForm.JSON))["total"] == 0
    book = Workbook(report(found, ReportForm.XLSX))
    assert [said] in book.sheets["Overview"]
    assert not book.charts()
    page = Page(report(found, ReportForm.HTML))
    assert said in page.text
    assert ("so far" in page.text) is not complete
    so_far = [row for row in book.sheets["Overview"] if row and str(row[0]).endswith("so far")]
    assert bool(so_far) is not complete
    assert datetime.fromisoformat(json.loads(report(found, ReportForm.JSON))["until"]).tzinfo == UTC
