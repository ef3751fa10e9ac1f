"""Fields that a result has not are refused before a command does anything."""

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from manual.commands import read_commands

from tests.conftest import Program
from tests.world import ANA

# Whoever writes somewhere besides the desk: the configuration, a file that is named.
WRITERS = {
    "auth login",
    "completion install",
    "desk backup",
    "desk export",
    "hub tickets attachment",
    "contact requests attachment",
    "init",
    "insights export",
    "profile remove",
    "profile set",
    "profile use",
    "support attachment",
}
CHANGING = [
    command
    for command in read_commands().walk()
    if command.words
    and (
        command.words in WRITERS
        or any("--idempotency-key" in each.names for each in command.options)
    )
]
# What examples name that this desk must have, so that only the fields are wrong.
FILES = {
    "policy.toml": (Path(__file__).parents[2] / "src/pscli/policy.toml").read_text("utf-8"),
    "library.json": '[{"kind": "article", "language": "en", "title": "A", "product": '
    '"dropbox", "url": "https://help.example/a"}]',
}


@pytest.fixture
def ready(peopled: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The desk, with a ticket and the files that examples name; Ana is whom its profile names."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text)
    peopled.ok("profile", "set", "default", f"act_as={ANA}")
    peopled.ok("contact", "submit", "--subject", "Sync", "--body", "x", "--as", ANA)
    return peopled


def state(program: Program, folder: Path) -> tuple[object, ...]:
    """All that a command may change: the files around it, the desk's trail, its mails, uploads."""
    names = sorted(
        str(path) for path in folder.rglob("*") if not path.name.endswith(("wal", "shm"))
    )
    config = sorted(path.read_text() for path in folder.glob("config/*.toml"))
    with closing(sqlite3.connect(program.env["PSCLI_DB"])) as desk:
        counts = [
            desk.execute(f"SELECT count(*) FROM {table}").fetchone()
            for table in ("change", "ticket", "upload", "mail", "policy", "library_entry")
        ]
    return names, config, counts


def test_an_unknown_field_is_refused_before_anything_is_done(
    ready: Program, tmp_path: Path
) -> None:
    """B10: exit 2 says that nothing happened, and nothing did, whatever the command is."""
    before = state(ready, tmp_path)
    for command in CHANGING:
        words = shlex.split(command.example or "")[1:]
        yes = ["--yes"] if any("--yes" in each.names for each in command.options) else []
        refused = ready(*words, *yes, "--fields", "nope")
        assert (refused.code, refused.out) == (2, ""), f"{words}: {refused}"
        told = refused.err.splitlines()[0]
        assert told in (
            "Error: There is no field “nope”.",
            "Error: This command shows no record.",
        ), words
        assert state(ready, tmp_path) == before, words


@pytest.mark.parametrize(
    ("words", "fields", "line"),
    [
        ("contact submit --subject S --body B --attach policy.toml", "changed,number", "true\t2"),
        ("contact requests reply 1 --body B --attach policy.toml", "status", "open"),
        ("token create --for ana@acme.example", "person,changed", "ana@acme.example\ttrue"),
        ("billing apply addons.toml --yes", "team,result", "Acme\tchanged"),
        ("insights export --to a.json", "format,empty", "json\tfalse"),
        ("desk mail send --to-folder out", "sent", "0"),
        ("support chat", "person,body", ""),
    ],
)
def test_the_fields_of_what_is_shown_are_taken(
    ready: Program, words: str, fields: str, line: str
) -> None:
    """Those of the last step's result, where a command takes several."""
    Path("addons.toml").write_text('[[team]]\naddons = []\nas = "ana@acme.example"\n')
    answer = ready(*words.split(), "--fields", fields, "--no-header")
    if not line:
        assert answer.err.startswith("Error: There is no field “person”.")
        return
    assert (answer.code, answer.out) == (0, f"{line}\n"), answer.err
