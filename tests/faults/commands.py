"""Every command of the program as words that can be run, read from its own help."""

import gzip
import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from manual.commands import Command, read_commands

import pscli.policy
from tests.world import ANA

POLICY = Path(pscli.policy.__file__).with_name("policy.toml")
STAFF = ("support", "team", "desk", "token")
# Examples that name other servers or no team, follow without end, or need a secret on stdin.
INSTEAD = {
    "auth login": "auth login --server {server} --with-token --insecure-storage",
    "billing apply": "billing apply addons.toml",
    "desk mail send": "desk mail send --smtp smtp://127.0.0.1:1",
    "support chats": "support chats",
    "team people add": "team people add new@acme.example --team Acme",
    "team usage import": "team usage import events.jsonl --team Acme",
    "team usage show": "team usage show --team Acme",
    "serve": "serve --port 1 --database none.db",
}


class Run(NamedTuple):
    """A command as it is run: its words, who runs it, and whether it takes a key."""

    name: str
    words: tuple[str, ...]
    staff: bool
    keyed: bool


def runs() -> Iterator[Run]:
    """Each command with the example of its help; one without an example fails."""
    for command in read_commands().walk():
        if command.words and command.runs:
            yield _run(command)


def _run(command: Command) -> Run:
    example = command.example or ""
    assert example.startswith(f"pscli {command.words}"), f"{command.words} has no example"
    keyed = any("--idempotency-key" in option.names for option in command.options)
    yes = ["--yes"] if keyed else []
    words = shlex.split(INSTEAD.get(command.words, example.removeprefix("pscli "))) + yes
    return Run(command.words, tuple(words), command.words.split()[0] in STAFF, keyed)


def lay_files(folder: Path) -> None:
    """The files that the examples name."""
    event = {"id": "e1", "person": ANA, "feature": "sso", "at": "2026-02-03T10:00:00Z"}
    ticket = {
        "created_at": "2025-02-03T10:00:00Z",
        "id": "1",
        "requester": ANA,
        "subject": "Old",
        "body": "It stopped.",
    }
    entry = {
        "url": "https://help.example/a", "title": "Sync", "kind": "article", "product": "dropbox",
        "language": "en", "topics": [], "keywords": [],
    }  # fmt: skip
    folder.mkdir(parents=True)
    (folder / "addons.toml").write_text('[[team]]\naddons = ["essentials"]\n')
    (folder / "policy.toml").write_bytes(POLICY.read_bytes())
    (folder / "events.jsonl").write_text(json.dumps(event) + "\n")
    (folder / "old.jsonl.gz").write_bytes(gzip.compress(json.dumps(ticket).encode() + b"\n"))
    (folder / "library.json").write_text(json.dumps([entry]))
    (folder / "desk-2026-03-02.db").write_bytes(b"no desk")
