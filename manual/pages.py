"""Every generated file of the project."""

from pathlib import Path

from .commands import read_commands
from .completions import completions

ROOT = Path(__file__).parents[1]


def generated() -> dict[str, str]:
    """The texts by their paths in the project."""
    root = read_commands()
    return {f"completions/{name}": text for name, text in completions(root).items()}
