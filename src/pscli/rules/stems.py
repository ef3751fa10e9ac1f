"""Texts as terms: numbers that stand for the stems of words and for three letters of them.

A term is 63 bits of a hash, so that the library holds no text of a ticket (R4).
"""

from functools import lru_cache
from hashlib import blake2b

from .words import words

# By the first letters of a language; texts in others are taken as they are.
_STEMMERS = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "id": "indonesian", "it": "italian", "nb": "norwegian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

# What says nothing about a topic, in English and Indonesian.
COMMON = frozenset({
    "a", "ada", "adalah", "agar", "an", "and", "apa", "are", "as", "at", "bagaimana", "be", "bisa",
    "but", "by", "can", "cara", "dan", "dari", "dengan", "di", "do", "does", "for", "from", "how",
    "i", "if", "in", "ini", "into", "is", "it", "its", "itu", "kami", "kapan", "ke", "me", "my",
    "no", "not", "of", "oleh", "on", "or", "pada", "saat", "saya", "sebuah", "so", "that", "the",
    "their", "then", "there", "these", "they", "this", "tidak", "to", "untuk", "was", "what",
    "when", "where", "which", "who", "why", "will", "with", "yang", "you", "your",
})  # fmt: skip
_GRAM = 3


def stems(
    text: str, languages: tuple[str, ...], *, without: frozenset[str] = frozenset()
) -> list[str]:
    """The stems of a text's words, in each of the languages in which it may be written."""
    names = tuple(_STEMMERS.get(language.partition("-")[0], "") for language in languages)
    return [stem for word in words(text) if word not in without for stem in _stems(word, names)]


def grams(text: str) -> list[str]:
    """Every three letters of the words that say something, their ends included.

    Words of unspaced scripts are pairs of characters already, and stand among the stems.
    """
    return [
        padded[start : start + _GRAM]
        for word in words(text)
        if word not in COMMON and (word.isascii() or len(word) > _GRAM)
        for padded in [f" {word} "]
        for start in range(len(padded) - _GRAM + 1)
    ]


@lru_cache(maxsize=1 << 17)
def word_term(stem: str) -> int:
    """The number of a stem."""
    return _number(f"w{stem}")


@lru_cache(maxsize=1 << 17)
def gram_term(gram: str) -> int:
    """The number of three letters; none is that of a stem."""
    return _number(f"g{gram}")


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


@lru_cache(maxsize=1 << 17)
def _stems(word: str, names: tuple[str, ...]) -> list[str]:
    import snowballstemmer

    # A stemmer keeps what it works on in itself, and a server has many threads: one for each word.
    found = (snowballstemmer.stemmer(name).stemWord(word) if name else word for name in names)
    return list(dict.fromkeys(found))
