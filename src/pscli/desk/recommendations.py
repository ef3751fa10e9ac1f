"""What of the library fits: a person's tickets, a text that is not sent yet, a case (R)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest

from pscli.codec import narrow
from pscli.models.library import (
    Because,
    Entry,
    Rank,
    Recommendation,
    Suggestion,
    Typed,
)
from pscli.models.people import Product
from pscli.models.record import Change, Page, Record, ShortText, Word
from pscli.models.tickets import AuthorKind, Case, Status
from pscli.operation import Work, operation
from pscli.problems import NotFound, numbered_to

from .library import lay_library, require_library

SUGGESTED = 3
_PLAIN = ("other", "dropbox")  # say nothing about what a ticket needs
_CANDIDATES = 100  # entries of a ticket that are looked at
_COMMON_WORDS = 2  # with a solved ticket, before what solved it is suggested


class Past(Record, frozen=True):
    """A ticket as far as it tells what its person needs."""

    number: int
    subject: str
    product: str
    issue_type: str
    language: str
    status: Status
    body: str


class Held(Record, frozen=True):
    """The entries that hold a term."""

    term: int
    postings: bytes


class Lesson(Record, frozen=True):
    """A term of solved tickets that an entry answered, and what it weighs (R3)."""

    term: int
    entry: int
    weight: int


class Spoken(Record, frozen=True):
    """In which language an entry is."""

    id: int
    language: str


@operation("GET", "/recommendations")
def list_recommendations(work: Work, limit: Rank = 10) -> Page[Recommendation]:
    """Articles, videos and courses that fit your tickets; without tickets the most popular."""
    require_library(work)
    items = recommended(work, limit)
    return Page(items=items, total=len(items), next=None)


@operation("POST", "/recommendations/{rank}/visits")
def open_recommendation(work: Work, rank: Rank) -> Change[Recommendation]:
    """Count a visit to the recommendation of this rank, and say where it is (R4)."""
    lay_library(work)
    found = recommended(work, rank)
    if len(found) < rank:
        raise NotFound(
            f"There is no recommendation {rank}.",
            hint=f"{numbered_to(len(found))}\nSee them: pscli recommendations",
        )
    chosen = found[-1]
    work.sql.run("UPDATE library_entry SET opens = opens + 1 WHERE id = :id", id=chosen.id)
    return Change(record=chosen)


@operation("POST", "/suggestions", kept=False)
def suggest_entries(
    work: Work,
    subject: ShortText,
    body: Typed = "",
    product: Product | None = None,
    issue_type: Word = "other",
) -> Page[Suggestion]:
    """The three entries that fit best to what is about to be sent; the text is not kept (R6)."""
    lay_library(work)
    about = " ".join({product or "", issue_type} - {"", *_PLAIN})
    scores = _answers(work, subject, body, [work.who.language], about)
    ranked = _in_turn(work, [(1, scores)], SUGGESTED)
    items = [narrow(Suggestion, entry) for entry, _ in ranked]
    return Page(items=items, total=len(items), next=None)


def recommended(work: Work, limit: int) -> list[Recommendation]:
    """A person's first entries: for their tickets in turn, then the most popular (R1, R2)."""
    from pscli.rules.ranking import ticket_weight

    tickets = _tickets(work)
    answers = [
        (
            ticket_weight(newer, solved=ticket.status is Status.SOLVED),
            _answers(
                work,
                ticket.subject,
                ticket.body,
                [work.who.language, ticket.language],
                " ".join({ticket.product, ticket.issue_type} - {*_PLAIN}),
            ),
        )
        for newer, ticket in enumerate(tickets)
    ]
    ranked = [(entry, tickets[n]) for entry, n in _in_turn(work, answers, limit)]
    chosen = {entry.id for entry, _ in ranked}
    others = [entry for entry in _popular(work, limit) if entry.id not in chosen]
    places = [*ranked, *((entry, None) for entry in others)][:limit]
    return [_recommendation(rank, *place) for rank, place in enumerate(places, 1)]


def _recommendation(rank: int, entry: Entry, ticket: Past | None) -> Recommendation:
    return Recommendation(
        rank=rank,
        title=entry.title,
        url=entry.url,
        kind=entry.kind,
        language=entry.language,
        product=entry.product,
        because=None if ticket is None else Because(ticket=ticket.number, text=ticket.subject),
        id=entry.id,
    )


def _tickets(work: Work) -> list[Past]:
    """The newest tickets of the actor, each with its first message."""
    from pscli.rules.ranking import MOST_TICKETS

    return work.sql.all(
        Past,
        "SELECT number, subject, product, issue_type, language, status, COALESCE((SELECT body "
        "FROM message WHERE message.team = ticket.team AND message.ticket = ticket.number "
        "AND author_kind = 'customer' ORDER BY message.id LIMIT 1), '') AS body FROM ticket "
        "WHERE team = :team AND person = :person ORDER BY created_at DESC, number DESC LIMIT :most",
        team=work.who.team,
        person=work.who.person,
        most=MOST_TICKETS,
    )


def _answers(
    work: Work, subject: str, body: str, languages: Sequence[str], about: str
) -> dict[int, int]:
    """The entries in the reader's language and in English that answer a text (R5)."""
    from pscli.rules.ranking import MOST_HOLDING, answers_among, asked_terms, scores_of

    asked = asked_terms(subject, body, languages, about)
    places, terms = _among(asked)
    rows = work.sql.all(
        Held,
        f"SELECT term, postings FROM library_term WHERE term IN ({places}) AND entries <= :most",
        most=MOST_HOLDING,
        **terms,
    )
    scores = scores_of(asked, {row.term: row.postings for row in rows})
    for lesson in _lessons(work, asked):
        taught = asked[lesson.term] * lesson.weight
        scores[lesson.entry] = scores.get(lesson.entry, 0) + taught
    best = nlargest(_CANDIDATES, ((score, -entry) for entry, score in scores.items()))
    readable = _readable(work, [-entry for _, entry in best])
    own = {each.id for each in readable if each.language == work.who.language != "en"}
    return answers_among({each.id: scores[each.id] for each in readable}, own, _size(work))


def _among(numbers: Iterable[int]) -> tuple[str, dict[str, int]]:
    """The places and values of a condition `IN (...)`; an empty one holds for nothing."""
    values = {f"n{n}": number for n, number in enumerate(numbers)} or {"n0": 0}
    return ", ".join(f":{name}" for name in values), values


def _lessons(work: Work, asked: Iterable[int]) -> list[Lesson]:
    places, terms = _among(asked)
    return work.sql.all(
        Lesson,
        f"SELECT term, entry, weight FROM library_lesson WHERE term IN ({places})",
        **terms,
    )


def _readable(work: Work, entries: Iterable[int]) -> list[Spoken]:
    places, ids = _among(entries)
    return work.sql.all(
        Spoken,
        f"SELECT id, language FROM library_entry WHERE id IN ({places}) "
        "AND language IN ('en', :language)",
        language=work.who.language,
        **ids,
    )


def _size(work: Work) -> int:
    return work.sql.one(int, "SELECT entries FROM library") or 0


def _in_turn(
    work: Work, answers: Sequence[tuple[int, Mapping[int, int]]], limit: int
) -> list[tuple[Entry, int]]:
    """The entries of the tickets in turn, each with the place of its ticket in the list."""
    from pscli.rules.ranking import take_turns

    wanted = {entry for _, scores in answers for entry in scores}
    if not wanted:
        return []
    entries = {entry.id: entry for entry in _named(work, wanted)}
    return [(entries[entry], n) for entry, n in take_turns(answers, list(entries), limit)]


_ENTRY = (
    "SELECT id, url, title, kind, product, language, topics, keywords, opens, links "
    "FROM library_entry "
)
_BY_USE = "opens + links DESC, place, id"


def _named(work: Work, ids: set[int]) -> list[Entry]:
    """Entries by their ids, the most popular first (R4)."""
    places, values = _among(sorted(ids))
    return work.sql.all(Entry, f"{_ENTRY} WHERE id IN ({places}) ORDER BY {_BY_USE}", **values)


def _popular(work: Work, limit: int) -> list[Entry]:
    """The most popular: those in the reader's language, then those in English (R4, R5)."""
    return work.sql.all(
        Entry,
        f"{_ENTRY} WHERE language IN ('en', :language) "
        f"ORDER BY CASE WHEN language = :language THEN 0 ELSE 1 END, {_BY_USE} LIMIT :limit",
        language=work.who.language,
        limit=limit,
    )


def solved_alike(work: Work, case: Case) -> list[Suggestion]:
    """Up to three entries that solved tickets like this one; they need words in common (R3)."""
    if work.sql.one(int, "SELECT 1 FROM library_lesson LIMIT 1") is None:
        return []
    from pscli.rules.ranking import answers_among, asked_terms

    body = next((m.body for m in case.messages if m.author_kind is AuthorKind.CUSTOMER), "")
    asked = asked_terms(case.subject, body, [case.language])
    scores: Counter[int] = Counter()
    common: Counter[int] = Counter()
    for lesson in _lessons(work, asked):
        scores[lesson.entry] += asked[lesson.term] * lesson.weight
        common[lesson.entry] += 1
    alike = {entry: score for entry, score in scores.items() if common[entry] >= _COMMON_WORDS}
    answers = answers_among(alike, set(), _size(work))
    return [narrow(Suggestion, entry) for entry, _ in _in_turn(work, [(1, answers)], SUGGESTED)]
