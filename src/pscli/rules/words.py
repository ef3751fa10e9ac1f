"""The one tokeniser: words of a text as the search index keeps them."""

import re
import unicodedata
from collections.abc import Iterator

_RUN = re.compile(r"[^\W_]+")
# Scripts written without spaces: kana, kanji and their neighbours.
_UNSPACED = "々-〇぀-ヿㇰ-ㇿ㐀-䶿一-鿿豈-﫿𠀀-𱍏"
_PIECE = re.compile(f"(?P<unspaced>[{_UNSPACED}]+)|[^{_UNSPACED}]+")
LONGEST = 40


def words(text: str) -> list[str]:
    """Words in the order in which they appear, folded; unspaced scripts as pairs of characters.

    The last character of an unspaced run stands alone too: it begins no pair.
    """
    found: list[str] = []
    for piece, unspaced in _pieces(text):
        if unspaced:
            found += _pairs(piece)
            found.append(piece[-1])
        else:
            found.append(piece[:LONGEST])
    return found


def query_words(text: str) -> list[str]:
    """Words to look for; a single character of an unspaced script is a prefix (`字*`)."""
    wanted: list[str] = []
    for piece, unspaced in _pieces(text):
        if unspaced:
            wanted += _pairs(piece) or [f"{piece}*"]
        else:
            wanted.append(piece[:LONGEST])
    return list(dict.fromkeys(wanted))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Runs of letters and digits, cut where an unspaced script begins or ends."""
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        if run.isascii():
            yield run, False
            continue
        for match in _PIECE.finditer(run):
            yield match[0], match["unspaced"] is not None


def _pairs(unspaced: str) -> list[str]:
    return [unspaced[i : i + 2] for i in range(len(unspaced) - 1)]
