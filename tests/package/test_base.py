"""The base install: the wheel without its extras does what the guides say and nothing less."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from manual.packages import closure
from manual.pages import ROOT

from pscli.extras import EXTRAS
from tests.conftest import Answer
from tests.sessions.transcripts import Step, faults, play, read_page

from .conftest import Installed, link_packages

START = read_page((ROOT / "docs" / "start.md").read_text("utf-8"))
TESTED = [
    "tests/rules/test_addons.py",
    "tests/rules/test_entitlements.py",
    "tests/rules/test_promises.py",
    "tests/cli/test_lists.py",
    "tests/cli/test_threads.py",
    "tests/cli/test_times.py",
]


def in_environment(base: Installed, env: dict[str, str], *words: str) -> Answer:
    """Run the command that the wheel installed."""
    done = subprocess.run(
        [base.program, *words], env=env, capture_output=True, text=True, check=False, timeout=60
    )
    return Answer(done.stdout, done.stderr, done.returncode)


def test_nothing_of_an_extra_is_there(base: Installed) -> None:
    """The base install has no server part, no driver of PostgreSQL, no report library."""
    code = "import sys, importlib.util as u; print([m for m in sys.argv[1:] if u.find_spec(m)])"
    wanted = [name for names in EXTRAS.values() for name in names]
    done = subprocess.run(
        [base.python, "-I", "-c", code, *wanted, "typer"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['typer']"


def test_extras_are_named_in_full() -> None:
    """Each extra brings the modules that are looked for, and the base brings none of them."""
    outside = closure("pscli")
    for extra, modules in EXTRAS.items():
        added = closure(f"pscli[{extra}]").keys() - outside.keys()
        assert {name.replace("_", "-") for name in modules} <= added


def test_the_wheel_has_the_package_and_its_pages(base: Installed) -> None:
    """Only pscli, with the rules, the shipped policy and catalogue, and its types."""
    names = set(zipfile.ZipFile(base.wheel).namelist())
    tops = {name.partition("/")[0] for name in names}
    assert {top.partition("-")[0] for top in tops} == {"pscli"}
    for name in ("rules.md", "policy.toml", "catalogue.json", "py.typed", "completions/_pscli"):
        assert f"pscli/{name}" in names
    shared = base.folder / "share"
    assert {path.name for path in (ROOT / "man").iterdir()} == {
        path.name for path in (shared / "man" / "man1").iterdir()
    }
    assert (shared / "zsh" / "site-functions" / "_pscli").exists()


def test_its_own_files_are_found(base: Installed, clean_env: dict[str, str]) -> None:
    """What a checkout has in its folders, the wheel has in the package."""
    rule = in_environment(base, clean_env, "rules", "K2", "-o", "json").json
    assert "their own tickets only" in rule["text"]
    shown = in_environment(base, clean_env, "completion", "show", "zsh").out
    assert shown == (ROOT / "completions" / "_pscli").read_text("utf-8")
    assert in_environment(base, clean_env, "--version").out.startswith("pscli ")


def newcomer(base: Installed, home: str) -> dict[str, str]:
    """Somebody who installed pscli a minute ago: an empty home and no variable of ours."""
    path = f"{base.folder / 'bin'}:{os.environ['PATH']}"
    return {"PATH": path, "HOME": home, "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb"}


def test_the_start_page_is_true(base: Installed) -> None:
    """The page's commands in turn, each with the output that stands there."""
    with TemporaryDirectory() as short:  # a long path would be wrapped where the page's is not
        env = {**newcomer(base, short), "NO_COLOR": "1", "PSCLI_DB": f"{short}/desk.db"}
        done = play(START.steps, Path(short), {**env, "PSCLI_NOW": "2026-03-02T12:00:00Z"})
    printed = [
        each._replace(printed=[line.replace(short, "/home/ana") for line in each.printed])
        for each in done
    ]
    assert not faults(START.steps, printed)


def test_a_newcomer_s_start(base: Installed, tmp_path: Path) -> None:
    """The same by the real clock, with nothing set; all that is left behind lies in their home."""
    steps = [Step(each.line, each.command, [], compared=False) for each in START.steps]
    home, elsewhere = tmp_path / "empty", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    done = play(steps, elsewhere, newcomer(base, str(home)))
    assert not faults(steps, done)
    assert not list(elsewhere.iterdir())
    left = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    kept = {path for path in left if not path.endswith(".lock")}
    assert kept == {".local/share/pscli/desk.db", ".config/pscli/config.toml"}


LACKING = [
    ("server", "uvicorn", ["serve"]),
    ("server", "psycopg", ["desk", "check"]),
    ("server", "psycopg", ["init"]),
    ("reports", "xlsxwriter", ["insights", "export", "--to", "r.xlsx"]),
    ("reports", "jinja2", ["insights", "export", "--to", "r.html"]),
]


@pytest.mark.parametrize(("extra", "library", "words"), LACKING, ids=str)
def test_an_extra_that_is_missing(
    base: Installed,
    clean_env: dict[str, str],
    tmp_path: Path,
    extra: str,
    library: str,
    words: list[str],
) -> None:
    """One sentence says what is missing, another how to install it; exit code 2."""
    place = str(tmp_path / "desk.db")
    if library == "psycopg":
        place = "postgresql://desk@127.0.0.1:1/desk"
    env = {**clean_env, "PSCLI_DB": place}
    if library != "psycopg":
        assert in_environment(base, env, "init", "--demo").code == 0
    words = [word.replace("r.", f"{tmp_path}/r.") for word in words]
    refused = in_environment(base, env, *words)
    assert (refused.out, refused.code) == ("", 2)
    assert f" {library}" in refused.err
    assert "not installed" in refused.err
    packages = {
        "server": "starlette uvicorn 'psycopg[binary,pool]'",
        "reports": "XlsxWriter jinja2",
    }
    command = f"{base.python} -m pip install {packages[extra]}"
    assert f"Install the extra {extra}: {command}" in refused.err
    assert not list(tmp_path.glob("r.*"))


def test_doctor_names_the_extras(base: Installed, clean_env: dict[str, str]) -> None:
    """What is not installed is no finding where nobody asks for it, and one where a desk does."""
    env = {**clean_env, "PSCLI_DB": "postgresql://desk@127.0.0.1:1/desk"}
    rows = {
        row["check"]: row for row in in_environment(base, env, "doctor", "-o", "json").json["items"]
    }
    assert rows["extras"]["severity"] == "skipped"
    assert rows["extras"]["remedy"].endswith("'psycopg[binary,pool]' XlsxWriter jinja2")
    assert rows["desk"]["severity"] == "error"
    assert rows["desk"]["remedy"].startswith("Install the extra server: ")


@pytest.mark.parametrize(
    ("place", "command"),
    [
        ("/home/a/.local/share/pipx/venvs/pscli", "pipx inject pscli"),
        (
            "/a/.local/share/uv/tools/pscli",
            "uv pip install --python /a/.local/share/uv/tools/pscli",
        ),
        ("/home/a/my work/.venv", "'/home/a/my work/.venv/bin/python' -m pip install"),
    ],
)
def test_the_remedy_fits_the_installation(place: str, command: str) -> None:
    """Into this environment, whoever made it; an index may have another project named pscli."""
    code = "import sys; sys.prefix, sys.executable = sys.argv[1:]"
    code += "; from pscli.extras import how_to_install as how"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint(how('server'))", place, f"{place}/bin/python"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    asked = " ".join(f"'{each}'" if "[" in each else each for each in server_packages())
    assert done.stdout.strip() == f"{command} {asked}"


def server_packages() -> list[str]:
    """What the project's extra asks for, without versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [
        each.partition(">")[0] for each in project["project"]["optional-dependencies"]["server"]
    ]


def test_tests_pass_on_the_base_install(base: Installed, tmp_path: Path) -> None:
    """Rules and lists as everywhere, where no server package can be imported."""
    link_packages(tmp_path / "tools", "pytest", "pytest-xdist", "hypothesis", "syrupy", "packaging")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "tools")}
    done = subprocess.run(
        [base.python, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *TESTED],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
