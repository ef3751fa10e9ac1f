"""A real server on loopback, over the database of a test."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pscli.backends.local import Database, Local
from pscli.backends.remote import Patience, Remote
from pscli.desk.staff import add_representative
from pscli.desk.tokens import create_token
from pscli.models.people import Identity, RepresentativeRole
from pscli.server.app import App
from pscli.server.limits import Limits, PatientProtocol
from pscli.server.running import Server, configuration, listen
from pscli.tokens import make_token, token_hash
from tests.world import Clock

OPERATOR = "operator@desk.example"


@contextmanager
def listening(database: Database, clock: Clock, limits: Limits | None = None) -> Iterator[str]:
    """A server in a thread; yields its address, and stops it at the end."""
    chosen = limits or Limits()

    class Protocol(PatientProtocol):
        limits = chosen

    started = threading.Event()
    app = App(database, clock, chosen)
    server = Server(configuration(app, http=Protocol), started.set)
    socket = listen("127.0.0.1", 0)
    port = socket.getsockname()[1]
    thread = threading.Thread(target=server.run, args=([socket],))
    thread.start()
    try:
        assert started.wait(10), "the server did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
        socket.close()


def token_for(database: Database, clock: Clock, email: str | None) -> str:
    """A fresh token of a person; of an operator where nobody is named."""
    operator = Local(database, Identity(), clock)
    if email is None:
        add_representative(operator, OPERATOR, RepresentativeRole.OPERATOR)
    token = make_token()
    create_token(operator, token_hash(token), owner=email or OPERATOR, expires=366)
    return token


@contextmanager
def serving(database: Database, clock: Clock) -> Iterator[Callable[[Identity], Remote]]:
    """A server over this database; yields how to connect to it as somebody."""
    opened: list[Remote] = []
    with listening(database, clock) as address:

        def connect(identity: Identity) -> Remote:
            token = token_for(database, clock, identity.email)
            remote = Remote(address, token, patience=Patience(pause=0.01))
            opened.append(remote)
            return remote

        try:
            yield connect
        finally:
            for remote in opened:
                remote.close()
