"""The completion scripts: a shell's own engine with a table of the commands in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

from .commands import Argument, Command, Option

_ENGINES = Path(__file__).parent / "shells"


def completions(root: Command) -> dict[str, str]:
    """The scripts by their file names."""
    written: dict[str, Callable[[Command], dict[str, str]]] = {
        "pscli.bash": _bash, "_pscli": _zsh, "pscli.fish": _fish, "pscli.ps1": _powershell,
    }  # fmt: skip
    found = {}
    for name, tables in written.items():
        text = (_ENGINES / name).read_text("utf-8")
        for mark, table in tables(root).items():
            text = text.replace(f"@{mark}@\n", f"{table}\n")
        found[name] = text
    return found


def common_options(root: Command) -> list[Option]:
    """The options that every command takes."""
    commands = [each for each in root.walk() if each.runs and each.words]
    return [each for each in commands[0].options if all(each in c.options for c in commands)]


def _takes_common(command: Command) -> bool:
    return command.runs and bool(command.words)


def _own(root: Command) -> Iterator[tuple[Command, list[Option]]]:
    """Every command with the options that not all have."""
    common = common_options(root)
    for command in root.walk():
        yield (
            command,
            [each for each in command.options if not (_takes_common(command) and each in common)],
        )


def _spelled(options: list[Option]) -> Iterator[tuple[str, str]]:
    """Each name of each option, with `=` and its values where it takes one, and its help."""
    for option in options:
        for name in option.names:
            for each in name.split("/"):
                yield each if option.metavar is None else f"{each}={option.values}", option.help


def _place(argument: Argument) -> str:
    return (argument.values or "-") + ("..." if argument.repeated else "")


def _last(command: Command) -> str:
    return command.words.rpartition(" ")[2]


def _bash(root: Command) -> dict[str, str]:
    common = " ".join(name for name, _ in _spelled(common_options(root)))
    lines = []
    for command, own in _own(root):
        lines.append(f"    '{command.words}')")
        if command.children:
            lines.append(f"      commands='{' '.join(map(_last, command.children))}'")
        names = " ".join(name for name, _ in _spelled(own))
        lines.append(f'      options="{names}{" $common" if _takes_common(command) else ""}"')
        if command.arguments:
            lines.append(f"      arguments='{' '.join(map(_place, command.arguments))}'")
        lines.append("      ;;")
    return {"TABLE": "\n".join(lines), "COMMON": f"  local common='{common}'"}


def _zsh(root: Command) -> dict[str, str]:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "'\\''") + "'"

    lines = []
    for command, own in _own(root):
        lines.append(f"    {quoted(command.words)})")
        pairs = [(_last(child), child.summary) for child in command.children]
        for array, rows in (("below", pairs), ("flags", list(_spelled(own)))):
            if rows:
                lines.append(f"      {array}+=(")
                lines += [f"        {quoted(name)} {quoted(about)}" for name, about in rows]
                lines.append("      )")
        if _takes_common(command):
            lines.append('      flags+=("${(@)common}")')
        if command.arguments:
            lines.append(f"      places=({' '.join(quoted(_place(e)) for e in command.arguments)})")
        lines.append("      ;;")
    common = [f"    {quoted(n)} {quoted(a)}" for n, a in _spelled(common_options(root))]
    return {"TABLE": "\n".join(lines), "COMMON": "\n".join(common)}


def _fish(root: Command) -> dict[str, str]:
    def quoted(text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def printed(rows: list[tuple[str, str]], indent: int) -> list[str]:
        return [f"{' ' * indent}printf '%s\\t%s\\n' {quoted(n)} {quoted(a)}" for n, a in rows]

    tables: dict[str, list[str]] = {"COMMANDS": [], "OPTIONS": [], "ARGUMENTS": []}
    for command, own in _own(root):
        children = [(_last(child), child.summary) for child in command.children]
        for mark, rows in (("COMMANDS", children), ("OPTIONS", list(_spelled(own)))):
            if rows or mark == "OPTIONS":
                tables[mark] += [f"        case {quoted(command.words)}", *printed(rows, 12)]
        if _takes_common(command):
            tables["OPTIONS"].append("            __pscli_common")
        if command.arguments:
            places = " ".join(quoted(_place(each)) for each in command.arguments)
            tables["ARGUMENTS"] += [
                f"        case {quoted(command.words)}", f"            printf '%s\\n' {places}"
            ]  # fmt: skip
    tables["COMMON"] = printed(list(_spelled(common_options(root))), 4)
    return {mark: "\n".join(lines) for mark, lines in tables.items()}


def _powershell(root: Command) -> dict[str, str]:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    def option(name: str, about: str) -> str:
        bare, takes, values = name.partition("=")
        return f"{quoted(bare)} = @({quoted(values) if takes else '$null'}, {quoted(about)})"

    lines = []
    for command, own in _own(root):
        lines.append(f"        {quoted(command.words)} = @{{")
        lines.append(f"            Runs = ${str(_takes_common(command)).lower()}")
        lines.append("            Commands = [ordered]@{")
        pairs = [(_last(child), child.summary) for child in command.children]
        lines += [f"                {quoted(name)} = {quoted(about)}" for name, about in pairs]
        lines += ["            }", "            Options = [ordered]@{"]
        lines += [f"                {option(name, about)}" for name, about in _spelled(own)]
        places = ", ".join(quoted(_place(each).removeprefix("-")) for each in command.arguments)
        lines += ["            }", f"            Arguments = @({places})", "        }"]
    common = [f"        {option(n, a)}" for n, a in _spelled(common_options(root))]
    return {"TABLE": "\n".join(lines), "COMMON": "\n".join(common)}
