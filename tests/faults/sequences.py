"""Commands of every kind in a random order, the same each time, and what a desk holds after them.

Run as a program it is a process that plays such commands, and can let their writes fail.
"""

import io
import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from pscli.codec import instant_text
from tests.conftest import Answer
from tests.world import AGENT, ANA, BEN, MONDAY_NOON, OTTO, SALES

from .children import ROOT, say
from .writes import writes_failing

# How often each kind of command comes.
WRITING = {
    "submit": 4, "reply": 3, "answer": 3, "addon": 3, "grant": 2, "renewal": 2, "digest": 1,
}  # fmt: skip
KINDS = {**WRITING, "chat": 2, "insights": 1, "export": 1, "migration": 1}
LINES = ("It stopped.", "Since Monday.", "On two machines.")  # what is typed into each chat
_VOLATILE = {  # columns that differ from run to run: secrets, keys, how often somebody looked
    "desk": {"secret"},
    "change": {"id", "key", "request_hash", "result"},
    "mail": {"message_id", "thread_id"},
    "topic": {"revision"},
}


@dataclass(frozen=True)
class Step:
    """A command as a person types it, and when; `{to}` in it is the file that it makes."""

    kind: str
    words: list[str]
    now: str
    stdin: str = ""
    key: str | None = None

    def making(self, to: Path) -> "Step":
        """The same with the file that it makes."""
        return replace(self, words=[str(to) if word == "{to}" else word for word in self.words])


@dataclass
class Story:
    """What is known of the desk while commands are made up for it: one method for each kind."""

    chance: random.Random
    now: datetime = MONDAY_NOON
    n: int = 0
    tickets: int = 0
    own: list[int] = field(default_factory=list)  # Ana's; chats are Ben's
    bought: bool = False
    granted: bool = False

    def submit(self) -> list[str]:
        """Ana files a request."""
        self.tickets += 1
        self.own.append(self.tickets)
        text = ["--subject", f"Request {self.n}", "--body", "It stopped."]
        return ["contact", "submit", *text, "--as", ANA]

    def reply(self) -> list[str]:
        """Ana writes more to one of her tickets."""
        number = str(self.chance.choice(self.own))
        return ["hub", "tickets", "reply", number, "--body", f"Still {self.n}.", "--as", ANA]

    def answer(self) -> list[str]:
        """A representative answers one of them, which is also mailed."""
        number = str(self.chance.choice(self.own))
        return ["support", "reply", "Acme", number, "--body", f"Try {self.n}.", "--as", AGENT]

    def addon(self) -> list[str]:
        """Otto buys, or takes back what he bought (B3-B7)."""
        verb, self.bought = "remove" if self.bought else "add", not self.bought
        words = ["billing", "addon", verb, "essentials", "--product", "dropbox", "--yes"]
        return [*words, "--as", OTTO]

    def grant(self) -> list[str]:
        """A sale, or its end with a credit (B9, B16)."""
        words = ["revoke", "--now"] if self.granted else ["grant"]
        self.granted = not self.granted
        return ["support", *words, "Other", "enhanced", "--product", "dash", "--yes", "--as", SALES]

    def renewal(self) -> list[str]:
        """A month later somebody looks, by which the renewals are posted (B12)."""
        self.now += timedelta(days=31)
        return ["billing", "invoices", "list", "--as", OTTO]

    def digest(self) -> list[str]:
        """A quarter later its e-mail is queued (Q1)."""
        self.now += timedelta(days=92)
        return ["desk", "digest", "run"]

    def chat(self) -> list[str]:
        """Ben chats from stdin."""
        self.tickets += 1
        return ["contact", "chat", "--as", BEN]

    def insights(self) -> list[str]:
        """A report of Ana's."""
        words = ["insights", "export", "--period", "last-month", "--to", "{to}", "--force"]
        return [*words, "--as", ANA]

    def export(self) -> list[str]:
        """Every ticket of the desk."""
        return ["desk", "export", "--to", "{to}", "--force"]

    def migration(self) -> list[str]:
        """A desk of the first schema is opened."""
        return ["team", "list"]


KEYED = ("submit", "reply", "answer", "addon", "grant")


def steps(seed: int, kinds: dict[str, int]) -> Iterator[Step]:
    """Commands without end; each has its hour, and a change has its key."""
    story = Story(random.Random(seed))
    names = [name for name, weight in kinds.items() for _ in range(weight)]
    for story.n in count():
        kind = story.chance.choice(names) if story.own else "submit"
        story.now += timedelta(hours=1)
        words = getattr(story, kind)()
        key = f"step-{story.n}" if kind in KEYED else None
        words += ["--idempotency-key", key] if key else []
        words += [] if "{to}" in words else ["-o", "jsonl" if kind == "chat" else "json"]
        stdin = "".join(f"{line}\n" for line in LINES) if kind == "chat" else ""
        yield Step(kind, words, instant_text(story.now), stdin, key)


def held(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a desk that is a file, but for what differs from run to run."""
    with closing(sqlite3.connect(path)) as file:
        names = file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
            "AND name NOT LIKE 'ticket\\_words%' ESCAPE '\\'"
        ).fetchall()
        found = {}
        for (name,) in names:
            columns = [row[1] for row in file.execute(f"PRAGMA table_info({name})")]
            kept = [each for each in columns if each not in _VOLATILE.get(name, ())]
            rows = file.execute(f"SELECT {', '.join(kept)} FROM {name}").fetchall()
            if name == "change":  # to ask again is noted too
                rows = [row for row in rows if row[kept.index("changed")]]
            found[name] = sorted(rows, key=repr)
    return found


class Player:
    """Plays commands on a desk in one process, which pays the start of the program once."""

    def __init__(self, env: dict[str, str], process: "subprocess.Popen[str]") -> None:
        self.desk = Path(env["PSCLI_DB"])
        self._process = process

    def play(self, step: Step, *, fail: int = 0, on: bool = False) -> tuple[Answer, int]:
        """What a command answers, and how many writes SQLite made for it.

        Its `fail`th write fails for want of room; with `on` all that follow it do, too.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"step": asdict(step), "fail": fail, "on": on}) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        return Answer(said["out"], said["err"], said["code"]), said["writes"]


@contextmanager
def playing(env: dict[str, str]) -> Iterator[Player]:
    """A process that plays commands on the desk of an environment."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.sequences"],
        env=env,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Player(env, process)
        finally:
            process.kill()


def _run(step: Step) -> Answer:
    """One command in this process, as the real program would run it in its own."""
    from pscli.cli.app import main

    os.environ["PSCLI_NOW"] = step.now
    streams = sys.stdin, sys.stdout, sys.stderr
    made = [io.TextIOWrapper(io.BytesIO(text), "utf-8") for text in (step.stdin.encode(), b"", b"")]
    sys.stdin, sys.stdout, sys.stderr = made
    try:
        code = main(step.words)
        for each in made[1:]:
            each.flush()
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    out, err = (each.buffer.getvalue().decode() for each in made[1:])
    return Answer(out, err, code)


def main() -> None:
    """Play the commands of stdin; an answer a line."""
    for line in sys.stdin:
        asked = json.loads(line)
        with writes_failing(asked["fail"], on=asked["on"]) as writes:
            answer = _run(Step(**asked["step"]))
        say(json.dumps({**asdict(answer), "writes": writes.made}))


if __name__ == "__main__":
    main()
