"""The pages of docs and the README, played: every console block prints what stands there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.cli.conversing import Terminal
from tests.conftest import Program

from .transcripts import Played, Step, agrees, faults, lay_out, play, read_page, renewed

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES += sorted((ROOT / "docs" / "guides").glob("*.md"))
TOLD = [path for path in PAGES if "```console" in path.read_text("utf-8")]

# What a page calls a server and a database, where a reader has other addresses.
SERVER = "https://desk.example"
DATABASE = "postgresql://desk@db.example/desk"


@contextmanager
def served(place: str, env: dict[str, str]) -> Iterator[str]:
    """A server over a desk, as a process; its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pscli", "serve", "--port", "0"],
        env={**env, "PSCLI_DB": place},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stderr)))
        yield found[0]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def played(
    path: Path, folder: Path, clean_env: dict[str, str], request: pytest.FixtureRequest
) -> tuple[list[Step], list[Played]]:
    """Play a page on a desk that it makes itself, at Monday noon; by the real clock with a server.

    What needs the server runs after the page's commands before it, hence in two shells.
    """
    page = read_page(path.read_text("utf-8"))
    tools = lay_out(page, folder)
    env = {**clean_env, "PATH": f"{tools}:{clean_env['PATH']}", "NO_COLOR": "1", "TERM": "dumb"}
    env |= {"HOME": str(folder), "PSCLI_CONFIG_DIR": str(folder / ".config" / "pscli")}
    env["PSCLI_DB"] = place = str(folder / "desk.db")
    if not page.words:
        env["PSCLI_NOW"] = "2026-03-02T12:00:00Z"
    swaps = {str(folder): "/home/ana"}
    if "postgres" in page.words:
        place = request.getfixturevalue("postgres_url")
        swaps[place] = DATABASE
    first = next((n for n, each in enumerate(page.steps) if SERVER in each.command), None)
    done = play([_swapped(each, swaps) for each in page.steps[:first]], folder, env)
    if first is not None:
        assert "server" in page.words, f"{path.name}: a server is used that no fence asks for"
        with served(place, env) as address:
            swaps[address] = SERVER
            del env["PSCLI_DB"]
            env["PSCLI_ALLOW_INSECURE"] = "1"
            done += play([_swapped(each, swaps) for each in page.steps[first:]], folder, env)
    return page.steps, [_named(each, swaps) for each in done]


def _swapped(step: Step, swaps: dict[str, str]) -> Step:
    """A command with the addresses of this run."""
    command = step.command
    for real, name in swaps.items():
        command = command.replace(name, real)
    return step._replace(command=command)


def _named(done: Played, swaps: dict[str, str]) -> Played:
    """An output with the addresses of the page."""
    text = "\n".join(done.printed)
    for real, name in swaps.items():
        text = text.replace(real, name)
    return Played(text.split("\n") if text else [], done.code)


@pytest.mark.parametrize("path", TOLD, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_is_true(
    path: Path, clean_env: dict[str, str], request: pytest.FixtureRequest
) -> None:
    """Each command of the page in turn, with the output and the exit code that stand there."""
    with TemporaryDirectory() as short:  # a long path would be wrapped where the page's is not
        steps, done = played(path, Path(short), clean_env, request)
    text = path.read_text("utf-8")
    if request.config.getoption("update_snapshots"):
        text = renewed(text, steps, done)
        path.write_text(text, "utf-8")
        steps = read_page(text).steps
    told = [line for line in text.splitlines() if line.startswith("$ ")]
    assert len(told) == len(steps), "a line begins with $ outside of a console block"
    assert not faults(steps, done)


def test_the_chat_of_a_page_is_true(clean_env: dict[str, str], tmp_path: Path) -> None:
    """C4: played by the two who are in it, each on a terminal, line for line."""
    page = read_page((ROOT / "docs" / "guides" / "terminal.md").read_text("utf-8"))
    customer = Program({**clean_env, "PSCLI_DB": str(tmp_path / "desk.db")})
    customer.ok("init", "--demo")
    support = Program({**customer.env, "PSCLI_AS": "sam@desk.example"})
    with ExitStack() as stack:
        sides = {"You": stack.enter_context(Terminal(customer, "contact", "chat"))}
        for line in page.files["chat"].splitlines():
            if line == "/end":  # what is said is shown once it is kept, an order is not
                sides["You"].type(f"{line}\r")
                continue
            shown = re.sub(r"^\d\d:\d\d ", "", line)  # the time of the page is not that of the run
            who, _, said = shown.partition(": ")
            if who in sides:
                sides[who].type(f"{said}\r")
            elif line.endswith(" joined."):
                join = Terminal(support, "support", "chat")
                sides["sam@desk.example"] = stack.enter_context(join)
            sides["You"].expect(shown)
        assert sides["You"].wait() == 0


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """A link within the project names a file that is there."""
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


BLOCK = "```console\n$ echo one\none\n$ false\n$ echo $?\n1\n```\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (BLOCK, ""),
        (BLOCK.replace("\none\n", "\ntwo\n"), "line 2: printed\none"),
        (BLOCK.replace("$ echo $?\n1\n", ""), "line 4: exit code 1"),
        (BLOCK.replace("\n1\n", "\n"), "line 5: printed\n1"),
        ("```console\n$ echo one\n$ false\n```\n", "line 3: exit code 1"),
        ("```console\n$ cat <<'END'\n> a\n> END\nb\n```\n", "line 2: printed\na"),
    ],
)
def test_an_untrue_page_is_found(
    text: str, fault: str, tmp_path: Path, clean_env: dict[str, str]
) -> None:
    """Another output, an exit code that nobody asks for, an output that does not stand there."""
    steps = read_page(text).steps
    found = faults(steps, play(steps, tmp_path, clean_env))
    assert ", ".join(found).startswith(fault)
    assert bool(found) == bool(fault)


@pytest.mark.parametrize(
    "text",
    ["```console soon\n$ true\n```\n", "```console\n$ true\n", " ```console\n$ true\n ```\n"],
)
def test_no_block_is_passed_over(text: str) -> None:
    """An unknown word, a block that is not closed, or one that is indented is refused."""
    with pytest.raises(AssertionError):
        read_page(text)


def test_wildcards() -> None:
    """Three dots stand for any lines on a line of their own, else for any text of one line."""
    assert agrees(["a", "...", "d"], ["a", "b", "c", "d"])
    assert agrees(["a", "..."], ["a"])
    assert agrees(["at ... o'clock"], ["at 3 o'clock"])
    assert not agrees(["at ... o'clock"], ["at 3", "o'clock"])
    assert not agrees(["...", "d"], ["a"])
