"""A person's own tickets: list them, read one (K, C9)."""

from datetime import datetime
from enum import StrEnum

from pscli.codec import NEVER, instant_text
from pscli.models.people import Product
from pscli.models.record import Cursor, Instant, Language, Limit, Number, Page, ShortText, Word
from pscli.models.tickets import Channel, Sort, Status, StatusFilter, Thread, Ticket
from pscli.operation import EVERYTHING, Search, Work, operation
from pscli.rules.tickets import check_issue_type, found

from .access import HUB_DOOR
from .paging import Place, page, place_after

COLUMNS = (
    "number, subject, status, product, issue_type, channel, language, urgent, requester, "
    "created_at, updated_at, solved_at, due_at, promise"
)
COUNTED_HITS = 1000  # a search counts its hits up to here


class Via(StrEnum):
    """The door that a person came through: the Hub (E8), or their own requests (C9).

    `access.authorize` looks at it, before a remembered result is returned.
    """

    HUB = HUB_DOOR
    CONTACT = "contact"


@operation("GET", "/hub/tickets")
def list_tickets(
    work: Work,
    status: list[StatusFilter] = [],
    product: Product | None = None,
    issue_type: Word | None = None,
    channel: Channel | None = None,
    language: Language | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    search: ShortText | None = None,
    sort: Sort = Sort.CREATED,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Page[Ticket]:
    """Your own tickets, newest first (K2, K5)."""
    first = first_place(sort, until)
    start = place_after(cursor, sort, first)
    if sort is Sort.CREATED:
        start = min(start, first)
    hits = EVERYTHING
    if search is not None:
        from pscli.rules.words import query_words

        looked_for = query_words(search)
        if not looked_for:
            return Page(items=[], total=0, next=None)
        owner = owner_word(work.who.team, work.who.person)
        hits = work.sql.search([owner, *looked_for], COUNTED_HITS)
    filters = filters_of(work, status, product, issue_type, channel, language, since, until)
    filters["words"] = hits.words
    rows = work.sql.all(
        Ticket,
        f"SELECT {COLUMNS} FROM {hits.source} WHERE {FILTERS} AND {hits.condition} "
        f"AND {ORDERS[sort]} LIMIT :limit",
        at=start.at,
        after=start.number,
        limit=limit + 1,
        **filters,
    )
    total = _total(work, hits, filters, ranged=bool(since or until))
    return page(rows, limit, total, sort)


FILTERS = """team = :team AND person = :person
    AND created_at >= :since
    AND (status = :s1 OR status = :s2 OR status = :s3)
    AND (CAST(:product AS TEXT) IS NULL OR product = :product)
    AND (CAST(:issue_type AS TEXT) IS NULL OR issue_type = :issue_type)
    AND (CAST(:channel AS TEXT) IS NULL OR channel = :channel)
    AND (CAST(:language AS TEXT) IS NULL OR language = :language)"""

# By `created`, `until` is the first place: beside it, SQLite would not begin at the cursor.
ORDERS = {
    Sort.CREATED: "(created_at, number) < (:at, :after) ORDER BY created_at DESC, number DESC",
    Sort.UPDATED: "created_at < :until AND (updated_at, number) < (:at, :after) "
    "ORDER BY updated_at DESC, number DESC",
    Sort.DUE: "created_at < :until AND (due_key, number) > (:at, :after) ORDER BY due_key, number",
}


def filters_of(
    work: Work,
    status: list[StatusFilter],
    product: Product | None,
    issue_type: str | None,
    channel: Channel | None,
    language: str | None,
    since: datetime | None,
    until: datetime | None,
) -> dict[str, object]:
    """The parameters of `FILTERS` and `ORDERS`: of the actor's own tickets, these."""
    wanted = statuses(status)
    if issue_type is not None:
        _check_type(work, issue_type)
    return {
        "team": work.who.team,
        "person": work.who.person,
        "product": product,
        "issue_type": issue_type,
        "channel": channel,
        "language": language,
        "since": since or "",
        "until": until or NEVER,
        "s1": wanted[0],
        "s2": wanted[1],
        "s3": wanted[2],
    }


def _check_type(work: Work, issue_type: str) -> None:
    """Refuse a type that the policy does not list and that no ticket of one's own has (C3, K2)."""
    known = work.policy.issue_types
    if issue_type not in known:
        had = work.sql.all(
            str,
            "SELECT DISTINCT issue_type FROM ticket_count WHERE team = :team AND person = :person",
            team=work.who.team,
            person=work.who.person,
        )
        check_issue_type(issue_type, [*known, *(each for each in had if each not in known)])


def statuses(wanted: list[StatusFilter]) -> list[str]:
    """The three places of a status condition; an empty filter is every status."""
    chosen = {filter_.value for filter_ in wanted} or set(Status)
    if StatusFilter.UNSOLVED in chosen:
        chosen |= {Status.OPEN, Status.PENDING}
    return [status.value if status in chosen else "" for status in Status]


def first_place(sort: Sort, until: datetime | None) -> Place:
    """Where a list begins; by `created` that is `until`."""
    if sort is Sort.DUE:
        return Place(at="", number=0)
    if sort is Sort.CREATED and until is not None:
        return Place(at=instant_text(until), number=0)
    return Place(at=NEVER, number=0)


def _total(work: Work, hits: Search, filters: dict[str, object], *, ranged: bool) -> int | None:
    """How many match: from the counts where they say it, else counted as far as is cheap."""
    if hits.many:
        return None
    if not ranged and hits is EVERYTHING:
        return work.sql.one(
            int,
            "SELECT CAST(COALESCE(SUM(tickets), 0) AS BIGINT) FROM ticket_count "
            "WHERE team = :team AND person = :person "
            "AND (status = :s1 OR status = :s2 OR status = :s3) "
            "AND (CAST(:product AS TEXT) IS NULL OR product = :product) "
            "AND (CAST(:issue_type AS TEXT) IS NULL OR issue_type = :issue_type) "
            "AND (CAST(:channel AS TEXT) IS NULL OR channel = :channel) "
            "AND (CAST(:language AS TEXT) IS NULL OR language = :language)",
            **filters,
        )
    counted = work.sql.one(
        int,
        f"SELECT count(*) FROM (SELECT 1 FROM {hits.source} WHERE {FILTERS} "
        f"AND created_at < :until AND {hits.condition} LIMIT :most) AS found",
        most=COUNTED_HITS + 1,
        **filters,
    )
    return counted if counted is None or counted <= COUNTED_HITS else None


@operation("GET", "/requests")
def list_requests(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Ticket]:
    """Your own requests, newest first, with or without the Hub (C9)."""
    return list_tickets.function(work, limit=limit, cursor=cursor)


@operation("GET", "/requests/{number}")
def show_ticket(
    work: Work,
    number: Number,
    via: Via = Via.CONTACT,  # noqa: ARG001 - see Via
) -> Thread:
    """One of your own tickets with its messages and promises (K2, S2)."""
    from .threads import thread_of

    return found(thread_of(work, work.who.team, number, person=work.who.person), number)


def own_ticket(work: Work, number: int) -> Ticket:
    """One of the actor's own tickets; raises NotFound alike for missing and others' (K2)."""
    ticket = work.sql.one(
        Ticket,
        f"SELECT {COLUMNS} FROM ticket_record "
        "WHERE team = :team AND number = :number AND person = :person",
        team=work.who.team,
        number=number,
        person=work.who.person,
    )
    return found(ticket, number)


def owner_word(team: int, person: int) -> str:
    """The word under which a person's tickets stand in the index."""
    return f"o{team}x{person}"
