"""When an answer is due, whether it was in time, and why (S, E3, J3)."""

from datetime import datetime, timedelta

from pscli.models.record import Record
from pscli.models.tickets import ClockState

from .entitlements import Entitlement

JAPANESE_MINUTES = 60  # J3


class Due(Record, frozen=True):
    """When a message must be answered, and why; `due_at` is None without a commitment (E9)."""

    due_at: datetime | None
    target_minutes: int
    edition: str
    language: str
    rules: list[str]


def response_due(
    entitlement: Entitlement | None, received: datetime, japanese_due: datetime | None
) -> Due:
    """The due instant of a message received now (S1, E3, J3).

    `japanese_due` is one hour of Japanese business time later, where the message was written in
    Japanese inside its hours by someone entitled, else None (J4).
    """
    language = "en" if japanese_due is None else "ja"
    if entitlement is None:
        return Due(due_at=None, target_minutes=0, edition="", language="en", rules=["E9"])
    minutes = entitlement.target_minutes
    due = None if minutes is None else received + timedelta(minutes=minutes)
    rules = [*entitlement.rules]
    if japanese_due is not None and (due is None or japanese_due < due):
        due, minutes, rules = japanese_due, JAPANESE_MINUTES, [*rules, "J3"]
    return Due(
        due_at=due,
        target_minutes=minutes or 0,
        edition=entitlement.name,
        language=language,
        rules=rules,
    )


def answer_state(due_at: datetime | None, answered_at: datetime) -> ClockState:
    """Met up to and including the due instant, breached after it (S2, S4)."""
    late = due_at is not None and answered_at > due_at
    return ClockState.BREACHED if late else ClockState.MET


def tightened_due(entitlement: Entitlement | None, changed: datetime) -> datetime | None:
    """The latest due that a running clock may keep after a change of edition (S6, B15)."""
    if entitlement is None or entitlement.target_minutes is None:
        return None
    return changed + timedelta(minutes=entitlement.target_minutes)
