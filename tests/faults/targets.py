"""What reads bytes of strangers, one target for each kind: whatever comes is taken or refused."""

import io
import tempfile
import tomllib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.catalogue import SHIPPED as CATALOGUE, parse_catalogue
from pscli.cli.imports import SHIPPED_MAP, Tally, _tickets
from pscli.cli.meetings import _beginning
from pscli.cli.session import Session
from pscli.cli.usage_files import Context, Survey, _events, _table
from pscli.codec import parse_instant
from pscli.config import read_configuration
from pscli.models.insights import Unit
from pscli.models.people import Identity
from pscli.operation import Backend, Operation
from pscli.policy import SHIPPED as POLICY, parse_policy, shipped_policy
from pscli.problems import InvalidValue, Problem
from pscli.rules.imports import parse_map
from pscli.rules.insights import named_period, range_asked
from pscli.rules.usage import check_over
from tests.faults.lively import enliven
from tests.world import ANA, MONDAY_NOON, all_operations

TYPES = shipped_policy().issue_types
TICKET = (
    b'{"id": "1", "subject": "s", "body": "b", "requester": "ana@acme.example", "status": "open", '
    b'"created_at": "2026-01-05T10:00:00Z", "solved_at": "2026-01-06T10:00:00Z", "tags": ["a"]}\n'
)
EVENT = (
    b'{"timestamp": "2026-01-05T10:00:00Z", "event_type": {".tag": "paper_doc_view"}, '
    b'"actor": {".tag": "user", "user": {"email": "ana@acme.example"}}}\n'
)
TABLE = b"person,feature,quarter,uses\nana@acme.example,file_requests,2025-Q4,3\n"
CONFIG = 'current = "a"\n[profiles.a]\ndatabase = "x"\nact_as = "a@b.example"\nregion = "DE"\n'


def spliced(seed: bytes, data: bytes) -> bytes:
    """A good file with a piece cut out and the data in its place, so that much of it is reached."""
    place = int.from_bytes(data[:2], "big") * len(seed) >> 16
    return seed[:place] + data[3:] + seed[place + data[2] % 64 :] if len(data) > 2 else data


def text_of(data: bytes) -> str:
    """Bytes as a text that may hold anything but lone surrogates."""
    return data.decode("utf-8", "replace")


def dates(data: bytes) -> None:
    """Instants, days, quarters and periods as people type them."""
    text = text_of(data)
    today = MONDAY_NOON.date()
    session = Session()
    session.zone = MONDAY_NOON.tzinfo  # type: ignore[assignment]
    for read in (
        parse_instant,
        lambda text: session.instant(text, "since"),
        lambda text: session.instant("2026-03-02", "since", text),
        lambda text: range_asked(session.day(text, "since"), None, Unit.DAY, today),
        lambda text: range_asked(None, session.day(text, "until"), Unit.MONTH, today),
        lambda text: _beginning(session, text),
        lambda text: named_period(text, today),
        lambda text: check_over(text, MONDAY_NOON, "Asia/Tokyo"),
    ):
        with suppress(InvalidValue):
            read(text)


def policy(data: bytes) -> None:
    """A policy's TOML, and the shipped one with something else in it."""
    for text in (text_of(data), text_of(spliced(_small_policy(), data))):
        with suppress(InvalidValue):
            parse_policy(text, "mine")


def imports(data: bytes) -> None:
    """Tickets, their map, usage and catalogue, whole or with something else in them."""
    map_ = parse_map(SHIPPED_MAP.read_text("utf-8"), "map", TYPES)
    context = Context({"file_requests"}, {"paper_doc_view": "file_requests"}, MONDAY_NOON, "UTC")
    for seed, read in (
        (TICKET, lambda each: list(_tickets(io.BytesIO(each), map_, TYPES, Tally()))),
        (EVENT, lambda each: list(_events(io.BytesIO(each), Survey(context)))),
        (TABLE, lambda each: list(_table(io.BytesIO(each), Survey(context)))),
        (_shipped(SHIPPED_MAP), lambda each: parse_map(text_of(each), "map", TYPES)),
        (_some_entries(), lambda each: parse_catalogue(text_of(each), "mine")),
    ):
        for content in (data, spliced(seed, data)):
            with suppress(InvalidValue):
                read(content)


def cursor(data: bytes) -> None:
    """A cursor that nobody made, for a list of each kind: its number of parts, and another."""
    lists = _lists()
    n = data[0] if data else 0
    operation, kind, backend = lists[n % len(lists)]
    body = text_of(data[1:])
    for text in (body, f"{kind}|{body}", f"{kind}|{body}|1", f"{kind}|{body}|1|{n}"):
        for given in (text.encode().hex(), text[:400]):
            with suppress(Problem):
                backend.perform(operation, {**_NEEDED.get(operation.name, {}), "cursor": given})


def config(data: bytes) -> None:
    """A configuration file, and a good one with something else in it."""
    path = _folder() / "config.toml"
    for content in (data, spliced(CONFIG.encode(), data)):
        path.write_bytes(content)
        with suppress(InvalidValue):
            read_configuration(path)


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (dates, policy, imports, cursor, config)
}


def everything(data: bytes) -> None:
    """One of them, by the first byte."""
    targets = list(TARGETS.values())
    targets[data[0] % len(targets) if data else 0](data[1:])


_NEEDED = {
    "list_people": {"team": "Acme"},
    "list_usage": {"team": "Acme"},
    "list_slots": {"kind": "consultation"},
    "list_bookings": {"kind": "consultation"},
    "list_due_digests": {"quarter": "2025-Q4"},
}
_KINDS = {
    "export_desk": "desk", "list_invoices": "inv", "list_inquiries": "inq",
    "list_due_digests": "due", "list_callbacks": "calls", "list_bookings": "booked",
    "list_representatives": "staff",
    "list_requests": "created", "list_tickets": "created", "export_tickets": "created",
}  # fmt: skip


def _shipped(resource: Any) -> bytes:
    content: bytes = resource.read_bytes()
    return content


@cache
def _small_policy() -> bytes:
    """A whole policy that is read quickly: one price of each kind, two features."""
    import tomli_w

    whole: dict[str, Any] = tomllib.loads(text_of(_shipped(POLICY)))
    whole["prices"] = {
        name: rows[:1] if isinstance(rows, list) else rows for name, rows in whole["prices"].items()
    }
    whole["features"] = whole["features"][:2]
    small = tomli_w.dumps(whole)
    parse_policy(small, "small")
    return small.encode()


@cache
def _some_entries() -> bytes:
    return _shipped(CATALOGUE)[:1500].rpartition(b"},")[0] + b"}]"


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="pscli-fuzz-"))


@cache
def _lists() -> list[tuple[Operation[Any, Any], str, Backend]]:
    """Every operation that takes a cursor, the kind of its cursors, and who may ask for it."""
    database = open_database(str(_folder() / "desk.db"))
    enliven(database)
    people = [Local(database, Identity(email=who), lambda: MONDAY_NOON) for who in (ANA, None)]
    found: list[tuple[Operation[Any, Any], str, Backend]] = []
    for operation in all_operations().values():
        if "cursor" in operation.signature.parameters:
            kind = _KINDS.get(operation.name, operation.name.removeprefix("list_"))
            found += [(operation, kind, who) for who in people]
    return found
