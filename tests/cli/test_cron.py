"""The scripts of the guide to reports by cron, run as cron runs them: with next to nothing."""

import base64
import re
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.reports.reading import Page, Workbook
from tests.world import ANA, MIA

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "cron-reports.md"
SCRIPTS = re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def by_cron(script: str, folder: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run a script without home, terminal, language and stdin."""
    (folder / "script.sh").write_text(script)
    bare = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LANG": "C", **env}
    return subprocess.run(
        ["/bin/sh", "-c", f"exec /bin/sh {folder}/script.sh <&-"],
        env=bare,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        start_new_session=True,
    )


@pytest.fixture
def bare(peopled: Program) -> dict[str, str]:
    """What a crontab says of the desk, which is a rehearsal of 2 March."""
    return {name: peopled.env[name] for name in ("PSCLI_DB", "PSCLI_NOW")}


def test_a_report_as_files(bare: dict[str, str], tmp_path: Path) -> None:
    """I5: both files are there, complete, and a run that succeeds is silent, each month again."""
    for _ in range(2):
        done = by_cron(SCRIPTS[0], tmp_path, REPORTS=str(tmp_path), PSCLI_AS=ANA, **bare)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "Feb 2026" in Page((tmp_path / "support-last-month.html").read_bytes()).text
    book = Workbook((tmp_path / "support-last-month.xlsx").read_bytes())
    assert ["Feb 2026"] in book.sheets["Overview"]


def test_a_report_by_mail(bare: dict[str, str], tmp_path: Path) -> None:
    """I5: what the mail system is given is a mail whose text is the page."""
    sent = tmp_path / "sent"
    sendmail = tmp_path / "sendmail"
    sendmail.write_text(f'#!/bin/sh\n[ "$1" = -t ] && exec cat >{sent}\n')
    sendmail.chmod(0o755)
    given = {**bare, "PSCLI_AS": ANA, "MAIL_TO": "boss@acme.example", "SENDMAIL": str(sendmail)}
    done = by_cron(SCRIPTS[1], tmp_path, TMPDIR=str(tmp_path), **given)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    mail = message_from_bytes(sent.read_bytes(), policy=policy.default)
    assert mail["to"] == "boss@acme.example"
    assert mail.get_content_type() == "text/html"
    assert "Feb 2026" in Page(base64.b64decode(str(mail.get_payload()))).text
    assert not list(tmp_path.glob("tmp.*"))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_failure_is_said_once(bare: dict[str, str], tmp_path: Path, script: str) -> None:
    """I4: the exit code is the program's, the reason is what cron mails, nothing is written."""
    named = {"REPORTS": str(tmp_path), "TMPDIR": str(tmp_path), "MAIL_TO": "x", "SENDMAIL": "false"}
    done = by_cron(script, tmp_path, **named, **bare, PSCLI_AS=MIA)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith("Error: ")
    assert not {path.suffix for path in tmp_path.iterdir()} & {".html", ".xlsx"}
