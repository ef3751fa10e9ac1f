"""People who want the same hour at the same instant: the calendars stay right."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.addons import grant_addon
from pscli.desk.meetings import book_slot, cancel_booking, list_slots, rebook_slot
from pscli.desk.people import add_person
from pscli.desk.staff import add_representative, remove_representative
from pscli.desk.teams import create_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.meetings import Booking, MeetingKind
from pscli.models.people import AdminRole, Identity, RepresentativeRole
from pscli.models.record import Change
from pscli.problems import StateForbids
from tests.world import AGENT, AGENT2, Clock

from .conftest import SOAK, check_sound

CROWD = 6
CONSULTATION = MeetingKind.CONSULTATION
Act = Callable[[], Change[Booking]]


@pytest.fixture
def admins(place: str) -> Iterator[list[Local]]:
    """An admin each of six teams with an add-on, each with a connection of their own."""
    opened = [open_database(place) for _ in range(CROWD)]
    operator = Local(opened[0], Identity(), Clock())
    for n in range(CROWD):
        create_team(operator, f"Team {n}")
        add_person(operator, f"Team {n}", f"a{n}@team.example", role=AdminRole.TEAM)
        grant_addon(operator, f"Team {n}", AddonProduct.DROPBOX, Edition.ESSENTIALS)
    yield [
        Local(database, Identity(email=f"a{n}@team.example"), Clock())
        for n, database in enumerate(opened)
    ]
    for database in opened:
        database.close()


def at_once(acts: list[Act]) -> list[Booking | None]:
    """Do all of these at the same instant; what each got, None for a refusal."""
    barrier = Barrier(len(acts))

    def act(wanted: Act) -> Booking | None:
        barrier.wait(timeout=30)
        try:
            return wanted().record
        except StateForbids as refusal:
            if "is taken" in refusal.message and (refusal.hint or "").startswith("Free: "):
                return None
            raise

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def booking(who: Local, slot: datetime) -> Act:
    """The wish for a slot."""
    return lambda: book_slot(who, CONSULTATION, slot)


def moving(who: Local, slot: datetime) -> Act:
    """The wish to move to a slot."""
    return lambda: rebook_slot(who, CONSULTATION, slot)


def slots_of(who: Local) -> list[datetime]:
    """When slots begin."""
    return [slot.starts_at for slot in list_slots(who, CONSULTATION, limit=1000).items]


def test_of_two_who_book_the_last_place_one_wins(place: str, admins: list[Local]) -> None:
    """Q4: whichever it is, every time; the other one is told which slots are free."""
    remove_representative(Local(admins[0].database, Identity(), Clock()), AGENT2)
    slots = slots_of(admins[0])
    wins = {0: 0, 1: 0}
    for n in range(20 * SOAK):
        pair = admins[:2]
        got = at_once([booking(who, slots[n % len(slots)]) for who in pair])
        (winner,) = [n for n, booked in enumerate(got) if booked is not None]
        wins[winner] += 1
        cancel_booking(pair[winner], CONSULTATION)
    assert sum(wins.values()) == 20 * SOAK
    check_sound(place)


def test_of_six_who_book_four_places_four_win(place: str, admins: list[Local]) -> None:
    """Q4: each with a representative of their own, and nobody waits for long."""
    operator = Local(admins[0].database, Identity(), Clock())
    for n in range(2):
        add_representative(operator, f"more{n}@desk.example", RepresentativeRole.AGENT)
    slots = slots_of(admins[0])
    for n in range(3 * SOAK):
        begun = time.monotonic()
        got = at_once([booking(who, slots[n]) for who in admins])
        assert time.monotonic() - begun < 10
        won = [booked.representative for booked in got if booked is not None]
        assert len(won) == len(set(won)) == 4
        for who, booked in zip(admins, got, strict=True):
            if booked is not None:
                cancel_booking(who, CONSULTATION)
    check_sound(place)


def test_who_is_removed_leads_nothing_that_is_booked_meanwhile(
    place: str, database: Database, admins: list[Local]
) -> None:
    """Q4, T6: a booking and a removal at once: whoever is left leads it."""
    operator = Local(database, Identity(), Clock())
    slots = slots_of(admins[0])
    for n in range(5 * SOAK):
        leaver = f"a{n}@desk.example"  # whose turn it is
        add_representative(operator, leaver, RepresentativeRole.AGENT)
        barrier = Barrier(2)

        def leave(email: str = leaver, barrier: Barrier = barrier) -> None:
            barrier.wait(timeout=30)
            remove_representative(operator, email)

        def book(n: int = n, barrier: Barrier = barrier) -> None:
            barrier.wait(timeout=30)
            book_slot(admins[0], CONSULTATION, slots[n])

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(leave), pool.submit(book)]:
                done.result()
        with database.transaction(writes=False) as sql:
            leads = sql.all(str, "SELECT representative FROM booking WHERE cancelled = 0")
        assert len(leads) == 1
        assert leads[0] in {AGENT, AGENT2}
        cancel_booking(admins[0], CONSULTATION)
    check_sound(place)


def test_two_who_want_each_others_hour_both_keep_theirs(
    place: str, database: Database, admins: list[Local]
) -> None:
    """Q4: neither is free until it is left; nobody loses an hour, nobody waits in a ring."""
    remove_representative(Local(database, Identity(), Clock()), AGENT2)
    slots = slots_of(admins[0])
    pair = admins[:2]
    for who, slot in zip(pair, slots[:2], strict=True):
        book_slot(who, CONSULTATION, slot)
    for n in range(5 * SOAK):
        begun = time.monotonic()
        assert at_once([moving(pair[0], slots[1]), moving(pair[1], slots[0])]) == [None, None]
        third = slots[2 + n % 8]  # both want the same free hour: one gets it and leaves theirs
        got = at_once([moving(who, third) for who in pair])
        (winner,) = [n for n, moved in enumerate(got) if moved is not None]
        rebook_slot(pair[winner], CONSULTATION, slots[winner])
        assert time.monotonic() - begun < 10
    with database.transaction(writes=False) as sql:
        assert sql.one(int, "SELECT count(*) FROM engagement") == 2
    check_sound(place)
