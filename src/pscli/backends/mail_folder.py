"""Mails as .eml files: a file is named by its Message-ID, so that it is there once (Q3)."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from pscli.models.mail import Outgoing
from pscli.problems import InvalidValue

from .mail import Interrupted, message_of


class Folder:
    """A folder that takes mails, each as a whole file or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise InvalidValue(
                f"{path} takes no mails: {error.strerror}.", field="to_folder"
            ) from error

    def send(self, mail: Outgoing, before_end: Callable[[], None]) -> str | None:  # noqa: ARG002 - written again, it is the same file
        """Write one mail; raises Interrupted where it finds no room."""
        content = message_of(mail).as_bytes()
        name = re.sub(r"[^\w@.-]", "_", mail.message_id.strip("<>"))
        part = self.path / f".{name}.{os.getpid()}.part"
        try:
            descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path / f"{name}.eml")
        except OSError as error:
            part.unlink(missing_ok=True)
            raise Interrupted(f"{self.path}: {error.strerror}") from error
        return None

    def close(self) -> None:
        """Nothing is open between two mails."""
