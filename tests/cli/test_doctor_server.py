"""`doctor`, and any command, where the desk is behind a server that is not as it should be."""

import http.server
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pscli import __version__
from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.models.people import Identity
from pscli.tokens import make_token
from tests.conftest import Program
from tests.server.running import listening, token_for
from tests.world import ANA, Clock, lay, populate

from .conversing import free_port
from .test_doctor import diagnosis, findings


def now() -> datetime:
    """The real time, which servers have."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - as a server's is


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A peopled desk, made now."""
    opened = open_database(str(tmp_path / "served.db"), size=4)
    lay(opened, Clock(now()))
    populate(Local(opened, Identity(), Clock(now())))
    yield opened
    opened.close()


@pytest.fixture
def far(clean_env: dict[str, str]) -> Program:
    """The program of somebody who knows a server only, and has no keyring."""
    return Program({**clean_env, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"})


def test_a_person_learns_what_concerns_them(database: Database, far: Program) -> None:
    """A1: the server, its clock, their token; the store is its operator's, who can prove it."""
    clock = Clock(now())
    with listening(database, clock) as address:
        env = {"PSCLI_SERVER": address, "PSCLI_TOKEN": token_for(database, clock, ANA)}
        rows = diagnosis(far, env=env)
        assert rows["server"]["said"] == f"{address} is pscli {__version__}."
        assert rows["person"]["said"].startswith(f"{ANA}, team, until ")
        assert rows["clock"]["said"] == "It agrees with the server's."
        assert rows["token"]["said"].endswith("is kept in PSCLI_TOKEN.")
        for name in ("desk", "schema", "proof", "space"):
            assert rows[name]["severity"] == "skipped"
        env["PSCLI_TOKEN"] = token_for(database, clock, None)
        assert "are sound" in diagnosis(far, env=env)["proof"]["said"]
        assert env["PSCLI_TOKEN"] not in json.dumps(rows)


def test_a_token_that_is_not_there_wrong_or_near_its_end(database: Database, far: Program) -> None:
    """A1: each with the way to the next one."""
    clock = Clock(now())
    with listening(database, clock) as address:
        env = {"PSCLI_SERVER": address}
        told = findings(far, env=env)
        assert told == {"token": f"Profile default has no token for {address}."}
        told = findings(far, env={**env, "PSCLI_TOKEN": make_token()})
        assert set(told) == {"person"}
        token = token_for(database, clock, ANA)
        with database.transaction(writes=True) as sql:
            sql.run("UPDATE token SET expires_at = :soon", soon=now() + timedelta(days=3, hours=1))
        told = findings(far, env={**env, "PSCLI_TOKEN": token})
        assert told.keys() == {"person"}
        assert told["person"].endswith(": 3 d more.")


@pytest.mark.parametrize(("minutes", "way"), [(-10, "ahead of"), (10, "behind")])
def test_clocks_that_differ(database: Database, far: Program, minutes: int, way: str) -> None:
    """S3: times that are left would be told wrong by as much."""
    clock = Clock(now() + timedelta(minutes=minutes))
    with listening(database, clock) as address:
        env = {"PSCLI_SERVER": address, "PSCLI_TOKEN": token_for(database, Clock(now()), ANA)}
        told = findings(far, env=env)
    assert set(told) == {"clock"}
    assert told["clock"].endswith(f"min {way} the server's.")


def test_a_server_that_is_not_there(far: Program) -> None:
    """Found within seconds, and told once."""
    address = f"http://127.0.0.1:{free_port()}"
    env = {"PSCLI_SERVER": address, "PSCLI_TOKEN": make_token()}
    rows = diagnosis(far, env=env)
    assert "does not answer" in rows["server"]["said"]
    assert [rows[name]["said"] for name in ("person", "clock")] == ["See server."] * 2
    bad = findings(far, env={**env, "PSCLI_SERVER": "http://desk.example"})
    assert any("clear text" in said for said in bad.values())


def test_a_keyring_that_hangs(far: Program) -> None:
    """It is asked for four seconds, and only where a token is needed."""
    root = str(Path(__file__).parents[2])
    env = {"PYTHONPATH": root, "PYTHON_KEYRING_BACKEND": "tests.auth.keyrings.Hanging"}
    assert diagnosis(far, env=env)["token"]["severity"] == "skipped"
    address = f"http://127.0.0.1:{free_port()}"
    told = findings(far, env={**env, "PSCLI_SERVER": address})
    assert told["token"].startswith("The keyring has not answered for 4 seconds.")


class Impostor(http.server.BaseHTTPRequestHandler):
    """A server that says of itself what the test wants."""

    version = __version__

    def do_GET(self) -> None:
        """Answer anything as /health is answered."""
        body = json.dumps({"status": "ok", "version": self.version}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if self.version:
            self.send_header("Pscli-Version", self.version)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def answering(version: str, certificate: tuple[Path, Path] | None = None) -> Iterator[int]:
    """A server of this version on loopback, with TLS where it has a certificate."""
    kind = type("Answering", (Impostor,), {"version": version})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        if certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(*certificate)
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_a_server_of_another_major_version(far: Program) -> None:
    """Refused with both versions, by `doctor` and by every command, as temporary."""
    with answering("9.1.0") as port:
        env = {"PSCLI_SERVER": f"http://127.0.0.1:{port}", "PSCLI_TOKEN": make_token()}
        told = findings(far, env=env)
        assert told["server"] == f"The server is pscli 9.1.0, and this is pscli {__version__}."
        answer = far("hub", env=env)
        assert answer.code == 10
        assert "Use the same major version on both sides." in answer.err
    with answering("") as port:
        env["PSCLI_SERVER"] = f"http://127.0.0.1:{port}"
        assert "is not a pscli server" in findings(far, env=env)["server"]


def certified(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that only whoever made it trusts, and its key."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    words += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    words += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(words, check=True, capture_output=True)
    return certificate, key


def test_a_certificate_that_does_not_fit(far: Program, tmp_path: Path) -> None:
    """Not trusted, or of another name: refused before the token is sent; a fitting one is taken."""
    token = make_token()
    for name, trusted, reason in (
        ("localhost", False, "self-signed certificate"),
        ("elsewhere.example", True, "not valid for"),
        ("localhost", True, None),
    ):
        certificate = certified(tmp_path, name)
        with answering(__version__, certificate) as port:
            env = {"PSCLI_SERVER": f"https://localhost:{port}", "PSCLI_TOKEN": token}
            if trusted:
                env["SSL_CERT_FILE"] = str(certificate[0])
            rows = diagnosis(far, env=env)
            assert rows["server"]["severity"] == ("error" if reason else "ok"), rows["server"]
            if reason:
                assert reason in rows["server"]["said"].replace("self signed", "self-signed")
                assert "Nothing was sent." in rows["server"]["remedy"]
                answer = far("hub", env=env)
                assert answer.code == 10
                assert "cannot be trusted" in answer.err


def test_a_refusal_names_its_request(database: Database, far: Program) -> None:
    """K2: its id is in the object, and with --debug on stderr, for the server's operator."""
    clock = Clock(now())
    with listening(database, clock) as address:
        env = {"PSCLI_SERVER": address, "PSCLI_TOKEN": token_for(database, clock, ANA)}
        words = ("contact", "requests", "show", "99")
        error = far(*words, "-o", "json", env=env).error
        assert error["request_id"]
        debug = far(*words, "--debug", env=env)
        assert debug.code == 3
        assert "Request id: " in debug.err
        assert "_check_answer" in debug.err
        assert env["PSCLI_TOKEN"] not in debug.err
        assert "Request id" not in far(*words, env=env).err
