"""What may reach a terminal, and what the terminal at hand can show."""

import os
import re
import sys
import unicodedata
from codecs import lookup
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

# The blocks in which every character shows itself: Latin, Greek, Cyrillic, punctuation, symbols,
# kana, ideographs, Hangul, full-width forms, emoji. Most text is of these and passes at once.
_PLAIN = (  # compiled when first used: a list command says nothing that is not ASCII
    r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u0384-\u038a\u0391-\u03a1\u03a3-\u0482"
    r"\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2190-\u23ff\u2460-\u27ff\u2900-\u2b73"
    r"\u3000-\u3029\u3041-\u3096\u309b-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff9f"
    r"\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001faff]*"
)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
# Spaces that people write with: no-break, narrow no-break (French), ideographic (Japanese).
_SPACES = frozenset(" \u00a0\u202f\u3000")
# Characters that show nothing though Unicode calls them letters, marks or symbols.
_FILLERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc\U0001d159\U00016fe4"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_AS_EMOJI = "\ufe0f"  # asks for the coloured form of the symbol before it
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\e"}
_MOST_MARKS = 3  # accents on one letter; more would paint over the rows around


def visible(text: str) -> str:
    r"""The text on one line, every character that would act or hide as a visible escape.

    Joined emoji fall apart into their parts, with the joiner shown as `\u{200d}` between them.
    """
    if (text.isascii() and text.isprintable()) or re.fullmatch(_PLAIN, text):
        return text
    shown: list[str] = []
    base = ""  # the character that a mark would stand on
    marks = 0
    for character in text:
        if base and unicodedata.category(character) in ("Mn", "Me") and character not in _FILLERS:
            marks += 1
            if marks <= _MOST_MARKS:
                shown.append(character)
            continue
        if marks > _MOST_MARKS:
            shown.append(f"\\u{{+{marks - _MOST_MARKS} marks}}")
        marks = 0
        if _shows(character, base):
            shown.append(character)
            base = "" if character in _SPACES else character
        else:
            shown.append(_escaped(character))
            base = ""
    if marks > _MOST_MARKS:
        shown.append(f"\\u{{+{marks - _MOST_MARKS} marks}}")
    return "".join(shown)


def visible_lines(text: str) -> list[str]:
    """The lines of a text, each made visible; only a line feed ends a line."""
    return [visible(line.replace("\t", "    ")) for line in text.replace("\r\n", "\n").split("\n")]


def _shows(character: str, base: str) -> bool:
    if character == _AS_EMOJI:
        return base >= "©" and unicodedata.category(base).startswith("S")
    if character in _FILLERS:
        return False
    category = unicodedata.category(character)
    if category in ("Mn", "Me"):
        return False  # on nothing of its own it would stand on our own text
    if category == "Cn":  # perhaps an emoji or ideograph newer than this Python
        return "\U0001f300" <= character <= "\U0001faff" or "\U00020000" <= character < "\U0003fffe"
    return category not in _HIDDEN or character in _SPACES


def _escaped(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"  # noqa: PLR2004 - one byte


def say(*lines: str, clean: bool = False) -> None:
    """Print lines on stderr as far as anybody listens: a closed or full one changes nothing.

    Lines pass the sanitiser, but for those that say they did and carry colours of our own.
    """
    if sys.stderr is None:
        return
    with suppress(OSError, ValueError):
        for line in lines:
            print(line if clean else visible(line), file=sys.stderr)  # noqa: T201 - stderr is not the result


def reply_to(question: str, *, at_end: str = "") -> str:
    """What a person types after a question; both stay off stdout, which may be a script's.

    `at_end` is what Ctrl-D means instead of a line.
    """
    print(f"{visible(question)} ", end="", file=sys.stderr, flush=True)  # noqa: T201 - not the result
    typed = sys.stdin.readline()
    return typed.strip() if typed else at_end


def is_interactive() -> bool:
    """Whether a question can be asked: stdin and stderr are terminals."""
    return is_tty(sys.stdin) and is_tty(sys.stderr)


def is_screen() -> bool:
    """Whether results go to a terminal."""
    return is_tty(sys.stdout)


def is_tty(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; a closed one is none."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def wants_color(choice: str, stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a stream gets colour: --color, NO_COLOR, FORCE_COLOR, CLICOLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_tty(stream) and environ.get("CLICOLOR") != "0" and environ.get("TERM") != "dumb"


def encoding_of(stream: TextIO) -> str:
    """The encoding of a stream, as Python's codecs call it."""
    return lookup(getattr(stream, "encoding", None) or "ascii").name


def speaks_unicode(stream: TextIO) -> bool:
    """Whether a stream can show every character."""
    return encoding_of(stream).startswith("utf")


def columns(environ: Mapping[str, str] = os.environ) -> int:
    """How many cells a line of results has: COLUMNS, else the terminal's, else no end."""
    if (said := environ.get("COLUMNS", "")).isdecimal() and int(said) > 0:
        return int(said)
    if not is_screen():
        return ENDLESS
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


ENDLESS = 100_000  # a table in a file is as wide as it needs: cutting it would lose data
