"""What a single record looks like on a terminal: a screen by its type, else names and values."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pscli.models.record import Change, Page, Record
from pscli.models.tickets import Case, QueuedTicket, Thread, Ticket

from .billing_screens import billing, changed_addon, how_to, invoice, quote, receipt, team
from .cells import as_text, is_money, value_of
from .doctor_screen import diagnosis
from .hub_screen import hub, hub_hints
from .insights_screen import insights, insights_hints
from .layout import Line, Screen, Span, pairs
from .library_screens import advised, recommendation
from .live_screens import callback, live_hints
from .meeting_screens import booking, booking_hints, brief
from .metrics_screen import metrics, metrics_hints
from .policy_screen import policy, policy_hints
from .tables import empty_list, list_lines
from .threads import changed_ticket, thread, thread_hints, times_in
from .times import moment, zone_name
from .whoami import whoami

if TYPE_CHECKING:
    from .session import Session

# What a change says it did, by the name of the operation; the braces are fields of its record.
SAID = {
    "submit_request": "Request {number} filed.",
    "reply_ticket": "Ticket {number} answered.",
    "solve_ticket": "Ticket {number} solved.",
    "answer_ticket": "Ticket {number} of {team} answered.",
    "note_ticket": "Note kept with ticket {number} of {team}.",
    "settle_ticket": "Ticket {number} of {team} solved.",
    "take_ticket": "Ticket {number} of {team} is yours.",
    "release_ticket": "Ticket {number} of {team} is back in the queue.",
    "assign_ticket": "Ticket {number} of {team} belongs to {assignee}.",
    "retype_ticket": "Ticket {number} of {team} is about {product}, {issue_type}.",
    "create_team": "Team {name} created.",
    "set_team": "Team {name} changed.",
    "add_person": "{email} added to {team}.",
    "set_person": "{email} changed.",
    "remove_person": "{email} removed from {team}.",
    "add_representative": "{email} is a representative: {role}.",
    "remove_representative": "{email} is no representative any more.",
    "submit_inquiry": "Sales was asked, in request {number}.",
    "create_token": "Token {id} made for {person}.",
    "revoke_token": "Token {id} revoked.",
    "import_tickets": "{imported} of {lines} lines imported for {team}.",
    "import_usage": "Uses imported for {team}: {imported}; known before: {known}.",
    "queue_digest": "Mails queued about {quarter}: {mails}.",
    "settle_mail": "Mails sent: {sent}.",
    "retry_mail": "Mail {id} is queued again.",
    "open_chat": "You would wait for a chat about {product}, as number {place} in the queue.",
    "join_chat": "You lead the chat with {person}.",
    "request_callback": "You will be called at {phone}.",
    "cancel_callback": "The callback is cancelled.",
    "take_callback": "Call {person} at {phone}.",
    "record_call": "Callback {id} is {state}.",
    "book_slot": "The {kind} is booked.",
    "rebook_slot": "The {kind} is moved.",
    "cancel_booking": "The {kind} is cancelled.",
    "import_catalogue": "{added} entries added, {replaced} replaced, {removed} removed.",
    "open_recommendation": "{title}",
    "set_policy": "Policy version {version} is in force.",
}

_SHOWN_OF_MANY = 20  # of a list of plain values


def screen_lines(result: Any, session: "Session", kind: type | None) -> Iterator[str]:
    """The painted lines of any result; `kind` is the record type of a list."""
    screen = Screen(session)
    yield from map(screen.paint, _lines(result, screen, kind))


def _lines(result: Any, screen: Screen, kind: type | None) -> Iterator[Line]:
    if drawn := SCREENS.get(type(result).__name__):
        yield from drawn(result, screen)
    elif isinstance(result, Page):
        if result.items:
            yield from list_lines(result.items, screen, header=screen.session.header)
        else:
            yield [Span(empty_list(kind)[0])]
    elif isinstance(result, Change):
        yield from _change(result, screen)
    elif isinstance(result, Record | dict):
        yield from details(result, screen)
    else:
        yield from screen.body(str(result), indent=0)


def screen_hints(result: Any, session: "Session", kind: type | None) -> list[str]:
    """What a reader may want to do next, one command each."""
    group = session.path.rpartition(" ")[0]
    if isinstance(result, Page):
        return _list_hints(result, group, kind)
    if isinstance(result, Thread | Case):
        return thread_hints(result, group)
    if hints := HINTS.get(type(result).__name__):
        return hints(result)
    if isinstance(result, Change) and not session.dry_run:
        return _change_hints(result.record, _performed(session))
    return []


def _change_hints(record: Any, performed: str) -> list[str]:
    if performed == "submit_request":
        return [f"Follow it: pscli contact requests show {record.number}"]
    if type(record).__name__ == "Booking":
        return booking_hints(record)
    return live_hints(record, performed)


def _list_hints(page: Page[Any], group: str, kind: type | None) -> list[str]:
    if not page.items:
        return [hint] if (hint := empty_list(kind)[1]) else []
    if isinstance(page.items[0], QueuedTicket):
        return ["Read one: pscli support show TEAM NUMBER"]
    if type(page.items[0]).__name__ == "Addon":
        return how_to(page.items)
    if kind is not None and kind.__name__ in _TAKEN_BY:
        return [_TAKEN_BY[kind.__name__].format(group=group)]
    return [f"Read one: {group} show NUMBER"] if isinstance(page.items[0], Ticket) else []


_TAKEN_BY = {
    "Invoice": "Read one: pscli billing invoices show NUMBER",
    "Inquiry": "Answer one: pscli support reply TEAM NUMBER",
    "Chat": "Join the oldest: pscli support chat",
    "Recommendation": "Open one: pscli recommendations open N",
    "Callback": "Take the first: pscli support call",
    "Slot": "Book one: {group} book INSTANT",
}


def _performed(session: "Session") -> str:
    return session.operation.name if session.operation else ""


def _change(change: Change[Any], screen: Screen) -> Iterator[Line]:
    record = change.record
    template = SAID.get(_performed(screen.session), "Done.")
    names = record if isinstance(record, dict) else record.__struct_fields__
    said = template.format_map({name: as_text(value_of(record, name)) for name in names})
    if type(record).__name__ == "AddonChange":
        said = changed_addon(record, screen)
    if not change.changed:
        said = "Nothing changed: it was so already."
    elif screen.session.dry_run:
        said = f"Dry run: {said}"
    if isinstance(record, Ticket):
        yield from changed_ticket(record, said, screen)
        return
    yield [Span(said, "bold")]
    yield from SCREENS.get(type(record).__name__, details)(record, screen)


def details(record: Any, screen: Screen) -> Iterator[Line]:
    """The fields of a record one below the other; lists of records follow as tables."""
    leaves = list(_leaves("", record))
    tables = [(name, value) for name, value in leaves if _holds_records(value)]
    rows = [(name, [Span(_said(v, screen))]) for name, v in leaves if not _holds_records(v)]
    yield from pairs(rows, screen)
    for name, value in tables:
        yield []
        yield [Span(name, "bold")]
        yield from list_lines(value, screen)


def _leaves(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a record, and of the records in it, each with the words that lead to it."""
    if is_money(value) or not isinstance(value, Record | dict):
        yield prefix, value
        return
    for name in value if isinstance(value, dict) else value.__struct_fields__:
        yield from _leaves(f"{prefix} {name.replace('_', ' ')}".strip(), value_of(value, name))


def _holds_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Record | dict)


def _said(value: Any, screen: Screen) -> str:
    if isinstance(value, datetime):
        return f"{moment(value, screen.now, screen.zone)} {zone_name(screen.zone, value)}"
    if isinstance(value, list) and len(value) > _SHOWN_OF_MANY:
        return f"{as_text(value[:_SHOWN_OF_MANY])} and {len(value) - _SHOWN_OF_MANY} more"
    return as_text(value) or screen.glyph("–", "-")


def options(found: Any, screen: Screen) -> Iterator[Line]:
    """Each channel: open or not, until when, how soon an answer comes, and why (C1)."""
    at = moment(found.at, screen.now, screen.zone)
    language = {"en": "English", "ja": "Japanese"}.get(found.language, found.language)
    yield [Span(found.product, "bold"), Span(f"{screen.dot}in {language}{screen.dot}{at}", "dim")]
    if found.language_until is not None:
        end = moment(found.language_until, screen.now, screen.zone)
        yield [Span(f"Answers in {language} until {end}.")]
    elif found.language_opens_at is not None:
        start = moment(found.language_opens_at, screen.now, screen.zone)
        yield [Span(f"Answers in English now, in {language} from {start} on.")]
    yield from screen.wrapped(times_in(screen))
    yield []
    yield from list_lines(found.channels, screen)
    reasons = [(each.channel, [Span(each.reason)]) for each in found.channels if each.reason]
    if reasons:
        yield []
        yield from pairs(reasons, screen)


SCREENS: dict[str, Callable[[Any, Screen], Iterator[Line]]] = {
    "Hub": hub,
    "Insights": insights,
    "Metrics": metrics,
    "Thread": thread,
    "Case": thread,
    "Whoami": whoami,
    "AdvisedCase": advised,
    "Recommendation": recommendation,
    "Options": options,
    "Callback": callback,
    "Booking": booking,
    "Brief": brief,
    "Diagnosis": diagnosis,
    "Policy": policy,
    "Quote": quote,
    "Invoice": invoice,
    "Billing": billing,
    "AddonChange": receipt,
    "TeamTerms": team,
    "TermsChange": team,
}

HINTS: dict[str, Callable[[Any], list[str]]] = {
    "Hub": lambda _: hub_hints(),
    "Insights": insights_hints,
    "Metrics": metrics_hints,
    "Policy": policy_hints,
}
