"""Many representatives at one queue: each contact gets one of them, none gets two (C4, C5)."""

import threading
from collections import Counter

import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.callbacks import list_callbacks, request_callback, take_callback
from pscli.desk.chat_records import list_chats, read_chat
from pscli.desk.chats import end_chat, join_chat, open_chat, say_line
from pscli.desk.people import add_person
from pscli.desk.staff import add_representative
from pscli.desk.tickets import show_ticket
from pscli.models.people import AdminRole, Identity, RepresentativeRole
from pscli.models.tickets import Status
from pscli.operation import Operation
from pscli.problems import NotFound, StateForbids
from tests.world import AGENT, ANA, Clock

from .children import acting, together
from .conftest import SOAK, check_sound

CROWD = 16
CONTACTS = 250 if SOAK > 1 else 50  # chats, and as many callbacks


def test_every_contact_has_one_owner(place: str, database: Database) -> None:
    """C4, C5: sixteen processes join and take the first until none waits; urgent ones are first."""
    operator = Local(database, Identity(), Clock())
    agents = [f"agent{n}@desk.example" for n in range(CROWD)]
    for email in agents:
        add_representative(operator, email, RepresentativeRole.AGENT)
    for n in range(CONTACTS):
        add_person(operator, "Acme", f"p{n}@acme.example", role=AdminRole.SUPPORT)
        person = Local(database, Identity(email=f"p{n}@acme.example"), Clock())
        open_chat(person)
        request_callback(person, "+49 30 901820", urgent=n % 10 == 0)
    waiting = {
        "join_chat": {each.id for each in list_chats(operator, limit=1000).items},
        "take_callback": {each.id for each in list_callbacks(operator, limit=1000).items},
    }
    assert [len(ids) for ids in waiting.values()] == [CONTACTS, CONTACTS]
    said = together("lead", *((place, email) for email in agents))
    won = Counter(line for lines in said for line in lines)
    expected = {f"{name} {id_}" for name, ids in waiting.items() for id_ in ids}
    assert (set(won), set(won.values())) == (expected, {1})
    with database.transaction(writes=False) as sql:
        for table in ("chat", "callback"):
            owned = sql.all(
                str,
                f"SELECT {table}.team || '-' || {table}.ticket || ' ' || {table}.representative "
                f"FROM {table} JOIN ticket ON ticket.team = {table}.team "
                f"AND ticket.number = {table}.ticket "
                f"WHERE ticket.assignee = {table}.representative",
            )
            owners = dict(each.split() for each in owned)
            name = "join_chat" if table == "chat" else "take_callback"
            for email, lines in zip(agents, said, strict=True):
                for line in lines:
                    if line.startswith(name):
                        assert owners[line.split()[1]] == email
    check_sound(place)


def test_both_sides_end_a_chat_at_once(place: str, database: Database) -> None:
    """C4, K1: it is ended once, told once, counted once; a line is before the end or refused."""
    for _ in range(5):
        ana = Local(database, Identity(email=ANA), Clock())
        chat = open_chat(ana).record
        agent = acting(place, AGENT)
        join_chat(agent)
        gate = threading.Barrier(3)
        refused: list[StateForbids] = []

        def end(email: str, gate: threading.Barrier = gate, id_: str = chat.id) -> None:
            own = acting(place, email)
            gate.wait()
            end_chat(own, id_)
            own.close()

        def say(
            gate: threading.Barrier = gate,
            id_: str = chat.id,
            refused: list[StateForbids] = refused,
        ) -> None:
            own = acting(place, ANA)
            gate.wait()
            try:
                say_line(own, id_, "One more thing")
            except StateForbids as problem:
                refused.append(problem)
            own.close()

        threads = [threading.Thread(target=end, args=[each]) for each in (ANA, AGENT)]
        threads.append(threading.Thread(target=say))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = read_chat(ana, chat.id).lines
        assert sum(line.body.endswith("ended the chat.") for line in lines) == 1
        assert lines[-1].body.endswith("ended the chat.")
        assert len(refused) == 1 - sum(line.body == "One more thing" for line in lines)
        assert show_ticket(ana, chat.number).status in (Status.SOLVED, Status.OPEN)
        agent.close()
    check_sound(place)


@pytest.mark.parametrize("operation", [join_chat, take_callback])
def test_whoever_comes_to_an_empty_queue_is_told(
    database: Database, operation: Operation[..., object]
) -> None:
    """C4, C5: there is none, and how to wait for one."""
    agent = Local(database, Identity(email=AGENT), Clock())
    with pytest.raises(NotFound) as told:
        agent.perform(operation, {})
    assert "--watch" in (told.value.hint or "")


def test_lines_of_many_are_numbered_without_gaps(place: str, database: Database) -> None:
    """C4: both sides write from several threads at once; every line has its own place."""
    ana = Local(database, Identity(email=ANA), Clock())
    chat = open_chat(ana).record
    join_chat(Local(database, Identity(email=AGENT), Clock()))

    def write(email: str, name: str) -> None:
        own = Local(open_database(place), Identity(email=email), Clock())
        for n in range(10):
            say_line(own, chat.id, f"{name} {n}")
        own.close()

    names = [(ANA, "a"), (ANA, "b"), (AGENT, "c"), (AGENT, "d")]
    threads = [threading.Thread(target=write, args=each) for each in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = read_chat(ana, chat.id).lines
    assert [line.id for line in lines] == list(range(1, len(lines) + 1))
    for _, name in names:
        own = [line.body for line in lines if line.body.startswith(f"{name} ")]
        assert own == [f"{name} {n}" for n in range(10)]
