"""How failures are told: three lines for people, one object for scripts, a report for defects."""

import os
import sys
import traceback
from typing import Any

from pscli.config import state_folder
from pscli.problems import InvalidValue, NotWritten, Problem

from .terminal import visible


def as_problem(failure: Exception, usage_error: type[Exception]) -> Problem | None:
    """The failure as a Problem; None for a defect."""
    if isinstance(failure, Problem):
        return failure
    if isinstance(failure, usage_error):
        return _usage(failure)
    if isinstance(failure, UnicodeEncodeError):
        return InvalidValue(
            f"A value is not valid UTF-8 at character {failure.start}.",
            hint="Check the encoding of your terminal or script.",
        )
    if isinstance(failure, OSError):
        return NotWritten(f"{failure.strerror or failure}.", hint="Check the path and the disk.")
    return None


def _usage(failure: Any) -> InvalidValue:
    """A usage error of the parser, with the command whose help says more."""
    command = failure.ctx.command_path if failure.ctx else "pscli"
    parameter = getattr(failure, "param", None)
    return InvalidValue(
        failure.format_message().rstrip(),
        hint=f"See: {command} --help",
        field=parameter.name if parameter is not None else None,
    )


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


def print_problem(problem: Problem, *, as_json: bool) -> None:
    """What happened, why and what to do, on stderr; never a failure of its own."""
    if sys.stderr is None:
        return
    try:
        if as_json:
            from pscli.codec import ascii_json

            print(ascii_json({"error": problem.to_wire()}), file=sys.stderr)  # noqa: T201
            return
        print(f"Error: {visible(problem.message)}", file=sys.stderr)  # noqa: T201
        for line in (problem.hint or "").splitlines():
            print(f"  {visible(line)}", file=sys.stderr)  # noqa: T201
    except (OSError, ValueError):
        pass


def print_traceback(failure: Exception) -> None:
    """The traceback that --debug asks for; it holds code, no values."""
    print("".join(traceback.format_exception(failure)), file=sys.stderr)  # noqa: T201


def write_report(failure: Exception) -> str:
    """A defect report: versions and traceback, no arguments and no environment."""
    import platform

    from pscli import __version__

    frames = "".join(traceback.format_tb(failure.__traceback__))
    text = (
        f"pscli {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n"
        f"{type(failure).__module__}.{type(failure).__qualname__}\n{frames}"
    )
    try:
        folder = state_folder(os.environ) / "reports"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"defect-{os.getpid()}.txt"
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError:
        return "(it could not be written)"
    return str(path)
