"""A disk without room: what was acknowledged stays, the rest is refused, and later all is well."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Answer, Program
from tests.world import ANA

from .children import ROOT, child
from .conftest import SOAK, check_sound
from .test_files import SUBMIT, at_rest, check_refused


def limited(size: int, *words: str) -> list[str]:
    """How to run the real program so that no file of it gets longer than `size` bytes."""
    return [sys.executable, "-m", "tests.faults.children", "limited", str(size), *words]


def was_done(answer: Answer, number: int) -> bool:
    """Whether a request was filed under the next number; if not it was refused with a remedy."""
    if answer.code == 0:
        assert answer.json["number"] == number
    else:
        check_refused(answer, hint="Make room")
    return answer.code == 0


def test_a_full_disk_loses_nothing(peopled: Program) -> None:
    """Under each limit of file sizes: done and acknowledged, or refused and nothing changed."""
    path = Path(peopled.env["PSCLI_DB"])
    done, refused = 0, 0
    for limit in [*range(0, 200_000, 20_000 // SOAK), 400_000]:
        at_rest(path)
        run = subprocess.run(
            limited(limit, *SUBMIT, "-o", "json"),
            env=peopled.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        answer = Answer(run.stdout, run.stderr, run.returncode)
        if was_done(answer, done + 1):
            done += 1
        else:
            refused += 1
    assert done
    assert refused
    assert peopled.ok(*SUBMIT, "-o", "json").json["number"] == done + 1
    check_sound(str(path))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if not mount or not unmount or subprocess.run([mount, *options], check=False).returncode:
        pytest.skip("no right to mount: a full disk is only imitated by limits of file sizes")
    try:
        yield place
    finally:
        subprocess.run([unmount, str(place)], check=True)


def test_a_full_file_system_loses_nothing(peopled: Program, small_disk: Path) -> None:
    """B10: with more and more room: done and acknowledged, or refused and nothing changed."""
    at_rest(Path(peopled.env["PSCLI_DB"]))
    shutil.copy(peopled.env["PSCLI_DB"], small_disk / "desk.db")
    program = Program({**peopled.env, "PSCLI_DB": str(small_disk / "desk.db")})
    filler = small_disk / "filler"
    done, refused = 0, 0
    for room in range(0, 200_000, 32_768 // SOAK):
        system = os.statvfs(small_disk)
        filler.write_bytes(bytes(max(0, system.f_bavail * system.f_frsize - room)))
        answer = program(*SUBMIT, "-o", "json")
        if was_done(answer, done + 1):
            done += 1
        else:
            refused += 1
        filler.unlink()
        listed = program.ok("hub", "tickets", "list", "--as", ANA, "-o", "json").json
        assert listed["total"] == done
    assert done
    assert refused
    assert program.ok(*SUBMIT, "-o", "json").json["number"] == done + 1
    check_sound(program.env["PSCLI_DB"])


def test_room_again_after_a_full_disk(desk_file: Path) -> None:
    """A process that met a full disk works on in the same connection once there is room."""
    sizes = [0, 60_000, 0, 30_000, 0, 300_000, 0]
    with child("cramped", desk_file, *sizes) as process:
        assert process.stdout is not None
        said = process.stdout.read().split()
        assert process.wait() == 0
    numbers = [int(word) for word in said if word != "refused"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [said[n] != "refused" for n, size in enumerate(sizes) if not size] == [True] * 4
    assert "refused" in said
    check_sound(str(desk_file))


def test_init_on_a_full_disk(clean_env: dict[str, str], tmp_path: Path) -> None:
    """`init` without room says so; with room it makes the desk in the same place."""
    env = {**clean_env, "PSCLI_DB": str(tmp_path / "desk.db")}
    program = Program(env)
    for limit in (0, 4096, 50_000, 100_000, 150_000):
        run = subprocess.run(
            limited(limit, "init", "-o", "json"),
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        check_refused(Answer(run.stdout, run.stderr, run.returncode), hint="room")
    program.ok("init")
    program.ok("team", "create", "Acme")
    check_sound(env["PSCLI_DB"])
