"""A token is nowhere but where it is kept: not in logs, reports, messages, processes or files."""

import subprocess
import sys
import time
from pathlib import Path

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.credentials import PATIENCE
from pscli.models.people import Identity
from pscli.tokens import make_token, without_tokens
from tests.cli.conversing import free_port, served as serving
from tests.conftest import PROGRAM, Answer, Program
from tests.server.running import token_for
from tests.world import ANA, Clock, lay, populate

from .conftest import Person

BROKEN = (
    "import sys; import pscli.cli.standing as standing\n"
    "def broken(remote): raise RuntimeError(sys.stdin.read() + repr(vars(remote)))\n"
    "standing.whoami = broken\n"
    "from pscli.cli.app import main\n"
    "sys.exit(main(sys.argv[1:]))"
)


def places_of(folder: Path, token: str) -> list[str]:
    """The files below a folder that hold a token or most of it."""
    part = token[6:30].encode()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if part in path.read_bytes())


def run_broken(me: Person, token: str, *words: str) -> Answer:
    """Run a program with a defect that has everything secret in its message."""
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, *words, "--debug"],
        env={**me.program.env, "PSCLI_TOKEN": token, "PSCLI_SERVER": me.served.address},
        input=f"{token}\nmore",
        capture_output=True,
        text=True,
        check=False,
    )
    return Answer(done.stdout, done.stderr, done.returncode)


def test_forced_failures_keep_the_secret(me: Person, tmp_path: Path) -> None:
    """A1: with --debug, as JSON, in a defect's report: never the token or a part of it."""
    token = me.served.token(ANA)
    said = []
    login = ("auth", "login", "--with-token", "--server", me.served.address)
    for backend in ("Raising", "Locked", "Printing", "Lying"):
        me.use(backend)
        answer = me(*login, "--debug", "-o", "json", stdin=token, env={"PSCLI_DEBUG": "1"})
        said.append(answer.out + answer.err)
    for words in (login, ("auth", "status"), ("whoami",), ("auth", "logout", token)):
        broken = run_broken(me, token, *words)
        said.append(broken.out + broken.err)
    assert "A report was written" in said[4]
    assert not [text for text in said if token[6:30] in text]
    me.use("Filed")
    assert me.sign_in(token).code == 0
    assert places_of(tmp_path, token) == ["keyring.json"]


def test_no_process_shows_the_secret(me: Person, tmp_path: Path) -> None:
    """A1: not in the arguments or the environment of the program or of what asks the keyring."""
    me.use("Hanging")
    token = me.served.token(ANA)
    words = [*PROGRAM, "auth", "login", "--with-token", "--server", me.served.address]
    with subprocess.Popen(words, env=me.program.env, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(token.encode() + b"\n")
        process.stdin.close()
        deadline = time.monotonic() + 20
        while not (me.folder / "seen").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        child = (me.folder / "seen").read_text().strip()
        for pid in (str(process.pid), child):
            for name in ("cmdline", "environ"):
                assert token.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
        process.kill()
    assert places_of(tmp_path, token) == []
    deadline = time.monotonic() + PATIENCE + 6
    while Path(f"/proc/{child}").exists():  # killed like this, nobody is there to end it
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_server_does_not_write_it_down(
    tmp_path: Path, clean_env: dict[str, str], machine: Program
) -> None:
    """A1: its log and its database hold the hash at most, after right and wrong tokens alike."""
    folder = tmp_path / "server"
    folder.mkdir()
    database = open_database(str(folder / "desk.db"))
    clock = Clock()
    lay(database, clock)
    populate(Local(database, Identity(), clock))
    token, wrong = token_for(database, Clock(), ANA), make_token()
    database.close()
    port = free_port()
    program = Program(clean_env)
    with serving(program, str(folder / "desk.db"), port) as server:
        for given in (token, wrong):
            env = {"PSCLI_SERVER": f"http://127.0.0.1:{port}", "PSCLI_TOKEN": given}
            machine("whoami", "--debug", env=env)
            machine("hub", "tickets", "show", "99", "--debug", env=env)
        server.terminate()
        assert server.stderr is not None
        log = server.stderr.read().decode()
    for each in (token, wrong):
        assert each[6:30] not in log
        assert places_of(tmp_path, each) == []


def test_what_looks_like_a_token_is_cut() -> None:
    """A whole one and a mistyped one; other words stay."""
    token = make_token()
    assert without_tokens(f"“{token}” and {token[:-1]}") == "“pscli_…” and pscli_…"
    assert (
        without_tokens("pscli_config and pscli auth login") == "pscli_config and pscli auth login"
    )
