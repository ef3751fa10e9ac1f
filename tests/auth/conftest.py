"""A served desk, and the program of somebody who signs in to it with a keyring of their own."""

import io
import os
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.cli.app import main
from pscli.models.people import Identity
from tests.conftest import Answer, Program
from tests.server.running import listening, token_for
from tests.world import Clock, lay, populate

ROOT = Path(__file__).parents[2]
SOAK = 10 if os.environ.get("PSCLI_SOAK") else 1  # how many times more often than in every run


@dataclass(frozen=True)
class Served:
    """A desk behind a server: its address, its database, its clock."""

    address: str
    database: Database
    clock: Clock

    def token(self, email: str | None) -> str:
        """A fresh token of somebody."""
        return token_for(self.database, self.clock, email)


def real_now() -> datetime:
    """The time it is, as a server has it."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - as a server's is


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A peopled desk on loopback, at the time that it is."""
    clock = Clock(real_now())
    database = open_database(str(tmp_path_factory.mktemp("served") / "desk.db"))
    lay(database, clock)
    populate(Local(database, Identity(), clock))
    with listening(database, clock) as address:
        yield Served(address, database, clock)
    database.close()


@dataclass
class Person:
    """Somebody at their own machine: the program there, its folder, and its keyring's file.

    Their commands run in this process, which saves starting an interpreter each time; what asks a
    keyring or a terminal has processes of its own all the same.
    """

    program: Program
    folder: Path
    served: Served

    def __call__(self, *words: str, stdin: str = "", env: dict[str, str] | None = None) -> Answer:
        """Run a command."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name in [name for name in os.environ if name.startswith(("PSCLI_", "DBUS_"))]:
                patch.delenv(name)
            for name, value in {**self.program.env, **(env or {})}.items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            code = main(list(words))
        return Answer(_printed(out), _printed(err), code)

    def use(self, backend: str) -> None:
        """Give the machine another keyring."""
        named = backend if "." in backend else f"tests.auth.keyrings.{backend}"
        self.program.env["PYTHON_KEYRING_BACKEND"] = named

    def unset(self, name: str) -> None:
        """Take a variable out of the machine's environment."""
        del self.program.env[name]

    def sign_in(self, token: str, *words: str, server: str | None = None) -> Answer:
        """Sign in with a token from stdin."""
        address = server or self.served.address
        return self("auth", "login", "--server", address, "--with-token", *words, stdin=token)

    @property
    def keyring(self) -> Path:
        """What the good keyrings keep."""
        return self.folder / "keyring.json"

    @property
    def questions(self) -> list[str]:
        """What the keyring was asked: get, set, delete."""
        seen = self.folder / "seen"
        return [line.split("\t")[0] for line in seen.read_text().splitlines()] * seen.exists()

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.toml"

    @property
    def tokens(self) -> Path:
        """The file of tokens."""
        return self.folder / "tokens.json"


def _printed(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@pytest.fixture
def machine(tmp_path: Path, clean_env: dict[str, str]) -> Program:
    """The program on a machine without a desk and without settings."""
    folder = tmp_path / "config"
    folder.mkdir()
    return Program(
        {
            **clean_env,
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": "tests.auth.keyrings.Filed",
            "KEYRING_PROPERTY_PATH": str(folder / "keyring.json"),
            "KEYRING_PROPERTY_SEEN": str(folder / "seen"),
        }
    )


@pytest.fixture
def me(machine: Program, served: Served) -> Person:
    """Somebody who will sign in."""
    return Person(machine, Path(machine.env["PSCLI_CONFIG_DIR"]), served)
