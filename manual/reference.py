"""The reference: a page of Markdown for each command of the first level, and an index."""

from .commands import Argument, Command, Option
from .completions import common_options

_INDEX = """\
# Reference

Generated from the commands by `./dev docs`; `pscli COMMAND --help` and `man pscli` say the same.
What the exit codes mean stands in [exit-codes.md](../exit-codes.md), what the rules say in
[rules.md](../rules.md) and in `pscli rules ID`.

| command | what it does |
|---|---|
"""


def reference(root: Command) -> dict[str, str]:
    """The pages by their file names."""
    common = common_options(root)
    pages = {f"{group.words}.md": _page(group, common) for group in root.children}
    index = _INDEX + "".join(
        f"| [`pscli {each.words}`]({each.words.split()[0]}.md) | {_cell(each.summary)} |\n"
        for group in root.children
        for each in group.walk()
    )
    pages["README.md"] = f"{index}\n## Options of every command\n\n{_options(common)}"
    return pages


def _page(group: Command, common: list[Option]) -> str:
    parts = [f"# pscli {group.words}\n\n{group.help}\n"]
    parts += [_section(command, common) for command in group.walk() if command.runs]
    parts.append(
        "## See also\n\n[Options of every command](README.md#options-of-every-command), "
        "[exit codes](../exit-codes.md), [rules](../rules.md).\n"
    )
    return "\n".join(parts)


def _section(command: Command, common: list[Option]) -> str:
    own = [each for each in command.options if each not in common]
    parts = [f"## pscli {command.words}\n\n{command.help}\n", f"```\n{command.usage}\n```\n"]
    if command.needs:
        parts.append(f"For {', '.join(command.needs)}.\n")
    if command.arguments:
        rows = "".join(f"| `{each.metavar}` | {_about(each)} |\n" for each in command.arguments)
        parts.append(f"| argument | |\n|---|---|\n{rows}")
    if own:
        parts.append(_options(own))
    if command.example:
        parts.append(f"Example:\n\n```console\n$ {command.example}\n```\n")
    if command.rules:
        parts.append(f"Rules: {', '.join(command.rules)}.\n")
    return "\n".join(parts)


def _options(options: list[Option]) -> str:
    rows = "".join(f"| `{_cell(spelled(each))}` | {_about(each)} |\n" for each in options)
    return f"| option | |\n|---|---|\n{rows}"


def spelled(option: Option) -> str:
    """The names of an option, and what it takes."""
    return ", ".join(option.names) + (f" {option.metavar}" if option.metavar else "")


_ONE_OF = {False: "one of", True: "any of"}


def remarks(each: Option | Argument) -> list[str]:
    """What holds for an option or argument beside its help."""
    said = ["required"] if each.required else []
    said += ["repeatable"] if each.repeated else []
    if isinstance(each, Option):
        said += [f"default: {each.default}"] if each.default is not None else []
    elif each.values and not each.values.startswith("@"):
        said.append(f"{_ONE_OF[each.repeated]}: {each.values.replace('=', '').replace(',', ', ')}")
    return said


def _about(each: Option | Argument) -> str:
    said = remarks(each)
    return _cell(each.help + (f" ({'; '.join(said)})" if said else ""))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
