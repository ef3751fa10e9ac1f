"""The design, held by a machine: laziness, rights, budgets, one place for each driver."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from statistics import mean

import pytest

from pscli.rules.rights import RIGHTS

from .conftest import Program
from .world import ANA, all_operations

SOURCE = Path(__file__).parents[1] / "src" / "pscli"
FILE_LINES = 300
FUNCTION_LINES = 60
USUAL_LINES = 22
LATE = {
    "asyncio", "hashlib", "httpx", "icalendar", "jinja2", "keyring", "phonenumbers", "platformdirs",
    "prompt_toolkit", "psycopg", "pydantic", "rich", "snowballstemmer", "starlette", "tomllib",
    "tomli_w", "uvicorn", "xlsxwriter", "zoneinfo",
}  # fmt: skip


def test_a_local_list_loads_nothing_heavy(peopled: Program) -> None:
    """A list as JSON imports none of the libraries that other commands need."""
    code = (
        "import sys, json; from pscli.cli.app import main\n"
        "main(['hub', 'tickets', 'list', '-o', 'json'])\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    env = {name: value for name, value in peopled.env.items() if name != "PSCLI_NOW"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**env, "PSCLI_AS": ANA},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["items"] == []
    loaded = {name.split(".")[0] for name in json.loads(done.stderr)}
    assert not loaded & LATE
    assert "sqlite3" in loaded


def test_every_operation_has_a_declared_right() -> None:
    """T4: what is not in the table of rights does not exist, and the table names nothing else."""
    assert set(all_operations()) == set(RIGHTS)


@pytest.mark.parametrize("name", sorted(all_operations()))
def test_an_operation_describes_itself(name: str) -> None:
    """The docstring is help text and summary; the method says whether it reads."""
    operation = all_operations()[name]
    assert operation.doc.endswith(")") or operation.doc.endswith(".")
    assert operation.method in {"GET", "POST", "PUT", "PATCH", "DELETE"}
    assert operation.path_names <= set(operation.signature.parameters)
    assert operation.request is not None


def test_no_two_operations_share_an_endpoint() -> None:
    """A route leads to one operation."""
    routes = [(operation.method, operation.path) for operation in all_operations().values()]
    assert len(routes) == len(set(routes))


def _functions() -> list[tuple[str, int]]:
    """Every function with how many lines of code it has, docstring and comments left out."""
    found = []
    for path in SOURCE.rglob("*.py"):
        lines = path.read_text("utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and node.body[1:] else node.body
                span = range(body[0].lineno, (node.end_lineno or 0) + 1)
                code = [n for n in span if lines[n - 1].strip() and lines[n - 1].strip()[0] != "#"]
                found.append((f"{path.name}:{node.name}", len(code)))
    return found


def test_files_and_functions_stay_small() -> None:
    """No file over 300 lines, no function over 60, nine of ten at most 22."""
    long_files = {
        path.name: lines
        for path in SOURCE.rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > FILE_LINES
    }
    assert not long_files
    functions = _functions()
    assert not [(name, lines) for name, lines in functions if lines > FUNCTION_LINES]
    assert mean(lines > USUAL_LINES for _, lines in functions) <= 0.10


def test_the_clock_is_read_in_two_places_only() -> None:
    """Everything else gets the time from `Work.now` or a parameter."""
    readers = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "datetime.now(" in path.read_text("utf-8")
    }
    assert readers <= {"cli/session.py", "cli/serve.py", "server/running.py"}
