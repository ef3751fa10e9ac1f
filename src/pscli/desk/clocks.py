"""Response clocks as they are kept: started, answered, withdrawn, tightened (S)."""

from datetime import datetime
from typing import NamedTuple

from msgspec import structs

from pscli.codec import NEVER
from pscli.models.people import ChampionLevel
from pscli.models.record import Record
from pscli.models.tickets import Clock, ClockState
from pscli.operation import Work
from pscli.problems import NotFound
from pscli.rules.entitlements import covering, entitlement_for
from pscli.rules.hours import japanese_due, response_calendars
from pscli.rules.promises import answer_state, response_due, tightened_due

from .access import editions_held
from .rollups import Began, roll_clocks


class Question(NamedTuple):
    """What decides a promise: whose message it is, about which product, in which language."""

    team: int
    ticket: int
    person: int
    champion: ChampionLevel
    member: bool
    product: str
    language: str


class RunningClock(Record, frozen=True):
    """The clock of a ticket that nobody answered yet; without a commitment `due_at` is None."""

    id: int
    person: int
    started_at: datetime
    due_at: datetime | None


def question_about(work: Work, team: int, ticket: int) -> Question:
    """What decides the promise of a ticket as it stands, whoever acts."""
    found = work.sql.one(
        _Asked,
        "SELECT ticket.person, person.champion, ticket.product, ticket.language, "
        "CASE WHEN person.role IS NULL THEN 1 ELSE 0 END AS member FROM ticket "
        "JOIN person ON person.team = ticket.team AND person.id = ticket.person "
        "WHERE ticket.team = :team AND ticket.number = :ticket",
        team=team,
        ticket=ticket,
    )
    if found is None:
        raise NotFound(f"There is no ticket {ticket}.", hint="See the queue: pscli support queue")
    return Question(
        team=team,
        ticket=ticket,
        person=found.person,
        champion=found.champion,
        member=found.member,
        product=found.product,
        language=found.language,
    )


class _Asked(Record, frozen=True):
    person: int
    champion: ChampionLevel
    member: bool
    product: str
    language: str


def start_clock(work: Work, question: Question) -> None:
    """Start the clock of the oldest unanswered customer message; a running one goes on (S1)."""
    if running_clock(work, question.team, question.ticket):
        return
    policy = work.policy
    entitlement = entitlement_for(
        question.product,
        editions_held(work, question.team),
        champion=question.champion,
        member=question.member,
        targets=policy.targets,
    )
    covered = covering(question.product)
    japanese = None
    if entitlement is not None and question.language == "ja":
        japanese = japanese_due(policy.hours, covered, work.now)
    counted = response_calendars(policy, covered)
    due = response_due(entitlement, work.now, question.language, japanese, counted)
    clock = work.sql.one(
        int,
        "UPDATE ticket SET clock = clock + 1, due_at = :due "
        "WHERE team = :team AND number = :ticket RETURNING clock",
        due=due.due_at or NEVER,
        team=question.team,
        ticket=question.ticket,
    )
    work.sql.run(
        "INSERT INTO clock (team, ticket, id, person, product, language, edition, target_minutes, "
        "rules, started_at, due_at, state) VALUES (:team, :ticket, :id, :person, :product, "
        ":language, :edition, :minutes, :rules, :now, :due, 'running')",
        team=question.team,
        ticket=question.ticket,
        id=clock,
        person=question.person,
        product=question.product,
        language=due.language,
        edition=due.edition,
        minutes=due.target_minutes,
        rules=due.rules,
        now=work.now,
        due=due.due_at or NEVER,
    )
    if due.due_at is not None:
        began = _began(question.person, work.now)
        roll_clocks(work, question.team, _zone(work, question.team), [began])


def running_clock(work: Work, team: int, ticket: int) -> RunningClock | None:
    """The ticket's running clock, if it has one."""
    return work.sql.one(
        RunningClock,
        "SELECT id, person, started_at, NULLIF(due_at, '9999-12-31T23:59:59Z') AS due_at "
        "FROM clock WHERE team = :team AND ticket = :ticket AND state = 'running'",
        team=team,
        ticket=ticket,
    )


def answer_clock(work: Work, team: int, ticket: int) -> None:
    """A representative's public reply, or their joining, answers (S1, S5)."""
    if clock := running_clock(work, team, ticket):
        _end(work, team, ticket, clock, answer_state(clock.due_at, work.now))


def withdraw_clock(work: Work, team: int, ticket: int) -> None:
    """The customer solved the ticket while its clock ran: not counted (S4)."""
    if clock := running_clock(work, team, ticket):
        _end(work, team, ticket, clock, ClockState.WITHDRAWN)


def _end(work: Work, team: int, ticket: int, clock: RunningClock, state: ClockState) -> None:
    answered = None if state is ClockState.WITHDRAWN else work.now
    work.sql.run(
        "UPDATE clock SET state = :state, answered_at = :answered "
        "WHERE team = :team AND ticket = :ticket AND id = :id",
        state=state,
        answered=answered,
        team=team,
        ticket=ticket,
        id=clock.id,
    )
    work.sql.run(
        "UPDATE ticket SET due_at = :never WHERE team = :team AND number = :ticket",
        never=NEVER,
        team=team,
        ticket=ticket,
    )
    if clock.due_at is not None:
        before = _began(clock.person, clock.started_at)
        ended = structs.replace(before, state=state, answered_at=answered)
        roll_clocks(work, team, _zone(work, team), [ended], [before])


def _began(person: int, at: datetime) -> Began:
    """A running promise as the roll-ups know it."""
    return Began(person=person, started_at=at, state=ClockState.RUNNING, answered_at=None)


def _zone(work: Work, team: int) -> str:
    return work.sql.one(str, "SELECT timezone FROM team WHERE id = :team", team=team) or "UTC"


class Affected(Record, frozen=True):
    """A running clock whose person's entitlement may have changed."""

    ticket: int
    id: int
    person: int
    started_at: datetime
    product: str
    due_at: datetime | None
    champion: ChampionLevel
    member: bool


def tighten_clocks(
    work: Work, team: int, *, person: int | None = None, ticket: int | None = None
) -> None:
    """Move running clocks to the earlier of their due and (now + today's target) (S6, B15)."""
    held = editions_held(work, team)
    for clock in work.sql.all(
        Affected,
        "SELECT clock.ticket, clock.id, clock.person, clock.started_at, clock.product, "
        "person.champion, "
        "NULLIF(clock.due_at, '9999-12-31T23:59:59Z') AS due_at, "
        "CASE WHEN person.role IS NULL THEN 1 ELSE 0 END AS member "
        "FROM clock JOIN person ON person.team = clock.team AND person.id = clock.person "
        "WHERE clock.team = :team AND clock.state = 'running' "
        "AND (CAST(:person AS BIGINT) IS NULL OR clock.person = :person) "
        "AND (CAST(:ticket AS BIGINT) IS NULL OR clock.ticket = :ticket)",
        team=team,
        person=person,
        ticket=ticket,
    ):
        entitlement = entitlement_for(
            clock.product,
            held,
            champion=clock.champion,
            member=clock.member,
            targets=work.policy.targets,
        )
        counted = response_calendars(work.policy, covering(clock.product))
        due = tightened_due(entitlement, work.now, counted)
        if entitlement and due and (clock.due_at is None or due < clock.due_at):
            _tighten(work, team, clock, due, entitlement.name, [*entitlement.rules, "S6"])


def _tighten(
    work: Work, team: int, clock: Affected, due: datetime, edition: str, rules: list[str]
) -> None:
    minutes = work.policy.targets.of(edition)
    work.sql.run(
        "UPDATE clock SET due_at = :due, target_minutes = :minutes, edition = :edition, "
        "rules = :rules WHERE team = :team AND ticket = :ticket AND id = :id",
        due=due,
        minutes=minutes,
        edition=edition,
        rules=rules,
        team=team,
        ticket=clock.ticket,
        id=clock.id,
    )
    work.sql.run(
        "UPDATE ticket SET due_at = :due WHERE team = :team AND number = :ticket",
        due=due,
        team=team,
        ticket=clock.ticket,
    )
    if clock.due_at is None:
        roll_clocks(work, team, _zone(work, team), [_began(clock.person, clock.started_at)])


def clocks_of(work: Work, team: int, ticket: int) -> list[Clock]:
    """Every promise of a ticket, oldest first (S2); a clock without a commitment is none (E9)."""
    return work.sql.all(
        Clock,
        "SELECT due_at, target_minutes, edition, product, language, rules, state, started_at, "
        "answered_at FROM clock WHERE team = :team AND ticket = :ticket AND due_at < :never "
        "ORDER BY id",
        team=team,
        ticket=ticket,
        never=NEVER,
    )
