"""Every command as data: its words, help, options and arguments, read from the program itself."""

from collections.abc import Iterator
from importlib import import_module
from inspect import cleandoc
from typing import Any, NamedTuple

from typer.main import get_group

from pscli.cli.app import COMMANDS, app

from .sources import Sources, sources_of

# What a Tab offers where the program knows no closed words, by the option or the metavar.
# `@file` is the shell's own; the others are kinds of `pscli _complete`.
_KINDS = {
    "--profile": "@profile",
    "--team": "@team",
    "--type": "@type",
    "--follows": "@ticket",
    "--language": "en,ja",
    "DIR": "@file",
    "FILE": "@file",
    "FILE.toml": "@file",
    "PATH": "@file",
    "TEAM": "@team",
}
# The same for some commands only: the words of a group, then the option or metavar.
_KINDS_OF = {
    ("contact requests", "NUMBER"): "@ticket",
    ("hub tickets", "NUMBER"): "@ticket",
    ("profile", "NAME"): "@profile",
    ("profile set", "KEY=VALUE"): "database=,server=,act_as=,region=,timezone=,allow_insecure=",
    ("rules", "ID"): "@rule",
    ("support", "NUMBER"): "@case",
    ("support", "TEAM"): "@asking",
    ("support", "--team"): "@asking",
    ("support assign", "EMAIL"): "@agent",
    ("support agents remove", "EMAIL"): "@agent",
    ("team people", "--language"): "en,ja,id",
    ("team people set", "KEY=VALUE"): "name=,role=,champion=,status=,language=,timezone=,region=",
    ("team set", "KEY=VALUE"): "plan=,products=,timezone=,account_executive=,self_serve=,licences=,"
    "cycle=,currency=,anchor=,billing_timezone=",
}


class Option(NamedTuple):
    """An option as help shows it; a flag has no metavar."""

    names: list[str]
    metavar: str | None
    help: str
    values: str  # closed words with commas, `@kind`, or nothing
    default: str | None
    required: bool
    repeated: bool


class Argument(NamedTuple):
    """An argument as help shows it."""

    metavar: str
    help: str
    values: str
    required: bool
    repeated: bool


class Command(NamedTuple):
    """A command or group; `runs` says whether it does something without a further word."""

    words: str
    help: str
    example: str | None
    options: list[Option]
    arguments: list[Argument]
    children: list["Command"]
    runs: bool
    needs: list[str]  # whom it is for
    rules: list[str]  # what it cites

    @property
    def summary(self) -> str:
        """The first sentence of the help, on one line."""
        return " ".join(self.help.split("\n\n")[0].split())

    @property
    def usage(self) -> str:
        """How it is called."""
        words = ["pscli", self.words, *(_shown(argument) for argument in self.arguments)]
        needed = [f"{each.names[0]} {each.metavar}" for each in self.options if each.required]
        further = ["COMMAND"] if self.children and not self.runs else []
        further = ["[COMMAND]"] if self.children and self.runs else further
        return " ".join(word for word in [*words, *needed, "[OPTIONS]", *further] if word)

    def walk(self) -> Iterator["Command"]:
        """This command and every one below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def _shown(argument: Argument) -> str:
    return argument.metavar if argument.required else f"[{argument.metavar}]"


def read_commands() -> Command:
    """The whole program, from its root down."""
    root = _read(get_group(app), "")
    children = []
    for name, (module, _) in COMMANDS.items():
        group = get_group(import_module(f"pscli.cli.{module}").app)
        children.append(_read(group.commands.get(name, group), name))
    summaries = {name: line for name, (_, line) in COMMANDS.items()}
    children = [each._replace(help=each.help or summaries[each.words]) for each in children]
    return root._replace(children=children)


def _read(command: Any, words: str) -> Command:
    """A command of Typer with those below it."""
    options = [_option(each, words) for each in command.params if each.param_type_name == "option"]
    help_ = Option(["-h", "--help"], None, "Show this message and exit.", "", None, False, False)  # noqa: FBT003 - a row
    below = getattr(command, "commands", {})
    prefix = f"{words} " if words else ""
    runs = not below or command.invoke_without_command
    behind = sources_of(command) if runs and words else Sources([], [])
    return Command(
        words=words,
        help=cleandoc(command.help or ""),
        example=(command.epilog or "").removeprefix("Example: ") or None,
        options=[*options, help_],
        arguments=[_argument(e, words) for e in command.params if e.param_type_name == "argument"],
        children=[_read(child, prefix + name) for name, child in below.items() if not child.hidden],
        runs=runs,
        needs=behind.access,
        rules=behind.rules,
    )


def _option(option: Any, words: str) -> Option:
    names = [*option.opts, *option.secondary_opts]
    long = max(option.opts, key=len)
    flag = option.is_flag or option.count
    default = option.default if option.default and not flag and not option.multiple else None
    choices = getattr(option.type, "choices", None)
    kind = _number(option.type) or "TEXT"
    return Option(
        names=sorted(names, key=len),
        metavar=None if flag else option.metavar or ("|".join(choices) if choices else kind),
        help=option.help or "",
        values="" if flag else ",".join(choices or []) or _kind(words, long, option.metavar),
        default=None if default is None else str(getattr(default, "value", default)),
        required=option.required,
        repeated=option.multiple,
    )


def _number(type_: Any) -> str | None:
    """`N`, with the range where there is one."""
    if type_.name.split()[0] not in ("int", "integer", "float"):
        return None
    least, most = getattr(type_, "min", None), getattr(type_, "max", None)
    if least is None and most is None:
        return "N"
    return f"{'' if least is None else least}..{'' if most is None else most}"


def _argument(argument: Any, words: str) -> Argument:
    metavar = (argument.metavar or argument.name.upper()).strip("[]")
    choices = getattr(argument.type, "choices", None)
    return Argument(
        metavar=metavar,
        help=getattr(argument, "help", None) or "",
        values=",".join(choices or []) or _kind(words, metavar.removesuffix("..."), None),
        required=argument.required,
        repeated=argument.nargs != 1,
    )


def _kind(words: str, name: str, metavar: str | None) -> str:
    """What a Tab offers for an option or argument of this name, the closest group first."""
    above = words.split()
    for length in range(len(above), 0, -1):
        if found := _KINDS_OF.get((" ".join(above[:length]), name)):
            return found
    return _KINDS.get(name) or _KINDS.get(metavar or "", "")
