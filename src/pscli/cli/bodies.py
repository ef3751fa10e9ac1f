"""Texts that people write: from an option, a file, stdin, or their editor."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from pscli.problems import InvalidValue

from .drafts import save_draft
from .session import Session
from .terminal import is_interactive

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
    if body is not None:
        return body
    if body_file is not None:
        return _from_file(body_file)
    if not is_interactive():
        raise InvalidValue(
            "There is no text.",
            hint="Add --body TEXT or --body-file FILE (- is stdin).",
            field="body",
        )
    return _from_editor(session)


def _from_file(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InvalidValue(
            f"{name} cannot be read: {error.strerror}.",
            hint="Check the path, or give the text itself: --body TEXT",
            field="body_file",
        ) from error
    try:
        return data.decode("utf-8-sig").rstrip("\n")
    except UnicodeDecodeError as error:
        raise InvalidValue(
            f"{name} is not UTF-8 text at byte {error.start}.",
            hint="Send it along as it is: --attach FILE",
            field="body_file",
        ) from error


def _from_editor(session: Session) -> str:
    import shlex

    draft = Path(save_draft(""))
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        done = subprocess.run([*shlex.split(editor), str(draft)], check=False)  # noqa: S603 - the person's own editor
        failed = done.returncode != 0
    except (OSError, ValueError):
        failed = True
    if failed:
        raise InvalidValue(
            f"The editor “{editor}” failed.",
            hint=f"Set EDITOR. Your text is kept: --body-file {draft}",
        )
    text = draft.read_text("utf-8", "surrogateescape").rstrip("\n")
    draft.unlink()
    if not text.strip():
        session.tell("Nothing was written.")
    return text
