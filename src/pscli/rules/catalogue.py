"""What a catalogue of entries must be like, and how addresses compare."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from pscli.models.library import NewEntry
from pscli.models.people import Product
from pscli.problems import InvalidValue, hint_near

from .teams import LANGUAGES

# The words of T1 and T2, and those of shipped pages that nobody here is shown (R5).
PRODUCTS = (*Product, "passwords", "transfer")
TONGUES = (*LANGUAGES, "de", "fr", "it", "nb", "nl", "pl", "pt-BR", "sv", "zh-CN")


def address_of(url: str) -> str:
    """An address as it is compared: host in small letters, without query, fragment, last slash."""
    parts = urlsplit(url)
    return f"https://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def check_entries(placed: Iterable[tuple[str, NewEntry]]) -> None:
    """Refuse addresses and ids that stand twice or name no host, and words that are none of ours.

    Each entry comes with its place in the file.
    """
    addresses: dict[str, str] = {}
    ids: dict[int, str] = {}
    for place, entry in placed:
        if not _names_host(entry.url):
            raise InvalidValue(
                f"{place}: url: {entry.url} names no host.",
                hint="Write it as in https://help.example/start.",
                field="url",
            )
        _check_word(place, "product", entry.product, PRODUCTS)
        _check_word(place, "language", entry.language, TONGUES)
        address = address_of(entry.url)
        if first := addresses.setdefault(address, place):
            _refuse_second(first, place, f"url: {entry.url}", "url")
        if entry.id is not None and (first := ids.setdefault(entry.id, place)):
            _refuse_second(first, place, f"id: {entry.id}", "id")


def _check_word(place: str, field: str, word: str, known: Sequence[str]) -> None:
    if word not in known:
        raise InvalidValue(
            f"{place}: {field}: “{word}” is no {field} of this desk.",
            hint=hint_near(word, known, f"One of: {', '.join(known)}."),
            field=field,
        )


def _refuse_second(first: str, place: str, what: str, field: str) -> None:
    if first != place:
        raise InvalidValue(
            f"{place}: {what} stands at {first} already.", hint="Name it once.", field=field
        )


def _names_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and "@" not in parts.netloc and (parts.port or 1) > 0
    except ValueError:
        return False
