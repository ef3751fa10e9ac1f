"""Runs of many changes under one key: repeated, a run that ended gives its first result (B10).

Each step is a change of its own under a key that begins with the run's; what ends the run is the
change under the run's key itself. A run that was killed or failed has no end: repeated, it goes on.
"""

from datetime import timedelta
from typing import Annotated, TypeVar

from msgspec import Meta, json, structs

from pscli.models.mail import MailRun, MailState
from pscli.models.names import Key
from pscli.models.record import Change, Record
from pscli.models.usage import Digest, DigestRun, Outcome, Quarter
from pscli.operation import Operation, Work, operation

from .access import KEY_DAYS, other_request
from .digests import queue_digest
from .outbox import settle_mail

R = TypeVar("R", bound=Record)

STEP = 32  # characters after the run's key and a full stop, of the key of each step

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]


@operation("POST", "/runs/digests")
def end_digest_run(work: Work, quarter: Quarter) -> Change[DigestRun]:  # noqa: ARG001 - a mark
    """Mark a run of the quarterly e-mail as ended; its teams are those of its steps."""
    return Change(record=digest_run(quarter, []))


@operation("GET", "/runs/digests")
def recall_digest_run(
    work: Work, key: Key, quarter: Quarter | None = None
) -> Change[DigestRun] | None:
    """The result of the run that ended under this key, None where none did."""
    ended = _ended(work, end_digest_run, key)
    if ended is None:
        return None
    if quarter not in (None, ended.record.quarter):
        raise other_request(key)
    done = [step.record for step in _steps(work, queue_digest, key)]
    run = digest_run(ended.record.quarter, done)
    return Change(record=run, changed=run.queued + run.nothing > 0)


def digest_run(quarter: str, done: list[Digest]) -> DigestRun:
    """What a run did, from what became of each team; one that was done before is no part of it."""
    teams = [each for each in done if each.outcome is not Outcome.DONE]
    queued = [each for each in teams if each.outcome is Outcome.QUEUED]
    nothing = sum(each.outcome is Outcome.NOTHING for each in teams)
    return DigestRun(
        quarter=quarter,
        queued=len(queued),
        mails=sum(each.mails for each in queued),
        nothing=nothing,
        waiting=len(teams) - len(queued) - nothing,
        teams=teams,
    )


@operation("POST", "/runs/mail")
def end_mail_run(work: Work, waiting: Count, doubtful: Count) -> Change[MailRun]:  # noqa: ARG001 - a mark
    """Mark a run of the outbox as ended; its mails are those of its steps."""
    return Change(
        record=MailRun(sent=0, failed=0, postponed=0, waiting=waiting, doubtful=doubtful, mails=[])
    )


@operation("GET", "/runs/mail")
def recall_mail_run(work: Work, key: Key) -> Change[MailRun] | None:
    """The result of the run that ended under this key, None where none did."""
    ended = _ended(work, end_mail_run, key)
    if ended is None:
        return None
    settled = [step.record for step in _steps(work, settle_mail, key)]
    sent = [mail.message_id for mail in settled if mail.state is MailState.SENT]
    run = structs.replace(ended.record, sent=len(sent), mails=sent)
    return Change(record=run, changed=bool(sent))


class _Kept(Record, frozen=True):
    operation: str
    result: str


def _ended(work: Work, end: Operation[..., Change[R]], key: str) -> Change[R] | None:
    """What ended a run under this key; refused where the key is that of something else."""
    found = work.sql.one(
        _Kept,
        "SELECT operation, result FROM change WHERE actor = :actor AND key = :key AND at >= :since",
        actor=work.who.email,
        key=key,
        since=work.now - timedelta(days=KEY_DAYS),
    )
    if found is None:
        return None
    if found.operation != end.name:
        raise other_request(key)
    result: Change[R] = json.decode(found.result, type=end.hints["return"])
    return result


def _steps(work: Work, step: Operation[..., Change[R]], key: str) -> list[Change[R]]:
    """What the steps of a run became, in their order."""
    texts = work.sql.all(
        str,
        "SELECT result FROM change WHERE actor = :actor AND key > :first AND key < :last "
        "AND LENGTH(key) = :length AND operation = :name ORDER BY id",
        actor=work.who.email,
        first=f"{key}.",
        last=f"{key}/",
        length=len(key) + 1 + STEP,
        name=step.name,
    )
    return [json.decode(text, type=step.hints["return"]) for text in texts]
