"""Tabs in real shells: what each offers for a line, by its own means of completing."""

import os
import pty
import re
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import pytest

SCRIPTS = Path(__file__).parents[2] / "completions"
_MOVES = re.compile(r"\x1b\[[0-9;?>=]*[A-Za-z]|\x1b[=>]|\r")
_NOTHING = re.compile(r"[\x00\x07]|.?\x08")
_BASH = """
source "$1"; COMP_LINE=$2; COMP_POINT=${#2}; _pscli pscli
printf '%s\\n' "${COMPREPLY[@]}"
"""
_POWERSHELL = """
$ErrorActionPreference = 'Stop'; . $env:PSCLI_SCRIPT
$line = $env:PSCLI_LINE
$found = TabExpansion2 -inputScript $line -cursorColumn $line.Length
$found.CompletionMatches | ForEach-Object { $_.CompletionText }
"""
_FISH = 'source "$argv[1]"; complete -C "$argv[2]"'


def needed(shell: str) -> str:
    """The path of a shell; the test is skipped where the machine has none."""
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"NO {shell} ON THIS MACHINE: its completion is not tested (install {shell})")
    return path


def with_program(env: dict[str, str], folder: Path) -> dict[str, str]:
    """The environment of a shell that finds this very program as `pscli`."""
    script = folder / "pscli"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pscli "$@"\n', "utf-8")
    script.chmod(0o755)
    home = {"HOME": str(folder), "TERM": "xterm"}
    return {**env, **home, "PATH": f"{folder}:{env['PATH']}"}


def in_bash(env: dict[str, str], line: str) -> list[str]:
    """What bash's function answers for a line with the cursor at its end."""
    words = [needed("bash"), "--norc", "-c", _BASH, "bash", str(SCRIPTS / "pscli.bash"), line]
    return [each for each in _output(words, env) if each]


def in_fish(env: dict[str, str], line: str) -> list[str]:
    """What fish's `complete -C` answers for a line, without what it says about it."""
    words = [needed("fish"), "--no-config", "-c", _FISH, str(SCRIPTS / "pscli.fish"), line]
    return [each.partition("\t")[0] for each in _output(words, env)]


def in_powershell(env: dict[str, str], line: str) -> list[str]:
    """What PowerShell's own completion answers for a line with the cursor at its end."""
    words = [needed("pwsh"), "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL]
    said = {"PSCLI_SCRIPT": str(SCRIPTS / "pscli.ps1"), "PSCLI_LINE": line, "NO_COLOR": "1"}
    return [each.strip("'") for each in _output(words, {**env, **said})]


def _output(words: list[str], env: dict[str, str]) -> list[str]:
    done = subprocess.run(
        words, env=env, capture_output=True, text=True, timeout=60, check=True, cwd=env["HOME"]
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def in_zsh(env: dict[str, str], line: str) -> list[str]:
    """The words that zsh shows at two Tabs on a terminal; the first may finish the word."""
    with _terminal([needed("zsh"), "-f", "-i"], env) as type_:
        type_(f"PS1='READY> '; fpath=({SCRIPTS} $fpath); LISTMAX=999\n")
        type_("autoload -Uz compinit; compinit -u -D; unsetopt listbeep; print SET''UP\n", "SETUP")
        shown = type_(f"{line}\t\t\x05 #THE''END", "#THE''END")
    return shown.partition("#THE''END")[0].split()


def in_interactive_bash(env: dict[str, str], line: str) -> list[str]:
    """The words that bash shows at Tabs on a terminal: one that goes on, two that list."""
    with _terminal([needed("bash"), "--norc", "-i"], env) as type_:
        type_(f"PS1='READY> '; source {SCRIPTS}/pscli.bash; echo SET''UP\n", "SETUP")
        shown = type_(f"{line}\t\t\t\x05 #THE''END", "#THE''END")
    return shown.partition("#THE''END")[0].split()


@contextmanager
def _terminal(words: list[str], env: dict[str, str]) -> Iterator[Callable[..., str]]:
    """A shell on a terminal of its own; yields how to type and read up to a mark."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=env["HOME"],
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)

    def type_(text: str, mark: str = "") -> str:
        if "\t" in text:  # a Tab means something once the shell's editor has the terminal
            while termios.tcgetattr(ours)[3] & termios.ICANON:
                time.sleep(0.01)
        os.write(ours, text.encode())
        shown = ""
        deadline = time.monotonic() + 30
        while mark and mark not in shown:
            assert time.monotonic() < deadline, f"no {mark} in: {shown}"
            if select([ours], [], [], 0.2)[0]:
                shown += os.read(ours, 65536).decode("utf-8", "replace")
        return _NOTHING.sub("", _MOVES.sub(" ", shown))

    try:
        yield type_
    finally:
        running.kill()
        running.wait()
        os.close(ours)
