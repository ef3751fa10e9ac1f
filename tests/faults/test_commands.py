"""Random text in every argument and option of every command, at a terminal and in a pipe."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from manual.commands import Command, read_commands

from pscli.backends import open_database
from tests.cli.hostile import HOSTILE
from tests.forks import Forks
from tests.world import AGENT, ANA, MONDAY_NOON

from .conftest import SOAK
from .lively import enliven

EACH = 1 if SOAK == 1 else 6  # hostile texts for every argument and option
RANDOM = 60 if SOAK == 1 else 1_000  # texts that nobody thought of
PATIENCE = 20  # seconds for one command on a loaded machine
END_OF_FILE = b"\x04" * 8  # what every question at the terminal is answered with
CODES = {0, *range(2, 14), 130, 141, 143}  # all that are documented but 1, a defect of ours
SGR = re.compile(r"\x1b\[[0-9;]*m")
PROGRESS = re.compile(r"\r?\x1b\[(?:\?25[lh]|2K|1A)|\r(?=\x1b)")  # our own bar, at a terminal
ACTS = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
FORMATS = ("table", "tsv", "json", "jsonl", None)
COMMON = ("--fields", "--profile", "--as", "--idempotency-key", "--cursor", "--limit")
# What stands where something must, and is not the text under test: by the metavar.
GOOD = {
    "NUMBER": "1", "TEAM": "Acme", "EMAIL": "x@acme.example", "EDITION": "enhanced", "N": "1",
    "ID": "1-7", "INSTANT": "2026-03-04T10:00:00Z", "NAME": "x", "KEY=VALUE...": "name=x",
    "FILE": "absent.json", "FILE.toml": "absent.toml", "PHONE": "+49 30 901820", "SHELL": "bash",
    "PATH": "x.csv", "S": "subject", "agent|sales|operator": "agent", "DAY": "2026-01-01",
}  # fmt: skip
ALSO = {
    "contact submit": ["--body=x", "--no-suggest"], "contact sales": ["--body=x"],
    "contact callback": ["+49 30 901820"], "contact chat": ["--or-request"],
    "contact requests reply": ["--body=x"], "hub tickets reply": ["--body=x"],
    "support reply": ["--body=x"], "support note": ["--body=x"],
    "support call": ["--outcome=reached"], "serve": ["--workers=65"],
}  # fmt: skip


VARIABLES = (
    "PSCLI_PROFILE",
    "PSCLI_AS",
    "PSCLI_DB",
    "PSCLI_SERVER",
    "PSCLI_TOKEN",
    "PSCLI_NOW",
    "PSCLI_POLICY",
    "PSCLI_CONFIG_DIR",
    "TZ",
    "LANG",
    "COLUMNS",
    "PSCLI_PAGER",
)
_EXCLUDE = {("PSCLI_DB", "PSCLI_SERVER"), ("PSCLI_NOW", "PSCLI_SERVER"), ("PSCLI_NOW", "PSCLI_DB")}


class Spot(NamedTuple):
    """A place for a text: an option's name, or the index of an argument."""

    command: Command
    option: str | None
    argument: int = 0

    def __str__(self) -> str:
        """The command's words and the place."""
        return (
            f"{self.command.words} {self.option or self.command.arguments[self.argument].metavar}"
        )

    def argv(self, text: str) -> list[str]:
        """A command line with the text there, and what must be beside it."""
        command = self.command
        words = command.words.split()
        needed = [each for each in command.options if each.required]
        words += [f"{each.names[-1]}={GOOD[each.metavar or '']}" for each in needed]
        words += [each for each in ALSO.get(command.words, []) if not self._is_for(each)]
        if self.option is not None:
            words = [word for word in words if not word.startswith(f"{self.option}=")]
            words.append(f"{self.option}={text}")
        arguments = [GOOD[each.metavar] for each in command.arguments if each.required]
        if self.option is None:
            arguments[self.argument : self.argument + 1] = [text]
        return [*words, "--", *arguments] if arguments else words

    def _is_for(self, word: str) -> bool:
        return self.option is None and not word.startswith("-")


def spots() -> Iterator[Spot]:
    """Every argument, and every option that takes more than closed words."""
    for command in read_commands().walk():
        if not (command.words and command.runs):
            continue
        for n in range(len(command.arguments)):
            yield Spot(command, None, n)
        for option in command.options:
            closed = option.values and not option.values.startswith("@")
            if option.metavar and not closed:
                yield Spot(command, option.names[-1])


SPOTS = list(spots())
# Of the options that all commands share, every run tries each at a few commands.
TRIED = [
    spot for n, spot in enumerate(SPOTS) if SOAK > 1 or spot.option not in COMMON or n % 61 == 0
]
# No slash: what is written goes into the test's own folder.
ANYTHING = st.characters(exclude_characters="\x00/", exclude_categories=["Cs"])
BROKEN = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)  # bytes that are no UTF-8
HOSTILES = [text.replace("/", "_") for text in HOSTILE.values()]
TEXTS = st.one_of(
    st.text(ANYTHING, min_size=1),
    st.text(ANYTHING | BROKEN, min_size=1),
    st.sampled_from(HOSTILES),
    st.sampled_from(["", " ", "-", "--", "-o", "@", "=", "..", "~", "%s", "{}", "\\", "'", '"']),
    st.sampled_from(["0", "-1", "1e9", "9" * 30, "NaN", "٣", "2026-02-30", "9999-12-31T23:59:59Z"]),
    st.sampled_from(sorted(GOOD.values())).flatmap(
        lambda good: st.text(ANYTHING).map(good.__add__)
    ),
)


class Desk(NamedTuple):
    """A desk, what runs commands on it, a folder to write in, and how often it was asked."""

    forks: Forks
    env: dict[str, str]
    folder: Path
    turns: "count[int]"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk on which something happened, for everything that is tried here."""
    folder = tmp_path_factory.mktemp("commands")
    database = open_database(str(folder / "desk.db"))
    enliven(database)
    database.close()
    env = {
        "PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "TZ": "UTC",
        "PSCLI_CONFIG_DIR": str(folder / "config"), "PSCLI_DB": str(folder / "desk.db"),
        "PSCLI_NOW": MONDAY_NOON.isoformat(), "PSCLI_PAGER": "cat", "EDITOR": "true",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }  # fmt: skip
    work = folder / "work"
    work.mkdir()
    forks = Forks(folder)
    yield Desk(forks, env, work, count())
    forks.close()


def ask(desk: Desk, words: list[str]) -> None:
    """Run a command, every other time at a terminal, and look at what it says."""
    turn = next(desk.turns)
    format_ = FORMATS[turn // 2 % len(FORMATS)]
    if "--" in words:
        place = words.index("--")
        head, rest = words[:place], words[place:]
    else:
        head, rest = words, []
    staff = head[0] in ("support", "team", "desk")
    acting = [] if any(each.startswith("--as=") for each in head) else ["--as", AGENT]
    acting = acting if head[0] == "support" else ["--as", ANA] if acting and not staff else []
    shape = [] if format_ is None else ["-o", format_]
    words = [*head, *acting, *shape, *rest]
    piped = turn % 2 == 0 or "chat" in head  # at a terminal a chat waits for somebody to type
    if piped:
        ended = desk.forks.run(words, desk.env, b"", PATIENCE, desk.folder)
    else:
        ended = desk.forks.at_terminal(words, desk.env, END_OF_FILE, PATIENCE, desk.folder)
    # What an export is written as is not how its own line is printed.
    check_harmless(words, ended, tabs=format_ in ("tsv", None) or "export" in head)


def check_harmless(words: list[str], ended: "CompletedProcess[bytes]", *, tabs: bool) -> None:
    """A documented code, no traceback, and nothing that acts, hides or turns around."""
    said = (ended.stdout + ended.stderr).decode("utf-8", "surrogateescape")
    shown = f"{words!r} ended with {ended.returncode}:\n{said!r}"
    assert ended.returncode in CODES, shown
    assert "Traceback" not in said, shown
    if "import" in words:
        said = PROGRESS.sub("", said)
    for line in SGR.sub("", said.replace("\r\n", "\n")).split("\n"):
        foreign = {each for each in line if unicodedata.category(each) in ACTS}
        assert foreign <= ({"\t"} if tabs else set()), f"{foreign} in {line!r} of {shown}"


@pytest.mark.parametrize("spot", TRIED, ids=str)
def test_hostile_text_is_taken_or_refused_everywhere(desk: Desk, spot: Spot) -> None:
    """A documented exit code, and nothing of the text acts on the terminal, wherever it is put."""
    first = SPOTS.index(spot)
    for n in range(first, first + EACH):
        ask(desk, spot.argv(HOSTILES[n % len(HOSTILES)]))


def test_random_text_is_taken_or_refused_anywhere(desk: Desk) -> None:
    """The same for texts that nobody thought of: nonsense, broken bytes, almost what is wanted."""

    @settings(
        max_examples=RANDOM,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(spot=st.sampled_from(SPOTS), text=TEXTS)
    def each(spot: Spot, text: str) -> None:
        ask(desk, spot.argv(text))

    each()


@pytest.mark.parametrize("name", VARIABLES)
def test_hostile_variables_are_taken_or_refused(desk: Desk, name: str) -> None:
    """The same for what stands in the environment."""
    for n in range(EACH):
        env = {key: value for key, value in desk.env.items() if (key, name) not in _EXCLUDE}
        env[name] = HOSTILES[(VARIABLES.index(name) * 5 + n) % len(HOSTILES)]
        ask(desk._replace(env=env), ["whoami"])


@pytest.mark.parametrize(
    "command", ["contact submit --subject=s --no-suggest", "support note -- Acme 1"]
)
def test_hostile_bodies_are_shown_harmlessly(desk: Desk, command: str) -> None:
    """C2: a text from stdin may hold anything; what is no UTF-8 is refused."""
    good = [text.encode() for text in HOSTILES[:: 1 if SOAK > 1 else 8]]
    broken = [b"\xff\xfe\x00", b"a\x00b", b"\xed\xa0\x80"]
    for n, body in enumerate(good + broken):
        words = command.split()
        words[2:2] = ["--body-file=-", "--as", ANA if words[0] == "contact" else AGENT]
        words[2:2] = ["-o", FORMATS[n % 4] or "table"]
        ended = desk.forks.run(words, desk.env, body, PATIENCE, desk.folder)
        check_harmless(words, ended, tabs=FORMATS[n % 4] == "tsv")
        assert (ended.returncode == 2) == (body in broken), words
