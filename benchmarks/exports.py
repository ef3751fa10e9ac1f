"""`pscli desk export` as a whole process, against `sqlite3 -csv` of the same rows; its memory."""

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pscli.models.tickets import QueuedTicket

from .desks import folder, postgres_desk, sqlite_desk
from .measure import Figure, Spread, in_turn, ratio, tell, tell_times
from .texts import JAPANESE

MEMORY = 48 * 1024  # KiB, the whole process
_COLUMNS = ", ".join(
    "team.name AS team" if name == "team" else f"ticket_record.{name}"
    for name in QueuedTicket.__struct_fields__
)
QUERY = (
    f"SELECT {_COLUMNS} FROM ticket_record JOIN team ON team.id = ticket_record.team "
    "ORDER BY ticket_record.team, ticket_record.number"
)
_BARE = """import csv, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute(sys.argv[2])
writer = csv.writer(sys.stdout)
writer.writerow(column[0] for column in rows.description)
writer.writerows(rows)
"""
_PEAK = """import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run(*, quick: bool) -> list[Figure]:
    """Both forms of a whole desk, English and all Japanese, and how long PostgreSQL takes."""
    size, rounds = (20_000, 3) if quick else (1_000_000, 5)
    desk = sqlite_desk(size)
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        target = Path(place)
        check_alike(sqlite_desk(1_000), target)
        figures, times = _compare(desk, target, rounds, "", 1.5)
        for form in ("csv", "jsonl"):
            used = Spread.of([_peak(_export(target, form), str(desk)) / MEMORY])
            figures.append(Figure(f"memory at its peak, {form}", "48 MiB", used, 1.0))
        japanese = target / "japanese.db"
        _copy_in_japanese(desk, japanese)
        more, more_times = _compare(japanese, target, max(2, rounds // 2), "Japanese, ", None)
        figures += more
        tell(f"exports, {size:,} tickets", figures)
        for what, seconds in (times | more_times).items():
            tell_times(what, seconds)
        _tell_postgres(target, 20_000 if quick else 200_000)
    return figures


def _compare(
    desk: Path, target: Path, rounds: int, named: str, limit: float | None
) -> tuple[list[Figure], dict[str, list[float]]]:
    """Both forms and the floor in turn: the ratios, and the seconds of each."""
    floor = floor_of(desk)
    jobs: list[Callable[[], object]] = [
        lambda: _floor_to(target / "floor.csv", floor),
        lambda: _run(_export(target, "csv"), str(desk)),
        lambda: _run(_export(target, "jsonl"), str(desk)),
    ]
    bare, as_csv, as_json = in_turn(jobs, rounds)
    figures = [
        Figure(f"{named}desk export, csv", _floor_name(), ratio(as_csv, bare), limit),
        Figure(f"{named}desk export, jsonl", _floor_name(), ratio(as_json, bare), limit),
    ]
    times = {f"{named}{_floor_name()}": bare, f"{named}csv": as_csv, f"{named}jsonl": as_json}
    return figures, times


def floor_of(desk: Path) -> list[str]:
    """The command that prints the same rows: of SQLite's own, else a loop in Python, and loudly."""
    if shutil.which("sqlite3"):
        return ["sqlite3", "-readonly", "-csv", "-header", str(desk), QUERY]
    print("THERE IS NO sqlite3 COMMAND: the floor is a bare Python loop", file=sys.stderr)
    return [sys.executable, "-I", "-c", _BARE, str(desk), QUERY]


def _floor_name() -> str:
    return "sqlite3 -csv" if shutil.which("sqlite3") else "bare csv.writer"


def _floor_to(target: Path, words: list[str]) -> None:
    with target.open("wb") as file:
        subprocess.run(words, stdout=file, check=True)


def _export(target: Path, form: str) -> list[str]:
    script = str(Path(sysconfig.get_path("scripts")) / "pscli")
    return [script, "desk", "export", "--quiet", "--force", "--to", str(target / f"ours.{form}")]


def _environment(place: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PSCLI_DB": place}


def _run(words: list[str], place: str) -> None:
    subprocess.run(words, env=_environment(place), check=True)


def _peak(words: list[str], place: str) -> int:
    """KiB that a process held at most; asked of a small parent, whose own size would count too."""
    words = [sys.executable, "-I", "-c", _PEAK, *words]
    return int(subprocess.check_output(words, env=_environment(place)))


def _copy_in_japanese(desk: Path, copy: Path) -> None:
    """The same desk, every text of an export in Japanese."""
    shutil.copy(desk, copy)
    connection = sqlite3.connect(copy, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    texts = [sentence.text for sentence in JAPANESE]
    cases = " ".join(f"WHEN {n} THEN '{text}'" for n, text in enumerate(texts))
    connection.execute(f"UPDATE ticket SET subject = CASE number % {len(texts)} {cases} END")
    connection.execute("UPDATE team SET name = '日本支店'")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def check_alike(desk: Path, target: Path) -> None:
    """Both must write the same rows, or the comparison is void."""
    _floor_to(target / "floor.csv", floor_of(desk))
    _run(_export(target, "csv"), str(desk))
    ours, floors = (list(_rows(target / name)) for name in ("ours.csv", "floor.csv"))
    urgent = ours[0].index("urgent")
    for row in ours[1:]:
        row[urgent] = str(int(row[urgent] == "true"))
    assert ours == floors
    assert len(ours) > 1


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.reader(file)


def _tell_postgres(target: Path, size: int) -> None:
    """How long PostgreSQL takes; it has no floor here."""
    with postgres_desk(size) as url:
        jobs: list[Callable[[], object]] = [
            lambda form=form: _run(_export(target, form), url)  # type: ignore[misc]
            for form in ("csv", "jsonl")
        ]
        for form, seconds in zip(("csv", "jsonl"), in_turn(jobs, 3), strict=True):
            tell_times(f"PostgreSQL, {size:,} tickets, {form}", seconds)
