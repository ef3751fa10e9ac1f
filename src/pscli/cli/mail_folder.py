"""Mails as .eml files: a file is named by its Message-ID, so that it is there once (Q3)."""

import re
from collections.abc import Callable
from pathlib import Path

from pscli.backends.mail import Interrupted, message_of
from pscli.models.mail import Outgoing
from pscli.problems import InvalidValue, Problem

from .files import as_text, written


class Folder:
    """A folder that takes mails, each as a whole file or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise InvalidValue(
                f"{as_text(path)} takes no mails: {error.strerror}.",
                hint="Name a folder that you can write to.",
                field="to_folder",
            ) from error

    def send(self, mail: Outgoing, before_end: Callable[[], None]) -> str | None:  # noqa: ARG002 - written again, it is the same file
        """Write one mail; raises Interrupted where it cannot be written."""
        name = re.sub(r"[^\w@.-]", "_", mail.message_id.strip("<>"))
        try:
            with written(str(self.path / f"{name}.eml"), force=True, mode=0o600) as file:
                file.write(message_of(mail).as_bytes())
        except Problem as problem:
            raise Interrupted(problem.message) from problem
        return None

    def close(self) -> None:
        """Nothing is open between two mails."""
