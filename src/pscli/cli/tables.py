"""What a list looks like: the columns of each record type, and which may shrink or drop."""

from collections.abc import Iterator
from typing import Any

from pscli.models.record import Record

from .billing_screens import (
    addon_state,
    amount,
    charged_for,
    edition_cell,
    issued,
    price,
    result,
    taken_by,
)
from .cells import (
    as_text,
    due,
    ends,
    expires,
    field,
    hours,
    is_money,
    openness,
    owner,
    role,
    sign_in_state,
    status,
    target,
    token_state,
    value_of,
    when,
)
from .layout import Line, Screen, Span, side_by_side
from .library_screens import reason
from .live_screens import answer_due, standing
from .mail_shapes import MAIL_SHAPES
from .meeting_screens import booking_state, calendar_time, slot_instant, slot_time, staff_only
from .shapes import Shape

_TICKET = [
    Shape("NO", field("number", "bold"), right=True),
    Shape("STATUS", status),
    Shape("SUBJECT", field("subject"), flexible=True),
    Shape("PRODUCT", field("product", "dim"), drop=4),
    Shape("TYPE", field("issue_type", "dim"), drop=5),
    Shape("BY", field("channel", "dim"), drop=6),
    Shape("UPDATED", when("updated_at"), drop=2),
    Shape("REPLY DUE", due, drop=1),
]

_QUEUE = [
    Shape("TEAM", field("team"), most=30),
    *_TICKET[:2],
    Shape("URGENT", lambda t, _: Span("urgent" if t.urgent else "", "late"), optional=True),
    *_TICKET[2:6],
    Shape("LANGUAGE", field("language", "dim"), drop=6),
    Shape("FROM", field("requester", "dim"), drop=3, most=30),
    Shape("OWNER", owner, drop=2, most=30),
    Shape("DUE", due),
]

# By the name of the record type, so that a list costs no import of other topics' records.
SHAPES: dict[str, list[Shape]] = {
    **MAIL_SHAPES,
    "Ticket": _TICKET,
    "QueuedTicket": _QUEUE,
    "Team": [
        Shape("NAME", field("name", "bold"), flexible=True),
        Shape("PLAN", field("plan")),
        Shape("PRODUCTS", field("products"), drop=1),
        Shape("LICENCES", field("licences"), right=True),
        Shape("CYCLE", field("billing_cycle", "dim"), drop=3),
        Shape("CURRENCY", field("currency", "dim"), drop=5),
        Shape("ZONE", field("timezone", "dim"), drop=2),
        Shape("EXECUTIVE", field("account_executive", "dim"), drop=4),
    ],
    "Person": [
        Shape("EMAIL", field("email", "bold")),
        Shape("NAME", field("name"), flexible=True),
        Shape("ROLE", role),
        Shape("CHAMPION", lambda p, _: Span("" if p.champion == "none" else p.champion), drop=1),
        Shape("STATUS", field("status")),
        Shape("LANGUAGE", field("language", "dim"), drop=3),
        Shape("ZONE", field("timezone", "dim"), drop=2),
    ],
    "Representative": [
        Shape("EMAIL", field("email", "bold")),
        Shape("NAME", field("name"), flexible=True),
        Shape("ROLE", field("role")),
        Shape("SINCE", when("created_at"), drop=1),
    ],
    "Token": [
        Shape("ID", field("id", "bold")),
        Shape("STATE", token_state),
        Shape("EXPIRES", expires, drop=2),
        Shape("PERSON", field("person")),
        Shape("NAME", field("name"), flexible=True),
        Shape("CREATED", when("created_at"), drop=3),
    ],
    "AuditEntry": [
        Shape("ID", field("id", "dim"), right=True),
        Shape("WHEN", when("at")),
        Shape("WHO", field("who")),
        Shape("WHAT", field("operation", "bold")),
        Shape("ON", field("target"), flexible=True),
        Shape("FROM", field("origin", "dim"), drop=2),
        Shape("RESULT", field("result"), drop=1),
    ],
    "ChannelOption": [
        Shape("CHANNEL", field("channel", "bold")),
        Shape("NOW", openness),
        Shape("HOURS", hours, flexible=True),
        Shape("LANGUAGE", field("language"), drop=2),
        Shape("ANSWER", target, drop=1),
        Shape("RULES", field("rules", "dim"), drop=3),
    ],
    "Chat": [
        Shape("ID", field("id", "bold")),
        Shape("STATE", standing),
        Shape("PERSON", field("person"), flexible=True),
        Shape("TEAM", field("team"), drop=3, most=30),
        Shape("PRODUCT", field("product", "dim"), drop=2),
        Shape("LANGUAGE", field("language", "dim"), drop=4),
        Shape("ASKED", when("requested_at"), drop=1),
        Shape("DUE", answer_due),
    ],
    "Callback": [
        Shape("ID", field("id", "bold")),
        Shape("STATE", standing),
        Shape("URGENT", lambda c, _: Span("urgent" if c.urgent else "", "late"), optional=True),
        Shape("NUMBER", field("phone", "bold")),
        Shape("PERSON", field("person"), flexible=True),
        Shape("TEAM", field("team"), drop=3, most=30),
        Shape("PRODUCT", field("product", "dim"), drop=2),
        Shape("LANGUAGE", field("language", "dim"), drop=5),
        Shape("TRIES", lambda c, _: Span(str(c.attempts or "")), right=True, optional=True),
        Shape("BY", lambda c, _: Span(c.representative or "", "dim"), drop=4, optional=True),
        Shape("ASKED", when("requested_at"), drop=1),
        Shape("DUE", answer_due),
    ],
    "Slot": [
        Shape("INSTANT", slot_instant),
        Shape("WHEN", slot_time, flexible=True),
        Shape("THERE", calendar_time, drop=2, optional=True),
        Shape("FREE", field("free"), drop=1, right=True),
    ],
    "Booking": [
        Shape("TEAM", staff_only("team"), optional=True, most=30),
        Shape("ID", field("id", "bold"), right=True),
        Shape("KIND", staff_only("kind"), optional=True),
        Shape("STATE", booking_state),
        Shape("WHEN", slot_time),
        Shape("THERE", calendar_time, drop=2, optional=True),
        Shape("WITH", field("representative_name"), flexible=True),
        Shape("PRODUCT", field("product", "dim"), drop=3),
        Shape("BOOKED BY", field("booked_by", "dim"), drop=4, most=30),
    ],
    "Addon": [
        Shape("PRODUCT", field("product", "bold")),
        Shape("EDITION", field("edition")),
        Shape("STATE", addon_state),
        Shape("PRICE", price, right=True),
        Shape("BY", taken_by, drop=1),
        Shape("HOW", field("how", "dim"), drop=2, flexible=True),
    ],
    "Invoice": [
        Shape("NO", field("number", "bold"), right=True),
        Shape("ISSUED", issued),
        Shape("FOR", charged_for, flexible=True),
        Shape("STATUS", field("status", "dim"), drop=2),
        Shape("TOTAL", amount("total"), right=True),
    ],
    "Inquiry": [
        Shape("TEAM", field("team", "bold"), most=30),
        Shape("NO", field("number"), right=True),
        Shape("WANTS", edition_cell),
        Shape("FROM", field("requester"), flexible=True, drop=1),
        Shape("STATUS", field("status")),
        Shape("EXECUTIVE", field("account_executive", "dim"), drop=2),
        Shape("ASKED", when("created_at"), drop=1),
    ],
    "Step": [
        Shape("TEAM", field("team", "bold"), flexible=True),
        Shape("DO", field("action")),
        Shape("EDITION", edition_cell),
        Shape("CHARGED", amount("charged"), right=True),
        Shape("RESULT", result),
    ],
    "NamedProfile": [
        Shape("NAME", field("name", "bold")),
        Shape("USED", lambda p, _: Span("used" if p.used else "", "good")),
        Shape("DESK", lambda p, _: Span(p.server or p.database or ""), flexible=True),
        Shape("AS", field("act_as"), drop=1),
        Shape("ZONE", field("timezone", "dim"), drop=2),
    ],
    "SignIn": [
        Shape("PROFILE", field("profile", "bold")),
        Shape("STATE", sign_in_state),
        Shape("PERSON", field("person"), drop=1),
        Shape("ENDS", ends, drop=2),
        Shape("SERVER", field("server"), flexible=True),
        Shape("KEPT IN", field("place", "dim"), drop=3),
    ],
    "Recommendation": [
        Shape("NO", field("rank", "bold"), right=True),
        Shape("TITLE", field("title"), flexible=True),
        Shape("KIND", field("kind", "dim"), drop=2),
        Shape("FOR", reason, most=40, drop=1),
        Shape("ADDRESS", field("url", "dim"), drop=3),
    ],
    "Entry": [
        Shape("ID", field("id", "bold"), right=True),
        Shape("TITLE", field("title"), flexible=True),
        Shape("KIND", field("kind"), drop=2),
        Shape("PRODUCT", field("product", "dim"), drop=3),
        Shape("LANGUAGE", field("language", "dim"), drop=1),
        Shape("OPENS", field("opens"), right=True),
        Shape("LINKS", field("links"), right=True),
        Shape("ADDRESS", field("url", "dim"), drop=4),
    ],
    "Rule": [
        Shape("ID", field("id", "bold")),
        Shape("TEXT", field("text"), flexible=True),
    ],
}

# What to say where a list is empty, and what to do about it.
EMPTY = {
    "Ticket": ("No tickets.", "File a request: pscli contact submit --subject WORDS"),
    "QueuedTicket": ("Nothing waits.", "Solved ones too: pscli support queue --status solved"),
    "Team": ("No teams.", "Create one: pscli team create NAME"),
    "Person": ("No people.", "Add somebody: pscli team people add EMAIL"),
    "Representative": ("No representatives.", "Add one: pscli support agents add EMAIL"),
    "Token": ("No tokens.", "Make one: pscli token create"),
    "AuditEntry": ("No changes.", None),
    "Chat": ("No chat waits.", "Wait for one: pscli support chats --watch"),
    "Callback": ("No callback waits.", "Wait for one: pscli support callbacks --watch"),
    "Invoice": ("No invoices.", None),
    "Slot": ("No slot is free.", "Ask in writing: pscli contact submit --subject WORDS"),
    "Booking": ("Nothing is booked.", None),
    "Inquiry": ("Nobody asks for anything.", None),
    "FeatureUse": ("The policy names no features.", None),
    "Mail": ("No mails.", "Queue the quarterly e-mail: pscli desk digest run"),
    "Step": ("The file names no team.", None),
    "SignIn": ("No profile has a server.", "Sign in to one: pscli auth login --server URL"),
    "Recommendation": ("The library is empty.", None),
    "NamedProfile": ("No profiles.", "Make one: pscli profile set NAME server=URL"),
}


def shapes_of(kind: type | None) -> list[Shape] | None:
    """The columns of a record type, or of the type that it extends."""
    return next((SHAPES[base.__name__] for base in _bases(kind) if base.__name__ in SHAPES), None)


def empty_list(kind: type | None) -> tuple[str, str | None]:
    """What to say instead of an empty list, and a hint."""
    known = (EMPTY[base.__name__] for base in _bases(kind) if base.__name__ in EMPTY)
    return next(known, ("Nothing there.", None))


def _bases(kind: type | None) -> tuple[type, ...]:
    return () if kind is None else kind.__mro__


def list_lines(
    records: list[Any], screen: Screen, shapes: list[Shape] | None = None, *, header: bool = True
) -> Iterator[Line]:
    """The lines of a list of records: a header, then one line each."""
    shapes = shapes or shapes_of(type(records[0])) or _plain_shapes(records)
    return side_by_side([shape.column(records, screen) for shape in shapes], screen, header=header)


def _plain_shapes(records: list[Any]) -> list[Shape]:
    """Columns for a type that nobody described: every field, the later ones drop first.

    The entries of a dictionary were chosen by hand: none of them drops.
    """
    described = isinstance(records[0], Record)
    names = list(records[0].__struct_fields__ if described else records[0])
    longest = max(names, key=lambda name: max(len(as_text(value_of(r, name))) for r in records))
    return [
        Shape(
            name.replace("_", " ").upper(),
            lambda r, _s, name=name: Span(as_text(value_of(r, name))),  # type: ignore[misc]
            drop=n if described and name != longest else 0,
            flexible=name == longest,
            right=name != longest and _is_number(value_of(records[0], name)),
        )
        for n, name in enumerate(names)
    ]


def _is_number(value: Any) -> bool:
    return is_money(value) or (isinstance(value, int) and not isinstance(value, bool))
