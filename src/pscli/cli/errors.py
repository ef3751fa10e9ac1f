"""How failures are told: what, why and what to do for people, one object for scripts."""

import errno
import os
import re
import sys
import traceback
from difflib import get_close_matches
from typing import Any

from pscli.config import state_folder
from pscli.problems import Defect, InvalidValue, NotWritten, Problem
from pscli.tokens import without_tokens

from .terminal import say, visible, wants_color

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def as_problem(failure: Exception, usage_error: type[Exception], argv: list[str]) -> Problem | None:
    """The failure as a Problem; None for a defect."""
    if isinstance(failure, Problem):
        return failure
    if isinstance(failure, usage_error):
        return _usage(failure, argv)
    if isinstance(failure, UnicodeEncodeError):
        return InvalidValue(
            f"A value is not valid UTF-8 at character {failure.start + 1}.",
            hint="Check the encoding of your terminal or script.",
        )
    if isinstance(failure, OSError):
        return _unusable(failure)
    return None


def _unusable(failure: OSError) -> Problem:
    """A file that cannot be used, or no room for what should be written."""
    why = failure.strerror or str(failure)
    if failure.filename is None or failure.errno in _NO_ROOM:
        return not_written(why, failure.filename)
    return InvalidValue(f"{failure.filename} cannot be used: {why}.", hint="Check the path.")


def not_written(why: object, path: str | None = None) -> NotWritten:
    """That a result did not arrive, and why."""
    place = f" to {path}" if path else ""
    return NotWritten(
        f"The result could not be written{place}: {why}.",
        hint="Make room, or name another place, and read it again.",
    )


def help_asked(failure: Exception) -> str | None:
    """The help of a group that was named without a subcommand; None for any other failure."""
    if type(failure).__name__ != "NoArgsIsHelpError":
        return None
    return str(failure.format_message())  # type: ignore[attr-defined]


def _usage(failure: Any, argv: list[str]) -> InvalidValue:
    """A usage error of the parser: what is wrong, the nearest right word, where help is."""
    message, near = _sentence(failure)
    words = argv[: next((n for n, word in enumerate(argv) if word.startswith("-")), len(argv))]
    path = failure.ctx.command_path if failure.ctx else " ".join(["pscli", *words])
    parameter = getattr(failure, "param", None)
    name = getattr(failure, "option_name", "").lstrip("-").replace("-", "_") or None
    return InvalidValue(
        message,
        hint="\n".join([*(f"Did you mean {word}?" for word in near), f"See: {path} --help"]),
        field=parameter.name.rstrip("_") if parameter is not None else name,
    )


_CHOICE = re.compile(r"'(?P<value>.*)' is not one of (?P<choices>'.*')\.", re.DOTALL)
_NUMBER = re.compile(r"'(?P<value>.*)' is not a valid (?:int|integer|float)", re.DOTALL)
_RANGE = re.compile(
    r"(?P<value>\S+) is not in the range (?:(?P<least>\d+)<=)?x(?:>=(?P<from>\d+))?"
    r"(?:<=(?P<most>\d+))?"
)
_COMMAND = re.compile(r"No such command '(?P<value>.*?)'\.", re.DOTALL)


def _sentence(failure: Any) -> tuple[str, list[str]]:
    """A sentence that names the bad option or value, and the words that were perhaps meant."""
    said = failure.format_message().strip()
    option = getattr(failure, "option_name", None)
    path = failure.ctx.command_path if failure.ctx else "pscli"
    if option is not None and said.startswith("No such option"):
        known = [each for p in failure.ctx.command.params for each in p.opts if each[0] == "-"]
        return f"{path} has no option {option}.", get_close_matches(option, known, n=1)
    if option is not None:
        needs = "takes no value" if "not take" in said else "needs a value"
        return f"{option} {needs}.", []
    if found := _COMMAND.match(said):
        known = failure.ctx.command.list_commands(failure.ctx)
        return f"{path} has no command “{found['value']}”.", _near(found["value"], known)
    if said.startswith("Got unexpected extra argument"):
        extra = said.partition("(")[2].partition("(")[2] or said.rpartition("(")[2]
        return f"{path} takes no further argument: “{extra.rstrip(')')}”.", []
    if getattr(failure, "param", None) is not None:
        return _bad_value(failure, said)
    return said if said.endswith(".") else f"{said}.", []


def _bad_value(failure: Any, said: str) -> tuple[str, list[str]]:
    """A sentence about an option or argument whose value is missing or wrong."""
    parameter = failure.param
    name = (
        parameter.opts[0]
        if parameter.param_type_name == "option"
        else parameter.human_readable_name
    )
    if said.startswith("Missing"):
        return f"{name} is missing.", []
    message = str(failure.message)
    if found := _CHOICE.match(message):
        choices = [word.strip().strip("'") for word in found["choices"].split(",")]
        return (
            f"“{found['value']}” is no value of {name}. It is one of: {', '.join(choices)}.",
            _near(found["value"], choices),
        )
    if found := _NUMBER.match(message):
        return f"{name} is a whole number, and “{found['value']}” is none.", []
    if found := _RANGE.match(message):
        least = found["least"] or found["from"]
        bounds = f"from {least} to {found['most']}" if found["most"] else f"at least {least}"
        return f"{name} is {bounds}, and {found['value']} is not.", []
    return f"{name}: {message}", []


def _near(word: str, known: list[str]) -> list[str]:
    return get_close_matches(word.lower(), known, n=1, cutoff=0.6)


def wants_json(chosen: str | None, argv: list[str]) -> bool:
    """Whether errors are objects: by -o, also where the arguments could not be parsed."""
    if chosen is not None:
        return chosen in ("json", "jsonl")
    said = [*argv, ""]
    return any(
        word in ("-ojson", "-ojsonl", "--output=json", "--output=jsonl")
        or (word in ("-o", "--output") and said[n + 1] in ("json", "jsonl"))
        for n, word in enumerate(argv)
    )


_SENTENCES = re.compile(r"(?<=[.!?]) +(?=[A-Z“])")


def print_problem(problem: Problem, *, as_json: bool, color: str = "auto") -> None:
    """What happened, why and what to do, on stderr; never a failure of its own."""
    problem.message = without_tokens(problem.message)  # somebody may have typed one as an argument
    problem.hint = without_tokens(problem.hint or "") or None
    problem.field = without_tokens(problem.field or "") or None
    if as_json:
        from pscli.codec import ascii_json

        error = {name: _as_text(value) for name, value in problem.to_wire().items()}
        say(ascii_json({"error": error}))
        return
    if sys.stderr is None:
        return
    what, *why = _SENTENCES.split(problem.message, maxsplit=1)
    red, plain = ("\x1b[1;31m", "\x1b[0m") if wants_color(color, sys.stderr) else ("", "")
    hints = (problem.hint or "").splitlines()
    lines = [f"{red}Error:{plain} {visible(what)}", *(f"  {visible(line)}" for line in why + hints)]
    say(*lines, clean=True)


def _as_text(value: Any) -> Any:
    """Bytes of a path or argument that are no text, as visible escapes."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "backslashreplace").decode()


def print_traceback(failure: Exception, request_id: str | None = None) -> None:
    """What --debug asks for: the server's request, and a traceback of code without values."""
    frames = traceback.format_tb(failure.__traceback__)
    if request_id:
        say(f"Request id: {request_id}")
    say(*"".join(frames).splitlines(), f"{type(failure).__module__}.{type(failure).__qualname__}")


def defect(failure: Exception, context: Any = None) -> Defect:
    """What to say about a failure that pscli should have handled; a report is written."""
    path = write_report(failure, context)
    kept = f"A report was written: {path}" if path else "No report could be written."
    return Defect(
        f"pscli failed: {type(failure).__name__}. This is a defect of pscli, not of your input.",
        hint=f"{kept}\nWith --debug the place is shown.",
    )


def write_report(failure: Exception, context: Any = None) -> str | None:
    """A defect report: versions, command, traceback; no values, messages or environment.

    `context` is the parser's, of the command that ran; None where none came to run.
    """
    import platform

    from pscli import __version__

    frames = "".join(traceback.format_tb(failure.__traceback__))
    text = (
        f"pscli {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{_words_without_values(context)}\n\n"
        f"{type(failure).__module__}.{type(failure).__qualname__}\n{frames}"
    )
    try:
        folder = state_folder(os.environ) / "reports"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"defect-{os.getpid()}.txt"
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError:
        return None
    return str(path)


def _words_without_values(context: Any) -> str:
    """The command and the names of what was given to it: `pscli hub tickets show NUMBER -o`."""
    if context is None:
        return "pscli"
    given = [
        parameter.opts[0] if parameter.param_type_name == "option" else parameter.name.upper()
        for parameter in context.command.params
        if parameter.name and _is_typed(context, parameter.name)
    ]
    return " ".join([context.command_path, *given])


def _is_typed(context: Any, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
