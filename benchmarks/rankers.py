"""Questions whose articles are known, nDCG, and two well-known rankers to stand beside."""

import json
import math
import os
import random
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

DATA = "PSCLI_BENCH_DATA"  # a folder with stackfaq/docs.jsonl, queries.jsonl and qrels.tsv
DEPTH = 10
_WORD = re.compile(r"\w+")

Ranker = Callable[[str], list[int]]


class Article(NamedTuple):
    """An article of the collection."""

    title: str
    body: str


class Question(NamedTuple):
    """A question, and the place of the article that answers it."""

    text: str
    article: int


class Collection(NamedTuple):
    """Articles and shuffled questions; parameters were chosen on the first half of these."""

    articles: list[Article]
    questions: list[Question]

    @property
    def chosen_on(self) -> list[Question]:
        """The half on which parameters were chosen."""
        return self.questions[: len(self.questions) // 2]

    @property
    def held_out(self) -> list[Question]:
        """The half that nobody looked at."""
        return self.questions[len(self.questions) // 2 :]

    def of_articles(self) -> dict[int, list[Question]]:
        """The questions by their article."""
        found: dict[int, list[Question]] = defaultdict(list)
        for question in self.questions:
            found[question.article].append(question)
        return found


def collection() -> Collection | None:
    """The collection in the folder that was named; None where there is none."""
    folder = Path(os.environ.get(DATA, "")) / "stackfaq"
    if not os.environ.get(DATA) or not (folder / "docs.jsonl").exists():
        return None
    docs = [json.loads(line) for line in (folder / "docs.jsonl").open(encoding="utf-8")]
    place = {doc["id"]: n for n, doc in enumerate(docs)}
    judged = (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]
    answer = {line.split("\t")[0]: place[line.split("\t")[1]] for line in judged}
    queries = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    random.Random(1).shuffle(queries)
    return Collection(
        [Article(doc["title"], doc["body"]) for doc in docs],
        [Question(query["text"], answer[query["id"]]) for query in queries],
    )


def ndcg(ranked: Sequence[int], relevant: set[int]) -> float:
    """How good the first ten places are: 1 where the relevant ones stand first."""
    gain = sum(1 / math.log2(n + 2) for n, each in enumerate(ranked[:DEPTH]) if each in relevant)
    return gain / sum(1 / math.log2(n + 2) for n in range(min(DEPTH, len(relevant))))


def mean_ndcg(rank: Ranker, questions: Iterable[Question]) -> float:
    """The mean over single questions."""
    scores = [ndcg(rank(question.text), {question.article}) for question in questions]
    return sum(scores) / len(scores)


def fts5(articles: Sequence[Article]) -> Ranker:
    """SQLite's own ranking: Porter's stems, any of the words, a title worth five."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize='porter')")
    connection.executemany("INSERT INTO docs (title, body) VALUES (?, ?)", articles)

    def rank(text: str) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(text))
        rows = connection.execute(
            "SELECT rowid - 1 FROM docs WHERE docs MATCH ? ORDER BY bm25(docs, 5.0, 1.0), rowid "
            "LIMIT ?",
            (words, DEPTH),
        )
        return [row[0] for row in rows]

    return rank


def bm25s(articles: Sequence[Article]) -> Ranker:
    """The library bm25s as its page shows it: Snowball's stems, English stop words."""
    import bm25s as library
    import snowballstemmer

    stem = snowballstemmer.stemmer("english").stemWords

    def tokens(texts: list[str]) -> list[list[str]]:
        found: list[list[str]] = library.tokenize(
            texts, stopwords="en", stemmer=stem, show_progress=False, return_ids=False
        )
        return found

    index = library.BM25()
    index.index(tokens([f"{title} {body}" for title, body in articles]), show_progress=False)

    def rank(text: str) -> list[int]:
        scores = index.get_scores(tokens([text])[0])
        return sorted(range(len(articles)), key=lambda n: (-scores[n], n))[:DEPTH]

    return rank


def one_query(rank: Ranker, texts: Sequence[str]) -> list[int]:
    """A history as one long query."""
    return rank(" ".join(texts))


def in_turn_of(rank: Ranker, texts: Sequence[str]) -> list[int]:
    """A history as one list a text, taken in turn."""
    lists = [rank(text) for text in texts]
    turns = (each for places in zip_longest(*lists) for each in places if each is not None)
    return list(dict.fromkeys(turns))


def histories(found: Collection, length: int, people: int) -> list[list[Question]]:
    """People with so many past tickets, each a question about another article."""
    choice = random.Random(7 * length)
    questions = found.of_articles()
    places = sorted(questions)
    return [
        [choice.choice(questions[place]) for place in choice.sample(places, length)]
        for _ in range(people)
    ]
