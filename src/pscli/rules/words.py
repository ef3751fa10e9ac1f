"""The one tokeniser: words of a text as the search index keeps them."""

import re
import unicodedata

_RUN = re.compile(r"[^\W_]+")
# Scripts written without spaces: kana, kanji and their neighbours.
_UNSPACED = re.compile(r"[぀-ヿㇰ-ㇿ㐀-䶿一-鿿豈-﫿]+")
LONGEST = 40


def words(text: str) -> list[str]:
    """Words in the order in which they appear, folded; unspaced scripts as pairs of characters."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        found.extend(_split(run))
    return found


def query_words(text: str) -> list[str]:
    """Words to look for; a single character of an unspaced script is a prefix (`字*`)."""
    return [
        f"{word}*" if len(word) == 1 and _UNSPACED.match(word) else word
        for word in dict.fromkeys(words(text))
    ]


def _split(run: str) -> list[str]:
    if run.isascii():
        return [run[:LONGEST]]
    pieces: list[str] = []
    end = 0
    for match in _UNSPACED.finditer(run):
        if match.start() > end:
            pieces.append(run[end : match.start()][:LONGEST])
        unspaced = match[0]
        pairs = [unspaced[i : i + 2] for i in range(len(unspaced) - 1)]
        pieces.extend(pairs or [unspaced])
        end = match.end()
    if end < len(run):
        pieces.append(run[end:][:LONGEST])
    return pieces
