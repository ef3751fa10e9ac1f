"""Which fields of a record are printed: `--fields`, picks inside, money as two columns."""

from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin

from msgspec import structs

from pscli.codec import ascii_json
from pscli.models.record import Change, Page
from pscli.problems import InvalidValue, hint_near

MONEY = {"amount", "currency"}


class Field(NamedTuple):
    """A field to print: its name, the way to it, whether it is money."""

    name: str
    path: tuple[str, ...]
    money: bool = False

    def of(self, row: dict[str, Any]) -> Any:
        """The value in a plain record; None where the way ends early."""
        value: Any = row
        for part in self.path:
            if value is None:
                return None
            value = value.get(part)
        return value


def fields_of(kind: Any, wanted: list[str] | None, *, changed: bool = False) -> list[Field]:
    """The fields of a record type, or those asked for; raises InvalidValue for an unknown one.

    `kind` is a record type, or for results without one a plain record as an example.
    """
    known = ["changed"] * changed + _names(kind)
    fields = [_field(kind, name, known) for name in (known if wanted is None else wanted)]
    if repeated := next((f.name for n, f in enumerate(fields) if f in fields[:n]), None):
        raise InvalidValue(
            f"The field {repeated} is named twice.", hint="Name it once.", field="fields"
        )
    return fields


def check_fields(shown: Any, wanted: list[str]) -> None:
    """Refuse the fields that a result declared as `X`, `Page[X]` or `Change[X] | None` has not.

    Of a result that may be of several kinds nothing is known beforehand.
    """
    within = get_origin(shown) in (Change, Page) or not get_args(shown)
    kinds = [
        each for each in ([shown] if within else get_args(shown)) if each not in (None, NoneType)
    ]
    if not kinds:
        raise InvalidValue(
            "This command shows no record.", hint="Leave --fields out.", field="fields"
        )
    if len(kinds) == 1:
        kind = kinds[0]
        record = get_args(kind)[0] if get_origin(kind) in (Change, Page) else kind
        fields_of(record, wanted, changed=get_origin(kind) is Change)


def _names(kind: Any) -> list[str]:
    return list(kind) if isinstance(kind, dict) else list(getattr(kind, "__struct_fields__", ()))


def _field(kind: Any, name: str, known: list[str]) -> Field:
    first, *rest = name.split(".")
    if first not in known:
        raise InvalidValue(
            f"There is no field “{name}”.",
            hint=hint_near(first, known, f"The fields are: {', '.join(known)}." if known else ""),
            field="fields",
        )
    inner = _type_of(kind, first)
    for part in rest:
        inside = _names(inner)
        if inside and part not in inside:
            raise InvalidValue(
                f"There is no field “{name}”.",
                hint=hint_near(part, inside, f"Inside: {', '.join(inside)}."),
                field="fields",
            )
        if not inside and inner is not None:
            raise InvalidValue(
                f"There is no field “{name}”: nothing can be picked inside.",
                hint=f"Ask for the whole: --fields {first}",
                field="fields",
            )
        inner = _type_of(inner, part)
    return Field(name, (first, *rest), money=set(_names(inner)) == MONEY)


def _type_of(kind: Any, name: str) -> Any:
    """The record type of a field, an example of a plain one, or None where anything may be."""
    if isinstance(kind, dict):
        value = kind.get(name)
        return value if isinstance(value, dict) else None if value is None else type(value)
    if not hasattr(kind, "__struct_fields__") or name not in kind.__struct_fields__:
        return None
    declared = next(field.type for field in structs.fields(kind) if field.name == name)
    return _record_in(declared)


def _record_in(declared: Any) -> Any:
    """The record type in `X`, `X | None` or `Annotated[X, ...]`; a mapping may hold anything."""
    if getattr(declared, "__origin__", None) is dict:
        return None
    inside = [each for each in get_args(declared) if hasattr(each, "__struct_fields__")]
    is_list = getattr(declared, "__origin__", None) is list
    return inside[0] if inside and not is_list else declared


def cell(value: Any) -> str:
    """A value as a cell holds it: text as it is, nothing as nothing, the rest as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else ascii_json(value)
