"""Invitations: what another library reads in them, and what no name can do to them (Q4)."""

import re
from pathlib import Path
from typing import Any

import pytest
import vobject

from pscli.cli.invitations import invitation
from pscli.models.meetings import BookingState, MeetingKind
from tests.conftest import Program
from tests.rules.clocks import at
from tests.world import AGENT, ANA

from .booked import booked
from .hostile import HONEST, HOSTILE

BOOK = ("consultation", "book", "2026-03-04T10:00Z", "--as", ANA)


def read(data: bytes) -> Any:
    """The one event of an invitation, read by another library, and what it asks for."""
    calendar = vobject.readOne(data.decode("utf-8"))
    assert [each.name for each in calendar.components()] == ["VEVENT"]
    return calendar.vevent, calendar.method.value


def test_an_invitation_says_when_where_and_who(peopled: Program, tmp_path: Path) -> None:
    """Q4: read back it is the booking; the file is only for its owner's group as the umask says."""
    file = tmp_path / "c.ics"
    made = peopled.ok(*BOOK, "--ics", str(file), "-o", "json").json
    event, method = read(file.read_bytes())
    assert method == "REQUEST"
    assert event.dtstart.value == at("2026-03-04 10:00")
    assert event.dtend.value == at("2026-03-04 11:00")
    assert event.dtstamp.value == at("2026-03-02 12:00")
    assert event.uid.value == f"{made['uid']}@pscli"
    assert event.summary.value == "Implementation consultation: Dropbox, Acme"
    assert event.organizer.value == f"mailto:{AGENT}"
    assert event.attendee.value == f"mailto:{ANA}"
    assert event.attendee.params["CN"] == ["Ana"]
    assert event.status.value == "CONFIRMED"


def test_an_update_and_a_cancellation_keep_the_id(peopled: Program, tmp_path: Path) -> None:
    """Q4: the sequence rises, so calendars move the entry that they have, and then remove it."""
    file = tmp_path / "c.ics"
    to = ("--as", ANA, "--ics", str(file), "--force")
    peopled.ok(*BOOK, "--ics", str(file))
    first = file.read_bytes()
    peopled.ok("consultation", "show", *to)
    assert file.read_bytes() == first  # the same booking, the same bytes
    moved = {"PSCLI_NOW": "2026-03-02T13:00:00Z"}
    peopled.ok("consultation", "rebook", "2026-03-05T10:00Z", *to, env=moved)
    second = file.read_bytes()
    peopled.ok("consultation", "cancel", *to, env=moved)
    events = [read(data) for data in (first, second, file.read_bytes())]
    assert len({event.uid.value for event, _ in events}) == 1
    assert [event.sequence.value for event, _ in events] == ["0", "1", "2"]
    assert [method for _, method in events] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event.status.value for event, _ in events][-1] == "CANCELLED"
    assert events[1][0].dtstart.value == events[2][0].dtstart.value == at("2026-03-05 10:00")
    assert events[1][0].dtstamp.value == at("2026-03-02 13:00")


@pytest.mark.parametrize("text", [*HOSTILE.values(), *HONEST.values()])
def test_no_name_gets_out_of_its_line(text: str) -> None:
    """Q4: lines are folded at 75 bytes; what would act, hide or begin a line of its own does not.

    RFC 5545 gives `;`, `:`, `,` and quotes a meaning, and a line feed ends a property.
    """
    begins = 'x";ROLE=CHAIR:mailto:evil@evil.example\r\nATTENDEE:mailto:evil@evil.example\r\n'
    name = f"{begins}{text}"
    data = invitation(booked(booked_by_name=name, representative_name=text, team=f"A{text}"))
    event, _ = read(data)
    assert len(event.contents["attendee"]) == 1
    assert event.attendee.value == f"mailto:{ANA}"
    assert "ROLE" not in event.attendee.params
    assert event.organizer.value == f"mailto:{AGENT}"
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    unfolded = data.replace(b"\r\n ", b"").decode()
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202e\u2066]", unfolded)
    assert len(unfolded.split("\r\n")) == len(invitation(booked()).split(b"\r\n"))


def test_an_address_is_no_header() -> None:
    """Q4: what follows a question mark in a mailto link would be a subject or a copy."""
    event, _ = read(invitation(booked(booked_by="a?bcc=x%40y&subject=z@acme.example")))
    assert event.attendee.value == "mailto:a%3Fbcc%3Dx%2540y%26subject%3Dz@acme.example"


def test_honest_names_arrive() -> None:
    """Q4: Japanese, accents, commas and quotes as they were written."""
    team = "経理, Zürich; “A” \\ B"
    event, _ = read(invitation(booked(team=team, kind=MeetingKind.MEETING)))
    assert event.summary.value == f"Root-cause meeting: Dropbox, {team}"
    event, method = read(invitation(booked(state=BookingState.CANCELLED, booked_by_name="")))
    assert (method, event.attendee.params["CN"]) == ("CANCEL", [ANA])
    assert "RSVP" not in event.attendee.params


def test_a_file_that_is_there_stops_the_booking(peopled: Program, tmp_path: Path) -> None:
    """Q4: nothing is booked unless its invitation can be written; the old file is as it was."""
    file = tmp_path / "c.ics"
    file.write_text("mine")
    refused = peopled(*BOOK, "--ics", str(file))
    assert refused.code == 6
    assert "--force" in refused.err
    assert file.read_text() == "mine"
    nowhere = peopled(*BOOK, "--ics", str(tmp_path / "no" / "c.ics"))
    assert nowhere.code == 2
    assert peopled("consultation", "show", "--as", ANA).code == 3
    taken = peopled("consultation", "book", "2026-03-07T10:00Z", "--as", ANA, "--ics", f"{file}2")
    assert taken.code == 2
    assert not Path(f"{file}2").exists()


def test_a_repeated_key_takes_the_file_that_it_wrote(peopled: Program, tmp_path: Path) -> None:
    """B10: a booking that a script repeats gives the first result, and the same file again.

    A file with anything else in it stops the repetition as it stopped the first run.
    """
    file = tmp_path / "c.ics"
    words = (*BOOK, "--ics", str(file), "--idempotency-key", "k1", "-o", "json")
    file.write_text("mine")
    assert (peopled(*words).code, file.read_text()) == (6, "mine")
    assert peopled("consultation", "show", "--as", ANA).code == 3
    file.unlink()
    first = peopled.ok(*words)
    written = file.read_bytes()
    later = {"PSCLI_NOW": "2026-03-02T13:00:00Z"}
    assert peopled.ok(*words, env=later).out == first.out
    assert file.read_bytes() == written
    file.unlink()
    assert peopled.ok(*words, env=later).out == first.out
    assert file.read_bytes() == written
    file.write_bytes(written.replace(b"Acme", b"Acne"))
    assert peopled(*words, env=later).code == 6
    gone = (*words[:-3], "k2", "-o", "json")
    assert peopled(*gone, "--ics", str(tmp_path / "new.ics")).code == 6  # the team has used it up
    assert not (tmp_path / "new.ics").exists()


def test_a_full_disk_is_told_and_the_booking_kept(peopled: Program) -> None:
    """Q4: exit 12; what is done is said, and how to get the invitation."""
    answer = peopled(*BOOK, "--ics", "/dev/full", "-o", "json")
    assert answer.code == 12
    assert "The consultation is booked. Write its invitation: " in answer.error["hint"]
    printed = peopled.ok("consultation", "show", "--as", ANA, "--ics", "-")
    assert printed.out.startswith("BEGIN:VCALENDAR\r\n")
    assert printed.err == ""


def test_an_invitation_goes_to_stdout_alone(peopled: Program) -> None:
    """Q4: with `--ics -` nothing else stands there."""
    answer = peopled.ok(*BOOK, "--ics", "-", "-o", "json")
    assert answer.out.startswith("BEGIN:VCALENDAR")
    assert answer.out.rstrip().endswith("END:VCALENDAR")


def test_every_admin_may_have_the_invitation(peopled: Program, tmp_path: Path) -> None:
    """E4, Q4: the booking is the team's; whoever booked it stays the one who is invited."""
    peopled.ok(*BOOK)
    file = str(tmp_path / "ben.ics")
    words = ("consultation", "rebook", "2026-03-05T10:00Z", "--as", "ben@acme.example")
    peopled.ok(*words, "--ics", file)
    event, _ = read(Path(file).read_bytes())
    assert event.attendee.value == f"mailto:{ANA}"
