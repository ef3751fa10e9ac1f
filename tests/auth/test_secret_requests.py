"""Mixed requests of everybody through a real server: afterwards no secret is anywhere (A1, A2)."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.models.people import Identity
from tests.cli.conversing import free_port, served as serving
from tests.conftest import Answer, Program
from tests.postbox import listening as mail_server
from tests.server.running import OPERATOR, token_for
from tests.world import AGENT, ANA, BEN, GRACE, MIA, SALES, Clock, lay, populate

from .conftest import SOAK, Person, Served, real_now
from .spying import Lookout, Secrets

REQUESTS = 100 * SOAK
REAL_ONE = 4 if SOAK > 1 else 20  # of so many commands one is a process, the rest run in the test's
KEPT_IN = ("keyring.json", "tokens.json")  # where tokens are meant to be
PASSWORDS = {"smtp": "smtp-Qv7mX2kLp9Rt4Wz8", "database": "db-Hn3cY6jSd1Fg5Bx0Ke"}

ANYBODYS = [
    "whoami", "contact submit --subject Sync --body x --no-suggest", "contact requests list",
    "contact requests show 1", "contact requests reply 1 --body more", "contact options",
    "contact requests show 99", "contact requests list --cursor nonsense", "token list",
    "auth status", "doctor", "token create --name spare -o json", "auth login --with-token",
    "auth login --with-token --insecure-storage", "auth logout", "rules K2",
]  # fmt: skip
ADMINS = [
    "hub", "hub tickets list -o json", "hub tickets list --search sync", "insights",
    "insights export --to FOLDER/report.csv --force", "recommendations", "billing show",
    "billing addon list", "billing addon preview essentials", "consultation slots --limit 2",
    "insights export --to FOLDER/report.html --force", "hub tickets solve 1",
]  # fmt: skip
STAFFS = [
    "support queue",
    "support show Acme 1",
    "support reply Acme 1 --body y",
    "support metrics",
]
OPERATORS = [
    "desk audit list -o json", "desk export --to FOLDER/export.csv --force", "desk check",
    "team list", "team show Acme", "support grant Other enhanced --yes", "desk policy show",
    "desk mail send --smtp smtp://desk@127.0.0.1:1 --timeout 1 --yes",
]  # fmt: skip
WORK = {
    ANA: ANYBODYS + ADMINS, BEN: ANYBODYS + ADMINS, MIA: ANYBODYS, GRACE: ANYBODYS,
    AGENT: STAFFS, SALES: STAFFS, None: OPERATORS + STAFFS,
}  # fmt: skip


class Office:
    """Everybody's machine, and what was said there."""

    def __init__(self, me: Person, tokens: dict[str | None, str]) -> None:
        self.me = me
        self.tokens = tokens
        self.spare: dict[str, str] = {}  # tokens that were made on the way
        self.said = bytearray()
        self.codes: Counter[int] = Counter()

    def request(self, n: int) -> None:
        """The nth command; some of them by the program itself."""
        people = list(WORK)
        who = people[n % len(people)]
        works = WORK[who]
        words = works[n // len(people) % len(works)].replace("FOLDER", str(self.me.folder)).split()
        env = {"PSCLI_SERVER": self.me.served.address, "PSCLI_TOKEN": self.tokens[who]}
        if words[0] == "auth":
            env["PSCLI_TOKEN"] = ""
        token = self.tokens[who] if "login" in words else ""
        said = [*words, "--debug"]
        run = self.me if n % REAL_ONE else self.me.program
        answer = run(*said, stdin=token, env=env)
        self.codes[answer.code] += 1
        self.said += self._heard(n, words, answer)

    def _heard(self, n: int, words: list[str], answer: Answer) -> bytes:
        """What was said; a new token, which is shown once, is noted and taken out."""
        if words[:2] == ["token", "create"] and answer.code == 0:
            self.spare[f"spare {n}"] = token = answer.json["token"]
            return (answer.out.replace(token, "", 1) + answer.err).encode()
        return (answer.out + answer.err).encode()

    @property
    def secrets(self) -> Secrets:
        """Everything that nobody may find."""
        people = {who or OPERATOR: token for who, token in self.tokens.items()}
        return Secrets(**PASSWORDS, **people, **self.spare)


def everything_in(path: Path) -> bytes:
    """A dump of a database: every row of every table, as text."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()).encode()


def of_the_operator(me: Person, place: Path, folder: Path) -> bytes:
    """What the operator of the file sees and makes: the trail, a backup, an export, mails."""
    env = {"PSCLI_DB": str(place), "PSCLI_SERVER": "", "PSCLI_TOKEN": ""}
    said = b""
    with mail_server(login=True) as box:
        address = box.url.replace("//", "//desk@")
        for words in (
            ("desk", "audit", "list", "--all", "-o", "json"),
            ("token", "list", "--all", "-o", "json"),
            ("desk", "backup", "--to", str(folder / "backup.db")),
            ("desk", "export", "--to", str(folder / "all.csv")),
            ("desk", "mail", "send", "--yes", "--smtp", address),
            ("desk", "check"), ("doctor",),
        ):  # fmt: skip
            answer = me(*words, "--debug", env=env)
            said += (answer.out + answer.err).encode()
    return said


def test_requests_leave_no_secret(
    machine: Program,
    clean_env: dict[str, str],
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """A1, A2, B10: not in database, log, WAL, trail, reports, backups, exports, processes."""
    folder = tmp_path / "server"
    folder.mkdir()
    place = folder / "desk.db"
    database = open_database(str(place))
    clock = Clock(real_now())
    lay(database, clock)
    populate(Local(database, Identity(), clock))
    tokens = {who: token_for(database, clock, who) for who in WORK}
    database.close()
    machine.env |= {"PSCLI_SMTP_PASSWORD": PASSWORDS["smtp"], "PGPASSWORD": PASSWORDS["database"]}
    port = free_port()
    with serving(Program(clean_env), str(place), port) as server:
        served = Served(f"http://127.0.0.1:{port}", database, clock)
        office = Office(Person(machine, Path(machine.env["PSCLI_CONFIG_DIR"]), served), tokens)
        with Lookout(office.secrets).watching() as lookout:
            for n in range(REQUESTS):
                office.request(n)
        said = of_the_operator(office.me, place, folder)
        assert Path(f"{place}-wal").exists()
        secrets = office.secrets
        left = secrets.found_below(tmp_path, but=KEPT_IN)
        server.terminate()
        assert server.stderr is not None
        log = server.stderr.read()
    assert lookout.pscli
    assert lookout.seen == set()
    assert left == []
    assert secrets.found_below(tmp_path, but=KEPT_IN) == []
    for name, content in {
        "commands": bytes(office.said), "operator": said, "log": log,
        "dump": everything_in(place), "backup": everything_in(folder / "backup.db"),
    }.items():  # fmt: skip
        assert content or name == "log"
        assert secrets.found_in(content) == [], name
    assert office.codes[0] > REQUESTS / 2
    assert office.spare
    assert json.dumps(tokens[ANA]).encode() not in said
    counts = {"requests": REQUESTS, "looks": lookout.looks, "codes": dict(office.codes)}
    record_testsuite_property("secrets", counts)


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    """A1: whole, by halves, in base64 at each place, in hexadecimal, in a file among others."""
    import base64

    token = "pscli_" + "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
    secrets = Secrets(token=token)
    for text in (
        token.encode(), token[6:24].encode(), token[24:].encode(), token.encode().hex().encode(),
        *(base64.b64encode(b"x" * n + token.encode() + b"tail") for n in range(3)),
    ):  # fmt: skip
        assert secrets.found_in(b"before " + text + b" after"), text
    assert secrets.found_in(b"pscli_ and nothing else") == []
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_text(f"x{token}")
    assert secrets.found_below(tmp_path)
    assert secrets.found_below(tmp_path, but=("file",)) == []
