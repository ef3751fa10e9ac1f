"""pscli completion: the script shown, or put where its shell looks, and nothing else touched."""

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.cli.shells import SCRIPTS, needed
from tests.conftest import Program

# shell, script, where it goes below home
PLACES = [
    ("bash", "pscli.bash", ".local/share/bash-completion/completions/pscli"),
    ("zsh", "_pscli", ".local/share/zsh/site-functions/_pscli"),
    ("fish", "pscli.fish", ".config/fish/completions/pscli.fish"),
    ("powershell", "pscli.ps1", ".local/share/pscli/pscli.ps1"),
]


@pytest.fixture
def program(clean_env: dict[str, str], tmp_path: Path) -> Program:
    """The real program in an empty home, without a desk."""
    home = tmp_path / "home"
    home.mkdir()
    return Program(clean_env)


@pytest.mark.parametrize(("shell", "script", "place"), PLACES)
def test_a_script_is_put_in_its_place_once(
    program: Program, shell: str, script: str, place: str
) -> None:
    """The first run writes it, the second finds it; both say where it is and how it is loaded."""
    path = Path(program.env["HOME"]) / place
    first = program.ok("completion", "install", shell, "-o", "json")
    assert first.json == {"shell": shell, "path": str(path), "changed": True}
    assert str(path) in first.err
    assert path.read_bytes() == (SCRIPTS / script).read_bytes()
    second = program.ok("completion", "install", shell, "-o", "json")
    assert second.json == {**first.json, "changed": False}
    path.write_text(path.read_text("utf-8") + "# of an older pscli\n", "utf-8")
    assert program.ok("completion", "install", shell, "-o", "json").json["changed"]
    written = [each for each in Path(program.env["HOME"]).rglob("*") if each.is_file()]
    assert written == [path]
    assert program.ok("completion", "show", shell).out == path.read_text("utf-8")


def test_somebody_elses_file_stays(program: Program) -> None:
    """Without --force it is not replaced, by exit code 6; what --force does is said."""
    path = Path(program.env["HOME"]) / PLACES[2][2]
    path.parent.mkdir(parents=True)
    path.write_text("# mine\n", "utf-8")
    refusal = program("completion", "install", "fish", "-o", "json")
    assert refusal.code == 6
    assert "--force" in refusal.error["hint"]
    assert path.read_text("utf-8") == "# mine\n"
    assert str(path) in program.ok("completion", "install", "fish", "--force").err
    assert path.read_bytes() == (SCRIPTS / "pscli.fish").read_bytes()


def test_the_folders_of_the_environment_are_taken(program: Program, tmp_path: Path) -> None:
    """An absolute XDG folder is; a relative one is not one."""
    env = {"XDG_CONFIG_HOME": str(tmp_path / "with space")}
    answer = program.ok("completion", "install", "fish", "-o", "json", env=env)
    assert answer.json["path"] == str(tmp_path / "with space/fish/completions/pscli.fish")
    env = {"XDG_DATA_HOME": "relative"}
    answer = program.ok("completion", "install", "zsh", "-o", "json", env=env)
    assert answer.json["path"].startswith(program.env["HOME"])


def test_a_place_that_takes_no_file_is_refused(program: Program, tmp_path: Path) -> None:
    """With what to do instead."""
    (tmp_path / "file").touch()
    env = {"XDG_DATA_HOME": str(tmp_path / "file")}
    refusal = program("completion", "install", "bash", env=env)
    assert refusal.code == 2
    assert "completion show" in refusal.err


@pytest.mark.parametrize(("shell", "name"), [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")])
def test_the_shell_that_asks_is_seen(program: Program, shell: str, name: str) -> None:
    """Whatever the login shell is."""
    import sys

    line = f"{shlex.quote(sys.executable)} -m pscli completion show; true"
    env = {**program.env, "SHELL": "/bin/other"}
    done = subprocess.run(
        [needed(shell), "-c", line], env=env, capture_output=True, text=True, check=True
    )
    assert f"# {name} completion for pscli" in done.stdout


def test_else_the_login_shell_is_taken(program: Program) -> None:
    """Where the parent is none, and where both are unknown the shells are named."""
    assert "fish completion" in program.ok("completion", "show", env={"SHELL": "/bin/fish"}).out
    refusal = program("completion", "show", env={"SHELL": "/bin/other"})
    assert refusal.code == 2
    assert "bash, zsh, fish, powershell" in refusal.err
    assert program("completion", "show", "csh").code == 2


def test_a_reader_that_goes_away_and_a_full_disk(program: Program) -> None:
    """The script is printed as every result is: 12 where it could not be written."""
    import sys

    words = [sys.executable, "-m", "pscli", "completion", "show", "bash"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(words, env=program.env, stdout=full, check=False)
    assert done.returncode == 12
