"""What may be done with a ticket, and by whom (K)."""

from collections.abc import Sequence
from typing import TypeVar

from pscli.models.people import Actor, Product
from pscli.models.tickets import Status, Ticket
from pscli.problems import InvalidValue, NotFound, StateForbids, hint_near

T = TypeVar("T")

BODY_BYTES = 64 * 1024
MAX_CC = 10
LANGUAGES = ("en", "ja")  # J1: there is no other


def found(ticket: T | None, number: int) -> T:
    """The ticket, or the one answer for missing and for someone else's (K2)."""
    if ticket is None:
        raise NotFound(
            f"You have no ticket {number}.", hint="Your tickets: pscli contact requests list"
        )
    return ticket


def check_takes_replies(ticket: Ticket) -> None:
    """Refuse a reply to a solved ticket (K3)."""
    if ticket.status is Status.SOLVED:
        raise StateForbids(
            f"Ticket {ticket.number} is solved and takes no replies (K3).",
            hint=f"Open a follow-up: pscli contact submit --follows {ticket.number}",
        )


def check_body(body: str) -> None:
    """Refuse a text that is blank or over 64 KiB."""
    if not body.strip():
        raise InvalidValue("The text is empty.", hint="Write what it is about.", field="body")
    if len(body.encode()) > BODY_BYTES:
        raise InvalidValue(
            f"The text is {len(body.encode()):,} bytes long; at most {BODY_BYTES:,} are taken.",
            hint="Attach the rest: --attach FILE",
            field="body",
        )


def check_subject(subject: str) -> None:
    """Refuse a subject without a visible word."""
    if not subject.strip():
        raise InvalidValue("The subject is empty.", hint="Say it in a few words.", field="subject")


def check_issue_type(issue_type: str, known: Sequence[str]) -> None:
    """Refuse a type that the policy does not list (C3)."""
    if issue_type not in known:
        raise InvalidValue(
            f"“{issue_type}” is no issue type (C3).",
            hint=hint_near(issue_type, known, f"One of: {', '.join(known)}."),
            field="type",
        )


def spoken_language(who: Actor, language: str | None) -> str:
    """The language of a request: the one named, else the person's own where it is offered (J1)."""
    if language is None:
        return who.language if who.language in LANGUAGES else "en"
    if language not in LANGUAGES:
        raise InvalidValue(
            f"Support is not given in “{language}” (J1).", hint="One of: en, ja.", field="language"
        )
    return language


def check_owner(ticket_owner: str | None, who: Actor) -> None:
    """Refuse to take what another representative owns."""
    if ticket_owner is not None and ticket_owner != who.email:
        raise StateForbids(
            f"This ticket belongs to {ticket_owner}.", hint="They can hand it over: support release"
        )


def check_product_value(product: str) -> Product:
    """The product of that name; raises InvalidValue."""
    try:
        return Product(product)
    except ValueError:
        raise InvalidValue(
            f"“{product}” is no product (T1).",
            hint=f"One of: {', '.join(Product)}.",
            field="product",
        ) from None
