"""What tickets add up to, on every backend, against plain counting of the rows (I)."""

import os
import random
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.check import check_desk
from pscli.desk.hub import show_hub
from pscli.desk.imports import import_tickets
from pscli.desk.insights import show_insights
from pscli.desk.people import set_person
from pscli.desk.queue import answer_ticket, retype_ticket, settle_ticket
from pscli.desk.requests import reply_ticket, solve_ticket, submit_request
from pscli.desk.teams import set_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.imports import ForeignTicket
from pscli.models.insights import Attainment, Insights, Scope, Unit
from pscli.models.people import AdminRole, Product
from pscli.models.record import Record
from pscli.models.tickets import Channel, ClockState, Status
from pscli.operation import Backend, Operation
from pscli.problems import InvalidValue, NotAllowed, NotEntitled, Problem
from pscli.rules.insights import Range, midnight, range_before, units_of
from tests.world import AGENT, ANA, BEN, GRACE, MIA, OTTO, World

ZONES = ["UTC", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"]
STEPS = 600 if os.environ.get("PSCLI_SOAK") else 60
TYPES = ["sync", "sharing", "sign-in", "other"]


class Row(Record, frozen=True):
    """A ticket as it stands in the table."""

    person: int
    created_at: datetime
    issue_type: str
    product: str
    status: Status


class Course(Record, frozen=True):
    """A promise as it stands in the table."""

    person: int
    started_at: datetime
    answered_at: datetime | None
    state: ClockState


class Books:
    """Every row of a team, counted the plain way."""

    def __init__(self, world: World, person: int | None) -> None:
        with world.database.transaction(writes=False) as sql:
            tickets = sql.all(Row, "SELECT * FROM ticket WHERE team = 1")
            promises = sql.all(
                Course, "SELECT * FROM clock WHERE team = 1 AND due_at < '9999-12-31T23:59:59Z'"
            )
        self.tickets = [row for row in tickets if person in (None, row.person)]
        self.promises = [row for row in promises if person in (None, row.person)]

    def came(self, start: datetime, end: datetime) -> list[Row]:
        """The tickets of a range."""
        return [row for row in self.tickets if start <= row.created_at < end]

    def attainment(self, start: datetime, end: datetime) -> Attainment:
        """How the promises of a range went."""
        began = [row for row in self.promises if start <= row.started_at < end]
        states = Counter(row.state for row in began)
        minutes = sorted(
            int((row.answered_at - row.started_at).total_seconds() // 60)
            for row in began
            if row.answered_at is not None
        )
        ranks = [-(-len(minutes) * percent // 100) for percent in (50, 90)]
        median, p90 = (minutes[rank - 1] if minutes else None for rank in ranks)
        return Attainment(
            met=states[ClockState.MET],
            breached=states[ClockState.BREACHED],
            running=states[ClockState.RUNNING],
            withdrawn=states[ClockState.WITHDRAWN],
            median_minutes=median,
            p90_minutes=p90,
        )


def check_insights(world: World, found: Insights, days: Range, person: int | None) -> None:
    """Every figure is that of a plain count."""
    books, zone = Books(world, person), ZoneInfo(found.timezone)
    start, end = midnight(days.since, zone), midnight(days.until, zone)
    before = range_before(days, found.by)
    earlier = midnight(before.since, zone), midnight(before.until, zone)
    assert (found.since, found.until, found.complete) == (start, end, end <= world.clock.now)
    assert found.totals.all == len(books.tickets)
    assert found.totals.open == sum(row.status is not Status.SOLVED for row in books.tickets)
    now, then = books.came(start, end), books.came(*earlier)
    assert (found.total, found.previous_total) == (len(now), len(then))
    for field, shares in (("issue_type", found.issue_types), ("product", found.products or [])):
        counted = Counter(getattr(row, field) for row in now)
        previous = Counter(getattr(row, field) for row in then)
        listed = {getattr(each, field): (each.count, each.previous) for each in shares}
        if field == "issue_type" or found.products is not None:
            assert listed == {
                name: (counted[name], previous[name]) for name in counted.keys() | previous.keys()
            }
        for each in shares:
            assert each.share == pytest.approx(each.count / max(len(now), 1), abs=0.0001)
    for unit, bucket in zip(units_of(days, found.by), found.series, strict=True):
        assert (bucket.start, bucket.end) == (
            midnight(unit.since, zone),
            midnight(unit.until, zone),
        )
        rows = books.came(bucket.start, bucket.end)
        assert bucket.total == len(rows)
        assert bucket.by_issue_type == Counter(row.issue_type for row in rows)
        assert bucket.complete is (bucket.end <= world.clock.now)
    pieces = {name: getattr(found.attainment, name) for name in Attainment.__struct_fields__}
    assert Attainment(**pieces) == books.attainment(start, end)
    assert found.attainment.previous == books.attainment(*earlier)


def test_figures_equal_a_plain_count_whatever_happens(world: World) -> None:
    """I1, I2, S2: after random changes, in any zone and unit; the roll-ups pass their proof."""
    chance = random.Random(7)
    set_team(world.operator, "Acme", products=[Product.DASH, Product.SIGN])
    for step in range(STEPS):
        world.clock.pass_(minutes=chance.choice([7, 50, 300, 2000, 9000]))
        act(world, chance)
        if step % 6 == 0:
            ask_random(world, chance)
        if step % 20 == 0:
            assert check_desk(world.operator).findings == []
    assert check_desk(world.operator).findings == []


def act(world: World, chance: random.Random) -> None:
    """One change that counts, or tries to."""
    person = world.acting_as(chance.choice([ANA, BEN, MIA]))
    agent, number = world.acting_as(AGENT), chance.randint(1, 40)
    about = {"product": chance.choice(list(Product)[:3]), "issue_type": chance.choice(TYPES)}
    case = {"team": "Acme", "number": number}
    edition = {"team": "Acme", "product": AddonProduct.DASH, "edition": chance.choice([*Edition])}
    grant, revoke = (grant_addon, edition), (revoke_addon, {**edition, "now": True})
    zone, role = chance.choice(ZONES), {"email": BEN, "role": chance.choice([*AdminRole])}
    old = {"team": "Acme", "source": "old", "records": [foreign(world, chance)]}
    solve = {"solve": chance.random() < 0.4}
    doers: list[tuple[int, Backend, Operation[Any, Any], dict[str, Any]]] = [
        (8, person, submit_request, {"subject": "Sync", "body": "It stopped", **about}),
        (8, agent, answer_ticket, {**case, "body": "Try", **solve}),
        (3, person, reply_ticket, {"number": number, "body": "No", **solve}),
        (2, person, solve_ticket, {"number": number}),
        (1, agent, settle_ticket, case),
        (2, agent, retype_ticket, {**case, **about}),
        (1, world.operator, *grant),
        (1, world.operator, *revoke),
        (1, world.operator, set_team, {"team": "Acme", "timezone": zone}),
        (1, world.operator, set_person, role),
        (2, world.operator, import_tickets, old),
    ]
    (_, backend, operation, arguments), *_ = chance.choices(doers, [doer[0] for doer in doers])
    with suppress(Problem):  # refused is fine: what counts is what happened
        backend.perform(operation, arguments)


def foreign(world: World, chance: random.Random) -> ForeignTicket:
    """A ticket of another system, up to two years old."""
    created = world.clock.now - timedelta(minutes=chance.randint(1, 1_000_000))
    return ForeignTicket(
        line=1,
        record=str(chance.random()),
        requester=chance.choice([ANA, None]),
        subject="Old",
        body="It was so",
        status=chance.choice(list(Status)[::2]),
        product=Product.DROPBOX,
        issue_type=chance.choice(TYPES),
        channel=Channel.REQUEST,
        language="en",
        urgent=False,
        created_at=created,
        answered_at=None,
        solved_at=None,
    )


def ask_random(world: World, chance: random.Random) -> None:
    """Insights of a random range, zone, unit and scope, compared."""
    email, scope = chance.choice([(ANA, Scope.OWN), (BEN, Scope.OWN), (ANA, Scope.TEAM)])
    by = chance.choice(list(Unit))
    since = date(2024, 6, 1) + timedelta(days=chance.randint(0, 700))
    if chance.random() < 0.3:
        since = since.replace(day=1)
    days = Range(since, since + timedelta(days=chance.choice([1, 7, 40, 100, 400])))
    found = show_insights(
        world.acting_as(email),
        since=days.since,
        until=days.until,
        by=by,
        timezone=chance.choice([None, *ZONES]),
        scope=scope,
    )
    person = {ANA: 1, BEN: 2}[email] if scope is Scope.OWN else None
    check_insights(world, found, days, person)


def file(world: World, email: str, *types: str) -> None:
    """A request of each type."""
    for issue_type in types:
        submit_request(world.acting_as(email), "Sync", "It stopped", issue_type=issue_type)


def test_patterns_name_what_occurs_now_or_before(world: World) -> None:
    """I1: with share and the count before; the most frequent first; one product needs no list."""
    world.clock.set("2025-03-10T12:00:00+00:00")
    file(world, ANA, "security", "sync")
    world.clock.set("2026-03-10T12:00:00+00:00")
    file(world, ANA, "sharing", "sync", "sync")
    found = show_insights(world.acting_as(ANA), since=date(2025, 4, 1))
    named = [(each.issue_type, each.count, each.previous) for each in found.issue_types]
    assert named == [("sync", 2, 1), ("sharing", 1, 0), ("security", 0, 1)]
    assert [each.share for each in found.issue_types] == [0.6667, 0.3333, 0.0]
    assert found.products is None
    assert (found.timezone, found.by, found.complete) == ("UTC", "month", False)
    assert [bucket.complete for bucket in found.series] == [True] * 11 + [False]


def test_the_team_is_counted_for_some_roles_only(world: World) -> None:
    """I3: own tickets for everyone, the team's without content for `team` and `reporting`."""
    file(world, ANA, "sync")
    file(world, BEN, "sync", "sharing")
    file(world, MIA, "other")
    assert show_insights(world.acting_as(BEN)).totals.all == 2
    with pytest.raises(NotAllowed, match="team and reporting"):
        show_insights(world.acting_as(BEN), scope=Scope.TEAM)
    set_person(world.operator, BEN, role=AdminRole.REPORTING)
    for email in (ANA, BEN):
        team = show_insights(world.acting_as(email), scope=Scope.TEAM)
        assert (team.totals.all, team.total) == (4, 4)


def test_insights_have_the_access_of_the_hub(world: World) -> None:
    """I4, E8: no members, no admins without an add-on; representatives have their own figures."""
    for email, refusal in ((MIA, NotAllowed), (GRACE, NotAllowed), (OTTO, NotEntitled)):
        with pytest.raises(refusal):
            show_insights(world.acting_as(email))
    with pytest.raises(NotAllowed):
        show_insights(world.acting_as(AGENT))


@pytest.mark.parametrize(
    "asked",
    [
        {"timezone": "Mars/Olympus"},
        {"since": "2026-13-01"},
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"by": "year"},
        {"scope": "desk"},
    ],
)
def test_what_cannot_be_asked_is_refused(world: World, asked: dict[str, Any]) -> None:
    """I1: unknown zones, days, units and scopes, and a range that ends before it begins."""
    with pytest.raises(InvalidValue):
        world.acting_as(ANA).perform(show_insights, asked)


def test_other_teams_count_for_nothing(world: World) -> None:
    """I3: two teams never meet in a figure."""
    grant_addon(world.operator, "Other", AddonProduct.DROPBOX, Edition.ENHANCED)
    before = everything(world.acting_as(ANA))
    submit_request(world.acting_as(OTTO), "Sync", "It stopped", product=Product.DROPBOX)
    assert everything(world.acting_as(ANA)) == before
    assert show_insights(world.acting_as(OTTO), scope=Scope.TEAM).total == 1


def everything(backend: Backend) -> list[Insights]:
    """Both scopes."""
    return [show_insights(backend, scope=scope) for scope in Scope]


def test_the_hub_shows_the_trend(world: World) -> None:
    """I1: the person's last six months and the current one."""
    file(world, ANA, "sync", "other")
    file(world, BEN, "sync")
    trend = show_hub(world.acting_as(ANA)).trend
    assert [bucket.total for bucket in trend] == [0] * 6 + [2]
    assert trend[-1].by_issue_type == {"other": 1, "sync": 1}


def test_a_desk_without_rollups_is_counted_when_asked(world: World) -> None:
    """I1: as one of an older schema, or after the team's zone changed; then its proof holds."""
    file(world, ANA, "sync", "other")
    file(world, BEN, "sync")
    answer_ticket(world.acting_as(AGENT), "Acme", 1, "Try")
    before = everything(world.acting_as(ANA))
    with world.database.transaction(writes=True) as sql:
        for table in ("ticket_rollup", "clock_rollup"):
            sql.run(f"DELETE FROM {table}")
        sql.run("UPDATE team SET counted_zone = ''")
    assert check_desk(world.operator).findings == []
    assert everything(world.acting_as(ANA)) == before
    assert check_desk(world.operator).findings == []
    set_team(world.operator, "Acme", timezone="Asia/Tokyo")
    moved = show_insights(world.acting_as(ANA), timezone="UTC", scope=Scope.TEAM)
    assert moved == before[1]
