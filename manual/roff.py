"""Man pages: pscli(1), and one for each command of the first level."""

import re

from .commands import Argument, Command, Option
from .completions import common_options
from .reference import remarks, spelled

_EXIT = re.compile(r"^\| ([0-9, ]+) \| ([^|]+) \|", re.MULTILINE)


def man_pages(root: Command, exit_codes: str) -> dict[str, str]:
    """The pages by their file names; `exit_codes` is the document that explains them."""
    common = common_options(root)
    pages = {"pscli.1": _root_page(root, common, exit_codes)}
    for group in root.children:
        pages[f"pscli-{group.words}.1"] = _page(group, common)
    return pages


def _root_page(root: Command, common: list[Option], exit_codes: str) -> str:
    lines = [*_head("pscli", root.summary), ".SH SYNOPSIS", ".B pscli", _roman("COMMAND [OPTIONS]")]
    lines += [".SH DESCRIPTION", *_paragraphs(root.help), ".SH COMMANDS"]
    for group in root.children:
        lines += [".TP", f".BR pscli\\-{_escaped(group.words)} (1)", _roman(group.summary)]
    lines += [".SH OPTIONS OF EVERY COMMAND", *_options(common), ".SH EXIT STATUS"]
    for code, meaning in _EXIT.findall(exit_codes):
        lines += [".TP", f".B {_escaped(code)}", _roman(meaning.strip())]
    lines += [".SH ENVIRONMENT"]
    for name, about in _ENVIRONMENT.items():
        lines += [".TP", f".B {name}", _roman(about)]
    return "\n".join(lines) + "\n"


_ENVIRONMENT = {
    "PSCLI_PROFILE": "The profile, where --profile names none.",
    "PSCLI_DB": "The desk: a file or a postgresql:// address.",
    "PSCLI_SERVER": "The desk: the address of a server; PSCLI_TOKEN is then needed.",
    "PSCLI_TOKEN": "Who you are on that server.",
    "PSCLI_AS": "Whom to act as on a local desk, where --as names nobody.",
    "PSCLI_CONFIG_DIR": "Where the profiles are.",
    "PSCLI_POLICY": "A policy file for a new desk or a rehearsal.",
    "PSCLI_NOW": "The clock of a rehearsal desk.",
    "NO_COLOR, FORCE_COLOR, CLICOLOR": "When to colour, where --color says auto.",
}


def _page(group: Command, common: list[Option]) -> str:
    lines = [*_head(f"pscli-{group.words}", group.summary), ".SH SYNOPSIS"]
    running = [command for command in group.walk() if command.runs]
    for command in running:
        lines += [".nf", _escaped(command.usage), ".fi"]
    lines += [".SH DESCRIPTION", *_paragraphs(group.help)]
    for command in running:
        lines += _section(command, common)
    lines += [".SH SEE ALSO", ".BR pscli (1)", _roman("for options of every command, exit codes.")]
    return "\n".join(lines) + "\n"


def _section(command: Command, common: list[Option]) -> list[str]:
    lines = [f".SH {_escaped(f'pscli {command.words}').upper()}", *_paragraphs(command.help)]
    if command.needs:
        lines += [".PP", _roman(f"For {', '.join(command.needs)}.")]
    for argument in command.arguments:
        lines += [".TP", f".I {_escaped(argument.metavar)}", _about(argument)]
    lines += _options([each for each in command.options if each not in common])
    if command.example:
        lines += [".PP", "Example:", ".PP", ".nf", f".B {_escaped(command.example)}", ".fi"]
    if command.rules:
        lines += [".PP", _roman(f"Rules: {', '.join(command.rules)}.")]
    return lines


def _options(options: list[Option]) -> list[str]:
    lines = []
    for option in options:
        lines += [".TP", f".B {_escaped(spelled(option))}", _about(option)]
    return lines


def _about(each: Option | Argument) -> str:
    said = "; ".join(remarks(each))
    return _roman(f"{each.help} ({said})" if said else each.help)


def _head(name: str, summary: str) -> list[str]:
    return [
        f'.TH "{_escaped(name).upper()}" 1 "" "pscli" "Premium Support"',
        ".SH NAME",
        f"{_escaped(name)} \\- {_roman(summary)}",
    ]


def _paragraphs(text: str) -> list[str]:
    """Paragraphs with `.PP` between them: after a heading it would be one too many."""
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        lines += [".PP", _roman(paragraph)]
    return lines[1:]


def _roman(text: str) -> str:
    """A line of text that roff does not take for a request."""
    escaped = _escaped(" ".join(text.split()))
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _escaped(text: str) -> str:
    """Text as roff prints it: hyphens that can be copied, quotes and glyphs by their names."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "".join(each if each.isascii() else f"\\[u{ord(each):04X}]" for each in text)
