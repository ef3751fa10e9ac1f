"""`doctor` on desks that one opens oneself: each harm is found, named and has its remedy."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.models.checks import Checkup, Diagnosis, Severity
from tests.conftest import Program
from tests.world import ANA

from .conftest import Draw
from .terminals import on_terminal

Rows = dict[str, dict[str, Any]]


def diagnosis(program: Program, *words: str, env: dict[str, str] | None = None) -> Rows:
    """What `doctor` says, by check; the exit code says whether there are findings."""
    answer = program("doctor", "-o", "json", *words, env=env)
    rows: Rows = {row["check"]: row for row in answer.json["items"]}
    found = [name for name, row in rows.items() if row["severity"] in ("warning", "error")]
    assert answer.code == (11 if found else 0), answer.err
    for name in found:
        assert rows[name]["remedy"], rows[name]
    if found:
        assert answer.error["code"] == "data_refused"
        assert answer.error["message"].endswith(f"{', '.join(found)}.")
    return rows


def findings(program: Program, *words: str, env: dict[str, str] | None = None) -> dict[str, str]:
    """What `doctor` finds wrong: check and sentence."""
    rows = diagnosis(program, *words, env=env)
    return {n: r["said"] for n, r in rows.items() if r["severity"] in ("warning", "error")}


def run_sql(program: Program, *statements: str) -> None:
    """Change a desk's file behind its back."""
    with closing(sqlite3.connect(program.env["PSCLI_DB"], isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_sound_desk_has_no_findings(peopled: Program) -> None:
    """Every check is named, in the order in which one thing stands on another."""
    rows = diagnosis(peopled, "--as", ANA)
    assert list(rows) == [
        "program", "config", "profile", "token", "server", "desk", "schema", "person", "proof",
        "space", "clock", "zones", "completion", "extras",
    ]  # fmt: skip
    assert {name for name, row in rows.items() if row["severity"] == "skipped"} == {
        "token", "server", "completion"
    }  # fmt: skip
    assert rows["person"]["said"] == f"{ANA}, team."


def test_it_changes_nothing(peopled: Program) -> None:
    """Whatever it looks at, the desk is the same bytes afterwards, and so is the folder."""
    place = Path(peopled.env["PSCLI_DB"])
    before = place.read_bytes(), sorted(each.name for each in place.parent.iterdir())
    diagnosis(peopled)
    assert (place.read_bytes(), sorted(each.name for each in place.parent.iterdir())) == before


def _open_to_all(program: Program) -> None:
    Path(program.env["PSCLI_DB"]).chmod(0o644)


def _replaceable(program: Program) -> None:
    Path(program.env["PSCLI_DB"]).parent.chmod(0o777)


def _gone(program: Program) -> None:
    Path(program.env["PSCLI_DB"]).unlink()


def _no_desk(program: Program) -> None:
    Path(program.env["PSCLI_DB"]).write_text("Dear diary\n" * 500)
    Path(program.env["PSCLI_DB"]).chmod(0o600)


def _another_database(program: Program) -> None:
    _gone(program)
    run_sql(program, "CREATE TABLE a (b)")
    Path(program.env["PSCLI_DB"]).chmod(0o600)


def _newer(program: Program) -> None:
    run_sql(program, "PRAGMA user_version = 99")


def _older(program: Program) -> None:
    run_sql(program, "PRAGMA user_version = 3")


def _miscounted(program: Program) -> None:
    run_sql(program, "UPDATE team SET people = people + 1 WHERE id = 1")


def _damaged(program: Program) -> None:
    run_sql(program, "PRAGMA journal_mode = DELETE")
    with Path(program.env["PSCLI_DB"]).open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 60_000)


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (_open_to_all, {"desk": "Others can read or write"}),
        (_replaceable, {"desk": "Others can put another file in the place of"}),
        (_gone, {"desk": "There is no desk at"}),
        (_no_desk, {"desk": "is damaged or no desk"}),
        (_another_database, {"schema": "There is no desk in it."}),
        (_newer, {"schema": "It was written by a newer pscli: schema 99"}),
        (_older, {"schema": "It is of an older pscli: schema 3"}),
        (_miscounted, {"proof": "The number of a team's people is wrong"}),
        (_damaged, {"proof": "damaged"}),
    ],
)
def test_harm_to_the_file_is_found(
    peopled: Program, harm: Callable[[Program], None], found: dict[str, str]
) -> None:
    """B13, I1: rights, being a desk, schema, what `desk check` proves; told once, not again."""
    harm(peopled)
    told = findings(peopled)
    assert set(told) == set(found), told
    for check, part in found.items():
        assert part in told[check]


def test_an_older_desk_is_not_brought_up(peopled: Program) -> None:
    """Looking is no change; the next command brings it up."""
    _older(peopled)
    diagnosis(peopled)
    with closing(open_database(peopled.env["PSCLI_DB"])) as database:
        assert database.version() == 3


def test_a_broken_configuration_hides_nothing(peopled: Program) -> None:
    """It is a finding, and the desk that the environment names is looked at all the same."""
    config = Path(peopled.env["PSCLI_CONFIG_DIR"]) / "config.toml"
    config.write_text("current = [")
    rows = diagnosis(peopled)
    assert "is not valid TOML" in rows["config"]["said"]
    assert rows["profile"]["said"] == "See config."
    assert [rows[name]["severity"] for name in ("desk", "schema", "proof")] == ["ok"] * 3
    shown = on_terminal(peopled, "doctor", errors_too=True)
    assert shown.code == 11
    assert any("is not valid TOML" in line for line in shown.lines)


def test_settings_that_exclude_each_other(peopled: Program) -> None:
    """Nothing can be looked at without a place, and that is said once."""
    told = findings(peopled, env={"PSCLI_SERVER": "https://desk.example"})
    assert told == {"config": "PSCLI_DB and PSCLI_SERVER are both set."}
    wrong_clock = findings(peopled, env={"PSCLI_NOW": "yesterday"})
    assert "“yesterday” is not an instant." in wrong_clock.values()


def test_profiles_and_people_that_are_not_there(peopled: Program) -> None:
    """With the nearest name; a zone that is none is found before a list stumbles over it."""
    answer = peopled("doctor", "--profile", "defautl", "-o", "json")
    (row,) = [row for row in answer.json["items"] if row["check"] == "profile"]
    assert (answer.code, row["said"]) == (11, "There is no profile defautl.")
    assert "Did you mean default?" in row["remedy"]
    assert findings(peopled, "--as", "nobody@acme.example").keys() == {"person"}
    config = Path(peopled.env["PSCLI_CONFIG_DIR"]) / "config.toml"
    config.write_text('[profiles.default]\ntimezone = "Asia/Jakata"\n')
    assert findings(peopled) == {"profile": "“Asia/Jakata” is no time zone."}


def test_a_folder_that_others_can_change(peopled: Program) -> None:
    """Whoever can replace the configuration can send a token elsewhere."""
    Path(peopled.env["PSCLI_CONFIG_DIR"]).chmod(0o777)
    assert "Others can put another file" in findings(peopled)["config"]


def test_a_clock_that_is_behind(peopled: Program) -> None:
    """B12: behind the newest change is a finding; two minutes are none."""
    assert findings(peopled, env={"PSCLI_NOW": "2026-03-02T11:58:00Z"}) == {}
    told = findings(peopled, env={"PSCLI_NOW": "2026-03-02T11:30:00Z"})
    assert "It is 30 min behind the desk's newest change." in told["clock"]


def test_zones_that_are_wrong_or_missing(peopled: Program, tmp_path: Path) -> None:
    """H2: New York is computed for four instants; UTC in its place is found."""
    folder = tmp_path / "zones" / "America"
    folder.mkdir(parents=True)
    (folder / "New_York").write_bytes(files("tzdata.zoneinfo").joinpath("UTC").read_bytes())
    told = findings(peopled, env={"PYTHONTZPATH": str(tmp_path / "zones")})
    assert "America/New_York is computed wrong for 2026-01-05" in told["zones"]


def test_a_desk_on_postgresql(peopled: Program, postgres_url: str) -> None:
    """Reachable, with its schema, proved; what is not there is told once."""
    env = {"PSCLI_DB": postgres_url}
    assert findings(peopled, env=env) == {"schema": "There is no desk in it."}
    peopled.ok("init", env=env)
    rows = diagnosis(peopled, env=env)
    assert [rows[name]["severity"] for name in ("desk", "schema", "proof")] == ["ok"] * 3
    assert rows["space"]["severity"] == "skipped"
    gone = findings(peopled, env={"PSCLI_DB": "postgresql://nobody@127.0.0.1:1/x"})
    assert gone == {"desk": "The database does not answer. Nothing was done."}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_files_of_somebody_else(peopled: Program) -> None:
    """A desk or a configuration of another person could be changed by them at any time."""
    os.chown(peopled.env["PSCLI_DB"], 65534, 65534)
    os.chown(Path(peopled.env["PSCLI_CONFIG_DIR"]) / "config.toml", 65534, 65534)
    told = findings(peopled)
    assert "belongs to somebody else" in told["desk"]
    assert "belongs to somebody else" in told["config"]


ROWS = [
    Checkup(check="program", severity=Severity.OK, said="pscli 1.0."),
    Checkup(check="token", severity=Severity.SKIPPED, said="Not needed."),
    Checkup(check="space", severity=Severity.WARNING, said="90 MiB.", remedy="Make room."),
    Checkup(check="desk", severity=Severity.ERROR, said="a\x1b[2Jb", remedy="chmod 600 x\nor y"),
]


def test_it_reads_without_colour(draw: Draw) -> None:
    """Glyph, word, check, sentence; the remedy below; what others wrote does nothing."""
    found = Diagnosis(items=ROWS, total=4, next=None)
    assert draw(found, 80) == [
        "✓ ok       program  pscli 1.0.",
        "– skipped  token    Not needed.",
        "▲ warning  space    90 MiB.",
        "                    → Make room.",
        "✗ error    desk     a\\e[2Jb",
        "                    → chmod 600 x",
        "                    → or y",
    ]
    assert draw(found, 80, encoding="ascii")[2:4] == [
        "! warning  space    90 MiB.",
        "                    > Make room.",
    ]
    sound = Diagnosis(items=ROWS[:1], total=1, next=None)
    assert draw(sound, 120)[-1] == "No findings."
    for width in (20, 40):
        assert all(len(line) <= width for line in draw(found, width))


def test_scripts_get_a_line_a_check(peopled: Program) -> None:
    """In every format that lists have."""
    lines = peopled.ok("doctor", "--as", ANA).out.splitlines()
    assert lines[0] == "check\tseverity\tsaid\tremedy"
    assert len(lines) == 15
    picked = peopled.ok("doctor", "--as", ANA, "--fields", "check,severity", "-o", "csv").out
    assert "clock,ok" in picked.splitlines()


def test_a_script_of_another_version_is_found(peopled: Program, tmp_path: Path) -> None:
    """Not installed is no finding; what another pscli wrote is one, with the way to mend it."""
    env = {"SHELL": "/bin/fish", "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert "not installed for fish" in diagnosis(peopled, env=env)["completion"]["said"]
    peopled.ok("completion", "install", "fish", env=env)
    assert diagnosis(peopled, env=env)["completion"]["severity"] == "ok"
    (script,) = (tmp_path / "xdg").rglob("pscli.fish")
    script.write_text(script.read_text() + "# old\n")
    assert findings(peopled, env=env).keys() == {"completion"}
    peopled.ok("completion", "install", "fish", "--force", env=env)
    assert findings(peopled, env=env) == {}
