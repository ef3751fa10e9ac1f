"""What `desk check` does: the database's own proof of its file, then the desk's of its rows."""

from pscli.desk.check import MOST, RESTORE, check_desk
from pscli.models.checks import CheckReport, Finding
from pscli.problems import DataRefused

from .output import show
from .session import Session


def prove(session: Session) -> CheckReport:
    """The report of a sound desk; with findings it is shown and DataRefused is raised."""
    damage = [
        Finding(what="The file is damaged.", where=said, remedy=RESTORE)
        for said in _damage(session)
    ]
    report = check_desk(session.backend)
    findings = [*damage, *report.findings][:MOST]
    if not findings:
        return report
    show(CheckReport(ok=False, findings=findings, counted=report.counted), session)
    first = findings[0]
    raise DataRefused(
        f"{len(findings)} findings; the first: {first.what} ({first.where}).", hint=first.remedy
    )


def _damage(session: Session) -> list[str]:
    """What the database finds; behind a server nobody but its operator can ask it."""
    if session.settings.server:
        return []
    from pscli.backends import open_database

    database = open_database(session.settings.database)
    try:
        return database.integrity()
    finally:
        database.close()
