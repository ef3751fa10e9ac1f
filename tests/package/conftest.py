"""A fixture: what the wheel alone gives, without extras, in an environment of its own."""

import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from venv import EnvBuilder

import pytest
from hatchling.builders.wheel import WheelBuilder
from manual.packages import closure
from manual.pages import ROOT


@dataclass(frozen=True)
class Installed:
    """An environment with pscli from its wheel, and where that lies."""

    wheel: Path
    folder: Path

    @property
    def python(self) -> str:
        """Its interpreter, which sees nothing of the environment of the tests."""
        return str(self.folder / "bin" / "python")

    @property
    def program(self) -> str:
        """The command that the wheel installed."""
        return str(self.folder / "bin" / "pscli")


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What its wheel gives, with what the base install needs, and nothing else: no server, no pip.

    Nothing is downloaded: the closure's files are linked from where the tests run.
    """
    folder = tmp_path_factory.mktemp("base") / "environment"
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(folder.parent)))
    EnvBuilder(symlinks=True).create(folder)
    made = Installed(Path(wheel), folder)
    offline = ["--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", made.python, "install", "-q", *offline, wheel],
        check=True,
    )
    link_packages(site_packages(folder), "pscli")
    return made


def site_packages(folder: Path) -> Path:
    """Where an environment has its libraries."""
    where = {"base": str(folder), "platbase": str(folder)}
    return Path(sysconfig.get_path("purelib", "venv", vars=where))


def link_packages(place: Path, *requirements: str) -> None:
    """Put the closure of these into a folder: every file that is not pscli's own."""
    place.mkdir(exist_ok=True)
    for name, package in closure(*requirements).items():
        if name != "pscli":
            for top in {path.parts[0] for path in package.files or []} - {"..", "__pycache__"}:
                target = place / top
                if not target.is_symlink():
                    target.symlink_to(Path(str(package.locate_file(top))))
