"""What a chat looks like to whoever types in it: a prompt on a terminal, lines in a pipe."""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from pscli.models.record import Page
from pscli.models.tickets import AuthorKind, Message

from .layout import Line, Screen, Span
from .session import Format, Session
from .terminal import columns, is_interactive, is_screen, visible_lines
from .times import moment

END = "/end"
_INDENT = 6  # as wide as a time and a space
Say = Callable[[str], None]


class Face(Protocol):
    """How lines come from a person and get to them."""

    def read(self) -> None:
        """Pass on what is typed until the person ends the chat, or `stop` was called."""
        ...

    def show(self, lines: list[Message]) -> None:
        """Show lines that the desk keeps."""
        ...

    def note(self, text: str) -> None:
        """Say something about the chat that is no part of it."""
        ...

    def ring(self) -> None:
        """Call a person back who looked away."""
        ...

    def stop(self) -> None:
        """Let `read` return, from any thread."""
        ...

    def interrupt(self) -> bool:
        """Let `read` return, from a signal's handler; False where only an exception can."""
        ...

    def unfinished(self) -> str:
        """A line that was typed but not entered."""
        ...


def face_for(session: Session, say: Say, side: AuthorKind) -> Face:
    """A prompt where stdin, stdout and stderr are terminals; else lines in and lines out."""
    prompts = is_interactive() and is_screen()
    if prompts and session.shown is Format.TABLE and session.fields is None:
        return Prompt(session, say, side)
    return Plain(session, say, side)


class _Written:
    """Lines as a person reads them: who typed when, and what."""

    def __init__(self, session: Session, side: AuthorKind) -> None:
        self.screen = Screen(session)
        self.side = side
        self.session = session

    def message(self, line: Message) -> str:
        """A line of the chat; its further rows are indented."""
        if line.author_kind is AuthorKind.SYSTEM:
            return self.aside(line.body)
        own = line.author_kind is self.side
        first, *rest = visible_lines(line.body)
        head: Line = [
            Span(f"{self._time(line)} ", "dim"),
            Span("You" if own else line.author, "dim" if own else "bold"),
            Span(f": {first}"),
        ]
        rows = [head, *([Span(f"{' ' * _INDENT}{each}")] for each in rest)]
        return self._fitted(rows, _INDENT)

    def aside(self, text: str) -> str:
        """A remark of the program or of the desk."""
        return self._fitted([[Span(self.screen.glyph("– ", "- ") + text, "dim")]], 2)

    def _fitted(self, rows: list[Line], indent: int) -> str:
        """Rows as wide as the terminal is now."""
        self.screen.width = columns()
        wrapped = (line for row in rows for line in self.screen.wrapped(row, indent))
        return "\n".join(map(self.screen.paint, wrapped))

    def _time(self, line: Message) -> str:
        zone, now = self.screen.zone, self.session.now()
        local = line.created_at.astimezone(zone)
        if local.date() == now.astimezone(zone).date():
            return f"{local:%H:%M}"
        return moment(line.created_at, now, zone)


class Prompt:
    """A prompt that a half-typed line survives while others' lines come in above it."""

    def __init__(self, session: Session, say: Say, side: AuthorKind) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.output.vt100 import Vt100_Output

        # Without questions to the terminal, whose answers could end up in the next shell prompt.
        output = Vt100_Output.from_pty(sys.stdout, os.environ.get("TERM"))
        output.enable_cpr = False
        self._prompt: Any = PromptSession(
            "> ", erase_when_done=True, reserve_space_for_menu=0, output=output
        )
        self._say = say
        self._written = _Written(session, side)
        self._over = False

    def read(self) -> None:
        """Ask for one line after the other."""
        from prompt_toolkit.patch_stdout import patch_stdout

        with patch_stdout(raw=True):
            while not self._over:
                try:
                    text = self._prompt.prompt(pre_run=self._end_if_over)
                except EOFError:
                    return
                self._prompt.default_buffer.reset()
                if text.strip() == END:
                    return
                if text.strip():
                    self._say(text)

    def show(self, lines: list[Message]) -> None:
        """Print them above the prompt."""
        for line in lines:
            self._print(self._written.message(line))

    def note(self, text: str) -> None:
        """Print it above the prompt, apart from what people said."""
        self._print(self._written.aside(text))

    def ring(self) -> None:
        """Ring the terminal's bell."""
        self._print("\a", end="")

    def stop(self) -> None:
        """End the prompt, now or as soon as it begins."""
        self._over = True
        loop = self._prompt.app.loop
        if loop is not None and self._prompt.app.is_running:
            loop.call_soon_threadsafe(self._end_if_over)

    def interrupt(self) -> bool:
        """End the prompt by its own means: an exception would leave the terminal in raw mode."""
        self.stop()
        return bool(self._prompt.app.is_running)

    def unfinished(self) -> str:
        """What stands at the prompt."""
        return str(self._prompt.default_buffer.text)

    def _end_if_over(self) -> None:
        app = self._prompt.app
        if self._over and app.is_running and not app.future.done():
            app.exit(exception=EOFError)

    def _print(self, text: str, end: str = "\n") -> None:
        with suppress(OSError):  # the window is closed; the chat ends by its signal
            print(text, end=end, flush=True)  # noqa: T201 - the chat itself


class Plain:
    """Lines from stdin until its end; messages to stdout as records, notes to stderr."""

    def __init__(self, session: Session, say: Say, side: AuthorKind) -> None:
        self._session = session
        self._say = say
        self._written = _Written(session, side)
        self._done = threading.Event()

    def read(self) -> None:
        """Wait until stdin ends; it is read beside, so that the other side can end the chat."""
        threading.Thread(target=self._read_lines, daemon=True).start()
        self._done.wait()

    def show(self, lines: list[Message]) -> None:
        """Print them in the format of the run; one JSON document is for the end of the chat."""
        shown = self._session.shown
        if shown is Format.TABLE and self._session.fields is None:
            for line in lines:
                print(self._written.message(line), flush=True)  # noqa: T201 - the chat itself
        elif shown is not Format.JSON:
            from .output import show

            show(Page(items=lines, total=None, next=None), self._session)
            sys.stdout.flush()
            self._session.header = False

    def note(self, text: str) -> None:
        """A notice on stderr."""
        self._session.tell(text)

    def ring(self) -> None:
        """Nothing: nobody is known to look."""

    def stop(self) -> None:
        """Wake whoever waits."""
        self._done.set()

    def interrupt(self) -> bool:
        """An event cannot be set by a signal's handler while its own thread waits for it."""
        return False

    def unfinished(self) -> str:
        """Nothing: a line in a pipe has its end."""
        return ""

    def _read_lines(self) -> None:
        try:
            for raw in sys.stdin.buffer:
                text = raw.decode("utf-8", "surrogateescape").rstrip("\r\n")
                if self._done.is_set() or text.strip() == END:
                    return
                if text.strip():
                    self._say(text)
        except (OSError, ValueError):  # stdin is closed: the same as its end
            pass
        finally:
            self._done.set()
