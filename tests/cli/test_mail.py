"""`desk digest run` and `desk mail` through the real program and real mail servers (Q, C10)."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.digests import queue_digest
from pscli.desk.usage import import_usage
from pscli.models.people import Identity
from pscli.models.usage import KnownUse
from tests.conftest import Answer, Program
from tests.postbox import Postbox, free_port, listening, moody
from tests.world import AGENT, ANA, BEN, Clock

LATER = {"PSCLI_NOW": "2026-03-02T13:00:00Z"}
USAGE = f"person,feature,quarter,uses\n{ANA},transfer,2025-Q4,0\n,sso,2025-Q4,0\n"


@pytest.fixture
def queued(peopled: Program) -> Program:
    """A desk with two mails in its outbox: the quarterly e-mail of Acme, to Ana and to Ben."""
    database = open_database(peopled.env["PSCLI_DB"])
    operator = Local(database, Identity(), Clock())
    import_usage(operator, "Acme", known=[KnownUse(quarter="2025-Q4", features=["transfer"])])
    queue_digest(operator, "Acme", "2025-Q4")
    database.close()
    return peopled


def send(pscli: Program, url: str, *words: str, env: dict[str, str] | None = None) -> Answer:
    """Send what is due to a server, as JSON."""
    command = ("desk", "mail", "send", "-o", "json", "--timeout", "1")
    return pscli(*command, *words, env={"PSCLI_SMTP": url, **(env or {})})


def states(pscli: Program) -> list[str]:
    """The state of every mail, the oldest first."""
    return _column(pscli, "state")


def test_the_quarterly_run(peopled: Program) -> None:
    """Q1-Q3: a dry run says what would be, a run does it, a second one finds nothing to do."""
    unknown = peopled.ok("desk", "digest", "run", "-o", "json")
    assert (unknown.json["changed"], unknown.json["waiting"]) == (False, 1)
    assert "no usage data: Acme" in unknown.err
    peopled.ok("team", "usage", "import", "-", "--team", "Acme", stdin=USAGE)
    would = peopled.ok("desk", "digest", "run", "--dry-run", "-o", "json").json
    assert states(peopled) == []
    done = peopled.ok("desk", "digest", "run", "-o", "json").json
    assert done == would
    assert done == {
        "changed": True,
        "quarter": "2025-Q4",
        "queued": 1,
        "mails": 2,
        "nothing": 0,
        "waiting": 0,
        "teams": [
            {
                "team": "Acme",
                "quarter": "2025-Q4",
                "outcome": "queued",
                "features": ["transfer", "sso"],
                "mails": 2,
            }
        ],
    }
    again = peopled.ok("desk", "digest", "run", "-o", "json").json
    assert (again["changed"], again["teams"]) == (False, [])
    assert states(peopled) == ["queued", "queued"]
    assert peopled("desk", "digest", "run", "--quarter", "2026-Q1").code == 2
    assert peopled("desk", "digest", "run", "--as", AGENT).code == 5


def test_the_lines_for_cron(peopled: Program, tmp_path: Path) -> None:
    """Q1: those of the guide, as cron runs them: no home, no terminal, no input, an old locale."""
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "mail.md").read_text("utf-8")
    block = guide.partition("## Three lines for cron")[2].split("```")[1].strip().splitlines()
    lines = [line.split(maxsplit=5)[5] for line in block]
    usage = tmp_path / "acme.jsonl"
    usage.write_text(USAGE, "utf-8")
    program = f"{sys.executable} -m pscli "
    bare = {name: peopled.env[name] for name in ("PSCLI_DB", "PSCLI_NOW", "PSCLI_CONFIG_DIR")}
    with listening() as box:
        for line in [*lines[1:], lines[0]]:
            command = line.replace("smtps://desk@mail.example.com", box.url)
            command = command.replace("/srv/usage/acme.jsonl", str(usage))
            command = command.replace("pscli ", program, 1)
            done = subprocess.run(
                ["/bin/sh", "-c", command],
                env={**bare, "LANG": "C", "PATH": "/usr/bin:/bin"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
    assert [mail.recipients for mail in box.mails] == [[ANA], [BEN]]


def test_what_a_person_reads(peopled: Program, tmp_path: Path) -> None:
    """Q1: on a terminal each step says what it did, in one line first."""
    table = ("-o", "table")
    said = peopled.ok("team", "usage", "import", "-", "--team", "Acme", *table, stdin=USAGE)
    assert said.out.startswith("Uses imported for Acme: 1; known before: 0.\n")
    said = peopled.ok("desk", "digest", "run", *table)
    assert said.out.startswith("Mails queued about 2025-Q4: 2.\n")
    assert "Send them: pscli desk mail send" in said.err
    said = peopled.ok("desk", "mail", "send", "--to-folder", str(tmp_path / "out"), *table)
    assert said.out.startswith("Mails sent: 2.\n")
    listed = peopled.ok("desk", "mail", "list", *table, env={"COLUMNS": "80"}).out.splitlines()
    assert listed[1].split()[:3] == ["2", "sent", BEN]
    assert max(map(len, listed)) <= 80


def test_mails_reach_a_server_once(queued: Program) -> None:
    """Q3: text and HTML, addressed to the admin, dated when it was queued; and only once."""
    with listening() as box:
        answer = send(queued, box.url)
        assert (answer.code, answer.json["sent"], answer.json["mails"]) == (0, 2, box.ids)
        assert send(queued, box.url).json["changed"] is False
    assert [mail.recipients for mail in box.mails] == [[ANA], [BEN]]
    first = box.mails[0].message
    assert box.mails[0].sender == "support@desk.example"
    assert str(first["Date"]) == "Mon, 02 Mar 2026 12:00:00 +0000"
    assert str(first["From"]) == "Premium Support <support@desk.example>"
    assert [part.get_content_type() for part in first.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    plain = first.get_body(("plain",))
    assert plain is not None
    assert "Dropbox Transfer" in plain.get_content()
    assert states(queued) == ["sent", "sent"]


def test_a_reply_is_mailed_to_requester_and_copies(peopled: Program) -> None:
    """C10: one mail, its recipients in To and Cc, lines that begin with a dot unharmed."""
    body = "..dots\n.\n..\nFrom me\n" + "x" * 2000
    for number, subject in (("1", "同期が止まる"), ("2", "Sync stops")):
        words = ("contact", "submit", "--subject", subject, "--cc", "cc@acme.example")
        peopled.ok(*words, "--body", "x", "--as", ANA)
        peopled.ok("support", "reply", "Acme", number, "--body", body, "--as", AGENT)
    with listening() as box:
        assert send(peopled, box.url).json["sent"] == 2
    for mail, about in zip(
        box.mails, ("[Acme #1] 同期が止まる", "[Acme #2] Sync stops"), strict=True
    ):
        assert mail.recipients == [ANA, "cc@acme.example"]
        message = mail.message
        assert (str(message["To"]), str(message["Cc"])) == (ANA, "cc@acme.example")
        assert str(message["Subject"]) == about
        plain = message.get_body(("plain",))
        assert plain is not None
        assert body in plain.get_content().replace("\r\n", "\n")


def test_mails_as_files(queued: Program, tmp_path: Path) -> None:
    """Q3: each file is named by its Message-ID; there is nothing else, and nothing twice."""
    folder = tmp_path / "mails"
    words = ("desk", "mail", "send", "--to-folder", str(folder), "-o", "json")
    assert queued.ok(*words, "--dry-run").json["sent"] == 2
    assert not folder.exists()
    answer = queued.ok(*words).json
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(f"{id_.strip('<>')}.eml" for id_ in answer["mails"])
    assert b"\nTo: " in (folder / names[0]).read_bytes().replace(b"\r\n", b"\n")
    assert queued.ok(*words).json["sent"] == 0
    (tmp_path / "file").touch()
    assert queued("desk", "mail", "send", "--to-folder", str(tmp_path / "file")).code == 2


MOODS = [  # every third one is played in every run
    ("MAIL", "drop", 10, []),
    ("greeting", "hang", 10, []),
    ("MAIL", "421 closing", 10, []),
    ("RCPT", "550 unknown", 13, ["failed", "failed"]),
    ("MAIL", "550 not you", 10, []),
    ("RCPT", "450 later", 10, []),
    ("DATA", "451 later", 10, []),
    ("greeting", "drop", 10, []),
    ("greeting", "421 busy", 10, []),
    ("end", "drop", 9, ["doubtful", "doubtful"]),
    ("DATA", "hang", 10, []),
    ("DATA", "drop", 10, []),
    ("end", "hang", 9, ["doubtful", "doubtful"]),
    ("end", "451 later", 10, []),
    ("end", "552 too big", 13, ["failed", "failed"]),
]


@pytest.mark.parametrize(
    ("stage", "mood", "code", "after"), MOODS if os.environ.get("PSCLI_SOAK") else MOODS[::3]
)
def test_a_server_that_misbehaves(
    queued: Program, stage: str, mood: str, code: int, after: list[str]
) -> None:
    """Q3: the exit code and one sentence; nothing is lost, and nothing is sent twice."""
    with moody(stage, mood) as bad:
        answer = send(queued, bad.url)
    assert (answer.code, bad.mails) == (code, [])
    assert answer.error["message"].count("\n") == 0
    assert "Traceback" not in answer.err
    assert states(queued) == (after or ["queued", "queued"])
    with listening() as box:
        later = send(queued, box.url, env=LATER)
    expected = 0 if after else 2
    assert (later.code, later.json["sent"], len(set(box.ids))) == (0, expected, expected)
    assert len(box.ids) == expected


def test_nobody_listens(queued: Program) -> None:
    """Exit 10: nothing was claimed, so all of it goes out with the next run."""
    answer = send(queued, f"smtp://127.0.0.1:{free_port()}")
    assert (answer.code, answer.error["code"]) == (10, "unavailable")
    with listening() as box:
        assert send(queued, box.url).json["sent"] == 2


@pytest.mark.parametrize(
    ("stage", "mood"), [("MAIL", "drop"), ("end", "451 later"), ("RCPT", "450 later")]
)
def test_some_go_and_some_wait(queued: Program, stage: str, mood: str) -> None:
    """Exit 13: each mail says what became of it; the rest goes with a later run."""
    with moody(stage, mood, spoiled=1) as bad:
        answer = send(queued, bad.url)
    assert (answer.code, answer.error["code"], answer.json["sent"]) == (13, "partly_done", 1)
    assert "is queued:" in answer.err
    assert sorted(states(queued)) == ["queued", "sent"]
    with listening() as box:
        send(queued, box.url, env=LATER)
    assert sorted(bad.ids + box.ids) == sorted(_ids(queued))


def test_an_answer_that_is_lost(queued: Program) -> None:
    """Q3: the mail is doubtful and does not go twice, unless an operator says so."""
    with moody("end", "keep-and-drop", spoiled=1) as bad:
        assert send(queued, bad.url).code == 13
    assert "no answer came" in queued.ok("desk", "mail", "list").out
    with listening() as box:
        later = send(queued, box.url, env=LATER)
        assert (later.code, later.json["sent"], later.json["doubtful"]) == (0, 0, 1)
        assert sorted(bad.ids + box.ids) == sorted(_ids(queued))
        (doubtful,) = queued.ok("desk", "mail", "list", "-o", "json", "--state", "doubtful").json[
            "items"
        ]
        queued.ok("desk", "mail", "retry", str(doubtful["id"]), env=LATER)
        assert send(queued, box.url, env=LATER).json["sent"] == 1
    assert set(box.ids) < set(bad.ids)


def test_one_recipient_of_several_is_refused(peopled: Program) -> None:
    """C10: the others get it once; who was refused is told. Whoever has to wait, all wait."""
    words = ("contact", "submit", "--subject", "Sync", "--cc", "bad@acme.example", "--body", "x")
    peopled.ok(*words, "--as", ANA)
    peopled.ok("support", "reply", "Acme", "1", "--body", "y", "--as", AGENT)
    waiting = Postbox(answers={"bad@acme.example": "451 later"})
    with listening(waiting) as box:
        assert send(peopled, box.url).code == 10
    assert waiting.mails == []
    with listening(Postbox(answers={"bad@acme.example": "550 unknown"})) as box:
        answer = send(peopled, box.url, env=LATER)
    assert (answer.code, box.mails[0].recipients) == (0, [ANA])
    assert "bad@acme.example: 550 unknown" in answer.err


def test_a_failed_mail_is_sent_again_when_told(queued: Program) -> None:
    """Q3: by its number, under the same Message-ID; what was sent is refused."""
    with listening(Postbox(answers={ANA: "550 unknown"})) as box:
        assert send(queued, box.url).code == 13
    assert queued.ok("desk", "mail", "retry", "1", "-o", "json").json["state"] == "queued"
    with listening() as good:
        assert send(queued, good.url).json["sent"] == 1
    assert sorted(box.ids + good.ids) == sorted(_ids(queued))
    assert queued("desk", "mail", "retry", "1").code == 6
    assert queued("desk", "mail", "retry", "9").code == 3


def _ids(pscli: Program) -> list[str]:
    """The Message-IDs of the outbox."""
    return _column(pscli, "message_id")


def _column(pscli: Program, name: str) -> list[str]:
    database = sqlite3.connect(pscli.env["PSCLI_DB"])
    try:
        return [row[0] for row in database.execute(f"SELECT {name} FROM mail ORDER BY id")]
    finally:
        database.close()


UNCLEAR = [
    (),
    ("--smtp", "mail.example"),
    ("--smtp", "http://mail.example"),
    ("--smtp", "smtp://"),
    ("--smtp", "smtp://mail.example:99999"),
    ("--smtp", "smtps://desk:secret@mail.example"),
    ("--smtp", "smtps://mail.example/x?y"),
    ("--smtp", "smtp://127.0.0.1:1", "--to-folder", "x"),
    ("--smtp", "smtps://mail.example"),  # from the sample sender
    ("--smtp", "smtp://127.0.0.1:1", "--timeout", "0"),
]


def test_where_mails_go_must_be_clear(queued: Program) -> None:
    """Exit 2, and no password in an address is repeated."""
    for words in UNCLEAR:
        answer = queued("desk", "mail", "send", *words)
        assert answer.code == 2, words
        assert "secret" not in answer.err
    assert states(queued) == ["queued", "queued"]


def test_the_user_and_the_password(queued: Program) -> None:
    """Exit 4 where the server does not let us in; the password is never printed."""
    with listening(login=True) as box:
        url = box.url.replace("//", "//desk@")
        wrong = send(queued, url, env={"PSCLI_SMTP_PASSWORD": "hunter2"})
        assert (wrong.code, wrong.error["code"]) == (4, "not_signed_in")
        assert "hunter2" not in wrong.err
        right = send(queued, url, env={"PSCLI_SMTP_PASSWORD": "secret"})
        assert (right.code, right.json["sent"]) == (0, 2)


def test_a_killed_run_is_told_about(queued: Program) -> None:
    """Q3: whoever sends next hears of what is doubtful, and how to go on."""
    with sqlite3.connect(queued.env["PSCLI_DB"]) as database:
        database.execute("UPDATE mail SET state = 'handing', claim = 'x' WHERE id = 1")
    with listening() as box:
        answer = send(queued, box.url)
        assert (answer.code, answer.json["sent"], answer.json["doubtful"]) == (0, 1, 1)
        assert "pscli desk mail retry ID" in answer.err
        queued.ok("desk", "mail", "retry", "1")
        assert send(queued, box.url).json["sent"] == 1
    assert len(set(box.ids)) == 2


def test_an_option_has_its_own_name_in_an_error(peopled: Program) -> None:
    """C10: the field of an error is what the person typed, not what the code calls it."""
    refused = peopled("desk", "mail", "retry", "abc", "-o", "json")
    assert (refused.code, refused.error["field"]) == (2, "id")


def test_two_runs_at_once_report_a_team_once(peopled: Program) -> None:
    """Q3: what another run did meanwhile neither waits nor is this run's."""
    peopled.ok("team", "usage", "import", "-", "--team", "Acme", stdin=USAGE)
    words = ("desk", "digest", "run", "--quarter", "2025-Q4", "-o", "json")
    with ThreadPoolExecutor(3) as runs:
        answers = [each.json for each in runs.map(lambda _: peopled.ok(*words), range(3))]
    assert sorted(each["queued"] for each in answers) == [0, 0, 1]
    assert [each["waiting"] for each in answers] == [0, 0, 0]
