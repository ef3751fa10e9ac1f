"""A Tab in a real shell, with the start of the shell, beside the list command."""

import os
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

from .desks import OWNER, sqlite_desk
from .measure import Figure, in_turn, ratio, tell, tell_times
from .start import LIST, started

_SCRIPTS = Path(__file__).parents[1] / "completions"
_BASH = (
    'source "$1"; COMP_LINE=$2; COMP_POINT=${#2}; _pscli pscli; printf "%s\\n" "${COMPREPLY[@]}"'
)
_FISH = 'source "$argv[1]"; complete -C "$argv[2]"'
# The function itself, without the system around it, which other commands load as well.
_ZSH = """
compadd() { local name=$@[-1]; print -rl -- "${(@P)name}" }
compset() { : }; compdef() { : }
words=("${(@s: :)2}"); CURRENT=$#words; source "$1"; _pscli
"""
_OPTION = "pscli hub tickets list --s"
_TICKET = "pscli hub tickets show "


def run(*, quick: bool) -> list[Figure]:
    """Tabs for an option and for a ticket's number in bash, and in other shells that there are."""
    rounds = 5 if quick else 31
    desk = sqlite_desk(1_000 if quick else 1_000_000)
    shells = {name: path for name in ("bash", "fish", "zsh") if (path := shutil.which(name))}
    tabs = [(shell, line) for shell in shells for line in (_OPTION, _TICKET)]
    with tempfile.TemporaryDirectory() as home:  # fish writes into it
        jobs = [started(LIST, desk), *(tab(shell, line, desk, home) for shell, line in tabs)]
        listed, *took = in_turn(jobs, rounds)
    figures = [
        Figure(f"Tab in {shell}: {line}", "list command", ratio(times, listed), 1.5)
        for (shell, line), times in zip(tabs, took, strict=True)
    ]
    tell("completion", figures)
    tell_times("pscli hub tickets list -o json", listed)
    for (shell, line), times in zip(tabs, took, strict=True):
        tell_times(f"Tab in {shell}: {line}", times)
    return figures


def tab(shell: str, line: str, desk: Path, home: str) -> Callable[[], list[str]]:
    """A job that starts a shell, loads the script and presses Tab; it must be offered something."""
    words = {
        "bash": ["bash", "--norc", "-c", _BASH, "bash", str(_SCRIPTS / "pscli.bash"), line],
        "fish": ["fish", "--no-config", "-c", _FISH, str(_SCRIPTS / "pscli.fish"), line],
        "zsh": ["zsh", "-f", "-c", _ZSH, "zsh", str(_SCRIPTS / "_pscli"), line],
    }[shell]
    path = f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": home, "LANG": "C.UTF-8"}
    environment |= {"PSCLI_DB": str(desk), "PSCLI_AS": OWNER}

    def press() -> list[str]:
        done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
        offered = done.stdout.split()
        assert offered
        return offered

    return press
