"""PostgreSQL aborts at every statement of a change: nobody notices, and nothing is done twice."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.billing import show_billing
from pscli.desk.callbacks import record_call, request_callback, take_callback
from pscli.desk.chats import end_chat, join_chat, open_chat, say_line
from pscli.desk.digests import queue_digest
from pscli.desk.imports import import_tickets
from pscli.desk.meetings import book_slot, rebook_slot
from pscli.desk.outbox import claim_mail, hand_mail, settle_mail
from pscli.desk.people import add_person, remove_person
from pscli.desk.purchases import add_addon, remove_addon
from pscli.desk.queue import answer_ticket, take_ticket
from pscli.desk.requests import reply_ticket, submit_request
from pscli.desk.teams import set_team
from pscli.desk.uploads import add_part, start_upload
from pscli.desk.usage import import_usage
from pscli.models.addons import AddonProduct, Edition
from pscli.models.live import Outcome
from pscli.models.mail import Delivery
from pscli.models.meetings import MeetingKind
from pscli.models.people import Identity, Product
from pscli.operation import Operation
from tests.conftest import database_of
from tests.contract.test_imports import record
from tests.contract.test_usage import known, stated
from tests.world import AGENT, ANA, MIA, OTTO, SALES, Clock

from .aborting import ENOUGH, STATES, Aborting
from .conftest import SOAK, check_sound

CHANGES = 28
EVERY = 1 if SOAK > 1 else 5  # in every run a fifth of what can be aborted is
LOG = b"12:00 it stopped"
Act = Callable[..., Any]


@pytest.fixture
def two(
    postgres_server: str, populated_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, str]]:
    """The addresses of two desks that are alike."""
    monkeypatch.setattr("pscli.backends.local.PATIENCE", ENOUGH)
    with (
        database_of(postgres_server, populated_postgres) as one,
        database_of(postgres_server, populated_postgres) as other,
    ):
        yield one, other


def test_an_abort_at_every_statement_is_seen_by_nobody(two: tuple[str, str]) -> None:
    """B10, B13: a life of changes on a database that aborts all of them leaves the same rows."""
    plain = open_database(two[0])
    aborting = Aborting(two[1], every=EVERY)
    done = live(plain)
    assert live(aborting) == done
    assert len(done) == CHANGES
    aborting.close()
    assert len(aborting.aborted) > CHANGES * 10 * len(STATES) / EVERY  # ten statements, or more
    assert set(aborting.aborted) == set(STATES)
    twin = open_database(two[1])
    rows = contents(plain)
    assert contents(twin) == rows
    assert {"ledger", "chat", "callback", "booking", "mail", "upload", "digest"} <= set(rows)
    plain.close()
    twin.close()
    check_sound(two[1])


def live(database: Database) -> list[str]:
    """Changes of every kind, each of them sent twice under its key; what was said of each."""
    clock = Clock()
    said: list[str] = []

    def act(who: str | None, operation: Operation[Any, Any], *words: Any, **named: Any) -> Any:
        backend = Local(database, Identity(email=who), clock)
        arguments = operation.bind(*words, **named)
        key = f"{len(said)}-{operation.name}"
        first = backend.perform(operation, arguments, key)
        assert backend.perform(operation, arguments, key) == first
        if operation.kept:
            said.append(f"{operation.name}: {without_chance(repr(first))}")
        return first.record

    correspond(act)
    talk(act)
    buy(act, clock)
    tend(act)
    show_billing(Local(database, Identity(email=OTTO), clock))  # posts what is due
    return said


def correspond(act: Act) -> None:
    """A request with a file, its reply and its answer (C2, K4, K6)."""
    upload = act(ANA, start_upload, "log.txt", len(LOG), hashlib.sha256(LOG).hexdigest()).id
    act(ANA, add_part, upload, 0, LOG)
    act(ANA, submit_request, "Sync", "It stopped.", attachments=[upload], cc=[MIA])
    act(ANA, reply_ticket, 1, "Still so.")
    act(AGENT, take_ticket, "Acme", 1)
    act(AGENT, answer_ticket, "Acme", 1, "Try 4.2.", solve=True)
    mail = act(None, claim_mail, "1" * 32).id
    act(None, hand_mail, mail, "1" * 32)
    act(None, settle_mail, mail, "1" * 32, Delivery.SENT)


def talk(act: Act) -> None:
    """A chat, a callback and a consultation (C4, C5, Q4)."""
    chat = act(ANA, open_chat).id
    act(AGENT, join_chat, chat)
    act(ANA, say_line, chat, "It stopped.")
    act(AGENT, say_line, chat, "Which version?")
    act(ANA, end_chat, chat)
    act(ANA, request_callback, "+62 812-3456-7890", urgent=True)
    act(AGENT, take_callback)
    act(AGENT, record_call, Outcome.REACHED, body="It works again.")
    slots = (datetime(2026, 3, day, 10, tzinfo=UTC) for day in (4, 5))
    act(ANA, book_slot, MeetingKind.CONSULTATION, next(slots))
    act(ANA, rebook_slot, MeetingKind.CONSULTATION, next(slots))


def buy(act: Act, clock: Clock) -> None:
    """Purchases, an upgrade, a removal, more licences, a renewal, an end at once (B4 to B16)."""
    act(OTTO, add_addon, Edition.ESSENTIALS, Product.DROPBOX)
    act(SALES, grant_addon, "Other", AddonProduct.DASH, Edition.ESSENTIALS)
    act(SALES, grant_addon, "Other", AddonProduct.DASH, Edition.ENHANCED)
    act(OTTO, remove_addon, Edition.ESSENTIALS, Product.DROPBOX)
    act(None, set_team, "Other", licences=7)
    clock.pass_(days=40)
    act(SALES, revoke_addon, "Other", AddonProduct.DASH, Edition.ENHANCED, now=True)


def tend(act: Act) -> None:
    """What operators do: imports, people, the quarterly e-mail (Q1)."""
    act(None, import_tickets, "Acme", "old", [record(n) for n in range(3)])
    uses = [stated(ANA, "transfer"), stated(MIA, "shared_links")]
    act(None, import_usage, "Acme", stated=uses, known=[known("transfer", "shared_links", "sso")])
    act(None, queue_digest, "Acme", "2025-Q4")
    act(None, add_person, "Other", "new@other.example")
    act(None, remove_person, "new@other.example")


NUMBERED = "SELECT table_name FROM information_schema.columns WHERE is_identity = 'YES'"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def contents(database: Database) -> dict[str, list[str]]:
    """Every row of every table, without what chance made and what a sequence counted."""
    with database.transaction(writes=False) as sql:
        numbered = sql.all(str, NUMBERED)
        rows = {
            name: sql.all(str, f"SELECT CAST(t AS TEXT) FROM {name} AS t")
            for name in sql.all(str, TABLES)
        }
    for name in numbered:  # a transaction that is rolled back leaves a gap there
        rows[name] = [row.partition(",")[2] for row in rows[name]]
    return {name: sorted(map(without_chance, each)) for name, each in rows.items() if each}


def without_chance(text: str) -> str:
    """A text without random ids, hashes over them, and the numbers of mails."""
    text = re.sub(r"(Mail\(id=|/mail/|\"\"id\"\":)\d+", r"\1#", text)
    return re.sub(r"\b(\\?\\x)?[0-9a-f]{12,}\b|[0-9a-f]{8}-[0-9a-f-]{27}", "#", text)
