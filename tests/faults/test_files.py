"""Files that are no desk, damaged, newer, read-only, on a full disk: refused in one sentence."""

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from pscli.backends.schema import SHIPPED
from pscli.desk.check import check_desk
from tests.conftest import PROGRAM, Answer, Program
from tests.world import ANA

from .children import acting

LIST = ("hub", "tickets", "list", "--as", ANA, "-o", "json")
SUBMIT = ("contact", "submit", "--as", ANA, "--subject", "Sync", "--body", "It stopped.")


def check_refused(answer: Answer, *, hint: str) -> None:
    """Exit 11, one sentence, one remedy, no traceback, nothing on stdout."""
    assert answer.code == 11, answer
    assert answer.out == ""
    assert "Traceback" not in answer.err
    error = answer.error
    assert error["code"] == "data_refused"
    assert "\n" not in error["message"]
    assert hint in error["hint"]


def digest(path: Path) -> str:
    """What a file holds, in short."""
    return sha256(path.read_bytes()).hexdigest()


def write_text(path: Path) -> None:
    """A file of something else."""
    path.write_text("Dear support,\n" * 500)


def write_other_database(path: Path) -> None:
    """Another program's SQLite file."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE song (name TEXT)")


def write_newer(path: Path) -> None:
    """A desk of a later program."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SHIPPED.newest + 1}")


def cut_short(path: Path) -> None:
    """A desk of which only the beginning is left."""
    os.truncate(path, 5000)


@pytest.mark.parametrize(
    ("spoil", "hint"),
    [
        (write_text, "desk restore"),
        (write_other_database, "pscli init"),
        (lambda path: os.truncate(path, 0), "pscli init"),
        (cut_short, "desk restore"),
        (lambda path: os.truncate(path, 60), "desk restore"),
        (write_newer, "Upgrade pscli"),
        (Path.unlink, "pscli init"),
    ],
    ids=["text", "foreign", "empty", "truncated", "stump", "newer", "missing"],
)
def test_what_is_no_desk_is_refused(
    peopled: Program, spoil: Callable[[Path], None], hint: str
) -> None:
    """Whatever stands there instead of a desk is refused and left as it is."""
    path = Path(peopled.env["PSCLI_DB"])
    at_rest(path)
    if spoil in (write_text, write_other_database):
        path.unlink()
    spoil(path)
    before = digest(path) if path.exists() else None
    check_refused(peopled(*LIST), hint=hint)
    check_refused(peopled(*SUBMIT, "-o", "json"), hint=hint)
    check_refused(peopled("desk", "check", "-o", "json"), hint=hint)
    assert (digest(path) if path.exists() else None) == before


def at_rest(path: Path) -> None:
    """Fold the log of a file into it."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize("spoil", [write_text, write_newer])
def test_init_replaces_nothing(peopled: Program, spoil: Callable[[Path], None]) -> None:
    """`init` refuses a file that holds something, whatever it is."""
    path = Path(peopled.env["PSCLI_DB"])
    at_rest(path)
    if spoil is write_text:
        path.unlink()
    spoil(path)
    before = digest(path)
    answer = peopled("init", "-o", "json")
    assert answer.code in (6, 11)
    assert "Traceback" not in answer.err
    assert digest(path) == before


def test_places_that_cannot_hold_a_desk(pscli: Program, tmp_path: Path) -> None:
    """A folder as the file, and a file as the folder, are refused by every command alike."""
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "file" / "desk.db"):
        env = {"PSCLI_DB": str(place)}
        for words in (LIST, (*SUBMIT, "-o", "json"), ("init", "-o", "json")):
            check_refused(pscli(*words, env=env), hint="")
    assert not (tmp_path / "file").stat().st_size


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_files_are_the_owners_alone(clean_env: dict[str, str], tmp_path: Path, mask: int) -> None:
    """The file, its log and its index are 0600 and the folder 0700, whatever the umask."""
    folder = tmp_path / "new" / "deep"
    env = {**clean_env, "PSCLI_DB": str(folder / "desk.db")}
    before = os.umask(mask)
    try:
        subprocess.run([*PROGRAM, "init"], env=env, check=True, capture_output=True)
        ana = acting(env["PSCLI_DB"], None)
        check_desk(ana)
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in folder.iterdir()}
        ana.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("desk.db", "desk.db-wal", "desk.db-shm"), 0o600)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (folder, folder.parent)] == [0o700] * 2


def test_a_read_only_desk_can_be_read(peopled: Program, tmp_path: Path) -> None:
    """Without the right to write, lists work and changes are refused; afterwards all is well."""
    plain = unprivileged()
    path = Path(peopled.env["PSCLI_DB"])
    peopled.ok(*SUBMIT)
    at_rest(path)
    folder = tmp_path / "theirs"
    folder.mkdir()
    copy = folder / "desk.db"
    shutil.copy(path, copy)
    for file_mode, folder_mode in ((0o400, 0o700), (0o600, 0o500), (0o400, 0o500)):
        copy.chmod(file_mode)
        folder.chmod(folder_mode)
        before = digest(copy)
        answers = []
        for words in (LIST, (*SUBMIT, "-o", "json")):
            done = subprocess.run(
                [*plain, *PROGRAM, *words],
                env={**peopled.env, "PSCLI_DB": str(copy)},
                capture_output=True,
                text=True,
                check=False,
            )
            answers.append(Answer(done.stdout, done.stderr, done.returncode))
        assert answers[0].json["total"] == 1
        check_refused(answers[1], hint="Check the rights")
        assert digest(copy) == before
        assert [entry.name for entry in folder.iterdir()] == ["desk.db"]
    folder.chmod(0o700)
    copy.chmod(0o600)
    peopled.ok(*SUBMIT, env={"PSCLI_DB": str(copy)})


def unprivileged() -> list[str]:
    """How to run a program that rights on files hold for; root needs a tool to give them up."""
    if os.geteuid():
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root without setpriv: the rights of files cannot be tested here")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
