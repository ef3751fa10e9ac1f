"""The optional parts of the package: what they bring, and how this installation gets them."""

import sys
from pathlib import Path
from shlex import quote

EXTRAS = {
    "server": ("starlette", "uvicorn", "psycopg", "psycopg_pool"),
    "reports": ("xlsxwriter", "jinja2"),
}
_PACKAGES = {"server": "starlette uvicorn 'psycopg[binary,pool]'", "reports": "XlsxWriter jinja2"}


def how_to_install(*extras: str) -> str:
    """The command that adds what these extras bring to the environment of this very program.

    It names the libraries, never pscli: an index may have another project under that name. Where
    pipx or uv made the environment they change it, as the shell's pip belongs to another one.
    """
    packages = " ".join(_PACKAGES[extra] for extra in extras)
    place = f"{Path(sys.prefix).as_posix()}/"
    if "/pipx/venvs/" in place:
        return f"pipx inject pscli {packages}"
    if "/uv/tools/" in place:
        return f"uv pip install --python {quote(sys.prefix)} {packages}"
    return f"{quote(sys.executable)} -m pip install {packages}"
