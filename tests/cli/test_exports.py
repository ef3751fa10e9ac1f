"""Exports as people and scripts run them: streams, files, targets that take none."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.cli.files import written
from pscli.models.tickets import QueuedTicket, Ticket
from tests.cli.terminals import on_terminal
from tests.conftest import PROGRAM, Program
from tests.many import write_tickets
from tests.server.faults import misbehaving, passing_on
from tests.server.running import listening, token_for
from tests.world import ANA, BEN, Clock

from .test_streams import run_to

LIST = ("hub", "tickets", "list", "--as", ANA, "--all")
EXPORT = ("desk", "export", "--to")
WHOLE = ("--fields", ",".join(Ticket.__struct_fields__))  # the same fields, page by page
SUBJECTS = [
    "=1+1",
    "a\rb",
    "a\r\nb",
    "\n",
    '"',
    "\t",
    "%s",
    "\x7f\x9b",
    "日本語😀",
    "', '",
    "\\u0041",
]


def fill(program: Program, count: int) -> None:
    """Give Ana so many tickets."""
    database = open_database(program.env["PSCLI_DB"])
    write_tickets(database, (f"{SUBJECTS[n % 11]} {n}" for n in range(count)))
    database.close()


def rows(text: str) -> list[list[str]]:
    """The rows of a CSV text."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def raw(program: Program, *words: str) -> str:
    """What a command prints, line ends as they are."""
    done = subprocess.run(
        [*PROGRAM, *words], env=program.env, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


@pytest.fixture
def full(peopled: Program) -> Program:
    """More tickets than two chunks and four pages hold."""
    fill(peopled, 4_100)
    return peopled


def test_a_stream_equals_the_pages(full: Program) -> None:
    """K5: the same records in the same order: CSV cell by cell, JSON lines byte by byte."""
    streamed = raw(full, *LIST, "-o", "csv")
    assert rows(streamed) == rows(raw(full, *LIST, "-o", "csv", *WHOLE))
    assert len(rows(streamed)) == 4_101
    assert rows(streamed)[0] == list(Ticket.__struct_fields__)
    assert raw(full, *LIST, "-o", "csv", "--no-header") == streamed.partition("\n")[2]
    as_json = raw(full, *LIST, "-o", "jsonl")
    assert as_json == raw(full, *LIST, "-o", "jsonl", *WHOLE)
    assert as_json.isascii()


def test_pages_are_printed_as_they_come(full: Program) -> None:
    """K5: one header, every record once, whatever the database cannot format itself."""
    tsv = full.ok(*LIST).out.splitlines()
    assert tsv[0].split("\t") == list(Ticket.__struct_fields__)
    assert [int(line.partition("\t")[0]) for line in tsv[1:]] == list(range(4_100, 0, -1))
    by_due = full.ok(*LIST, "--sort", "due", "-o", "csv", "--fields", "number").out.split()
    assert by_due == ["number", *map(str, range(1, 4_101))]
    assert full.ok(*LIST, "--no-header", "--fields", "number").out.split() == by_due[:0:-1]
    assert len(full.ok(*LIST, "-o", "json").json["items"]) == 4_100


def test_a_stream_goes_on_after_a_page(full: Program) -> None:
    """K5: `--cursor` with `--all`, and filters, as on any list."""
    page = full.ok("hub", "tickets", "list", "--as", ANA, "--limit", "10", "-o", "json").json
    rest = rows(raw(full, *LIST, "-o", "csv", "--cursor", page["next"]))
    assert [int(row[0]) for row in rest[1:]] == list(range(4_090, 0, -1))
    assert len(raw(full, *LIST, "-o", "csv", "--status", "solved").splitlines()) == 1
    assert raw(full, *LIST, "-o", "jsonl", "--since", "2026-03-03") == ""
    assert full(*LIST, "-o", "csv", "--cursor", "00").code == 2


def test_a_stdout_that_is_not_utf8(full: Program) -> None:
    """Escapes, as in any CSV that is printed, and no failure."""
    fill(full, 11)
    words = (*LIST, "-o", "csv", "--fields", "subject")
    for names in ((), ("--fields", "subject")):
        printed = full.ok(*words[:-2], *names, env={"PYTHONIOENCODING": "ascii"}).out
        assert "\\u65e5\\u672c\\u8a9e\\U0001f600 8" in printed


def test_the_whole_desk_to_a_file(full: Program, tmp_path: Path) -> None:
    """I5: the suffix chooses the form, -o overrides it; the file holds every ticket."""
    target, other = tmp_path / "t.csv", tmp_path / "t.JSONL"
    done = full.ok(*EXPORT, str(target))
    assert (done.out, done.err) == ("", f"{target}: 4,100 tickets.\n")
    header, *tickets = rows(target.read_bytes().decode())
    assert header == list(QueuedTicket.__struct_fields__)
    assert [int(row[0]) for row in tickets] == list(range(1, 4_101))
    assert {row[-2] for row in tickets} == {"Acme"}
    assert full.ok(*EXPORT, str(other), "--quiet").err == ""
    assert other.read_text("ascii").count("\n") == 4_100
    full.ok(*EXPORT, str(other), "-o", "csv", "--force")
    assert other.read_bytes() == target.read_bytes()
    assert raw(full, *EXPORT, "-").encode() == target.read_bytes()
    again = full.ok(*EXPORT, str(target), "--force", "--no-header")
    assert again.code == 0
    assert rows(target.read_bytes().decode()) == tickets


def test_an_export_without_tickets_says_so(peopled: Program, tmp_path: Path) -> None:
    """I5: an empty file is no surprise."""
    said = peopled.ok(*EXPORT, str(tmp_path / "t.csv")).err
    assert "no tickets" in said
    assert (tmp_path / "t.csv").read_text().count("\n") == 1
    peopled.ok(*EXPORT, str(tmp_path / "t.jsonl"))
    assert (tmp_path / "t.jsonl").read_bytes() == b""


def test_wrong_use_of_an_export(peopled: Program, tmp_path: Path) -> None:
    """A3, I5: told in one sentence, with the right code, before anything is written."""
    (tmp_path / "old.csv").write_text("old")
    (tmp_path / "dangling.csv").symlink_to("nowhere.csv")
    (tmp_path / "folder.csv").mkdir()
    desk = peopled.env["PSCLI_DB"]
    for code, field, words in (
        (2, "to", ["t"]),
        (2, "to", ["t.xlsx"]),
        (2, "output", ["t.csv", "-o", "json"]),
        (2, "fields", ["t.csv", "--fields", "number"]),
        (2, "to", ["folder.csv"]),
        (2, "to", ["missing/t.csv"]),
        (2, "to", ["old.csv/t.csv"]),
        (6, "to", ["old.csv"]),
        (6, "to", ["dangling.csv", "--force"]),
        (6, "to", [desk, "-o", "jsonl", "--force"]),
        (5, None, ["t.csv", "--as", BEN]),
    ):
        before = {path.name for path in tmp_path.iterdir()}
        name, *rest = words
        refused = peopled(*EXPORT, str(tmp_path / name), *rest)
        assert (refused.code, refused.out) == (code, ""), words
        assert refused.err.startswith("{" if "jsonl" in rest or "json" in rest else "Error: ")
        if "jsonl" in rest or "json" in rest:
            assert refused.error["field"] == field
        assert {path.name for path in tmp_path.iterdir()} == before
    assert (tmp_path / "old.csv").read_text() == "old"
    assert peopled.ok("desk", "check").code == 0


def test_a_second_run_on_one_target(peopled: Program, tmp_path: Path) -> None:
    """I5: while one writes, another is refused with 10, and afterwards not."""
    target = tmp_path / "t.csv"
    with written(str(target)) as file:
        file.write(b"first")
        refused = peopled(*EXPORT, str(target), "-o", "csv")
    assert (refused.code, "Another run" in refused.err) == (10, True)
    assert target.read_bytes() == b"first"
    peopled.ok(*EXPORT, str(target), "--force")


@pytest.mark.parametrize("target", [">&-", ">/dev/full"])
def test_a_stdout_that_takes_no_export(full: Program, target: str) -> None:
    """Exit 12, one sentence and its remedy, however long the text is."""
    for words in ((*EXPORT, "-"), (*LIST, "-o", "csv"), (*LIST, "-o", "tsv")):
        done = run_to(full, target, *words)
        assert done.returncode == 12, (words, done.stderr)
        assert done.stderr.count("\n") == 2


def test_readers_that_went_away(full: Program) -> None:
    """141 and silence; nothing more is asked of the desk."""
    for words in ((*EXPORT, "-"), (*LIST, "-o", "jsonl"), LIST):
        with subprocess.Popen(
            [*PROGRAM, *words], env=full.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as running:
            assert running.stdout is not None
            running.stdout.read(1)
            running.stdout.close()
            assert running.stderr is not None
            assert (running.stderr.read(), running.wait(60)) == (b"", 141)


def test_devices_pipes_and_full_disks(full: Program, tmp_path: Path) -> None:
    """I5: devices and pipes are written in place; without room the code is 12."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with subprocess.Popen([*PROGRAM, *EXPORT, str(pipe), "--quiet"], env=full.env) as running:
        assert len(rows(pipe.read_bytes().decode())) == 4_101
    assert running.returncode == 0
    assert full(*EXPORT, "/dev/null", "-o", "csv").code == 0
    refused = full(*EXPORT, "/dev/full", "-o", "csv")
    assert (refused.code, refused.err.splitlines()[0][-24:]) == (12, "No space left on device.")


def test_a_bar_on_a_terminal_and_nowhere_else(full: Program, tmp_path: Path) -> None:
    """Progress stands on stderr where that is a terminal."""
    words = (*EXPORT, str(tmp_path / "t.csv"), "--force")
    assert b"Exporting" in on_terminal(full, *words, errors_too=True).raw
    assert b"Exporting" not in on_terminal(full, *words, "--quiet", errors_too=True).raw
    assert "Exporting" not in on_terminal(full, *words).err


def peak(program: Program, *words: str) -> int:
    """The most memory that a run of the program held, in KiB."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    run = [sys.executable, "-I", "-c", code, *PROGRAM, *words]
    return int(subprocess.check_output(run, env=program.env, timeout=60))


def test_memory_does_not_grow_with_the_desk(peopled: Program, tmp_path: Path) -> None:
    """I5: thirty thousand tickets take hardly more memory than eight thousand."""
    runs = [
        (*EXPORT, str(tmp_path / "t.csv"), "--force"),
        (*LIST, "-o", "tsv", "--fields", "number,subject"),
    ]
    fill(peopled, 8_000)
    small = [peak(peopled, *words) for words in runs]
    fill(peopled, 30_000)
    large = [peak(peopled, *words) for words in runs]
    for before, after in zip(small, large, strict=True):
        assert after < 48 * 1024
        assert after < before + 5 * 1024  # held, these would be 10 MB of text


def test_a_connection_that_breaks(full: Program, clean_env: dict[str, str], tmp_path: Path) -> None:
    """I5: a chunk that was lost is asked for again; the file is that of an unbroken run."""
    near, far = tmp_path / "near.csv", tmp_path / "far.csv"
    full.ok(*EXPORT, str(near))
    database, clock = open_database(full.env["PSCLI_DB"]), Clock()
    with listening(database, clock) as address:
        port = int(address.rpartition(":")[2])
        lost, kept = passing_on(port, keep=5_000), passing_on(port)
        with misbehaving(lost, kept, lost, lost, kept, kept) as line:
            token = token_for(database, clock, None)
            env = {**clean_env, "PSCLI_SERVER": line.address, "PSCLI_TOKEN": token}
            Program(env).ok(*EXPORT, str(far))
    database.close()
    assert len(line.seen) == 6
    assert far.read_bytes() == near.read_bytes()
