"""Typed value <-> plain value, for rows, HTTP bodies and JSON output alike: a page around msgspec.

An instant is UTC with whole seconds; as text it is 20 characters ending in `Z`, so it sorts by
bytes. A missing instant sorts last as `NEVER`.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from .problems import InvalidValue

T = TypeVar("T")

NEVER = "9999-12-31T23:59:59Z"

_AS_IS = frozenset({str, int, type(None), bytes})


def to_columns(values: dict[str, Any]) -> dict[str, Any]:
    """Values by name as columns hold them: text, integers, bytes or NULL."""
    return {
        name: value if type(value) in _AS_IS else to_column(value) for name, value in values.items()
    }


def to_column(value: Any) -> Any:
    """A value as a column holds it."""
    kind = type(value)
    if kind in _AS_IS:
        return value
    if kind is datetime:
        return instant_text(value)
    if kind is bool:
        return int(value)
    if isinstance(value, Enum):
        return value.value
    return msgspec.json.encode(value).decode()


def from_rows(kind: type[T], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[T]:
    """Rows as records of `kind`, or as plain values where `kind` is no record."""
    if not issubclass(kind, msgspec.Struct):
        return [msgspec.convert(row[0], kind, strict=False) for row in rows]
    if not rows:
        return []
    reader = _reader(kind, tuple(names))
    found = list(zip(*rows, strict=True))
    columns: list[Any] = [found[place] for place in reader.places]
    for n, decoder in reader.json:
        columns[n] = decoder.decode(f"[{','.join([text or 'null' for text in columns[n]])}]")
    typed = msgspec.structs.astuple(msgspec.convert(columns, reader.columns, strict=False))
    if reader.whole:
        return list(map(kind, *typed))
    return [
        kind(**dict(zip(reader.columns.__struct_fields__, values, strict=True)))
        for values in zip(*typed, strict=True)
    ]


class _Reader(msgspec.Struct, frozen=True):
    """How rows of certain columns become records, column by column: row by row costs twice as much.

    `columns` is a record of lists, each from its place in a row; `whole` says that no field is
    left to its default; `json` has the decoders of the columns that hold JSON.
    """

    columns: type[msgspec.Struct]
    places: list[int]
    whole: bool
    json: list[tuple[int, msgspec.json.Decoder[list[Any]]]]


@lru_cache(maxsize=200)
def _reader(kind: Any, names: tuple[str, ...]) -> _Reader:
    places = {name: place for place, name in enumerate(names)}  # of two alike, the last counts
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    held = [(name, list[types[name]]) for name in types if name in places]  # type: ignore[valid-type]
    return _Reader(
        columns=msgspec.defstruct(f"{kind.__name__}Columns", held, array_like=True),
        places=[places[name] for name, _ in held],
        whole=len(held) == len(types),
        json=[
            (n, msgspec.json.Decoder(column))
            for n, (name, column) in enumerate(held)
            if name in kind.json_columns
        ],
    )


def narrow(kind: type[T], record: Any) -> T:
    """A record as its parent kind: without the storage keys that a query added."""
    return kind(**{name: getattr(record, name) for name in kind.__struct_fields__})  # type: ignore[attr-defined]


def decode(kind: Any, plain: Any, *, lax: bool = False) -> Any:
    """A plain value as `kind`; `lax` reads numbers and booleans from text, as queries carry them.

    Raises InvalidValue naming the field.
    """
    try:
        return msgspec.convert(plain, kind, strict=not lax)
    except msgspec.ValidationError as error:
        raise _invalid(error, plain) from error


def decode_json(kind: Any, text: bytes | str) -> Any:
    """JSON text as `kind`; raises InvalidValue naming the field."""
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise _invalid(error, _read(text)) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InvalidValue(
            f"This is not valid JSON: {error}.", hint="Send one JSON document in UTF-8."
        ) from error


def _read(text: bytes | str) -> Any:
    """JSON text as a plain value; None where it holds a number that no field can."""
    try:
        return msgspec.json.decode(text)
    except msgspec.ValidationError:
        return None


def encode_json(value: Any) -> bytes:
    """A value as compact JSON."""
    return msgspec.json.encode(value)


def plain(value: Any) -> Any:
    """A value as dictionaries, lists, text, numbers and None."""
    return msgspec.to_builtins(value)


def ascii_json(value: Any) -> str:
    """A value as JSON in which everything outside printable ASCII is escaped."""
    return ascii_text(msgspec.json.encode(value).decode())


def ascii_text(text: str) -> str:
    """JSON text in which everything outside printable ASCII is escaped."""
    if not text.isascii():
        quick = text.encode("ascii", "backslashreplace")  # the same for most of the basic plane
        others = b"\\x" in quick or b"\\U" in quick
        text = _NOT_ASCII.sub(_escape, text) if others else quick.decode()
    return text.replace("\x7f", "\\u007f") if "\x7f" in text else text


_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def _escape(found: re.Match[str]) -> str:
    """Characters as JSON escapes them: by the units of UTF-16, astral ones as two."""
    return "\\u" + found[0].encode("utf-16-be").hex("u", 2).replace("u", "\\u")


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SPECIAL = re.compile(r'[,"\r\n]')


def no_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula and runs."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_line(cells: Iterable[str]) -> str:
    """A line of RFC 4180, quoting a lone carriage return too, which the csv module leaves bare."""
    return ",".join(map(_quoted, cells)) or '""'


def _quoted(cell: str) -> str:
    if _SPECIAL.search(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@lru_cache(maxsize=100)  # a change writes the same instant many times
def instant_text(value: datetime) -> str:
    """An instant as 20 characters of UTC; fractions of a second are dropped."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="seconds")[:19] + "Z"


def utc(value: Any) -> Any:
    """An instant in UTC and whole seconds; any other value as it is."""
    if not isinstance(value, datetime):
        return value
    try:
        return value.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise InvalidValue(
            f"{value} is outside the calendar.", hint="Use a time between the years 1 and 9999."
        ) from None


def parse_instant(text: str, field: str = "instant") -> datetime:
    """An RFC 3339 instant with its offset, in UTC and whole seconds; raises InvalidValue."""
    try:
        value = datetime.fromisoformat(text)
        whole = value.tzinfo is not None and len(text) >= len("2026-01-01T00:00Z")
        instant = value.astimezone(UTC).replace(microsecond=0) if whole else None
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        raise InvalidValue(
            f"“{text}” is not an instant.",
            hint="Write date, time and offset, for example 2026-03-02T12:00:00Z.",
            field=field,
        )
    return instant


GENERAL_HINT = "See what it takes: the command with --help; over HTTP: /v1/openapi.json"
_EXPECTED = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object (contains unknown|missing required) field `(?P<name>[^`]*)`")


def _invalid(error: msgspec.ValidationError, plain: Any) -> InvalidValue:
    """A validation error as a sentence and the name of the field of a value that it is about."""
    found = _EXPECTED.match(str(error))
    what, path = (found["what"], (found["path"] or "").lstrip(".")) if found else (str(error), "")
    if named := _UNKNOWN.match(what):
        name = f"{path}.{named['name']}" if path else named["name"]
        known = "is unknown" if "unknown" in named[1] else "is missing"
        return InvalidValue(f"The field {name} {known}.", hint=GENERAL_HINT, field=name)
    if length := _LENGTH.match(what):
        sentence = _length_refused(length, path, _at(plain, path))
        return InvalidValue(sentence, hint=GENERAL_HINT, field=path or None)
    sentence = _sentence(what)
    return InvalidValue(
        f"{path}: {sentence}." if path else f"{sentence}.", hint=GENERAL_HINT, field=path or None
    )


_WRITTEN = {  # how a value is written, by a part of its pattern
    "-Q[1-4]$": "a quarter is written as in 2026-Q1",
    "^https://": "an address begins with https:// and holds no blanks",
    "^[0-9a-f]{12}$": "a token's id is twelve of 0-9 and a-f",
    r"{0,9}-[1-9]\\d": "a chat's or callback's id is written as in 1-7",
    "{2,3}(-[A-Z]{2})?$": "a language is written as in en or pt-BR",
}
_LENGTH = re.compile(r"Expected `(str|array|bytes)` of length (<=|>=) (\d+)")


def _sentence(what: str) -> str:
    """What msgspec found, without its type names where a person may have typed the value."""
    if "matching regex" in what:
        named = (sentence for part, sentence in _WRITTEN.items() if part in what)
        return next(named, "some characters are not allowed here")
    return what.replace("`", "")


def _length_refused(wanted: re.Match[str], path: str, value: Any) -> str:
    """That a text or list is empty, too short or too long, and how long it is."""
    kind, bound, limit = wanted.groups()
    name = f"The {path.replace('_', ' ')}" if path.isidentifier() else path or "The value"
    if (bound, limit) == (">=", "1"):
        return f"{name} is empty."
    units = {"str": "characters", "array": "entries", "bytes": "bytes"}[kind]
    most = f"at {'most' if bound == '<=' else 'least'} {int(limit):,}"
    measured = {"str": str, "array": list, "bytes": bytes}[kind]
    if not isinstance(value, measured):  # bytes came as text, for one
        return f"{name} takes {most} {units}."
    return f"{name} has {len(value):,} {units}; {most} {'is' if limit == '1' else 'are'} taken."


def _at(plain: Any, path: str) -> Any:
    """What stands at a path such as `team[0].addons` of a plain value; None where nobody knows."""
    if "[...]" in path:  # one of a mapping's values
        return None
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        try:
            plain = plain[name or int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return plain
