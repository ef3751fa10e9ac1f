"""The ledger proves itself: append-only, chained, and equal to the state that it leaves (B13)."""

import hashlib
import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.access import OPERATOR
from pscli.desk.check import check_desk
from pscli.desk.ledger import append
from pscli.desk.ledger_check import AT_ONCE, ledger_faults
from pscli.desk.purchases import add_addon, remove_addon
from pscli.desk.renewals import post_due
from pscli.models.addons import Edition
from pscli.models.checks import CheckReport
from pscli.models.people import Identity
from pscli.operation import Sql, Work
from pscli.rules.addons import ChangeKind
from pscli.rules.periods import period_at
from tests.world import ANA, Clock, lay, populate

from .bills import Row, Vandal, live_through


class Undo(Exception):  # noqa: N818 - ends a transaction that must leave no trace
    """Thrown to undo what a test did by hand."""


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """A desk whose two teams have half a year of billing behind them."""
    on_file = request.param == "sqlite"
    place = str(tmp_path / "w.db") if on_file else request.getfixturevalue("postgres_url")
    opened = open_database(place)
    lay(opened, clock)
    populate(Local(opened, Identity(), clock))
    live_through(opened, clock)
    yield opened
    opened.close()


def disarm(sql: Sql, *, on_file: bool) -> None:
    """Take the triggers away that keep hands off the ledger."""
    if on_file:
        for name in ("ledger_keeps_lines", "ledger_loses_none", "ledger_replaces_none"):
            sql.run(f"DROP TRIGGER {name}")
    else:
        sql.run("ALTER TABLE ledger DISABLE TRIGGER USER")


def proof(sql: Sql, clock: Clock) -> CheckReport:
    """What `desk check` says inside of a transaction."""
    report: CheckReport = check_desk.function(Work(sql, OPERATOR, clock.now))
    return report


def test_a_lived_ledger_is_sound(database: Database, clock: Clock) -> None:
    """B13: after every kind of change the chain, the invoices and the state agree."""
    assert check_desk(Local(database, Identity(), clock)).findings == []
    with database.transaction(writes=False) as sql:
        kinds = set(sql.all(str, "SELECT kind FROM ledger"))
    assert kinds == set(ChangeKind) - {ChangeKind.UNCHANGED}


def test_every_change_by_hand_is_found(
    database: Database, clock: Clock, request: pytest.FixtureRequest
) -> None:
    """B13: lines, editions and team columns changed, deleted, swapped or forged: all found."""
    on_file = request.node.callspec.params["database"] == "sqlite"
    times = 1000 if on_file else 100
    deeds = set()
    for seed in range(times):
        with suppress(Undo), database.transaction(writes=True) as sql:
            disarm(sql, on_file=on_file)
            did = Vandal(sql, random.Random(seed)).strike()
            report = proof(sql, clock)
            assert not report.ok, f"{seed}: {did}"
            assert {found.what[-6:-1] for found in report.findings} <= {"(B12)", "(B13)"}, did
            deeds.add(did.partition(":")[0])
            raise Undo
    assert len(deeds) > 10
    assert check_desk(Local(database, Identity(), clock)).ok


def test_each_line_holds_the_line_before_it(database: Database) -> None:
    """B13: the chain as a stranger would reckon it: SHA-256 over the hash before and the line."""
    before = ""
    with database.transaction(writes=False) as sql:
        for row in sql.all(
            Row,
            "SELECT team, seq, at, actor, kind, invoice, body, hash FROM ledger "
            "WHERE team = 1 ORDER BY seq",
        ):
            said = [row.team, row.seq, row.at, row.actor, row.kind, row.invoice, row.body]
            line = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
            before = hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()
            assert row.hash == before, row.seq


HANDS = [
    "UPDATE ledger SET body = body",
    "UPDATE ledger SET actor = 'me' WHERE seq = 1",
    "DELETE FROM ledger",
    "DELETE FROM ledger WHERE seq = 1",
]


@pytest.mark.parametrize("statement", HANDS)
def test_the_database_refuses_to_change_lines(database: Database, statement: str) -> None:
    """B13: triggers refuse UPDATE and DELETE, whoever is connected."""
    refused = pytest.raises((sqlite3.Error, psycopg.Error), match="append-only")
    with refused, database.transaction(writes=True) as sql:
        sql.run(statement)


def test_no_line_is_replaced_or_emptied(database: Database, request: pytest.FixtureRequest) -> None:
    """B13: the ways around DELETE are closed: REPLACE on SQLite, TRUNCATE on PostgreSQL."""
    on_file = request.node.callspec.params["database"] == "sqlite"
    statement = (
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 1"
        if on_file
        else "TRUNCATE ledger"
    )
    refused = pytest.raises((sqlite3.Error, psycopg.Error), match="append-only")
    with refused, database.transaction(writes=True) as sql:
        sql.run(statement)


def in_ledger(database: Database, clock: Clock, do: Callable[[Work], object]) -> None:
    """Write by the ledger's own functions, past the operations."""
    with database.transaction(writes=True) as sql:
        do(Work(sql, OPERATOR, clock.now))


def test_a_renewal_posted_twice_is_found(database: Database, clock: Clock) -> None:
    """B12: a well-formed line that renews out of order breaks the proof."""

    def post_again(work: Work) -> None:
        account = post_due(work, 1)
        period = period_at(account.terms, work.now)
        append(work, account, ChangeKind.RENEWED, work.now, period, [], [], "clock")

    in_ledger(database, clock, post_again)
    findings = check_desk(Local(database, Identity(), clock)).findings
    assert [found.what for found in findings] == [
        "A renewal is missing, or not posted in order (B12)."
    ]


def test_the_proof_reads_a_long_ledger_in_pieces(database: Database, clock: Clock) -> None:
    """B13: more lines than are held in memory at once are one chain all the same."""
    ana = Local(database, Identity(email=ANA), clock)
    add_addon(ana, Edition.ESSENTIALS)
    with database.transaction(writes=False) as sql:
        before = sql.one(int, "SELECT count(*) FROM ledger") or 0
    in_ledger(database, clock, lambda work: toggle(work, AT_ONCE))
    remove_addon(ana, Edition.ESSENTIALS)
    with database.transaction(writes=False) as sql:
        assert sql.one(int, "SELECT count(*) FROM ledger") == before + AT_ONCE + 1
        assert list(ledger_faults(Work(sql, OPERATOR, clock.now))) == []


def toggle(work: Work, times: int) -> None:
    """Lines that change nothing."""
    account = post_due(work, 1)
    period = period_at(account.terms, work.now)
    for _ in range(times):
        account = append(work, account, ChangeKind.TERMS_SCHEDULED, work.now, period, [], [], "me")
