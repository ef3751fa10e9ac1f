"""Keyring backends as `keyring` loads them: one that is good, and the ways of failing.

A backend is chosen by PYTHON_KEYRING_BACKEND; KEYRING_PROPERTY_PATH names its file, and
KEYRING_PROPERTY_SEEN one in which every question is noted.
"""

# ruff: noqa: ARG002 - a backend has the parameters of `keyring`, whatever it does with them

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class Filed(KeyringBackend):
    """Keeps secrets in a file, as a good keyring does in a service."""

    priority: float = 1
    path = ""
    seen = ""

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept."""
        self._note("get", service, username)
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self._note("set", service, username)
        self._write({**self._read(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        self._note("delete", service, username)
        self._write({k: v for k, v in self._read().items() if k != f"{service} {username}"})

    def _note(self, *words: str) -> None:
        if self.seen:
            with Path(self.seen).open("a") as file:
                file.write("\t".join(words) + "\n")

    def _read(self) -> dict[str, str]:
        path = Path(self.path)
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def _write(self, kept: dict[str, str]) -> None:
        Path(self.path).write_text(json.dumps(kept))


class Plain(Filed):
    """Says of itself that it is not recommended, as those do that keep plain text."""

    priority = 0.5


class Lying(Filed):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Do nothing."""


class Forgetful(Filed):
    """Remembers only as long as its process lives."""

    kept: dict[str, str] = {}

    def _read(self) -> dict[str, str]:
        return self.kept

    def _write(self, kept: dict[str, str]) -> None:
        self.kept.update(kept)


class Altering(Filed):
    """Gives back something else."""

    def get_password(self, service: str, username: str) -> str | None:
        """The text backwards."""
        kept = super().get_password(service, username)
        return kept and kept[::-1]


class Keeping(Filed):
    """Says that it forgot, and did not."""

    def delete_password(self, service: str, username: str) -> None:
        """Do nothing."""


class Locked(Filed):
    """Cannot be opened, as after a log-in without a password."""

    def get_password(self, service: str, username: str) -> str | None:
        """Refuse."""
        raise KeyringLocked(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refuse, with the secret in the message."""
        raise KeyringLocked(password)


class Raising(Filed):
    """Fails with the secret in its message."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail."""
        raise ValueError(password)


class Hanging(Filed):
    """Waits for an answer that does not come, as on a bus whose other side hangs."""

    def get_password(self, service: str, username: str) -> str | None:
        """Wait."""
        self._note(str(os.getpid()))
        time.sleep(600)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Wait."""
        self.get_password(service, username)


class Spinning(Filed):
    """Computes forever and lets no other thread of its process run."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Take some centuries."""
        re.match(r"(a+)+$", "a" * 64 + "b")


class Dying(Filed):
    """Takes its process along, as a faulty library does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Crash."""
        os.kill(os.getpid(), signal.SIGSEGV)


class Printing(Filed):
    """Prints what it should not, and starts a service that outlives it; otherwise good."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Print, start, keep."""
        print(password, flush=True)  # noqa: T201 - what a careless plugin does
        print(password, file=sys.stderr, flush=True)  # noqa: T201 - the same
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(8)"])
        super().set_password(service, username, password)


class Asking(Filed):
    """Wants a password from the terminal, without an echo."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Ask."""
        from getpass import getpass

        getpass("Password of the keyring: ")
        super().set_password(service, username, password)
