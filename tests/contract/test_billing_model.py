"""Random lives of teams, each compared with plain books after every step (B4-B9, B12, B13, B16)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from msgspec import structs

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.billing import list_addons, list_invoices, show_billing
from pscli.desk.check import check_desk
from pscli.desk.people import add_person
from pscli.desk.policies import set_policy
from pscli.desk.purchases import add_addon, preview_addon, remove_addon
from pscli.desk.teams import create_team, set_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import Line
from pscli.models.people import AdminRole, Identity, Product
from pscli.models.policy import Policy
from pscli.policy import shipped_policy
from pscli.problems import StateForbids
from pscli.rules.money import minor_units
from tests.world import Clock, lay

from .books import Books

SOAK = bool(os.environ.get("PSCLI_SOAK"))
BEGIN = datetime(2027, 12, 20, 12, tzinfo=UTC)  # two months before a leap day
ANCHORS = [BEGIN.replace(day=day, hour=0) for day in (1, 20, 29, 30, 31)]
NUMBERS = count(1)
SECOND = timedelta(seconds=1)


def per_licence(policy: Policy) -> Policy:
    """The shipped prices, with Essentials for Dropbox at 3.33 a licence."""
    addons = [
        structs.replace(price, per_licence=True, amounts={"USD": "3.33"})
        if (price.product, price.edition) == (AddonProduct.DROPBOX, Edition.ESSENTIALS)
        else price
        for price in policy.prices.addons
    ]
    return structs.replace(policy, prices=structs.replace(policy.prices, addons=addons))


def minor(lines: list[Line]) -> list[tuple[str, int]]:
    """Lines of an invoice in cents, in an order of their own."""
    return sorted(
        (line.description, minor_units(line.amount.amount, line.amount.currency)) for line in lines
    )


class Life(RuleBasedStateMachine):
    """One team on a desk of many, and its books."""

    database: Database

    @initialize(anchor=st.sampled_from(ANCHORS), licences=st.integers(1, 60))
    def found(self, anchor: datetime, licences: int) -> None:
        """Begin with a team that holds nothing."""
        self.clock = Clock(BEGIN)
        self.name = f"Team {next(NUMBERS)}"
        email = f"{self.name.replace(' ', '')}@life.example".lower()
        self.operator = Local(self.database, Identity(), self.clock)
        self.admin = Local(self.database, Identity(email=email), self.clock)
        create_team(
            self.operator, self.name, products=[Product.DASH], licences=licences, anchor=anchor
        )
        add_person(self.operator, self.name, email, role=AdminRole.TEAM)
        self.books = Books(anchor, BEGIN, licences)

    @rule(seconds=st.integers(1, 40 * 86400))
    def wait(self, seconds: int) -> None:
        """Let any time pass."""
        self._pass_to(self.clock.now + seconds * SECOND)

    @rule(early=st.booleans(), later=st.integers(0, 2))
    def wait_for_the_renewal(self, early: bool, later: int) -> None:
        """Let time pass to a renewal, or to the second before it."""
        for _ in range(later):
            self.books.pass_to(self.books.renewal)
        target = self.books.renewal - SECOND * early
        self._pass_to(max(target, self.clock.now))

    def _pass_to(self, now: datetime) -> None:
        self.clock.now = now
        self.books.pass_to(now)

    @rule(quoted=st.booleans())
    def add(self, quoted: bool) -> None:
        """A customer adds Essentials for Dropbox, perhaps with a quote."""
        if self._is_for_sales():
            self._refused(add_addon)
            return
        before = len(self.books.invoices)
        self.books.take("dropbox", "essentials")
        quote = None
        if quoted:
            quote = preview_addon(self.admin, Edition.ESSENTIALS, Product.DROPBOX).id
        done = add_addon(self.admin, Edition.ESSENTIALS, Product.DROPBOX, quote=quote).record
        invoiced = len(self.books.invoices) > before
        assert done.invoice == (len(self.books.invoices) if invoiced else None)

    @rule()
    def remove(self) -> None:
        """A customer removes Essentials for Dropbox."""
        if self._is_for_sales():
            self._refused(remove_addon)
            return
        self.books.leave("dropbox")
        remove_addon(self.admin, Edition.ESSENTIALS, Product.DROPBOX)

    def _is_for_sales(self) -> bool:
        held = self.books.held.get("dropbox")
        return held is not None and held.edition == "enhanced"

    def _refused(self, change: Any) -> None:
        with pytest.raises(StateForbids, match="B9"):
            change(self.admin, Edition.ESSENTIALS, Product.DROPBOX)

    @rule(product=st.sampled_from(AddonProduct), edition=st.sampled_from(Edition))
    def grant(self, product: AddonProduct, edition: Edition) -> None:
        """Sales grants, upgrades, downgrades or takes a removal back."""
        self.books.take(product, edition)
        grant_addon(self.operator, self.name, product, edition)

    @rule(
        product=st.sampled_from(AddonProduct), edition=st.sampled_from(Edition), now=st.booleans()
    )
    def revoke(self, product: AddonProduct, edition: Edition, now: bool) -> None:
        """Sales ends an edition at the renewal or now; another one than is held is refused."""
        held = self.books.held.get(product)
        if held and held.edition != edition:
            with pytest.raises(StateForbids, match="E1"):
                revoke_addon(self.operator, self.name, product, edition, now=now)
            return
        (self.books.end if now else self.books.leave)(product)
        revoke_addon(self.operator, self.name, product, edition, now=now)

    @rule(licences=st.integers(1, 60))
    def license(self, licences: int) -> None:
        """The operator sets the licences."""
        self.books.license(licences)
        set_team(self.operator, self.name, licences=licences)

    @invariant()
    def agrees(self) -> None:
        """Every invoice, every state and the invoice to come are those of the books."""
        if not hasattr(self, "books"):
            return
        page = list_invoices(self.admin, limit=1000)
        assert [minor(each.lines) for each in page.items[::-1]] == [
            sorted(lines) for lines in self.books.invoices
        ]
        held = {
            each.product: (each.edition, each.state, each.active_since, each.next_edition)
            for each in list_addons(self.admin).items
            if each.active_since
        }
        assert held == {
            product: (each.edition, each.state, each.since, each.then)
            for product, each in self.books.held.items()
        }
        shown = show_billing(self.admin)
        assert (shown.licences, shown.next_renewal) == (self.books.licences, self.books.renewal)
        assert minor(shown.next_invoice) == sorted(self.books.forecast())


@contextmanager
def desk(place: str) -> Iterator[Database]:
    """A desk with prices by licence; what lived on it is sound at the end."""
    database = open_database(place)
    clock = Clock(BEGIN - timedelta(days=1))
    lay(database, clock)
    set_policy(Local(database, Identity(), clock), per_licence(shipped_policy()))
    yield database
    late = Clock(BEGIN + timedelta(days=9000))
    assert check_desk(Local(database, Identity(), late)).findings == []
    database.close()


def live(database: Database, runs: int) -> None:
    """Let so many teams live on a desk."""
    Life.database = database
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=runs,
            stateful_step_count=50,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_lives_on_sqlite(tmp_path: Path) -> None:
    """B4-B9, B12, B13, B16: teams of up to 50 steps, and the proof of the desk at the end."""
    with desk(str(tmp_path / "lives.db")) as database:
        live(database, 2000 if SOAK else 100)


def test_lives_on_postgres(postgres_url: str) -> None:
    """The same on the database for many teams."""
    with desk(postgres_url) as database:
        live(database, 100 if SOAK else 10)
