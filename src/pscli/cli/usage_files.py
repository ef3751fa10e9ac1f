"""The file side of `team usage import`: all of a file is looked at before any of it is sent.

A kill half-way leaves uses that nobody sees: that a quarter is known is said with the last batch.
"""

import csv
import gzip
import shutil
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from pscli.codec import GENERAL_HINT, decode, decode_json, instant_text
from pscli.desk.people import list_people
from pscli.desk.policies import show_policy
from pscli.desk.teams import show_team
from pscli.desk.usage import import_usage
from pscli.models.policy import Policy
from pscli.models.record import Change
from pscli.models.usage import MOST_USES, KnownUse, SeenUse, StatedUse, UsageSummary
from pscli.problems import InvalidValue
from pscli.rules.team_log import COLUMNS, LogEvent, events_in, stated_use
from pscli.rules.usage import check_begun, quarter_of

from .files import as_text
from .session import Session

LONGEST_LINE = 16 * 1024 * 1024  # a page of a thousand events takes some two megabytes

Use = StatedUse | SeenUse


class Context(NamedTuple):
    """What a file is judged by: the desk's features, the time it is, the team's zone."""

    features: set[str]
    types: dict[str, str]  # the event types that show a feature, by it
    now: datetime
    zone: str


class Survey:
    """What a file holds besides uses: what it covers, and what of it says nothing."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.lines = 0
        self.nobody = 0
        self.types: Counter[str] = Counter()
        self.covered: dict[str, set[str]] = {}  # the features, by the quarter

    def known(self) -> list[KnownUse]:
        """The quarters that are over, with the features that the file tells of."""
        current = quarter_of(self.context.now, self.context.zone)
        return [
            KnownUse(quarter=quarter, features=sorted(features))
            for quarter, features in sorted(self.covered.items())
            if quarter < current
        ]


def import_file(
    session: Session, file: str, team: str, *, partial: bool = False
) -> Change[UsageSummary]:
    """Import a file whole; raises InvalidValue with the line, and then nothing is imported."""
    policy: Policy = show_policy(session.backend)
    context = Context(
        features={feature.key for feature in policy.features},
        types={event: feature.key for feature in policy.features for event in feature.events},
        now=session.now(),
        zone=show_team(session.backend, team).timezone,
    )
    with ExitStack() as stack:
        content = _opened(file, stack)
        read = _events if _first_byte(content) == b"{" else _table
        survey = Survey(context)
        try:
            _check_uses(session, team, read(content, survey), survey)
        except InvalidValue as problem:
            raise InvalidValue(
                f"Nothing of {as_text(file)} is imported: {problem.message.rstrip('.')}.",
                hint=problem.hint or _wanted(read is _events),
                field="file",
            ) from problem
        uses = read(content, Survey(context))
        return _send(session, team, uses, survey, [] if partial else survey.known())


def _wanted(is_log: bool) -> str:
    """What a file should be like, for whoever brought another."""
    if is_log:
        return "Mend that line: one event of the audit log, or a page of them, as JSON."
    return f"A table has the columns {', '.join(COLUMNS)}."


def _check_uses(
    session: Session, team: str, uses: Iterable[tuple[int, Use]], survey: Survey
) -> None:
    """Go through a file; a table that names somebody else is mistaken, a log has guests."""
    known: set[str] | None = None
    for line, use in uses:
        if isinstance(use, SeenUse):
            continue
        known = known or _emails(session, team)
        if use.person not in known:
            raise InvalidValue(
                f"line {line}: {use.person} is not in {team}",
                hint="See the people: pscli team people list",
            )
    if not survey.lines:
        raise InvalidValue("it holds no line")


def _emails(session: Session, team: str) -> set[str]:
    page = list_people(session.backend, team, limit=1000)
    found = {person.email for person in page.items}
    while page.next is not None:
        page = list_people(session.backend, team, limit=1000, cursor=page.next)
        found |= {person.email for person in page.items}
    return found


def _send(
    session: Session,
    team: str,
    uses: Iterator[tuple[int, Use]],
    survey: Survey,
    known: list[KnownUse],
) -> Change[UsageSummary]:
    """Send the uses, batch after batch, and with the last one what is known by them."""
    imported = before = strangers = 0
    changed = False
    batch = list(islice(uses, MOST_USES))
    while True:
        following = list(islice(uses, MOST_USES))
        change = session.change(
            import_usage,
            team,
            stated=[use for _, use in batch if isinstance(use, StatedUse)],
            seen=[use for _, use in batch if isinstance(use, SeenUse)],
            known=[] if following else known,
        )
        imported += change.record.imported
        before += change.record.known
        strangers += change.record.strangers
        changed = changed or change.changed
        if not following:
            break
        batch = following
    record = UsageSummary(
        team=team,
        lines=survey.lines,
        imported=imported,
        known=before,
        strangers=strangers,
        nobody=survey.nobody,
        unknown_types=dict(sorted(survey.types.items())),
        quarters=[each.quarter for each in known],
    )
    return Change(record=record, changed=changed)


def _opened(file: str, stack: ExitStack) -> BinaryIO:
    """The plain content of a file, gzip or not, that can be read twice; `-` is stdin."""
    raw: BinaryIO = sys.stdin.buffer
    if file != "-":
        try:
            raw = stack.enter_context(Path(file).open("rb"))  # noqa: SIM115 - the stack closes it
            raw.peek(1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InvalidValue(
                f"{as_text(file)} cannot be read: {reason}.",
                hint="Check the path and the rights of the file.",
                field="file",
            ) from error
    if file == "-" or not raw.seekable():  # a pipe of the shell has a name and is read once too
        piped = raw
        raw = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - so too
        shutil.copyfileobj(piped, raw)
        raw.seek(0)
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    content: Any = gzip.GzipFile(fileobj=raw) if packed else raw
    opened: BinaryIO = content
    return opened


def _first_byte(content: BinaryIO) -> bytes:
    """The first byte that says something: a brace where the lines are JSON."""
    try:
        return content.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    except (EOFError, OSError, zlib.error):
        return b""  # reading it says what is wrong


def _lines(content: BinaryIO, survey: Survey) -> Iterator[bytes]:
    """The lines from the start, blank ones left out."""
    content.seek(0)
    try:
        while line := content.readline(LONGEST_LINE + 1):
            survey.lines += 1
            if len(line) > LONGEST_LINE:
                raise InvalidValue(f"line {survey.lines} is longer than {LONGEST_LINE:,} bytes")
            if survey.lines == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield line
    except (EOFError, OSError, zlib.error) as error:
        raise InvalidValue(f"it is damaged after line {survey.lines} ({error})") from error


def _events(content: BinaryIO, survey: Survey) -> Iterator[tuple[int, Use]]:
    """The uses that events show; whatever happened, its quarter was watched for all features."""
    for line in _lines(content, survey):
        with _at(survey):
            events = list(events_in(decode_json(Any, line)))
        for event in events:
            with _at(survey):
                use = _seen(event, survey)
            if use is not None:
                yield survey.lines, use


def _seen(event: LogEvent, survey: Survey) -> SeenUse | None:
    """An event as a use of its feature, where it shows one and says whose."""
    context = survey.context
    if event.at > context.now:
        raise InvalidValue(
            f"{instant_text(event.at)} lies in the future", hint="Mend the time of the event."
        )
    survey.covered.setdefault(quarter_of(event.at, context.zone), context.features)
    feature = context.types.get(event.type)
    if feature is None:
        survey.types[event.type] += 1
        return None
    if event.person is None:
        survey.nobody += 1
        return None
    plain = {"id": event.id, "person": event.person, "feature": feature}
    use: SeenUse = decode(SeenUse, {**plain, "at": instant_text(event.at)})
    return use


def _table(content: BinaryIO, survey: Survey) -> Iterator[tuple[int, Use]]:
    """The rows of a table; a person, feature and quarter stands in one of them."""
    rows = csv.DictReader(_texts(content, survey), strict=True)
    with _at(survey):
        header = list(rows.fieldnames or [])
    if survey.lines and not set(COLUMNS[:3]) <= set(header) <= set(COLUMNS):
        raise InvalidValue(f"its first line does not name the columns {', '.join(COLUMNS)}")
    first: dict[tuple[str, str, str], int] = {}
    while True:
        with _at(survey):
            row = next(rows, None)
            if row is None:
                return
            use = _stated(row, survey)
        if isinstance(use, KnownUse):
            continue
        line = first.setdefault((use.person, use.feature, use.quarter), survey.lines)
        if line != survey.lines:
            raise InvalidValue(f"line {survey.lines} says again what line {line} says")
        yield survey.lines, use


def _stated(row: dict[str | Any, str | Any], survey: Survey) -> StatedUse | KnownUse:
    if None in row:
        raise InvalidValue("it has more cells than the first one")
    use = stated_use(row, survey.context.features)
    check_begun(use.quarter, survey.context.now, survey.context.zone)
    features = use.features if isinstance(use, KnownUse) else [use.feature]
    survey.covered.setdefault(use.quarter, set()).update(features)
    return use


def _texts(content: BinaryIO, survey: Survey) -> Iterator[str]:
    for line in _lines(content, survey):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidValue("it is not UTF-8") from error


@contextmanager
def _at(survey: Survey) -> Iterator[None]:
    """A refusal names the line."""
    try:
        yield
    except (csv.Error, InvalidValue) as error:
        said, hint = getattr(error, "message", str(error)), getattr(error, "hint", None)
        fitting = None if hint == GENERAL_HINT else hint
        raise InvalidValue(f"line {survey.lines}: {said}", hint=fitting) from error
