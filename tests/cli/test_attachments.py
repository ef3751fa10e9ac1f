"""Files with requests and replies, through the real program (K6)."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from pscli.cli.attachments import LONGEST_NAME, clean_name
from tests.conftest import PROGRAM, Answer, Program
from tests.world import AGENT, ANA, BEN

CONTENT = bytes(range(256)) * 4096 + b"the end"  # three parts


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A file to attach."""
    path = tmp_path / "sync log.txt"
    path.write_bytes(CONTENT)
    return path


def submit(pscli: Program, *files: Path | str, words: tuple[str, ...] = ()) -> Answer:
    """File a request with files as Ana, as JSON."""
    attach = [word for file in files for word in ("--attach", str(file))]
    said = ("--subject", "Sync", "--body", "See the log", "--as", ANA, "-o", "json")
    return pscli("contact", "submit", *said, *attach, *words)


def save(pscli: Program, to: Path | str, *words: str, as_: str = ANA) -> Answer:
    """Save the first file of Ana's first ticket."""
    command = ("hub", "tickets", "attachment", "1", "1", "--to", str(to), "--as", as_, "-o", "json")
    return pscli(*command, *words)


def uploads(pscli: Program) -> int:
    """How many uploads were begun, by the trail."""
    trail = pscli.ok("desk", "audit", "list", "--operation", "start_upload", "-o", "json")
    return len(trail.json["items"])


def test_a_file_goes_there_and_back(peopled: Program, log: Path, tmp_path: Path) -> None:
    """K6: what was attached is saved byte for byte, readable by its owner alone."""
    assert submit(peopled, log).code == 0
    shown = peopled.ok("hub", "tickets", "show", "1", "--as", ANA, "-o", "json").json
    assert shown["messages"][0]["attachments"] == [
        {"id": 1, "name": "sync log.txt", "size": len(CONTENT)}
    ]
    saved = save(peopled, tmp_path / "back").json
    assert (saved["name"], saved["size"]) == ("sync log.txt", len(CONTENT))
    assert saved["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert (tmp_path / "back").read_bytes() == CONTENT
    assert (tmp_path / "back").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".pscli-*"))


def test_a_file_of_a_representative_reaches_the_customer(
    peopled: Program, log: Path, tmp_path: Path
) -> None:
    """A3, C9: both sides send and read files, with and without the Hub."""
    submit(peopled, log)
    reply = ("support", "reply", "Acme", "1", "--body", "Run this", "--attach", str(log))
    peopled.ok(*reply, "--as", AGENT)
    words = ("attachment", "1", "2", "--to", str(tmp_path / "mine"))
    peopled.ok("contact", "requests", *words, "--as", ANA)
    peopled.ok(
        "support", "attachment", "Acme", "1", "1", "--to", str(tmp_path / "theirs"), "--as", AGENT
    )
    assert (tmp_path / "mine").read_bytes() == (tmp_path / "theirs").read_bytes() == CONTENT


def test_a_key_sends_files_once(peopled: Program, log: Path) -> None:
    """B10: a repeated command sends nothing twice; a file that changed since is another request."""
    key = ("--idempotency-key", "k-1")
    first = submit(peopled, log, words=key)
    assert submit(peopled, log, words=key).out == first.out
    assert uploads(peopled) == 1
    log.write_bytes(b"changed")
    assert submit(peopled, log, words=key).code == 8


def test_a_dry_run_sends_no_file(peopled: Program, log: Path) -> None:
    """Every change takes --dry-run; files are looked at and stay where they are."""
    assert submit(peopled, log, words=("--dry-run",)).code == 0
    assert uploads(peopled) == 0
    assert submit(peopled, log.parent / "missing", words=("--dry-run",)).code == 2


def test_nothing_is_sent_unless_every_file_can_be(
    peopled: Program, log: Path, tmp_path: Path
) -> None:
    """K6: a missing, unreadable, oversized or eleventh file stops the command before it begins."""
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    os.mkfifo(tmp_path / "pipe")
    for wrong in (tmp_path / "missing", tmp_path, tmp_path / "pipe", large, "a\udcff/b"):
        refused = submit(peopled, log, wrong)
        assert (refused.code, refused.error["field"]) == (2, "attach"), wrong
    assert submit(peopled, *[log] * 11).code == 2
    assert uploads(peopled) == 0
    assert peopled.ok("hub", "tickets", "list", "--as", ANA, "-o", "json").json["total"] == 0


def test_an_empty_file_and_one_with_a_strange_name(peopled: Program, tmp_path: Path) -> None:
    """K6: names are data; a name that is not UTF-8 is taken as well as it can be."""
    empty = tmp_path / "e"
    empty.touch()
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[31m.txt"))
    strange.write_bytes(b"x")
    assert submit(peopled, empty, strange).code == 0
    shown = peopled.ok("contact", "requests", "show", "1", "--as", ANA, "-o", "json").json
    names = [file["name"] for file in shown["messages"][0]["attachments"]]
    assert names == ["e", "\ufffd\x1b[31m.txt"]
    assert save(peopled, tmp_path / "back").code == 0
    assert (tmp_path / "back").read_bytes() == b""


def test_a_file_that_is_there_is_kept(peopled: Program, log: Path, tmp_path: Path) -> None:
    """K6: only --force replaces, and a file only: no folder, no link to somewhere else."""
    submit(peopled, log)
    there = tmp_path / "there"
    there.write_text("mine")
    assert save(peopled, there).code == 6
    assert there.read_text() == "mine"
    assert save(peopled, there, "--force").code == 0
    assert there.read_bytes() == CONTENT
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert save(peopled, tmp_path / "link", "--force").code == 6
    assert not (tmp_path / "nowhere").exists()


def test_in_a_folder_the_name_is_made_safe(peopled: Program, tmp_path: Path) -> None:
    """K6: a name is never a path; ticket and id keep two files of one name apart."""
    (tmp_path / "evil\n.txt").write_bytes(b"x")
    submit(peopled, tmp_path / "evil\n.txt")
    folder = tmp_path / "folder"
    folder.mkdir()
    assert save(peopled, folder).json["path"] == str(folder / "1-1-evil_.txt")
    assert (folder / "1-1-evil_.txt").read_bytes() == b"x"
    assert save(peopled, folder).code == 6


def test_to_stdout_and_to_a_pipe(peopled: Program, log: Path, tmp_path: Path) -> None:
    """`-` is stdout and nothing else stands on it; a pipe is written to, not replaced."""
    submit(peopled, log)
    command = [*PROGRAM, "hub", "tickets", "attachment", "1", "1", "--as", ANA, "--to"]
    raw = subprocess.run([*command, "-"], env=peopled.env, capture_output=True, check=True)
    assert raw.stdout == CONTENT
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(
        [*command, str(pipe)], env=peopled.env, stdout=subprocess.DEVNULL
    ) as running:
        assert pipe.read_bytes() == CONTENT
    assert running.returncode == 0
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run([*command, "-"], env=peopled.env, stdout=full, check=False)
    assert ended.returncode == 12


def test_where_nothing_can_be_written(peopled: Program, log: Path, tmp_path: Path) -> None:
    """A missing folder or a file as one is 2; a ticket of others is 3 and leaves no file."""
    submit(peopled, log)
    assert save(peopled, tmp_path / "missing" / "file").code == 2
    assert save(peopled, log / "file").code == 2
    assert save(peopled, tmp_path / "his", as_=BEN).code == 3
    assert not (tmp_path / "his").exists()


def test_damaged_content_is_not_saved(peopled: Program, log: Path, tmp_path: Path) -> None:
    """K6: what is not as it was uploaded is told, and no file is left."""
    import sqlite3

    submit(peopled, log)
    with sqlite3.connect(peopled.env["PSCLI_DB"]) as database:
        database.execute("UPDATE part SET data = zeroblob(length(data)) WHERE n = 1")
    database.close()
    assert save(peopled, tmp_path / "back").code == 12
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".pscli-*"))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("log.txt", "log.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\a.doc", "a.doc"),
        ("..", "attachment"),
        ("", "attachment"),
        (".bashrc", "bashrc"),
        ("a\x1b]0;x\x07b\u202e.exe", "a_]0;x_b_.exe"),
        ("a:b*?.txt ", "a_b__.txt"),
        ("か\u3099.txt", "が.txt"),
        ("x" * 300 + ".tar.gz", "x" * (LONGEST_NAME - 3) + ".gz"),
        ("名" * 100 + ".pdf", "名" * 48 + ".pdf"),
    ],
)
def test_names_are_data(name: str, clean: str) -> None:
    """K6: no folder, no control or bidi character, no hidden file, no name that is too long."""
    assert clean_name(name) == clean
