"""A backend on this machine: every operation is one transaction in a database."""

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from pscli.codec import instant_text
from pscli.desk.access import acting, authorize, remember, remembered
from pscli.models.people import Identity
from pscli.operation import Operation, Overdue, Sql, Work
from pscli.problems import AnswerUnknown, DataRefused, Problem, Unavailable

if TYPE_CHECKING:
    from pscli.models.policy import Policy

R = TypeVar("R")

PATIENCE = 10.0  # seconds that a change waits for others before it gives up
_CLOCK_YEARS = (1902, 8999)


class Conflict(Unavailable):
    """The database could not run this transaction now: nothing was done, it is tried again."""


class Unsure(Conflict):
    """The connection broke while it committed: only the key of the change tells if it is done."""


class Database(Protocol):
    """A place that holds a desk and gives out transactions."""

    def transaction(self, *, writes: bool) -> AbstractContextManager[Sql]:
        """One transaction; raises Conflict where trying again makes sense."""
        ...

    look_every: float  # seconds between two looks at the pulse

    def pulse(self) -> int:
        """A number that is another one once somebody else may have committed a change."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class Rollback(Exception):  # noqa: N818 - a signal, caught where it is raised
    """Ends the transaction of a dry run."""


class Local:
    """Performs operations in a database that this process can open."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        clock: Callable[[], datetime],
        policy: "Policy | None" = None,
    ) -> None:
        self.database = database
        self.identity = identity
        self.clock = clock
        self.policy = policy  # in place of the one in force, on a rehearsal desk

    def perform(
        self,
        operation: Operation[Any, R],
        arguments: dict[str, Any],
        key: str | None = None,
        *,
        dry_run: bool = False,
    ) -> R:
        """Perform one operation, waiting up to ten seconds where others are in the way."""
        arguments = operation.check(arguments)
        key = key or None  # an empty key is none, here as in a header
        deadline = time.monotonic() + PATIENCE
        unsure = False
        while True:
            try:
                if operation.reads:
                    return self._read(operation, arguments)
                return self._change(operation, arguments, key, dry_run=dry_run)
            except Unavailable as refusal:
                unsure = unsure or isinstance(refusal, Unsure)
                again = isinstance(refusal, Conflict) and not (unsure and key is None)
                if not again or time.monotonic() > deadline:
                    raise _given_up(refusal, key, unsure=unsure) from refusal.__cause__
                time.sleep(0.0005 + os.urandom(1)[0] / 50_000)  # up to 5 ms, so that waiters part
            except msgspec.MsgspecError as error:
                raise DataRefused(
                    "The desk holds data that cannot be read: it is damaged.",
                    hint="Restore a backup: pscli desk restore FILE",
                ) from error

    def wait(self, topic: str, after: int, seconds: float) -> int:
        """Look whenever the database may have changed, at most so long.

        Whoever waits for a chat's news gives a sign of life by that.
        """
        deadline = time.monotonic() + seconds
        pulse = self.database.pulse()
        while (revision := self._attend(topic)) <= after:
            beat = pulse
            while beat == pulse:
                if time.monotonic() >= deadline:
                    return revision
                time.sleep(self.database.look_every)
                beat = self.database.pulse()
            pulse = beat
        return revision

    def _attend(self, topic: str) -> int:
        """A topic's revision, after the sign of life of whoever chats."""
        from pscli.desk.chat_records import look

        news = look(self, topic)
        if news.sign_due:
            from pscli.desk.chats import attend_chat

            attend_chat(self, topic.removeprefix("chat/"))
            news = look(self, topic)
        return news.revision

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def _read(self, operation: Operation[Any, R], arguments: dict[str, Any]) -> R:
        while True:
            try:
                with self.database.transaction(writes=False) as sql:
                    work = self._work(sql)
                    authorize(work, operation, arguments)
                    return operation.function(work, **arguments)
            except Overdue as overdue:
                with self.database.transaction(writes=True) as sql:
                    overdue.post(self._work(sql, lock=True))

    def _change(
        self,
        operation: Operation[Any, R],
        arguments: dict[str, Any],
        key: str | None,
        *,
        dry_run: bool,
    ) -> R:
        try:
            with self.database.transaction(writes=True) as sql:
                work = self._work(sql, lock=True, team=arguments.get("team"))
                authorize(work, operation, arguments)
                result: Any = remembered(work, operation, arguments, key) if key else None
                if result is None:
                    result = operation.function(work, **arguments)
                    if dry_run:
                        raise Rollback  # noqa: TRY301 - it must leave the transaction
                    if operation.kept:
                        remember(work, operation, arguments, key, result, self.identity.origin)
        except Rollback:
            assert result is not None  # noqa: S101 - set right before the signal
        answer: R = result
        return answer

    def _work(self, sql: Sql, *, lock: bool = False, team: str | None = None) -> Work:
        check_clock(now := self.clock())
        who = acting(sql, self.identity, now, lock=lock, team=team)
        work = Work(sql, who, self.clock())  # now that nobody else can write: later than they did
        if self.policy is not None:
            work.policy = self.policy
            work.rehearsed = True
        return work


def check_clock(now: datetime) -> None:
    """Refuse a clock from which no date can be reckoned: periods and zones reach beyond it."""
    if not _CLOCK_YEARS[0] <= now.year <= _CLOCK_YEARS[1]:
        raise DataRefused(
            f"The clock says {instant_text(now)}: pscli works from {_CLOCK_YEARS[0]} to "
            f"{_CLOCK_YEARS[1]}. Nothing was done.",
            hint="Set the clock right, then repeat the command.",
        )


def _given_up(refusal: Unavailable, key: str | None, *, unsure: bool) -> Problem:
    """What is said when trying again has come to its end."""
    if unsure:
        again = f"Repeat it with --idempotency-key {key}: it is done once." if key else None
        return AnswerUnknown(
            "The database broke off: the change is done or not.",
            hint=again or "Look whether it is done before you repeat it.",
        )
    if isinstance(refusal, Conflict):
        return Unavailable(
            f"{refusal} Nothing was done.",
            hint="Repeat the command; with the same --idempotency-key it is done once.",
            retry_after=1,
        )
    return refusal
