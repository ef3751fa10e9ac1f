"""Results to text: one function for every command, one branch per format."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, get_args

from pscli.codec import ascii_json, csv_line, no_formula, plain
from pscli.models.record import Change, Page

from .session import Format
from .terminal import is_screen, is_tty, say, speaks_unicode, visible

if TYPE_CHECKING:
    from .fields import Field
    from .session import Session


def show(result: Any, session: "Session") -> None:
    """Print what a command returned, in the format of the run; what is long through a pager."""
    if is_screen() and not session.no_pager:
        from .pager import paged

        with paged(session):
            _print(result, session)
    else:
        _print(result, session)
    if isinstance(result, Page) and result.next is not None:
        sys.stdout.flush()
        _say_cut(result, session)
    on_screen = session.shown is Format.TABLE and is_screen()
    if on_screen and is_tty(sys.stderr) and not session.quiet:
        _say_hints(result, session)


def _print(result: Any, session: "Session") -> None:
    shown = session.shown
    if isinstance(result, Iterator):
        _print_parts(result, shown, session)
    elif shown is Format.TABLE and session.fields is None:
        _print_screen(result, session)
    elif shown is Format.JSON and session.fields is None:
        print(_document(_flat(result) if isinstance(result, Change) else result))
    else:
        _print_fields(result, shown, session)


def _print_parts(parts: Iterator[Any], shown: Format, session: "Session") -> None:
    """Pages of a list, or text that is formatted already: printed as they come, then forgotten."""
    for part in parts:
        if isinstance(part, str):
            _speak_unicode()
            sys.stdout.write(part)
        else:
            _print_fields(part, shown, session)
            session.header = False


def _say_cut(page: Page[Any], session: "Session") -> None:
    of = "" if page.total is None else f" of {page.total}"
    session.tell(f"{len(page.items)}{of} shown; there are more.")
    session.tell("All: --all", f"Next page: --cursor {page.next}")


def _document(value: Any) -> str:
    """One JSON document: indented for a person, compact for a script."""
    text = ascii_json(value)
    if not is_screen():
        return text
    import msgspec

    return msgspec.json.format(text, indent=2)


def _print_screen(result: Any, session: "Session") -> None:
    from .screens import screen_lines

    for line in screen_lines(result, session, _kind(result, session)):
        print(line)


def _say_hints(result: Any, session: "Session") -> None:
    from .screens import screen_hints

    if hints := screen_hints(result, session, _kind(result, session)):
        sys.stdout.flush()
        say("", *hints)


def _print_fields(result: Any, shown: Format, session: "Session") -> None:
    from .fields import fields_of

    rows = [_flat(item) for item in (result.items if isinstance(result, Page) else [result])]
    kind = _kind(result, session) or (rows[0] if rows else {})
    fields = fields_of(kind, session.fields, changed=isinstance(result, Change))
    if shown in (Format.JSON, Format.JSONL):
        picked = [{field.name: field.of(row) for field in fields} for row in rows]
        if not isinstance(result, Page) or shown is Format.JSONL:
            for row in picked:
                print(ascii_json(row) if shown is Format.JSONL else _document(row))
        else:
            print(_document({"items": picked, "total": result.total, "next": result.next}))
    elif shown is Format.TABLE:
        _print_chosen(rows, fields, session)
    else:
        _print_rows(rows, fields, shown, header=session.header)


def _kind(result: Any, session: "Session") -> Any:
    """The record type of a result; an empty list has that of the operation that was asked."""
    if isinstance(result, Page):
        if result.items:
            return _record_type(result.items[0])
        returns = session.operation.hints["return"] if session.operation else None
        return next(iter(get_args(returns)), None)
    return _record_type(result.record if isinstance(result, Change) else result)


def _record_type(record: Any) -> type | None:
    return type(record) if hasattr(record, "__struct_fields__") else None


def _flat(result: Any) -> dict[str, Any]:
    """A result as a plain record: a change has `changed` beside the record's own fields."""
    if isinstance(result, Change):
        return {"changed": result.changed, **_flat(result.record)}
    row = plain(result)
    return row if isinstance(row, dict) else {"value": row}


def _print_chosen(rows: list[dict[str, Any]], fields: "list[Field]", session: "Session") -> None:
    from .layout import Screen
    from .tables import list_lines

    screen = Screen(session)
    chosen = [dict(zip((f.name for f in fields), _texts(row, fields), strict=True)) for row in rows]
    for line in list_lines(chosen, screen, header=session.header) if chosen else ():
        print(screen.paint(line))


def _texts(row: dict[str, Any], fields: "list[Field]") -> list[str]:
    from .fields import cell

    values = ((field, field.of(row)) for field in fields)
    return [
        f"{value['amount']} {value['currency']}" if field.money and value else cell(value)
        for field, value in values
    ]


def _print_rows(
    rows: list[dict[str, Any]], fields: "list[Field]", shown: Format, *, header: bool
) -> None:
    """Rows of csv or tsv: one record one row, the header says which column is which."""
    _speak_unicode()
    write = csv_line if shown is Format.CSV else _tsv_line
    if header and fields:
        print(write(name for field in fields for name in _titles(field)))
    for row in rows:
        print(write(text for field in fields for text in _cells(field, row, shown)))


def _speak_unicode() -> None:
    """Let a stdout that cannot encode every character escape the others."""
    if not speaks_unicode(sys.stdout):
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _titles(field: "Field") -> list[str]:
    return [field.name, f"{field.name}_currency"] if field.money else [field.name]


def _cells(field: "Field", row: dict[str, Any], shown: Format) -> Iterator[str]:
    from .fields import cell

    value = field.of(row)
    if field.money:
        yield "" if value is None else value["amount"]
        yield "" if value is None else value["currency"]
    elif shown is Format.CSV and isinstance(value, str):
        yield no_formula(value)
    else:
        yield cell(value)


def _tsv_line(cells: Iterable[str]) -> str:
    return "\t".join(visible(cell) for cell in cells)
