"""`team usage` through the real program: good files and bad, twice, overlapping, killed."""

import gzip
import json
import signal
import sqlite3
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.cli.session import Session
from pscli.cli.usage_files import import_file
from pscli.codec import instant_text
from pscli.models.people import Identity
from pscli.problems import InvalidValue
from tests.conftest import PROGRAM, Answer, Program
from tests.world import AGENT, ANA, MIA, OTTO, Clock

NOVEMBER = datetime(2025, 11, 5, 9, tzinfo=UTC)
HEADER = "person,feature,quarter,uses\n"


def event(number: int, type_: str = "shared_link_create", **changed: Any) -> dict[str, Any]:
    """An event as the team API returns it, which has no id."""
    person = {".tag": "team_member", "email": ANA, "account_id": "dbid:1", "display_name": "Ana"}
    plain = {
        "timestamp": instant_text(NOVEMBER + timedelta(seconds=number)),
        "event_category": {".tag": "sharing"},
        "actor": {".tag": "user", "user": person},
        "event_type": {".tag": type_, "description": "Something happened"},
        "details": {".tag": f"{type_}_details", "number": number},
    }
    return {**plain, **changed}


def bring(pscli: Program, content: str | bytes, *words: str) -> Answer:
    """Import a content from stdin, as JSON."""
    command = ("team", "usage", "import", "-", "--team", "Acme", "-o", "json")
    return pscli(*command, *words, stdin=content)


def lines(*events: dict[str, Any]) -> str:
    """Events as JSON lines."""
    return "\n".join(map(json.dumps, events)) + "\n"


def uses(pscli: Program, *words: str) -> dict[str, Any]:
    """How much Acme uses each feature."""
    command = ("team", "usage", "show", "--team", "Acme", "-o", "json")
    return {each["feature"]: each for each in pscli.ok(*command, *words).json["items"]}


def test_a_table_is_imported_and_again_changes_nothing(peopled: Program, tmp_path: Path) -> None:
    """Q2, B10: features that it names are known, of the others nobody knows."""
    table = (
        f"\ufeff{HEADER}{ANA},transfer,2025-Q4,3\n{MIA.upper()},transfer,2025-Q4,\n,sso,2025-Q4,0"
    )
    file = tmp_path / "usage.csv"
    file.write_text(table, "utf-8")
    words = ("team", "usage", "import", str(file), "--team", "Acme", "-o", "json")
    first = peopled.ok(*words).json
    assert first == {
        "changed": True,
        "team": "Acme",
        "lines": 4,
        "imported": 2,
        "known": 0,
        "strangers": 0,
        "nobody": 0,
        "unknown_types": {},
        "quarters": ["2025-Q4"],
    }
    again = bring(peopled, gzip.compress(table.encode())).json
    assert (again["changed"], again["imported"], again["known"]) == (False, 0, 2)
    found = uses(peopled)
    assert (found["transfer"]["people"], found["transfer"]["share"]) == (2, 0.5)
    assert [found[name]["state"] for name in ("transfer", "sso", "backup")] == [
        "used",
        "never",
        "unknown",
    ]


def test_events_are_imported_once(peopled: Program) -> None:
    """Q2: pages repeat events, files overlap; unknown types and apps are counted, not fatal."""
    app = event(90, actor={".tag": "app", "app": {".tag": "api_app"}})
    guest = event(91)
    guest["actor"]["user"] = {".tag": "non_team_member", "email": OTTO}
    admin = event(92, "sso_add_cert", actor={".tag": "admin", "admin": {"email": ANA.upper()}})
    page = json.dumps({"events": [event(1), event(2)], "cursor": "x", "has_more": True})
    other = [event(93, "file_preview"), event(94, "file_preview"), event(95, "login_success")]
    content = lines(event(2), app, guest, admin, *other) + page
    first = bring(peopled, content)
    assert first.code == 0
    assert first.json["imported"] == 3
    assert (first.json["known"], first.json["strangers"], first.json["nobody"]) == (1, 1, 1)
    assert first.json["unknown_types"] == {"file_preview": 2, "login_success": 1}
    overlapping = bring(peopled, lines(event(2), event(3))).json
    assert (overlapping["imported"], overlapping["known"]) == (1, 1)
    assert not bring(peopled, content).json["changed"]
    found = uses(peopled)
    assert (found["shared_links"]["people"], found["sso"]["state"]) == (1, "used")
    assert found["transfer"]["state"] == "never"


def test_what_is_not_complete_stays_unknown(peopled: Program) -> None:
    """Q2: a quarter that is not over, and what --partial says."""
    content = lines(event(1), event(2, timestamp="2026-02-01T00:00:00Z"))
    answer = bring(peopled, content, "--partial").json
    assert (answer["imported"], answer["quarters"]) == (2, [])
    assert {each["state"] for each in uses(peopled).values()} == {"unknown", "not owned"}
    assert bring(peopled, content).json["quarters"] == ["2025-Q4"]
    assert uses(peopled)["shared_links"]["state"] == "used"
    assert uses(peopled, "--quarter", "2026-Q1")["shared_links"]["state"] == "unknown"


FUTURE = "2026-03-02T12:00:01Z"
BAD: list[tuple[str | bytes, str]] = [
    ("", "it holds no line"),
    ("\n \n", "does not name the columns"),
    ("a,b\n1,2\n", "does not name the columns"),
    (f"{HEADER}{ANA},transfer,2025-Q4,1\nnobody@acme.example,transfer,2025-Q4,1", "line 3"),
    (f"{HEADER}{ANA},transfer,2025-Q4,1\n{ANA},transfer,2025-Q4,2", "says again what line 2"),
    (f"{HEADER}{ANA},transfer,2026-Q2,1", "2026-Q2 has not begun"),
    (f"{HEADER}{ANA},transfer,2025-11,1", "line 2: quarter"),
    (f"{HEADER}{ANA},nonsense,2025-Q4,1", "no feature “nonsense”"),
    (f"{HEADER}{ANA},transfer,2025-Q4,-1", "line 2: uses"),
    (f"{HEADER}{ANA},transfer,2025-Q4,many", "line 2: uses"),
    (f"{HEADER},transfer,2025-Q4,1", "line 2: person"),
    (f"{HEADER}{ANA},transfer,2025-Q4,1,9", "more cells"),
    (f'{HEADER}{ANA},"transfer', "line 2"),
    (f"{HEADER}{ANA},transfer,2025-Q4,\xff".encode("latin-1"), "not UTF-8"),
    (lines(event(1)) + "{", "line 2: This is not valid JSON"),
    (lines(event(1), {"events": "x"}), "line 2"),
    (lines(event(1), {"event_type": {".tag": "x"}}), "line 2: an event has"),
    (lines(event(1), event(2, timestamp="soon")), "line 2: “soon” is not an instant"),
    (lines(event(1), event(2, timestamp=FUTURE)), f"line 2: {FUTURE} lies in the future"),
    (gzip.compress(lines(*map(event, range(200))).encode())[:-200], "damaged"),
]


def test_a_bad_file_is_refused_whole(peopled: Program) -> None:
    """Q2: exit 2, one sentence on stderr, and nothing of the good lines before it is kept."""
    answer = bring(peopled, BAD[3][0])
    assert (answer.code, answer.out) == (2, "")
    assert answer.error["message"].startswith("Nothing of - is imported: line 3: nobody@")
    assert _rows(peopled, "feature_use") == 0
    assert peopled("team", "usage", "import", "/nonexistent", "--team", "Acme").code == 2


def test_a_pipe_with_a_name_is_a_file(peopled: Program) -> None:
    """Q2: what a shell's <(...) gives cannot be read twice; it is imported all the same."""
    words = ("team", "usage", "import", "/dev/stdin", "--team", "Acme", "-o", "json")
    assert peopled.ok(*words, stdin=lines(event(1), event(2))).json["imported"] == 2


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (f"{HEADER}{ANA},nonsense,2025-Q4,1", "pscli team usage show"),
        (f"{HEADER}{ANA},transfer,2026-Q2,1", "has begun"),
        (f"{HEADER}{ANA},transfer,2025-Q4,many", "columns person"),
        (lines({"x": 1}), "one event of the audit log"),
    ],
)
def test_a_refusal_says_what_helps(peopled: Program, content: str, remedy: str) -> None:
    """Q2: the remedy fits the mistake, and a log is not told of columns."""
    assert remedy in bring(peopled, content).error["hint"]


def test_a_quarter_has_one_form(peopled: Program) -> None:
    """Q1: whoever writes it otherwise is told how."""
    for words in (("team", "usage", "show", "--team", "Acme"), ("desk", "digest", "run")):
        refused = peopled(*words, "--quarter", "2026-Q9", "-o", "json")
        assert (refused.code, refused.error["field"]) == (2, "quarter")
        assert "as in 2026-Q1" in refused.error["message"]


def test_every_bad_file_is_refused_whole(
    peopled: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q2: the line and the reason, whatever is wrong, in the table or in the log."""
    monkeypatch.setenv("PSCLI_NOW", peopled.env["PSCLI_NOW"])
    database = open_database(peopled.env["PSCLI_DB"])
    session = Session()
    session.__dict__["backend"] = Local(database, Identity(), Clock())
    for content, said in BAD:
        file = tmp_path / "usage"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(InvalidValue) as refusal:
            import_file(session, str(file), "Acme")
        assert said in refusal.value.message
        assert refusal.value.message.startswith(f"Nothing of {file} is imported: ")
    assert session.changes == 0
    database.close()


def test_who_may_import_and_for_whom(peopled: Program) -> None:
    """T6: operators, for a team that is there; among several it must be said."""
    assert bring(peopled, lines(event(1)), "--as", AGENT).code == 5
    command = ("team", "usage", "import", "-", "-o", "json")
    assert peopled(*command, stdin=lines(event(1))).error["field"] == "team"
    assert peopled(*command, "--team", "Nobody", stdin=lines(event(1))).code == 3
    assert peopled("team", "usage", "show", "--team", "Acme", "--quarter", "2026-Q2").code == 2
    assert bring(peopled, lines(event(1)), "--dry-run").json["imported"] == 1
    assert _rows(peopled, "feature_use") == 0


def test_killed_half_way_nothing_is_said_to_be_unused(peopled: Program, tmp_path: Path) -> None:
    """Q2: after kill -9 the quarter is still unknown; the same command does the rest, once."""
    file = tmp_path / "events.jsonl"
    file.write_text(lines(*map(event, range(6_000))), "utf-8")
    command = ("team", "usage", "import", str(file), "--team", "Acme", "-o", "json")
    with subprocess.Popen([*PROGRAM, *command], env=peopled.env) as running:
        while not _rows(peopled, "feature_event"):
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    done = _rows(peopled, "feature_event")
    assert 0 < done < 6_000
    assert {each["state"] for each in uses(peopled).values()} == {"unknown", "not owned"}
    rest = peopled.ok(*command).json
    assert (rest["imported"], rest["known"]) == (6_000 - done, done)
    assert uses(peopled)["transfer"]["state"] == "never"
    with sqlite3.connect(peopled.env["PSCLI_DB"]) as database:
        assert database.execute("SELECT counted FROM feature_use").fetchall() == [(6_000,)]


@pytest.mark.parametrize("width", [80, 120])
def test_usage_on_a_terminal(peopled: Program, width: int) -> None:
    """Q1, Q2: shares in percent, and unknown where nobody knows."""
    bring(peopled, f"{HEADER}{ANA},transfer,2025-Q4,3")
    words = ("team", "usage", "show", "--team", "Acme", "-o", "table")
    shown = peopled.ok(*words, env={"COLUMNS": str(width)}).out.splitlines()
    assert max(map(len, shown)) <= width
    assert shown[0].split()[:3] == ["FEATURE", "NAME", "KIND"] if width > 80 else True
    row = next(line for line in shown if line.startswith("transfer"))
    assert row.split()[-3:] == ["1", "4", "25.0%"]


def _rows(pscli: Program, table: str) -> int:
    """How many rows a table has."""
    database = sqlite3.connect(pscli.env["PSCLI_DB"])
    try:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        database.close()
