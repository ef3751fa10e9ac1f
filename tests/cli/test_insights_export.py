"""Insights as files from the command line: forms, periods, targets that take none (I5)."""

import json
import os
import random
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.cli.files import written
from pscli.desk.requests import submit_request
from pscli.desk.teams import set_team
from pscli.models.people import Identity
from tests.cli.terminals import on_terminal
from tests.conftest import PROGRAM, Program
from tests.reports.reading import Page, Workbook, csv_rows
from tests.server.running import listening, token_for
from tests.world import ANA, BEN, MIA, OTTO, Clock

from .test_streams import run_to

EXPORT = ("insights", "export", "--to")
AS_ANA = ("--as", ANA)
KILLS = 100 if os.environ.get("PSCLI_SOAK") else 10
FORMS = ("csv", "json", "xlsx", "html")


@pytest.fixture
def busy(peopled: Program) -> Program:
    """Acme in Tokyo: tickets of Ana's and Ben's in January, at the turn of February, in March."""
    database, clock = open_database(peopled.env["PSCLI_DB"]), Clock()
    set_team(Local(database, Identity(), clock), "Acme", timezone="Asia/Tokyo")
    for n, day in enumerate(("01-05", "01-31", "02-01", "02-27", "03-01")):
        clock.set(f"2026-{day}T16:00:00+00:00")  # the next day in Tokyo
        for who in (ANA, BEN):
            submit_request(
                Local(database, Identity(email=who), clock), f"S{n}", "x", issue_type="sync"
            )
    database.close()
    return peopled


def read(path: Path) -> Any:
    """The document of a JSON file."""
    return json.loads(path.read_bytes())


def test_the_suffix_or_the_option_says_the_form(busy: Program, tmp_path: Path) -> None:
    """I5: four forms of the same figures, the same bytes each time; what was written is said."""
    for form in FORMS:
        target = tmp_path / f"r.{form.upper()}"
        done = busy.ok(*EXPORT, str(target), *AS_ANA)
        first = target.read_bytes()
        header, line = (row.split("\t") for row in done.out.splitlines())
        assert dict(zip(header, line, strict=True)) == {
            "path": str(target),
            "format": form,
            "bytes": str(len(first)),
            "since": "2025-02-28T15:00:00Z",
            "until": "2026-03-31T15:00:00Z",
            "timezone": "Asia/Tokyo",
            "complete": "false",
            "empty": "false",
        }
        assert done.err.splitlines() == [
            f"{target}: Mar 2025 – Mar 2026 in Asia/Tokyo, 5 tickets.",
            "The period is not over: these are its figures so far.",
        ]
        other = tmp_path / "other.txt"
        again = busy.ok(*EXPORT, str(other), "-o", form, "--force", "--quiet", *AS_ANA)
        assert again.err == ""
        assert other.read_bytes() == first
    assert sorted(path.name for path in tmp_path.glob("r.*")) == [
        "r.CSV",
        "r.HTML",
        "r.JSON",
        "r.XLSX",
    ]
    shown = busy.ok("insights", "--timezone", "Asia/Tokyo", "-o", "json", *AS_ANA)
    assert shown.out.encode() == (tmp_path / "r.JSON").read_bytes()


def test_stdout_gets_the_report_and_nothing_else(busy: Program, tmp_path: Path) -> None:
    """A dash is stdout; without a form that is CSV; a workbook is not for a terminal."""
    for form in FORMS:
        busy.ok(*EXPORT, str(tmp_path / f"r.{form}"), *AS_ANA)
        command = [*PROGRAM, *EXPORT, "-", "-o", form, *AS_ANA]
        piped = subprocess.run(command, env=busy.env, capture_output=True, check=True, timeout=60)
        assert piped.stdout == (tmp_path / f"r.{form}").read_bytes()
        assert piped.stderr.startswith(b"stdout: ")
    plain = busy.ok(*EXPORT, "-", *AS_ANA)
    assert plain.out.encode() == (tmp_path / "r.csv").read_bytes()
    refused = on_terminal(busy, *EXPORT, "-", "-o", "xlsx", *AS_ANA)
    assert (refused.code, refused.raw) == (2, b"")
    assert "--to report.xlsx" in refused.err


PERIODS = [
    ("03-02T12", "--period 2026-01", "2025-12-31", "2026-01-31", "day", 1),
    ("03-31T14", "--period last-month", "2026-01-31", "2026-02-28", "day", 3),
    ("03-31T15", "--period last-month", "2026-02-28", "2026-03-31", "day", 1),
    ("03-02T12", "--period last-quarter", "2025-09-30", "2025-12-31", "week", 0),
    ("03-02T12", "--period 2026-Q1", "2025-12-31", "2026-03-31", "week", 5),
    ("03-02T12", "--period 2026-Q1 --by month", "2025-12-31", "2026-03-31", "month", 5),
    ("03-02T12", "--since 2026-02-01", "2026-01-31", "2026-03-08", "week", 4),
    ("03-02T12", "--since 2026-02-28 --until 2026-03-01", "2026-02-27", "2026-02-28", "day", 1),
    ("03-02T12", "--until 2026-03-01", "2025-01-31", "2026-02-28", "month", 4),
    ("03-02T12", "--period 2027-Q1", "2026-12-31", "2027-03-31", "week", 0),
]


def test_periods(busy: Program) -> None:
    """I5: whole local days of the team's zone, in units that read well; the desk's clock counts."""
    for day, options, since, until, by, total in PERIODS:
        now = f"2026-{day}:00:00Z"
        words = (*EXPORT, "-", "-o", "json", *AS_ANA, *options.split())
        found = busy.ok(*words, env={"PSCLI_NOW": now}).json
        assert found["timezone"] == "Asia/Tokyo"
        assert (found["since"], found["until"]) == (f"{since}T15:00:00Z", f"{until}T15:00:00Z")
        assert (found["by"], found["total"]) == (by, total), (day, options)
        assert found["complete"] == (found["until"] <= now)


def test_a_period_that_is_not_over(busy: Program, tmp_path: Path) -> None:
    """I5: exported up to now and marked in every form, never refused; afterwards it is not."""
    for now, complete in (("2026-03-02T12:00:00Z", False), ("2026-04-01T00:00:00Z", True)):
        env = {"PSCLI_NOW": now}
        for form in FORMS:
            words = (*EXPORT, str(tmp_path / f"m.{form}"), "--period", "2026-03", "--force")
            done = busy.ok(*words, *AS_ANA, env=env)
            assert ("so far" in done.err) is not complete
        assert read(tmp_path / "m.json")["complete"] is complete
        rows = csv_rows((tmp_path / "m.csv").read_bytes())
        assert {row["complete"] for row in rows if row["section"] == "period"} == {
            str(complete).lower()
        }
        overview = Workbook((tmp_path / "m.xlsx").read_bytes()).sheets["Overview"]
        assert (["Mar 2026, so far"] in overview) is not complete
        page = Page((tmp_path / "m.html").read_bytes())
        assert ("so far" in page.text) is not complete


def test_the_whole_team(busy: Program, tmp_path: Path) -> None:
    """I3: its figures, in any zone, for the role that may see them."""
    target = tmp_path / "t.json"
    busy.ok(*EXPORT, str(target), "--scope", "team", "--timezone", "UTC", *AS_ANA)
    assert (read(target)["total"], read(target)["timezone"]) == (10, "UTC")
    refused = busy(*EXPORT, str(target), "--force", "--scope", "team", "-o", "json", "--as", BEN)
    assert (refused.code, refused.error["field"]) == (5, "scope")
    assert read(target)["total"] == 10


def test_an_empty_period_says_so(busy: Program, tmp_path: Path) -> None:
    """I5: a valid report of nothing."""
    done = busy.ok(*EXPORT, str(tmp_path / "e.html"), "--period", "2020-Q3", *AS_ANA)
    assert done.out.splitlines()[1].endswith("\ttrue\ttrue")
    assert "No tickets came in this period." in done.err
    assert "No tickets came in this period." in Page((tmp_path / "e.html").read_bytes()).text


REFUSED = [
    ("--since 2026-03-01 --until 2026-02-01", 2, "until"),
    ("--since 2026-03-01 --until 2026-03-01", 2, "until"),
    ("--since 2027-01-01", 2, "since"),
    ("--since yesterday", 2, "since"),
    ("--until 2026-02-30", 2, "until"),
    ("--period 2026-13", 2, "period"),
    ("--period last-year", 2, "period"),
    ("--period Q1-2026", 2, "period"),
    ("--period 2026-03 --since 2026-03-01", 2, "period"),
    ("--timezone Mars/Olympus", 2, "timezone"),
    ("--period last-month --timezone ../etc", 2, "timezone"),
    ("--by decade", 2, "by"),
    ("--scope world", 2, "scope"),
    ("-o pdf", 2, "output"),
    ("-o tsv", 2, "output"),
    ("--to {}/r.pdf", 2, "to"),
    ("--to {}/r", 2, "to"),
    ("--to {}", 2, "to"),
    ("--to {} -o json", 2, "to"),
    ("--to {}/none/r.json", 2, "to"),
    ("--to {}/desk.db -o json", 6, "to"),
    (f"--as {MIA}", 5, None),
    (f"--as {OTTO}", 7, None),
    ("--as nobody@acme.example", 3, None),
]


def test_what_cannot_be_meant(busy: Program, tmp_path: Path) -> None:
    """I4, I5: the right code and one sentence; the old file and the desk are as they were."""
    target = tmp_path / "r.json"
    target.write_bytes(b"old")
    folder = sorted(path.name for path in tmp_path.iterdir())
    for options, code, field in REFUSED:
        words = options.format(tmp_path).split()
        done = busy(*EXPORT, str(target), "--force", *AS_ANA, *words)
        assert (done.code, done.out) == (code, ""), (options, done.err)
        assert "Traceback" not in done.err
        if "-o json" in options:
            assert done.error["field"] == field
        assert target.read_bytes() == b"old"
        assert sorted(path.name for path in tmp_path.iterdir()) == folder
    as_json = busy(*EXPORT, str(target), "--force", "--period", "2026-13", "-o", "json", *AS_ANA)
    assert (as_json.error["code"], as_json.error["field"]) == ("invalid_value", "period")
    assert busy.ok("hub", "-o", "json", *AS_ANA).json["totals"]["all"] == 5


def test_a_file_that_is_there(busy: Program, tmp_path: Path) -> None:
    """I5: replaced with --force only, and not while another run writes it."""
    target = tmp_path / "r.csv"
    target.write_bytes(b"old")
    assert busy(*EXPORT, str(target), *AS_ANA).code == 6
    with written(str(target), force=True) as file:
        assert busy(*EXPORT, str(target), "--force", *AS_ANA).code == 10
        file.write(b"theirs")
    assert target.read_bytes() == b"theirs"
    busy.ok(*EXPORT, str(target), "--force", *AS_ANA)
    assert target.read_bytes().startswith(b"team,")


def test_no_room(busy: Program, tmp_path: Path) -> None:
    """I5: on a full disk, or to a stdout that is full or closed, exit 12; the old file stays."""
    target = tmp_path / "r.html"
    target.write_bytes(b"old")
    command = " ".join([*PROGRAM, *EXPORT, str(target), "--force", "--by", "day", *AS_ANA])
    limited = ["/bin/sh", "-c", f"ulimit -f 100; trap '' XFSZ; exec {command}"]
    done = subprocess.run(limited, env=busy.env, capture_output=True, check=False, timeout=60)
    assert done.returncode == 12, done.stderr
    assert target.read_bytes() == b"old"
    assert busy(*EXPORT, "/dev/full", "-o", "html", *AS_ANA).code == 12
    for stream in (">&-", ">/dev/full", "<&- >&-"):
        full = run_to(busy, stream, *EXPORT, "-", "-o", "csv", *AS_ANA)
        assert full.returncode == 12, full.stderr
        assert full.stderr.count("Error") == 1


@pytest.mark.parametrize(("library", "form"), [("xlsxwriter", "xlsx"), ("jinja2", "html")])
def test_a_library_that_is_missing(busy: Program, tmp_path: Path, library: str, form: str) -> None:
    """The remedy is said; the forms that need none are written."""
    (tmp_path / "lack").mkdir()
    lack = f"raise ModuleNotFoundError('gone', name={library!r})"
    (tmp_path / "lack" / f"{library}.py").write_text(lack)
    env = {"PYTHONPATH": str(tmp_path / "lack")}
    refused = busy(*EXPORT, str(tmp_path / f"r.{form}"), *AS_ANA, env=env)
    assert refused.code == 2
    assert "Install the extra reports: " in refused.err
    assert library in refused.err
    assert not (tmp_path / f"r.{form}").exists()
    for other in ("csv", "json"):
        busy.ok(*EXPORT, str(tmp_path / f"r.{other}"), *AS_ANA, env=env)


def test_through_a_server(busy: Program, clean_env: dict[str, str], tmp_path: Path) -> None:
    """I5: the file is that of the desk's own machine, byte by byte; its clock counts."""
    for form in FORMS[1:3]:
        busy.ok(*EXPORT, str(tmp_path / f"near.{form}"), "--period", "last-month", *AS_ANA)
    database, clock = open_database(busy.env["PSCLI_DB"]), Clock()
    with listening(database, clock) as address:
        token = token_for(database, clock, ANA)
        far = Program({**clean_env, "PSCLI_SERVER": address, "PSCLI_TOKEN": token})
        for form in FORMS[1:3]:
            far.ok(*EXPORT, str(tmp_path / f"far.{form}"), "--period", "last-month")
            near = (tmp_path / f"near.{form}").read_bytes()
            assert (tmp_path / f"far.{form}").read_bytes() == near
    database.close()


def test_killed_at_any_moment(busy: Program, tmp_path: Path) -> None:
    """I5: the old report or the whole new one is there, and the next run goes on from there."""
    folder = tmp_path / "reports"
    folder.mkdir()
    target = folder / "r.xlsx"
    command = [*PROGRAM, *EXPORT, str(target), "--force", *AS_ANA, "--by", "week"]
    begun = time.monotonic()
    subprocess.run(command, env=busy.env, capture_output=True, check=True, timeout=60)
    took = time.monotonic() - begun
    whole = target.read_bytes()
    moments = random.Random(5)
    for _ in range(KILLS):
        target.write_bytes(b"old")
        with subprocess.Popen(
            command, env=busy.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            time.sleep(took * moments.uniform(0.5, 1.1))
            run.kill()
        assert target.read_bytes() in (b"old", whole)
    subprocess.run(command, env=busy.env, capture_output=True, check=True, timeout=60)
    assert target.read_bytes() == whole
    assert [path.name for path in folder.iterdir()] == ["r.xlsx"]
