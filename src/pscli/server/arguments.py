"""From path, query and body to an operation's arguments: nothing unknown, nothing twice."""

import json
from typing import Any, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

from pscli.codec import decode, decode_json
from pscli.models.record import Instant
from pscli.operation import Operation
from pscli.problems import InvalidValue
from pscli.tokens import check_key

from .refusals import SEE, NotJson

T = TypeVar("T")

_MOST_FIELDS = 200  # of a query


def from_query(
    operation: Operation[Any, Any], path: dict[str, str], query: bytes
) -> dict[str, Any]:
    """The arguments of a reading operation; a list's key may be repeated."""
    arguments: dict[str, Any] = dict(path)
    if query:
        _add_query(operation, arguments, query)
    return operation.check(arguments, lax=True)


def _add_query(operation: Operation[Any, Any], arguments: dict[str, Any], query: bytes) -> None:
    try:
        pairs = parse_qsl(
            query.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise InvalidValue("The query has too many fields.", hint=SEE) from error
    for name, value in pairs:
        hint = operation.hints.get(name)
        if _is_list(hint):
            arguments.setdefault(name, []).append(value)
        elif name in arguments:
            raise _repeated(name)
        else:
            arguments[name] = _instant(hint, name, value) if _is_instant(hint) else value


def read_query(kind: type[T], query: bytes) -> T:
    """A query that belongs to no operation, as a record."""
    try:
        pairs = parse_qsl(query.decode("latin-1"), max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise InvalidValue("The query has too many fields.", hint=SEE) from error
    found: T = decode(kind, dict(pairs), lax=True)
    return found


def _is_instant(hint: Any) -> bool:
    return hint == Instant or Instant in get_args(hint)


def _instant(hint: Any, name: str, value: str) -> Any:
    """An instant as it is written in JSON; the lax decoder would take a number for one, too."""
    try:
        return decode(hint, value)
    except InvalidValue as problem:
        problem.field = name
        raise


def _is_list(hint: Any) -> bool:
    return get_origin(getattr(hint, "__origin__", hint)) is list or get_origin(hint) is list


def from_body(operation: Operation[Any, Any], path: dict[str, str], body: bytes) -> dict[str, Any]:
    """The arguments of a change: JSON is taken as it is typed, only the path is text."""
    arguments = read_object(body) if body else {}
    for name, text in path.items():
        if name in arguments:
            raise _repeated(name)
        try:
            arguments[name] = decode(operation.hints[name], text, lax=True)
        except InvalidValue as problem:
            problem.field = name
            raise
    return operation.check(arguments)


def check_json(content_type: bytes) -> None:
    """Refuse a body that says it is something else than JSON."""
    kind, _, parameters = content_type.partition(b";")
    charset = parameters.strip().lower().replace(b'"', b"")
    if kind.strip().lower() != b"application/json" or charset not in (b"", b"charset=utf-8"):
        raise NotJson("A body must be JSON.", hint="Send Content-Type: application/json")


def read_object(body: bytes) -> dict[str, Any]:
    """A JSON object in which no name stands twice: readers disagree about which one counts."""
    decode_json(Any, body)  # stricter than the standard reader: UTF-8, no NaN, no lone surrogate
    try:
        found = json.loads(body, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("This JSON is too large in one of its values.", hint=SEE) from error
    if not isinstance(found, dict):
        raise InvalidValue("The body must be a JSON object.", hint=SEE)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _repeated(next(name for name in names if names.count(name) > 1))
    return found


def _repeated(name: str) -> InvalidValue:
    return InvalidValue(f"The field {name} is given twice.", hint="Give it once.", field=name)


def key_of(headers: dict[bytes, bytes]) -> str | None:
    """The idempotency key of a request, if it has one (B10)."""
    given = headers.get(b"idempotency-key")
    if given is None:
        return None
    key = given.decode("latin-1")
    check_key(key)
    return key


def is_dry_run(headers: dict[bytes, bytes]) -> bool:
    """Whether a change is only looked at."""
    given = headers.get(b"dry-run", b"false").lower()
    if given not in (b"true", b"false"):
        raise InvalidValue(
            "Dry-Run is true or false.",
            hint="Write Dry-Run: true, or leave it out.",
            field="dry_run",
        )
    return given == b"true"
