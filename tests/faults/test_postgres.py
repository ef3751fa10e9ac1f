"""PostgreSQL that is down, refuses, aborts or breaks off: said plainly, or done again, once."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.requests import submit_request
from pscli.desk.tickets import list_tickets
from pscli.models.people import Identity
from pscli.problems import AnswerUnknown, DataRefused, Unavailable
from tests.conftest import Program
from tests.world import ANA, Clock

from .children import acting
from .conftest import check_sound

REQUEST = {"subject": "Sync", "body": "It stopped."}


def address(uri: str, user: str, name: str) -> str:
    """The same server, another user and database."""
    return uri.replace("postgres:@/postgres?", f"{user}@/{name}?")


@pytest.mark.parametrize(
    ("user", "name", "code", "sentence"),
    [
        ("ana:hush", "postgres", 4, "refused the user or the password"),
        ("ana", "postgres", 4, "refused the user or the password"),
        ("nobody:hush", "postgres", 4, "refused the user or the password"),
        ("postgres:hush", "elsewhere", 11, "no database of that name"),
        ("ana:right", "postgres", 11, "may not do this"),
    ],
    ids=["wrong password", "no password", "no such user", "no such database", "no rights"],
)
def test_what_postgres_refuses_is_said(
    clean_env: dict[str, str], own_server: Any, user: str, name: str, code: int, sentence: str
) -> None:
    """Each refusal has its sentence and remedy; a password is never repeated."""
    program = Program({**clean_env, "PSCLI_DB": address(own_server.get_uri(), user, name)})
    answer = program("hub", "tickets", "list", "--as", ANA, "--debug", "-o", "json")
    assert answer.code == code, answer
    assert sentence in answer.err
    assert "hush" not in answer.err + answer.out


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("postgresql://ana:hush@[bad/desk", 2),
        ("postgresql://ana:hush@localhost/desk?colour=red", 2),
        ("postgresql://ana:hush@127.0.0.1:1/desk", 10),
        ("postgresql://ana:hush@/desk?host=/nowhere", 10),
    ],
)
def test_an_address_that_leads_nowhere(clean_env: dict[str, str], place: str, code: int) -> None:
    """An address that cannot be read is wrong use, a server that is not there is temporary."""
    program = Program({**clean_env, "PSCLI_DB": place})
    for words in (("hub", "tickets", "list", "--as", ANA), ("init",)):
        answer = program(*words, "--debug", "-o", "json")
        assert answer.code == code, answer
        assert "hush" not in answer.err + answer.out


def test_a_server_that_stops_and_comes_back(clean_env: dict[str, str], own_server: Any) -> None:
    """Stopped: exit 10 and nothing done; started again: the same connections work on."""
    place = own_server.get_uri()
    program = Program({**clean_env, "PSCLI_DB": place})
    submit = ("contact", "submit", "--as", ANA, "--subject", "Sync", "--body", "It stopped.")
    ana = acting(place, ANA)
    before = list_tickets(ana).total
    assert before is not None
    own_server.stop()
    answer = program(*submit, "-o", "json")
    assert (answer.code, answer.error["code"]) == (10, "unavailable")
    with pytest.raises(Unavailable, match="Nothing was done"):
        submit_request(ana, "Sync", "It stopped.")
    own_server.ensure_postgres_running()
    assert list_tickets(ana).total == before
    own_server.stop()
    own_server.ensure_postgres_running()
    assert submit_request(ana, "Sync", "It stopped.").record.number == before + 1
    program.ok(*submit)
    ana.close()
    check_sound(place)


COUNTED = "CREATE SEQUENCE tries; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$"


def obstruct(place: str, body: str, when: str) -> None:
    """Let a trigger on tickets run a piece of PL/pgSQL, which can count by the sequence `tries`."""
    with psycopg.connect(place) as connection:
        connection.execute(f"{COUNTED} BEGIN {body} RETURN NULL; END $$")
        connection.execute(f"{when} FOR EACH ROW EXECUTE FUNCTION fail()")


def tries(place: str) -> int:
    """How often the trigger ran."""
    with psycopg.connect(place) as connection:
        row = connection.execute("SELECT last_value FROM tries").fetchone()
    return int(row[0]) if row else 0


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_an_aborted_transaction_is_done_again(desk_url: str, state: str) -> None:
    """Serialization failures, deadlocks and lock timeouts reach nobody; the change is done once."""
    obstruct(
        desk_url,
        f"IF nextval('tries') <= 3 THEN RAISE EXCEPTION USING ERRCODE = '{state}'; END IF;",
        "CREATE TRIGGER fail AFTER INSERT ON ticket",
    )
    ana = acting(desk_url, ANA)
    assert submit_request(ana, "Sync", "It stopped.").record.number == 1
    assert list_tickets(ana).total == 1
    ana.close()
    assert tries(desk_url) == 4
    check_sound(desk_url)


def test_a_connection_that_dies_in_a_commit(desk_url: str) -> None:
    """B10: with a key the change is done again, once; without one nobody can tell, exit 9."""
    obstruct(
        desk_url,
        "IF nextval('tries') % 2 = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;",
        "CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON ticket DEFERRABLE INITIALLY DEFERRED",
    )
    ana = acting(desk_url, ANA)
    assert ana.perform(submit_request, REQUEST, "once").record.number == 1
    assert tries(desk_url) == 2
    with pytest.raises(AnswerUnknown):
        ana.perform(submit_request, REQUEST)
    assert list_tickets(ana).total == 1
    ana.close()
    check_sound(desk_url)


def test_a_connection_that_dies_is_the_drivers_affair(
    clean_env: dict[str, str], desk_url: str
) -> None:
    """The program goes on with another connection; what its driver logs of it, nobody reads."""
    obstruct(
        desk_url,
        "IF nextval('tries') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;",
        "CREATE TRIGGER fail AFTER INSERT ON ticket",
    )
    env = {**clean_env, "PSCLI_DB": desk_url, "PSCLI_NOW": "2026-03-02T12:00:00Z"}
    words = ("contact", "submit", "--as", ANA, "--subject", "Sync", "--body", "It stopped.")
    answer = Program(env).ok(*words, "--no-suggest", "-o", "json")
    assert (answer.json["number"], answer.err) == (1, "")


@contextlib.contextmanager
def relay(place: str, folder: Path) -> Iterator[str]:
    """The same database behind a socket that swallows the answer to the first COMMIT of a change.

    Yields the address there.
    """
    target = place.partition("host=")[2]
    swallowed = threading.Event()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / ".s.PGSQL.5432"))
        listener.listen()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    server = socket.socket(socket.AF_UNIX)
                    server.connect(f"{target}/.s.PGSQL.5432")
                    threading.Thread(target=forward, args=(client, server)).start()

        def forward(client: socket.socket, server: socket.socket) -> None:
            back = threading.Thread(target=copy, args=(server, client))
            back.start()
            with client, server, contextlib.suppress(OSError):
                written = False
                while data := client.recv(65536):
                    written = written or b"INSERT INTO change" in data
                    if written and b"COMMIT" in data and not swallowed.is_set():
                        swallowed.set()
                        client.shutdown(socket.SHUT_RDWR)
                        server.sendall(data)
                        time.sleep(0.3)
                        break
                    server.sendall(data)
                server.shutdown(socket.SHUT_RDWR)
            back.join()

        def copy(source: socket.socket, sink: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while data := source.recv(65536):
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_RDWR)

        accepting = threading.Thread(target=serve)
        accepting.start()
        yield place.replace(f"host={target}", f"host={folder}")
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()
    assert swallowed.is_set()


def test_an_answer_that_is_lost_after_the_commit(desk_url: str, tmp_path: Path) -> None:
    """B10: done, but nobody heard it: its key brings the first result, nothing is done twice."""
    with relay(desk_url, tmp_path) as place:
        ana = acting(place, ANA)
        assert ana.perform(submit_request, REQUEST, "once").record.number == 1
        assert list_tickets(ana).total == 1
        ana.close()
    check_sound(desk_url)


def test_a_lost_answer_without_a_key_is_said(desk_url: str, tmp_path: Path) -> None:
    """Exit 9: without a key it would be guessing."""
    with relay(desk_url, tmp_path) as place:
        ana = acting(place, ANA)
        with pytest.raises(AnswerUnknown):
            ana.perform(submit_request, REQUEST)
        assert list_tickets(ana).total == 1
        ana.close()


def test_a_long_lock_is_waited_for(desk_url: str) -> None:
    """A team whose row is locked for three seconds is waited for, past the lock timeout."""
    ana = acting(desk_url, ANA)
    with psycopg.connect(desk_url) as connection:
        connection.execute("SELECT 1 FROM team FOR UPDATE")
        free = threading.Timer(3, connection.commit)
        free.start()
        begun = time.monotonic()
        assert submit_request(ana, "Sync", "It stopped.").record.number == 1
        assert time.monotonic() - begun > 2.9
        free.join()
    ana.close()


def test_a_database_without_a_desk_is_refused(postgres_url: str) -> None:
    """An empty database is no desk; nothing is made in it by looking."""
    database = open_database(postgres_url)
    with pytest.raises(DataRefused, match="no desk"):
        list_tickets(Local(database, Identity(email=ANA), Clock()))
    database.close()
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT to_regclass('schema_version')").fetchone()
    assert found == (None,)
