"""The lock and the project agree, and the page of licences is that of the lock."""

import platform
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import pytest
from manual.licences import PAGE, licences
from manual.packages import LOCK, closure, read_lock
from manual.pages import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TEXT = LOCK.read_text("utf-8")
LOCKED = read_lock(TEXT)
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
HASH = "a" * 64


def asked_for() -> list[Requirement]:
    """What the project needs to run, in each of its extras, and to be built."""
    optional = PROJECT["project"]["optional-dependencies"]
    said = [
        *PROJECT["project"]["dependencies"],
        *(each for extra in optional.values() for each in extra),
        *PROJECT["build-system"]["requires"],
    ]
    return [each for each in map(Requirement, said) if each.name != "pscli"]


@pytest.mark.parametrize("wanted", asked_for(), ids=str)
def test_what_the_project_asks_for_is_locked(wanted: Requirement) -> None:
    """Each at a version that is allowed; whoever changes one runs `./dev lock`."""
    found = [each for each in LOCKED if each.name == canonicalize_name(wanted.name)]
    assert found, "run: ./dev lock"
    assert all(wanted.specifier.contains(each.version) for each in found), "run: ./dev lock"


def test_the_lock_is_whole() -> None:
    """What the locked packages need in their turn is locked, and nothing is locked in vain."""
    here = {each.name for each in LOCKED if each.here}
    assert closure("pscli[dev]").keys() - {"pscli"} == here


def test_a_name_has_one_version_here() -> None:
    """Where one name has several versions, they are for different systems."""
    here = [each.name for each in LOCKED if each.here]
    assert len(here) == len(set(here))


def test_the_tests_run_on_the_locked_versions() -> None:
    """Whoever takes a new lock runs `./dev setup`."""
    other = {each.name: installed(each.name) for each in LOCKED if each.here}
    assert other == {each.name: each.version for each in LOCKED if each.here}, "run: ./dev setup"


def installed(name: str) -> str | None:
    """The version that this environment has."""
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return None


def test_the_lock_names_no_place() -> None:
    """Where packages come from is a setting of each machine; their hashes say what they are."""
    assert "://" not in TEXT
    assert not re.findall(r"(?m)^\s*-", re.sub(r"(?m)^\s+--hash", "", TEXT))


@pytest.mark.parametrize(
    "line",
    [
        "typer==0.28.0",
        "typer==0.28.0 --hash=sha256:abc",
        f"--index-url x --hash=sha256:{HASH} --hash=md5:{HASH}",
        f"typer==0.28.0 --hash=sha256:{HASH} --no-binary",
    ],
)
def test_a_line_without_its_hashes_is_refused(line: str) -> None:
    """Else anything could be installed under its name."""
    with pytest.raises(ValueError, match="hashes"):
        read_lock(f"# a remark\n{line}\n")


def test_a_locked_version_is_one() -> None:
    """A range is no lock."""
    (ranged,) = read_lock(f"typer>=0.28 \\\n    --hash=sha256:{HASH}\n    # via pscli\n")
    with pytest.raises(ValueError, match="one version"):
        _ = ranged.version


def test_the_page_of_licences_is_fresh() -> None:
    """Whoever takes a new lock runs `./dev licences`; a licence that asks for more needs a word."""
    if (sys.platform, platform.python_version_tuple()[:2]) != ("linux", ("3", "11")):
        pytest.skip("THE PAGE IS THAT OF LINUX WITH PYTHON 3.11")
    assert PAGE.read_text("utf-8") == licences(), "run: ./dev licences"
