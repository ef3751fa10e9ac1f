"""CHANGELOG.md from one file for each change, so that two branches never write the same lines."""

import re
from pathlib import Path

KINDS = ("Change", "Security", "Bugfix", "Enhancement")  # in the order of who has to act
UNRELEASED = "unreleased"
_FOLDER = re.compile(r"(\d+)\.(\d+)\.(\d+)_(\d{4}-\d\d-\d\d)")
_FRAGMENT = re.compile(rf"({'|'.join(KINDS)}): (\S.*[^.\s])\n\n(\S.*)", re.DOTALL)


def changelog(folder: Path) -> str:
    """The whole text: what is unreleased, then the releases, newest first."""
    releases = [each for each in folder.iterdir() if each.is_dir()]
    return "\n".join(
        [
            "# Changelog\n",
            "Written by `./dev changelog` from the files of `changelog/`.\n",
            *(_release(each) for each in sorted(releases, key=_age, reverse=True)),
        ]
    )


def _age(release: Path) -> tuple[float, ...]:
    """By version; what is unreleased is newer than any."""
    if release.name == UNRELEASED:
        return (float("inf"),)
    found = _FOLDER.fullmatch(release.name)
    if found is None:
        raise ValueError(f"{release}: name it VERSION_DATE, such as 1.0.0_2026-03-02")
    return tuple(map(float, found.groups()[:3]))


def _release(release: Path) -> str:
    """One release: its heading, then its changes by kind and file name."""
    found = _FOLDER.fullmatch(release.name)
    version, _, day = release.name.partition("_")
    heading = f"## {version}, {day}" if found else "## Unreleased"
    fragments = [read_fragment(path) for path in sorted(release.glob("*.md"))]
    fragments.sort(key=lambda each: KINDS.index(each[0]))
    parts = [f"### {kind}: {title}\n\n{text}\n" for kind, title, text in fragments]
    return "\n".join([f"{heading}\n", *parts])


def read_fragment(path: Path) -> tuple[str, str, str]:
    """Kind, title and text of a change; raises ValueError where it does not follow the template."""
    lines = path.read_text("utf-8").splitlines()
    told = "\n".join(line for line in lines if not line.startswith("#")).strip()
    found = _FRAGMENT.fullmatch(told)
    if found is None:
        raise ValueError(f"{path}: it does not follow changelog/TEMPLATE")
    return found[1], found[2], found[3]


if __name__ == "__main__":
    root = Path(__file__).parents[1]
    (root / "CHANGELOG.md").write_text(changelog(root / "changelog"), "utf-8")
