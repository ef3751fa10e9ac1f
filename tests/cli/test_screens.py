"""What people see: lists by width, the hub, threads, changes (K1, S3)."""

import io
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from pscli.cli.output import show
from pscli.cli.session import Format, Session
from pscli.cli.tables import SHAPES
from pscli.desk.requests import solve_ticket, submit_request
from pscli.desk.tickets import list_tickets
from pscli.models.contact import ChannelOption, Options
from pscli.models.hub import Hub, Totals
from pscli.models.people import Product
from pscli.models.record import Change, Page, Record
from pscli.models.tickets import (
    Attachment,
    AuthorKind,
    Case,
    Channel,
    Clock,
    ClockState,
    Message,
    Note,
    QueuedTicket,
    Status,
    Thread,
    Ticket,
)
from tests.conftest import Program
from tests.world import AGENT, ANA

from .terminals import on_terminal
from .test_output import NOON, PROMISE, ticket

JAKARTA = ZoneInfo("Asia/Jakarta")
Draw = Callable[..., list[str]]


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Show a result as a table at Monday noon UTC to a reader in Jakarta; returns the lines."""
    monkeypatch.setenv("PSCLI_NOW", "2026-03-02T12:00:00Z")

    def drawn(
        result: Any,
        width: int = 80,
        encoding: str = "utf-8",
        operation: Any = list_tickets,
        **options: Any,
    ) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        session = Session()
        session.format = Format.TABLE
        session.operation = operation
        session.quiet = True
        session.__dict__["zone"] = JAKARTA
        for name, value in options.items():
            setattr(session, name, value)
        raw = io.BytesIO()
        with io.TextIOWrapper(raw, encoding=encoding) as out, redirect_stdout(out):
            show(result, session)
            out.flush()
            return raw.getvalue().decode(encoding).splitlines()

    return drawn


def page(*items: Any) -> Page[Any]:
    """A whole list."""
    return Page(items=list(items), total=len(items), next=None)


def with_promise(state: ClockState, due_in: timedelta | None = None, **fields: Any) -> Ticket:
    """A ticket whose promise ended so, or is due in that time."""
    made = {name: getattr(ticket(), name) for name in Ticket.__struct_fields__}
    due = None if due_in is None else NOON + due_in
    promise = {name: getattr(PROMISE, name) for name in PROMISE.__struct_fields__}
    clock = type(PROMISE)(**{**promise, "state": state, "due_at": due or NOON})
    return Ticket(**{**made, "due_at": due, "promise": clock, **fields})


LISTED = [
    with_promise(
        ClockState.RUNNING,
        timedelta(minutes=-8),
        number=1042,
        subject="同期が止まる: 会計フォルダーが更新されないので、経理部の全員が困っています",
    ),
    with_promise(
        ClockState.RUNNING,
        timedelta(minutes=29, seconds=59),
        number=1041,
        subject="Dash search returns files of a member who left the team in November last year",
        updated_at=NOON - timedelta(minutes=31),
    ),
    with_promise(
        ClockState.MET,
        number=1038,
        subject="SSO login loop",
        status=Status.PENDING,
        updated_at=NOON - timedelta(hours=2),
    ),
    with_promise(
        ClockState.BREACHED,
        number=7,
        subject="Invoice",
        status=Status.SOLVED,
        updated_at=NOON - timedelta(days=90),
    ),
]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_only_the_subject_shrinks(draw: Draw, width: int) -> None:
    """Ids, states and due times are whole at every width, and no line is wider than it."""
    lines = draw(page(*LISTED), width)
    assert len(lines) == 1 + len(LISTED)
    assert max(map(cell_len, lines)) <= width
    for line, number, state, due in zip(
        lines[1:],
        ("1042", "1041", "1038", "   7"),
        ("● open", "● open", "◆ on you", "✓ solved"),
        ("8 min late", "in 29 min", "met", "answered late"),
        strict=True,
    ):
        assert line.startswith(number)
        assert state in line
        assert line.endswith(due)


def test_columns_stand_below_each_other_in_cells(draw: Draw) -> None:
    """A Japanese letter takes two cells: what follows it is in its column all the same."""
    lines = draw(page(*LISTED))
    places = {
        cell_len(line[: line.index(word)])
        for line, word in zip(
            lines, ("REPLY DUE", "8 min", "in 29", "met", "answered"), strict=True
        )
    }
    assert len(places) == 1
    assert "…" in lines[1]
    assert "…" not in lines[3]


def test_columns_drop_by_width(draw: Draw) -> None:
    """Less important columns go first; at 20 cells the id, the state and a bit of subject stay."""
    titles = {width: draw(page(*LISTED), width)[0].split() for width in (20, 40, 80, 160)}
    assert titles[160] == [
        "NO",
        "STATUS",
        "SUBJECT",
        "PRODUCT",
        "TYPE",
        "BY",
        "UPDATED",
        "REPLY",
        "DUE",
    ]
    assert titles[80] == ["NO", "STATUS", "SUBJECT", "UPDATED", "REPLY", "DUE"]
    assert titles[40] == ["NO", "STATUS", "SUBJECT", "REPLY", "DUE"]
    assert titles[20][:2] == ["NO", "STATUS"]
    narrow = draw(page(*LISTED), 20)
    assert len(narrow) == 1 + len(LISTED)
    assert max(map(cell_len, narrow)) <= 30


def test_a_table_in_a_file_is_not_cut(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal and without COLUMNS nothing is lost."""
    lines = draw(page(*LISTED), "")
    assert LISTED[1].subject in lines[2]


def test_glyphs_have_stand_ins(draw: Draw) -> None:
    """Where stdout cannot encode them, words and plain signs remain."""
    lines = draw(page(*LISTED), encoding="ascii")
    assert "o open" in lines[1]
    assert "* on you" in lines[3]
    assert "+ solved" in lines[4]
    assert lines[2].count("...") == 1
    assert max(map(len, lines)) <= 80


def test_late_is_said_in_words_and_in_red(draw: Draw) -> None:
    """S3: colour alone says nothing to those who do not see it."""
    lines = draw(page(*LISTED), color="always")
    assert "\x1b[1;31m8 min late\x1b[0m" in lines[1]
    assert "\x1b[33min 29 min\x1b[0m" in lines[2]
    assert "\x1b[1;33m◆ on you\x1b[0m" in lines[3]


def test_the_queue_says_what_waits_for_support(draw: Draw) -> None:
    """K1: an open ticket waits for support, a pending one for the customer."""
    queued = [
        QueuedTicket(
            **{name: getattr(each, name) for name in Ticket.__struct_fields__ if name != "urgent"},
            urgent=each.number == 7,
            team="A" * 100,
            assignee=None if each.number == 7 else AGENT,
        )
        for each in LISTED
    ]
    lines = draw(page(*queued), 160)
    assert "◆ open" in lines[1]
    assert "● pending" in lines[3]
    assert "urgent" in lines[4]
    assert "nobody" in lines[4]
    assert max(map(cell_len, lines)) <= 160
    assert "URGENT" not in draw(page(*queued[:2]), 160)[0]


def test_an_empty_list_says_so(draw: Draw) -> None:
    """Of what there is none."""
    assert draw(page()) == ["No tickets."]


def test_every_listed_type_has_cells_for_its_fields() -> None:
    """One flexible column each, and what never drops comes with what names the record."""
    for name, shapes in SHAPES.items():
        assert sum(shape.flexible for shape in shapes) == 1, name
        assert sum(shape.right for shape in shapes if shape.flexible) == 0, name
        assert shapes[0].drop == 0 or name == "AuditEntry", name


class Odd(Record, frozen=True):
    """A record that no table knows."""

    id: int
    words: list[str]
    inner: dict[str, int]
    at: datetime
    nothing: None = None


def test_an_unknown_record_is_names_and_values(draw: Draw) -> None:
    """Whatever is added to the desk can be looked at, as a list and alone."""
    odd = Odd(id=7, words=["a", "b"], inner={"x": 1}, at=NOON)
    assert draw(odd) == [
        "id       7",
        "words    a, b",
        "inner x  1",
        "at       Mon 2 Mar 19:00 Asia/Jakarta (UTC+07:00)",
        "nothing  –",
    ]
    assert draw(page(odd), 200)[0].split()[:2] == ["ID", "WORDS"]


def clock(state: ClockState, answered: timedelta | None = None) -> Clock:
    """A clock that started two hours ago with a target of four hours."""
    started = NOON - timedelta(hours=2)
    return Clock(
        **{
            **{name: getattr(PROMISE, name) for name in PROMISE.__struct_fields__},
            "state": state,
            "due_at": started + timedelta(hours=4),
        },
        started_at=started,
        answered_at=None if answered is None else started + answered,
    )


def thread(*clocks: Clock, **fields: Any) -> Thread:
    """A ticket with two messages and these clocks."""
    running = clocks and clocks[-1].state is ClockState.RUNNING
    head = {name: getattr(ticket(), name) for name in Ticket.__struct_fields__}
    head |= {"promise": clocks[-1] if clocks else None}
    head |= {"due_at": clocks[-1].due_at if running else None, **fields}
    said = {"created_at": NOON, "attachments": []}
    return Thread(
        **head,
        cc=["ken@acme.example"],
        follows=3,
        messages=[
            Message(id=1, author=ANA, author_kind=AuthorKind.CUSTOMER, body="Help\n  me", **said),  # type: ignore[arg-type]
            Message(
                id=2,
                author=AGENT,
                author_kind=AuthorKind.SUPPORT,
                body="word " * 60,
                created_at=NOON,
                attachments=[Attachment(id=1, name="../log\x1b.txt", size=20480)],
            ),
        ],
        promises=list(clocks),
    )


@pytest.mark.parametrize(
    ("clocks", "said"),
    [
        ([], "No commitment: nothing is promised about when an answer comes."),
        (
            [clock(ClockState.RUNNING)],
            "Answer due Mon 2 Mar 21:00, in 2 h. Promised within 4 h (Essentials, E3).",
        ),
        (
            [clock(ClockState.MET, timedelta(minutes=41))],
            "✓ Met: answered in 41 min. Promised within 4 h (Essentials, E3).",
        ),
        (
            [clock(ClockState.BREACHED, timedelta(hours=5, minutes=20))],
            "Answered 1 h 20 min late, after 5 h 20 min. Promised within 4 h (Essentials, E3).",
        ),
        (
            [clock(ClockState.WITHDRAWN)],
            "Solved before an answer was due. Promised within 4 h (Essentials, E3).",
        ),
    ],
)
def test_a_promise_in_words(draw: Draw, clocks: list[Clock], said: str) -> None:
    """S2, S3, S4, E9: when, how it stands or ended, and why."""
    lines = draw(thread(*clocks), 100)
    assert lines[2] == said
    assert lines[3] == "Times in Asia/Jakarta (UTC+07:00)."


def test_a_thread(draw: Draw) -> None:
    """Title, state, messages by whom and when, wrapped at 88; files by id; earlier promises."""
    shown = thread(clock(ClockState.MET, timedelta(hours=1)), clock(ClockState.RUNNING))
    lines = draw(shown, 200)
    assert lines[0] == "1  Sync"
    assert lines[1].startswith("● open · dropbox · sync · by request · follows 3 · copy to ken@")
    assert lines[5:9] == ["You  Mon 2 Mar 19:00", "  Help", "    me", ""]
    assert lines[9] == f"{AGENT} (support)  Mon 2 Mar 19:00"
    assert max(cell_len(line) for line in lines[10:14]) <= 88
    assert r"  File 1: ../log\e.txt (20 KiB)" in lines
    assert lines[-2] == "Earlier promises"
    assert lines[-1].startswith("  Mon 2 Mar 17:00  ✓ Met: answered in 1 h.")


def test_links_are_not_broken(draw: Draw) -> None:
    """Who copies a link from a thread gets all of it."""
    link = "https://help.example/" + "a" * 120
    shown = thread()
    first = Message(
        id=1,
        author=ANA,
        author_kind=AuthorKind.CUSTOMER,
        body=f"See {link} please",
        created_at=NOON,
        attachments=[],
    )
    lines = draw(Thread(**{**_fields(shown), "messages": [first]}), 60)
    assert lines[-3:] == ["  See", f"  {link}", "  please"]
    ending = Message(**{**_fields(first), "body": f"{link}\nend"})
    lines = draw(Thread(**{**_fields(shown), "messages": [ending]}), 60)
    assert lines[-2:] == [f"  {link}", "  end"]


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


def test_japanese_breaks_between_its_letters(draw: Draw) -> None:
    """No line begins with a full stop or closing bracket, and none is too wide."""
    body = "経理フォルダーが更新されません。「同期中」のまま進みません。" * 8
    message = Message(
        id=1,
        author=ANA,
        author_kind=AuthorKind.CUSTOMER,
        body=body,
        created_at=NOON,
        attachments=[],
    )
    for width in range(30, 60):
        lines = draw(Thread(**{**_fields(thread()), "messages": [message]}), width)[6:]
        body_lines = [line.strip() for line in lines if line.startswith("  ")]
        assert "".join(body_lines).endswith(body[-20:])
        assert not any(line[0] in "。」ー" for line in body_lines)
        assert max(map(cell_len, lines)) <= width


def test_a_case_marks_notes_and_owner(draw: Draw) -> None:
    """K4, A3: what customers never see is marked."""
    fields = _fields(thread())
    note = Note(
        id=3,
        author=AGENT,
        author_kind=AuthorKind.SUPPORT,
        body="Asked",
        created_at=NOON,
        attachments=[],
        internal=True,
        links=["https://help.example/a"],
    )
    lines = draw(Case(**{**fields, "messages": [note]}, team="Acme", assignee=None), 120)
    assert "· Acme ·" in lines[1]
    assert "owner nobody" in lines[1]
    assert lines[-3:] == [
        f"{AGENT} (support) · internal note  Mon 2 Mar 19:00",
        "  Asked",
        "  Link: https://help.example/a",
    ]


def test_a_filed_request_says_when_an_answer_is_due(draw: Draw) -> None:
    """C2, S3: number, due instant in the reader's zone, time left, and why."""
    change = Change(record=ticket(number=12))
    assert draw(change, 120, operation=submit_request) == [
        "Request 12 filed. An answer is due by Mon 2 Mar 23:00 WIB (in 4 h): Essentials, E3."
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


def hub(**fields: Any) -> Hub:
    """A hub with four tickets, of which one waits and one is late."""
    known: dict[str, Any] = {
        "team": "Acme",
        "rehearsal": True,
        "totals": Totals(open=3, all=1234),
        "waiting": [LISTED[2]],
        "waiting_total": 1,
        "next_due": LISTED[0],
        "newest": LISTED,
    }
    return Hub(**{**known, **fields})


def test_the_hub_begins_with_figures(draw: Draw) -> None:
    """Open, all, waiting, next due; two by two at 80, in one line at 120."""
    lines = draw(hub())
    assert lines[:2] == [
        "Acme · support hub",
        "This is a rehearsal desk, where it is Mon 2 Mar 19:00.",
    ]
    assert lines[3].split() == ["3", "open", "1234", "in", "all"]
    assert lines[4].split("  ")[0] == "1 waits for you"
    assert lines[4].endswith("next reply 8 min late: ticket 1042")
    wide = draw(hub(rehearsal=False), 120)
    assert wide[2].startswith("3 open")
    assert wide[2].endswith("ticket 1042")
    assert draw(hub(rehearsal=False), 40)[2:6] == [
        "3 open",
        "1234 in all",
        "1 waits for you",
        "next reply 8 min late: ticket 1042",
    ]


def test_the_hub_lists_what_waits_and_what_is_new(draw: Draw) -> None:
    """Both lists share their columns."""
    lines = draw(hub())
    at = lines.index("Waiting for you")
    assert lines[at + 1].startswith("1038")
    assert [line.split()[0] for line in lines[at + 3 :]] == ["1042", "1041", "1038", "7"]
    nothing = hub(newest=[], waiting=[], waiting_total=0, next_due=None)
    assert draw(nothing)[-1] == "No tickets."
    assert "nothing due" in draw(nothing)[4]


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
    request = {**_fields(channel), "channel": Channel.REQUEST, "open": True, "opens_at": None}
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
    said = dict(line.split("  ", 1) for line in on_terminal(peopled, "whoami", "--as", ANA).lines)
    told = {name: value.strip() for name, value in said.items()}
    assert told["Team"] == "Acme"
    assert told["Role"] == "team"
    assert told["Covered by"] == "Essentials for dropbox, since 2 Mar"
    assert told["Desk"].startswith("a rehearsal desk")


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
