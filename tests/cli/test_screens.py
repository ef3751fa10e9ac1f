"""What people see of single results: changes, the hub, ways to support, who they are."""

import subprocess
import sys
from datetime import UTC, datetime

from pscli.desk.requests import solve_ticket, submit_request
from pscli.models.contact import ChannelOption, Options
from pscli.models.people import Product
from pscli.models.record import Change
from pscli.models.tickets import Channel, ClockState, Status
from tests.conftest import Program
from tests.world import ANA

from .conftest import Draw
from .records import NOON, fields_of, ticket, with_promise
from .terminals import on_terminal


def test_a_filed_request_says_when_an_answer_is_due(draw: Draw) -> None:
    """C2, S3: number, due instant in the reader's zone, time left, and why."""
    change = Change(record=ticket(number=12))
    assert draw(change, 120, operation=submit_request) == [
        "Request 12 filed. Answer due Mon 2 Mar 23:00 WIB, in 4 h (Essentials, E3)."
    ]
    assert draw(change, 120, operation=submit_request, dry_run=True)[0].startswith("Dry run: Req")
    plain = Change(record=ticket(promise=None))
    assert "No commitment" in draw(plain, 120, operation=submit_request)[0]


def test_a_change_that_changed_nothing_says_so(draw: Draw) -> None:
    """B7 and the like: success, and nothing happened."""
    solved = with_promise(ClockState.MET, status=Status.SOLVED, solved_at=NOON)
    same = Change(record=solved, changed=False)
    assert draw(same, operation=solve_ticket) == ["Nothing changed: it was so already."]
    assert draw(Change(record=solved), operation=solve_ticket) == ["Ticket 1 solved."]


def test_options_tell_hours_in_both_zones(draw: Draw) -> None:
    """C1, H3: open or not, until when in the reader's zone and the calendar's, and why."""
    channel = ChannelOption(
        channel=Channel.CHAT,
        allowed=True,
        open=False,
        opens_at=datetime(2026, 3, 2, 14, tzinfo=UTC),
        closes_at=None,
        zone="America/New_York",
        language="en",
        target_minutes=60,
        reason="Chat is closed.",
        rules=["H2"],
    )
    request = {**fields_of(channel), "channel": Channel.REQUEST, "open": True, "opens_at": None}
    options = Options(
        product=Product.DASH,
        language="ja",
        at=NOON,
        language_until=None,
        language_opens_at=datetime(2026, 3, 3, tzinfo=UTC),
        channels=[ChannelOption(**request), channel],
    )
    lines = draw(options, 120)
    assert lines[1] == "Answers in English now, in Japanese from Tue 3 Mar 07:00 on."
    assert lines[5].split("  ")[0] == "request"
    assert "● open" in lines[5]
    assert "at any hour" in lines[5]
    assert "○ closed  opens Mon 2 Mar 21:00 (09:00 America/New_York, UTC-05:00)" in lines[6]
    assert lines[-1] == "chat     Chat is closed."


def test_whoami_on_a_terminal(peopled: Program) -> None:
    """Who, which team and role, what covers them, and that the desk is a rehearsal."""
    words = ("whoami", "--as", ANA)
    said = dict(line.split("  ", 1) for line in on_terminal(peopled, *words, width=250).lines)
    told = {name: value.strip() for name, value in said.items()}
    assert told["Team"] == "Acme"
    assert told["Role"] == "team"
    assert told["Covered by"] == "Essentials for dropbox, since 2 Mar"
    assert told["Rehearsal"].startswith("a rehearsal desk")
    assert told["Desk"].endswith("desk.db")


def test_hints_are_on_stderr_and_only_on_a_terminal(peopled: Program) -> None:
    """One command a line; never in a pipe, never with --quiet."""
    said = ("--subject", "Sync", "--body", "x", "--as", ANA)
    peopled.ok("contact", "submit", *said)
    words = ("hub", "tickets", "show", "1", "--as", ANA)
    assert peopled.ok(*words, "-o", "table").err == ""
    assert on_terminal(peopled, *words).err == ""
    hint = "Reply: pscli hub tickets reply 1"
    assert on_terminal(peopled, *words, errors_too=True).lines[-2:] == ["", hint]
    assert hint not in on_terminal(peopled, *words, "--quiet", errors_too=True).lines
    asked = ("contact", "requests", "show", "1", "--as", ANA)
    hint = "Reply: pscli contact requests reply 1"
    assert on_terminal(peopled, *asked, errors_too=True).lines[-1] == hint


def test_screens_need_no_rich_console() -> None:
    """Laying out is ours: the console costs more than the whole list."""
    code = "import sys; from pscli.cli import screens; sys.exit('rich.console' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
