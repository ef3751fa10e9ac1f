"""A server in a process of its own, so that its memory can be looked at: FILE and SCALE in argv."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pscli.backends import open_database
from pscli.server.limits import Limits
from tests.server.running import listening, token_for
from tests.world import ANA, Clock

ROOT = Path(__file__).parents[2]


class Process(NamedTuple):
    """A running server, and a token of Ana's."""

    pid: int
    port: int
    token: str

    def memory(self, what: str = "VmRSS") -> int:
        """MiB that it holds now; `VmHWM` is the most that it held."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        found = re.search(rf"^{what}:\s+(\d+) kB$", status, re.MULTILINE)
        assert found
        return int(found[1]) // 1024


def limits(scale: int) -> Limits:
    """The ordinary limits with so many times shorter waits."""
    usual = Limits()
    return Limits(head_seconds=usual.head_seconds / scale, body_seconds=usual.body_seconds / scale)


@contextmanager
def server(file: Path, scale: int) -> Iterator[Process]:
    """Serve a populated desk."""
    command = [sys.executable, "-m", "tests.faults.served", str(file), str(scale)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        port, token = process.stdout.readline().split()
        yield Process(process.pid, int(port), token)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0


def main(file: str, scale: str) -> None:
    """Serve until stdin ends."""
    database = open_database(file)
    clock = Clock()
    token = token_for(database, clock, ANA)
    with listening(database, clock, limits(int(scale))) as address:
        print(address.rpartition(":")[2], token, flush=True)  # noqa: T201 - to who started it
        sys.stdin.read()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
