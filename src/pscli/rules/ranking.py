"""Which entries of the library answer a text, and how the tickets of a person take turns (R1-R5).

An inverted index whose weights are whole numbers: thousandths, made once for each word of an entry,
so that both databases add up the same sum. Words weigh as in BM25F, with each field's length
counted for itself; three letters of a title weigh as in BM25. How much was chosen on one half of
the benchmark's questions and holds on the other (`./dev bench recommendations`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import log
from struct import iter_unpack, pack, unpack
from typing import NamedTuple

from .stems import COMMON, gram_term, grams, stems, word_term
from .words import words

RECIPE = 1  # another number makes every desk weigh its library anew
MOST_TICKETS = 20  # the newest ones of a person
MOST_HOLDING = 1000  # entries: a term that more of them hold tells little and costs most

_UNIT = 1000
_FIELDS = (  # how much a word in it weighs, and how much its length takes away (0 to 1)
    ("title", 12.0, 0.75),
    ("labels", 6.0, 0.75),
    ("text", 1.0, 1.0),
)
_WORD_SATURATION = 8.0
_GRAM_SATURATION = 1.2
_GRAM_LENGTH = 0.75
_GRAM_SHARE = 0.5  # beside words
_LESSON = 4.0  # beside words
_LESSON_SATURATION = 2.0
_SUBJECT = 4  # how often a word counts that stands there
_BODY = 2
_COMMON = 1  # one that tells nothing of a topic, but of the way of asking
_BODY_WORDS = 60  # further ones tell no more and cost time
_BODY_CHARACTERS = 4000
_LEAST = 6.0  # rare words of a text: below, what is common is a word that everybody uses
_PART_OF_BEST = 4  # an entry with less than a quarter of the best answers something else
_NEAR_BEST = 3  # from a third of the best on, the reader's language goes first
_SHARPNESS = 8
_MILLION = 1_000_000


class Words(NamedTuple):
    """What an entry is found by."""

    title: str
    labels: str
    text: str
    language: str


def weights_of(entries: Sequence[Words]) -> list[dict[int, int]]:
    """What each term of each entry weighs, in thousandths."""
    fields = [
        {name: Counter(stems(getattr(e, name), (e.language,))) for name, *_ in _FIELDS}
        for e in entries
    ]
    titles = [Counter(grams(entry.title)) for entry in entries]
    found: list[dict[int, int]] = []
    for by_word, by_gram in zip(_by_words(fields), _by_grams(titles), strict=True):
        found.append({word_term(word): weight for word, weight in by_word.items()})
        found[-1] |= {gram_term(gram): weight for gram, weight in by_gram.items()}
    return found


def postings_of(entries: Mapping[int, Mapping[int, int]]) -> Iterator[tuple[int, int, bytes]]:
    """Each term, how many entries hold it, and its postings: pairs of an entry's id and a weight.

    Packed as 32 bits each: a term is one row, and a query reads some hundred rows.
    """
    held: dict[int, list[int]] = {}
    for entry in sorted(entries):
        for term, weight in entries[entry].items():
            held.setdefault(term, []).extend((entry, weight))
    for term in sorted(held):
        pairs = held[term]
        yield term, len(pairs) // 2, pack(f"<{len(pairs)}I", *pairs)


def scores_of(asked: Mapping[int, int], postings: Mapping[int, bytes]) -> dict[int, int]:
    """What the terms asked for weigh together in each entry that has any of them."""
    ends = [unpack("<II", packed[-8:])[0] for packed in postings.values()]
    sums = [0] * (max(ends, default=0) + 1)  # by id: several times as quick as a dictionary
    for term, packed in postings.items():
        times = asked[term]
        for entry, weight in iter_unpack("<II", packed):
            sums[entry] += times * weight
    return {entry: score for entry, score in enumerate(sums) if score}


def _by_words(entries: list[dict[str, Counter[str]]]) -> Iterator[dict[str, int]]:
    counts: list[Counter[str]] = [Counter() for _ in entries]
    for name, weight, length in _FIELDS:
        usual = _usual(entry[name] for entry in entries)
        for entry, total in zip(entries, counts, strict=True):
            scale = 1 - length + length * entry[name].total() / usual
            for word, times in entry[name].items():
                total[word] += weight * times / scale  # type: ignore[assignment]
    held = Counter(word for count in counts for word in count)
    for count in counts:
        yield {
            word: _weigh(rarity(held[word], len(entries)) * _saturated(times, _WORD_SATURATION))
            for word, times in count.items()
        }


def _by_grams(titles: list[Counter[str]]) -> Iterator[dict[str, int]]:
    usual = _usual(titles)
    held = Counter(gram for title in titles for gram in title)
    for title in titles:
        length = 1 - _GRAM_LENGTH + _GRAM_LENGTH * title.total() / usual
        yield {
            gram: _weigh(
                _GRAM_SHARE
                * rarity(held[gram], len(titles))
                * _saturated(times / length, _GRAM_SATURATION)
            )
            for gram, times in title.items()
        }


def _usual(counts: "Iterator[Counter[str]] | list[Counter[str]]") -> float:
    """The mean length of those that are not empty; 1 where all are."""
    lengths = [total for count in counts if (total := count.total())]
    return sum(lengths) / len(lengths) if lengths else 1.0


def rarity(holding: int, entries: int) -> float:
    """How much a word tells that so many of the entries hold."""
    return log(1 + (entries - holding + 0.5) / (holding + 0.5))


def _saturated(times: float, at: float) -> float:
    return times * (at + 1) / (times + at)


def _weigh(value: float) -> int:
    return round(_UNIT * value)


def lesson_weight(tickets: int, holding: int, entries: int) -> int:
    """What a word weighs that so many solved tickets shared which an entry answered (R3)."""
    known = min(holding, entries)
    return _weigh(_LESSON * rarity(known, entries) * tickets / (tickets + _LESSON_SATURATION))


def asked_terms(
    subject: str, body: str, languages: Sequence[str], hints: str = ""
) -> dict[int, int]:
    """The terms to look for, and how often each counts: those of the subject most.

    `hints` are words of our own that say what it is about, as an issue type or a product.
    """
    spoken = tuple(dict.fromkeys(["en", *languages]))
    told = list(dict.fromkeys(stems(body[:_BODY_CHARACTERS], spoken, without=COMMON)))
    asked = Counter({word_term(stem): _BODY for stem in told[:_BODY_WORDS]})
    asked.update({word_term(stem): _SUBJECT for stem in stems(f"{subject} {hints}", spoken)})
    asked.update({gram_term(gram): _SUBJECT for gram in grams(subject)})
    for word in COMMON.intersection(words(subject)):
        asked.update({word_term(stem): _COMMON - _SUBJECT for stem in stems(word, spoken)})
    return dict(asked)


def lesson_terms(subject: str, body: str, languages: Sequence[str]) -> list[int]:
    """The words that a solved ticket teaches, once each; none that every ticket has."""
    spoken = tuple(dict.fromkeys(["en", *languages]))
    said = f"{subject} {body[:_BODY_CHARACTERS]}"
    return sorted({word_term(stem) for stem in stems(said, spoken, without=COMMON)})


def answers_among(scores: Mapping[int, int], spoken: set[int], entries: int) -> dict[int, int]:
    """Which of so many entries do answer; `spoken` are in a language of the reader's own (R5).

    Among those near the best, all that are in the reader's language come before all others.
    """
    best = max(scores.values(), default=0)
    least = _weigh(_LEAST * rarity(1, entries))
    return {
        entry: score + best if entry in spoken and score * _NEAR_BEST >= best else score
        for entry, score in scores.items()
        if score >= least and score * _PART_OF_BEST >= best
    }


def ticket_weight(newer: int, *, solved: bool) -> int:
    """What a ticket weighs that so many are newer than; a solved one two thirds of that (R2)."""
    weight = 3 * _UNIT * int(9**newer) // int(10**newer)
    return weight * 2 // 3 if solved else weight


class Turn(NamedTuple):
    """A place in the ranking: which entry has it, and which of the tickets it answers."""

    entry: int
    ticket: int


def take_turns(
    tickets: Sequence[tuple[int, Mapping[int, int]]], popular: Sequence[int], most: int
) -> list[Turn]:
    """Entries for tickets, each with its weight and scores (R2): first one for each ticket.

    A ticket claims an entry by its weight and by how far the entry stands out among its answers;
    every place that it has taken lowers what it claims. Ties go by the order of `popular` (R4).
    """
    claims = [_claims(weight, scores) for weight, scores in tickets]
    place = {entry: n for n, entry in enumerate(popular)}
    taken = [0] * len(tickets)
    turns: list[Turn] = []
    while len(turns) < most and any(claims):
        _, _, _, ticket, entry = min(
            (taken[t] > 0, -claim // (taken[t] + 1), place.get(entry, len(place)), t, entry)
            for t, mine in enumerate(claims)
            for entry, claim in mine.items()
        )
        turns.append(Turn(entry, ticket))
        taken[ticket] += 1
        for mine in claims:
            mine.pop(entry, None)
    return turns


def _claims(weight: int, scores: Mapping[int, int]) -> dict[int, int]:
    best = max(scores.values(), default=1)
    powers = {e: (score * _UNIT // best) ** _SHARPNESS for e, score in scores.items()}
    total = sum(powers.values()) or 1
    return {entry: weight * _MILLION * power // total for entry, power in powers.items()}
