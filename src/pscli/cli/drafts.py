"""What a person typed is kept in a file when it cannot be sent."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

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
        return f"Your text is kept: --body-file {quote(save_draft(text))}"
    except OSError as error:
        return f"Your text could not be kept ({error.strerror}); here it is:\n{text}"


def save_draft(text: str) -> str:
    """Write a text to a draft file of its owner alone; the same text has the same one.

    Hence a draft that is sent as a file and fails again stays one draft. Returns the path.
    """
    from hashlib import sha256

    data = text.encode("utf-8", "surrogateescape")
    path = _folder() / f"draft-{sha256(data).hexdigest()[:32]}.txt"
    flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
    return str(path)


def new_draft(text: str) -> Path:
    """A draft file of its own that begins with a text, to be edited."""
    from pscli.tokens import new_key

    path = _folder() / f"draft-{new_key()}.txt"
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _folder() -> Path:
    folder = state_folder(os.environ) / "drafts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
