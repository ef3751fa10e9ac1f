"""Fixtures: a populated desk on both databases, which other processes can open."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.check import check_desk
from pscli.models.people import Identity
from tests.world import Clock, lay, populate

SOAK = 10 if os.environ.get("PSCLI_SOAK") else 1  # how many times more often than in every run


@pytest.fixture
def desk_file(tmp_path: Path) -> Path:
    """The file of a populated desk that nobody has open."""
    path = tmp_path / "desk.db"
    make(str(path))
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The file or address of a populated desk."""
    on_file = request.param == "sqlite"
    found = str(tmp_path / "desk.db") if on_file else request.getfixturevalue("postgres_url")
    make(found)
    return str(found)


@pytest.fixture
def database(place: str) -> Iterator[Database]:
    """The same desk, open in this process."""
    opened = open_database(place)
    yield opened
    opened.close()


def make(place: str) -> None:
    """Lay and populate a desk."""
    database = open_database(place)
    lay(database, Clock())
    populate(Local(database, Identity(), Clock()))
    database.close()


def check_sound(place: str) -> None:
    """The desk's own proof and the database's find nothing."""
    database = open_database(place)
    report = check_desk(Local(database, Identity(), Clock()))
    assert report.findings == []
    assert database.integrity() == []
    database.close()
