"""The tokeniser of the search: what is written is found (K5)."""

import pytest
from hypothesis import given, strategies as st

from pscli.rules.words import LONGEST, query_words, words

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sync stopped, again: sync!", ["sync", "stopped", "again", "sync"]),
        ("100% of user_name@x.org", ["100", "of", "user", "name", "x", "org"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("ＡＢＣ ①", ["abc", "1"]),
        ("同期できない", ["同期", "期で", "でき", "きな", "ない", "い"]),
        ("Mac版の同期", ["mac", "版の", "の同", "同期", "期"]),
        ("人々", ["人々", "々"]),
        ("ﾃｽﾄ", ["テス", "スト", "ト"]),
        ("字", ["字"]),
        ("\"'*%:()&|!<->", []),
        ("x" * 100, ["x" * LONGEST]),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    """K5: folded by NFKC and case; kana and kanji as pairs, the last one alone too."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sync SYNC off", ["sync", "off"]),
        ("同期できない", ["同期", "期で", "でき", "きな", "ない"]),
        ("期", ["期*"]),
        ("a* OR NEAR(b)", ["a", "or", "near", "b"]),
        ("*", []),
    ],
)
def test_words_to_look_for(text: str, expected: list[str]) -> None:
    """K5: each once; a single character is the beginning of a pair; operators are plain words."""
    assert query_words(text) == expected


@given(TEXTS)
def test_a_text_is_found_by_itself(text: str) -> None:
    """K5: whatever is looked for in it is among its words."""
    assert set(query_words(text)) <= {*words(text), *(f"{word}*" for word in words(text))}


@given(TEXTS)
def test_words_hold_letters_and_digits_only(text: str) -> None:
    """K5: nothing that a query language of an engine could take for its own."""
    for word in words(text):
        assert 1 <= len(word) <= LONGEST
        assert word.isalnum()


@given(st.text("日本語同期のテスト", min_size=1, max_size=12), st.data())
def test_every_part_of_a_japanese_text_is_found(text: str, data: st.DataObject) -> None:
    """K5: without spaces there are no word limits, so any part of it is a word."""
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    known = words(f"about {text} today")
    for wanted in query_words(part):
        assert any(
            word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
            for word in known
        )
