"""Who of a mail's recipients may still have it when it is sent (T4, T5, Q1)."""

from typing import ClassVar

from pscli.models.mail import MailKind
from pscli.models.people import AdminRole, PersonStatus
from pscli.models.record import Record
from pscli.operation import Work


class _Addressed(Record, frozen=True):
    json_columns: ClassVar[tuple[str, ...]] = ("recipients",)

    kind: MailKind
    recipients: list[str]


class _Known(Record, frozen=True):
    email: str
    status: PersonStatus
    role: AdminRole | None


def leave_out(work: Work, id_: int) -> bool:
    """Note who of a claimed mail's recipients may not have it any more; they stay in its record.

    Where nobody is left it fails, unsent, and the answer is False.
    """
    mail = work.sql.one(_Addressed, "SELECT kind, recipients FROM mail WHERE id = :id", id=id_)
    if mail is None:
        return False
    left = entitled(work, mail.kind, mail.recipients)
    out = [each for each in mail.recipients if each not in left]
    why = "suspended, removed or no admin any more (T5)"
    work.sql.run(
        "UPDATE mail SET reason = :reason, state = CASE WHEN :left = 1 THEN state ELSE 'failed' "
        "END, claim = CASE WHEN :left = 1 THEN claim END WHERE id = :id",
        reason=f"not sent to {', '.join(out)}: {why}" if out else None,
        left=bool(left),
        id=id_,
    )
    return bool(left)


def entitled(work: Work, kind: MailKind, recipients: list[str]) -> list[str]:
    """Those whom the desk does not know, and of its people the active; a digest is for admins."""
    places = {f"r{n}": email.casefold() for n, email in enumerate(recipients)}
    listed = ", ".join(f":{place}" for place in places)
    known = work.sql.all(
        _Known, f"SELECT email, status, role FROM person WHERE email IN ({listed})", **places
    )
    out = {
        each.email
        for each in known
        if each.status is not PersonStatus.ACTIVE or (kind is MailKind.DIGEST and each.role is None)
    }
    return [email for email in recipients if email.casefold() not in out]
