"""`pscli _complete`: what a Tab gets from the desk, quickly, or nothing, and never a word more."""

import json
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.cli.candidates import is_harmless
from pscli.problems import DataRefused
from tests.cli.hostile import HOSTILE
from tests.conftest import Program
from tests.server.running import listening, token_for
from tests.world import AGENT, ANA, Clock, lay


def asked(program: Program, *words: str, env: dict[str, str] | None = None) -> list[str]:
    """The values that come for a kind; nothing else is ever said, and the exit code is 0."""
    answer = program("_complete", *words, env=env)
    assert (answer.code, answer.err) == (0, "")
    return answer.out.splitlines()


def submit(program: Program, number: int) -> None:
    """File so many requests as Ana."""
    for _ in range(number):
        program.ok("contact", "submit", "--subject", "S", "--body", "x", "--as", ANA)


def test_each_kind_has_its_values(peopled: Program) -> None:
    """K2, A3, T6, C3: of whom the command would act as, the newest ticket first."""
    submit(peopled, 2)
    peopled.ok("profile", "set", "work", "region=ID")
    assert asked(peopled, "ticket", "", ANA) == ["2", "1"]
    assert asked(peopled, "case", "", AGENT, "Acme") == ["1", "2"]
    assert asked(peopled, "asking", "", AGENT) == ["Acme"]
    assert asked(peopled, "team", "", "") == asked(peopled, "team", "-", "-") == ["Acme", "Other"]
    assert AGENT in asked(peopled, "agent", "", "")
    assert "sync" in asked(peopled, "type", "", ANA)
    assert "work" in asked(peopled, "profile", "", "")
    assert asked(peopled, "rule", "", "")[0] == "T1"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("ticket",),
        ("ticket", "", ""),
        ("ticket", "", "nobody@acme.example"),
        ("ticket", "nowhere", ""),
        ("team", "", ANA),
        ("agent", "", AGENT),
        ("case", "", "", "No such team"),
        ("case", "", ""),
        ("nothing", "", ""),
    ],
)
def test_whoever_may_not_know_gets_nothing_and_no_word(
    peopled: Program, words: tuple[str, ...]
) -> None:
    """T4, K2: no error, no report of a defect, no question."""
    assert asked(peopled, *words) == []
    assert not list(Path(peopled.env["PSCLI_CONFIG_DIR"]).rglob("*report*"))


@pytest.mark.parametrize(
    "env",
    [
        {"PSCLI_DB": "/nowhere/desk.db"},
        {"PSCLI_DB": "/dev/null"},
        {"PSCLI_DB": "", "PSCLI_SERVER": "http://127.0.0.1:1", "PSCLI_TOKEN": "wrong"},
        {"PSCLI_SERVER": "http://127.0.0.1:1"},
        {"PSCLI_NOW": "never"},
    ],
)
def test_where_something_is_wrong_a_tab_is_silent(peopled: Program, env: dict[str, str]) -> None:
    """A1: no desk, no token, contradicting settings; nothing is made either."""
    assert asked(peopled, "ticket", "", ANA, env=env) == []
    assert asked(peopled, "team", "", "", env=env) == []


def test_a_damaged_configuration_is_silent(peopled: Program) -> None:
    """Its own command says what is wrong with it."""
    folder = Path(peopled.env["PSCLI_CONFIG_DIR"])
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text("[[[", "utf-8")
    assert asked(peopled, "profile", "", "") == []


def test_a_tab_loads_no_command_line(peopled: Program) -> None:
    """Typer alone would cost more than the whole answer."""
    code = (
        "import sys, json; from pscli.cli.candidates import offered\n"
        f"values = offered('ticket', None, {ANA!r}, [])\n"
        "print(json.dumps([values, sorted(sys.modules)]))"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, env=peopled.env, capture_output=True, text=True, check=True)
    values, modules = json.loads(done.stdout)
    assert values == []
    assert not {"typer", "rich", "click", "httpx", "asyncio"} & {m.split(".")[0] for m in modules}


def test_a_tab_writes_nothing(peopled: Program) -> None:
    """The file of the desk has the same bytes, and so has the folder of settings."""
    submit(peopled, 1)
    desk = Path(peopled.env["PSCLI_DB"])
    before = desk.read_bytes()
    files = sorted(desk.parent.rglob("*"))
    for words in (
        ("ticket", "", ANA),
        ("team", "", ""),
        ("type", "", ""),
        ("case", "", "", "Acme"),
    ):
        assert asked(peopled, *words)
    assert desk.read_bytes() == before
    assert sorted(desk.parent.rglob("*")) == files


def test_a_desk_of_an_older_program_is_not_brought_up(pscli: Program) -> None:
    """A Tab offers nothing there; the next command brings it up."""
    place = pscli.env["PSCLI_DB"]
    assert asked(pscli, "type", "", "")
    with sqlite3.connect(place) as connection:
        newest = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute(f"PRAGMA user_version = {newest - 1}")
    connection.close()
    assert asked(pscli, "type", "", "") == []
    with sqlite3.connect(place) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == newest - 1
    connection.close()


def test_nobody_who_only_looks_brings_up_postgres(postgres_url: str, clock: Clock) -> None:
    """The same on PostgreSQL: it is refused with what to do."""
    database = open_database(postgres_url)
    lay(database, clock)
    database.close()
    import psycopg

    with psycopg.connect(postgres_url) as connection:
        connection.execute("DELETE FROM schema_version WHERE version > 1")
    looking = open_database(postgres_url, upgrade=False)
    with pytest.raises(DataRefused, match="older pscli"), looking.transaction(writes=False):
        pass
    looking.close()


def test_a_server_is_asked_once(peopled: Program) -> None:
    """A1: as whom the token says."""
    submit(peopled, 3)
    clock = Clock()
    database = open_database(peopled.env["PSCLI_DB"], size=4)
    with listening(database, clock) as address:
        token = token_for(database, clock, ANA)
        env = {"PSCLI_DB": "", "PSCLI_NOW": "", "PSCLI_SERVER": address, "PSCLI_TOKEN": token}
        assert asked(peopled, "ticket", "", "", env=env) == ["3", "2", "1"]
        assert "sync" in asked(peopled, "type", "", "", env=env)
        assert asked(peopled, "team", "", "", env=env) == []
    database.close()


def test_a_server_that_hangs_costs_two_seconds(peopled: Program) -> None:
    """It takes one connection and never answers."""
    database = open_database(peopled.env["PSCLI_DB"])
    token = token_for(database, Clock(), ANA)
    database.close()
    taken: list[socket.socket] = []

    def take(server: socket.socket) -> None:
        for _ in range(2):
            taken.append(server.accept()[0])  # noqa: PERF401 - each as it comes

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=take, args=(server,))
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        env = {"PSCLI_DB": "", "PSCLI_NOW": "", "PSCLI_SERVER": address, "PSCLI_TOKEN": token}
        begin = time.monotonic()
        assert asked(peopled, "ticket", "", "", env=env) == []
        assert 1.5 < time.monotonic() - begin < 10
        assert len(taken) == 1
        socket.create_connection(server.getsockname()).close()  # lets the thread end
        thread.join()
    for each in taken:
        each.close()


def test_names_are_offered_where_no_shell_can_take_them_for_more() -> None:
    """T1: letters of any language, digits and what joins them."""
    for name in (
        "Acme",
        "Sample Studio",
        "7",
        "会計フォルダー",
        "Ångström",
        "ana@acme.example",
        "a-b",
    ):
        assert is_harmless(name), name
    for active in "$`'\"\\;|&<>(){}[]*?!#~=%^\n\t\r\x1b\u202e\u3164:,/":
        assert not is_harmless(f"a{active}b"), active
    for name in ("", " x", "-x", "--as", "x\n", "=ls", "~root", *HOSTILE.values()):
        assert not is_harmless(name), name
