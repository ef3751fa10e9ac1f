"""Every command behind a line that fails: no traceback, no hang, the right exit code, one key.

In every run each command meets one fault; `./dev soak` has them meet all.
"""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.desk.requests import submit_request
from pscli.models.people import Identity
from tests.conftest import Answer
from tests.forks import Forks
from tests.server.running import listening, token_for
from tests.world import ANA, Clock, lay, populate

from .commands import Run, lay_files, runs
from .conftest import SOAK, check_sound
from .proxy import FAULTS, SLOW, behind, changes, every, header, intact, rubbish

LIMIT = 35.0  # seconds after which a command hangs
CROWD = 16 if SOAK > 1 else 8  # commands at a time: most of what they do is wait
ALL = list(runs())
FAST = [name for name in FAULTS if name not in SLOW]
# Commands that tell of the failure in their result.
TELLING = {"auth status": 0, "billing apply": 13, "doctor": 11}
SECRET = "token create"  # whose repetition would make another secret, so it names another remedy
KEY = re.compile(r"--idempotency-key ([^\s:]+):")
Picks = Callable[[bytes], bool]


@dataclass
class Line:
    """A served desk, how to run commands against it, and a place that must never be asked."""

    port: int
    forks: Forks
    env: dict[str, str]
    tokens: dict[bool, str]
    trap: str
    folder: Path

    def run(
        self, run: Run, fault: str, key: str, picks: Picks = every
    ) -> tuple[Answer, list[bytes]]:
        """Run a command behind a fault, or none; what it did, and the requests that were seen."""
        place = self.folder / f"{key}-{run.name}-{len(list(self.folder.iterdir()))}"
        lay_files(place)
        with behind(self.port, FAULTS[fault].fault if fault else intact, picks) as proxy:
            proxy.trap = self.trap
            words = [word.replace("{server}", proxy.address) for word in run.words]
            words += ["--idempotency-key", key] if run.keyed else []
            token = self.tokens[run.staff]
            home = {"HOME": str(place), "PSCLI_CONFIG_DIR": str(place / "config")}
            env = {**self.env, **home, "PSCLI_SERVER": proxy.address, "PSCLI_TOKEN": token}
            stdin = f"{token}\n" if run.name == "auth login" else "It stopped.\n"
            done = self.forks.run(words, env, stdin.encode(), LIMIT, place)
        ran = Answer(done.stdout.decode(), done.stderr.decode(), done.returncode)
        said = f"{run.name} and {fault}: {ran}"
        assert ran.code != 1, said
        assert "Traceback" not in ran.err, said
        assert token not in ran.out + ran.err, said
        return ran, proxy.seen


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The desk of the world with seven tickets, behind a server."""
    folder = tmp_path_factory.mktemp("line")
    clock = Clock()
    place = str(folder / "desk.db")
    database = open_database(place)
    lay(database, clock)
    populate(Local(database, Identity(), clock))
    for n in range(7):
        submit_request(Local(database, Identity(email=ANA), clock), f"Request {n}", "It stopped.")
    tokens = {False: token_for(database, clock, ANA), True: token_for(database, clock, None)}
    (folder / "homes").mkdir()
    with listening(database, clock) as address, behind(1, rubbish, every) as trap:
        proxies = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY")
        env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **dict.fromkeys(proxies, trap.address),
        }
        port = int(address.rsplit(":", 1)[1])
        forks = Forks(folder)
        yield Line(port, forks, env, tokens, trap.address, folder / "homes")
        forks.close()
        assert trap.seen == []  # no redirect and no proxy of the environment was followed
    database.close()
    check_sound(place)


def meet(line: Line, run: Run, fault: str, key: str, picks: Picks = every) -> None:
    """Run a command behind a fault, and judge how it ends; what it names as remedy, do."""
    kind = FAULTS[fault]
    ran, seen = line.run(run, fault, key, picks)
    written = [request for request in seen if changes(request)]
    said = f"{run.name} and {fault}, {len(seen)} requests, {len(written)} writes: {ran}"
    if not any(map(picks, seen)):
        assert ran.code not in (9, 10), said
    elif kind.write is None and run.name == SECRET:
        assert ran.code == 0, said
    elif kind.write is None:
        again, _ = line.run(run, "", key)
        assert ran.code == again.code, f"{said}, without it {again}"
        assert not run.keyed or ran.out == again.out, f"{said}, without it {again}"
    else:
        right = TELLING.get(run.name, kind.write if written else kind.read)
        if "without a reason" in ran.err:  # the status came: the server refused, nothing is done
            right = 10
        assert ran.code == right, f"{said}, not {right}"
        if right == 9 and run.name == SECRET:
            assert re.search(r"pscli token revoke [0-9a-f]{12}$", ran.err.strip()), said
        elif right == 9:  # the answer is unknown
            named = KEY.search(ran.err)
            assert named is not None, said
            assert named[1] in [key, *(header(each, "idempotency-key") for each in written)], said
            again, _ = line.run(run, "", named[1])
            assert again.code not in (8, 9, 10), f"{said}, repeated {again}"


def all_meet(line: Line, pairs: list[tuple[Run, str]], picks: Picks = every) -> None:
    """Commands that fail may run at the same time; those that succeed, after one another."""
    alone = [pair for pair in pairs if FAULTS[pair[1]].write is None]
    mode = "all" if picks is every else "writes"
    keys = {pair: f"{pair[1]}-{mode}-{pair[0].name}".replace(" ", "-") for pair in pairs}
    with ThreadPoolExecutor(CROWD) as pool:
        for done in [
            pool.submit(meet, line, run, fault, keys[run, fault], picks)
            for run, fault in pairs
            if (run, fault) not in alone
        ]:
            done.result()
    for run, fault in alone:
        meet(line, run, fault, keys[run, fault], picks)


@pytest.mark.skipif(SOAK > 1, reason="in a soak each command meets all faults")
def test_every_command_meets_a_fault(line: Line) -> None:
    """B10: the commands and the faults in turn, so that each of either is met."""
    pairs = [(run, FAST[n % len(FAST)]) for n, run in enumerate(ALL)]
    assert {fault for _, fault in pairs} == set(FAST)
    all_meet(line, pairs)


@pytest.mark.skipif(SOAK == 1, reason="in a run each command meets one fault, in ./dev soak all")
@pytest.mark.parametrize("fault", FAULTS)
def test_every_command_meets_every_fault(line: Line, fault: str) -> None:
    """B10: all requests of a command meet it; then those alone that change something."""
    all_meet(line, [(run, fault) for run in ALL])
    all_meet(line, [(run, fault) for run in ALL if run.keyed], changes)
