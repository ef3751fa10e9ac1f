"""What a person typed is kept in a file when it cannot be sent."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pscli.config import state_folder
from pscli.problems import Problem

from .terminal import say


@contextmanager
def keeping(text: str) -> Iterator[None]:
    """Keep a text in a draft when the block fails, is interrupted or terminated, and say where."""
    try:
        yield
    except Problem as problem:
        problem.hint = "\n".join(filter(None, [problem.hint, _keep(text)]))
        raise
    except BaseException:
        say(_keep(text))
        raise


def _keep(text: str) -> str:
    """Where the text is kept; where it cannot be, the text itself is the last resort."""
    try:
        return f"Your text is kept: --body-file {save_draft(text)}"
    except OSError as error:
        return f"Your text could not be kept ({error.strerror}); here it is:\n{text}"


def save_draft(text: str) -> str:
    """Write a text to a new draft file, readable by its owner alone; returns the path."""
    from pscli.tokens import new_key

    folder = state_folder(os.environ) / "drafts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"draft-{new_key()}.txt"
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
    return str(path)
