"""Lists of one's own tickets: filters, orders, pages, counts (K1, K5, C9)."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pscli.desk.addons import grant_addon
from pscli.desk.callbacks import list_callbacks
from pscli.desk.chat_records import list_chats
from pscli.desk.hub import show_hub
from pscli.desk.inquiries import list_inquiries
from pscli.desk.queue import answer_ticket, list_queue
from pscli.desk.requests import reply_ticket, solve_ticket, submit_request
from pscli.desk.teams import set_team
from pscli.desk.tickets import list_requests, list_tickets
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import Product
from pscli.models.tickets import Sort, StatusFilter, Ticket
from pscli.operation import Backend, Operation
from pscli.problems import InvalidValue, NotAllowed, NotEntitled
from tests.world import AGENT, ANA, MIA, OTTO, SALES, World

NEVER = datetime.fromisoformat("9999-12-31T23:59:59Z")


def everything(backend: Backend, limit: int = 4, **asked: Any) -> list[Ticket]:
    """Every page of a list, one after the other."""
    page = list_tickets(backend, limit=limit, **asked)
    found, total = list(page.items), page.total
    while page.next:
        page = list_tickets(backend, limit=limit, cursor=page.next, **asked)
        found += page.items
    assert total == len(found)
    return found


def fill(world: World) -> Backend:
    """Thirty tickets of every kind, some of them answered, some of them solved."""
    chance = random.Random(7)
    set_team(world.operator, "Other", products=[Product.DASH, Product.PAPER])
    grant_addon(world.operator, "Other", AddonProduct.DROPBOX, Edition.ESSENTIALS)
    otto, agent = world.acting_as(OTTO), world.acting_as(AGENT)
    for _ in range(30):
        world.clock.pass_(minutes=chance.choice([0, 0, 1, 600]))
        number = submit_request(
            otto,
            chance.choice(["Sync", "Search"]),
            "x",
            product=chance.choice([Product.DROPBOX, Product.DASH, Product.PAPER]),
            issue_type=chance.choice(["sync", "other"]),
            language=chance.choice(["en", "ja"]),
        ).record.number
        if chance.random() < 0.6:
            answer_ticket(agent, "Other", number, "y", solve=chance.random() < 0.5)
    return otto


def key(sort: Sort) -> Callable[[Ticket], Any]:
    """What a list is sorted by, so that the smallest comes first."""
    if sort is Sort.DUE:
        return lambda ticket: (ticket.due_at or NEVER, ticket.number)
    field = "created_at" if sort is Sort.CREATED else "updated_at"
    return lambda ticket: (NEVER - getattr(ticket, field), -ticket.number)


def test_filters_are_those_of_a_plain_filter(world: World) -> None:
    """K5, K1: by each field, in combinations, in every order, with the count beside it."""
    otto = fill(world)
    known = list_tickets(otto, limit=100).items
    assert len(known) == 30
    middle = sorted(ticket.created_at for ticket in known)[15]
    asked: list[tuple[dict[str, Any], Callable[[Ticket], bool]]] = [
        ({}, lambda _: True),
        ({"status": [StatusFilter.OPEN]}, lambda t: t.status == "open"),
        ({"status": [StatusFilter.UNSOLVED]}, lambda t: t.status != "solved"),
        (
            {"status": [StatusFilter.PENDING, StatusFilter.SOLVED]},
            lambda t: t.status in {"pending", "solved"},
        ),
        ({"product": Product.PAPER}, lambda t: t.product == "paper"),
        ({"issue_type": "sync"}, lambda t: t.issue_type == "sync"),
        ({"channel": "request"}, lambda t: t.channel == "request"),
        ({"channel": "chat"}, lambda _: False),
        ({"language": "ja"}, lambda t: t.language == "ja"),
        ({"since": middle}, lambda t: t.created_at >= middle),
        ({"until": middle}, lambda t: t.created_at < middle),
        ({"search": "search"}, lambda t: t.subject == "Search"),
        (
            {"status": [StatusFilter.UNSOLVED], "product": Product.DASH, "language": "en",
             "since": middle, "search": "SYNC"},
            lambda t: t.status != "solved" and t.product == "dash" and t.language == "en"
            and t.created_at >= middle and t.subject == "Sync",
        ),
    ]  # fmt: skip
    for arguments, wanted in asked:
        for sort in Sort:
            found = everything(otto, **arguments, sort=sort)
            assert found == sorted(filter(wanted, known), key=key(sort)), (arguments, sort)


def test_a_page_neither_skips_nor_repeats(world: World) -> None:
    """K5: by `created`, while new tickets arrive between two pages."""
    otto = fill(world)
    before = [ticket.number for ticket in list_tickets(otto, limit=100).items]
    page, seen = list_tickets(otto, limit=7), []
    while True:
        seen += [ticket.number for ticket in page.items]
        submit_request(otto, "New", "x", product=Product.DASH)
        if page.next is None:
            break
        page = list_tickets(otto, limit=7, cursor=page.next)
    assert seen == before


def test_a_cursor_belongs_to_its_list(world: World) -> None:
    """K5: one of another order, or made up, is refused by name."""
    otto = fill(world)
    cursor = list_tickets(otto, limit=1).next
    for wrong in (cursor, "bm8", "====", "x" * 40):
        with pytest.raises(InvalidValue) as refusal:
            list_tickets(otto, cursor=wrong, sort=Sort.DUE)
        assert refusal.value.field == "cursor"


@pytest.mark.parametrize(
    ("operation", "cursor"),
    [
        (list_queue, "queue|a|b|x|1"),
        (list_chats, "chats|a|x|1"),
        (list_callbacks, "calls|a|x|1|1"),
        (list_callbacks, "calls|a|1|x|1"),
        (list_inquiries, "inq|a|x|1"),
    ],
)
def test_a_made_up_cursor_is_refused(
    world: World, operation: Operation[..., Any], cursor: str
) -> None:
    """K5: also where what should be a number in it is none."""
    with pytest.raises(InvalidValue):
        operation(world.acting_as(SALES), cursor=cursor.encode().hex())


def test_counts_follow_every_change(world: World) -> None:
    """K1, K4: open awaits support, pending the customer; unsolved is what the Hub counts."""
    ana, agent = world.acting_as(ANA), world.acting_as(AGENT)
    for _ in range(2):
        submit_request(ana, "Sync", "x")

    def counted() -> list[int | None]:
        return [list_tickets(ana, status=[each], limit=1).total for each in StatusFilter]

    assert counted() == [2, 0, 0, 2]
    answer_ticket(agent, "Acme", 1, "y")
    assert counted() == [1, 1, 0, 2]
    reply_ticket(ana, 1, "z")
    assert counted() == [2, 0, 0, 2]
    solve_ticket(ana, 1)
    solve_ticket(ana, 1)
    assert counted() == [1, 0, 1, 1]
    totals = show_hub(ana).totals
    assert (totals.open, totals.all) == (1, 2)


def test_the_hubs_first_page(world: World) -> None:
    """E8, K1: what is newest, what waits for the person, what is due next."""
    ana = world.acting_as(ANA)
    for n in range(7):
        submit_request(ana, f"Sync {n}", "x")
        world.clock.pass_(minutes=1)
    answer_ticket(world.acting_as(AGENT), "Acme", 1, "y")
    hub = show_hub(ana)
    assert [ticket.number for ticket in hub.newest] == [7, 6, 5, 4, 3]
    assert [ticket.number for ticket in hub.waiting] == [1]
    assert hub.next_due is not None
    assert hub.next_due.number == 2
    assert hub.next_due.due_at == world.clock.now - timedelta(minutes=6) + timedelta(hours=4)


def test_the_hubs_months_are_the_readers(world: World) -> None:
    """I1: of the zone that is named, else of the team's; an unknown one is refused."""
    world.clock.set("2026-03-31T20:00:00+00:00")
    ana = world.acting_as(ANA)
    submit_request(ana, "Sync", "x")
    assert show_hub(ana).timezone == "UTC"
    found = {zone: show_hub(ana, timezone=zone).trend[-1] for zone in ("UTC", "Asia/Tokyo")}
    assert [f"{month.start:%m-%dT%H}" for month in found.values()] == ["03-01T00", "03-31T15"]
    assert [month.total for month in found.values()] == [1, 1]
    before = {zone: show_hub(ana, timezone=zone).trend[-2] for zone in found}
    assert [month.total for month in before.values()] == [0, 0]
    with pytest.raises(InvalidValue):
        show_hub(ana, timezone="Mars/Olympus")


def test_without_the_hub_there_are_ones_requests(world: World) -> None:
    """C9, E6, E8: for members, and for admins without an add-on."""
    mia, otto = world.acting_as(MIA), world.acting_as(OTTO)
    submit_request(mia, "Mine", "x")
    submit_request(otto, "His", "x", product=Product.DASH)
    for backend, refused in ((mia, NotAllowed), (otto, NotEntitled)):
        with pytest.raises(refused):
            list_tickets(backend)
        with pytest.raises(refused):
            show_hub(backend)
        assert list_requests(backend).total == 1
