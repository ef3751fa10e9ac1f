"""The real program in a process of its own, without the wait for its imports: forked, not started.

`python -m tests.faults.forks SOCKET` imports all of pscli once; each connection is one run.
"""

import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pscli.cli
import pscli.desk
from pscli.cli.app import run

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """What one run printed, its exit code (None: it hung and was killed), and its seconds."""

    out: str
    err: str
    code: int | None
    seconds: float


@dataclass(frozen=True)
class Forks:
    """Where runs are asked for, and the environment of all of them."""

    address: str
    env: dict[str, str]

    def __call__(self, words: list[str], folder: Path, stdin: str, limit: float, **env: str) -> Ran:
        """Run a command in a folder, which is also its home; it is killed after `limit` seconds."""
        (folder / "stdin").write_text(stdin)
        own = {"HOME": str(folder), "PSCLI_CONFIG_DIR": str(folder / "config")}
        job = {"words": words, "folder": str(folder), "env": {**self.env, **own, **env}}
        begun = time.monotonic()
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.address)
            line.sendall(json.dumps(job).encode() + b"\n")
            answer = line.makefile("r")
            pid = int(answer.readline())
            line.settimeout(limit)
            try:
                code = int(answer.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                code = None
        out, err = (folder.joinpath(name).read_text("utf-8", "replace") for name in ("out", "err"))
        return Ran(out, err, code, time.monotonic() - begun)


@contextmanager
def forking(env: dict[str, str], folder: Path) -> Iterator[Forks]:
    """A process that runs commands when asked."""
    address = str(folder / "forks")
    words = [sys.executable, "-m", "tests.faults.forks", address]
    with subprocess.Popen(words, env=env, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield Forks(address, env)
        finally:
            process.kill()


def main(address: str) -> None:
    """Import everything, then fork for each connection."""
    for package in (pscli.cli, pscli.desk):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    importlib.import_module("pscli.backends.remote")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those below
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        os.write(1, b"ready\n")
        while True:
            line, _ = listening.accept()
            if os.fork() == 0:
                attend(line)
            line.close()


def attend(line: socket.socket) -> None:
    """Run what one connection asks for, in a process below this one; say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    job = json.loads(line.makefile("r").readline())
    pid = os.fork()
    if pid == 0:
        become(job)
    line.sendall(b"%d\n" % pid)
    _, status = os.waitpid(pid, 0)
    line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def become(job: dict[str, Any]) -> None:
    """Be the console script."""
    os.setsid()  # no terminal
    os.chdir(job["folder"])
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, (name, flags) in enumerate(
        [("stdin", os.O_RDONLY), ("out", write), ("err", write)]
    ):
        os.dup2(os.open(name, flags, 0o600), number)
    os.environ.clear()
    os.environ.update(job["env"])
    sys.argv = ["pscli", *job["words"]]
    run()


if __name__ == "__main__":
    main(sys.argv[1])
