"""The run of `desk digest run`: one change for each team, so that a kill leaves whole teams."""

from hashlib import sha256

from pscli.desk.digests import list_due_digests, queue_digest
from pscli.desk.runs import digest_run, end_digest_run, recall_digest_run
from pscli.models.record import Change
from pscli.models.usage import Digest, DigestRun, Outcome
from pscli.problems import PartlyDone, Problem
from pscli.rules.usage import last_quarter

from .runs import begins_under_key, step_key
from .session import Session


def run_digests(session: Session, quarter: str | None) -> Change[DigestRun]:
    """Queue what is due, team by team; where a team fails, what was done before stands.

    A team's quarter is done once by nature, whoever asks, however often. Under a key the run that
    ended is remembered too.
    """
    session.operation = queue_digest
    if begins_under_key(session):
        first = recall_digest_run(session.backend, session.key or "", quarter)
        if first is not None:
            return first
    done: list[Digest] = []
    changed = False
    page = list_due_digests(session.backend, quarter, limit=1000)
    while True:
        for due in page.items:
            try:
                arguments = {"team": due.team, "quarter": due.quarter}
                step = sha256(f"{due.quarter} {due.team}".encode()).hexdigest()
                change = session.backend.perform(
                    queue_digest, arguments, step_key(session, step), dry_run=session.dry_run
                )
            except Problem as problem:
                if not changed:
                    raise
                session.failure = PartlyDone(
                    f"{due.team} and the teams after it are not done: {problem.message}",
                    hint="Run it again: what is done is left as it is.",
                )
                return _concluded(session, quarter, done, changed=changed)
            done.append(change.record)
            changed = changed or change.changed
            session.changes += change.changed
        if page.next is None:
            return _concluded(session, quarter, done, changed=changed)
        page = list_due_digests(session.backend, quarter, limit=1000, cursor=page.next)


def _concluded(
    session: Session, quarter: str | None, done: list[Digest], *, changed: bool
) -> Change[DigestRun]:
    """The run's result, and on stderr what a person should know of it."""
    asked = quarter or (done[0].quarter if done else last_quarter(session.now()))
    result = Change(record=digest_run(asked, done), changed=changed)
    for outcome in (Outcome.UNKNOWN, Outcome.NOBODY):
        if teams := [each.team for each in done if each.outcome is outcome]:
            named = ", ".join(teams[:5]) + (" …" if len(teams) > 5 else "")  # noqa: PLR2004
            session.tell(f"{len(teams)} left for a later run, {outcome.value}: {named}.")
    if session.dry_run:
        session.tell("Nothing was changed: this was a dry run.")
    elif result.record.queued:
        session.tell("Send them: pscli desk mail send")
    if session.key and not (session.dry_run or session.failure):
        session.backend.perform(end_digest_run, {"quarter": asked}, session.key)
        return recall_digest_run(session.backend, session.key) or result
    return result
