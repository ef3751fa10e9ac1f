"""Cold start: the whole process of `pscli hub tickets list -o json`."""

import compileall
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

import pscli

from .desks import OWNER, sqlite_desk
from .measure import Figure, in_turn, ratio, tell, tell_times

PROGRAMS = Path(__file__).parent / "programs"
LIST = ["hub", "tickets", "list", "-o", "json"]

# What pip writes for a console script, so that the floors start as pscli itself does.
_LAUNCHER = """\
import re
import sys
from {module} import app
if __name__ == '__main__':
    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])
    sys.exit(app())
"""


def run(*, quick: bool) -> list[Figure]:
    """Start pscli on a small and a large desk, a bare interpreter and Typer programs in turn."""
    rounds = 5 if quick else 31
    small, large = sqlite_desk(1_000), sqlite_desk(20_000 if quick else 1_000_000)
    for sources in (Path(pscli.__file__).parent, PROGRAMS):
        compileall.compile_dir(sources, quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        check_alike(small, Path(folder))
        bare, small_list, large_list, typer, smallest = in_turn(
            [
                _start([sys.executable, "-I", "-c", "pass"], small),
                started(LIST, small),
                started(LIST, large),
                _start([_launcher(folder, "one_command"), "-o", "json"], small),
                _start([_launcher(folder, "smallest")], small),
            ],
            rounds,
        )
    figures = [
        Figure("pscli hub tickets list -o json", "bare interpreter", ratio(small_list, bare), 8.5),
        Figure("the same", "one-command Typer program", ratio(small_list, typer), 1.15),
        Figure("the same", "smallest Typer program", ratio(small_list, smallest)),
        Figure(
            "the same on the large desk", "on the small one", ratio(large_list, small_list), 1.1
        ),
        Figure("one-command Typer program", "bare interpreter", ratio(typer, bare)),
    ]
    tell("start", figures)
    tell_times("bare interpreter", bare)
    tell_times("pscli hub tickets list -o json", small_list)
    return figures


def _environment(desk: Path) -> dict[str, str]:
    paths = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROGRAMS)}
    return {**paths, "PSCLI_DB": str(desk), "PSCLI_AS": OWNER, "LANG": "C.UTF-8"}


def started(words: list[str], desk: Path) -> Callable[[], object]:
    """A job that runs pscli as a whole process on a desk."""
    return _start([_script(), *words], desk)


def _start(words: list[str], desk: Path) -> Callable[[], object]:
    environment = _environment(desk)

    def start() -> None:
        subprocess.run(
            words, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    return start


def _script() -> str:
    return str(Path(sysconfig.get_path("scripts")) / "pscli")


def _launcher(folder: str | Path, module: str) -> str:
    path = Path(folder) / module.replace("_", "-")
    path.write_text(f"#!{sys.executable}\n{_LAUNCHER.format(module=module)}", "utf-8")
    path.chmod(0o700)
    return str(path)


def check_alike(desk: Path, folder: Path) -> None:
    """Both programs must print the same items and total, or the comparison is void."""
    commands = ([_script(), *LIST], [_launcher(folder, "one_command"), "-o", "json"])
    environment = _environment(desk)
    ours, theirs = (
        json.loads(subprocess.check_output(words, env=environment, stderr=subprocess.DEVNULL))
        for words in commands
    )
    assert ours["items"] == theirs["items"]
    assert ours["total"] == theirs["total"]
