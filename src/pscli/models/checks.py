"""What a check of the store found."""

from datetime import datetime
from enum import StrEnum

from .record import Page, Record


class Finding(Record, frozen=True):
    """Something that is not as the desk keeps it: what, where, and what to do about it."""

    what: str
    where: str
    remedy: str


class CheckReport(Record, frozen=True):
    """The outcome of a check; `findings` holds the first hundred, `counted` what was looked at."""

    ok: bool
    findings: list[Finding]
    counted: dict[str, int]


class DeskSize(Record, frozen=True):
    """How much there is on a desk, by its counters."""

    teams: int
    people: int
    tickets: int


class Reached(Record, frozen=True):
    """What a server says of itself; `now` is None where it is older than its saying so."""

    status: str
    version: str
    now: datetime | None = None


class Severity(StrEnum):
    """How grave it is; the last two are findings."""

    OK = "ok"
    SKIPPED = "skipped"
    WARNING = "warning"
    ERROR = "error"


class Checkup(Record, frozen=True):
    """What was looked at and how it is; a finding has its remedy."""

    check: str
    severity: Severity
    said: str
    remedy: str | None = None

    @property
    def is_finding(self) -> bool:
        """Whether something should be done."""
        return self.severity in (Severity.WARNING, Severity.ERROR)


class Diagnosis(Page[Checkup], frozen=True):
    """Everything that `doctor` looked at."""
