"""The program, whose server reads its clock from a file, so that a test can let days pass.

Worker processes import this module again, so that they have the same clock.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pscli.cli.app import main
from pscli.server import running

CLOCK = "TEST_CLOCK"  # a file that says how many seconds the desk is ahead of the real time


def time_there(path: str) -> datetime:
    """The time that it is where this file sets the clock."""
    real = datetime.now(UTC)  # noqa: TID251 - the clock that is set
    return (real + timedelta(seconds=float(Path(path).read_text()))).replace(microsecond=0)


def set_clock(path: str, now: datetime) -> None:
    """Let it be another time, at once for everybody."""
    real = datetime.now(UTC)  # noqa: TID251 - the clock that is set
    Path(f"{path}.new").write_text(str((now - real).total_seconds()))
    Path(f"{path}.new").rename(path)


def stepped_clock() -> datetime:
    """What the server takes for the time."""
    return time_there(os.environ[CLOCK])


if __name__ in ("__main__", "__mp_main__"):
    running.real_clock = stepped_clock
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
