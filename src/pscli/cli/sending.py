"""The run of `desk mail send`: claim a mail, hand it over, keep what came of it, and the next."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from pscli.backends.mail import Interrupted, Refusal, connect, parse_server
from pscli.desk.outbox import claim_mail, count_mail, hand_mail, list_mail, read_mail, settle_mail
from pscli.desk.policies import show_policy
from pscli.desk.runs import end_mail_run, recall_mail_run
from pscli.models.mail import Delivery, Mail, MailRun, MailState, Outgoing
from pscli.models.record import Change
from pscli.problems import AnswerUnknown, InvalidValue, PartlyDone, StateForbids, Unavailable

from .files import as_text
from .mail_folder import Folder
from .runs import begins_under_key, step_key
from .session import Session

_PAUSES = (0.2, 0.5, 1.0)  # seconds before a connection is tried again
_MOST_BREAKS = 2  # in a row, then the run ends: it is the server, not the mail


class Target(Protocol):
    """What takes mails: a mail server, a folder."""

    def send(self, mail: Outgoing, before_end: Callable[[], None]) -> str | None:
        """Hand over one mail; raises Refusal or Interrupted."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Run:
    """One run: what it has done, and the target that it sends to."""

    def __init__(self, session: Session, open_target: Callable[[], Target]) -> None:
        self.session = session
        self.open_target = open_target
        self.target = _opened(open_target)
        self.sent: list[str] = []
        self.failed = 0
        self.unsure = 0
        self.postponed = 0
        self.breaks = 0
        self.said = ""  # the last reason why something was not sent

    def go(self) -> None:
        """Send until nothing is due, or the server is of no use."""
        while self.breaks < _MOST_BREAKS:
            claim = os.urandom(16).hex()
            claimed = self.session.backend.perform(claim_mail, {"claim": claim})
            self.session.changes += claimed.changed
            if claimed.record.id is None:
                return
            self._send(read_mail(self.session.backend, claimed.record.id), claim)

    def _send(self, mail: Outgoing, claim: str) -> None:
        handed = False

        def before_end() -> None:
            nonlocal handed
            hand_mail(self.session.backend, mail.id, claim)
            handed = True

        try:
            refused = self.target.send(mail, before_end)
        except Refusal as refusal:
            delivery = Delivery.FAILED if refusal.for_good else Delivery.LATER
            self._settle(mail, claim, delivery, refusal.reason)
        except Interrupted as broken:
            self.breaks += 1
            if broken.unsure:
                reason = f"{broken.reason}; its end was handed over, no answer came"
                self._settle(mail, claim, Delivery.UNSURE, reason)
            else:
                self._settle(mail, claim, Delivery.LATER, broken.reason)
            self._reopen()
        except StateForbids:  # another run has it by now: its end never went out from here
            self._reopen()
        except BaseException:
            if not handed:
                self._settle(mail, claim, Delivery.LATER, "the run was interrupted")
            raise
        else:
            self.breaks = 0
            self._settle(mail, claim, Delivery.SENT, refused)

    def _settle(self, mail: Outgoing, claim: str, delivery: Delivery, reason: str | None) -> None:
        settled = self.session.backend.perform(
            settle_mail,
            {"id": mail.id, "claim": claim, "delivery": delivery, "reason": reason},
            step_key(self.session, claim),
        )
        if delivery is Delivery.SENT:
            self.sent.append(mail.message_id)
        elif settled.record.state == "failed":
            self.failed += 1
        elif delivery is Delivery.UNSURE:
            self.unsure += 1
        else:
            self.postponed += 1
        if reason:
            self.said = reason
            who = ", ".join(mail.recipients)
            told = "sent in part" if delivery is Delivery.SENT else str(settled.record.state)
            self.session.tell(f"Mail {mail.id} to {who} is {told}: {reason}.")

    def _reopen(self) -> None:
        """A new connection, where the old one can take nothing more."""
        if self.breaks >= _MOST_BREAKS:
            return
        self.target.close()
        try:
            self.target = _opened(self.open_target)
        except Unavailable as problem:
            self.breaks = _MOST_BREAKS
            self.said = problem.message


def send_mails(
    session: Session, smtp: str | None, folder: Path | None, timeout: float
) -> Change[MailRun]:
    """Send what is due; raises Unavailable where nothing could be sent, for the time being."""
    open_target = _target(session, smtp, folder, timeout)
    session.operation = settle_mail
    if begins_under_key(session):
        first = recall_mail_run(session.backend, session.key or "")
        if first is not None:
            return first
    if session.dry_run:
        session.tell("Nothing was changed: this was a dry run.")
        return _planned(session)
    if not count_mail(session.backend).due:
        return _ended(session, _result(session, None))
    run = Run(session, open_target)
    try:
        run.go()
    finally:
        run.target.close()
    result = _result(session, run)
    if run.failed or run.postponed or run.unsure or run.breaks:
        said = run.said.rstrip(".")
        if run.unsure and not run.sent and not run.failed:
            raise AnswerUnknown(
                f"Of {run.unsure} mails nobody knows whether they arrived: {said}.",
                hint="See them: pscli desk mail list --state doubtful",
            )
        if not run.sent and not run.failed:
            raise Unavailable(
                f"No mail was sent: {said}.", hint="Run it again later; all of them stay queued."
            )
        session.failure = PartlyDone(
            f"{len(run.sent)} mails were sent, {run.failed} failed, {run.unsure} are doubtful, "
            f"{run.postponed} are tried again later: {said}.",
            hint="See them: pscli desk mail list",
        )
        return result
    return _ended(session, result)


def _ended(session: Session, result: Change[MailRun]) -> Change[MailRun]:
    """The result, remembered where the run has a key: with what it did before a kill."""
    if not session.key:
        return result
    left = {"waiting": result.record.waiting, "doubtful": result.record.doubtful}
    session.backend.perform(end_mail_run, left, session.key)
    return recall_mail_run(session.backend, session.key) or result


def _planned(session: Session) -> Change[MailRun]:
    """What a run would do now, if everything is taken: what is due comes before what is not."""
    counts = count_mail(session.backend)
    mails: list[Mail] = []
    for state in (MailState.QUEUED, MailState.CLAIMED):
        page = list_mail(session.backend, state, limit=1000)
        mails += page.items
        while page.next is not None:
            page = list_mail(session.backend, state, limit=1000, cursor=page.next)
            mails += page.items
    mails.sort(key=lambda mail: (mail.due_at, mail.id))
    due = [mail.message_id for mail in mails[: counts.due]]
    record = MailRun(
        sent=len(due),
        failed=0,
        postponed=0,
        waiting=counts.waiting,
        doubtful=counts.doubtful,
        mails=due,
    )
    return Change(record=record, changed=bool(due))


def _target(
    session: Session, smtp: str | None, folder: Path | None, timeout: float
) -> Callable[[], Target]:
    """How to open what the flags or the environment name."""
    url = smtp or session.settings.variable("PSCLI_SMTP")
    if folder is not None and smtp is None:
        if folder.exists() and not folder.is_dir():
            raise InvalidValue(
                f"{as_text(folder)} is no folder.",
                hint="Make it, or name another: --to-folder",
                field="to_folder",
            )
        return lambda: Folder(folder)
    if url is None or folder is not None:
        raise InvalidValue(
            "Say where mails go." if folder is None else "Mails go to a server or into a folder.",
            hint="--smtp smtps://USER@HOST:465 (or PSCLI_SMTP), or --to-folder DIR.",
            field="smtp",
        )
    server = parse_server(url)
    password = session.settings.variable("PSCLI_SMTP_PASSWORD")
    insecure = bool(session.settings.variable("PSCLI_ALLOW_INSECURE"))
    if not server.loopback:
        _check_sender(show_policy(session.backend).mail.sender)
    return lambda: connect(server, password, timeout=timeout, allow_insecure=insecure)


def _check_sender(sender: str) -> None:
    """Refuse the sample of the shipped policy: nobody could answer, and servers reject it."""
    if sender.endswith(".example"):
        raise InvalidValue(
            f"Mails would go out from {sender}, which is a sample.",
            hint="Set mail.sender in the policy: pscli desk policy set FILE",
            field="mail.sender",
        )


def _opened(open_target: Callable[[], Target]) -> Target:
    """The target, tried again after pauses that grow."""
    for pause in _PAUSES:
        try:
            return open_target()
        except Unavailable:
            time.sleep(pause)
    return open_target()


def _result(session: Session, run: Run | None) -> Change[MailRun]:
    """What was done, and what is left; of doubtful mails a person is told how to go on."""
    counts = count_mail(session.backend)
    if counts.doubtful:
        session.tell(
            f"{counts.doubtful} mails are doubtful: handed over, but the run was killed or the "
            "server's answer lost, and nobody knows whether they arrived.",
            "See them: pscli desk mail list --state doubtful",
            "Send one again, under the same Message-ID: pscli desk mail retry ID",
        )
    record = MailRun(
        sent=len(run.sent) if run else 0,
        failed=run.failed if run else 0,
        postponed=run.postponed if run else 0,
        waiting=counts.due + counts.waiting,
        doubtful=counts.doubtful,
        mails=run.sent if run else [],
    )
    return Change(record=record, changed=bool(run and (run.sent or run.failed)))
