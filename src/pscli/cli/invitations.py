"""A booking as an invitation that calendars read: iCalendar, RFC 5545 (Q4)."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from pscli.models.meetings import Booking, BookingState, MeetingKind

from .terminal import visible

if TYPE_CHECKING:
    from icalendar import vCalAddress

_TITLES = {
    MeetingKind.CONSULTATION: "Implementation consultation",
    MeetingKind.MEETING: "Root-cause meeting",
}


def invitation(booking: Booking) -> bytes:
    """The invitation, or what takes it back: the same bytes for the same booking.

    Its id stays through every change and the sequence rises, so that a calendar moves or removes
    the entry that it has.
    """
    from icalendar import Calendar, Event

    cancelled = booking.state is BookingState.CANCELLED
    event = Event()
    event.add("uid", f"{booking.uid}@pscli")
    event.add("sequence", booking.sequence)
    event.add("dtstamp", booking.changed_at)
    event.add("created", booking.booked_at)
    event.add("last-modified", booking.changed_at)
    event.add("dtstart", booking.starts_at)
    event.add("dtend", booking.ends_at)
    title = f"{_TITLES[booking.kind]}: {booking.product.capitalize()}"
    event.add("summary", f"{title}, {visible(booking.team)}")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", _address(booking.representative, booking.representative_name))
    attendee = _address(booking.booked_by, booking.booked_by_name)
    if not cancelled:
        attendee.params["RSVP"] = "TRUE"
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//pscli//Premium Support//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _address(email: str, name: str) -> "vCalAddress":
    """Somebody's address; what would act or hide in a name is shown instead."""
    from icalendar import vCalAddress

    found = vCalAddress(f"mailto:{quote(email, safe='@')}")
    found.params["CN"] = visible(name or email)
    return found
