"""When a mail is tried again, and when no more (Q3)."""

from datetime import timedelta

LEASE = timedelta(minutes=10)  # how long a run may hold a mail; sending one takes at most half
MOST_ATTEMPTS = 30  # some five days
_PAUSES = (1, 5, 15, 60, 240)  # minutes after the first attempts; then always the last


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts; None where another one makes no sense."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return timedelta(minutes=_PAUSES[min(attempts, len(_PAUSES)) - 1])
