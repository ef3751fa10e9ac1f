"""A report in the form that is wanted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pscli.codec import ascii_json
from pscli.extras import how_to_install
from pscli.models.insights import Insights
from pscli.models.reports import ReportForm
from pscli.problems import InvalidValue


def report(insights: Insights, form: ReportForm) -> bytes:
    """Insights as the bytes of a file; raises InvalidValue where a library for it is missing."""
    with needing(form):
        return _writer(form)(insights)


@contextmanager
def needing(form: ReportForm) -> Iterator[None]:
    """A block in which a library that is missing is refused as InvalidValue."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise InvalidValue(
            f"A report as {form} needs {error.name}, which is not installed.",
            hint=f"Install the extra reports: {how_to_install('reports')}",
            field="output",
        ) from error


def _writer(form: ReportForm) -> Callable[[Insights], bytes]:
    """What makes files of this form; its library is imported now and not before."""
    if form is ReportForm.XLSX:
        from .xlsx import xlsx_report

        return xlsx_report
    if form is ReportForm.HTML:
        from .html import html_report

        return html_report
    if form is ReportForm.CSV:
        from .csv import csv_report

        return csv_report
    return _json_report


def _json_report(insights: Insights) -> bytes:
    """The record as `pscli insights -o json` prints it."""
    return f"{ascii_json(insights)}\n".encode()
