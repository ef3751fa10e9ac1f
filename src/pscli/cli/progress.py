"""A bar on stderr for what takes long; nowhere but on a terminal."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .terminal import is_tty

if TYPE_CHECKING:
    from .session import Session


@contextmanager
def progress(session: "Session", what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Gives a function that takes how far one is, of `total` or of nobody knows how much."""
    if session.quiet or not is_tty(sys.stderr) or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True, markup=False, highlight=False)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
