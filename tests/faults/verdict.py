"""The verdict on a day: the desk as it is stored, beside the plain desk of the same history."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from pscli.backends.local import Database
from pscli.codec import NEVER, decode_json, instant_text
from pscli.models.record import Record

from .deeds import DEEDS
from .history import Acknowledged, as_json
from .replay import Team

MACHINES = {"queue_digest", "import_usage", "settle_mail", "retry_mail"}  # cron's own keys
BACK = timedelta(seconds=301)  # the largest step back of the desk's clock


class Entry(Record, frozen=True):
    """A change as the desk's trail has it."""

    id: int
    team: int
    actor: str
    key: str
    operation: str
    result: str
    at: datetime


class Kept(Record, frozen=True):
    """A ticket as it is stored."""

    team: int
    number: int
    requester: str
    channel: str
    product: str
    language: str
    status: str
    assignee: str | None
    created_at: datetime
    updated_at: datetime
    solved_at: datetime | None
    messages: int


class KeptClock(Record, frozen=True):
    """A promise as it is stored; instants as text, because one of them may be the sentinel."""

    team: int
    ticket: int
    started_at: str
    due_at: str
    target_minutes: int
    edition: str
    language: str
    state: str
    answered_at: str | None


def rows(database: Database, kind: Any, query: str) -> list[Any]:
    """What stands in the tables."""
    with database.transaction(writes=False) as sql:
        return sql.all(kind, query)


def trail(database: Database, known: dict[str, Acknowledged]) -> list[Entry]:
    """What was committed, in that order; it is what was acknowledged, each once, none missing."""
    entries = rows(
        database,
        Entry,
        "SELECT id, team, actor, key, operation, result, at FROM change "
        "WHERE key IS NOT NULL ORDER BY id",
    )
    ours = [each for each in entries if each.key.startswith("day-")]
    assert {each.operation for each in entries if each not in ours} <= MACHINES
    twice = [key for key, count in Counter(each.key for each in ours).items() if count > 1]
    assert not twice
    committed = {each.key for each in ours}
    untold = [each for each in ours if each.key not in known]
    assert untold == [], "committed, and nobody was told"
    lost = [known[key] for key in known.keys() - committed]
    assert lost == [], "acknowledged, and not there"
    return ours


def check_answer(entry: Entry, done: Acknowledged) -> None:
    """What the client was told is what the desk remembers, from the time at which it asked."""
    assert (entry.actor, entry.operation) == (done.actor, done.operation), (entry, done)
    assert done.before - BACK <= entry.at <= done.after + BACK, (entry, done)
    remembered = as_json(decode_json(Any, entry.result))
    if set(done.result["record"]) != {"number"}:
        assert remembered == done.result, (entry, done)
    assert remembered["record"].get("number") == done.result["record"].get("number")


def replay(
    teams: dict[int, Team], entries: list[Entry], known: dict[str, Acknowledged]
) -> Counter[str]:
    """Do everything again on the plain desk; how often each kind of change was."""
    done: Counter[str] = Counter()
    for entry in entries:
        acknowledged = known[entry.key]
        check_answer(entry, acknowledged)
        done[entry.operation] += 1
        if entry.operation == "set_policy":
            minutes = acknowledged.arguments["policy"]["targets"]["essentials"]
            for team in teams.values():
                team.essentials = minutes
            continue
        team = teams[entry.team]
        team.pass_to(entry.at)
        changed = DEEDS[entry.operation](team, acknowledged, entry.at)
        assert changed == acknowledged.result["changed"], (entry, acknowledged)
    return done


def compare_tickets(database: Database, teams: dict[int, Team]) -> int:
    """The same numbers, states, owners, requesters and instants; how many tickets."""
    kept = rows(database, Kept, "SELECT * FROM ticket ORDER BY team, number")
    expected = [
        Kept(
            team=id_, number=n, requester=t.requester, channel=t.channel, product=t.product,
            language=t.language, status=t.status, assignee=t.assignee, created_at=t.created,
            updated_at=t.updated or t.created, solved_at=t.solved, messages=t.messages,
        )
        for id_, team in teams.items()
        for n, t in enumerate(team.tickets, 1)
    ]  # fmt: skip
    same(kept, expected)
    return len(kept)


def compare_promises(database: Database, teams: dict[int, Team]) -> int:
    """The same promises with the same due instants and states; how many."""
    kept = rows(database, KeptClock, "SELECT * FROM clock ORDER BY team, ticket, id")
    expected = [
        KeptClock(
            team=id_, ticket=n, started_at=instant_text(p.started),
            due_at=NEVER if p.due is None else instant_text(p.due), target_minutes=p.minutes,
            edition=p.edition, language=p.language, state=p.state,
            answered_at=None if p.answered is None else instant_text(p.answered),
        )
        for id_, team in teams.items()
        for n, ticket in enumerate(team.tickets, 1)
        for p in ticket.promises
    ]  # fmt: skip
    same(kept, expected)
    return len(kept)


def held_by(database: Database, team: int, now: datetime) -> list[str]:
    """From when to when a team held what, as it is stored; an end to come is none yet."""
    with database.transaction(writes=False) as sql:
        return sql.all(
            str,
            "SELECT product || ' ' || since || ' ' || edition || ' ' || "
            "CASE WHEN until > :now THEN '' ELSE until END FROM addon "
            "WHERE team = :team AND until > since AND since <= :now "
            "ORDER BY product, since, edition",
            team=team,
            now=now,
        )


def compare_books(database: Database, teams: dict[int, Team], now: datetime) -> int:
    """The same invoices, line by line, and the same editions held; how many invoices."""
    count = 0
    for id_, team in teams.items():
        bodies = rows(
            database,
            str,
            f"SELECT body FROM ledger WHERE team = {id_} AND invoice IS NOT NULL ORDER BY invoice",
        )
        issued = [decode_json(Any, body)["invoice"] for body in bodies]
        assert [each["number"] for each in issued] == list(range(1, len(issued) + 1))
        lines = [sorted((text, amount) for text, amount in each["lines"]) for each in issued]
        same(lines, team.invoices)
        same(held_by(database, id_, now), team.held_until(now))
        count += len(issued)
    return count


def same(kept: list[Any], expected: list[Any]) -> None:
    """Two lists, told apart by their first difference."""
    pairs = zip(kept, expected, strict=False)
    assert [pair for pair in pairs if pair[0] != pair[1]][:3] == []
    assert len(kept) == len(expected)
