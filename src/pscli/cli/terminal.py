"""What may reach a terminal: no control, bidi or invisible character that a person wrote."""

import os
import re
import sys
import unicodedata
from collections.abc import Mapping
from typing import TextIO

# Characters that show nothing though Unicode calls them letters or symbols.
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_SUSPECT = re.compile(f"[^ -~]|[{_FILLERS}]")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\e"}
_MARKS = re.compile(
    r"(?:(?![ -~])[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){4,}"
)


def visible(text: str) -> str:
    """The text on one line, every character that would act or hide as a visible escape."""
    if text.isascii() and text.isprintable():
        return text
    return _MARKS.sub(_few_marks, _SUSPECT.sub(_escape, text))


def visible_lines(text: str) -> list[str]:
    """The lines of a text, each made visible; only a line feed ends a line."""
    return [visible(line.replace("\t", "    ")) for line in text.replace("\r\n", "\n").split("\n")]


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if unicodedata.category(character) not in _HIDDEN and character not in _FILLERS:
        return character
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"  # noqa: PLR2004 - one byte


def _few_marks(found: re.Match[str]) -> str:
    """Marks piled on one letter would paint over the neighbouring rows."""
    return found[0][:3] + f"\\u{{+{len(found[0]) - 3} marks}}"


def is_interactive() -> bool:
    """Whether a question can be asked: stdin and stderr are terminals."""
    return _is_tty(sys.stdin) and _is_tty(sys.stderr)


def is_screen() -> bool:
    """Whether results go to a terminal."""
    return _is_tty(sys.stdout)


def _is_tty(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def wants_color(choice: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether stdout gets colour: --color, NO_COLOR, FORCE_COLOR, CLICOLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return is_screen() and environ.get("CLICOLOR") != "0" and environ.get("TERM") != "dumb"


def speaks_unicode() -> bool:
    """Whether stdout can show more than ASCII."""
    return (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "") == "utf8"
