"""Schemas change wholly or not at all, once, and never backwards."""

import random
import shutil
import sqlite3
import subprocess
import time
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from pscli.backends.local import Local
from pscli.backends.postgres import Postgres
from pscli.backends.schema import SHIPPED, Schema
from pscli.backends.sqlite import Sqlite
from pscli.desk.teams import list_teams
from pscli.models.people import Identity
from pscli.problems import DataRefused
from tests.conftest import PROGRAM, Program, make_desk
from tests.world import Clock

from .children import acting, child, together
from .conftest import SOAK, check_sound
from .test_kill import running

TABLES = 30
NEXT = SHIPPED.newest + 1
FILLED = (
    "CREATE TABLE more_{n} (n INTEGER NOT NULL PRIMARY KEY) STRICT;\n"
    "INSERT INTO more_{n} (n) WITH RECURSIVE up (n) AS "
    "(SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 1000) SELECT n FROM up;\n"
)


@pytest.fixture
def later(tmp_path: Path) -> Schema:
    """The schema of a later program: thirty more tables, each with a thousand rows."""
    folder = tmp_path / "schema"
    shutil.copytree(SHIPPED.folder, folder, ignore=shutil.ignore_patterns("*.py*", "__pycache__"))
    text = "\n".join(FILLED.format(n=n) for n in range(TABLES))
    (folder / f"{NEXT:04}_more.sql").write_text(text)
    return Schema(folder, NEXT)


def opened(place: str, schema: Schema) -> Sqlite | Postgres:
    """A desk as the program of that schema opens it."""
    return Postgres(place, schema=schema) if "://" in place else Sqlite(Path(place), schema)


def state(place: str) -> tuple[int, int]:
    """The version of a desk, and how many of the thirty tables it has."""
    if "://" in place:
        with psycopg.connect(place) as connection:
            version = connection.execute("SELECT max(version) FROM schema_version").fetchone()
            names = connection.execute("SELECT tablename FROM pg_tables").fetchall()
    else:
        with closing(sqlite3.connect(place)) as file:
            version = file.execute("PRAGMA user_version").fetchone()
            names = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return (version or (0,))[0], sum(name.startswith("more_") for (name,) in names)


def go_back(place: str, sound: Path) -> None:
    """Make the desk again what it was before it was brought up."""
    if "://" in place:
        with psycopg.connect(place) as connection:
            for n in range(TABLES):
                connection.execute(f"DROP TABLE IF EXISTS more_{n}")
            connection.execute("DELETE FROM schema_version WHERE version = %s", (NEXT,))
        return
    for suffix in ("-wal", "-shm"):
        Path(place + suffix).unlink(missing_ok=True)
    shutil.copy(sound, place)


def kept(place: str, tmp_path: Path) -> Path:
    """A copy of a desk that is a file; for another one an empty file."""
    copy = tmp_path / "kept.db"
    if "://" in place:
        copy.touch()
        return copy
    with closing(sqlite3.connect(place)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(shutil.copy(place, copy))


def started(process: "subprocess.Popen[str]") -> float:
    """Let a process that has loaded everything go; the time."""
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.close()
    return time.monotonic()


def test_a_killed_migration_is_whole_or_absent(place: str, later: Schema, tmp_path: Path) -> None:
    """Killed at random moments: version N or N + 1, never between; the next run finishes."""
    moments = random.Random(30)
    sound = kept(place, tmp_path)
    words = (place, later.folder, later.newest)
    usual = float("inf")
    for _ in range(2):  # the shorter: the machine may have been busy
        with child("migrate", *words) as process:
            begun = started(process)
            assert process.stdout is not None
            assert process.stdout.read() == "2\n"
            usual = min(usual, time.monotonic() - begun)
        go_back(place, sound)
    halfway = 0
    rounds = SOAK * (8 if "://" in place else 20)
    log = Path(f"{place}-wal")
    for n in range(rounds):
        go_back(place, sound)
        with child("migrate", *words) as process:
            started(process)
            writes = n % 2 == 1 and "://" not in place
            while writes and process.poll() is None:
                if log.exists() and log.stat().st_size:  # whatever the machine has to do
                    break
                time.sleep(0.0005)
            time.sleep(moments.uniform(0, 0.002 if writes else usual))
            process.kill()
            assert process.stdout is not None
            halfway += process.stdout.read() == ""
        assert state(place) in ((SHIPPED.newest, 0), (NEXT, TABLES))
        database = opened(place, later)
        assert list_teams(Local(database, Identity(), Clock())).total == 2
        assert database.integrity() == []
        database.close()
        assert state(place) == (NEXT, TABLES)
    assert halfway > rounds / 4


def test_eight_processes_bring_a_desk_up_once(place: str, later: Schema) -> None:
    """Who comes first changes the schema, the others wait for it, nobody is refused."""
    assert together("migrate", *[(place, later.folder, NEXT)] * 8) == [["2"]] * 8
    assert state(place) == (NEXT, TABLES)


def test_a_first_desk_is_brought_up(tmp_path: Path) -> None:
    """A file of the first schema opens with every later one, and is sound then."""
    path = tmp_path / "old.db"
    database = Sqlite(path, Schema(SHIPPED.folder, 1))
    database.create()
    with database.transaction(writes=True) as sql:
        sql.run("INSERT INTO desk VALUES (0, '2026-03-02T12:00:00Z', 0, 0, 0)")
        sql.run("INSERT INTO policy VALUES (1, '{}', '2026-03-02T12:00:00Z', 'init')")
    database.close()
    check_sound(str(path))


def test_a_newer_schema_is_refused(place: str, later: Schema) -> None:
    """A desk that a later program has opened is left alone by this one."""
    together("migrate", (place, later.folder, NEXT))
    backend = acting(place, None)
    with pytest.raises(DataRefused, match=f"schema {NEXT}, known {SHIPPED.newest}"):
        list_teams(backend)
    backend.close()
    assert state(place) == (NEXT, TABLES)


def teams_of(place: str) -> list[str]:
    """The names of a desk's teams."""
    backend = acting(place, None)
    found = [team.name for team in list_teams(backend).items]
    backend.close()
    return found


def usual_seconds(clean_env: dict[str, str], folder: Path) -> float:
    """How long `init --demo` takes; the first time it may have to compile the program."""
    for name in ("first.db", "second.db"):
        begun = time.monotonic()
        Program({**clean_env, "PSCLI_DB": str(folder / name)}).ok("init", "--demo")
    return time.monotonic() - begun


@pytest.mark.parametrize("option", [[], ["--demo"]], ids=["empty", "demo"])
def test_a_killed_init_can_be_repeated(
    clean_env: dict[str, str], tmp_path: Path, option: list[str]
) -> None:
    """Killed at random moments: the next one makes the desk, samples and all, or finds it made."""
    moments = random.Random(25)
    usual = usual_seconds(clean_env, tmp_path)
    codes = set()
    for n in range(8 * SOAK):
        program = Program({**clean_env, "PSCLI_DB": str(tmp_path / f"desk{n}.db")})
        with running(program, ["init", *option]) as run:
            time.sleep(moments.uniform(0.3, 1.0) * usual)
            run.kill()
        again = program("init", *option, "-o", "json")
        codes.add(again.code)
        assert again.code == 0 or again.error["code"] == "state_forbids", again
        assert teams_of(program.env["PSCLI_DB"]) == ["Sample Studio"] * len(option)
        check_sound(program.env["PSCLI_DB"])
    assert 0 in codes


def test_a_killed_replacement_is_the_old_desk_or_the_new(
    clean_env: dict[str, str], tmp_path: Path
) -> None:
    """`init --demo --force` killed at random moments: never no desk, never half of one."""
    moments = random.Random(26)
    usual = usual_seconds(clean_env, tmp_path)
    program = Program({**clean_env, "PSCLI_DB": str(tmp_path / "desk.db")})
    make_desk(program.env["PSCLI_DB"])
    old = kept(program.env["PSCLI_DB"], tmp_path)
    for _ in range(6 * SOAK):
        with running(program, ["init", "--demo", "--force"]) as run:
            time.sleep(moments.uniform(0.4, 1.0) * usual)
            run.kill()
        assert teams_of(program.env["PSCLI_DB"]) in (["Acme", "Other"], ["Sample Studio"])
        check_sound(program.env["PSCLI_DB"])
        go_back(program.env["PSCLI_DB"], old)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_one_init_of_many_makes_the_desk(
    clean_env: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest, engine: str
) -> None:
    """Six `init` at once: one makes the desk, the others are told that it is there."""
    address = str(tmp_path / "desk.db")
    if engine == "postgres":
        address = request.getfixturevalue("postgres_url")
    env = {**clean_env, "PSCLI_DB": address}
    command = [*PROGRAM, "init", "-o", "json"]
    with ExitStack() as stack:
        runs = [
            stack.enter_context(subprocess.Popen(command, env=env, stderr=subprocess.PIPE))
            for _ in range(6)
        ]
        said = [run.communicate()[1].decode() for run in runs]
    codes = sorted(run.returncode for run in runs)
    assert codes[0] == 0, said
    assert set(codes[1:]) <= {6, 10}, said
    Program(env).ok("team", "create", "Acme")
    check_sound(address)
