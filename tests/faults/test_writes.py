"""Each write of the store failed in turn for want of room: refused, nothing lost, works again."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from .conftest import SOAK, check_sound
from .sequences import WRITING, Player, Step, held, playing, steps
from .test_files import at_rest, check_refused
from .test_sequences import prepare
from .writes import can_fail

WRITES = 400  # of the first commands of a story, whatever they are
EVERY = 1 if SOAK > 1 else 20  # the nth of these is failed
DONE, PARTLY = 0, 13


@dataclass
class Passage:
    """A command, the desk before it as a file, what it wrote, said and left."""

    step: Step
    before: Path
    writes: int
    said: str
    left: dict[str, list[tuple[Any, ...]]] = field(repr=False)


def put_back(file: Path, desk: Path) -> None:
    """Make the desk what it was."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{desk}{suffix}").unlink(missing_ok=True)
    shutil.copy(file, desk)


def passages(player: Player, folder: Path) -> Iterator[Passage]:
    """Commands that nothing disturbs, until they made as many writes as shall fail."""
    made = 0
    for n, step in enumerate(steps(11, WRITING)):
        at_rest(player.desk)
        before = folder / f"{n}.db"
        shutil.copy(player.desk, before)
        answer, writes = player.play(step)
        assert answer.code == DONE
        yield Passage(step, before, writes, answer.out, held(player.desk))
        made += writes
        if made >= WRITES:
            return


@pytest.mark.parametrize("on", [False, True], ids=["one", "and all that follow"])
def test_every_write_fails_once(
    clean_env: dict[str, str],
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
    *,
    on: bool,
) -> None:
    """B10: refused or done; what was acknowledged stays, and repeated with its key all is done."""
    if not can_fail():
        pytest.skip("this Python has SQLite built in: its writes cannot be failed one by one")
    desk = tmp_path / "desk.db"
    prepare(desk)
    codes: Counter[int] = Counter()
    with playing({**clean_env, "PSCLI_DB": str(desk)}) as player:
        number = 0
        for passage in list(passages(player, tmp_path)):
            for fail in range(1, passage.writes + 1):
                number += 1
                if number % EVERY or number > WRITES:
                    continue
                put_back(passage.before, desk)
                codes[fail_one(player, passage, fail, on=on)] += 1
    record_testsuite_property(f"failed writes, on={on}", dict(codes))
    assert codes.total() == WRITES // EVERY
    assert codes[11] > codes[DONE]


def fail_one(player: Player, passage: Passage, fail: int, *, on: bool) -> int:
    """Let one write of a command fail, then repeat it in the same process; its exit code."""
    answer, _ = player.play(passage.step, fail=fail, on=on)
    assert "Traceback" not in answer.err
    if answer.code == DONE:
        assert answer.out == passage.said
        assert held(player.desk) == passage.left
    elif answer.code == PARTLY:
        assert passage.step.kind == "digest"  # each team has its transaction
    else:
        check_refused(answer, hint="Make room")
        assert held(player.desk) == held(passage.before)
    again, _ = player.play(passage.step)
    assert again.code == DONE, (passage.step, again)
    assert not passage.step.key or again.out == passage.said
    assert held(player.desk) == passage.left
    check_sound(str(player.desk))
    return answer.code
