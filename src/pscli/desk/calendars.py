"""The representatives' calendars: who leads, who is taken when, which slots are free (Q4)."""

from datetime import datetime, timedelta

from pscli.models.meetings import Slot
from pscli.models.people import RepresentativeRole
from pscli.models.record import Record
from pscli.operation import Work
from pscli.rules.hours import Span
from pscli.rules.meetings import Engagement, bookable_slots, in_turn, takers

LONGEST = timedelta(hours=8)  # a policy allows no longer slots: whoever began earlier is free


def who_leads(work: Work) -> list[str]:
    """Who leads consultations and meetings: whom the policy names, else every agent."""
    named = {email.casefold() for email in work.policy.meetings.representatives}
    rows = work.sql.all(
        _Lead, "SELECT email, role FROM representative WHERE status = 'active' ORDER BY email"
    )
    agent = RepresentativeRole.AGENT
    return [row.email for row in rows if (row.email in named if named else row.role is agent)]


class _Lead(Record, frozen=True):
    email: str
    role: RepresentativeRole


def free_slots(work: Work) -> list[Slot]:
    """The slots that can be booked now and in which somebody is free."""
    rules = work.policy.meetings
    slots = bookable_slots(rules, work.now)
    if not slots:
        return []
    taken = _taken_between(work, slots[0].opens, slots[-1].closes)
    free = takers(slots, who_leads(work), taken)
    return [
        Slot(starts_at=slot.opens, ends_at=slot.closes, free=len(who), zone=rules.calendar.zone)
        for slot, who in zip(slots, free, strict=True)
        if who
    ]


def _taken_between(
    work: Work, since: datetime, until: datetime, but: tuple[int, int] = (0, 0)
) -> list[Engagement]:
    """Every engagement that has some of this time, but for that of one team's booking."""
    return work.sql.all(
        Engagement,
        "SELECT representative, starts_at, ends_at FROM engagement WHERE starts_at > :earliest "
        "AND starts_at < :until AND ends_at > :since AND NOT (team = :team AND booking = :booking)",
        earliest=since - LONGEST, since=since, until=until, team=but[0], booking=but[1],
    )  # fmt: skip


def claim(work: Work, slot: Span, team: int, booking: int, kept: str | None = None) -> str | None:
    """Take the first free representative for a slot; None where nobody is.

    Two that claim the same hour of the same person meet in the table's key: the second one waits
    for the first, and then goes on to the next person.
    """
    taken = _taken_between(work, slot.opens, slot.closes, but=(team, booking))
    free = takers([slot], who_leads(work), taken)
    load = {
        row.representative: row.engagements
        for row in work.sql.all(
            _Load, "SELECT representative, count(*) AS engagements FROM engagement "
            "WHERE starts_at > :now GROUP BY representative", now=work.now,
        )
    }  # fmt: skip
    for email in in_turn(free[0], load, kept):
        claimed = work.sql.run(
            "INSERT INTO engagement (representative, starts_at, ends_at, team, booking) "
            "VALUES (:email, :starts, :ends, :team, :booking) "
            "ON CONFLICT (representative, starts_at) DO NOTHING",
            email=email, starts=slot.opens, ends=slot.closes, team=team, booking=booking,
        )  # fmt: skip
        if claimed and _stays(work, email):
            return email
        if claimed:
            release(work, email, slot.opens)
    return None


def _stays(work: Work, email: str) -> bool:
    """Whether a representative is not being removed right now.

    Writing the row lets a removal wait, which then hands over what was claimed here.
    """
    kept = "UPDATE representative SET name = name WHERE email = :email AND status = 'active'"
    return work.sql.run(kept, email=email) == 1


class _Load(Record, frozen=True):
    representative: str
    engagements: int


def release(work: Work, representative: str, starts_at: datetime) -> None:
    """Make a representative free again."""
    work.sql.run(
        "DELETE FROM engagement WHERE representative = :email AND starts_at = :starts",
        email=representative, starts=starts_at,
    )  # fmt: skip
