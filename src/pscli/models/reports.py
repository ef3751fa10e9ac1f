"""Insights as files: the forms they take, and what was written."""

from datetime import datetime
from enum import StrEnum

from .record import Record


class ReportForm(StrEnum):
    """What kind of file a report is."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    HTML = "html"


class SavedReport(Record, frozen=True):
    """A report that was written, of the local days of a zone (I5).

    `complete` once its period is over; `empty` where no ticket came in it.
    """

    path: str
    format: ReportForm
    bytes: int
    since: datetime
    until: datetime
    timezone: str
    complete: bool
    empty: bool
