"""Every generated file of the project."""

from pathlib import Path

from .commands import read_commands
from .completions import completions
from .http_api import http_api
from .reference import reference
from .roff import man_pages

ROOT = Path(__file__).parents[1]
HTTP_API = "docs/http-api.md"  # alone in its folder that is generated


def generated() -> dict[str, str]:
    """The texts by their paths in the project."""
    root = read_commands()
    exit_codes = (ROOT / "docs" / "exit-codes.md").read_text("utf-8")
    folders = {
        "completions": completions(root),
        "docs/reference": reference(root),
        "man": man_pages(root, exit_codes),
    }
    pages = {
        f"{folder}/{name}": text
        for folder, texts in folders.items()
        for name, text in texts.items()
    }
    return {**pages, HTTP_API: http_api()}


def stale() -> list[str]:
    """The paths of files in the folders of generated ones that are none."""
    known = generated().keys()
    return [
        path.relative_to(ROOT).as_posix()
        for folder in sorted({path.rpartition("/")[0] for path in known - {HTTP_API}})
        for path in (ROOT / folder).iterdir()
        if path.relative_to(ROOT).as_posix() not in known
    ]
