"""Fixtures: a populated desk on both databases, which other processes can open."""

import os
from collections.abc import Iterator

import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.check import check_desk
from pscli.models.people import Identity
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


def check_sound(place: str) -> None:
    """The desk's own proof and the database's find nothing."""
    database = open_database(place)
    report = check_desk(Local(database, Identity(), Clock()))
    assert report.findings == []
    assert database.integrity() == []
    database.close()
