"""Files with flipped bytes: no defect, and no other money than was charged comes out of one."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.billing import list_addons, list_invoices, show_billing, show_invoice
from pscli.desk.check import check_desk
from pscli.desk.purchases import add_addon
from pscli.desk.queue import list_queue
from pscli.desk.requests import submit_request
from pscli.desk.tickets import list_tickets, show_ticket
from pscli.models.addons import Edition
from pscli.models.billing import Addon, Billing
from pscli.models.people import Identity, Product
from pscli.models.record import Page
from pscli.operation import Operation
from pscli.problems import DataRefused, Problem
from tests.world import ANA, OTTO, Clock

from .conftest import SOAK
from .test_files import at_rest

COPIES = 100 * SOAK
MONTHS = 8  # of invoices
MONEY: list[tuple[Operation[..., Any], dict[str, Any]]] = [
    (show_billing, {}), (list_addons, {}), (list_invoices, {"limit": 1000}),
    (show_invoice, {"number": 3}),
]  # fmt: skip


def prepare(path: Path) -> Clock:
    """Forty tickets, and two teams that were invoiced for months; returns the time it is then."""
    clock = Clock()
    database = open_database(str(path))
    otto = Local(database, Identity(email=OTTO), clock)
    add_addon(otto, Edition.ESSENTIALS, Product.DROPBOX)
    for n in range(40):
        ana = Local(database, Identity(email=ANA), clock)
        submit_request(ana, f"Request {n}", "It stopped. " * 40)
    clock.pass_(days=30 * MONTHS)
    for email in (ANA, OTTO):
        assert (list_invoices(Local(database, Identity(email=email), clock)).total or 0) >= MONTHS
    database.close()
    at_rest(path)
    return clock


def figures(path: Path, clock: Clock) -> dict[str, Any]:
    """All money that two admins are shown; None where it is refused."""
    found: dict[str, Any] = {}
    for email in (ANA, OTTO):
        for operation, arguments in MONEY:
            database = open_database(str(path))
            try:
                backend = Local(database, Identity(email=email), clock)
                shown = backend.perform(operation, arguments)
            except Problem:
                shown = None
            finally:
                database.close()
            found[f"{operation.name} {email}"] = None if shown is None else money_in(shown)
    return found


def money_in(shown: Any) -> Any:
    """What of a record is money; who owns and buys what may be damaged in other ways."""
    if isinstance(shown, Billing):
        return shown.licences, shown.currency, shown.next_invoice, shown.next_total
    if isinstance(shown, Page) and isinstance(shown.items[0], Addon):
        return [(each.product, each.edition, each.price) for each in shown.items]
    return shown


def flipped(sound: bytes, places: random.Random, *, billed: bool) -> bytes:
    """The same bytes but for 1, 8 or 64 bits; `billed` are those in and around what was billed."""
    data = bytearray(sound)
    spots = range(len(data))
    if billed:
        key = places.choice((b'"invoice":{', b'"prices":{', b"essentials", b'"after":{'))
        starts = [n for n in spots if data.startswith(key, n)] if key not in _FOUND else _FOUND[key]
        _FOUND[key] = starts
        start = places.choice(starts)
        spots = range(start, min(start + 600, len(data)))
    for _ in range(places.choice((1, 1, 8, 64))):
        data[places.choice(spots)] ^= 1 << places.randrange(8)
    return bytes(data)


_FOUND: dict[bytes, list[int]] = {}


def test_byte_flips_are_no_defects(
    desk_file: Path,
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """B13: each command works or refuses the damaged copy; no other figure is shown as right."""
    clock = prepare(desk_file)
    sound = desk_file.read_bytes()
    true = figures(desk_file, clock)
    assert None not in true.values()
    places = random.Random(100)
    counts: Counter[str] = Counter()
    for n in range(COPIES):
        copy = tmp_path / f"copy{n}.db"
        copy.write_bytes(flipped(sound, places, billed=bool(n % 2)))
        detected = not is_sound(copy, clock)
        counts["found by the check"] += detected
        for name, shown in figures(copy, clock).items():
            counts["figures refused"] += shown is None
            if shown not in (None, true[name]):
                counts["figures changed"] += 1
                assert detected, (n, name, shown, true[name])
                assert "invoice" not in name, (n, name, shown, true[name])
        counts["commands refused"] += used(copy)
        for path in tmp_path.glob("copy*"):
            path.unlink()
    record_testsuite_property("byte flips", {"copies": COPIES, **counts})
    assert counts["found by the check"] > COPIES / 2
    assert counts["commands refused"] > COPIES / 10


@pytest.mark.parametrize("column", [b"ledger_count", b"ledger_head"])
def test_a_damaged_name_of_a_column_is_damage(desk_file: Path, column: bytes) -> None:
    """One bit in the statement of a table: refused, wherever the column would be read."""
    clock = prepare(desk_file)
    sound = desk_file.read_bytes()
    places = [n for n in range(len(sound)) if sound.startswith(column, n)]
    for place in places[:6]:
        data = bytearray(sound)
        data[place] ^= 1
        desk_file.write_bytes(data)
        figures(desk_file, clock)
        used(desk_file)
        assert not is_sound(desk_file, clock)


def is_sound(path: Path, clock: Clock) -> bool:
    """Whether the proofs find nothing; a file that cannot be read at all is not sound."""
    database = open_database(str(path))
    try:
        report = check_desk(Local(database, Identity(), clock))
        return report.ok and not database.integrity()
    except DataRefused:
        return False
    finally:
        database.close()


def used(path: Path) -> bool:
    """Read and write a damaged file; whether it was refused anywhere."""
    refused = False
    for work in (
        lambda ana, _: list_tickets(ana, limit=1000),
        lambda ana, _: list_tickets(ana, search="stopped"),
        lambda ana, _: show_ticket(ana, 7),
        lambda _, agent: list_queue(agent, limit=1000),
        lambda ana, _: submit_request(ana, "Another", "It stopped again."),
    ):
        database = open_database(str(path))
        backends = [Local(database, Identity(email=email), Clock()) for email in (ANA, None)]
        try:
            work(*backends)
        except DataRefused:
            refused = True
        except Problem:
            pass  # a flipped letter can make another value that is possible, too
        finally:
            database.close()
    return refused
