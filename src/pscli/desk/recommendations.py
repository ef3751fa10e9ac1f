"""What of the library fits: a person's tickets, a text that is not sent yet, a case (R)."""

from collections.abc import Mapping, Sequence

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
from pscli.problems import NotFound

from .library import lay_library, require_library

SUGGESTED = 3
_PLAIN = ("other", "dropbox")  # say nothing about what a ticket needs
_CANDIDATES = 200  # entries of a ticket that are looked at
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


class Score(Record, frozen=True):
    """What the terms of a text that an entry has weigh together."""

    entry: int
    language: str
    score: int


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
            f"There is no recommendation {rank}.", hint="See them: pscli recommendations"
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
    from pscli.rules.ranking import answers_among, asked_terms

    asked = asked_terms(subject, body, languages, about)
    scores = _scores(work, asked, (_WEIGHTS, _LESSONS), work.who.language)
    spoken = {each.entry for each in scores if each.language == work.who.language != "en"}
    return answers_among({each.entry: each.score for each in scores}, spoken, _size(work))


def _size(work: Work) -> int:
    return work.sql.one(int, "SELECT entries FROM library") or 0


_WEIGHTS = """SELECT entry, times * weight AS score FROM asked
    JOIN library_weight ON library_weight.term = asked.term"""
_LESSONS = _WEIGHTS.replace("library_weight", "library_lesson")
_SCORES = """WITH asked (term, times) AS (VALUES {asked})
    SELECT id AS entry, language, CAST(SUM(score) AS BIGINT) AS score
    FROM ({sources}) AS terms JOIN library_entry ON library_entry.id = terms.entry
    WHERE language IN ('en', :language) OR :any_language = 1
    GROUP BY id, language HAVING count(*) >= :common
    ORDER BY score DESC, id LIMIT :most"""


def _scores(
    work: Work,
    asked: Mapping[int, int],
    sources: Sequence[str],
    language: str | None,
    common: int = 1,
) -> list[Score]:
    """One statement, whole numbers only: the same sums on both databases."""
    if not asked:
        return []
    rows = ", ".join(f"(CAST(:t{n} AS BIGINT), CAST(:n{n} AS BIGINT))" for n in range(len(asked)))
    values: dict[str, int] = {}
    for n, (term, times) in enumerate(asked.items()):
        values |= {f"t{n}": term, f"n{n}": times}
    return work.sql.all(
        Score,
        _SCORES.format(asked=rows, sources=" UNION ALL ".join(sources)),
        language=language or "en",
        any_language=language is None,
        common=common,
        most=_CANDIDATES,
        **values,
    )


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
    names = {f"e{n}": id_ for n, id_ in enumerate(sorted(ids))}
    places = ", ".join(f":{name}" for name in names)
    return work.sql.all(Entry, f"{_ENTRY} WHERE id IN ({places}) ORDER BY {_BY_USE}", **names)


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
    scores = _scores(work, asked, (_LESSONS,), None, _COMMON_WORDS)
    answers = answers_among({each.entry: each.score for each in scores}, set(), _size(work))
    return [narrow(Suggestion, entry) for entry, _ in _in_turn(work, [(1, answers)], SUGGESTED)]
