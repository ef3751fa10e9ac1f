"""What stands behind a command: its operations, whom they are for, and the rules that are cited."""

import ast
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import getclosurevars, getmodule, getsource, unwrap
from pkgutil import iter_modules
from textwrap import dedent
from types import FunctionType
from typing import Any, NamedTuple

import pscli.desk
from pscli.operation import OPERATIONS, Operation
from pscli.rulebook import read_rules
from pscli.rules.rights import RIGHTS, Access

_DEPTH = 3  # a command, what it calls in the command line, and what that calls there
_NOT_FOLLOWED = {"pscli.cli.demo"}  # a sample desk is made with every operation


class Sources(NamedTuple):
    """Whom a command is for, in the words of the rights table, and its rules in their order."""

    access: list[str]
    rules: list[str]


def sources_of(command: Any) -> Sources:
    """The sources of a command of Typer; empty for a group that does nothing of its own."""
    if command.callback is None:
        return Sources([], [])
    run = unwrap(command.callback)
    closure = getclosurevars(run).nonlocals
    function = closure.get("function", run)
    functions = list(_called(function, _DEPTH, set()))
    found = dict.fromkeys(op for each in functions for op in _operations(each))
    texts = [getsource(each) for each in functions] + [each.doc for each in found]
    cited = set(re.findall(r"(?<![\w-])[A-Z]\d{1,2}\b", " ".join(texts)))
    return Sources(
        access=_access([RIGHTS[each.name] for each in found], staff=closure.get("staff", False)),
        rules=[rule.id for rule in read_rules() if rule.id in cited],
    )


def _access(found: list[Access], *, staff: bool) -> list[str]:
    """Whom the operations are for: what both sides share says nothing about a side's command."""
    other = _FOR_PEOPLE if staff else _FOR_STAFF
    own = [each for each in found if each is not Access.ANYONE and each not in other]
    return list(dict.fromkeys(each.value for each in own or found))


_FOR_PEOPLE = {Access.PERSON, Access.HUB, Access.BILLING}
_FOR_STAFF = {Access.AGENT, Access.SALES, Access.OPERATOR}


def _called(function: Callable[..., Any], depth: int, seen: set[Any]) -> Iterator[Any]:
    """A function of the command line, and those that it names there."""
    if depth == 0 or function in seen:
        return
    seen.add(function)
    yield function
    for each in _named(function):
        where = each.__module__ if isinstance(each, FunctionType) else ""
        if where.startswith("pscli.cli") and where not in _NOT_FOLLOWED:
            yield from _called(each, depth - 1, seen)


def _operations(function: Any) -> list[Operation[..., Any]]:
    return [each for each in _named(function) if isinstance(each, Operation)]


def _named(function: Any) -> list[Any]:
    """The values of the names that a function's text uses, late imports included."""
    module = getmodule(function)
    names = {**vars(module), **getclosurevars(function).nonlocals}
    tree = ast.parse(dedent(getsource(function)))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            path = f"pscli.cli.{node.module}" if node.level else node.module or ""
            if path.startswith("pscli"):
                source = import_module(path)
                names |= {e.asname or e.name: getattr(source, e.name, None) for e in node.names}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.append(names.get(node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.append(getattr(names.get(node.value.id), node.attr, None))
    return [each for each in found if isinstance(each, Operation) or callable(each)]


for _module in iter_modules(pscli.desk.__path__):
    import_module(f"pscli.desk.{_module.name}")
assert OPERATIONS, "the desk has operations"  # noqa: S101 - else every page would lack its rights
