"""The proof of the store: nothing on a sound desk, and each kind of harm by its name."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from pscli.backends import postgres, sqlite
from pscli.backends.local import Database, Local
from pscli.desk.access import OPERATOR
from pscli.desk.check import check_desk
from pscli.desk.meetings import book_slot
from pscli.desk.queue import answer_ticket, take_ticket
from pscli.desk.recommendations import list_recommendations
from pscli.desk.requests import reply_ticket, solve_ticket, submit_request
from pscli.desk.tokens import create_token
from pscli.desk.uploads import add_part, start_upload
from pscli.models.checks import CheckReport
from pscli.models.meetings import MeetingKind
from pscli.models.people import Identity
from pscli.operation import Sql, Work
from pscli.problems import NotAllowed
from tests.conftest import Program
from tests.world import AGENT, ANA, MIA, MONDAY_NOON, Clock

from .children import acting
from .conftest import check_sound


def fill(place: str) -> None:
    """Two tickets with replies, answers, a file, an owner, a follow-up and a token."""
    ana, mia, agent = (acting(place, email) for email in (ANA, MIA, AGENT))
    data = b"log " * 1000
    upload = start_upload(ana, "log.txt", len(data), sha256(data).hexdigest()).record.id
    add_part(ana, upload, 0, data)
    submit_request(ana, "Sync", "It stopped.", attachments=[upload])
    answer_ticket(agent, "Acme", 1, "Try 4.2.")
    reply_ticket(ana, 1, "No.")
    solve_ticket(ana, 1)
    submit_request(ana, "Sync again", "It stopped again.", follows=1)
    take_ticket(agent, "Acme", 2)
    book_slot(ana, MeetingKind.CONSULTATION, MONDAY_NOON + timedelta(days=2))
    submit_request(mia, "Sign-in", "It asks twice.")
    list_recommendations(ana)
    create_token(ana, sha256(b"token").hexdigest())
    for backend in (ana, mia, agent):
        backend.close()


def report_of(database: Database) -> CheckReport:
    """What the proof says."""
    return check_desk(Local(database, Identity(), Clock()))


def test_a_sound_desk_passes(place: str, database: Database) -> None:
    """The proof counts what it looked at and finds nothing."""
    fill(place)
    report = report_of(database)
    assert report.ok
    assert report.counted["tickets"] == 3
    assert report.counted["messages"] == 5
    check_sound(place)


SECOND_CLOCK = (
    "INSERT INTO clock (team, ticket, id, person, product, language, edition, target_minutes, "
    "rules, started_at, due_at, state) SELECT team, ticket, 2, person, product, language, edition, "
    "target_minutes, rules, started_at, due_at, state FROM clock WHERE ticket = 2"
)
NO_WORDS = "the words of the search index"  # each engine deletes them in its own way
HARMS = (
    ("UPDATE desk SET teams = 9", "number of teams", "Desk: it says 9"),
    ("UPDATE team SET tickets = 9 WHERE id = 1", "team's tickets", "Acme: it says 9"),
    ("UPDATE team SET people = 9 WHERE id = 2", "team's people", "Other: it says 9"),
    ("DELETE FROM message WHERE ticket = 3", "ticket's messages", "Acme: ticket 3"),
    ("UPDATE ticket SET clock = 9 WHERE number = 2", "ticket's promises", "Acme: ticket 2"),
    ("UPDATE ticket SET attachments = 0", "ticket's files", "Acme: ticket 1"),
    ("UPDATE ticket_count SET tickets = 7", "that of a recount", "Acme: person 1: open"),
    ("UPDATE team SET open = 9 WHERE id = 1", "open tickets", "Acme: it says 9"),
    ("UPDATE ticket_rollup SET tickets = 9 WHERE grain = 'day'", "roll-up", "Acme: month 2026-03"),
    ("DELETE FROM ticket_rollup WHERE person = 1", "roll-up", "Acme: month 2026-03"),
    ("UPDATE clock_rollup SET minutes = 9", "roll-up", "Acme: month 2026-03"),
    ("UPDATE ticket SET product = 'sign'", "that of a recount", "Acme: person 1: open, sign"),
    (
        "UPDATE ticket SET due_at = '2030-01-01T00:00:00Z' WHERE number = 1",
        "due instant",
        "Acme: ticket 1",
    ),
    (SECOND_CLOCK, "Two clocks", "Acme: ticket 2"),
    (
        "UPDATE clock SET answered_at = '2030-01-01T00:00:00Z' WHERE state = 'met'",
        "against its instants",
        "Acme: ticket 1, promise 1",
    ),
    ("UPDATE ticket SET solved_at = NULL", "instant of solution", "Acme: ticket 1"),
    ("UPDATE ticket SET person = 99 WHERE number = 3", "of a person who", "Acme: ticket 3"),
    ("UPDATE ticket SET follows = 99 WHERE number = 2", "follows one", "Acme: ticket 2"),
    ("DELETE FROM representative WHERE email LIKE 'agent%'", "owned by", "Acme: ticket 1"),
    ("UPDATE message SET ticket = 99 WHERE ticket = 3", "A message is of", "Acme: ticket 99"),
    ("UPDATE clock SET person = 99 WHERE ticket = 3", "A promise is of", "Acme: ticket 3"),
    ("UPDATE token SET email = 'x@y.example'", "A token is of", "Acme: token 3c469e9d6c58"),
    ("UPDATE message SET attachments = '[]'", "does not show it", "Acme: file "),
    ("UPDATE upload SET message = 2", "shows a file", "Acme: ticket 1, message 1"),
    ("UPDATE part SET upload = 'x'", "A part is of", "Acme: file x"),
    ("UPDATE team SET bookings = 9 WHERE id = 2", "team's bookings", "Other: it says 9"),
    ("DELETE FROM engagement", "in no representative's", "Acme: booking 1"),
    ("UPDATE booking SET cancelled = 1", "keeps time for", "Acme: booking 1"),
    ("DELETE FROM part", "not all of its parts", "Acme: file "),
    ("UPDATE upload SET sha256 = substr(sha256, 2) || 'x'", "not what was sent", "Acme: file"),
    (NO_WORDS, "does not find", "Acme: ticket 1"),
    ("UPDATE library SET entries = 9", "library's entries", "Desk: it says 9"),
    ("UPDATE library_entry SET opens = -1 WHERE id = 3", "below zero", "Desk: entry 3"),
    ("UPDATE library_entry SET id = 900 WHERE id = 3", "No word leads", "Desk: entry 900"),
    ("DELETE FROM library_entry WHERE id = 3", "does not lead", "Desk: term "),
    ("UPDATE library_term SET entries = 99", "does not lead", "Desk: term "),
    ("DELETE FROM library_term", "No word leads", "Desk: entry 1"),
)


@contextmanager
def harmed(place: str, harm: str) -> Iterator[Sql]:
    """A transaction on a desk that was harmed behind its back; it is undone afterwards."""
    if "://" in place:
        with psycopg.connect(place) as connection, connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("DELETE FROM ticket_words" if harm == NO_WORDS else harm)
            yield postgres.Transaction(connection)
        return
    with closing(sqlite3.connect(place, isolation_level=None)) as file:
        file.execute("BEGIN")
        delete = "INSERT INTO ticket_words (ticket_words) VALUES ('delete-all')"
        file.execute(delete if harm == NO_WORDS else harm)
        yield sqlite.Transaction(file)


def test_each_harm_is_found(place: str) -> None:
    """A desk that was changed behind its back is told where, and what to do."""
    fill(place)
    for harm, what, where in HARMS:
        with harmed(place, harm) as sql:
            report = check_desk.function(Work(sql, OPERATOR, MONDAY_NOON))
        assert not report.ok
        named = [f"{finding.where} | {finding.what}" for finding in report.findings]
        assert any(said.startswith(where) and what in said for said in named), (harm, named)
        assert all(finding.remedy for finding in report.findings)


def test_a_report_stays_short(place: str, database: Database) -> None:
    """Of hundreds of findings the first hundred are told."""
    ana = acting(place, ANA)
    for n in range(105):
        submit_request(ana, f"Request {n}", "x")
    ana.close()
    with database.transaction(writes=True) as sql:
        sql.run("UPDATE ticket SET messages = 9")
    assert len(report_of(database).findings) == 100


def test_only_operators_check(place: str) -> None:
    """T6: a person of a team may not look at everyone's rows."""
    ana = acting(place, ANA)
    with pytest.raises(NotAllowed):
        check_desk(ana)
    ana.close()


def test_the_command_ends_with_11(peopled: Program) -> None:
    """`desk check` prints its findings and exits 11; a sound desk exits 0."""
    path = peopled.env["PSCLI_DB"]
    fill(path)
    assert peopled.ok("desk", "check", "-o", "json").json["ok"] is True
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE desk SET teams = 9")
        file.execute("DELETE FROM ticket WHERE number = 3")
    answer = peopled("desk", "check", "-o", "json")
    assert answer.code == 11
    told = [finding["what"] for finding in answer.json["findings"]]
    assert "The number of teams is wrong (T1)." in told
    assert "The file is damaged." in told  # rows that refer to the ticket that is gone
    assert answer.error["code"] == "data_refused"


def test_tables_of_another_program_are_found(desk_file: Path) -> None:
    """A column that is not ours is told, whatever the counts say."""
    with closing(sqlite3.connect(desk_file)) as file:
        file.execute("ALTER TABLE team ADD COLUMN colour TEXT")
    database = acting(str(desk_file), None).database
    assert database.integrity() == ["the tables are not those of this program"]  # type: ignore[attr-defined]
    database.close()
