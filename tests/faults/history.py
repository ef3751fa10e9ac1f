"""What the clients of a day know: each change that was acknowledged to them, as it was."""

import json
import os
import threading
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from pscli.codec import decode_json, encode_json, plain
from pscli.models.record import Record
from pscli.operation import Operation


class Acknowledged(Record, frozen=True):
    """A change that the desk said is done; `after` is the desk's time when that was known."""

    key: str
    actor: str
    operation: str
    arguments: dict[str, Any]
    result: Any
    before: datetime
    after: datetime


class History:
    """A file of acknowledged changes, each written before its actor does anything else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._lock = threading.Lock()
        self.refused: Counter[str] = Counter()
        self.repeated = 0  # attempts after which nobody knew, or nothing could be done
        self.broken: list[str] = []  # what should never happen

    def write(
        self, key: str, actor: str, operation: Operation[Any, Any], arguments: dict[str, Any],
        result: Any, span: tuple[datetime, datetime],
    ) -> None:  # fmt: skip
        """Keep one; the line is with the operating system when this returns."""
        line = encode_json(
            {
                "key": key, "actor": actor, "operation": operation.name,
                "arguments": plain(arguments), "result": plain(result),
                "before": span[0], "after": span[1],
            }
        )  # fmt: skip
        os.write(self._file, line + b"\n")

    def count(self, code: str) -> None:
        """Count a refusal."""
        with self._lock:
            self.refused[code] += 1

    def again(self) -> None:
        """Count an attempt that has to be repeated."""
        with self._lock:
            self.repeated += 1

    def read(self) -> list[Acknowledged]:
        """Everything that was acknowledged, in the order in which it was heard of."""
        lines = self.path.read_text().splitlines()
        return [decode_json(Acknowledged, line) for line in lines]


def as_json(value: Any) -> Any:
    """A result as it is compared: plain JSON."""
    return json.loads(encode_json(value))
