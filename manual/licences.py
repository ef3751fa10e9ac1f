"""docs/licences.md: every package that an installation brings, from its own metadata."""

from collections.abc import Iterable
from importlib.metadata import Distribution

from pscli.extras import EXTRAS

from .packages import LOCK, closure, read_lock
from .pages import ROOT

PAGE = ROOT / "docs" / "licences.md"
_HEAD = """\
# Licences

Written by `./dev licences` from the metadata of what is installed, as
[the lock](../requirements/locked.txt) has it on Linux with Python 3.11; a test fails where it is
stale. pscli itself is under the MIT licence. Nothing of others is in its wheel: what it needs is
installed beside it, under its own licence.
"""
# Of each licence that asks for more than a notice, what it asks of whom.
_ATTENTION = {
    "LGPL-3.0-only": "Only the extra `server` brings it. pscli imports it unchanged, as a library "
    "that anybody can replace in their environment, which is what this licence asks; whoever "
    "ships pscli and it together in one file or image owes its text and its source.",
    "MPL-2.0": "It asks that changed files of its own stay under it. pscli changes none.",
}
_ASKING = ("GPL", "MPL", "EPL", "CDDL", "EUPL", "OSL", "SSPL", "BUSL", "CC-BY-SA")
# Old metadata say in words what newer ones say as an expression of SPDX.
_SPDX = {
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_IN_THEIR_FILES = {"atheris": "Apache-2.0"}  # whose metadata name none
_LONGEST = 30  # a longer field is the text of a licence, not its name


def licence_of(package: Distribution) -> str:
    """What a package says its licence is; raises ValueError where it says nothing."""
    expression, said = _field(package, "License-Expression"), _field(package, "License")
    if expression:
        return expression
    if not said or len(said) > _LONGEST:
        classifiers = package.metadata.get_all("Classifier") or []
        words = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License")]
        said = " OR ".join(sorted({_SPDX[each] for each in words if each in _SPDX}))
    said = said or _IN_THEIR_FILES.get(package.name, "")
    if not said:
        raise ValueError(f"{package.name} {package.version} says no licence")
    return _SPDX.get(said, said)


def _field(package: Distribution, name: str) -> str:
    return " ".join(package.metadata.get_all(name) or [])


def licences() -> str:
    """The page; raises ValueError where a licence needs a sentence that nobody wrote."""
    parts = {"base": closure("pscli")}
    parts |= {extra: closure(f"pscli[{extra}]") for extra in EXTRAS}
    developed = closure("pscli[dev]")
    shipped = {name: each for part in parts.values() for name, each in part.items()}
    del shipped["pscli"], developed["pscli"]
    rows = []
    for name, package in sorted(shipped.items()):
        part = next(part for part, found in parts.items() if name in found)
        rows.append(f"{_row(name, package)} {part} |")
    others = {name: each for name, each in developed.items() if name not in shipped}
    return "\n".join(
        [
            _HEAD,
            "## What an installation brings\n",
            "| package | version | licence | part |\n|---|---|---|---|",
            *rows,
            *_elsewhere(developed),
            "\n## Licences that ask for more than a notice\n",
            *_attention(developed.values()),
            "\n## For development and tests alone\n",
            "| package | version | licence |\n|---|---|---|",
            *(_row(*each) for each in sorted(others.items())),
            "",
        ]
    )


def _row(name: str, package: Distribution) -> str:
    return f"| {name} | {package.version} | {licence_of(package)} |"


def _elsewhere(here: Iterable[str]) -> list[str]:
    """A sentence on what only other systems need."""
    names = {each.name for each in read_lock(LOCK.read_text("utf-8"))} - set(here)
    return [f"\nOn other systems also: {', '.join(sorted(names))}."] if names else []


def _attention(packages: Iterable[Distribution]) -> list[str]:
    """A line for each licence that asks for more, with its packages."""
    asking: dict[str, list[str]] = {}
    for each in packages:
        licence = licence_of(each)
        if any(word in licence for word in _ASKING):
            asking.setdefault(licence, []).append(each.name.lower())
    unsaid = asking.keys() - _ATTENTION.keys()
    if unsaid:
        raise ValueError(f"{sorted(unsaid)}: manual/licences.py has no sentence on it")
    return [
        f"- **{licence}** ({', '.join(sorted(names))}). {_ATTENTION[licence]}"
        for licence, names in sorted(asking.items())
    ]


if __name__ == "__main__":
    PAGE.write_text(licences(), "utf-8")
