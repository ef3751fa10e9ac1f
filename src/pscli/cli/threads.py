"""A ticket with everything in it, as its owner and as representatives read it."""

from collections.abc import Iterator

from pscli.models.tickets import (
    AuthorKind,
    Case,
    Clock,
    ClockState,
    Message,
    Note,
    Promise,
    Thread,
    Ticket,
)

from .cells import due, status
from .layout import Line, Screen, Span, wrap
from .times import duration, moment, short_zone, until, zone_name

EDITIONS = {
    "essentials": "Essentials",
    "enhanced": "Enhanced",
    "champion": "Champion",
    "grand": "Grand Champion",
    "epic": "Epic Champion",
}
_KIBI = 1024


def thread(ticket: Thread | Case, screen: Screen) -> Iterator[Line]:
    """Title, state, promise, correspondence, earlier promises."""
    title = screen.clean(f"{ticket.number}  {ticket.subject}")
    yield from ([Span(line, "bold")] for line in wrap(title, screen.width))
    yield from screen.wrapped(_about(ticket, screen), indent=2)
    yield from promise_lines(ticket, screen)
    yield from screen.wrapped(times_in(screen))
    for message in ticket.messages:
        yield []
        yield from _message(message, ticket, screen)
    if len(ticket.promises) > 1:
        yield []
        yield [Span("Earlier promises", "dim")]
        for clock in ticket.promises[:-1]:
            yield from screen.wrapped([Span("  "), *_course(clock, screen)], indent=4)


def _about(ticket: Thread | Case, screen: Screen) -> Line:
    words = [
        *([ticket.team] if isinstance(ticket, Case) else []),
        ticket.product,
        ticket.issue_type,
        f"by {ticket.channel}",
        *(["in Japanese"] if ticket.language == "ja" else []),
        *([f"from {ticket.requester}"] if isinstance(ticket, Case) else []),
        *([f"owner {ticket.assignee or 'nobody'}"] if isinstance(ticket, Case) else []),
        *([f"follows {ticket.follows}"] if ticket.follows else []),
        *([f"copy to {', '.join(ticket.cc)}"] if ticket.cc else []),
    ]
    urgent = [Span(screen.dot), Span("urgent", "late")] if ticket.urgent else []
    return [status(ticket, screen), *urgent, Span(screen.dot + screen.dot.join(words), "dim")]


def times_in(screen: Screen) -> Line:
    """In which zone the times of a screen are."""
    return [Span(f"Times in {zone_name(screen.zone, screen.now)}.", "dim")]


def promise_lines(ticket: Thread | Case, screen: Screen) -> Iterator[Line]:
    """The promise in words: when, how long still or how it ended, and why (S3)."""
    if ticket.promise is None or not ticket.promises:
        yield from screen.wrapped(no_commitment())
        return
    clock = ticket.promises[-1]
    if clock.state is ClockState.RUNNING:
        at = moment(clock.due_at, screen.now, screen.zone)
        left = Span(until(clock.due_at, screen.now, parts=2), due(ticket, screen).style)
        line = [Span("Answer due "), Span(at, "bold"), Span(", "), left, Span(". ")]
    else:
        line = [*_ending(clock, screen), Span(" ")]
    yield from screen.wrapped([*line, Span(f"Promised: {why(clock)}.")])


def no_commitment() -> Line:
    """What to say where no answer time was promised (E9)."""
    return [Span("No commitment: nothing is promised about when an answer comes.", "dim")]


def why(promise: Promise) -> str:
    """What a promise rests on: target, edition, language, rule numbers."""
    return f"{duration(promise.target_minutes * 60)} ({basis(promise)})"


def basis(promise: Promise) -> str:
    """Edition, language and rule numbers: `Essentials, E3`."""
    japanese = ["Japanese"] if promise.language == "ja" else []
    return ", ".join([EDITIONS.get(promise.edition, promise.edition), *japanese, *promise.rules])


def _ending(clock: Clock, screen: Screen) -> Line:
    if clock.state is ClockState.WITHDRAWN or clock.answered_at is None:
        return [Span("Solved before an answer was due.", "dim")]
    took = duration((clock.answered_at - clock.started_at).total_seconds(), parts=2)
    if clock.state is ClockState.MET:
        return [Span(screen.glyph("✓ ", "") + "Met", "good"), Span(f": answered in {took}.")]
    over = duration((clock.answered_at - clock.due_at).total_seconds(), parts=2)
    return [Span(f"Answered {over} late", "late"), Span(f", after {took}.")]


def _course(clock: Clock, screen: Screen) -> Line:
    asked = moment(clock.started_at, screen.now, screen.zone)
    return [
        Span(f"{asked}  ", "dim"),
        *_ending(clock, screen),
        Span(f" Promised: {why(clock)}.", "dim"),
    ]


def _message(message: Message, ticket: Thread | Case, screen: Screen) -> Iterator[Line]:
    name = message.author
    if message.author_kind is AuthorKind.CUSTOMER and not isinstance(ticket, Case):
        name = "You"
    label = {AuthorKind.SUPPORT: " (support)", AuthorKind.SYSTEM: " (automatic)"}
    head = [Span(name, "bold"), Span(label.get(message.author_kind, ""), "dim")]
    if isinstance(message, Note) and message.internal:
        head += [Span(screen.dot), Span("internal note", "waiting")]
    head.append(Span(f"  {moment(message.created_at, screen.now, screen.zone)}", "dim"))
    yield from screen.wrapped(head, indent=2)
    yield from screen.body(message.body)
    for attachment in message.attachments:
        size = readable_size(attachment.size)
        yield from screen.wrapped(
            [Span(f"  File {attachment.id}: {attachment.name} "), Span(f"({size})", "dim")],
            indent=4,
        )
    for link in message.links if isinstance(message, Note) else ():
        yield [Span("  Link: ", "dim"), Span(link)]


def readable_size(size: int) -> str:
    """A number of bytes as people read it."""
    if size < _KIBI:
        return f"{size} bytes"
    if size < _KIBI * _KIBI:
        return f"{size / _KIBI:.0f} KiB"
    return f"{size / _KIBI / _KIBI:.1f} MiB"


def thread_hints(ticket: Thread | Case, group: str) -> list[str]:
    """What to do next; `group` is the command that the ticket was shown by, without `show`."""
    name = str(ticket.number)
    if isinstance(ticket, Case):
        from shlex import quote  # a name with blanks, or worse, is one word of a shell

        name = f"{quote(ticket.team)} {ticket.number}"
        owned = [] if ticket.assignee else [f"Take it: {group} take {name}"]
        return [*owned, f"Reply: {group} reply {name}"]
    if ticket.solved_at is not None:
        return [f"Follow up: pscli contact submit --follows {name}"]
    files = any(message.attachments for message in ticket.messages)
    save = [f"Save a file: {group} attachment {name} ID --to PATH"] if files else []
    return [f"Reply: {group} reply {name}", *save]


def changed_ticket(ticket: Ticket, said: str, screen: Screen) -> Iterator[Line]:
    """What became of a ticket, and the promise that holds now (C2)."""
    line = [Span(said, "bold"), Span(" ")]
    promise = ticket.promise
    if ticket.due_at is not None and promise is not None:
        at = moment(ticket.due_at, screen.now, screen.zone)
        left = until(ticket.due_at, screen.now, parts=2)
        zone = short_zone(screen.zone, ticket.due_at)
        line += [Span("Answer due "), Span(f"{at} {zone}", "bold")]
        line += [Span(f", {left} ({basis(promise)}).")]
    elif ticket.solved_at is None and promise is None:
        line += no_commitment()
    yield from screen.wrapped(line)
