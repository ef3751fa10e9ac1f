"""The console blocks of a page, and a shell that plays them as at a terminal without a person."""

import os
import pty
import re
import stat
import subprocess
import sys
import termios
from pathlib import Path
from typing import NamedTuple

WORDS = {"server", "postgres"}
END_OF_STEP = "\x1e"
FENCE = re.compile(r"^```(\w*)(.*)$")


class Step(NamedTuple):
    """A command, the lines that it is to print, and where both stand in the page."""

    line: int
    command: str
    printed: list[str]
    compared: bool


class Page(NamedTuple):
    """The commands of a page, its files by name, and the words behind its console fences."""

    steps: list[Step]
    files: dict[str, str]
    words: set[str]


def read_page(text: str) -> Page:
    """Collect console blocks in order; a fence `sh NAME` or `toml NAME` holds the file NAME.

    In a block without any output only the exit codes count.
    """
    page = Page([], {}, set())
    lines = text.splitlines()
    opened, language, word = 0, "", ""
    for number, line in enumerate(lines, 1):
        assert not re.match(r"\s+```|~~~", line), f"line {number}: a fence begins its line"
        fence = FENCE.match(line)
        if fence and not opened:
            opened, language, word = number, fence[1], fence[2].strip()
        elif fence:
            body = lines[opened : number - 1]
            if language == "console":
                assert word in {"", *WORDS}, f"line {opened}: nothing is known of {word}"
                page.words.update({word} - {""})
                page.steps.extend(read_block(body, opened + 1))
            elif word:
                page.files[word] = "\n".join(body) + "\n"
            opened = 0
    assert not opened, f"line {opened}: a block is not closed"
    return page


def read_block(body: list[str], first: int) -> list[Step]:
    """The steps of a block: `$ command`, `> its next line`, and output up to the next `$`."""
    compared = any(not line.startswith(("$ ", "> ")) for line in body)
    steps: list[Step] = []
    for number, line in enumerate(body, first):
        if line.startswith("$ "):
            steps.append(Step(number, line[2:], [], compared))
        elif line.startswith("> ") and steps and not steps[-1].printed:
            steps[-1] = steps[-1]._replace(command=f"{steps[-1].command}\n{line[2:]}")
        else:
            assert steps, f"line {number}: output before any command"
            steps[-1].printed.append(line.rstrip())
    assert steps, f"line {first}: a block without a command"
    return steps


class Played(NamedTuple):
    """What a command printed, and its exit code."""

    printed: list[str]
    code: int


def play(steps: list[Step], folder: Path, env: dict[str, str]) -> list[Played]:
    """Run the commands in one shell: stdout and stderr are a terminal, stdin is empty."""
    script = "".join(
        f"{step.command}\n_code=$?; printf '\\036%d\\036' $_code; (exit $_code)\n" for step in steps
    )
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, 80))
    running = subprocess.Popen(
        ["/bin/bash", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=env,
    )
    os.close(theirs)
    parts = _all_of(ours).replace("\r\n", "\n").split(END_OF_STEP)
    running.wait(timeout=60)
    outputs = [_lines(text) for text in parts[:-1:2]]
    codes = [int(code) for code in parts[1::2]]
    assert len(codes) == len(steps), f"the shell ended after {len(codes)} commands"
    return [Played(*each) for each in zip(outputs, codes, strict=True)]


def _all_of(terminal: int) -> str:
    """What comes out of a terminal until its last writer closes it."""
    read = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody has the other side open
            more = b""
        if not more:
            os.close(terminal)
            return read.decode("utf-8", "replace")
        read += more


def _lines(text: str) -> list[str]:
    """The lines of an output without blanks at their ends and without empty ones around it."""
    return [line.rstrip() for line in text.strip("\n").split("\n")] if text.strip("\n") else []


def agrees(stands: list[str], printed: list[str]) -> bool:
    """Whether an output is what stands there: `...` alone is any lines, within one any text."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", ".*") + "\n"
        for line in _lines("\n".join(stands))
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def faults(steps: list[Step], played: list[Played]) -> list[str]:
    """Where a page is not true; a command fails only where `echo $?` follows it."""
    found: list[str] = []
    nexts = [*(step.command for step in steps[1:]), ""]
    for step, done, following in zip(steps, played, nexts, strict=True):
        if done.code and following != "echo $?":
            found.append(f"line {step.line}: exit code {done.code}: " + "\n".join(done.printed))
        elif step.compared and not agrees(step.printed, done.printed):
            found.append(f"line {step.line}: printed\n" + "\n".join(done.printed))
    return found


def renewed(text: str, steps: list[Step], played: list[Played]) -> str:
    """The page with what its commands print now, where that is not what stands there."""
    lines = text.splitlines()
    for step, done in reversed(list(zip(steps, played, strict=True))):
        if step.compared and not agrees(step.printed, done.printed):
            first = step.line + step.command.count("\n")
            lines[first : first + len(step.printed)] = done.printed
    return "\n".join(lines) + "\n"


def lay_out(page: Page, folder: Path) -> Path:
    """Write the files of a page, and a folder `bin` in which `pscli` is the program under test."""
    for name, text in page.files.items():
        path = folder / name
        assert path.parent == folder, f"{name}: a file of the page's own folder"
        path.write_text(text, "utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    program = folder / "bin" / "pscli"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m pscli "$@"\n')
    program.chmod(0o755)
    return program.parent
