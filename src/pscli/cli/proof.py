"""What `desk check` does: the database's own proof of its file, then the desk's of its rows."""

from typing import TYPE_CHECKING

from pscli.desk.check import MOST, RESTORE, check_desk
from pscli.models.checks import CheckReport, Finding
from pscli.problems import DataRefused

from .output import show
from .progress import progress
from .session import Session

if TYPE_CHECKING:
    from pscli.backends.postgres import Postgres
    from pscli.backends.sqlite import Sqlite
    from pscli.operation import Backend


def prove(session: Session) -> CheckReport:
    """The report of a sound desk; with findings it is shown and DataRefused is raised."""
    database = None
    if not session.settings.server:  # behind one nobody but its operator can ask the database
        from pscli.backends import open_database

        database = open_database(session.settings.database)
    try:
        with progress(session, "Proving the desk", None):
            report = report_of(session.backend, database)
    finally:
        if database is not None:
            database.close()
    if report.ok:
        return report
    show(report, session)
    raise refused(report)


def report_of(backend: "Backend", database: "Sqlite | Postgres | None") -> CheckReport:
    """What the desk finds wrong, after what its database says of the file where that is at hand."""
    damage = [
        Finding(what="The file is damaged.", where=said, remedy=RESTORE)
        for said in (database.integrity() if database else [])
    ]
    report = check_desk(backend)
    findings = [*damage, *report.findings][:MOST]
    return CheckReport(ok=not findings, findings=findings, counted=report.counted)


def refused(report: CheckReport) -> DataRefused:
    """How many findings there are, and the first."""
    first = report.findings[0]
    return DataRefused(
        f"{len(report.findings)} findings; the first: {first.what} ({first.where}).",
        hint=first.remedy,
    )
