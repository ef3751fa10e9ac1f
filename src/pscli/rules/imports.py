"""Records of another system as tickets of ours: a map says how, and what cannot be is refused."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pscli.codec import decode, instant_text, utc
from pscli.models.imports import ForeignTicket, ImportMap, Mapped, MappedInstant, Refused
from pscli.models.people import Product
from pscli.models.tickets import Channel, Status
from pscli.problems import InvalidValue

from .teams import check_zone
from .tickets import LANGUAGES, check_body, check_subject

_WORDS: dict[str, Collection[str]] = {
    "product": list(Product),
    "channel": list(Channel),
    "status": list(Status),
    "language": LANGUAGES,
    "urgent": ("true", "false"),
}
_TEXTS = ("record", "subject", "body", "requester")
_INSTANTS = ("created_at", "answered_at", "solved_at")


def parse_map(text: str, place: str, issue_types: Collection[str]) -> ImportMap:
    """The map in TOML text; raises InvalidValue naming the place and the reason."""
    import tomllib

    try:
        plain = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidValue(
            f"{place} is not valid TOML: {error}.",
            hint="Mend it there: pscli desk import tickets --help",
            field="map",
        ) from error
    try:
        map_: ImportMap = decode(ImportMap, plain)
        _check_map(map_, issue_types)
    except InvalidValue as problem:
        raise InvalidValue(
            f"{place}: {problem.message}", hint=problem.hint, field="map"
        ) from problem
    return map_


def _check_map(map_: ImportMap, issue_types: Collection[str]) -> None:
    check_zone(map_.timezone)
    for name in ("record", "subject", "body", "status"):
        mapped: Mapped = getattr(map_, name)
        if mapped.from_ is None and (name == "record" or mapped.default is None):
            raise InvalidValue(f"{name}: no field is named for it.", hint="Add from = FIELD.")
    for name, words in {**_WORDS, "issue_type": issue_types}.items():
        mapped = getattr(map_, name)
        for word in [*mapped.values.values(), mapped.default]:
            if word is not None and word not in words:
                raise InvalidValue(
                    f"{name}: “{word}” is none of ours.", hint=f"One of: {', '.join(words)}."
                )
    for name in _INSTANTS:
        instants: MappedInstant = getattr(map_, name)
        if instants.default is not None:
            _instant(instants.default, name, map_.timezone)


def foreign_ticket(
    plain: Any, line: int, map_: ImportMap, issue_types: Collection[str]
) -> ForeignTicket:
    """A record as the map reads it; raises InvalidValue for one that makes no ticket."""
    if not isinstance(plain, dict):
        raise InvalidValue("this is no record.", hint="Each line is one JSON object.")
    words = {**_WORDS, "issue_type": issue_types}
    ours: dict[str, Any] = {name: _text(getattr(map_, name), plain) for name in _TEXTS}
    ours |= {name: _word(name, getattr(map_, name), plain, words[name]) for name in words}
    ours |= {name: _earliest(name, getattr(map_, name), plain, map_.timezone) for name in _INSTANTS}
    ours["urgent"] = ours["urgent"] == "true"
    ours = {name: value for name, value in ours.items() if value is not None or name in _ABSENT}
    ticket: ForeignTicket = decode(ForeignTicket, {**ours, "line": line})
    check_subject(ticket.subject)
    check_body(ticket.body)
    return ticket


_ABSENT = ("requester", "answered_at", "solved_at")


def _text(mapped: Mapped, plain: dict[str, Any]) -> str | None:
    """What stands in a field, as text; nothing and empty text are None."""
    value = None if mapped.from_ is None else plain.get(mapped.from_)
    if isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, int | float):
        value = str(value)
    elif value is not None and not isinstance(value, str):
        raise InvalidValue(
            f"{mapped.from_} holds no text.",
            hint="Mend the line, or name another field in the map.",
        )
    return mapped.default if value is None or value == "" else value


def _word(name: str, mapped: Mapped, plain: dict[str, Any], known: Collection[str]) -> str | None:
    said = _text(mapped, plain)
    if said is None or said in mapped.values:
        return said and mapped.values[said]
    word = said.strip().lower()
    if word in known:
        return word
    if mapped.default is None:
        raise InvalidValue(
            f"{mapped.from_}: “{said[:40]}” is no {name} that the map knows.",
            hint="Add the word to the map: --map FILE",
        )
    return mapped.default


def _earliest(
    name: str, mapped: MappedInstant, plain: dict[str, Any], timezone: str
) -> datetime | None:
    found = [plain[field] for field in mapped.from_ if plain.get(field) not in (None, "")]
    if not found and mapped.default is not None:
        found = [mapped.default]
    return min((_instant(each, name, timezone) for each in found), default=None)


def _instant(text: Any, name: str, timezone: str) -> datetime:
    try:
        value = datetime.fromisoformat(text)
        if value.tzinfo is None:
            value = value.replace(tzinfo=UTC if timezone == "UTC" else ZoneInfo(timezone))
        instant: datetime = utc(value)
    except (ValueError, TypeError, OverflowError):
        raise InvalidValue(
            f"{name}: “{str(text)[:40]}” is no date with time.",
            hint="Write it as in 2026-03-02T12:00:00Z.",
        ) from None
    return instant


def refusal(ticket: ForeignTicket, now: datetime, *, strict: bool) -> Refused | None:
    """Why a record cannot be a ticket: it lies ahead, or, if `strict`, contradicts itself."""
    instants = (ticket.created_at, ticket.answered_at, ticket.solved_at)
    if any(instant is not None and instant > now for instant in instants):
        return Refused.FUTURE
    if strict and contradiction(ticket) is not None:
        return Refused.IMPOSSIBLE
    return None


def contradiction(ticket: ForeignTicket) -> str | None:
    """What cannot have been so, in a sentence; None for a possible record."""
    created, answered, solved = ticket.created_at, ticket.answered_at, ticket.solved_at
    if answered is not None and solved is not None and solved < answered:
        return (
            f"It was solved at {instant_text(solved)}, before the first answer at "
            f"{instant_text(answered)}."
        )
    if solved is not None and ticket.status is not Status.SOLVED:
        return f"It was solved at {instant_text(solved)} and is {ticket.status}."
    if any(instant is not None and instant < created for instant in (answered, solved)):
        return f"It was answered or solved before it was created at {instant_text(created)}."
    return None
