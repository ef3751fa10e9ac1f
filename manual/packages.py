"""What an installation brings along, and what `requirements/locked.txt` holds."""

import re
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).parents[1] / "requirements" / "locked.txt"


def closure(*requirements: str) -> dict[str, Distribution]:
    """The installed distributions that these need here, by canonical name.

    Raises PackageNotFoundError where one is not installed.
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [Requirement(each) for each in requirements]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        found.setdefault(name, distribution(name))
        for extra in {"", *wanted.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += _needs(found[name].requires or [], extra)
    return found


def _needs(requires: Iterable[str], extra: str) -> list[Requirement]:
    """Those that hold on this system with this extra."""
    read = [Requirement(each) for each in requires]
    return [each for each in read if not each.marker or each.marker.evaluate({"extra": extra})]


class Locked(NamedTuple):
    """A line of the lock: exactly one version, for some systems, and the files that it may be."""

    requirement: Requirement
    hashes: list[str]

    @property
    def name(self) -> str:
        """The canonical name."""
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        """The one version; raises ValueError where the line does not name one."""
        said = list(self.requirement.specifier)
        if len(said) != 1 or said[0].operator != "==":
            raise ValueError(f"{self.requirement}: a lock names one version")
        return said[0].version

    @property
    def here(self) -> bool:
        """Whether it is installed on this system."""
        return not self.requirement.marker or self.requirement.marker.evaluate()


def read_lock(text: str) -> list[Locked]:
    """Its lines, in order; raises ValueError where one is no requirement with its hashes."""
    told = re.sub(r"(?m)^\s*#.*\n", "", text).replace("\\\n", " ")
    found = []
    for line in filter(None, told.splitlines()):
        said, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
        if not hashes or not all(re.fullmatch("[0-9a-f]{64}", each) for each in hashes):
            raise ValueError(f"{said}: a line of the lock has hashes, and nothing else")
        found.append(Locked(Requirement(said), hashes))
    return found
