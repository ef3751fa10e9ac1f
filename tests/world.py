"""A desk with a team, people and staff on it, and a clock that a test moves."""

import importlib
import os
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pscli.desk
from pscli.backends.local import Database, Local
from pscli.desk.addons import grant_addon
from pscli.desk.people import add_person
from pscli.desk.setup import lay_desk
from pscli.desk.staff import add_representative
from pscli.desk.teams import create_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import (
    AdminRole,
    ChampionLevel,
    Identity,
    Product,
    RepresentativeRole,
)
from pscli.operation import OPERATIONS, Backend, Operation
from pscli.policy import shipped_policy

R = TypeVar("R")

MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

ANA = "ana@acme.example"  # role team
BEN = "ben@acme.example"  # role support
MIA = "mia@acme.example"  # a member
GRACE = "grace@acme.example"  # a member, Champion level grand
OTTO = "otto@other.example"  # role team, of another team
AGENT = "agent@desk.example"
AGENT2 = "second@desk.example"
SALES = "sales@desk.example"


@dataclass
class Clock:
    """The time it is, until a test moves it."""

    now: datetime = MONDAY_NOON

    def __call__(self) -> datetime:
        """The time it is."""
        return self.now

    def pass_(self, **amount: float) -> None:
        """Let time pass."""
        self.now += timedelta(**amount)

    def set(self, text: str) -> None:
        """Jump to an instant."""
        self.now = datetime.fromisoformat(text)


EXERCISED = "TEST_EXERCISED"  # a folder in which every performed operation leaves a file


@dataclass
class Recording:
    """A backend that notes which operations were asked of it, for the last check of a run."""

    backend: Backend

    def perform(
        self,
        operation: Operation[Any, R],
        arguments: dict[str, Any],
        key: str | None = None,
        *,
        dry_run: bool = False,
    ) -> R:
        """Note the operation and perform it."""
        if folder := os.environ.get(EXERCISED):
            (Path(folder) / operation.name).touch()
        return self.backend.perform(operation, arguments, key, dry_run=dry_run)

    def wait(self, topic: str, after: int, seconds: float) -> int:
        """Wait for news."""
        return self.backend.wait(topic, after, seconds)

    def close(self) -> None:
        """Close the backend."""
        self.backend.close()


@dataclass
class World:
    """One desk as tests see it: `acting_as` gives a backend that acts as somebody."""

    database: Database
    connect: Callable[[Identity], Backend]
    clock: Clock
    backends: dict[str | None, Backend] = field(default_factory=dict)

    def acting_as(self, email: str | None) -> Backend:
        """A backend on which this person acts; None is the operator of the desk."""
        if email not in self.backends:
            self.backends[email] = Recording(self.connect(Identity(email=email)))
        return self.backends[email]

    @property
    def operator(self) -> Backend:
        """The operator, who always opens the database directly (A1)."""
        return Recording(Local(self.database, Identity(), self.clock))


def lay(database: Database, clock: Clock) -> None:
    """A fresh desk in an empty database."""
    database.create()  # type: ignore[attr-defined]
    with database.transaction(writes=True) as sql:
        lay_desk(sql, shipped_policy(), clock(), rehearsal=True, demo=False)


def populate(operator: Backend) -> None:
    """Two teams: Acme owns Dropbox with Essentials, Other owns Dropbox and Dash with nothing."""
    create_team(operator, "Acme", licences=40)
    create_team(operator, "Other", products=[Product.DASH])
    add_person(operator, "Acme", ANA, name="Ana", role=AdminRole.TEAM)
    add_person(operator, "Acme", BEN, name="Ben", role=AdminRole.SUPPORT)
    add_person(operator, "Acme", MIA, name="Mia")
    add_person(operator, "Acme", GRACE, name="Grace", champion=ChampionLevel.GRAND)
    add_person(operator, "Other", OTTO, name="Otto", role=AdminRole.TEAM)
    add_representative(operator, AGENT, RepresentativeRole.AGENT)
    add_representative(operator, AGENT2, RepresentativeRole.AGENT)
    add_representative(operator, SALES, RepresentativeRole.SALES)
    grant_addon(operator, "Acme", AddonProduct.DROPBOX, Edition.ESSENTIALS)


def all_operations() -> dict[str, Operation[Any, Any]]:
    """Every operation of the desk, with all its modules imported."""
    for module in pkgutil.iter_modules(pscli.desk.__path__):
        importlib.import_module(f"pscli.desk.{module.name}")
    return OPERATIONS
