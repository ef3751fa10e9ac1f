"""Benchmarks compare what they claim to: true desks, like with like, the plans that are meant."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from benchmarks import completion, exports, lists, load, measure, rankers, start, submits
from benchmarks.desks import OWNER, build_sqlite, postgres_desk, sqlite_desk
from benchmarks.generate import AGENT, COLUMNS, Tickets
from benchmarks.texts import reference

from pscli.backends import open_database, open_local
from pscli.backends.local import Local
from pscli.backends.sqlite import Sqlite
from pscli.desk.check import check_desk
from pscli.desk.metrics import show_metrics
from pscli.desk.queue import list_queue
from pscli.desk.tickets import list_tickets, show_ticket
from pscli.models.people import Identity
from pscli.models.tickets import Sort, StatusFilter

SIZE = 2_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated desk."""
    path = tmp_path_factory.mktemp("generated") / "desk.db"
    build_sqlite(path, Tickets(SIZE))
    return path


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which benchmarks keep their desks."""
    monkeypatch.setenv("PSCLI_BENCH_DIR", str(tmp_path))
    return tmp_path


def rows_of(tickets: Tickets) -> list[object]:
    """Every generated row."""
    return [list(chunk) for chunk in tickets.chunks()]


def count(path: Path, query: str) -> list[tuple[object, ...]]:
    """The rows of a query on a desk's file."""
    connection = sqlite3.connect(path)
    rows = connection.execute(query).fetchall()
    connection.close()
    return rows


def test_the_same_seed_makes_the_same_rows() -> None:
    """A figure can be repeated."""
    assert rows_of(Tickets(300, seed=7)) == rows_of(Tickets(300, seed=7))
    assert rows_of(Tickets(300, seed=7)) != rows_of(Tickets(300, seed=8))


def test_rows_fit_their_columns() -> None:
    """Values stand under the names that they are written with."""
    chunk = next(Tickets(50).chunks())
    for table, rows in (
        ("ticket", chunk.tickets),
        ("message", chunk.messages),
        ("clock", chunk.clocks),
    ):
        assert {len(row) for row in rows} == {len(COLUMNS[table].split(", "))}


def test_a_desk_has_the_size_that_it_is_said_to_have(desk: Path) -> None:
    """2.5 messages for a ticket, and a tenth of the tickets is the owner's."""
    assert count(desk, "SELECT count(*) FROM ticket") == [(SIZE,)]
    assert count(desk, "SELECT count(*) FROM message") == [(SIZE * 5 // 2,)]
    assert count(desk, "SELECT tickets FROM team") == [(SIZE,)]
    ((owned,),) = count(desk, "SELECT count(*) FROM ticket WHERE person = 1")
    assert isinstance(owned, int)
    assert SIZE * 0.07 < owned < SIZE * 0.13


def test_counts_equal_a_recount(desk: Path) -> None:
    """The roll-up is what the tickets say."""
    kind = "person, status, product, issue_type, channel, language"
    counted = count(desk, f"SELECT {kind}, tickets FROM ticket_count")
    tickets = count(desk, f"SELECT {kind} FROM ticket")
    assert {row[:-1]: row[-1] for row in counted} == Counter(tickets)


def test_the_desk_finds_nothing_wrong_with_it(desk: Path) -> None:
    """Clocks, counts, index and references are as the desk itself would have written them."""
    database = open_database(str(desk))
    report = check_desk(Local(database, Identity(), lambda: lists.NOW))
    assert report.ok, report
    assert database.integrity() == []
    database.close()


def test_promises_agree_with_their_tickets(desk: Path) -> None:
    """S1: a ticket that awaits support has a running clock, whose due instant it carries."""
    wrong = count(
        desk,
        "SELECT number FROM ticket JOIN clock ON clock.team = ticket.team "
        "AND ticket = number AND id = ticket.clock "
        "WHERE (ticket.status = 'open') <> (clock.state = 'running') "
        "OR clock.state = 'running' AND clock.due_at <> ticket.due_at",
    )
    assert wrong == []


def test_words_are_found(desk: Path) -> None:
    """English, Japanese and rare words lead to tickets of their person."""
    owner = open_local(str(desk), Identity(email=OWNER), lambda: lists.NOW)
    newest = list_tickets(owner).items[0]
    found = list_tickets(owner, search=reference(newest.number))
    assert [ticket.number for ticket in found.items] == [newest.number]
    assert list_tickets(owner, search="フォルダ").items
    assert (list_tickets(owner, search="folder").total or 0) > 10
    assert len(show_ticket(owner, newest.number).messages) == newest.number % 4 + 1
    owner.close()


def test_a_desk_is_built_once(kept: Path) -> None:
    """A later run takes the file of the one before; an older recipe's file goes."""
    stale = kept / "desk-100-1-old.db"
    stale.touch()
    path = sqlite_desk(100)
    made = path.stat().st_mtime_ns
    assert sqlite_desk(100) == path
    assert path.stat().st_mtime_ns == made
    assert not stale.exists()


@pytest.mark.parametrize(
    ("sort", "place"),
    [
        (Sort.CREATED, "created_at>? AND (created_at,number)<(?,?)"),
        (Sort.UPDATED, "(updated_at,number)<(?,?)"),
        (Sort.DUE, "(due_at,number)>(?,?)"),
    ],
)
def test_lists_begin_at_their_cursor_in_an_index(desk: Path, sort: Sort, place: str) -> None:
    """K5: no sort, and no row read before the first that is shown, whatever the filters."""
    database = Sqlite(desk)
    wanted = [StatusFilter.OPEN]
    statement = lists.statement_of(database, OWNER, list_tickets, sort=sort, status=wanted)
    lines = lists.plan(desk, statement)
    database.close()
    index = f"ticket_by_{sort} (team=? AND person=? AND {place})"
    assert lines[0] == f"SEARCH ticket USING INDEX {index}"
    assert [line for line in lines if "B-TREE" in line or "SCAN" in line] == []


def test_the_queue_begins_at_its_cursor_in_an_index(desk: Path) -> None:
    """A3: what is solved is not even in it."""
    database = Sqlite(desk)
    lines = lists.plan(desk, lists.statement_of(database, AGENT, list_queue))
    database.close()
    assert lines[0].startswith("SEARCH ticket USING INDEX ticket_queue ((due_at,created_at,team,")
    assert [line for line in lines if "B-TREE" in line or "SCAN" in line] == []


def test_metrics_read_no_more_than_their_range(desk: Path) -> None:
    """A3: team by team, each in its part of an index; the queue from its beginning."""
    database = Sqlite(desk)
    began, came, broken, waiting = (
        lists.plan(desk, statement)
        for statement in lists.statements_of(database, AGENT, show_metrics)
    )
    database.close()
    ended = "SEARCH clock USING INDEX clock_over (team=? AND started_at>? AND started_at<?)"
    assert ended in began
    assert ended in broken
    assert any(
        line.startswith("SEARCH clock USING INDEX clock_running (team=? A") for line in began
    )
    index = "ticket_came (team=? AND created_at>? AND created_at<?)"
    assert f"SEARCH ticket USING COVERING INDEX {index}" in came
    assert waiting[0] == "SEARCH ticket USING INDEX ticket_queue (due_at<?)"
    assert [line for line in waiting if "B-TREE" in line] == []
    everything = [*began, *came, *broken, *waiting]
    assert [line for line in everything if "SCAN" in line] == []


def test_rare_words_drive_a_search(desk: Path) -> None:
    """The few hits are looked up one by one; the person's tickets are not gone through."""
    database = Sqlite(desk)
    statement = lists.statement_of(database, OWNER, list_tickets, search=reference(4))
    lines = lists.plan(desk, statement)
    database.close()
    assert "SEARCH ticket USING INDEX sqlite_autoindex_ticket_1 (team=? AND number=?)" in lines


def test_the_statement_is_compared_with_itself(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Benchmark (b) runs, and names its floor; ten times the limit would be a defect."""
    figures = lists.run(quick=True)
    assert figures[0].limit == 1.2
    assert figures[0].ratio.median < 12
    assert "bare sqlite3" in capsys.readouterr().out


def test_submits_are_compared_with_the_same_rows(kept: Path) -> None:
    """Benchmark (c) refuses itself where the two desks do not end alike."""
    (figure,) = submits.run(quick=True)
    assert figure.at_least
    assert figure.ratio.median > 0.05


def test_the_floor_of_the_start_prints_the_same_tickets(kept: Path, tmp_path: Path) -> None:
    """Benchmark (a) compares programs that do the same job."""
    start.check_alike(sqlite_desk(300), tmp_path)


def test_the_floor_of_exports_prints_the_same_rows(kept: Path, tmp_path: Path) -> None:
    """Benchmark (f) compares like with like, whether there is an sqlite3 command or not."""
    desk = sqlite_desk(300)
    exports.check_alike(desk, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shutil.which", lambda _: None)
        exports.check_alike(desk, tmp_path)


def test_the_tab_that_is_measured_offers_the_newest_tickets(kept: Path, tmp_path: Path) -> None:
    """Benchmark (i) measures an answer, not a failure."""
    desk = sqlite_desk(300)
    owner = open_local(str(desk), Identity(email=OWNER), lambda: lists.NOW)
    numbers = [str(ticket.number) for ticket in list_tickets(owner, limit=5).items]
    owner.close()
    assert completion.tab("bash", "pscli hub tickets show ", desk, str(tmp_path))()[:5] == numbers


def test_a_postgresql_desk_counts_the_same(kept: Path) -> None:
    """Benchmark (d) asks a desk with the same tickets."""
    with postgres_desk(300) as url:
        owner = open_local(url, Identity(email=OWNER), lambda: lists.NOW)
        on_postgres = list_tickets(owner)
        owner.close()
    on_sqlite = open_local(str(sqlite_desk(300)), Identity(email=OWNER), lambda: lists.NOW)
    assert on_postgres == list_tickets(on_sqlite)
    on_sqlite.close()


def test_ratios_are_taken_round_by_round() -> None:
    """A slow round hits both and changes nothing."""
    assert measure.ratio([2.0, 20.0, 2.2], [1.0, 10.0, 1.0]) == (2.0, 2.0, 2.2)


@pytest.mark.parametrize(
    ("median", "at_least", "holds"),
    [
        (1.2, False, True),
        (1.5, False, True),
        (1.51, False, False),
        (0.96, True, True),
        (0.95, True, False),
    ],
)
def test_a_limit_has_a_quarter_of_slack(median: float, at_least: bool, holds: bool) -> None:
    """Machines differ: --check fails only beyond 25 per cent."""
    spread = measure.Spread(median, median, median)
    assert measure.Figure("x", "y", spread, 1.2, at_least).holds is holds


class Answering(BaseHTTPRequestHandler):
    """Answers every request alike."""

    protocol_version = "HTTP/1.1"
    status: ClassVar[int] = 200
    port: ClassVar[int] = 0

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(self.status)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"yes")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def answering() -> Iterator[type[Answering]]:
    """A class of handler, whose server runs."""

    class Mine(Answering):
        pass

    server = HTTPServer(("127.0.0.1", 0), Mine)
    Mine.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Mine
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_client_counts_answers_and_stops(answering: type[Answering]) -> None:
    """The load is bounded in time and takes whole answers only."""
    done = load.load(answering.port, "/", "x", connections=1, seconds=0.2)
    assert done.answers > 5
    assert 0.2 <= done.seconds < 5
    assert done.p50 <= done.p99


def test_the_client_takes_no_refusal_for_an_answer(answering: type[Answering]) -> None:
    """A server that refuses quickly is not quick."""
    answering.status = 503
    with pytest.raises(AssertionError):
        load.load(answering.port, "/", "x", connections=1, seconds=0.1)


def test_ndcg_is_what_its_definition_says() -> None:
    """R1: 1 for the best order, the discount of the place for one, nothing below the tenth."""
    assert rankers.ndcg([3, 1], {3}) == 1.0
    assert rankers.ndcg([1, 3], {3}) == pytest.approx(0.6309, abs=1e-4)
    assert rankers.ndcg([3, 9, 4], {3, 4}) == pytest.approx(1.5 / 1.6309, abs=1e-4)
    assert rankers.ndcg([*range(10), 99], {99}) == 0.0


def test_the_rankers_beside_rank() -> None:
    """R1: both find a title's word, and histories are of different articles, always the same."""
    articles = [rankers.Article("Sync files", "body"), rankers.Article("Share a link", "sync")]
    for rank in (rankers.fts5(articles), rankers.bm25s(articles)):
        assert rank("syncing")[0] == 0
        assert rank("a shared link")[0] == 1
        assert rankers.in_turn_of(rank, ["links", "files"])[:2] == [1, 0]
    questions = [
        rankers.Question(f"{n}-{article}", article) for n in range(3) for article in (0, 1)
    ]
    found = rankers.Collection(articles, questions)
    people = rankers.histories(found, 2, 5)
    assert people == rankers.histories(found, 2, 5)
    assert all({each.article for each in history} == {0, 1} for history in people)
