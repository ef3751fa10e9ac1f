"""Forty forced failures with --debug: whatever goes wrong, no secret is told (A1)."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROGRAM, Answer
from tests.postbox import listening as mail_server
from tests.server.faults import answering, misbehaving
from tests.world import ANA

from .conftest import Person
from .spying import Secrets
from .test_secrets import run_broken

SMTP, DATABASE = "smtp-Qv7mX2kLp9Rt4Wz8", "db-Hn3cY6jSd1Fg5Bx0Ke"
HERE = ("hub", "tickets", "list")

# What somebody with a token in their environment types, and where a token lands that should not.
TYPED = [
    ("auth", "login", "TOKEN"), ("auth", "logout", "TOKEN"), ("token", "revoke", "TOKEN", "--yes"),
    ("TOKEN",), ("hub", "TOKEN"), ("hub", "tickets", "show", "TOKEN"), (*HERE, "--TOKEN"),
    (*HERE, "--token=TOKEN"), (*HERE, "-o", "TOKEN"), (*HERE, "--fields", "TOKEN"),
    ("profile", "remove", "TOKEN"), (*HERE, "--as", "TOKEN"), (*HERE, "--cursor", "TOKEN"),
    (*HERE, "--since", "TOKEN"), ("insights", "export", "--to", "/nowhere/TOKEN.csv"),
    ("contact", "submit", "--subject", "x", "--body-file", "/nowhere/TOKEN"),
    ("profile", "use", "TOKEN"), ("profile", "set", "default", "TOKEN=1"),
    ("profile", "set", "default", "server=TOKEN"), ("contact", "options", "--at", "TOKEN"),
    ("serve", "--host", "TOKEN"), ("rules", "TOKEN"), ("desk", "policy", "check", "TOKEN"),
]  # fmt: skip

# Where the server's address leads, or what the environment says beside it.
SURROUNDINGS = {
    "nobody listens": {"PSCLI_SERVER": "http://127.0.0.1:1"},
    "no such name": {"PSCLI_SERVER": "https://nowhere.invalid"},
    "plain http to elsewhere": {"PSCLI_SERVER": "http://desk.example.com"},
    "the token as a password": {"PSCLI_SERVER": "http://me:TOKEN@127.0.0.1:1"},
    "the token as the server": {"PSCLI_SERVER": "TOKEN"},
    "the token as the host": {"PSCLI_SERVER": "https://TOKEN"},
    "the token as the database": {"PSCLI_DB": "TOKEN"},
    "the token as the clock": {"PSCLI_NOW": "TOKEN"},
    "the token mistyped": {"PSCLI_TOKEN": "TOKENx"},
    "the token cut": {"PSCLI_TOKEN": "TOKE"},
    "the token twice": {"PSCLI_TOKEN": "TOKEN TOKEN"},
    "the token with a line end": {"PSCLI_TOKEN": "TOKEN\nX-Evil: 1"},
    "another person's name": {"PSCLI_AS": "TOKEN"},
}

JSON = {"pscli_version": "1.0.0"}
ANSWERS = {
    "a page": answering("<html>TOKEN</html>", kind="text/html"),
    "a redirect": answering("", "302 Found", location="https://evil.example/"),
    "no reason": answering("{}", "500 Oops", **JSON),
    "a defect": answering('{"error": {"code": "defect", "message": "x"}}', "500 Oops", **JSON),
    "overload": answering('{"error": {"code": "unavailable"}}', "503 Busy", **JSON),
    "a gateway": answering("bad", "502 Bad Gateway", kind="text/plain"),
    "nonsense": answering('{"items": 7}', **JSON),
    "no JSON": answering("{", **JSON),
    "another version": answering("{}", pscli_version="9.0.0"),
}
KEYRINGS = ("Raising", "Locked", "Lying", "Dying", "Altering", "Printing")


@pytest.fixture
def canary(me: Person) -> str:
    """Ana's token, in the environment of her machine, beside two passwords."""
    token = me.served.token(ANA)
    me.program.env |= {
        "PSCLI_SERVER": me.served.address, "PSCLI_TOKEN": token,
        "PSCLI_SMTP_PASSWORD": SMTP, "PGPASSWORD": DATABASE, "PSCLI_DEBUG": "1",
    }  # fmt: skip
    return token


def told(answers: dict[str, Answer], canary: str) -> list[str]:
    """What failed as it should, and told a secret all the same."""
    secrets = Secrets(token=canary, smtp=SMTP, database=DATABASE)
    quiet = [name for name, answer in answers.items() if answer.code == 0]
    assert quiet == [], "nothing failed"
    return [
        f"{name}: {what}"
        for name, answer in answers.items()
        for what in secrets.found_in((answer.out + answer.err).encode())
    ]


def test_a_token_that_is_typed_where_it_should_not(me: Person, canary: str, tmp_path: Path) -> None:
    """A1: as an argument, an option, a value: never repeated, in text nor in JSON."""
    answers = {}
    for words in TYPED:
        said = [word.replace("TOKEN", canary) for word in words]
        answers[" ".join(words)] = me(*said, "--debug")
        if "-o" not in words:
            answers[f"{' '.join(words)} as JSON"] = me(*said, "--debug", "-o", "json")
    assert told(answers, canary) == []
    assert Secrets(token=canary).found_below(tmp_path) == []


def test_surroundings_that_are_wrong(me: Person, canary: str, tmp_path: Path) -> None:
    """A1: a server that is not there, an address or a variable that holds a token."""
    answers = {}
    for name, env in SURROUNDINGS.items():
        given = {key: value.replace("TOKEN", canary) for key, value in env.items()}
        given = {key: value.replace("TOKE", canary[:-1]) for key, value in given.items()}
        if "PSCLI_DB" in given:
            given["PSCLI_SERVER"] = ""
        for words in (HERE, ("doctor",)):
            answers[f"{name}: {words[0]}"] = me(*words, "--debug", env=given)
    assert told(answers, canary) == []
    assert Secrets(token=canary).found_below(tmp_path) == []


def test_a_server_that_fails(me: Person, canary: str) -> None:
    """A1: pages, redirects, errors, nonsense, no TLS, an answer that breaks off."""
    answers = {}
    for name, behaviour in ANSWERS.items():
        with misbehaving(behaviour) as line:
            env = {"PSCLI_SERVER": line.address}
            answers[name] = me(*HERE, "--debug", env=env)
            assert line.header("authorization") == [f"Bearer {canary}"] * len(line.seen)
    secure = me.served.address.replace("http:", "https:")
    answers["no TLS"] = me(*HERE, "--debug", env={"PSCLI_SERVER": secure})
    assert told(answers, canary) == []


def test_a_keyring_that_fails(me: Person, canary: str) -> None:
    """A1: whatever a keyring raises, prints, loses or changes."""
    answers = {}
    me.unset("PSCLI_TOKEN")
    for backend in KEYRINGS:
        me.use(backend)
        answers[backend] = me.sign_in(canary, "--debug")
    answers.pop("Printing")  # which keeps what it is given, and is not heard
    assert told(answers, canary) == []


def test_spoilt_files(me: Person, canary: str) -> None:
    """A1: a configuration or a file of tokens that cannot be read, with a token in it."""
    answers = {}
    me.unset("PSCLI_TOKEN")
    for name, text in {
        "no TOML": f"token = {canary}",
        "an unknown field": f'token = "{canary}"',
        "another type": f'current = ["{canary}"]',
        "an unknown profile": f'[profiles.default]\nserver = "{canary}"',
    }.items():
        me.config.write_text(text)
        me.config.chmod(0o600)
        answers[name] = me(*HERE, "--debug", env={"PSCLI_SERVER": ""})
    me.config.unlink()
    for name, text in {"no JSON": canary, "a list": f'["{canary}"]'}.items():
        me.tokens.write_text(text)
        me.tokens.chmod(0o600)
        answers[f"tokens: {name}"] = me(*HERE, "--debug")
    me.tokens.unlink()
    assert told(answers, canary) == []


def test_mail_and_database(me: Person, canary: str) -> None:
    """A1: a mail server and a database that refuse their passwords, or cannot be reached."""
    here = {"PSCLI_SERVER": "", "PSCLI_TOKEN": "", "PSCLI_DB": str(me.folder / "desk.db")}
    assert me("init", "--demo", env=here).code == 0
    queued = me("support", "queue", "-o", "json", env=here).json["items"][0]
    which = (queued["team"], str(queued["number"]))
    assert me("support", "reply", *which, "--body", "x", env=here).code == 0
    send = ("desk", "mail", "send", "--yes", "--debug", "--timeout", "2", "--smtp")
    answers = {}
    with mail_server(login=True) as box:
        named = box.url.replace("//", "//desk@")
        answers["a wrong password"] = me(*send, named, env=here)
        secret = box.url.replace("//", f"//desk:{SMTP}@")
        answers["a password in the address"] = me(*send, secret, env=here)
    answers["no mail server"] = me(*send, "smtp://desk@127.0.0.1:1", env=here)
    for name, place in {
        "no database server": "postgresql://ana@127.0.0.1:1/desk",
        "a database password in the address": f"postgresql://ana:{DATABASE}@[bad/desk",
        "a socket that is not there": "postgresql://ana@/desk?host=/nowhere",
    }.items():
        answers[name] = me(*HERE, "--debug", "--as", ANA, env={**here, "PSCLI_DB": place})
        answers[f"{name}, served"] = me("serve", "--debug", "--database", place, env=here)
    assert told(answers, canary) == []
    (me.folder / "desk.db").unlink()


def test_defects_and_lost_output(me: Person, canary: str, tmp_path: Path) -> None:
    """A1: a defect's report and a result that cannot be written."""
    answers = {}
    for words in (("auth", "status"), ("auth", "login", "--with-token")):
        answers[f"defect of {words}"] = run_broken(me, canary, *words)
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*PROGRAM, "whoami", "-o", "json", "--debug"],
            env=me.program.env, stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    answers["a full disk"] = Answer("", run.stderr.decode(), run.returncode)
    assert told(answers, canary) == []
    assert Secrets(token=canary).found_below(tmp_path) == []
    assert list(tmp_path.rglob("defect-*.txt"))
