"""Terms, weights and turns: whole numbers, the same for the same data (R2-R5)."""

from collections.abc import Mapping
from random import Random

from hypothesis import given, settings, strategies as st

from pscli.rules.ranking import (
    Words,
    answers_among,
    asked_terms,
    lesson_terms,
    lesson_weight,
    take_turns,
    ticket_weight,
    weights_of,
)
from pscli.rules.stems import COMMON, gram_term, grams, stems, word_term

LIBRARY = [
    Words("Files not syncing", "sync desktop", "", "en"),
    Words("How to set shared link permissions", "sharing links", "", "en"),
    Words("Cara mengundang anggota tim", "anggota undangan", "", "id"),
    Words("ファイルが同期されない場合", "同期", "", "ja"),
    Words("Two-step verification", "sign-in security", "A code by text message.", "en"),
]
SCORES = st.dictionaries(st.integers(1, 30), st.integers(1, 10**9), max_size=12)
TICKETS = st.lists(st.tuples(st.integers(1, 3000), SCORES), max_size=12)


def best_for(subject: str, body: str = "", *languages: str) -> int | None:
    """Which entry of the library a text fits best, by its place; None where none has a word."""
    asked = asked_terms(subject, body, languages)
    sums = [
        sum(times * weights.get(term, 0) for term, times in asked.items())
        for weights in weights_of(LIBRARY)
    ]
    return sums.index(max(sums)) if max(sums) else None


def test_forms_of_a_word_are_one_stem() -> None:
    """R1, R5: in English and Indonesian; Japanese is taken in pairs of characters."""
    assert set(stems("Syncing files synced; the sync of a file", ("en",))) >= {"sync", "file"}
    assert set(stems("mengundang undangan", ("id",))) == {"undang"}
    assert "同期" in stems("同期が止まる", ("ja",))
    assert stems("12 слово 123", ("xx",)) == ["12", "слово", "123"]


def test_a_word_has_the_stems_of_each_language_once() -> None:
    """R5: who reads Indonesian may write either language."""
    assert stems("tim", ("en", "id")) == ["tim"]
    assert set(stems("undangan", ("en", "id"))) == {"undangan", "undang"}


def test_terms_are_numbers_that_fit_both_databases() -> None:
    """R4: 63 bits, so that no text of a ticket is kept; letters of a title are no words."""
    terms = [*map(word_term, ["sync", "同期", ""]), *map(gram_term, grams("Sync of files"))]
    assert all(0 <= term < 2**63 for term in terms)
    assert word_term("syn") != gram_term("syn")
    assert not grams("to the of")


def test_texts_find_the_entry_that_answers_them() -> None:
    """R1, R5: by words, by parts of misspelt words, in three languages."""
    assert best_for("My file won't sync") == 0
    assert best_for("permision of a sharedlink") == 1
    assert best_for("Bagaimana mengundang orang ke tim?", "", "id") == 2
    assert best_for("同期が止まる", "", "ja") == 3
    assert best_for("Cannot get in", "The text message with the code never comes") == 4
    assert best_for("Ωμέγα") is None


def test_words_of_ours_say_what_it_is_about() -> None:
    """R1: an issue type counts as if the subject named it."""
    asked = asked_terms("Help", "", ["en"], "sharing")
    assert asked[word_term("share")] == asked[word_term("help")]


def test_words_of_the_subject_count_more_and_common_ones_less() -> None:
    """R2: however long the body is, it adds a bounded number of words."""
    asked = asked_terms("How to sync", "sync " + " ".join(f"word{n}" for n in range(5000)), ["en"])
    assert asked[word_term("sync")] > asked[word_term("word0")] > asked[word_term("to")] > 0
    assert len(asked) < 100


def test_weights_do_not_depend_on_the_order_of_entries() -> None:
    """R4: whole numbers, made from all entries at once."""
    places = list(range(len(LIBRARY)))
    Random(3).shuffle(places)
    mixed = weights_of([LIBRARY[n] for n in places])
    assert mixed == [weights_of(LIBRARY)[n] for n in places]
    assert all(type(weight) is int for weights in mixed for weight in weights.values())
    assert weights_of([]) == []
    assert weights_of([Words("", "", "", "en")]) == [{}]


def test_a_rare_word_weighs_more_and_a_title_most() -> None:
    """R1: what only one entry says tells more than what many say."""
    entries = [Words("Sync", "", "team", "en")] + [Words("Other", "", "team", "en")] * 9
    weights = weights_of(entries)[0]
    assert weights[word_term("sync")] > 3 * weights[word_term("team")] > 0


def test_lessons_weigh_more_the_more_tickets_taught_them() -> None:
    """R3: up to a bound, and less where every entry has the word."""
    weighed = [lesson_weight(tickets, 3, 100) for tickets in (1, 2, 5, 50, 500)]
    assert weighed == sorted(set(weighed))
    assert weighed[-1] < 3.1 * weighed[0]
    assert lesson_weight(1, 90, 100) < lesson_weight(1, 3, 100)
    assert lesson_weight(1, 200, 100) > 0  # three entries went, a word is held by more than all


def test_common_words_teach_nothing() -> None:
    """R3: each other word once, whatever its form."""
    taught = lesson_terms("How to sync the files", "Syncing of a file", ["en"])
    assert taught == sorted([word_term("sync"), word_term("file")])
    assert "the" in COMMON


def test_the_readers_language_goes_first_among_what_answers() -> None:
    """R5: near the best; what hardly fits does not pass a good answer in English."""
    scores = {1: 900_000, 2: 300_000, 3: 299_999, 4: 500_000, 5: 200_000}
    found = answers_among(scores, {2, 3, 5}, 100)
    assert sorted(found, key=lambda entry: -found[entry]) == [2, 1, 4, 3]


def test_what_shares_a_common_word_is_no_answer() -> None:
    """R2: a recommendation says which ticket it answers, so it must answer it."""
    assert answers_among({1: 9_000}, set(), 100) == {}
    assert answers_among({1: 9_000}, set(), 3)  # where rare words are not as rare
    assert answers_among({}, {1}, 0) == {}


def test_newer_and_unsolved_tickets_weigh_more() -> None:
    """R2: and the newest of many still weigh something."""
    weights = [ticket_weight(newer, solved=False) for newer in range(20)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0
    assert ticket_weight(0, solved=True) < ticket_weight(1, solved=False)


def test_every_ticket_has_its_turn_before_one_has_a_second() -> None:
    """R2: one whose answers are many and high does not take every place."""
    long = {n: 10**9 - n for n in range(1, 30)}
    turns = take_turns([(3000, long), (1000, {50: 30_000, 51: 29_000}), (900, {60: 31_000})], [], 6)
    assert sorted(turn.ticket for turn in turns[:3]) == [0, 1, 2]
    assert {turn.entry for turn in turns} >= {50, 51, 60}


def test_an_entry_goes_to_the_ticket_that_it_fits_best() -> None:
    """R2: the other ticket gets its second answer, not nothing."""
    turns = take_turns([(1000, {1: 500, 2: 480}), (1000, {1: 900})], [], 2)
    assert [tuple(turn) for turn in turns] == [(1, 1), (2, 0)]


def test_ties_go_by_popularity_then_by_id() -> None:
    """R4: the order of the popular list holds where scores are equal."""
    scores = {1: 500, 2: 500, 3: 500, 4: 500}
    assert [turn.entry for turn in take_turns([(1000, scores)], [3, 2], 4)] == [3, 2, 1, 4]


@given(TICKETS, st.integers(0, 15), st.permutations(list(range(1, 31))), st.randoms())
@settings(max_examples=200)
def test_turns_are_the_same_for_the_same_data(
    tickets: list[tuple[int, dict[int, int]]], most: int, popular: list[int], random: Random
) -> None:
    """R2, R4: in whatever order a database returns scores; no entry twice; fair first turns."""

    def mixed(scores: Mapping[int, int]) -> dict[int, int]:
        items = list(scores.items())
        random.shuffle(items)
        return dict(items)

    turns = take_turns(tickets, popular, most)
    assert turns == take_turns([(w, mixed(scores)) for w, scores in tickets], popular, most)
    entries = [turn.entry for turn in turns]
    assert len(entries) == len(set(entries))
    assert len(turns) == min(most, len({e for _, scores in tickets for e in scores}))
    assert all(turn.entry in tickets[turn.ticket][1] for turn in turns)
    firsts = [turn.ticket for turn in turns]
    repeated = next((n for n in range(len(firsts)) if firsts[n] in firsts[:n]), len(firsts))
    for left_out in set(range(len(tickets))) - set(firsts[:repeated]):
        assert set(tickets[left_out][1]) <= set(entries[:repeated]) or repeated == most
