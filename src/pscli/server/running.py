"""uvicorn around the application: one process or several, and a stop that finishes what runs."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from pscli.backends import open_database
from pscli.desk.setup import is_rehearsal
from pscli.problems import InvalidValue, Unavailable

from .app import App
from .limits import Limits, PatientProtocol

DATABASE = "PSCLI_SERVE_DATABASE"  # tells worker processes which desk they offer
STOP_SECONDS = 20  # that running requests have to end after SIGTERM
_READY_SECONDS = 30
_BACKLOG = 512


def serve(
    place: str, *, host: str, port: int, workers: int, announce: Callable[[str, int], None]
) -> None:
    """Offer the desk at `place` until SIGTERM; `announce` is told where, once it answers."""
    database = open_database(place, Limits().threads)
    with database.transaction(writes=False) as sql:
        is_rehearsal(sql)  # a place that holds no desk is refused before anybody connects
    with listen(host, port) as listening:
        address, real_port = listening.getsockname()[:2]
        if workers == 1:
            app = App(database, real_clock, owns_database=True)
            Server(configuration(app), lambda: announce(address, real_port)).run([listening])
            return
        database.close()
        os.environ[DATABASE] = place if "://" in place else str(Path(place).absolute())
        config = configuration(f"{__name__}:from_environment", factory=True, workers=workers)
        group = Workers(config, [listening], lambda: announce(address, real_port))
        group.run()
    if group.failed:
        raise Unavailable(
            "The worker processes did not start.", hint="See why with one: pscli serve --workers 1"
        )


def real_clock() -> datetime:
    """The time it is; on a server even a rehearsal desk has no other."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the server's clock


def from_environment() -> App:
    """The application of a worker process, which ends with the one that started it."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    database = open_database(os.environ[DATABASE], Limits().threads)
    return App(database, real_clock, owns_database=True)


def _end_with_parent() -> None:
    """Stop once the parent is gone: an orphan would hold the port, and answer without anyone."""
    if parent := parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def configuration(app: Any, **more: Any) -> uvicorn.Config:
    """Set uvicorn up without proxy headers, access log and words about itself."""
    options: dict[str, Any] = {
        "http": PatientProtocol,
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "log_level": "warning",
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "date_header": False,
        "backlog": _BACKLOG,
        "timeout_graceful_shutdown": STOP_SECONDS,
    }
    return uvicorn.Config(app, **{**options, **more})


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises InvalidValue where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only on sockets that name their protocol, which create_server's do
    # not; without it every answer waits for the client's delayed acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except (OSError, UnicodeError) as error:
        listening.close()
        raise InvalidValue(
            f"{host} port {port} cannot be listened on: {getattr(error, 'strerror', error)}.",
            hint="Choose another --host or --port; --port 0 takes any that is free.",
            field="port",
        ) from error
    return listening


class Server(uvicorn.Server):
    """uvicorn that says when it listens, and for which SIGTERM is an ordinary end."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._announce()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM and Ctrl-C end gracefully; only Ctrl-C is passed on when that is done."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = (signal.SIGTERM, signal.SIGINT)
        before = {each: signal.signal(each, self.handle_exit) for each in wanted}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
        if signal.SIGINT in self._captured_signals:
            raise KeyboardInterrupt


class Workers(Multiprocess):
    """Several processes on one socket; what they share is the database alone."""

    def __init__(
        self, config: uvicorn.Config, sockets: list[socket.socket], announce: Callable[[], None]
    ) -> None:
        super().__init__(config, sockets)
        self._announce = announce
        self.failed = False

    def init_processes(self) -> None:
        """Start them, wait for the first answer, then say so; without one, give up."""
        super().init_processes()
        deadline = time.monotonic() + _READY_SECONDS
        while not _answers(self.sockets[0]):
            if self.signal_queue:
                return
            died = any(each.process.exitcode is not None for each in self.processes)
            if died or time.monotonic() > deadline:
                self.failed = True
                self.should_exit.set()
                return
        self._announce()


def _answers(listening: socket.socket) -> bool:
    """Whether some worker takes the connection that waits for it in the backlog."""
    host, port = listening.getsockname()[:2]
    connection = HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200  # noqa: PLR2004 - HTTP's word for done
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
