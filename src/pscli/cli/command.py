"""The wrapper that makes a function a command: common options in, its result shown."""

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Annotated, Any

import typer

from .session import Color, Format, Session

_ANY = {
    "output": (
        Format | None,
        typer.Option("--output", "-o", help="How to print the result."),
        None,
    ),
    "fields": (str | None, typer.Option("--fields", metavar="A,B", help="Which fields."), None),
    "no_header": (bool, typer.Option("--no-header", help="No header in csv and tsv."), False),
    "profile": (str | None, typer.Option("--profile", help="Which profile."), None),
    "act_as": (
        str | None,
        typer.Option("--as", metavar="EMAIL", help="Whom to act as, locally."),
        None,
    ),
    "quiet": (bool, typer.Option("--quiet", help="No hints and notices."), False),
    "no_pager": (bool, typer.Option("--no-pager", help="Never through a pager."), False),
    "debug": (bool, typer.Option("--debug", help="Request ids and traceback."), False),
    "color": (Color, typer.Option("--color", help="When to colour."), Color.AUTO),
}
_CHANGE = {
    "yes": (bool, typer.Option("--yes", "-y", help="Agree without being asked."), False),
    "dry_run": (bool, typer.Option("--dry-run", help="Show what would be; change nothing."), False),
    "key": (
        str | None,
        typer.Option("--idempotency-key", metavar="KEY", help="Done once per key."),
        None,
    ),
}
_PAGE = {
    "limit": (int, typer.Option("--limit", min=1, max=1000, help="How many."), 50),
    "all": (bool, typer.Option("--all", help="Every one, page after page."), False),
    "cursor": (str | None, typer.Option("--cursor", help="Go on after a page: its `next`."), None),
}


def command_group(example: str, help_: str | None = None) -> typer.Typer:
    """A group of commands, whose help is shown where none of them is named."""
    return typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help=help_,
        epilog=f"Example: pscli {example}",
    )


def command(
    group: typer.Typer,
    name: str | None = None,
    *,
    changes: bool = False,
    lists: bool = False,
    staff: bool = False,
    bare: bool = False,
    example: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as a command: it gains the common options, what it returns is shown.

    Its first parameter is the Session; one that is named as a common option (`output`) takes its
    place. Its return annotation is what it shows, None for nothing: --fields are held against that
    before it runs or, where it is Any, before its first change. `staff` commands act as the
    operator of a local desk, a `bare` one is what the group does without a subcommand.
    """
    options = {**_ANY, **(_CHANGE if changes else {}), **(_PAGE if lists else {})}

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        own = list(signature(function).parameters.values())[1:]
        shown = signature(function).return_annotation
        common = {key: options[key] for key in options if key not in {p.name for p in own}}

        def run(ctx: typer.Context, **given: Any) -> None:
            if ctx.invoked_subcommand is not None:
                return
            session: Session = ctx.find_root().obj
            session.path = ctx.command_path
            session.context = ctx
            session.take({key: given.pop(key) for key in common}, staff=staff)
            if shown is not Any:
                session.check_fields(shown)
            result = function(session, **given)
            if result is not None:
                from .output import show

                show(result, session)
            if session.failure is not None:
                raise session.failure

        context = Parameter("ctx", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        added = [
            Parameter(
                key, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
            )
            for key, (kind, option, default) in common.items()
        ]
        parameters = [context, *(p.replace(kind=Parameter.KEYWORD_ONLY) for p in own), *added]
        run.__signature__ = signature(function).replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        run.__doc__ = function.__doc__
        run.__name__ = function.__name__
        epilog = f"Example: pscli {example}" if example else None
        if bare:
            group.callback(invoke_without_command=True, epilog=epilog)(run)
        else:
            group.command(name, epilog=epilog)(run)
        return function

    return register
