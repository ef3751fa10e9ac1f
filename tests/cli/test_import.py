"""`desk import tickets` through the real program: files good and bad, killed half-way, resumed."""

import gzip
import json
import signal
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from pscli.cli.imports import spans
from tests.conftest import PROGRAM, Answer, Program
from tests.world import AGENT, ANA

from .terminals import on_terminal

REAL = Path(__file__).parents[3] / "shared" / "data" / "tickets.jsonl.gz"


def line(number: int, **changed: Any) -> str:
    """A record in the shape that the shipped map reads, as a line of a file."""
    record = {
        "id": number,
        "subject": "Product setup",
        "body": f"Number {number} does not start.",
        "category": "Technical issue",
        "product": "GoPro Hero",
        "priority": "critical",
        "channel": "email",
        "status": "open",
        "purchase_date": "2021-03-22",
        "first_response_at": None,
        "resolved_at": None,
        "satisfaction": None,
        "language": "en",
    }
    return json.dumps({**record, **changed})


SOLVED = {"status": "closed", "first_response_at": "2023-06-01 12:00:00"}
GOOD = {**SOLVED, "resolved_at": "2023-06-01 13:00:00"}
IMPOSSIBLE = {**SOLVED, "resolved_at": "2023-06-01 11:00:00"}


def bring(pscli: Program, content: str | bytes, *words: str, team: str = "Acme") -> Answer:
    """Import a content from stdin, as JSON."""
    command = ("desk", "import", "tickets", "-", "--team", team, "-o", "json")
    return pscli(*command, *words, stdin=content)


def tickets(pscli: Program) -> int:
    """How many tickets Acme has."""
    queue = ("support", "queue", "--status", "unsolved", "--status", "solved", "--all")
    return len(pscli.ok(*queue, "--team", "Acme", "-o", "json").json["items"])


def test_a_file_is_imported_and_again_changes_nothing(peopled: Program, tmp_path: Path) -> None:
    """K1, B10: gzip or plain, with a summary; once imported is imported."""
    lines = "\n".join([line(1), line(2, **GOOD), "", line(3, **IMPOSSIBLE)])
    plain, packed = tmp_path / "old.jsonl", tmp_path / "named-anyhow"
    plain.write_text(f"\ufeff{lines}\n", "utf-8")
    packed.write_bytes(gzip.compress(lines.encode()))
    words = ("--team", "acme", "--as-requester", ANA, "-o", "json")
    first = peopled.ok("desk", "import", "tickets", str(packed), *words)
    assert first.json == {
        "changed": True,
        "team": "acme",
        "source": "tickets",
        "lines": 4,
        "imported": 3,
        "known": 0,
        "noted": 1,
        "refused": 0,
        "noted_lines": [4],
        "refusals": [],
    }
    assert "lines 4." in first.err
    again = peopled.ok("desk", "import", "tickets", str(plain), *words).json
    assert (again["changed"], again["imported"], again["known"]) == (False, 0, 3)
    listed = peopled.ok("hub", "tickets", "list", "--as", ANA, "-o", "json").json
    assert (listed["total"], listed["items"][0]["issue_type"]) == (3, "sync")
    assert peopled.ok("desk", "check").code == 0


def test_bad_lines_are_refused_and_the_rest_imported(peopled: Program) -> None:
    """Exit 13: each line that is no ticket is told with its number and reason."""
    bad = [
        line(1),
        "{",
        "[]",
        line(2, subject="x" * 201),
        line(3, status="lost"),
        line(4, first_response_at="soon"),
        line(5, body=None),
        line(1, body="again"),
        line(6, created_at="2030-01-01"),
        '{"id": 7, "subject": "\\ud800", "body": "x", "status": "open", "channel": "email"}',
        line(8, body="x" * 1_100_000),
        line(9),
    ]
    answer = bring(peopled, "\n".join(bad))
    assert (answer.code, answer.error["code"]) == (13, "partly_done")
    assert (answer.json["imported"], answer.json["refused"]) == (2, 10)
    refusals = {each["line"]: each["reason"] for each in answer.json["refusals"]}
    assert sorted(refusals) == list(range(2, 12))
    assert "not valid JSON" in refusals[2]
    assert refusals[8] == "its id 1 stood on line 1 already"
    assert refusals[9] == "it lies in the future"
    assert "longer than" in refusals[11]
    assert "Line 5 is refused: status: “lost” is no status" in answer.err
    assert tickets(peopled) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no records"),
        (b"\n \n", "no records"),
        (b"PK\x03\x04 no text at all", "1 lines are refused"),
        (line(1).encode("utf-16"), "lines are refused"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], "damaged after line"),
        (b"\x1f\x8b", "damaged after line 0"),
    ],
)
def test_a_file_of_which_nothing_can_be_used(peopled: Program, content: bytes, said: str) -> None:
    """Exit 2, one sentence, nothing changed."""
    answer = bring(peopled, content)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.error["message"]
    assert tickets(peopled) == 0


def test_a_file_that_breaks_off_is_imported_so_far(peopled: Program) -> None:
    """Exit 13: what can be read is taken, and the damage is told."""
    packed = gzip.compress("\n".join(line(n) for n in range(2000)).encode())
    answer = bring(peopled, packed[: len(packed) // 2])
    assert answer.code == 13
    assert "damaged after line" in answer.error["message"]
    assert 0 < answer.json["imported"] == tickets(peopled)
    assert bring(peopled, packed).json["lines"] == 2000
    assert tickets(peopled) == 2000


def test_strict_refuses_what_cannot_have_been(peopled: Program) -> None:
    """S1: solved before the first answer is refused with --strict, else noted."""
    content = "\n".join([line(1, **GOOD), line(2, **IMPOSSIBLE)])
    answer = bring(peopled, content, "--strict")
    assert (answer.code, answer.json["imported"], answer.json["noted"]) == (13, 1, 0)
    assert answer.json["refusals"] == [{"line": 2, "reason": "its times contradict each other"}]
    assert bring(peopled, content).json["noted_lines"] == [2]
    case = peopled.ok("support", "show", "Acme", "2", "--as", AGENT, "-o", "json").json
    assert case["messages"][1]["author_kind"] == "system"


def test_another_shape_has_its_own_map(peopled: Program, tmp_path: Path) -> None:
    """A small TOML file says which field feeds which of ours; a wrong one is refused whole."""
    map_ = tmp_path / "map.toml"
    map_.write_text(
        """
source = "other"
timezone = "Asia/Tokyo"
record = {from = "key"}
subject = {from = "title"}
body = {from = "text", default = "(no text)"}
requester = {from = "who"}
status = {from = "done", values = {true = "solved", false = "open"}}
created_at = {from = ["at"]}
""",
        "utf-8",
    )
    record = {"key": "A-1", "title": "件名", "who": ANA, "done": False, "at": "2025-01-01T09:00"}
    answer = bring(peopled, json.dumps(record), "--map", str(map_))
    assert (answer.code, answer.json["source"]) == (0, "other")
    shown = peopled.ok("hub", "tickets", "show", "1", "--as", ANA, "-o", "json").json
    assert (shown["created_at"], shown["subject"]) == ("2025-01-01T00:00:00Z", "件名")
    assert shown["messages"][0]["body"] == "(no text)"
    map_.write_text('source = "other"', "utf-8")
    for wrong in (map_, tmp_path / "missing", tmp_path):
        refused = bring(peopled, json.dumps(record), "--map", str(wrong))
        assert (refused.code, refused.error["field"]) == (2, "map"), wrong


def test_fallbacks_for_what_the_records_do_not_say(peopled: Program) -> None:
    """K2: whose they are and when they began; a requester outside the team takes nothing."""
    words = ("--as-requester", ANA, "--date", "2024-02-03T04:05:06Z")
    assert bring(peopled, line(1), *words).code == 0
    listed = peopled.ok("hub", "tickets", "list", "--as", ANA, "-o", "json").json["items"]
    assert [ticket["created_at"] for ticket in listed] == ["2024-02-03T04:05:06Z"]
    stranger = bring(peopled, line(2), "--as-requester", "nobody@acme.example")
    assert (stranger.code, tickets(peopled)) == (2, 1)
    assert bring(peopled, line(2), "--as-requester", "nobody").code == 2
    assert bring(peopled, line(2), "--date", "soon").code == 2


def test_the_team_is_named_unless_there_is_only_one(peopled: Program, pscli: Program) -> None:
    """T1: among several teams it must be said, an unknown one is 3."""
    command = ("desk", "import", "tickets", "-", "-o", "json")
    unsaid = peopled(*command, stdin=line(1))
    assert (unsaid.code, unsaid.error["field"]) == (2, "team")
    assert bring(peopled, line(1), team="Nobody").code == 3
    assert peopled(*command[:3], "/nonexistent", "--team", "Acme").code == 2
    assert bring(peopled, line(1), "--as", AGENT).code == 5


def test_a_dry_run_says_what_would_be(peopled: Program) -> None:
    """Every change takes --dry-run: the summary, once the notice, and nothing kept."""
    content = "\n".join(line(n) for n in range(600))
    answer = bring(peopled, content, "--dry-run")
    assert (answer.code, answer.json["imported"]) == (0, 600)
    assert answer.err.count("dry run") == 1
    assert tickets(peopled) == 0


def test_killed_half_way_it_goes_on_where_it_was(peopled: Program, tmp_path: Path) -> None:
    """K1, B10: after kill -9 nothing is lost and nothing comes twice."""
    file = tmp_path / "old.jsonl"
    file.write_text("\n".join(line(n, **GOOD) for n in range(6000)), "utf-8")
    command = ("desk", "import", "tickets", str(file), "--team", "Acme", "-o", "json")
    with subprocess.Popen([*PROGRAM, *command], env=peopled.env) as running:
        while not (done := _imported(peopled)):
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    done = _imported(peopled)
    assert running.returncode == -signal.SIGKILL
    assert 0 < done < 6000
    assert done % 500 == 0
    rest = peopled.ok(*command).json
    assert (rest["imported"], rest["known"]) == (6000 - done, done)
    assert _imported(peopled) == 6000
    peopled.ok("desk", "check")


def test_interrupted_it_says_how_to_go_on(peopled: Program, tmp_path: Path) -> None:
    """Ctrl-C ends between batches with 130; the same command goes on."""
    file = tmp_path / "old.jsonl"
    file.write_text("\n".join(line(n) for n in range(6000)), "utf-8")
    command = [*PROGRAM, "desk", "import", "tickets", str(file), "--team", "Acme"]
    with subprocess.Popen(
        command, env=peopled.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        while not _imported(peopled):
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate()
    assert (running.returncode, out) == (130, "")
    assert "imported so far; the same command goes on from here" in err
    assert "Traceback" not in err


def _imported(pscli: Program) -> int:
    """How many records stand in the table of what was imported."""
    database = sqlite3.connect(pscli.env["PSCLI_DB"])
    try:
        return int(database.execute("SELECT count(*) FROM imported").fetchone()[0])
    finally:
        database.close()


def test_a_bar_on_a_terminal_and_nowhere_else(peopled: Program, tmp_path: Path) -> None:
    """Progress stands on stderr where that is a terminal, and goes when all is done."""
    file = tmp_path / "old.jsonl"
    file.write_text("\n".join(line(n) for n in range(1200)), "utf-8")
    words = ("desk", "import", "tickets", str(file), "--team", "Acme", "-o", "json")
    shown = on_terminal(peopled, *words, errors_too=True)
    assert shown.code == 0
    assert "Importing" in shown.raw.decode()
    assert "Importing" not in on_terminal(peopled, *words, "--quiet", errors_too=True).raw.decode()
    piped = on_terminal(peopled, *words)
    assert piped.err == ""


def test_line_numbers_are_told_in_spans() -> None:
    """Lists are honest about what they cut."""
    assert spans([4]) == "4"
    assert spans([9, 3, 2, 4, 7]) == "2-4, 7, 9"
    many = spans(list(range(1, 101, 2)))
    assert many.startswith("1, 3, 5")
    assert many.endswith("39 and 30 more")


@pytest.mark.skipif(not REAL.exists(), reason="the file of 8,469 real records is not here")
def test_the_real_file(peopled: Program) -> None:
    """All 8,469 records in under 15 s, 1,365 of them impossible; a second time none."""
    words = ("desk", "import", "tickets", str(REAL), "--team", "Acme", "-o", "json")
    began = time.monotonic()
    first = peopled.ok(*words).json
    assert time.monotonic() - began < 15
    assert (first["imported"], first["noted"], first["refused"]) == (8469, 1365, 0)
    again = peopled.ok(*words).json
    assert (again["changed"], again["imported"], again["known"]) == (False, 0, 8469)
    peopled.ok("desk", "check")
