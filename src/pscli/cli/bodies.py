"""Texts that people write: from an option, a file, stdin, or their editor."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from pscli.problems import InvalidValue

from .drafts import new_draft
from .session import Session
from .terminal import is_interactive, is_tty

BodyOption = Annotated[str | None, typer.Option("--body", metavar="TEXT", help="The text.")]
BodyFileOption = Annotated[
    str | None,
    typer.Option("--body-file", metavar="FILE", help="The text is in a file; - is stdin."),
]
AttachOption = Annotated[
    list[str], typer.Option("--attach", metavar="FILE", help="A file that goes along; repeat it.")
]


def read_body(session: Session, body: str | None, body_file: str | None) -> str:
    """The text of a request or reply; without an option the editor opens, on a terminal."""
    if body is not None and body_file is not None:
        raise InvalidValue("--body and --body-file are both given.", hint="Leave one out.")
    if body is not None or body_file is not None:
        text = _from_file(session, body_file) if body_file is not None else body or ""
        return _not_empty(text, "Write what it is about.")
    if not is_interactive():
        raise InvalidValue(
            "There is no text.",
            hint="Add --body TEXT or --body-file FILE (- is stdin).",
            field="body",
        )
    return _from_editor(session)


def _from_file(session: Session, name: str) -> str:
    try:
        if name == "-":
            if is_tty(sys.stdin):
                session.tell("Write the text; Ctrl-D on a line of its own ends it.")
            data = sys.stdin.buffer.read()
        else:
            data = Path(name).read_bytes()
    except OSError as error:
        raise InvalidValue(
            f"{name} cannot be read: {error.strerror}.",
            hint="Check the path, or give the text itself: --body TEXT",
            field="body_file",
        ) from error
    try:
        return _above_scissors(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidValue(
            f"{name} is not UTF-8 text at byte {error.start}.",
            hint="Send it along as it is: --attach FILE",
            field="body_file",
        ) from error


# Nobody's own text holds this line, so that a draft can be sent as the file that it is.
SCISSORS = "# ---------- >8 ---------- pscli: from this line on nothing is sent ----------"
_HELP = "# Write above it, save and leave the editor. An empty text sends nothing.\n# For: {}\n"


def _above_scissors(text: str) -> str:
    """What is sent of a text: all of it up to our line, without line feeds at its end."""
    typed, cut, _ = f"\n{text}".partition(f"\n{SCISSORS}")
    return typed.removeprefix("\n").rstrip("\r\n") if cut else text.rstrip("\n")


def _from_editor(session: Session) -> str:
    """What is written in the person's editor; where that fails, what was saved stays a draft."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    draft = new_draft(f"\n{SCISSORS}\n{_HELP.format(session.path)}")
    try:
        failure = _edit(editor, draft)
    except BaseException:  # terminated
        _keep_text(draft)
        raise
    if failure is not None:
        kept = f"\nYour text is kept: --body-file {quote(str(draft))}" * _keep_text(draft)
        raise InvalidValue(
            f"The editor “{editor}” failed: {failure}.",
            hint=f"Name another one in EDITOR, or give the text: --body TEXT{kept}",
            field="body",
        )
    text = _typed(draft)
    draft.unlink(missing_ok=True)
    return _not_empty(text, "Write it above the line with the scissors, or: --body TEXT")


def _not_empty(text: str, hint: str) -> str:
    if not text.strip():
        raise InvalidValue("The text is empty: nothing is sent.", hint=hint, field="body")
    return text


def _edit(editor: str, draft: Path) -> str | None:
    """Let the person edit; returns why the editor failed, None where it did not."""
    try:
        words = shlex.split(editor)
        running = subprocess.Popen([*words, str(draft)])  # noqa: S603 - the person's own editor
    except ValueError as error:
        return str(error)
    except OSError as error:
        return error.strerror or "it cannot be started"
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C there is the editor's
    try:
        code = running.wait()
    except BaseException:
        running.terminate()
        running.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, before)
    if code < 0:
        return f"signal {-code}"
    return f"exit {code}" if code else None


def _typed(draft: Path) -> str:
    try:
        return _above_scissors(draft.read_text("utf-8", "surrogateescape"))
    except FileNotFoundError:  # an editor may take it away
        return ""


def _keep_text(draft: Path) -> bool:
    """Leave in a draft what was typed, without our lines; an empty one goes. Whether it is kept."""
    text = _typed(draft)
    if text.strip():
        draft.write_text(text, "utf-8", "surrogateescape")
        return True
    draft.unlink(missing_ok=True)
    return False
