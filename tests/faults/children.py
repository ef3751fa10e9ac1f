"""Processes that the fault tests start, crowd, interrupt and kill: ROLE and its words in argv."""

import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.backends.schema import Schema
from pscli.backends.sqlite import Sqlite
from pscli.desk.callbacks import take_callback
from pscli.desk.chats import join_chat
from pscli.desk.digests import queue_digest
from pscli.desk.people import add_person, remove_person
from pscli.desk.queue import answer_ticket, take_ticket
from pscli.desk.requests import reply_ticket, submit_request
from pscli.desk.teams import list_teams
from pscli.models.people import Identity
from pscli.operation import Operation
from pscli.problems import NotFound, StateForbids
from tests.world import AGENT, ANA, Clock

ROOT = Path(__file__).parents[2]


@contextmanager
def child(role: str, *words: object) -> Iterator["subprocess.Popen[str]"]:
    """A process that plays a role; whatever happens, it is gone afterwards."""
    command = [sys.executable, "-m", "tests.faults.children", role, *map(str, words)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def together(role: str, *crowd: tuple[object, ...]) -> list[list[str]]:
    """Start one process for each of the crowd, let them go at once; the lines that each printed."""
    with ExitStack() as stack:
        processes = [stack.enter_context(child(role, *words)) for words in crowd]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()
        said = [process.stdout.read().splitlines() for process in processes if process.stdout]
        assert [process.wait() for process in processes] == [0] * len(processes)
    return said


def acting(place: str, email: str | None) -> Local:
    """A backend of this process on which somebody acts."""
    return Local(open_database(place), Identity(email=email), Clock())


def say(*words: object) -> None:
    """An acknowledgement: a whole line, out of this process before anything else happens."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def await_start() -> None:
    """Say that everything is loaded; go on when the test says so."""
    say("ready")
    sys.stdin.read()


def step(n: int) -> tuple[str, Operation[Any, Any], dict[str, Any]]:
    """The nth change of an endless correspondence: a request, its reply, its answer, and again."""
    number = n // 3 + 1
    if n % 3 == 0:
        return ANA, submit_request, {"subject": f"Request {number}", "body": "It stopped."}
    if n % 3 == 1:
        return ANA, reply_ticket, {"number": number, "body": "Still so."}
    return AGENT, answer_ticket, {"team": "Acme", "number": number, "body": "Try 4.2."}


def correspond(place: str, first: str) -> None:
    """Make one change after the other, each under its key, until killed."""
    backends = {email: acting(place, email) for email in (ANA, AGENT)}
    n = int(first)
    while True:
        who, operation, arguments = step(n)
        backends[who].perform(operation, arguments, f"step-{n}")
        say(n)
        n += 1


def submit(place: str, name: str, count: str) -> None:
    """File requests; say the number of each and how long it took in milliseconds."""
    ana = acting(place, ANA)
    await_start()
    for n in range(int(count)):
        begun = time.monotonic()
        arguments = {"subject": f"{name} {n}", "body": "It stopped."}
        change = ana.perform(submit_request, arguments, f"{name}-{n}")
        say(change.record.number, round(1000 * (time.monotonic() - begun)))
    ana.close()


def take(place: str, email: str, *numbers: str) -> None:
    """Take tickets; say which became one's own, and what was said about the others."""
    agent = acting(place, email)
    await_start()
    for number in numbers:
        try:
            take_ticket(agent, "Acme", int(number))
        except StateForbids as problem:
            say(number, "lost", problem.message)
        else:
            say(number, "won")
    agent.close()


def lead(place: str, email: str) -> None:
    """Join chats and take callbacks in turn until none waits; say which became one's own."""
    agent = acting(place, email)
    await_start()
    left: list[Operation[Any, Any]] = [join_chat, take_callback]
    while left:
        operation = left.pop(0)
        try:
            say(operation.name, agent.perform(operation, {}).record.id)
        except NotFound:
            continue
        left.append(operation)
    agent.close()


def remove(place: str, *people: str) -> None:
    """Remove people; say who was, and who could not be."""
    operator = acting(place, None)
    await_start()
    for email in people:
        try:
            remove_person(operator, email)
        except StateForbids:
            say(email, "kept")
        else:
            say(email, "removed")
    operator.close()


def add(place: str, team: str, *people: str) -> None:
    """Add people to a team; say who was, and who belongs to another one."""
    operator = acting(place, None)
    await_start()
    for email in people:
        try:
            add_person(operator, team, email)
        except StateForbids:
            say(email, "elsewhere")
        else:
            say(email, "added")
    operator.close()


def digest(place: str, url: str, teams: str) -> None:
    """Queue the quarterly e-mail of many teams, then send; say how many teams and mails it did."""
    from pscli.backends.mail import connect, parse_server
    from pscli.cli.sending import Run
    from pscli.cli.session import Session

    session = Session()
    session.quiet = True
    session.__dict__["backend"] = operator = acting(place, None)
    await_start()
    changes = (queue_digest(operator, f"Team {n}", "2025-Q4") for n in range(int(teams)))
    say(sum(change.changed for change in changes))
    run = Run(session, lambda: connect(parse_server(url), None, timeout=10))
    run.go()
    run.target.close()
    say(len(run.sent))
    operator.close()


def hold(place: str) -> None:
    """Hold the lock that every change of a team needs until killed: the file's, or the rows'."""
    if "://" in place:
        import psycopg

        connection: Any = psycopg.connect(place)  # which lets go when nothing refers to it
        connection.execute("SELECT 1 FROM team FOR UPDATE")
    else:
        connection = sqlite3.connect(place, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
    say("held")
    time.sleep(60)


def migrate(place: str, folder: str, newest: str) -> None:
    """Open a desk with the schema files of a folder; say how many teams it has."""
    schema = Schema(Path(folder), int(newest))
    if "://" in place:
        from pscli.backends.postgres import Postgres

        database: Sqlite | Postgres = Postgres(place, schema=schema)
    else:
        database = Sqlite(Path(place), schema)
    await_start()
    say(list_teams(Local(database, Identity(), Clock())).total)
    database.close()


def limited(size: str, *words: str) -> None:
    """Become the real program, which cannot make any file longer than `size` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    os.execv(sys.executable, [sys.executable, "-m", "pscli", *words])  # noqa: S606 - itself


def cramped(place: str, *sizes: str) -> None:
    """File a request under each limit of file sizes, in one process; say what came of it."""
    from pscli.problems import DataRefused

    ana = acting(place, ANA)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in sizes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size) or most, most))
        try:
            change = submit_request(ana, "Sync", "x" * 20_000)
        except DataRefused:
            say("refused")
        else:
            say(change.record.number)
    ana.close()


ROLES: dict[str, Callable[..., None]] = {
    role.__name__: role
    for role in (correspond, submit, take, lead, remove, add, hold, migrate, limited, cramped)
}
ROLES["digest"] = digest

if __name__ == "__main__":
    ROLES[sys.argv[1]](*sys.argv[2:])
