"""pscli insights export: a period's insights as a file for people, spreadsheets or scripts (I5)."""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from pscli.models.insights import Insights, Scope, Unit
from pscli.models.reports import ReportForm, SavedReport
from pscli.problems import InvalidValue

from .files import STDOUT, as_text, check_target, written
from .session import Session
from .terminal import is_tty


def export(
    session: Session,
    to: Annotated[str, typer.Option(metavar="PATH", help="The file; - is stdout.")],
    output: Annotated[
        ReportForm | None,
        typer.Option("--output", "-o", help="What kind of file, whatever its suffix."),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="2026-03, 2026-Q1, last-month or last-quarter."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="From this day on: 2026-01-31.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Up to this day, which is left out.")
    ] = None,
    by: Annotated[
        Unit | None,
        typer.Option(help="What the period is divided into; by default what reads well."),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Whose days; by default the team's.")
    ] = None,
    scope: Annotated[
        Scope, typer.Option(help="Your own tickets, or the whole team's.")
    ] = Scope.OWN,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> SavedReport | None:
    """Insights as a file: CSV, JSON, XLSX or HTML, as its suffix says.

    The same desk makes the same file, byte by byte. A period that is not over has its figures so
    far. Without a period it is the last twelve months and the current one.
    """
    form = _form_of(to, output)
    if period is not None and (since or until):
        raise InvalidValue(
            "A period has a name or its days, not both.",
            hint="Leave --period out, or --since and --until.",
            field="period",
        )
    days = session.day(since, "since"), session.day(until, "until")
    check_target(to, session.settings)
    with written(to, force=force) as file:
        found = _insights(session, period, days, by, timezone=timezone, scope=scope)
        from pscli.reports.forms import report

        data = report(found, form)
        file.write(data)
    return _saved(session, to, form, found, len(data))


def _form_of(to: str, output: ReportForm | None) -> ReportForm:
    """The form that -o names, else the suffix of the file; stdout gets CSV."""
    suffix = Path(to).suffix.lower().lstrip(".")
    if output is None and to in STDOUT:
        output = ReportForm.CSV
    elif output is None and suffix in list(ReportForm):
        output = ReportForm(suffix)
    if output is None:
        raise InvalidValue(
            f"The name {as_text(to)} does not say what kind of file it should be.",
            hint="Let it end in .csv, .json, .xlsx or .html, or add -o with one of them.",
            field="to",
        )
    if output is ReportForm.XLSX and to in STDOUT and is_tty(sys.stdout):
        raise InvalidValue(
            "A workbook is nothing that a terminal shows.",
            hint="Name a file: --to report.xlsx",
            field="to",
        )
    return output


def _insights(
    session: Session,
    period: str | None,
    days: tuple[date | None, date | None],
    by: Unit | None,
    **asked: Any,
) -> Insights:
    """What the desk counts in the period, in units that make it readable (I5)."""
    from pscli.desk.insights import show_insights
    from pscli.rules.insights import Range, named_period, unit_fitting

    since, until = days
    last = until
    if period is not None:
        is_relative = period.startswith("last-")
        today = _last_of_month(session, **asked) if is_relative else date.min
        since, until = named_period(period, today)
        last = until
    elif since is not None and until is None and by is None:
        last = _last_of_month(session, **asked)
    if by is None:
        by = unit_fitting(Range(since, last)) if since and last else Unit.MONTH
    return show_insights(session.backend, since=since, until=until, by=by, **asked)


def _last_of_month(session: Session, **asked: Any) -> date:
    """The last day of the month that it is on the desk: its clock counts, in the export's zone."""
    from pscli.desk.insights import show_insights

    found = show_insights(session.backend, by=Unit.MONTH, **asked)
    return found.until.astimezone(ZoneInfo(found.timezone)).date() - timedelta(days=1)


def _saved(
    session: Session, to: str, form: ReportForm, found: Insights, size: int
) -> SavedReport | None:
    """Say what was written; a record of it too, unless stdout has the report itself."""
    from pscli.reports.words import days_of, days_text, empty_text

    days = days_text(days_of(found, ZoneInfo(found.timezone)))
    tickets = "1 ticket" if found.total == 1 else f"{found.total:,} tickets"
    place = "stdout" if to in STDOUT else as_text(to)
    session.tell(f"{place}: {days} in {found.timezone}, {tickets}.")
    if empty := empty_text(found):
        session.tell(empty)
    if not found.complete:
        session.tell("The period is not over: these are its figures so far.")
    if to in STDOUT:
        return None
    return SavedReport(
        path=as_text(to),
        format=form,
        bytes=size,
        since=found.since,
        until=found.until,
        timezone=found.timezone,
        complete=found.complete,
        empty=found.total == 0,
    )
