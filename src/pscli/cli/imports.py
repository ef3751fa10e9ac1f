"""The file side of `desk import tickets`: lines in, batches out, a summary of what came of them."""

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from msgspec.structs import replace

from pscli.codec import decode_json, encode_json, instant_text
from pscli.desk.imports import import_tickets
from pscli.models.imports import (
    MOST_RECORDS,
    ForeignTicket,
    ImportedBatch,
    ImportMap,
    ImportSummary,
    RefusedLine,
)
from pscli.models.record import Change
from pscli.problems import InvalidValue, PartlyDone
from pscli.rules.imports import foreign_ticket, parse_map

from .files import as_text
from .progress import progress
from .session import Session

LONGEST_LINE = 1024 * 1024
BATCH_BYTES = 600_000  # of JSON: a server takes a megabyte at once
SHOWN_LINES = 20  # on stderr; the result names the rest
KEPT_REFUSALS = 1000
SHIPPED_MAP = files("pscli") / "import_map.toml"


class Source(NamedTuple):
    """A file that is read: its plain content, what stands on the disk, how much that is."""

    content: BinaryIO
    raw: BinaryIO
    size: int | None

    def position(self, lines: int) -> int:
        """How far one is: bytes on the disk, or lines where nobody knows how many come."""
        return lines if self.size is None else self.raw.tell()


class Tally:
    """What has come of a file so far."""

    def __init__(self) -> None:
        self.lines = 0
        self.imported = 0
        self.known = 0
        self.noted: list[int] = []
        self.refused = 0
        self.refusals: list[RefusedLine] = []
        self.damage: str | None = None
        self.first_line: dict[str, int] = {}  # of each record's id

    def refuse(self, line: int, reason: str) -> None:
        """Count a line that is not imported."""
        self.refused += 1
        if len(self.refusals) < KEPT_REFUSALS:
            self.refusals.append(RefusedLine(line=line, reason=reason))

    def add(self, batch: ImportedBatch) -> None:
        """Count what a batch became."""
        self.imported += batch.imported
        self.known += batch.known
        self.noted += batch.noted
        for group in batch.refused:
            for line in group.lines:
                self.refuse(line, group.reason)

    def summary(self, team: str, source: str) -> Change[ImportSummary]:
        """All of it, as the command's result."""
        record = ImportSummary(
            team=team,
            source=source,
            lines=self.lines,
            imported=self.imported,
            known=self.known,
            noted=len(self.noted),
            refused=self.refused,
            noted_lines=self.noted,
            refusals=sorted(self.refusals, key=lambda refusal: refusal.line),
        )
        return Change(record=record, changed=self.imported > 0)


def import_file(
    session: Session,
    file: str,
    *,
    map_file: str | None = None,
    team: str | None = None,
    requester: str | None = None,
    date: str | None = None,
    strict: bool = False,
) -> Change[ImportSummary] | None:
    """Import the JSON lines of a file (gzip or plain, `-` is stdin), batch after batch.

    Interrupted or repeated, it goes on where it was. A result that is partial is shown and then
    raised as PartlyDone; a file of which nothing can be used is an InvalidValue.
    """
    from pscli.desk.policies import show_policy

    issue_types = show_policy(session.backend).issue_types
    map_ = _with_fallbacks(session, _read_map(map_file, issue_types), requester, date)
    team = team or _only_team(session)
    tally = Tally()
    with _opened(file) as source, progress(session, "Importing", source.size) as show:
        try:
            for batch in _batches(_tickets(source.content, map_, issue_types, tally)):
                change = session.change(import_tickets, team, map_.source, batch, strict=strict)
                tally.add(change.record)
                show(source.position(tally.lines))
        except BaseException:
            if tally.imported:
                session.tell(
                    f"{tally.imported:,} imported so far; the same command goes on from here."
                )
            raise
    name = "stdin" if file == "-" else as_text(file)
    return _concluded(session, tally, tally.summary(team, map_.source), name)


def _read_map(path: str | None, issue_types: list[str]) -> ImportMap:
    if path is None:
        return parse_map(SHIPPED_MAP.read_text("utf-8"), "import_map.toml", issue_types)
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise InvalidValue(
            f"{as_text(path)} cannot be read: {reason}.",
            hint="Check the path and the rights of the file.",
            field="map",
        ) from error
    return parse_map(text, as_text(path), issue_types)


def _with_fallbacks(
    session: Session, map_: ImportMap, requester: str | None, date: str | None
) -> ImportMap:
    """The map with the requester and the date of records that have none, as options name them."""
    if requester is not None:
        map_ = replace(map_, requester=replace(map_.requester, default=requester))
    if (instant := session.instant(date, "date")) is not None:
        created = replace(map_.created_at, default=instant_text(instant))
        map_ = replace(map_, created_at=created)
    return map_


def _only_team(session: Session) -> str:
    from pscli.desk.teams import list_teams

    teams = list_teams(session.backend, limit=2).items
    if len(teams) != 1:
        raise InvalidValue("Say whose tickets these are.", hint="Add --team T.", field="team")
    return teams[0].name


@contextmanager
def _opened(file: str) -> Iterator[Source]:
    """The file's content; gzip is known by its first bytes, whatever the name."""
    if file == "-":
        yield _plain(sys.stdin.buffer, None)
        return
    try:
        raw = Path(file).open("rb")  # noqa: SIM115 - closed below
        size = Path(file).stat().st_size
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidValue(
            f"{as_text(file)} cannot be read: {reason}.",
            hint="Check the path and the rights of the file.",
            field="file",
        ) from error
    with raw:
        yield _plain(raw, size or None)


def _plain(raw: Any, size: int | None) -> Source:
    packed = raw.peek(2)[:2] == b"\x1f\x8b"
    content: Any = gzip.GzipFile(fileobj=raw) if packed else raw
    return Source(content, raw, size)


def _lines(content: BinaryIO, tally: Tally) -> Iterator[bytes]:
    """The lines that can be read; one that is too long is refused, a damaged rest is noted."""
    try:
        while line := content.readline(LONGEST_LINE + 1):
            tally.lines += 1
            if len(line) <= LONGEST_LINE:
                yield line.removeprefix(b"\xef\xbb\xbf") if tally.lines == 1 else line
                continue
            while line and not line.endswith(b"\n"):
                line = content.readline(LONGEST_LINE)
            tally.refuse(tally.lines, f"it is longer than {LONGEST_LINE:,} bytes")
    except (EOFError, OSError, zlib.error) as error:
        tally.damage = f"it is damaged after line {tally.lines:,} ({error})"


def _tickets(
    content: BinaryIO, map_: ImportMap, issue_types: list[str], tally: Tally
) -> Iterator[ForeignTicket]:
    """The records as tickets; lines that make none are refused, blank ones are no lines."""
    for line in _lines(content, tally):
        if not line.strip():
            continue
        number = tally.lines
        try:
            ticket = foreign_ticket(decode_json(Any, line), number, map_, issue_types)
        except InvalidValue as problem:
            tally.refuse(number, problem.message.rstrip("."))
            continue
        first = tally.first_line.setdefault(ticket.record, number)
        if first == number:
            yield ticket
        else:
            tally.refuse(number, f"its id {ticket.record} stood on line {first} already")


def _batches(tickets: Iterable[ForeignTicket]) -> Iterator[list[ForeignTicket]]:
    """As many tickets together as one request takes."""
    batch: list[ForeignTicket] = []
    size = 0
    for ticket in tickets:
        length = len(encode_json(ticket))
        if batch and (len(batch) == MOST_RECORDS or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(ticket)
        size += length
    if batch:
        yield batch


def _concluded(
    session: Session, tally: Tally, result: Change[ImportSummary], file: str
) -> Change[ImportSummary] | None:
    """Say what is remarkable, and return or show the result by how much of the file was taken."""
    if tally.noted:
        session.tell(
            f"{len(tally.noted):,} tickets have a note, since their times contradict each other: "
            f"lines {spans(tally.noted)}."
        )
    for refusal in islice(result.record.refusals, SHOWN_LINES):
        session.tell(f"Line {refusal.line} is refused: {refusal.reason}.")
    if tally.refused > SHOWN_LINES:
        session.tell(f"{tally.refused - SHOWN_LINES:,} more are refused; see them with -o json.")
    wrong = tally.damage or (f"{tally.refused:,} lines are refused" if tally.refused else None)
    if tally.imported or tally.known:
        if wrong is None:
            return result
        from .output import show

        show(result, session)
        raise PartlyDone(
            f"Only a part of {file} was imported: {wrong}.",
            hint="Mend it and import it again: what is there already is left as it is.",
        )
    if wrong is None:
        wrong = "it holds no records"
    raise InvalidValue(
        f"Nothing of {file} could be imported: {wrong}.",
        hint="One JSON object a line, read by a map: --map FILE",
        field="file",
    )


def spans(lines: list[int]) -> str:
    """Line numbers as people write them: `3, 7-9 and 12 more`."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in found[:SHOWN_LINES]]
    rest = sum(b - a + 1 for a, b in found[SHOWN_LINES:])
    return ", ".join(shown) + (f" and {rest:,} more" if rest else "")
