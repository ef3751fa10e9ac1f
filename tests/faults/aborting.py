"""A PostgreSQL that aborts a transaction at each of its statements in turn, its end included."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from pscli.backends.postgres import Postgres, Transaction

STATES = ("40001", "40P01")  # a serialization failure, a deadlock
ENOUGH = 600.0  # seconds of patience: the hundred aborts of one operation are no contention


class Turn(threading.local):
    """Where the running transaction of a thread is, and where the next of them is aborted."""

    def __init__(self, every: int) -> None:
        self.every = every  # 1: each statement by each state; more: every so manieth of these
        self.statement = 0
        self.failing = {True: 0, False: 0}  # counted by statement and state, for writers, readers
        self.writes = True
        self.fired = False


class Aborting(Postgres):
    """The real database, which raises each state at the first statement, then the next.

    The attempts of one operation meet every one of its statements; the last attempt passes. What is
    raised, the server raises: the transaction is as broken as by a real conflict.
    """

    def __init__(self, url: str, size: int = 1, every: int = 1) -> None:
        super().__init__(url, size)
        self.aborted: list[str] = []
        self.turn = turn = Turn(every)
        aborted = self.aborted

        class Cursor(psycopg.Cursor[Any]):
            def execute(self, *words: Any, **named: Any) -> "Cursor":
                if state := due(turn):
                    aborted.append(state)
                    super().execute(raising(state))
                super().execute(*words, **named)
                return self

        class Connection(psycopg.Connection[Any]):
            def commit(self) -> None:
                if state := due(turn):
                    aborted.append(state)
                    try:
                        psycopg.Cursor(self).execute(raising(state))
                    except psycopg.Error:
                        super().rollback()  # as the server has after a COMMIT that fails
                        raise
                super().commit()

        self._pool.connection_class = Connection
        self._pool.kwargs["cursor_factory"] = Cursor  # type: ignore[index]

    @contextmanager
    def transaction(self, *, writes: bool) -> Iterator[Transaction]:
        """One transaction; whatever ends it but an abort of ours begins the count anew."""
        turn = self.turn
        turn.statement, turn.writes, turn.fired = 0, writes, False
        try:
            with super().transaction(writes=writes) as sql:
                yield sql
        finally:
            if not turn.fired:
                turn.failing[writes] = 0


def due(turn: Turn) -> str | None:
    """The state that this statement fails with; None where it is not its turn."""
    statement, which = divmod(turn.failing[turn.writes], len(STATES))
    turn.statement += 1
    if turn.fired or turn.statement != statement + 1:
        return None
    turn.failing[turn.writes] += turn.every
    turn.fired = True
    return STATES[which]


def raising(state: str) -> str:
    """A statement that fails in the server with this state."""
    return f"DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END$$"
