"""Seeded sentences with their search words, so that a million tickets need no tokeniser."""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from pscli.rules.words import words

_THINGS = (
    "the shared folder",
    "a team folder",
    "the desktop client",
    "an invoice",
    "the sign-in page",
    "a signature request",
    "the mobile app",
    "search in Dash",
    "a file request",
    "the admin console",
    "an external link",
    "the audit export",
)
_TROUBLES = (
    "does not sync since the update",
    "shows an old version",
    "is missing after the migration",
    "asks for the password again",
    "cannot be opened by two colleagues",
    "stops at ninety per cent",
    "has the wrong owner",
    "counts licences twice",
)
_ASIDES = (
    "It worked until last week.",
    "Restarting did not help.",
    "About twenty people are affected.",
    "The log is attached to an earlier ticket.",
    "We see the same on another network.",
    "Please tell us what to try next.",
    "Nothing else changed on our side.",
    "“Try again later” is all it says; 100% of the time.",
)
_JAPANESE = (
    "共有フォルダが同期されません。",
    "請求書の宛名を変更したいです。",
    "管理コンソールに入れなくなりました。",
    "昨日から検索の結果が表示されません。",
    "ライセンスの数が合いません。",
    "ファイルを復元する方法を教えてください。",
)


class Sentence(NamedTuple):
    """A text and the words under which the index keeps it."""

    text: str
    words: list[str]


def _sentences(texts: Iterable[str]) -> list[Sentence]:
    return [Sentence(text, words(text)) for text in texts]


SUBJECTS = _sentences(
    f"{thing} {trouble}".capitalize() for thing, trouble in product(_THINGS, _TROUBLES)
)
BODIES = _sentences(
    f"Hello, {thing} {trouble}. {aside}"
    for thing, trouble, aside in product(_THINGS, _TROUBLES, _ASIDES)
)
JAPANESE = _sentences(_JAPANESE)


def reference(number: int) -> str:
    """A word that few tickets share: one in 20,011, a prime, so that they lie apart."""
    return f"ref{number % 20_011:05}"
