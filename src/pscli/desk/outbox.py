"""The outbox: mails are queued with what they are about, and sent once by whoever claims them.

A mail is `claimed` while nothing of it can have arrived, and `handing` from just before its end is
handed over. A run that is killed leaves one of the two: the first is sent again once the claim is
over, of the second nobody knows, so it is `doubtful` and not sent again unless an operator says so;
likewise where the server's answer to that end was lost.
"""

import os
from typing import ClassVar

from msgspec.structs import replace

from pscli.codec import narrow
from pscli.models.mail import (
    Claim,
    Claimed,
    Delivery,
    Letter,
    Mail,
    MailCounts,
    MailId,
    MailKind,
    MailState,
    Outgoing,
    Reason,
)
from pscli.models.record import Change, Cursor, Limit, Page, Record
from pscli.operation import Work, operation
from pscli.problems import NotFound, StateForbids, numbered_to
from pscli.rules.letters import Reply, reply_letter
from pscli.rules.mail import LEASE, pause_after

from .paging import decode_cursor, encode_cursor
from .recipients import entitled, leave_out

_MAIL = (
    "SELECT mail.id, team.name AS team, mail.team AS team_id, kind, recipients, subject, state, "
    "attempts, reason, claim, due_at, queued_at, sent_at, message_id FROM mail "
    "JOIN team ON team.id = mail.team"
)


class StoredMail(Mail, frozen=True):
    """A mail with its storage keys."""

    team_id: int
    claim: str | None


def queue_mail(
    work: Work, kind: MailKind, recipients: list[str], letter: Letter, thread: str | None = None
) -> None:
    """Put a mail into the outbox; it goes out if this transaction does.

    Its Message-ID is made here, so that whatever is tried again is recognised as the same mail.
    """
    domain = work.policy.mail.sender.rpartition("@")[2]
    work.sql.run(
        "INSERT INTO mail (team, kind, message_id, thread_id, recipients, subject, text, html, "
        "state, attempts, due_at, queued_at) VALUES (:team, :kind, :message_id, :thread, "
        ":recipients, :subject, :text, :html, 'queued', 0, :now, :now)",
        team=work.team,
        kind=kind,
        message_id=f"<{os.urandom(16).hex()}@{domain}>",
        thread=None if thread is None else f"<{thread}@{domain}>",
        recipients=recipients,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        now=work.now,
    )


class _Correspondent(Record, frozen=True):
    json_columns: ClassVar[tuple[str, ...]] = ("cc",)

    email: str
    language: str
    status: str
    cc: list[str]
    subject: str
    team: str


def mail_reply(
    work: Work, number: int, body: str, links: list[str], attachments: int, *, solved: bool
) -> None:
    """Queue the mail of a public reply: to the requester while active, and the copies (C10, T5)."""
    rules = work.policy.mail
    to = work.sql.one(
        _Correspondent,
        "SELECT person.email, person.language, person.status, cc, subject, team.name AS team "
        "FROM ticket JOIN person ON person.team = ticket.team AND person.id = ticket.person "
        "JOIN team ON team.id = ticket.team WHERE ticket.team = :team AND number = :number",
        team=work.team,
        number=number,
    )
    if to is None or not rules.replies:
        return
    active = [to.email] if to.status == "active" else []
    recipients = list(dict.fromkeys([*active, *(copy for copy in to.cc if copy != to.email)]))
    if recipients:
        reply = Reply(
            team=to.team,
            number=number,
            subject=to.subject,
            body=body,
            links=links,
            attachments=attachments,
            solved=solved,
        )
        letter = reply_letter(to.language, reply, rules.longest)
        queue_mail(work, MailKind.REPLY, recipients, letter, f"ticket.{work.team}.{number}")


@operation("GET", "/mail/counts")
def count_mail(work: Work) -> MailCounts:
    """How many mails are due, wait, are doubtful or have failed."""
    counts = work.sql.one(
        MailCounts,
        "SELECT COALESCE(SUM(CASE WHEN due_at <= :now AND state IN ('queued', 'claimed') "
        "THEN 1 ELSE 0 END), 0) AS due, "
        "COALESCE(SUM(CASE WHEN due_at > :now AND state IN ('queued', 'claimed', 'handing') "
        "THEN 1 ELSE 0 END), 0) AS waiting, "
        "COALESCE(SUM(CASE WHEN state = 'doubtful' OR (state = 'handing' AND due_at <= :now) "
        "THEN 1 ELSE 0 END), 0) AS doubtful, "
        "COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0) AS failed "
        "FROM mail WHERE state IN ('queued', 'claimed', 'handing', 'doubtful', 'failed')",
        now=work.now,
    )
    return counts or MailCounts(due=0, waiting=0, doubtful=0, failed=0)


@operation("POST", "/mail/claims", kept=False)
def claim_mail(work: Work, claim: Claim) -> Change[Claimed]:
    """Make the mail that is due longest this run's own; the same claim again returns the same."""
    work.sql.run(
        "UPDATE mail SET state = 'doubtful', reason = 'the run that handed it over was killed' "
        "WHERE state = 'handing' AND due_at <= :now",
        now=work.now,
    )
    again = "SELECT id FROM mail WHERE state = 'claimed' AND claim = :claim AND due_at > :now"
    found = work.sql.one(int, again, claim=claim, now=work.now)
    while found is None:
        due = work.sql.one(
            int,
            "SELECT id FROM mail WHERE state IN ('queued', 'claimed') AND due_at <= :now "
            "ORDER BY due_at, id LIMIT 1",
            now=work.now,
        )
        if due is None:
            return Change(record=Claimed(id=None), changed=False)
        found = work.sql.one(
            int,
            "UPDATE mail SET state = 'claimed', claim = :claim, attempts = attempts + 1, "
            "due_at = :until WHERE id = :id AND state IN ('queued', 'claimed') "
            "AND due_at <= :now RETURNING id",
            claim=claim,
            until=work.now + LEASE,
            id=due,
            now=work.now,
        )
        if found is not None and not leave_out(work, found):
            found = None
    return Change(record=Claimed(id=found))


@operation("GET", "/mail/{id}")
def read_mail(work: Work, id: MailId) -> Outgoing:
    """A mail with its text, as it is sent: to whoever may have it now (T5)."""
    rules = work.policy.mail
    found = work.sql.one(
        _Kept,
        "SELECT id, kind, message_id, thread_id, CAST(:sender AS TEXT) AS sender, "
        "CAST(:name AS TEXT) AS sender_name, recipients, subject, text, html, attempts, "
        "queued_at FROM mail WHERE id = :id",
        sender=rules.sender,
        name=rules.name,
        id=id,
    )
    if found is None:
        raise _missing(work, id)
    now = entitled(work, found.kind, found.recipients)
    return replace(narrow(Outgoing, found), recipients=now)


class _Kept(Outgoing, frozen=True):
    kind: MailKind


@operation("POST", "/mail/{id}/handing", kept=False)
def hand_mail(work: Work, id: MailId, claim: Claim) -> Change[Claimed]:
    """Say that the end of a claimed mail is handed over now; refused where the claim is over."""
    handed = work.sql.run(
        "UPDATE mail SET state = 'handing', due_at = :until WHERE id = :id AND claim = :claim "
        "AND state IN ('claimed', 'handing') AND due_at > :now",
        until=work.now + LEASE,
        id=id,
        claim=claim,
        now=work.now,
    )
    if not handed:
        _mail(work, id)
        raise StateForbids(
            f"The claim on mail {id} is over: another run has it.",
            hint="See where it is: pscli desk mail send --dry-run",
        )
    return Change(record=Claimed(id=id))


@operation("POST", "/mail/{id}/delivery")
def settle_mail(
    work: Work, id: MailId, claim: Claim, delivery: Delivery, reason: Reason | None = None
) -> Change[Mail]:
    """Keep what a server said to a claimed mail; one that is sent loses its text."""
    mail = _mail(work, id)
    left_out = None if mail.state is MailState.DOUBTFUL else mail.reason
    mine = mail.claim == claim and mail.state in _CLAIMED
    if mine:
        pause = pause_after(mail.attempts) if delivery is Delivery.LATER else None
        sent = delivery is Delivery.SENT
        work.sql.run(
            "UPDATE mail SET state = :state, reason = :reason, claim = NULL, due_at = :due, "
            "sent_at = :sent_at, text = CASE WHEN :sent = 1 THEN '' ELSE text END, "
            "html = CASE WHEN :sent = 1 THEN '' ELSE html END WHERE id = :id",
            state=MailState.QUEUED if pause else _ENDED[delivery],
            reason="; ".join(filter(None, [left_out, reason])) or None,
            due=work.now + pause if pause else work.now,
            sent_at=work.now if sent else None,
            sent=sent,
            id=id,
        )
    return Change(record=_without_keys(_mail(work, id)), changed=mine)


_ENDED = {
    Delivery.SENT: MailState.SENT,
    Delivery.FAILED: MailState.FAILED,
    Delivery.LATER: MailState.FAILED,  # after the last attempt
    Delivery.UNSURE: MailState.DOUBTFUL,
}
_CLAIMED = (MailState.CLAIMED, MailState.HANDING, MailState.DOUBTFUL)


@operation("POST", "/mail/{id}/attempts")
def retry_mail(work: Work, id: MailId) -> Change[Mail]:
    """Queue a failed or doubtful mail once more, under the Message-ID that it has."""
    mail = _mail(work, id)
    if mail.state in (MailState.SENT, MailState.CLAIMED, MailState.HANDING):
        said = "was sent" if mail.state is MailState.SENT else "is being sent"
        raise StateForbids(f"Mail {id} {said}.", hint="See it: pscli desk mail list")
    work.sql.run(
        "UPDATE mail SET state = 'queued', claim = NULL, attempts = 0, due_at = :now "
        "WHERE id = :id",
        now=work.now,
        id=id,
    )
    return Change(
        record=_without_keys(_mail(work, id)),
        changed=mail.due_at > work.now or mail.state is not MailState.QUEUED,
    )


@operation("GET", "/mail")
def list_mail(
    work: Work, state: MailState | None = None, limit: Limit = 50, cursor: Cursor | None = None
) -> Page[Mail]:
    """The mails of the outbox, newest first, without their texts."""
    before = 2**62 if cursor is None else int(decode_cursor(cursor, "mail", 1)[0])
    rows = work.sql.all(
        StoredMail,
        f"{_MAIL} WHERE mail.id < :before AND (CAST(:state AS TEXT) IS NULL OR state = :state) "
        "ORDER BY mail.id DESC LIMIT :limit",
        before=before,
        state=state,
        limit=limit + 1,
    )
    following = encode_cursor("mail", rows[limit - 1].id) if len(rows) > limit else None
    total = len(rows) if following is None and cursor is None else None
    return Page(items=[_without_keys(row) for row in rows[:limit]], total=total, next=following)


def _mail(work: Work, id_: int) -> StoredMail:
    """A mail, whose team's trail a change of it belongs to."""
    found = work.sql.one(StoredMail, f"{_MAIL} WHERE mail.id = :id", id=id_)
    if found is None:
        raise _missing(work, id_)
    work.team = found.team_id
    return found


def _without_keys(mail: StoredMail) -> Mail:
    return narrow(Mail, mail)


def _missing(work: Work, id_: int) -> NotFound:
    last = work.sql.one(int, "SELECT COALESCE(MAX(id), 0) FROM mail") or 0
    hint = f"{numbered_to(last)}\nSee them: pscli desk mail list"
    return NotFound(f"There is no mail {id_}.", hint=hint)
