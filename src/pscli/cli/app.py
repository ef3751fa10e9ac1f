"""From argv to exit code: find the command, run it, report its refusal. The one place that ends."""

import os
import sys
from contextlib import suppress
from copy import copy
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from pscli.problems import NotWritten, Problem

from .session import Session

UsageError = typer.BadParameter.__mro__[1]
STDERR = 2

# name -> module and help line; a module is imported only when its command is wanted.
COMMANDS = {
    "init": ("setup", "Make a local desk."),
    "whoami": ("setup", "Who you are on this desk, and what covers you."),
    "auth": ("auth", "Sign in to a server, see who is signed in, sign out."),
    "token": ("token", "Tokens for a server: create, list, revoke."),
    "profile": ("profile", "Where desks are, and whom to act as there."),
    "billing": ("billing", "The support add-ons: prices, purchases, invoices."),
    "hub": ("hub", "Your support hub: tickets, promises, what waits for you."),
    "contact": ("contact", "Reach support: options, requests, follow-ups."),
    "insights": ("insights", "What your tickets add up to: figures, trend, patterns."),
    "consultation": ("meetings", "Your implementation consultation: slots, booking."),
    "meeting": ("meetings", "Root-cause meetings with Enhanced: slots, bookings, brief."),
    "recommendations": ("recommendations", "Articles, videos, courses that fit your tickets."),
    "support": ("support", "For representatives: the queue, answers, notes."),
    "team": ("team", "For operators: teams and their people."),
    "desk": ("desk", "For operators: policy, audit, import, export, checks."),
    "rules": ("setup", "The rules of the desk, as cited in answers."),
    "completion": ("completion", "Commands and values at a Tab, in your shell."),
    "serve": ("serve", "Offer a desk to other machines."),
    "doctor": ("doctor", "Whether everything is sound, and what to do where not."),
}


class LazyGroup(TyperGroup):
    """The root: commands and groups are imported when asked for, help needs none of them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's signature
        """Every name, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - click's signature
        """A stub that knows its help line; the real command comes with `resolve_command`."""
        if cmd_name not in COMMANDS:
            return None
        return TyperGroup(name=cmd_name, help=COMMANDS[cmd_name][1], rich_markup_mode=None)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import the module of the command that was asked for."""
        name, stub, rest = super().resolve_command(ctx, args)
        if stub is None or name is None:
            return name, stub, rest
        module = import_module(f"pscli.cli.{COMMANDS[name][0]}")
        group = typer.main.get_group(_narrowed(module.app, [name, *rest]))
        wanted = group.commands.get(name, group)
        wanted.name = name
        return name, wanted, rest


def _narrowed(group: typer.Typer, words: list[str]) -> typer.Typer:
    """The group with only the command that these words name: building the others costs time.

    Where the words name none (help, a typo, an option first) it stays whole.
    """
    named = [word for word in words[:2] if not word.startswith("-")]
    commands = [
        each
        for each in group.registered_commands
        if (each.name or getattr(each.callback, "__name__", "")) in named
    ]
    groups = [each for each in group.registered_groups if each.name in named]
    if not commands and not groups:
        return group
    narrow = copy(group)
    narrow.registered_commands = commands
    narrow.registered_groups = [copy(each) for each in groups]
    for each in narrow.registered_groups:
        if each.typer_instance is not None:
            each.typer_instance = _narrowed(each.typer_instance, words[2:])
    return narrow


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    epilog="Example: pscli init --demo",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from pscli import __version__

        typer.echo(f"pscli {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Premium Support in a terminal: ask, see the promise, and whether it was kept."""


def main(argv: list[str]) -> int:
    """Run one command; returns its exit code."""
    session = Session()
    try:
        code = app(argv, prog_name="pscli", standalone_mode=False, obj=session)
        _flush()
    except Exception as failure:  # noqa: BLE001 - the one place where a run ends
        return _report(failure, session, argv)
    except KeyboardInterrupt:
        return 130
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # Typer would end with 1 here
            return 141
        raise
    finally:
        with suppress(Exception):  # the result is out; a connection that breaks now harms nobody
            session.close()
    return code if isinstance(code, int) else 0


def _flush() -> None:
    """See that what was printed arrived."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        from .errors import not_written

        raise not_written(why) from error


def _report(failure: Exception, session: Session, argv: list[str]) -> int:
    """Say what happened on stderr and return the exit code."""
    if isinstance(failure, BrokenPipeError):
        return 141
    if isinstance(failure, typer.Abort):
        return 130
    from . import errors
    from .terminal import say

    if usage := errors.help_asked(failure):
        say(*usage.splitlines())
        return 2
    problem = errors.as_problem(failure, UsageError, argv)
    problem = problem or errors.defect(failure, session.context)
    if isinstance(problem, NotWritten) and session.changes and not session.dry_run:
        problem.hint = f"What the command changed is done.\n{problem.hint}"
    as_json = errors.wants_json(session.format, argv)
    errors.print_problem(problem, as_json=as_json, color=session.color)
    if session.debug or os.environ.get("PSCLI_DEBUG"):
        errors.print_traceback(failure, problem.request_id)
    return problem.exit_code


def run() -> NoReturn:
    """The console script."""
    import signal

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _hold_streams()
    try:
        code = main(sys.argv[1:] or ["--help"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    _leave(code)


def _hold_streams() -> None:
    """Keep the numbers of closed standard streams from the files that will be opened.

    A result for a closed stdout then fails on being written, as on a full disk, and a closed stdin
    is at its end.
    """
    while (descriptor := os.open(os.devnull, os.O_RDONLY)) <= STDERR:
        pass
    os.close(descriptor)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as we
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as we


def _leave(code: int) -> NoReturn:
    """End at once: taking every object apart first costs as much as starting the interpreter."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # the last where it was closed
            stream.flush()
    os._exit(code)


__all__ = ["Problem", "app", "main", "run"]
