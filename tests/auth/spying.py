"""Secrets of a test, and where they or most of them are found again."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self
from urllib.parse import quote


def traces(secret: str) -> dict[str, bytes]:
    """How a secret could be written down: whole, by halves, encoded, backwards."""
    core = secret.removeprefix("pscli_")
    half = len(core) // 2
    raw = secret.encode()
    shifted = {f"base64 after {n}": base64.b64encode(b"x" * n + raw)[4:40] for n in range(3)}
    return {
        "half": core[:half].encode(),
        "other half": core[half:].encode(),
        "hexadecimal": raw.hex().encode(),
        "backwards": raw[::-1],
        "quoted": quote(secret, safe="").encode(),
        **shifted,
    }


class Secrets:
    """All secrets of a test, each with a name."""

    def __init__(self, **secrets: str) -> None:
        self._wanted = [
            (f"{name}, {how}", trace)
            for name, secret in secrets.items()
            for how, trace in traces(secret).items()
        ]

    def found_in(self, content: bytes) -> list[str]:
        """Which secrets these bytes hold, and how."""
        return [what for what, trace in self._wanted if trace in content]

    def found_below(self, folder: Path, *, but: tuple[str, ...] = ()) -> list[str]:
        """Every file below a folder that holds one, but those that are made to keep them."""
        return [
            f"{path.relative_to(folder)}: {what}"
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in but
            for what in self.found_in(path.read_bytes())
        ]


class Lookout:
    """Reads the command line of every process again and again, as anybody on a machine can."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets
        self.seen: set[str] = set()  # what was found
        self.looks = 0
        self.pscli = 0  # how many command lines of the program were read
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.looks += 1
            for process in Path("/proc").glob("[0-9]*"):
                self._read(process)

    def _read(self, process: Path) -> None:
        with suppress(OSError):
            line = (process / "cmdline").read_bytes()
            self.pscli += b"pscli" in line
            self.seen.update(f"{line!r}: {what}" for what in self.secrets.found_in(line))

    @contextmanager
    def watching(self) -> Iterator[Self]:
        """Watch while the block runs."""
        self._thread.start()
        try:
            yield self
        finally:
            self._over.set()
            self._thread.join()
