"""What a catalogue of entries must be like, and how addresses compare."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from pscli.models.library import NewEntry
from pscli.problems import InvalidValue


def address_of(url: str) -> str:
    """An address as it is compared: host in small letters, without query, fragment, last slash."""
    parts = urlsplit(url)
    return f"https://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def check_entries(placed: Iterable[tuple[str, NewEntry]]) -> None:
    """Refuse addresses and ids that stand twice or name no host; each entry has its place."""
    addresses: dict[str, str] = {}
    ids: dict[int, str] = {}
    for place, entry in placed:
        if not _names_host(entry.url):
            raise InvalidValue(
                f"{place}: url: {entry.url} names no host.",
                hint="Write it as in https://help.example/start.",
                field="url",
            )
        address = address_of(entry.url)
        if first := addresses.setdefault(address, place):
            _refuse_second(first, place, f"url: {entry.url}", "url")
        if entry.id is not None and (first := ids.setdefault(entry.id, place)):
            _refuse_second(first, place, f"id: {entry.id}", "id")


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
