"""The optional parts of the package: what they bring, and how this installation gets them."""

import sys
from pathlib import Path

EXTRAS = {
    "server": ("starlette", "uvicorn", "psycopg", "psycopg_pool"),
    "reports": ("xlsxwriter", "jinja2"),
}
# Where pipx and uv keep a program's environment; pip of the shell would install somewhere else.
_TOOLS = {"/pipx/venvs/": "pipx install --force", "/uv/tools/": "uv tool install --force"}


def how_to_install(*extras: str) -> str:
    """The command that installs pscli with these extras, in the way this one was installed."""
    place = f"{Path(sys.prefix).as_posix()}/"
    command = next((said for part, said in _TOOLS.items() if part in place), "pip install")
    return f"{command} 'pscli[{','.join(extras)}]'"
