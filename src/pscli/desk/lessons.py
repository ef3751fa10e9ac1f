"""What the library learns from representatives: how often a page was linked, and for what (R3, R4).

Only numbers are kept: how many tickets with a word an entry answered.
"""

from pscli.models.record import Record
from pscli.operation import Work
from pscli.rules.catalogue import address_of

from .library import lay_library, lock_library
from .library_weights import LEARN, Taught, insert_rows


class Linked(Record, frozen=True):
    """The links of one message."""

    json_columns = ("links",)

    links: list[str]


class Told(Record, frozen=True):
    """What the customer wrote first."""

    subject: str
    language: str
    body: str


def count_links(work: Work, links: list[str]) -> None:
    """Count the entries that a message links to (R4); other addresses are nobody's."""
    lay_library(work)
    for entry in _entries(work, links):
        work.sql.run("UPDATE library_entry SET links = links + 1 WHERE id = :id", id=entry)


def learn_from(work: Work, team: int, number: int) -> None:
    """Let what was linked in a ticket that is solved now count for similar tickets (R3)."""
    messages = work.sql.all(
        Linked,
        "SELECT links FROM message WHERE team = :team AND ticket = :number AND links <> '[]' "
        "AND internal = 0",
        team=team,
        number=number,
    )
    if not messages:
        return
    lay_library(work)
    lock_library(work)
    entries = _entries(work, [link for message in messages for link in message.links])
    told = work.sql.one(
        Told,
        "SELECT subject, language, body FROM ticket JOIN message ON message.team = ticket.team "
        "AND message.ticket = ticket.number WHERE ticket.team = :team AND number = :number "
        "AND author_kind = 'customer' ORDER BY message.id LIMIT 1",
        team=team,
        number=number,
    )
    if told is None:
        return
    for entry in entries:
        _learn(work, entry, told)


def _learn(work: Work, entry: int, told: Told) -> None:
    from pscli.rules.ranking import lesson_terms, lesson_weight

    size = work.sql.one(int, "SELECT entries FROM library") or 0
    terms = lesson_terms(told.subject, told.body, [told.language])
    known = {each.term: each for each in work.sql.all(Taught, _TAUGHT_OF, entry=entry)}
    places = ", ".join(f":t{n}" for n in range(len(terms)))
    names = {f"t{n}": term for n, term in enumerate(terms)}
    held = work.sql.all(Holding, _HOLDING.format(terms=places), **names) if terms else []
    holding = {each.term: each.entries for each in held}
    counts = {term: known[term].tickets + 1 if term in known else 1 for term in terms}
    insert_rows(
        work,
        LEARN,
        (
            (term, entry, tickets, lesson_weight(tickets, holding.get(term, 0), size))
            for term, tickets in counts.items()
        ),
    )


class Holding(Record, frozen=True):
    """How many entries hold a term."""

    term: int
    entries: int


_HOLDING = "SELECT term, entries FROM library_term WHERE term IN ({terms})"
_TAUGHT_OF = "SELECT term, entry, tickets, 0 AS holding FROM library_lesson WHERE entry = :entry"


def _entries(work: Work, links: list[str]) -> list[int]:
    """The entries of these addresses, each once, in one order, so that no two changes cross."""
    found = {
        work.sql.one(
            int, "SELECT id FROM library_entry WHERE address = :address", address=address_of(link)
        )
        for link in links
        if link.startswith("https://")
    }
    return sorted(entry for entry in found if entry is not None)
