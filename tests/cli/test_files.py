"""Files that commands write: whole or not at all, in turn, and nowhere that was not meant."""

import errno
import os
import resource
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from pscli.cli.files import as_text, written
from pscli.problems import InvalidValue, NotWritten, StateForbids, Unavailable
from tests.faults.children import ROOT

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as others")


def write(
    target: Path | str,
    data: bytes = b"new",
    *,
    force: bool = False,
    halfway: Callable[[], object] = lambda: None,
) -> None:
    """Write a file as commands do; `halfway` happens in the middle of it."""
    with written(str(target), force=force) as file:
        file.write(data[: len(data) // 2])
        file.flush()
        halfway()
        file.write(data[len(data) // 2 :])


def mode_of(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    """What lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Within the block no file of this process gets longer than `size` bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fail(failure: BaseException) -> None:
    """Raise it."""
    raise failure


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_is_as_the_umask_says(tmp_path: Path, mask: int, mode: int) -> None:
    """As any program's file: who wants it for themselves sets their umask."""
    before = os.umask(mask)
    try:
        write(tmp_path / "f")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "f") == mode
    assert names(tmp_path) == ["f"]


def test_a_caller_can_keep_a_new_file_to_its_owner(tmp_path: Path) -> None:
    """An attachment is for whoever asked for it."""
    with written(str(tmp_path / "f"), mode=0o600) as file:
        assert mode_of(next(tmp_path.iterdir())) == 0o600
        file.write(b"x")
    assert mode_of(tmp_path / "f") == 0o600


def test_a_file_that_is_there_needs_force_and_keeps_its_mode(tmp_path: Path) -> None:
    """I5: only --force replaces, and who could read the file can read the new one."""
    target = tmp_path / "f"
    target.write_bytes(b"old")
    target.chmod(0o640)
    with pytest.raises(StateForbids, match="exists"):
        write(target)
    assert target.read_bytes() == b"old"
    write(target, force=True)
    assert (target.read_bytes(), mode_of(target)) == (b"new", 0o640)
    assert names(tmp_path) == ["f"]


def test_a_file_that_appeared_meanwhile_stays(tmp_path: Path) -> None:
    """I5: between the first look and the last another program may have made it."""
    target = tmp_path / "f"
    with pytest.raises(StateForbids, match="exists"):
        write(target, halfway=lambda: target.write_bytes(b"theirs"))
    assert target.read_bytes() == b"theirs"
    assert names(tmp_path) == ["f"]


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """I5: the file appears complete or not at all, the old one stays; the hidden file goes."""
    target = tmp_path / "f"
    for old in (None, b"old"):
        if old:
            target.write_bytes(old)
        for failure in (ValueError("a defect"), KeyboardInterrupt(), SystemExit(143)):
            with pytest.raises(type(failure)):
                write(target, force=True, halfway=partial(fail, failure))
            assert names(tmp_path) == (["f"] if old else [])
    assert target.read_bytes() == b"old"


def test_a_full_disk(tmp_path: Path) -> None:
    """I5: no room is exit 12 whenever it is noticed; the old file stays."""
    target = tmp_path / "f"
    target.write_bytes(b"old")
    for size in (10, 1_000_000):
        with limited(5), pytest.raises(NotWritten, match="File too large"):
            write(target, b"x" * size, force=True)
        assert target.read_bytes() == b"old"
        assert names(tmp_path) == ["f"]
    with pytest.raises(NotWritten, match=os.strerror(errno.ENOSPC)):
        write("/dev/full")


def test_devices_and_pipes_are_written_in_place(tmp_path: Path) -> None:
    """They hold nothing that could be lost, so they need no force."""
    write("/dev/null")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for target in (pipe, link):
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        write(target)
        assert os.read(reader, 10) == b"new"
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert names(tmp_path) == ["link", "pipe"]


def test_a_reader_that_went_away(tmp_path: Path) -> None:
    """It is no fault of the path: the run ends with 141 and says nothing."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(BrokenPipeError):
        write(pipe, halfway=lambda: os.close(reader))


@pytest.mark.parametrize(
    "target", [".", "folder", "folder/", "new/", "missing/f", "file/f", "x" * 300, "a\0b", "loop"]
)
def test_paths_that_take_no_file(tmp_path: Path, target: str) -> None:
    """Told before anything is asked of the desk: one sentence, exit 2."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    before = names(tmp_path)
    with pytest.raises(InvalidValue) as refused:
        write(f"{tmp_path}/{target}", force=True)
    assert refused.value.message.endswith(".")
    assert names(tmp_path) == before


def test_the_longest_name_is_taken(tmp_path: Path) -> None:
    """The hidden file's name is no longer for it."""
    write(tmp_path / ("x" * 255))
    assert names(tmp_path) == ["x" * 255]


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """Paths are bytes."""
    target = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    write(target)
    with pytest.raises(StateForbids, match="\ufffd exists"):
        write(target)
    assert as_text(target.name) == "\ufffd"


@as_root
def test_a_folder_that_may_not_be_written() -> None:
    """The reason stands in the sentence, the old file stays."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        target = Path(folder) / "f"
        target.write_bytes(b"old")
        target.chmod(0o666)
        os.seteuid(NOBODY)
        try:
            with pytest.raises(InvalidValue, match="/f: Permission denied"):
                write(target, force=True)
        finally:
            os.seteuid(0)
        assert target.read_bytes() == b"old"


def test_a_link_is_followed_to_a_file_of_the_same_owner(tmp_path: Path) -> None:
    """The file behind it is replaced where it lies; the link stays."""
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "f", tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(StateForbids, match="leads nowhere"):
        write(link, force=True)
    target.write_bytes(b"old")
    with pytest.raises(StateForbids, match="exists"):
        write(link)
    write(link, force=True)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path / "far") == ["f"]


@as_root
def test_a_link_to_a_file_of_another_owner_is_not_followed(tmp_path: Path) -> None:
    """Somebody else's link in a shared folder leads to no file of ours."""
    target, link = tmp_path / "f", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    with pytest.raises(StateForbids, match="another owner") as refused:
        write(link, force=True)
    assert str(target) in (refused.value.hint or "")
    assert target.read_bytes() == b"old"


@as_root
def test_root_leaves_a_file_to_its_owner(tmp_path: Path) -> None:
    """A replaced file belongs to whom it belonged."""
    target = tmp_path / "f"
    target.write_bytes(b"old")
    os.chown(target, NOBODY, NOBODY)
    write(target, force=True)
    assert (target.read_bytes(), target.stat().st_uid) == (b"new", NOBODY)


def part_name(folder: Path, target: Path) -> Path:
    """The hidden file that is written for a target."""
    with written(str(target)):
        (found,) = folder.glob(".pscli-*")
    target.unlink()
    return found


@as_root
def test_what_others_put_in_the_way_is_not_written_to(tmp_path: Path) -> None:
    """A guessed name, made beforehand, could be read by whoever made it."""
    target = tmp_path / "f"
    part = part_name(tmp_path, target)
    part.touch()
    os.chown(part, NOBODY, NOBODY)
    with pytest.raises(InvalidValue, match="somebody else"):
        write(target)
    part.unlink()
    secret = tmp_path / "secret"
    secret.write_bytes(b"kept")
    part.symlink_to(secret)
    with pytest.raises(InvalidValue):
        write(target)
    assert secret.read_bytes() == b"kept"


def test_two_runs_on_one_target_exclude_each_other(tmp_path: Path) -> None:
    """I5: the second is refused with exit 10, the first is not disturbed; others are free."""
    target = tmp_path / "f"
    with written(str(target)) as file:
        file.write(b"first")
        with pytest.raises(Unavailable, match="Another run"):
            write(target)
        with pytest.raises(Unavailable, match="Another run"):
            write(target, force=True)
        write(tmp_path / "g")
    assert target.read_bytes() == b"first"
    write(target, force=True)
    assert names(tmp_path) == ["f", "g"]


def test_what_a_killed_run_left_is_taken_over(tmp_path: Path) -> None:
    """I5: killed in the middle, or between the two names of a finished file."""
    target = tmp_path / "f"
    part = part_name(tmp_path, target)
    part.write_bytes(b"x" * 1000)
    part.chmod(0o666)
    with written(str(target)) as file:
        assert mode_of(part) == 0o600
        file.write(b"new")
    assert (target.read_bytes(), names(tmp_path)) == (b"new", ["f"])
    part.hardlink_to(target)
    write(target, b"newer", force=True)
    assert (target.read_bytes(), names(tmp_path)) == (b"newer", ["f"])
    part.hardlink_to(target)
    with pytest.raises(StateForbids), written(str(target)):
        pass
    assert target.read_bytes() == b"newer"


def test_a_dash_is_stdout(tmp_path: Path) -> None:
    """Whatever stdout is: a file, one that was opened as a file, a full one, a closed one."""
    code = "import sys; from tests.cli.test_files import write; write(sys.argv[1], b'new')"
    for name in ("-", "/dev/stdout"):
        with (tmp_path / "out").open("wb") as out:
            run = [sys.executable, "-c", code, name]
            assert subprocess.run(run, stdout=out, check=False, cwd=ROOT).returncode == 0
        assert (tmp_path / "out").read_bytes() == b"new"
    assert names(tmp_path) == ["out"]
