"""Results to text: one function for every command, one branch per format."""

import sys
from typing import TYPE_CHECKING, Any

from pscli.codec import ascii_json, plain
from pscli.models.record import Change, Page
from pscli.problems import InvalidValue

from .session import Format
from .terminal import visible

if TYPE_CHECKING:
    from .session import Session

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show(result: Any, session: "Session") -> None:
    """Print what a command returned, in the format of the run."""
    shown = session.shown
    if shown is Format.TABLE and session.fields is None:
        from .tables import print_table

        print_table(result, session)
    elif shown is Format.JSON and session.fields is None and not isinstance(result, Change):
        print(ascii_json(result))
    else:
        _print_plain(result, shown, session)
    if isinstance(result, Page) and result.next is not None:
        _say_cut(result, session)


def _say_cut(page: Page[Any], session: "Session") -> None:
    of = "" if page.total is None else f" of {page.total}"
    session.tell(
        f"{len(page.items)}{of} shown; there are more.",
        f"All of them: --all. The next page: --cursor {page.next}",
    )


def _print_plain(result: Any, shown: Format, session: "Session") -> None:
    kind = record_type(result)
    if isinstance(result, Page):
        rows = [_flat(plain(item)) for item in result.items]
        if shown is Format.JSON:
            items = [_chosen(row, session.fields, kind) for row in rows]
            print(ascii_json({"items": items, "total": result.total, "next": result.next}))
            return
    else:
        rows = [_flat(_single(result))]
    rows = [_chosen(row, session.fields, kind) for row in rows]
    if shown in (Format.JSON, Format.JSONL):
        for row in rows:
            print(ascii_json(row))
        return
    cells = [_cells(row) for row in rows]
    names = list(cells[0]) if cells else list(session.fields or kind)
    lines = ([names] if session.header else []) + [list(row.values()) for row in cells]
    if shown is Format.CSV:
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([_defused(cell) for cell in line] for line in lines)
    else:
        for line in lines:
            print("\t".join(visible(cell) for cell in line))


def _single(result: Any) -> Any:
    if isinstance(result, Change):
        return {"changed": result.changed, **plain(result.record)}
    return plain(result)


def _flat(row: Any) -> dict[str, Any]:
    return row if isinstance(row, dict) else {"value": row}


def record_type(result: Any) -> list[str]:
    """The field names of what is shown; an empty page knows none."""
    sample = result.items[0] if isinstance(result, Page) and result.items else result
    sample = sample.record if isinstance(sample, Change) else sample
    names = list(getattr(sample, "__struct_fields__", ()))
    return ["changed", *names] if isinstance(result, Change) else names


def _chosen(row: dict[str, Any], fields: list[str] | None, known: list[str]) -> dict[str, Any]:
    """The fields that were asked for; `promise.state` picks inside."""
    if fields is None:
        return row
    return {name: _pick(row, name, known) for name in fields}


def _pick(row: dict[str, Any], name: str, known: list[str]) -> Any:
    first, *rest = name.split(".")
    if first not in row:
        raise InvalidValue(
            f"There is no field {name}.", hint=f"One of: {', '.join(known)}.", field="fields"
        )
    value: Any = row[first]
    for part in rest:
        if value is None:
            return None
        if not isinstance(value, dict) or part not in value:
            raise InvalidValue(f"There is no field {name}.", field="fields")
        value = value[part]
    return value


def _cells(row: dict[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
            cells[name] = value["amount"]
            cells[f"{name}_currency"] = value["currency"]
        else:
            cells[name] = _cell(value)
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ascii_json(value)


def _defused(cell: str) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
