"""docs/exit-codes.md against the problems of the program: every code, none that is not there."""

import re
from pathlib import Path

from pscli.problems import Problem

PAGE = (Path(__file__).parents[1] / "docs" / "exit-codes.md").read_text("utf-8")
SIGNALS = {130, 141, 143}  # the shell's, where a run was ended from outside


def problems() -> set[type[Problem]]:
    """Every kind of expected failure of `problems.py`, and a defect."""
    found = set(Problem.__subclasses__())
    while more := {below for kind in found for below in kind.__subclasses__()} - found:
        found |= more
    return {kind for kind in found if kind.__module__ == Problem.__module__}


def test_every_code_of_an_error_is_explained() -> None:
    """With its exit code and its HTTP status, as `problems.py` states them."""
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \| [^|]+ \|$", PAGE, re.MULTILINE)
    told = [(code, int(ends), int(status)) for code, ends, status in rows]
    assert sorted(told) == sorted({(each.code, each.exit_code, each.status) for each in problems()})


def test_every_exit_code_is_explained() -> None:
    """0, those of the problems, and those of signals; none twice."""
    rows = re.findall(r"^\| ([0-9, ]+) \| [^|`]+", PAGE, re.MULTILINE)
    told = [int(code) for row in rows for code in row.split(",")]
    assert sorted(told) == sorted({0, *SIGNALS, *(kind.exit_code for kind in problems())})
