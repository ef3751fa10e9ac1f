"""Who you are on a desk: the answer of `whoami`, and what it looks like on a terminal."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pscli.config import without_password
from pscli.models.access import Me

from .hub_screen import rehearsal_words
from .layout import Line, Screen, Span, pairs
from .threads import EDITIONS
from .times import day, duration

if TYPE_CHECKING:
    from .session import Session

SOON = 14 * 24 * 3600  # seconds before its end from which on a token should be replaced


class Whoami(Me, frozen=True):
    """Who acts and what covers them, under which profile, on which desk, until when.

    `token_expires_at` is null on a desk that one opens oneself.
    """

    profile: str
    desk: str
    token_expires_at: datetime | None


def look(session: "Session") -> Whoami:
    """Ask the desk, and where it is a server how long the token is good."""
    from msgspec import structs

    from pscli.desk.tokens import whoami as ask

    settings = session.settings
    person = ask(session.backend)
    known = None
    if session.token is not None:
        from .standing import own_token

        known = own_token(session.backend, session.token)
    return Whoami(
        **structs.asdict(person),
        profile=settings.profile_name,
        desk=settings.server or without_password(settings.database),
        token_expires_at=known.expires_at if known else None,
    )


def whoami(person: Any, screen: Screen) -> Iterator[Line]:
    """Who acts, and what covers them."""
    rows: list[tuple[str, Line]] = [
        ("Person", [Span(person.name or person.email, "bold"), Span(f"  {person.email}")]),
        ("Profile", [Span(person.profile)]),
        ("Desk", [Span(person.desk)]),
    ]
    if person.token_expires_at is not None:
        rows.append(("Token", [_end_of(person.token_expires_at, screen)]))
    if person.kind == "person":
        rows += [
            ("Team", [Span(person.team or "")]),
            ("Role", [Span(person.role or "member")]),
            *([("Champion", [Span(person.champion)])] if person.champion != "none" else []),
            ("Status", [Span(person.status, "" if person.status == "active" else "late")]),
            ("Covered by", [Span(text) for text in _cover(person, screen)]),
            ("Hub", [Span("open to you" if person.hub else "not open to you")]),
        ]
    else:
        rows.append(("Role", [Span(person.role or person.kind)]))
    rows += [("Language", [Span(person.language)]), ("Zone", [Span(person.timezone)])]
    if person.rehearsal:
        rows.append(("Rehearsal", rehearsal_words(screen)))
    yield from pairs(rows, screen)


def _end_of(at: datetime, screen: Screen) -> Span:
    left = (at - screen.now).total_seconds()
    when = f"good for {duration(left)}, until {day(at, screen.now, screen.zone)}"
    if left > SOON:
        return Span(when)
    return Span(f"{when}: get the next one from your operator", "soon")


def _cover(person: Any, screen: Screen) -> list[str]:
    held = [
        f"{EDITIONS[each.edition]} for {each.product}, since "
        f"{day(each.since, screen.now, screen.zone)}"
        for each in person.editions
    ]
    return ["; ".join(held) or "no add-on"]
