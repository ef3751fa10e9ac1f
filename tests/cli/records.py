"""Tickets as they are shown in tests, with promises of every kind."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pscli.models.record import Page
from pscli.models.tickets import Channel, ClockState, Promise, Status, Ticket
from tests.world import ANA

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PROMISE = Promise(
    due_at=NOON.replace(hour=16),
    target_minutes=240,
    edition="essentials",
    product="dropbox",
    language="en",
    rules=["E3"],
    state=ClockState.RUNNING,
)


def ticket(subject: str = "Sync", number: int = 1, promise: Promise | None = PROMISE) -> Ticket:
    """A ticket with this subject."""
    return Ticket(
        number=number,
        subject=subject,
        status=Status.OPEN,
        product="dropbox",
        issue_type="sync",
        channel=Channel.REQUEST,
        language="en",
        urgent=False,
        requester=ANA,
        created_at=NOON,
        updated_at=NOON,
        solved_at=None,
        due_at=promise.due_at if promise else None,
        promise=promise,
    )


def page(*items: Any) -> Page[Any]:
    """A whole list."""
    return Page(items=list(items), total=len(items), next=None)


def fields_of(record: Any) -> dict[str, Any]:
    """The fields of a record by name, to make another of them."""
    return {name: getattr(record, name) for name in record.__struct_fields__}


def with_promise(state: ClockState, due_in: timedelta | None = None, **fields: Any) -> Ticket:
    """A ticket whose promise ended so, or is due in that time."""
    made = {name: getattr(ticket(), name) for name in Ticket.__struct_fields__}
    due = None if due_in is None else NOON + due_in
    promise = {name: getattr(PROMISE, name) for name in PROMISE.__struct_fields__}
    clock = type(PROMISE)(**{**promise, "state": state, "due_at": due or NOON})
    return Ticket(**{**made, "due_at": due, "promise": clock, **fields})


LISTED = [
    with_promise(
        ClockState.RUNNING,
        timedelta(minutes=-8),
        number=1042,
        subject="同期が止まる: 会計フォルダーが更新されないので、経理部の全員が困っています",
    ),
    with_promise(
        ClockState.RUNNING,
        timedelta(minutes=29, seconds=59),
        number=1041,
        subject="Dash search returns files of a member who left the team in November last year",
        updated_at=NOON - timedelta(minutes=31),
    ),
    with_promise(
        ClockState.MET,
        number=1038,
        subject="SSO login loop",
        status=Status.PENDING,
        updated_at=NOON - timedelta(hours=2),
    ),
    with_promise(
        ClockState.BREACHED,
        number=7,
        subject="Invoice",
        status=Status.SOLVED,
        updated_at=NOON - timedelta(days=90),
    ),
]
