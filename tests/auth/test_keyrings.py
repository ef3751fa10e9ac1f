"""Keyrings that are missing, locked, silent or lying: found out at once, said with a remedy."""

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pscli.credentials import PATIENCE, Account, Keyring
from pscli.problems import NotSignedIn
from pscli.tokens import make_token
from tests.cli.conversing import Terminal
from tests.world import ANA

from .conftest import Person

AT_ONCE = PATIENCE - 0.1  # seconds: so long only a keyring is waited for that says nothing
FAILING = {
    "keyring.backends.fail.Keyring": "There is no keyring on this machine.",
    "keyring.backends.null.Keyring": "There is no keyring on this machine.",
    "nowhere.to.be.Found": "There is no keyring on this machine.",
    "Plain": "not one to keep secrets in",
    "Locked": "The keyring is locked.",
    "Raising": "The keyring failed: ValueError.",
    "Asking": "The keyring failed: EOFError.",
    "Dying": "no answer that makes sense",
    "Lying": "did not keep the token",
    "Forgetful": "did not keep the token",
    "Altering": "did not keep the token",
}


@pytest.mark.parametrize("backend", FAILING)
def test_a_keyring_that_fails_is_found_out(me: Person, backend: str) -> None:
    """Exit 4 with a remedy; nothing is written, the profile neither, and nobody reads the token."""
    token = me.served.token(ANA)
    me.use(backend)
    answer = me.sign_in(token)
    assert answer.code == 4
    assert FAILING[backend] in answer.err
    assert "--insecure-storage" in answer.err
    assert "PSCLI_TOKEN" in answer.err
    assert token[6:] not in answer.err + answer.out
    assert not me.config.exists()
    assert not me.tokens.exists()


@pytest.mark.parametrize("backend", ["Hanging", "Spinning"])
def test_a_silent_keyring_is_given_up(me: Person, backend: str) -> None:
    """Within four seconds, even where it lets no other thread run; no process is left behind."""
    me.use(backend)
    token = me.served.token(ANA)
    began = time.monotonic()
    answer = me.sign_in(token)
    took = time.monotonic() - began
    assert answer.code == 4
    assert "has not answered for 4 seconds" in answer.err
    assert "restart it" in answer.err
    assert AT_ONCE < took < PATIENCE + 4  # what is above is asking the server first, on a busy core
    if backend == "Hanging":
        (asked,) = (me.folder / "seen").read_text().split()
        assert not Path(f"/proc/{asked}").exists()


@contextmanager
def hanging_bus(path: Path) -> Iterator[None]:
    """A session bus that lets everybody in and then answers no call."""
    held: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                held.append(listening.accept()[0])
                held[-1].recv(4096)
                held[-1].sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        yield
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
    for each in held:
        each.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the bus of Linux desktops")
def test_a_bus_that_hangs_is_given_up(me: Person, tmp_path: Path) -> None:
    """The Secret Service of a desktop, over a bus whose other side hangs, and over none."""
    me.unset("PYTHON_KEYRING_BACKEND")
    me.program.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={tmp_path / 'bus'}"
    token = me.served.token(ANA)
    with hanging_bus(tmp_path / "bus"):
        began = time.monotonic()
        answer = me.sign_in(token)
        assert (answer.code, "has not answered for 4 seconds" in answer.err) == (4, True)
        assert AT_ONCE < time.monotonic() - began < PATIENCE + 4
    gone = me.sign_in(token)
    assert (gone.code, "There is no keyring on this machine." in gone.err) == (4, True)


def test_a_silent_keyring_ends_a_command_that_needs_it(me: Person) -> None:
    """Exit 4 for whoever signed in before; once, however many profiles are looked at."""
    assert me.sign_in(me.served.token(ANA)).code == 0
    for name in ("second", "third"):
        assert me("profile", "set", name, f"server={me.served.address}").code == 0
    me.use("Hanging")
    began = time.monotonic()
    answer = me("auth", "status", "-o", "json")
    assert time.monotonic() - began < 2 * PATIENCE
    assert [row["state"] for row in answer.json["items"]] == ["unknown"] * 3
    assert all("has not answered" in row["problem"] for row in answer.json["items"])
    me.use("Locked")
    removed = me("profile", "remove", "third")
    assert (removed.code, "A token may be left behind" in removed.err) == (0, True)


def test_a_command_says_what_the_keyring_did(me: Person) -> None:
    """Exit 4: locked, or no longer there; the environment goes on working."""
    token = me.served.token(ANA)
    assert me.sign_in(token).code == 0
    me.use("Locked")
    locked = me("whoami")
    assert (locked.code, "The keyring is locked." in locked.err) == (4, True)
    me.use("keyring.backends.fail.Keyring")
    gone = me("whoami", "-o", "json")
    assert (gone.code, gone.error["code"]) == (4, "not_signed_in")
    assert "pscli auth login" in gone.error["hint"]
    assert me("auth", "logout").code == 0
    status = me("auth", "status")
    assert "There is no keyring on this machine." in status.err
    assert me("whoami", env={"PSCLI_TOKEN": token}).code == 0


def test_what_a_keyring_prints_and_starts_does_no_harm(me: Person) -> None:
    """What it prints is nobody's answer, and nobody waits for what it started."""
    me.use("Printing")
    token = me.served.token(ANA)
    began = time.monotonic()
    answer = me.sign_in(token)
    assert time.monotonic() - began < AT_ONCE + 3
    assert answer.code == 0
    assert token not in answer.out + answer.err


def test_a_keyring_does_not_reach_the_terminal(me: Person) -> None:
    """One that asks gets no answer there, and the terminal shows what is typed again."""
    me.use("Asking")
    with Terminal(me.program, "auth", "login", "--server", me.served.address) as terminal:
        terminal.expect("(not shown):")
        time.sleep(0.2)
        terminal.type(me.served.token(ANA) + "\r")
        terminal.expect("The keyring failed")
        assert terminal.wait() == 4
        assert "Password of the keyring" not in terminal.text


def test_a_hostile_folder_lends_no_keyring(me: Person, tmp_path: Path) -> None:
    """A module that lies where a command is run is not imported in place of the real one."""
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("keyring", "json", "pscli"):
        (trap / f"{name}.py").write_text("open('sprung', 'w')\n")
    before = Path.cwd()
    os.chdir(trap)
    try:
        assert me.sign_in(me.served.token(ANA)).code == 0
    finally:
        os.chdir(before)
    assert not (trap / "sprung").exists()


def test_a_keyring_that_does_not_let_go_is_told(me: Person) -> None:
    """Exit 4: signing out did not succeed."""
    assert me.sign_in(me.served.token(ANA)).code == 0
    me.use("Keeping")
    answer = me("auth", "logout")
    assert (answer.code, "did not remove the token" in answer.err) == (4, True)
    me.use("Filed")
    account = f"pscli {me.served.address} default"
    me.keyring.write_text(json.dumps({account: "a word that somebody wrote there"}))
    odd = me("whoami")
    assert (odd.code, "is no token" in odd.err, "somebody" in odd.err) == (4, True, False)


def test_a_deadline_is_kept_whatever_it_is(me: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking and giving back share one deadline; a keyring that failed is not asked again."""
    for name, value in me.program.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.auth.keyrings.Hanging")
    keyring = Keyring(patience=0.5)
    account = Account(profile="p", origin="https://desk.example:443")
    began = time.monotonic()
    for _ in range(5):
        with suppress(NotSignedIn):
            keyring.keep(account, make_token())
    assert time.monotonic() - began < 2
    assert isinstance(keyring.failed, NotSignedIn)
