"""`kill -9` in commands of every kind: in the end the desk is as if none had been killed (B10)."""

import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pscli.backends.schema import SHIPPED, Schema
from pscli.backends.sqlite import Sqlite
from tests.conftest import Answer, Program, make_desk

from .conftest import SOAK, check_sound
from .sequences import KINDS, LINES, Step, held, playing, steps
from .test_exports import await_bytes, beside
from .test_kill import await_writing, running

KILLS = 500 if SOAK > 1 else 25


@dataclass
class Killer:
    """Kills each command once, then sees to it that it is done, as a script would."""

    program: Program
    folder: Path
    usual: float
    moments: random.Random
    counts: Counter[str] = field(default_factory=Counter)

    def meet(self, n: int, step: Step) -> None:
        """Kill the nth command somewhere between its start and its end, then do it again."""
        env = {**self.program.env, "PSCLI_NOW": step.now}
        if step.kind == "migration":
            env["PSCLI_DB"] = str(first_desk(self.folder / f"{n}.db"))
        program, to = Program(env), self.folder / f"{n}.csv"
        if n % 4 == 0 and "{to}" in step.words:
            to.write_bytes(b"old")
        killed = self.cut(program, step, to, hurried=bool(n % 2))
        assert "Traceback" not in killed.err
        if step.kind == "chat":
            self.finish_chat(program, step, killed)
            return
        left = to.read_bytes() if to.exists() else None
        again = program.ok(*step.making(to).words)
        if step.key and killed.out.endswith("}\n"):
            assert again.out == killed.out  # what was acknowledged is what was done
        if "{to}" in step.words:
            assert left in (None, b"old", to.read_bytes())
            assert beside(to) == []
        if step.kind == "migration":
            check_sound(env["PSCLI_DB"])

    def cut(self, program: Program, step: Step, to: Path, *, hurried: bool) -> Answer:
        """What a run said before it was killed."""
        words = step.making(to).words
        with running(program, words, step.stdin) as run:
            if hurried:
                time.sleep(self.moments.uniform(0.5, 1.2) * self.usual)
            elif "{to}" in step.words:
                await_bytes(run, to)
            else:
                await_writing(run, Path(f"{program.env['PSCLI_DB']}-wal"))
                time.sleep(self.moments.uniform(0, 0.003))
            self.counts["over" if run.poll() == 0 else "cut"] += 1
            run.kill()
            out, err = run.communicate()
        return Answer(out.decode(), err.decode(), run.returncode)

    def finish_chat(self, program: Program, step: Step, killed: Answer) -> None:
        """C4: lines shown are kept, each once and in order; who comes back types the others."""
        shown = [json.loads(line)["body"] for line in killed.out.splitlines(keepends=True)
                 if line.endswith("\n")]  # fmt: skip
        with closing(sqlite3.connect(program.env["PSCLI_DB"])) as file:
            found = file.execute(
                "SELECT message.body, chat.state FROM chat LEFT JOIN message "
                "ON message.team = chat.team AND message.ticket = chat.ticket "
                "AND message.author_kind = 'customer' "
                "WHERE requested_at = ? ORDER BY message.id",
                (step.now,),
            ).fetchall()
        kept = [body for body, _ in found if body is not None]
        assert kept == list(LINES[: len(kept)])
        assert [line for line in shown if line in LINES] == kept[: len(set(shown) & set(LINES))]
        self.counts["half a chat"] += 0 < len(kept) < len(LINES)
        if not found or found[0][1] != "ended":
            rest = "".join(f"{line}\n" for line in LINES[len(kept) :])
            program.ok(*step.words, stdin=rest)


def first_desk(path: Path) -> Path:
    """A desk as the first pscli made it."""
    database = Sqlite(path, Schema(SHIPPED.folder, 1))
    database.create()
    with database.transaction(writes=True) as sql:
        sql.run("INSERT INTO desk VALUES (0, '2026-03-02T12:00:00Z', 1, 0, 0)")
        sql.run("INSERT INTO policy VALUES (1, '{}', '2026-03-02T12:00:00Z', 'init')")
    database.close()
    return path


def prepare(path: Path) -> None:
    """The world's desk, whose use of one feature is known for ever, so that digests have mails."""
    make_desk(str(path))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DELETE FROM feature_known")
        file.executemany(
            "INSERT INTO feature_known (team, quarter, feature) VALUES (1, ?, 'transfer')",
            [(f"{year}-Q{quarter}",) for year in range(2026, 2200) for quarter in range(1, 5)],
        )


def test_kill_any_command(
    clean_env: dict[str, str],
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """B10, B12, B13, C4, Q3, I5: nothing acknowledged is lost, nothing is half or done twice."""
    killed, unharmed = tmp_path / "killed.db", tmp_path / "unharmed.db"
    prepare(killed)
    prepare(unharmed)
    program = Program({**clean_env, "PSCLI_DB": str(killed), "PSCLI_NOW": "2026-03-02T12:00:00Z"})
    program.ok("team", "list")
    begun = time.monotonic()
    program.ok("team", "list")
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        folder.mkdir()
    killer = Killer(program, folders[0], time.monotonic() - begun, random.Random(500))
    story = list(islice(steps(500, KINDS), KILLS))
    for n, step in enumerate(story):
        killer.meet(n, step)
    with playing({**program.env, "PSCLI_DB": str(unharmed)}) as player:
        for n, step in enumerate(story):
            assert player.play(step.making(folders[1] / f"{n}.csv"))[0].code == 0
    record_testsuite_property("kills", {**killer.counts, **Counter(step.kind for step in story)})
    assert killer.counts["cut"] > KILLS / 2
    assert held(killed) == held(unharmed)
    made = {path.name: path.read_bytes() for path in folders[1].glob("*.csv")}
    assert made == {name: (folders[0] / name).read_bytes() for name in made}
    check_sound(str(killed))
