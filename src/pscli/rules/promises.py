"""When an answer is due, whether it was in time, and why (S, E3, J3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pscli.models.policy import Calendar
from pscli.models.record import Record
from pscli.models.tickets import ClockState

from .entitlements import Entitlement
from .hours import open_later

JAPANESE_MINUTES = 60  # J3


class Due(Record, frozen=True):
    """When a message must be answered, and why; `due_at` is None without a commitment (E9)."""

    due_at: datetime | None
    target_minutes: int
    edition: str
    language: str
    rules: list[str]


def response_due(
    entitlement: Entitlement | None,
    received: datetime,
    asked: str = "en",
    japanese_due: datetime | None = None,
    hours: Sequence[Calendar] = (),
) -> Due:
    """The due instant of a message received now in the language asked for (S1, E3, J3).

    `japanese_due` is one hour of Japanese business time later, or None outside those hours (J4).
    `hours` are those in which the target counts; without any it counts in calendar time.
    """
    in_japanese = asked == "ja"
    if entitlement is None:
        rules = ["E9", "J2"] if in_japanese else ["E9"]
        return Due(due_at=None, target_minutes=0, edition="", language="en", rules=rules)
    minutes = entitlement.target_minutes
    due = _due(entitlement, received, hours)
    if in_japanese and japanese_due and (due is None or japanese_due < due):
        due, minutes = japanese_due, JAPANESE_MINUTES
    language_rule = "J3" if japanese_due else "J4"
    return Due(
        due_at=due,
        target_minutes=minutes or 0,
        edition=entitlement.name,
        language="ja" if in_japanese and japanese_due else "en",
        rules=[*entitlement.rules, language_rule] if in_japanese else [*entitlement.rules],
    )


def answer_state(due_at: datetime | None, answered_at: datetime) -> ClockState:
    """Met up to and including the due instant, breached after it (S2, S4)."""
    late = due_at is not None and answered_at > due_at
    return ClockState.BREACHED if late else ClockState.MET


def tightened_due(
    entitlement: Entitlement | None, changed: datetime, hours: Sequence[Calendar] = ()
) -> datetime | None:
    """The latest due that a running clock may keep after a change of edition (S6, B15)."""
    return None if entitlement is None else _due(entitlement, changed, hours)


def _due(entitlement: Entitlement, since: datetime, hours: Sequence[Calendar]) -> datetime | None:
    """The end of the target, in calendar time or in these hours; None without a stated time."""
    if entitlement.target_minutes is None:
        return None
    target = timedelta(minutes=entitlement.target_minutes)
    return open_later(hours, since, target) if hours else since + target
