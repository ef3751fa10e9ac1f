"""Tabs in real bash, zsh, fish, PowerShell: what they offer, and that nobody's text is run."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import tomli_w

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.requests import submit_request
from pscli.desk.teams import create_team
from pscli.models.people import Identity
from tests.cli.shells import (
    in_bash,
    in_fish,
    in_interactive_bash,
    in_powershell,
    in_zsh,
    with_program,
)
from tests.world import ANA, Clock, lay, populate

Tab = Callable[[str], list[str]]
SHELLS = {
    "bash": in_bash,
    "fish": in_fish,
    "powershell": in_powershell,
    "zsh": in_zsh,
    "bash on a terminal": in_interactive_bash,
}

# Each would leave a file where it ran, as a command substitution, a quoted word or a new line.
HOSTILE = [
    "$(touch {0})",
    "`touch {0}`",
    "x'; touch {0}; '",
    'x"; touch {0}; "',
    "x; touch {0}",
    "${{(e):-$(touch {0})}}",
    "|touch {0}",
    "%F{{red}}$(touch {0})",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything of this module happens; what was run would leave the file `run` in it."""
    return tmp_path_factory.mktemp("tabs")


@pytest.fixture(scope="module")
def env(folder: Path) -> dict[str, str]:
    """A shell's environment on a desk where names and Ana's twelve subjects are hostile."""
    clock = Clock()
    database = open_database(str(folder / "desk.db"))
    lay(database, clock)
    operator = Local(database, Identity(), clock)
    populate(operator)
    create_team(operator, "Sample Studio")
    create_team(operator, "$(touch run)")
    ana = Local(database, Identity(email=ANA), clock)
    for number in range(12):
        text = HOSTILE[number % len(HOSTILE)].format(folder / "run")
        submit_request(ana, text, f"{text}\n")
    database.close()
    profiles = {name: {"region": "ID"} for name in ("plain", "other", "$(touch run)")}
    (folder / "config.toml").write_text(tomli_w.dumps({"profiles": profiles}), "utf-8")
    settings = {"PSCLI_DB": str(folder / "desk.db"), "PSCLI_CONFIG_DIR": str(folder)}
    return with_program({"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **settings}, folder)


@pytest.fixture(params=sorted(SHELLS))
def tab(request: pytest.FixtureRequest, env: dict[str, str]) -> Tab:
    """What a shell offers for a line."""
    return lambda line: SHELLS[request.param](env, line)


STATIC = {
    "pscli hub tickets ": {"list", "show", "reply", "solve", "attachment"},
    "pscli hub tickets list --s": {"--status", "--since", "--search", "--sort"},
    "pscli hub tickets list --sort ": {"created", "updated", "due"},
    "pscli support grant Acme ": {"essentials", "enhanced"},
    "pscli hub -o ": {"table", "json", "jsonl", "csv", "tsv"},
    "pscli contact submit --product d": {"dropbox", "dash", "docsend"},
}
DYNAMIC = {
    f"pscli hub tickets show --as {ANA} 1": {"10", "11", "12"},
    f"pscli contact requests reply --as={ANA} 1": {"10", "11", "12"},
    "pscli contact submit --type s": {"sign-in", "security", "sharing", "sync", "storage"},
    'pscli support show "Acme" 1': {"10", "11", "12"},
    "pscli rules K": {"K1", "K2", "K6"},
    "pscli profile use ": {"plain", "other"},
}


def test_the_script_itself_knows_commands_options_and_closed_words(tab: Tab) -> None:
    """E10, C3: in every shell, no process is started for them."""
    for line, offered in STATIC.items():
        assert offered <= set(tab(line)), line


def test_the_desk_is_asked_for_ids_and_names(tab: Tab) -> None:
    """C3, K2, A3: as whom the line says, on the desk that it says."""
    for line, offered in DYNAMIC.items():
        assert offered <= set(tab(line)), line


def test_the_values_are_those_that_the_word_begins(env: dict[str, str]) -> None:
    """Bash and fish: nothing else is offered, with an equals sign as without."""
    assert in_bash(env, "pscli hub tickets list --status=p") == ["pending"]
    assert in_bash(env, "pscli hub tickets list --status p") == ["pending"]
    assert in_fish(env, "pscli hub tickets list --status=p") == ["--status=pending"]
    assert in_fish(env, "pscli hub tickets list --status p") == ["pending"]
    assert in_bash(env, "pscli hub tickets list --status open --so") == ["--sort"]
    assert in_bash(env, "pscli hub tickets list -- --so") == []
    assert in_bash(env, "pscli nothing such ") == in_fish(env, "pscli nothing such ") == []


def test_names_with_spaces_are_one_word(env: dict[str, str]) -> None:
    """T1: quoted as the line is."""
    assert in_bash(env, "pscli team show Sam") == ["Sample\\ Studio"]
    assert in_bash(env, 'pscli team show "Sam') == ["Sample Studio"]
    assert in_bash(env, "pscli team show Sample\\ St") == ["Sample\\ Studio"]
    assert in_fish(env, "pscli team show Sam") == ["Sample Studio"]
    assert "Sample\\" in in_zsh(env, "pscli team show Sam")
    assert in_bash(env, "pscli support assign Acme 7 x agent@") == []
    assert in_bash(env, "pscli support assign Acme 7 agent@") == ["desk.example"]


def test_files_are_offered_where_a_file_is_wanted(env: dict[str, str]) -> None:
    """A path is the shell's own to complete."""
    (Path(env["HOME"]) / "wanted.tsv").touch()
    assert in_bash(env, "pscli desk policy check want") == ["wanted.tsv"]
    assert in_fish(env, "pscli desk policy check want") == ["wanted.tsv"]
    assert "wanted.tsv" in in_zsh(env, "pscli desk policy check want")
    line = in_interactive_bash(env, "pscli contact submit --body-file=want")
    assert "--body-file=wanted.tsv" in line


def test_no_subject_and_no_hostile_name_is_run_or_shown(tab: Tab, folder: Path) -> None:
    """K2, T1: beside hostile subjects, teams and profiles, a Tab offers what is harmless."""
    tickets = tab(f"pscli hub tickets show --as {ANA} ")
    teams, profiles = tab("pscli team show "), tab("pscli profile use ")
    assert {"2", "12"} <= set(tickets)
    assert "Acme" in " ".join(teams)
    assert "plain" in profiles
    assert "touch" not in " ".join([*tickets, *teams, *profiles])
    assert not list(folder.rglob("run"))


def test_what_stands_on_the_line_is_not_run(tab: Tab, folder: Path) -> None:
    """T1: not before the cursor, as an option's value, and not as a team's name."""
    for word in HOSTILE:
        text = word.format(folder / "run")
        for line in (f"pscli support show {text} 1", f"pscli hub --profile {text} tickets sh"):
            tab(line)
            assert not (folder / "run").exists(), line
