"""Exports: the lines of tickets as they come, to stdout or to a file, in constant memory (I5)."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from pscli.desk.exports import export_desk, export_tickets
from pscli.models.exports import Chunk, Form
from pscli.models.tickets import QueuedTicket, Ticket
from pscli.operation import Operation
from pscli.problems import InvalidValue

from .files import STDOUT, as_text, check_target, written
from .progress import progress
from .session import Format, Session

_FORMS = {Format.CSV: Form.CSV, Format.JSONL: Form.JSONL}


def own_tickets(session: Session, **filters: Any) -> Iterator[str]:
    """The text of one's own tickets with these filters, header and all, a chunk at a time."""
    form = Form(session.shown)
    chunks = _chunks(session, export_tickets, form, cursor=session.cursor, **filters)
    first = next(chunks)
    yield _header(session, Ticket, form)
    for chunk in chain([first], chunks):
        yield chunk.text


def export_to(session: Session, to: str, *, force: bool) -> None:
    """Write every ticket of the desk to a file, complete or not at all, and say how many."""
    form = _form_of(session, to)
    check_target(to, session.settings)
    lines = 0
    with written(to, force=force) as file:
        chunks = _chunks(session, export_desk, form)
        first = next(chunks)
        file.write(_header(session, QueuedTicket, form).encode())
        with progress(session, "Exporting", first.total) as show:
            for chunk in chain([first], chunks):
                file.write(chunk.text.encode())
                lines += chunk.lines
                show(lines)
    place = "stdout" if to in STDOUT else as_text(to)
    if lines:
        session.tell(f"{place}: {lines:,} {'ticket' if lines == 1 else 'tickets'}.")
    else:
        session.tell(f"{place}: the desk has no tickets, so there are none in it.")


def _chunks(
    session: Session, operation: Operation[..., Chunk], form: Form, **asked: Any
) -> Iterator[Chunk]:
    """Every chunk of an export; each is a read of its own, repeated where a connection breaks."""
    chunk = operation(session.backend, form=form, **asked)
    yield chunk
    while chunk.next is not None:
        chunk = operation(session.backend, form=form, **{**asked, "cursor": chunk.next})
        yield chunk


def _header(session: Session, kind: type[Ticket], form: Form) -> str:
    if form is Form.JSONL or not session.header:
        return ""
    return ",".join(kind.__struct_fields__) + "\n"


def _form_of(session: Session, to: str) -> Form:
    """The form that -o names, else the suffix of the file; stdout gets CSV."""
    if session.format is not None:
        if session.format not in _FORMS:
            raise InvalidValue(
                f"An export is no {session.format}.", hint="Add -o csv or -o jsonl.", field="output"
            )
        return _FORMS[session.format]
    suffix = Path(to).suffix.lower().lstrip(".")
    if to in STDOUT or suffix == Form.CSV:
        return Form.CSV
    if suffix == Form.JSONL:
        return Form.JSONL
    raise InvalidValue(
        f"The name {as_text(to)} does not say what the export should be.",
        hint="Let it end in .csv or .jsonl, or add -o csv or -o jsonl.",
        field="to",
    )
