"""Runs of many changes under the key of one command (B10)."""

from pscli.desk.runs import STEP
from pscli.tokens import check_key

from .session import Session


def begins_under_key(session: Session) -> bool:
    """Whether the run has a key that was given; raises InvalidValue where its steps have no room.

    A key of our own making needs no memory of the run: nobody knows it before the run has ended.
    """
    if session.key:
        check_key(step_key(session, "0" * STEP) or "")
    return bool(session.key)


def step_key(session: Session, step: str) -> str | None:
    """The key of a step that a text names, of its run's key; None for a run without one."""
    return f"{session.key}.{step[:STEP]}" if session.key else None
