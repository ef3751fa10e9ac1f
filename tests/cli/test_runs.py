"""`desk mail send` and `desk digest run` repeated under one key, and their rehearsals."""

from pathlib import Path

import pytest

from tests.conftest import Program
from tests.postbox import free_port, listening
from tests.world import ANA

USAGE = f"person,feature,quarter,uses\n{ANA},transfer,2025-Q4,0\n,sso,2025-Q4,0\n"
RUN = ("desk", "digest", "run", "-o", "json")
KEY = ("--idempotency-key", "night-1")


@pytest.fixture
def known(peopled: Program) -> Program:
    """A desk whose team Acme has usage data, so that its quarterly e-mail is due."""
    peopled.ok("team", "usage", "import", "-", "--team", "Acme", stdin=USAGE)
    return peopled


def test_a_run_of_digests_repeated_gives_the_first_result(known: Program) -> None:
    """B10, Q3: the same answer, nothing queued twice; another quarter is a conflict."""
    first = known.ok(*RUN, *KEY)
    assert (first.json["changed"], first.json["mails"]) == (True, 2)
    assert known.ok(*RUN, *KEY, env={"PSCLI_NOW": "2026-03-02T13:00:00Z"}).out == first.out
    assert known.ok(*RUN, *KEY, "--quarter", "2025-Q4").out == first.out
    other = known(*RUN, *KEY, "--quarter", "2025-Q3")
    assert (other.code, other.error["code"]) == (8, "key_reused")
    assert known.ok("desk", "mail", "list", "-o", "json").json["total"] == 2


def test_a_run_of_the_outbox_repeated_gives_the_first_result(
    known: Program, tmp_path: Path
) -> None:
    """B10, Q3: also where new mails wait meanwhile; without the key those are sent."""
    known.ok(*RUN)
    words = ("desk", "mail", "send", "--to-folder", str(tmp_path / "out"), "-o", "json")
    first = known.ok(*words, *KEY)
    assert (first.json["changed"], first.json["sent"]) == (True, 2)
    known.ok("contact", "submit", "--subject", "S", "--body", "B", "--as", ANA)
    known.ok("support", "reply", "Acme", "1", "--body", "x")
    assert known.ok(*words, *KEY).out == first.out
    assert len(list((tmp_path / "out").iterdir())) == 2
    assert known(*RUN, *KEY).error["code"] == "key_reused"
    assert known.ok(*words).json["sent"] == 1
    long = known(*words, "--idempotency-key", "k" * 300)
    assert (long.code, long.error["field"]) == (2, "idempotency_key")


def test_a_run_that_failed_is_no_result(known: Program) -> None:
    """B10: only successes are kept; the same key then sends what is left, which is its result."""
    known.ok(*RUN)
    words = ("desk", "mail", "send", "-o", "json", "--timeout", "1", *KEY)
    down = {"PSCLI_SMTP": f"smtp://127.0.0.1:{free_port()}"}
    assert known(*words, env=down).code == 10
    with listening() as box:
        first = known.ok(*words, env={"PSCLI_SMTP": box.url})
        again = known.ok(*words, env={"PSCLI_SMTP": box.url})
    assert first.json["sent"] == len(box.mails) == 2
    assert again.out == first.out


def test_a_rehearsal_says_what_would_be_sent(known: Program, tmp_path: Path) -> None:
    """Q3: the dry run prints what the run then prints; what is tried again later waits."""
    known.ok(*RUN)
    words = ("desk", "mail", "send", "--to-folder", str(tmp_path / "out"), "-o", "json")
    would = known.ok(*words, "--dry-run").json
    assert (would["changed"], would["sent"], would["waiting"]) == (True, 2, 0)
    assert not (tmp_path / "out").exists()
    assert known.ok(*words).json == would
    nothing = known.ok(*words, "--dry-run").json
    assert (nothing["changed"], nothing["sent"], nothing["mails"]) == (False, 0, [])
