"""Consultations and meetings as representatives see them, and who leads them (Q4)."""

from datetime import datetime

from pscli.codec import instant_text, narrow
from pscli.models.addons import AddonProduct
from pscli.models.meetings import Booking
from pscli.models.names import TeamName
from pscli.models.record import Cursor, Limit, Page, Record
from pscli.operation import Work, operation
from pscli.problems import StateForbids
from pscli.rules.hours import Span

from .calendars import LONGEST, claim, release
from .meetings import BOOKING, StoredBooking, call_off
from .paging import decode_cursor, encode_cursor
from .teams import team_id


@operation("GET", "/appointments")
def list_appointments(
    work: Work,
    team: TeamName | None = None,
    mine: bool = False,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Page[Booking]:
    """What is booked and not over, of all teams, the soonest first (Q4)."""
    first = [instant_text(work.now - LONGEST), "0", "0"]
    at, after_team, after = (
        first if cursor is None else decode_cursor(cursor, "appointments", 3, numbers=2)
    )
    rows = work.sql.all(
        StoredBooking,
        f"{BOOKING} WHERE booking.cancelled = 0 AND booking.ends_at > :now "
        "AND (booking.starts_at, booking.team, booking.id) > (:at, :after_team, :after) "
        "AND (CAST(:team AS BIGINT) IS NULL OR booking.team = :team) "
        "AND (CAST(:mine AS TEXT) IS NULL OR booking.representative = :mine) "
        "ORDER BY booking.starts_at, booking.team, booking.id LIMIT :limit",
        now=work.now, zone=work.policy.meetings.calendar.zone, at=at,
        after_team=int(after_team), after=int(after),
        team=None if team is None else team_id(work, team),
        mine=work.who.email if mine else None, limit=limit + 1,
    )  # fmt: skip
    end = rows[limit - 1] if len(rows) > limit else None
    return Page(
        items=[narrow(Booking, row) for row in rows[:limit]],
        total=len(rows) if end is None and cursor is None else None,
        next=None
        if end is None
        else encode_cursor("appointments", instant_text(end.starts_at), end.team_id, end.id),
    )


class _Left(Record, frozen=True):
    team: int
    booking: int
    starts_at: datetime
    ends_at: datetime


def hand_over(work: Work, representative: str) -> None:
    """Give what somebody who leaves would have led to whoever is free then.

    Raises StateForbids where nobody is: a team that was promised an hour finds somebody there.
    """
    stranded: list[str] = []
    left = work.sql.all(
        _Left,
        "SELECT team, booking, starts_at, ends_at FROM engagement "
        "WHERE representative = :email AND starts_at > :now ORDER BY team, booking",
        email=representative, now=work.now,
    )  # fmt: skip
    for each in left:
        work.sql.lock(each.team)
        stays = work.sql.one(
            int,
            "SELECT 1 FROM engagement WHERE representative = :email AND starts_at = :starts "
            "AND team = :team AND booking = :booking",
            email=representative, starts=each.starts_at, team=each.team, booking=each.booking,
        )  # fmt: skip
        lead = stays and claim(work, Span(each.starts_at, each.ends_at), each.team, each.booking)
        if stays and not lead:
            query = "SELECT name FROM team WHERE id = :team"
            name = work.sql.one(str, query, team=each.team)
            stranded.append(f"{instant_text(each.starts_at)} of {name}")
        if lead:
            release(work, representative, each.starts_at)
            work.sql.run(
                "UPDATE booking SET representative = :lead, changed_at = :now, "
                "sequence = sequence + 1 WHERE team = :team AND id = :id",
                lead=lead, now=work.now, team=each.team, id=each.booking,
            )  # fmt: skip
    if stranded:
        more = f" and {len(stranded) - _NAMED} more" if len(stranded) > _NAMED else ""
        raise StateForbids(
            f"Nobody else can lead {', '.join(stranded[:_NAMED])}{more} (Q4).",
            hint="Add somebody first: pscli support agents add EMAIL --role agent\n"
            "Their token can be ended at once: pscli token revoke ID",
        )


_NAMED = 5  # appointments in a refusal


def cancel_coming(work: Work, team: int, product: AddonProduct) -> list[datetime]:
    """Cancel what a team has still to come for a product; returns when that would have been."""
    coming = work.sql.all(
        StoredBooking,
        f"{BOOKING} WHERE booking.team = :team AND booking.product = :product "
        "AND booking.cancelled = 0 AND booking.starts_at > :now "
        "ORDER BY booking.starts_at, booking.id",
        team=team, product=product, now=work.now, zone=work.policy.meetings.calendar.zone,
    )  # fmt: skip
    for each in coming:
        call_off(work, each)
    return [each.starts_at for each in coming]
