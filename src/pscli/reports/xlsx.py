"""A workbook: figures and native charts first, then the tables that the charts are drawn from."""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from pscli.codec import no_formula
from pscli.models.insights import Attainment, Bucket, Insights, ProductCount, TypeCount, Unit
from pscli.rules.insights import rising

from .series import look_of
from .words import (
    PROMISE_STATES,
    Days,
    days_of,
    days_text,
    empty_text,
    in_time,
    kinds_of,
    remark_of,
    unit_text,
    whose,
)

# Text stays text whatever it looks like, and nothing is written beside the workbook.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_SHARE = "0.0 %"
_TREND = "Trend"
_TYPES = "Issue types"
_PROMISES = "Promises"


def xlsx_report(insights: Insights) -> bytes:
    """Sheets of figures, trend, issue types, products and promises, the first with the charts."""
    target = BytesIO()
    with Workbook(target, _OPTIONS) as book:
        # A workbook says when it was made; for the same bytes each time, the period's end.
        made = insights.until.replace(tzinfo=None)
        book.set_properties({"title": "Support insights", "created": made})
        page = _Page(book, "Overview")
        _overview(page, insights)
        _trend(_Page(book, _TREND), insights)
        _patterns(_Page(book, _TYPES), "Issue type", insights.issue_types)
        if insights.products is not None:
            _patterns(_Page(book, "Products"), "Product", insights.products)
        _promises(_Page(book, _PROMISES), insights)
        for row, chart in zip((0, 20, 40), _charts(book, insights), strict=False):
            page.sheet.insert_chart(row, 4, chart)
    return target.getvalue()


class _Column(NamedTuple):
    title: str
    width: int
    form: str | None = None


class _Page:
    """A sheet that is filled row by row."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.sheet: Worksheet = book.add_worksheet(name)
        self.book = book
        self.row = 0
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # ISO-A4
        self.sheet.fit_to_pages(1, 0)

    def write(self, values: Iterable[Any], forms: Sequence[str | None] = (), **look: Any) -> None:
        """Write the next row; None leaves a cell empty."""
        for column, value in enumerate(values):
            form = forms[column] if column < len(forms) else None
            side = {"align": "right" if column else "left"}
            style = self.book.add_format({**look, **side, **({"num_format": form} if form else {})})
            if isinstance(value, str):
                self.sheet.write_string(self.row, column, no_formula(value), style)
            elif isinstance(value, date):
                self.sheet.write_datetime(self.row, column, value, style)
            elif value is not None:
                self.sheet.write_number(self.row, column, value, style)
        self.row += 1

    def table(self, columns: Sequence[_Column], rows: Iterable[Sequence[Any]]) -> None:
        """Write a header that stays in sight and rows below it."""
        for n, column in enumerate(columns):
            self.sheet.set_column(n, n, column.width)
        self.write((column.title for column in columns), bold=True, bottom=1, text_wrap=True)
        self.sheet.freeze_panes(1, 0)
        self.sheet.repeat_rows(0)
        for row in rows:
            self.write(row, [column.form for column in columns])


def _overview(page: _Page, insights: Insights) -> None:
    """Whose tickets and when, then the figures beside those of the period before."""
    days = days_text(days_of(insights, ZoneInfo(insights.timezone)))
    page.sheet.fit_to_pages(1, 1)
    page.sheet.set_column(0, 0, 30)
    page.sheet.set_column(1, 2, 16)
    page.write([insights.team], bold=True, font_size=16)
    page.write([f"Support insights: {whose(insights.scope).lower()}"])
    page.write([days if insights.complete else f"{days}, so far"])
    page.write([f"Days of {insights.timezone}"])
    if empty := empty_text(insights):
        page.write([empty], bold=True)
    page.row += 1
    page.write(["Figure", "This period", "Period before"], bold=True, bottom=1)
    kept, before = insights.attainment, insights.attainment.previous
    page.write(["Open now", insights.totals.open])
    page.write(["All tickets", insights.totals.all])
    page.write(["Tickets in the period", insights.total, insights.previous_total])
    page.write(["Answered in time", in_time(kept), in_time(before)], [None, _SHARE, _SHARE])
    page.write(["Median answer, minutes", kept.median_minutes, before.median_minutes])
    page.write(["90 % answered within, minutes", kept.p90_minutes, before.p90_minutes])
    grown = rising(insights)
    if grown and insights.previous_total:
        page.row += 1
        page.write([f"Rises most: {grown.issue_type}", grown.count, grown.previous])


def _trend(page: _Page, insights: Insights) -> None:
    """A row a unit, a column an issue type."""
    zone = ZoneInfo(insights.timezone)
    kinds = kinds_of(insights)
    columns = [
        _Column(insights.by.value.capitalize(), 20),
        _Column("From", 12, "yyyy-mm-dd"),
        _Column("To", 12, "yyyy-mm-dd"),
        _Column("Complete", 10),
        _Column("Tickets", 9),
        *(_Column(kind, max(9, min(len(kind) + 2, 30))) for kind in kinds),
    ]
    units = [(days_of(each, zone), each) for each in insights.series]
    page.table(
        columns,
        [
            [
                _label(days, each, insights.by),
                *days,
                "yes" if each.complete else "so far",
                each.total,
                *(each.by_issue_type.get(kind, 0) for kind in kinds),
            ]
            for days, each in units
        ],
    )
    page.sheet.freeze_panes(1, 1)


def _label(days: Days, unit: Bucket, by: Unit) -> str:
    """What a unit is called in the chart, where nothing else says that it is cut."""
    remark = remark_of(unit, days, by)
    return f"{unit_text(days, by)} ({remark})" if remark else unit_text(days, by)


def _patterns(page: _Page, title: str, counts: Sequence[TypeCount | ProductCount]) -> None:
    columns = [
        _Column(title, 24),
        _Column("Tickets", 10),
        _Column("Share", 10, _SHARE),
        _Column("Before", 10),
        _Column("Change", 10, "+0;-0;0"),
    ]
    rows = [
        [
            each.issue_type if isinstance(each, TypeCount) else each.product,
            each.count,
            each.share,
            each.previous,
            each.count - each.previous,
        ]
        for each in counts
    ]
    page.table(columns, rows)


def _promises(page: _Page, insights: Insights) -> None:
    """How the promises of the period went, beside the one before; a row each (I2)."""
    columns = [
        _Column("", 16),
        *(_Column(state.capitalize(), 11) for state in PROMISE_STATES),
        _Column("In time", 10, _SHARE),
        _Column("Median, minutes", 12),
        _Column("90 % within, minutes", 12),
    ]
    page.table(
        columns,
        [
            _kept("This period", insights.attainment),
            _kept("Period before", insights.attainment.previous),
        ],
    )


def _kept(name: str, kept: Attainment) -> list[Any]:
    states = [getattr(kept, state) for state in PROMISE_STATES]
    return [name, *states, in_time(kept), kept.median_minutes, kept.p90_minutes]


def _charts(book: Workbook, insights: Insights) -> Iterable[Chart]:
    """The trend by issue type, the issue types against the period before, the promises."""
    if kinds := kinds_of(insights):
        units = len(insights.series)
        yield _chart(
            book,
            f"Tickets by {insights.by.value}",
            [_Drawn(_TREND, (0, 5 + n), (1, 5 + n, units, 5 + n)) for n in range(len(kinds))],
            (1, 0, units, 0),
        )
    if types := len(insights.issue_types):
        yield _chart(
            book,
            "Tickets by issue type",
            [_Drawn(_TYPES, (0, column), (1, column, types, column)) for column in (1, 3)],
            (1, 0, types, 0),
            stacked=False,
        )
    if any(getattr(insights.attainment, state) for state in PROMISE_STATES):
        yield _chart(
            book,
            "Promises",
            [_Drawn(_PROMISES, (0, 1 + n), (1, 1 + n, 2, 1 + n)) for n in range(4)],
            (1, 0, 2, 0),
        )


class _Drawn(NamedTuple):
    """A series: its sheet, the cell of its name, the first and last cell of its values."""

    sheet: str
    name: tuple[int, int]
    values: tuple[int, int, int, int]


def _chart(
    book: Workbook,
    title: str,
    series: Sequence[_Drawn],
    categories: tuple[int, int, int, int],
    *,
    stacked: bool = True,
) -> Chart:
    kind = {"type": "column", "subtype": "stacked"} if stacked else {"type": "bar"}
    chart: Chart = book.add_chart(kind)
    for n, each in enumerate(series):
        chart.add_series(
            {
                "name": [each.sheet, *each.name],
                "categories": [each.sheet, *categories],
                "values": [each.sheet, *each.values],
                "gap": 60,
                **_fill(n),
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    lines = {"num_format": "0", "major_gridlines": {"visible": True, "line": {"color": "#dddddd"}}}
    if stacked:
        chart.set_y_axis(lines)
    else:  # bars begin at the bottom otherwise
        chart.set_x_axis({**lines, "label_position": "high"})
        chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 720, "height": 380})
    return chart


def _fill(n: int) -> dict[str, Any]:
    """How a series is filled: a texture in two shades, so that it reads in grey too."""
    look = look_of(n)
    if look.texture is None:
        return {"fill": {"color": look.light}}
    shades = {"fg_color": look.dark, "bg_color": look.light}
    return {"pattern": {"pattern": look.texture, **shades}}
