"""The sessions in docs/sessions, played: every command must print what stands there."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Program

FOLDER = Path(__file__).parents[2] / "docs" / "sessions"
ASSIGNMENT = re.compile(r"[A-Z_]+=.*")


class Step(NamedTuple):
    """A command with its environment, and what it prints on stdout."""

    line: int
    env: dict[str, str]
    words: list[str]
    printed: list[str]


def read_session(text: str) -> list[Step]:
    """The commands of a session: `$ NAME=value pscli ...`; what follows up to an empty line."""
    steps: list[Step] = []
    printing = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("$ "):
            words = shlex.split(line[2:])
            settings = [word for word in words if ASSIGNMENT.fullmatch(word)]
            env = dict(word.split("=", 1) for word in settings)
            first = len(settings)
            assert words[first] == "pscli", f"line {number}: {line}"
            steps.append(Step(number, env, words[first + 1 :], []))
            printing = True
        elif not line:
            printing = False
        elif printing:
            steps[-1].printed.append(line)
        else:
            assert line.startswith("#"), f"line {number}: neither a command nor a remark"
    return steps


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.txt")))
def test_a_session_is_as_documented(
    name: str, clean_env: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """On a desk of its own, at 80 columns, each command in turn; exit 0 every time."""
    program = Program({**clean_env, "PSCLI_DB": str(tmp_path / "desk.db"), "COLUMNS": "80"})
    path = FOLDER / name
    text = path.read_text("utf-8")
    steps = read_session(text)
    played = [play(program, step) for step in steps]
    if request.config.getoption("update_snapshots"):
        path.write_text(renewed(text, played), "utf-8")
        return
    assert steps
    for step, printed in zip(steps, played, strict=True):
        assert printed == step.printed, f"{name}:{step.line}"


def play(program: Program, step: Step) -> list[str]:
    """Run a command as at a terminal; the lines that it prints, without empty ones."""
    as_table = [] if "-o" in step.words or step.words == ["init"] else ["-o", "table"]
    answer = program.ok(*step.words, *as_table, env=step.env)
    return [line for line in answer.out.splitlines() if line]


def renewed(text: str, played: list[list[str]]) -> str:
    """The session with what its commands print now."""
    lines: list[str] = []
    outputs = iter(played)
    printing = False
    for line in text.splitlines():
        if line.startswith("$ "):
            lines += [line, *next(outputs)]
            printing = True
        elif not printing or not line or line.startswith("#"):
            printing = False
            lines.append(line)
    return "\n".join(lines) + "\n"
