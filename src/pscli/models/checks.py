"""What a check of the store found."""

from .record import Record


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
