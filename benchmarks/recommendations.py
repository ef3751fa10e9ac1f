"""How good recommendations are, beside SQLite's FTS5 and bm25s, and what they cost."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.addons import grant_addon
from pscli.desk.library import import_catalogue
from pscli.desk.people import add_person
from pscli.desk.queue import answer_ticket
from pscli.desk.recommendations import list_recommendations, suggest_entries
from pscli.desk.requests import submit_request
from pscli.desk.setup import lay_desk
from pscli.desk.staff import add_representative
from pscli.desk.teams import create_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.library import Kind, NewEntry
from pscli.models.people import AdminRole, Identity, RepresentativeRole
from pscli.policy import shipped_policy

from .desks import folder, postgres_desk
from .measure import Figure, Spread, tell, tell_times
from .rankers import (
    DATA,
    DEPTH,
    Collection,
    Question,
    Ranker,
    bm25s,
    collection,
    fts5,
    histories,
    in_turn_of,
    mean_ndcg,
    ndcg,
    one_query,
)

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
TEAM, READER, AGENT = "Readers", "reader@bench.example", "agent@bench.example"
SITE = "https://bench.example/"
ENTRIES = 5000
GOALS = {1: 0.88, 3: 0.80, 5: 0.78, 8: 0.74}  # tickets of a person, the least nDCG@10


class Desk:
    """A desk whose library holds certain articles, asked through its operations."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        database.create()  # type: ignore[attr-defined]
        with database.transaction(writes=True) as sql:
            lay_desk(sql, shipped_policy(), NOW, rehearsal=False, demo=False)
        create_team(self.acting(None), TEAM, licences=10)
        grant_addon(self.acting(None), TEAM, AddonProduct.DROPBOX, Edition.ENHANCED)
        add_representative(self.acting(None), AGENT, RepresentativeRole.AGENT)
        add_person(self.acting(None), TEAM, READER, role=AdminRole.TEAM)
        self._people = count(1)

    def acting(self, email: str | None) -> Local:
        """The desk as somebody uses it; None is its operator."""
        return Local(self.database, Identity(email=email), lambda: self.now)

    def fill(self, entries: list[NewEntry]) -> float:
        """Put these entries in the library's place; returns how many seconds it took."""
        begin = time.perf_counter()
        import_catalogue(self.acting(None), entries, prune=True)
        return time.perf_counter() - begin

    def answer(self, text: str) -> list[int]:
        """The entries that are recommended to somebody whose only ticket has this subject."""
        return self.recommend([text])

    def recommend(self, texts: Sequence[str]) -> list[int]:
        """The entries that a new person with these tickets is recommended."""
        email = f"p{next(self._people)}@bench.example"
        add_person(self.acting(None), TEAM, email, role=AdminRole.SUPPORT)
        person = self.acting(email)
        for text in texts:
            self.now += timedelta(minutes=1)
            submit_request(person, text[:200], text)
        return [_place(each.url) for each in list_recommendations(person, DEPTH).items]

    def teach(self, question: Question) -> None:
        """A ticket that a representative solves with a link to its article."""
        number = submit_request(self.acting(READER), question.text[:200], "-").record.number
        link = f"{SITE}{question.article}"
        answer_ticket(self.acting(AGENT), TEAM, number, "See:", links=[link], solve=True)


def _place(url: str) -> int:
    return int(url.removeprefix(SITE))


def run(*, quick: bool) -> list[Figure]:
    """Quality where a collection is at hand, then size and speed, which need none."""
    figures = []
    found = collection()
    if found is None:
        print(f"\nno collection: name its folder with --data, or in {DATA}; quality is left out")
    else:
        figures += _quality(found, quick=quick)
        _lessons(found, quick=quick)
        _alike(found, quick=quick)
    figures += _speed(quick=quick)
    return figures


@contextmanager
def _desk(entries: list[NewEntry] | None = None) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        database = open_database(str(Path(place) / "library.db"))
        desk = Desk(database)
        if entries:
            desk.fill(entries)
        yield desk
        database.close()


def _entries(found: Collection) -> list[NewEntry]:
    return [
        NewEntry(
            url=f"{SITE}{n}",
            title=article.title,
            kind=Kind.ARTICLE,
            product="dropbox",
            language="en",
            text=article.body,
        )
        for n, article in enumerate(found.articles)
    ]


def _quality(found: Collection, *, quick: bool) -> list[Figure]:
    """The table: single questions, then histories of several tickets."""
    step, people = (10, 40) if quick else (1, 500)
    others = {"FTS5": fts5(found.articles), "bm25s": bm25s(found.articles)}
    scores: dict[int, float] = {}
    with _desk(_entries(found)) as desk:
        print("\nrecommendations: nDCG@10")
        ours = cache(desk.answer)
        _row("single questions", ours, others, found.questions[::step])
        _row("  of the half that was looked at", ours, others, found.chosen_on[::step])
        scores[1] = _row("  of the other half", ours, others, found.held_out[::step])
        for length in (3, 5, 8):
            asked = histories(found, length, people)
            scores[length] = _mean(asked, desk.recommend)
            told = [f"pscli {scores[length]:.3f}"]
            for name, rank in others.items():
                turns = _mean(asked, lambda texts, rank=rank: in_turn_of(rank, texts))  # type: ignore[misc]
                whole = _mean(asked, lambda texts, rank=rank: one_query(rank, texts))  # type: ignore[misc]
                told.append(f"{name} in turn {turns:.3f}, as one query {whole:.3f}")
            print(f"  {length} tickets: {'; '.join(told)}")
    figures = [
        Figure(f"nDCG@10, {length} of a person's tickets", f"{goal}", _same(scores[length] / goal),
               1.0, at_least=True)
        for length, goal in GOALS.items()
    ]  # fmt: skip
    tell("recommendations", figures)
    return figures


def _row(what: str, ours: Ranker, others: dict[str, Ranker], asked: list[Question]) -> float:
    """One line of the table; returns our figure."""
    told = {name: mean_ndcg(rank, asked) for name, rank in {"pscli": ours, **others}.items()}
    print(f"  {what}: " + "; ".join(f"{name} {score:.3f}" for name, score in told.items()))
    return told["pscli"]


def _mean(asked: list[list[Question]], rank: Callable[[list[str]], list[int]]) -> float:
    scores = [
        ndcg(rank([each.text for each in history]), {each.article for each in history})
        for history in asked
    ]
    return sum(scores) / len(scores)


def _same(value: float) -> Spread:
    return Spread(value, value, value)


def _lessons(found: Collection, *, quick: bool) -> None:
    """Half of each article's questions become solved tickets with its link; the rest is asked."""
    by_article = found.of_articles()
    asked = [question for article in by_article.values() for question in article[5:]]
    asked = asked[:: 10 if quick else 1]
    with _desk(_entries(found)) as desk:
        print("\nrecommendations: nDCG@10 of questions that were never linked")
        print(f"  nothing learnt: {mean_ndcg(desk.answer, asked):.3f}")
        for first, last in ((0, 1), (1, 2), (2, 5)):
            for questions in by_article.values():
                for question in questions[first:last]:
                    desk.teach(question)
            score = mean_ndcg(desk.answer, asked)
            print(f"  {last} solved tickets for each article: {score:.3f}")


def _alike(found: Collection, *, quick: bool) -> None:
    """The same questions on PostgreSQL: every list must be the same, place by place."""
    asked = [question.text for question in found.questions[:: 100 if quick else 10]]
    entries = _entries(found)
    with _desk(entries) as desk, _postgres() as other:
        other.fill(entries)
        assert [desk.answer(text) for text in asked] == [other.answer(text) for text in asked]
    print(f"\n  {len(asked)} questions: the same lists on SQLite and PostgreSQL")


@contextmanager
def _postgres() -> Iterator[Desk]:
    import psycopg

    with postgres_desk(1000) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS library_bench WITH (FORCE)")
            connection.execute("CREATE DATABASE library_bench")
        database = open_database(url.replace("/desk_1000_1?", "/library_bench?"))
        yield Desk(database)
        database.close()


def _speed(*, quick: bool) -> list[Figure]:
    """A library of 5,000 entries: weighed from nothing, then asked with new words each time."""
    rounds = 20 if quick else 200
    words = _Words()
    entries = [words.entry(n) for n in range(ENTRIES)]
    with _desk() as desk:
        seconds = desk.fill(entries)
        reader = desk.acting(READER)
        took, computed = [], []
        for _ in range(rounds):
            subject, body = words.some(8), words.some(40)
            begin, computing = time.perf_counter(), time.process_time()
            suggest_entries(reader, subject, body)
            computed.append(time.process_time() - computing)
            took.append(time.perf_counter() - begin)
    figures = [
        Figure(f"weighing {ENTRIES:,} entries", "10 s", _same(seconds / 10), 1.0),
        Figure(
            f"one query among {ENTRIES:,}, of the processor",
            "10 ms",
            Spread.of([seconds / 0.01 for seconds in computed]),
            1.0,
        ),
    ]
    tell("recommendations, size and speed", figures)
    print(f"  {seconds:8.2f} s to import and weigh {ENTRIES:,} entries of some 60 words")
    tell_times("one query: stems, statement, turns, the whole operation", took)
    tell_times("the same in time of the processor", computed)
    return figures


class _Words:
    """Made-up words as often as words are in texts: the n-th is 1/n as frequent as the first."""

    def __init__(self, seed: int = 1, known: int = 20_000) -> None:
        self._choice = random.Random(seed)
        syllables = [a + b for a in "bcdfghjklmnprstvz" for b in "aeiou"]
        self._words = [
            "".join(self._choice.choices(syllables, k=self._choice.randint(2, 4)))
            for _ in range(known)
        ]
        self._often = [1 / (n + 10) for n in range(known)]

    def some(self, number: int) -> str:
        """So many words."""
        return " ".join(self._choice.choices(self._words, self._often, k=number))

    def entry(self, n: int) -> NewEntry:
        """An article."""
        return NewEntry(
            url=f"{SITE}{n}",
            title=self.some(7),
            kind=Kind.ARTICLE,
            product="dropbox",
            language="en",
            keywords=self.some(6).split(),
            text=self.some(45),
        )
