"""A line between clients and a server that breaks off in bad moments, and for all at once."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum


class Cut(Enum):
    """When a connection breaks off."""

    NEVER = "never"
    BEFORE = "before a request reaches the server"
    AFTER = "after the server has a request, before its answer"
    WITHIN = "within an answer"


CUTS = [Cut.NEVER] * 5 + [Cut.BEFORE, Cut.AFTER, Cut.WITHIN]


class Line:
    """Passes bytes on; a part of its connections breaks off after a while."""

    def __init__(self, server: int, seed: int) -> None:
        self.server = server
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.made = dict.fromkeys(Cut, 0)  # how often each kind of break was made
        self._chance = random.Random(seed)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def accept(self) -> None:
        """Serve until the listening socket is shut."""
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def cut_all(self) -> None:
        """Break every connection off."""
        with self._lock:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _serve(self, client: socket.socket) -> None:
        with self._lock:
            cut, after = self._chance.choice(CUTS), self._chance.randrange(1, 30)
        try:
            server = socket.create_connection(("127.0.0.1", self.server), timeout=5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        with client, server:
            with self._lock:
                self._open |= {client, server}
            back = threading.Thread(target=self._answer, args=(server, client, cut, after))
            back.start()
            with suppress(OSError):
                self._ask(client, server, cut, after)
            _shut(client, server)
            back.join()
            with self._lock:
                self._open -= {client, server}

    def _ask(self, client: socket.socket, server: socket.socket, cut: Cut, after: int) -> None:
        """Requests, each of which comes in one piece or few."""
        while data := client.recv(65536):
            after -= 1
            if after == 0 and cut is Cut.BEFORE:
                self._count(cut)
                return
            server.sendall(data)
            if after == 0 and cut is Cut.AFTER:
                client.shutdown(socket.SHUT_WR)  # nothing goes back, and the server can do it
                self._count(cut)
                threading.Event().wait(0.2)
                return

    def _answer(self, server: socket.socket, client: socket.socket, cut: Cut, after: int) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                after -= 1
                if after == 0 and cut is Cut.WITHIN:
                    self._count(cut)
                    client.sendall(data[: len(data) // 2])
                    break
                client.sendall(data)
        _shut(client, server)

    def _count(self, cut: Cut) -> None:
        with self._lock:
            self.made[cut] += 1


def _shut(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutting(server: int, seed: int = 1) -> Iterator[Line]:
    """A line to the server that listens on this port of this machine, now or later."""
    line = Line(server, seed)
    thread = threading.Thread(target=line.accept)
    thread.start()
    try:
        yield line
    finally:
        line.listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        line.listening.close()
        line.cut_all()
