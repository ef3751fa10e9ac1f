"""The figures of the desk's own people, on every backend, against plain counting (I2, S2, A3)."""

import os
import random
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pscli.codec import encode_json
from pscli.desk.addons import grant_addon
from pscli.desk.metrics import show_metrics
from pscli.desk.people import add_person, set_person
from pscli.desk.queue import answer_ticket, take_ticket
from pscli.desk.requests import reply_ticket, solve_ticket, submit_request
from pscli.desk.teams import create_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.metrics import Metrics
from pscli.models.people import AdminRole, ChampionLevel, Product
from pscli.models.record import Record
from pscli.models.tickets import ClockState, Status
from pscli.problems import InvalidValue, NotAllowed, NotFound, Problem
from pscli.rules.insights import Range, midnight
from tests.world import AGENT, ANA, BEN, GRACE, MIA, OTTO, SALES, World

ZONES = ["UTC", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu", "America/St_Johns"]
STEPS = 400 if os.environ.get("PSCLI_SOAK") else 40
NEVER = "9999-12-31T23:59:59Z"


class Row(Record, frozen=True):
    """A ticket as it stands in the table, with its team's name."""

    team: str
    number: int
    created_at: datetime
    status: Status
    due_at: datetime
    clock: int
    assignee: str | None


class Course(Record, frozen=True):
    """A clock as it stands in the table, with its team's name."""

    team: str
    ticket: int
    id: int
    edition: str
    product: str
    started_at: datetime
    due_at: datetime
    answered_at: datetime | None
    state: ClockState

    @property
    def promised(self) -> bool:
        """Whether there is a due instant (E9)."""
        return self.due_at.year < 9999

    @property
    def minutes(self) -> int:
        """Whole minutes to the answer."""
        seconds = (self.answered_at or self.started_at) - self.started_at
        return int(seconds.total_seconds() // 60)


class Books:
    """Every ticket and clock of the desk, counted the plain way."""

    def __init__(self, world: World, team: str | None) -> None:
        with world.database.transaction(writes=False) as sql:
            named = "SELECT {0}.*, team.name AS team FROM {0} JOIN team ON team.id = {0}.team"
            tickets = sql.all(Row, named.format("ticket"))
            clocks = sql.all(Course, named.format("clock"))
        self.now = world.clock.now
        self.tickets = [row for row in tickets if team in (None, row.team)]
        self.clocks = [row for row in clocks if team in (None, row.team)]
        self.by_id = {(row.team, row.ticket, row.id): row for row in self.clocks}

    def check(self, found: Metrics, start: datetime, end: datetime) -> None:
        """Every figure is that of a plain count."""
        assert (found.since, found.until, found.complete) == (start, end, end <= self.now)
        self.check_totals(found)
        self.check_promises(found, start, end)
        self.check_breaches(found, start, end)
        self.check_load(found, start, end)
        self.check_waiting(found)

    def check_totals(self, found: Metrics) -> None:
        """How the desk stands now."""
        running = [c for c in self.clocks if c.state is ClockState.RUNNING and c.promised]
        totals = found.totals
        assert totals.unsolved == sum(t.status is not Status.SOLVED for t in self.tickets)
        assert totals.waiting == sum(t.status is Status.OPEN for t in self.tickets)
        assert totals.running == len(running)
        assert totals.overdue == sum(clock.due_at < self.now for clock in running)

    def check_promises(self, found: Metrics, start: datetime, end: datetime) -> None:
        """How promises went, team by team and all together."""
        began = [c for c in self.clocks if c.promised and start <= c.started_at < end]
        kinds = {(clock.team, clock.edition) for clock in began}
        listed = [(each.team, each.edition) for each in found.teams]
        assert set(listed) == kinds
        assert len(listed) == len(kinds)
        assert found.teams == sorted(found.teams, key=lambda t: (-t.breached, t.team, t.edition))
        check_kept(found.attainment, began)
        for each in found.teams:
            check_kept(each, [c for c in began if (c.team, c.edition) == (each.team, each.edition)])

    def check_breaches(self, found: Metrics, start: datetime, end: datetime) -> None:
        """The newest, each with how late it was."""
        broken = [
            clock
            for clock in self.clocks
            if clock.state is ClockState.BREACHED and start <= clock.started_at < end
        ]
        listed = [(each.team, each.number, each.due_at) for each in found.breaches]
        dues = sorted((clock.due_at for clock in broken), reverse=True)
        assert [due for *_, due in listed] == dues[:20]
        by_due = Counter((clock.team, clock.ticket, clock.due_at) for clock in broken)
        assert Counter(listed) <= by_due
        for each in found.breaches:
            late = (each.answered_at - each.due_at).total_seconds()
            assert each.late_minutes == late // 60
            assert late > 0

    def check_load(self, found: Metrics, start: datetime, end: datetime) -> None:
        """When tickets came, by the clock on the wall of the zone."""
        zone = ZoneInfo(found.timezone)
        local = [t.created_at.astimezone(zone) for t in self.tickets if start <= t.created_at < end]
        counted = Counter((at.weekday(), at.hour) for at in local)
        assert found.load == [[counted[day, hour] for hour in range(24)] for day in range(7)]
        assert found.total == len(local)

    def check_waiting(self, found: Metrics) -> None:
        """The ten that are due first, each with its running clock; those without a promise last."""
        waiting = [
            t
            for t in self.tickets
            if self.by_id[t.team, t.number, t.clock].state is ClockState.RUNNING
        ]
        order = {name: n for n, name in enumerate(dict.fromkeys(t.team for t in self.tickets))}
        waiting.sort(key=lambda t: (t.due_at, t.created_at, order[t.team], t.number))
        for each, ticket in zip(found.waiting, waiting[:10], strict=True):
            clock = self.by_id[ticket.team, ticket.number, ticket.clock]
            assert (each.team, each.number) == (ticket.team, ticket.number)
            due = clock.due_at if clock.promised else None
            assert (each.due_at, each.started_at) == (due, clock.started_at)
            assert (each.edition, each.product) == (clock.edition, clock.product)
            assert each.assignee == ticket.assignee
            assert each.waiting_minutes == (self.now - clock.started_at).total_seconds() // 60


def check_kept(found: Any, began: list[Course]) -> None:
    """Counts, share and nearest ranks."""
    states = Counter(clock.state for clock in began)
    for state in ClockState:
        assert getattr(found, state.value) == states[state]
    minutes = sorted(clock.minutes for clock in began if clock.answered_at is not None)
    for percent, said in ((50, found.median_minutes), (90, found.p90_minutes)):
        rank = -(-len(minutes) * percent // 100)
        assert said == (minutes[rank - 1] if minutes else None)
    ended = states[ClockState.MET] + states[ClockState.BREACHED]
    expected = pytest.approx(states[ClockState.MET] / ended, abs=0.0001) if ended else None
    assert found.met_share == expected


def metrics(world: World, **asked: Any) -> Metrics:
    """What a representative sees."""
    return show_metrics(world.acting_as(AGENT), **asked)


def test_figures_equal_a_plain_count_whatever_happens(world: World) -> None:
    """I2, S2, A3: after random changes of three teams, in any range and zone, of all or one."""
    chance = random.Random(11)
    create_team(world.operator, "Third", timezone="Asia/Kathmandu")
    add_person(world.operator, "Third", "tia@third.example", role=AdminRole.TEAM)
    for team, edition in (("Other", Edition.ENHANCED), ("Third", Edition.ESSENTIALS)):
        grant_addon(world.operator, team, AddonProduct.DROPBOX, edition)
    set_person(world.operator, MIA, champion=ChampionLevel.EPIC)
    for step in range(STEPS):
        world.clock.pass_(seconds=chance.choice([90, 1799, 9000, 40_000, 200_000]))
        with suppress(Problem):  # refused is fine: what counts is what happened
            act(world, chance)
        if step % 5 == 4:
            ask_random(world, chance)
    ask_random(world, chance)


def act(world: World, chance: random.Random) -> None:
    """One change that counts, or tries to."""
    teams = {ANA: "Acme", BEN: "Acme", MIA: "Acme", GRACE: "Acme", OTTO: "Other"}
    email = chance.choice([*teams, "tia@third.example"])
    team, number = teams.get(email, "Third"), chance.randint(1, 12)
    person, agent = world.acting_as(email), world.acting_as(AGENT)
    match chance.randint(1, 9):
        case 1 | 2 | 3 | 4:
            about = {"product": "dropbox"} if email == OTTO else {}
            person.perform(submit_request, {"subject": "Sync", "body": "It stopped", **about})
        case 5 | 6 | 7:
            solve = chance.random() < 0.4
            answer_ticket(agent, team, number, "Try this", solve=solve)
        case 8:
            reply_ticket(person, number, "No")
        case _:
            take_ticket(agent, team, number)
            solve_ticket(person, number)


def ask_random(world: World, chance: random.Random) -> None:
    """Metrics of a random range, zone and team, compared; and those of the default range."""
    team = chance.choice([None, None, "Acme", "Other", "Third"])
    zone = chance.choice(ZONES)
    today = world.clock.now.astimezone(ZoneInfo(zone)).date()
    since = today - timedelta(days=chance.randint(0, 60))
    until = since + timedelta(days=chance.choice([1, 7, 40, 400]))
    found = metrics(world, since=since, until=until, timezone=zone, team=team)
    start, end = (midnight(day, ZoneInfo(zone)) for day in Range(since, until))
    Books(world, team).check(found, start, end)
    usual = metrics(world, timezone=zone)
    monday = today - timedelta(days=today.weekday())
    days = monday - timedelta(weeks=4), monday + timedelta(weeks=1)
    Books(world, None).check(usual, *(midnight(day, ZoneInfo(zone)) for day in days))


ANSWERS = [
    ("2026-03-02T12:00:00", "2026-03-02T12:00:59", 0),
    ("2026-03-03T23:59:59", "2026-03-04T00:00:58", 0),
    ("2026-03-04T23:59:59", "2026-03-05T00:00:59", 1),
    ("2026-03-05T12:00:30", "2026-03-06T11:59:29", 1438),
    ("2027-02-28T12:00:00", "2027-03-01T12:00:00", 1440),
    ("2027-12-31T23:00:00", "2028-01-01T01:30:00", 150),
    ("2028-02-28T12:00:00", "2028-03-01T12:00:00", 2880),
    ("2028-03-02T12:00:00", "2031-03-02T12:00:00", 1095 * 1440),
]


def test_minutes_are_those_of_the_calendar(world: World) -> None:
    """S2: over midnights, months, leap days and years."""
    for number, (began, answered, minutes) in enumerate(ANSWERS, 1):
        world.backends.clear()  # a token does not live for years
        world.clock.set(f"{began}+00:00")
        submit_request(world.acting_as(ANA), "Sync", "It stopped")
        world.backends.clear()
        world.clock.set(f"{answered}+00:00")
        answer_ticket(world.acting_as(AGENT), "Acme", number, "Try this")
        day = date.fromisoformat(began[:10])
        found = metrics(world, since=day, until=day + timedelta(days=1)).attainment
        assert (found.median_minutes, found.p90_minutes) == (minutes, minutes)
        assert found.met_share == (1 if minutes <= 240 else 0)


def test_lists_are_short(world: World) -> None:
    """A3: twenty breaches, the newest first; ten that wait, the earliest due first."""
    ana, agent = world.acting_as(ANA), world.acting_as(AGENT)
    for number in range(1, 24):
        world.clock.pass_(hours=5)
        submit_request(ana, "Sync", "It stopped")
        world.clock.pass_(hours=4, minutes=number)
        answer_ticket(agent, "Acme", number, "Try this")
    for _ in range(12):
        world.clock.pass_(minutes=1)
        submit_request(ana, "Sync", "It stopped")
    found = metrics(world)
    assert [each.number for each in found.breaches] == list(range(23, 3, -1))
    assert [each.late_minutes for each in found.breaches] == list(range(23, 3, -1))
    assert [each.number for each in found.waiting] == list(range(24, 34))
    assert [each.waiting_minutes for each in found.waiting] == list(range(11, 1, -1))
    assert (found.attainment.breached, found.attainment.met_share) == (23, 0)


def test_a_promise_is_overdue_after_its_due_instant(world: World) -> None:
    """S2: the due instant itself is in time; without one nothing is late (E9)."""
    submit_request(world.acting_as(ANA), "Sync", "It stopped")
    submit_request(world.acting_as(OTTO), "Sync", "It stopped", product=Product.DROPBOX)
    assert metrics(world).totals.waiting == 2
    assert [each.due_at is None for each in metrics(world).waiting] == [False, True]
    world.clock.pass_(hours=4)
    assert (metrics(world).totals.running, metrics(world).totals.overdue) == (1, 0)
    world.clock.pass_(seconds=1)
    assert metrics(world).totals.overdue == 1


def test_an_hour_that_occurs_twice_counts_once(world: World) -> None:
    """I1: the load is by the clock on the wall, on the day on which it is set back."""
    for at in ("05:30", "06:30", "07:30"):  # 01:30, 01:30 again, 02:30 in New York
        world.clock.set(f"2026-11-01T{at}:00+00:00")
        submit_request(world.acting_as(ANA), "Sync", "It stopped")
    load = metrics(world, timezone="America/New_York").load
    assert load[6][:4] == [0, 2, 1, 0]
    assert sum(map(sum, load)) == 3


def test_metrics_are_for_representatives(world: World) -> None:
    """A3: of all teams; no person of a team sees them, whatever their role."""
    for email in (AGENT, SALES, None):
        assert show_metrics(world.acting_as(email)).team is None
    for email in (ANA, MIA, OTTO):
        with pytest.raises(NotAllowed):
            show_metrics(world.acting_as(email))


def test_metrics_hold_neither_contents_nor_people(world: World) -> None:
    """A3: numbers and times; no word of a ticket and nobody's address."""
    submit_request(world.acting_as(ANA), "Secret subject", "Secret body")
    world.clock.pass_(hours=5)
    answer_ticket(world.acting_as(AGENT), "Acme", 1, "Secret answer")
    submit_request(world.acting_as(ANA), "Secret subject", "Secret body")
    text = encode_json(metrics(world)).decode()
    assert '"waiting":[{' in text
    assert '"breaches":[{' in text
    assert "Secret" not in text
    assert ANA not in text


REFUSED = [
    {"timezone": "Mars/Olympus"},
    {"timezone": "../UTC"},
    {"since": "2026-13-01"},
    {"since": "2026-03-02", "until": "2026-03-01"},
    {"since": "2026-03-02", "until": "2026-03-02"},
    {"since": "2026-03-09"},
    {"since": "0001-01-01"},
    {"until": "0001-01-01"},
    {"until": "9999-12-31"},
    {"since": "2001-01-01"},
    {"team": "a/b"},
]


def test_what_cannot_be_asked_is_refused(world: World) -> None:
    """I2: unknown zones and days, ranges that are empty, too long or beyond the calendar."""
    for asked in REFUSED:
        with pytest.raises(InvalidValue):
            world.acting_as(AGENT).perform(show_metrics, asked)


def test_an_unknown_team_is_not_there(world: World) -> None:
    """A3: a name is found as teams are, whatever its case; an unknown one is refused."""
    assert metrics(world, team="aCMe").team == "Acme"
    with pytest.raises(NotFound):
        metrics(world, team="Nobody")


def test_many_teams_are_counted_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """S2: however many teams are held at a time, the figures are the same."""
    grant_addon(world.operator, "Other", AddonProduct.DROPBOX, Edition.ENHANCED)
    for email in (ANA, BEN, OTTO):
        about: dict[str, Any] = {"product": "dropbox"} if email == OTTO else {}
        submit_request(world.acting_as(email), "Sync", "It stopped", **about)
    whole = metrics(world)
    monkeypatch.setattr("pscli.desk.metrics.TEAMS_AT_ONCE", 1)
    assert metrics(world) == whole
    assert [each.team for each in whole.teams] == ["Acme", "Other"]
    assert whole.attainment.running == 3
