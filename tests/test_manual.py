"""What is generated from the commands is fresh, whole, and says what help says."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from manual.commands import Argument, Command, Option, read_commands
from manual.pages import ROOT, generated, stale
from manual.reference import spelled

from tests.cli.shells import in_bash
from tests.conftest import Program

TREE = read_commands()
COMMANDS = [command for command in TREE.walk() if command.words]
RUNNING = [command for command in COMMANDS if command.runs]
PAGES = generated()
LONGEST_HELP = 300


def test_the_generated_files_are_fresh() -> None:
    """Whoever changes a command runs `./dev docs`."""
    old = [path for path, text in PAGES.items() if _read(path) != text]
    assert old + stale() == [], "run: ./dev docs"


def _read(path: str) -> str | None:
    place = ROOT / path
    return place.read_text("utf-8") if place.exists() else None


def test_every_command_is_in_help_reference_and_man_pages(
    clean_env: dict[str, str],
) -> None:
    """With each of its options; the help of the root names every group."""
    shown = Program(clean_env).ok("--help").out
    for command in COMMANDS:
        group = command.words.split()[0]
        assert re.search(rf"^  {group} ", shown, re.MULTILINE), group
        if command.runs:
            assert f"## pscli {command.words}\n" in PAGES[f"docs/reference/{group}.md"]
            man = PAGES[f"man/pscli-{group}.1"].replace("\\-", "-")
            assert f"\npscli {command.words}" in man
            assert all(spelled(option) in man for option in _own(command))


def _own(command: Command) -> list[Option]:
    common = RUNNING[0].options
    return [option for option in command.options if option not in common]


def test_every_command_is_completed(clean_env: dict[str, str]) -> None:
    """Bash offers each with its options; the other scripts are made of the same table."""
    env = {**clean_env, "HOME": "/"}
    for command in TREE.walk():
        line = f"pscli {command.words}".strip()
        names = {name for each in command.options for name in "/".join(each.names).split("/")}
        assert set(in_bash(env, f"{line} -")) == names
        if command.children:
            children = {child.words.rpartition(" ")[2] for child in command.children}
            assert set(in_bash(env, f"{line} ")) == children
        for script in ("_pscli", "pscli.fish", "pscli.ps1"):
            text = PAGES[f"completions/{script}"]
            assert f"'{command.words}'" in text
            assert all(name in text for name in names)


@pytest.mark.parametrize("command", list(TREE.walk()), ids=lambda command: command.words or "pscli")
def test_a_command_says_what_it_is_for(command: Command) -> None:
    """One sentence first; every option and argument has one; also a group has an example."""
    assert command.summary.endswith("."), command.help
    assert command.summary[0].isupper()
    assert len(command.summary) <= LONGEST_HELP
    described: list[Option | Argument] = [*command.options, *command.arguments]
    for each in described:
        assert each.help.endswith((".", "]")), (command.words, each)
    assert command.example is not None
    assert command.example.startswith("pscli ")
    of = [each.words for each in command.walk() if each.runs and each.words]
    assert any(f"{command.example} ".startswith(f"pscli {words} ") for words in of)


def test_a_command_names_whom_it_is_for_and_its_rules() -> None:
    """T4, E8, K2: taken from the operations behind it and the table of rights."""
    pages = {command.words: command for command in COMMANDS}
    assert pages["hub tickets list"].needs == ["admins of a team with an add-on"]
    assert pages["support reply"].needs == ["representatives"]
    assert pages["support attachment"].needs == ["representatives"]
    assert pages["hub tickets attachment"].needs == ["active people of a team"]
    assert pages["desk policy set"].needs == ["operators"]
    assert pages["profile list"].needs == []
    assert "K2" in pages["hub tickets show"].rules


@pytest.mark.parametrize("words", ["profile set", "team set", "team people set"])
def test_the_keys_at_a_tab_are_those_that_can_be_set(clean_env: dict[str, str], words: str) -> None:
    """T1, T2: the same as in the refusal of a key that is none."""
    program = Program(clean_env)
    refusal = program(*words.split(), "x", "none=1", "-o", "json", env={"PSCLI_DB": "/nowhere"})
    known = refusal.error["hint"].partition(": ")[2].rstrip(".").split(", ")
    offered = in_bash({**clean_env, "HOME": "/"}, f"pscli {words} x ")
    assert offered == [f"{key}=" for key in known]


def test_man_pages_are_good_roff() -> None:
    """As a man page reader sees it; without one nobody checks."""
    mandoc = shutil.which("mandoc")
    if mandoc is None:
        pytest.skip("NO mandoc ON THIS MACHINE: man pages are not checked (apt install mandoc)")
    pages = [str(ROOT / path) for path in PAGES if path.startswith("man/")]
    done = subprocess.run(
        [mandoc, "-T", "lint", "-W", "warning", *pages],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line for line in done.stdout.splitlines() if "missing date" not in line]
    assert found == []


def test_the_wheel_brings_them_along(tmp_path: Path) -> None:
    """Where shells and man look for them, and in the package for `pscli completion`."""
    from hatchling.builders.wheel import WheelBuilder

    name = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    names = set(zipfile.ZipFile(name).namelist())
    data = next(name.partition("/")[0] for name in names if ".data/" in name)
    for path in PAGES:
        folder, _, page = path.rpartition("/")
        if folder == "man":
            assert f"{data}/data/share/man/man1/{page}" in names
        if folder == "completions":
            assert f"pscli/completions/{page}" in names
    for place in (
        "bash-completion/completions/pscli",
        "zsh/site-functions/_pscli",
        "fish/vendor_completions.d/pscli.fish",
    ):
        assert f"{data}/data/share/{place}" in names
