# ruff: noqa: ARG001 - the options are there to be parsed
"""One Typer command in one file: the newest tickets of a person, as `hub tickets list -o json`.

It has the same options, runs the same statements and prints the same bytes from the same kind of
records, but has no groups, rules, formats or second database.
"""

import os
import re
import sqlite3
import sys
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Status(StrEnum):
    """What a ticket awaits."""

    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"


class StatusFilter(StrEnum):
    """A status, or every one that is not solved."""

    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    UNSOLVED = "unsolved"


class Product(StrEnum):
    """What a ticket is about."""

    DROPBOX = "dropbox"
    DASH = "dash"
    SIGN = "sign"
    DOCSEND = "docsend"
    REPLAY = "replay"
    PAPER = "paper"


class Channel(StrEnum):
    """How a ticket came in."""

    REQUEST = "request"
    CHAT = "chat"
    CALLBACK = "callback"


class Sort(StrEnum):
    """The orders of a list."""

    CREATED = "created"
    UPDATED = "updated"
    DUE = "due"


class State(StrEnum):
    """How a promise stands."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"
    WITHDRAWN = "withdrawn"


class Format(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"


class Color(StrEnum):
    """When there is colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """When an answer is due."""

    due_at: datetime
    target_minutes: int
    edition: str
    product: str
    language: str
    rules: list[str]
    state: State


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list."""

    number: int
    subject: str
    status: Status
    product: str
    issue_type: str
    channel: Channel
    language: str
    urgent: bool
    requester: str
    created_at: datetime
    updated_at: datetime
    solved_at: datetime | None
    due_at: datetime | None
    promise: Promise | None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed."""

    items: list[Ticket]
    total: int
    next: str | None


_LIST = """
    SELECT number, subject, status, product, issue_type, channel, language, urgent, requester,
           created_at, updated_at, solved_at, due_at, promise
    FROM ticket_record WHERE team = :team AND person = :person
    ORDER BY created_at DESC, number DESC LIMIT :limit
"""
_NOT_ASCII = re.compile(r"[^\x00-\x7e]")


@app.command()
def tickets(
    status: Annotated[list[StatusFilter], typer.Option(help="Only in this state.")] = [],
    product: Annotated[Product | None, typer.Option(help="Only about this product.")] = None,
    issue_type: Annotated[str | None, typer.Option("--type", help="Only of this type.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="Only from this channel.")] = None,
    language: Annotated[str | None, typer.Option(help="Only in this language.")] = None,
    since: Annotated[str | None, typer.Option(help="Created from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Created before this day.")] = None,
    search: Annotated[str | None, typer.Option(help="With these words.")] = None,
    sort: Annotated[Sort, typer.Option(help="In which order.")] = Sort.CREATED,
    output: Annotated[Format | None, typer.Option("--output", "-o", help="How to print.")] = None,
    fields: Annotated[str | None, typer.Option(help="Which fields.")] = None,
    no_header: Annotated[bool, typer.Option("--no-header", help="No header.")] = False,
    profile: Annotated[str | None, typer.Option(help="Which profile.")] = None,
    act_as: Annotated[str | None, typer.Option("--as", help="Whom to act as.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No hints.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Traceback.")] = False,
    color: Annotated[Color, typer.Option(help="When to colour.")] = Color.AUTO,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    all_: Annotated[bool, typer.Option("--all", help="Every one.")] = False,
    cursor: Annotated[str | None, typer.Option(help="Go on after a page.")] = None,
) -> None:
    """List your own tickets, newest first."""
    path = os.environ["PSCLI_DB"]
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    email = act_as or os.environ["PSCLI_AS"]
    person = "SELECT team, id FROM person WHERE email = ? AND status = 'active'"
    who = dict(
        zip(("team", "person"), connection.execute(person, (email,)).fetchone(), strict=True)
    )
    found = [dict(row) for row in connection.execute(_LIST, {**who, "limit": limit + 1})]
    counted = "SELECT sum(tickets) FROM ticket_count WHERE team = :team AND person = :person"
    for row in found:
        row["promise"] = row["promise"] and msgspec.json.decode(row["promise"])
    items = msgspec.convert(found[:limit], list[Ticket], strict=False)
    page = Page(items=items, total=connection.execute(counted, who).fetchone()[0], next=None)
    sys.stdout.write(_NOT_ASCII.sub(_escape, msgspec.json.encode(page).decode()) + "\n")


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
