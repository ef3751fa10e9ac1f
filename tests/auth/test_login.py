"""Signing in and out, and what is said of it (A1)."""

import json
import stat
import time
from datetime import timedelta

import pytest

from pscli.backends.local import Local
from pscli.desk.tokens import create_token, list_tokens
from pscli.models.people import Identity
from pscli.tokens import make_token, token_hash, token_id
from tests.cli.conversing import Terminal
from tests.conftest import Answer
from tests.server.faults import answering, misbehaving, silent
from tests.world import ANA, BEN, MIA

from .conftest import Person

UNKNOWN = "pscli_Unknown0Unknown0Unknown0Token105VSyb"  # whole, and nobody's


def standing(answer: Answer) -> dict[str, object]:
    """The only profile that `auth status` tells of."""
    assert answer.code == 0, answer.err
    (row,) = answer.json["items"]
    return dict(row)


def test_a_token_is_checked_kept_and_used(me: Person) -> None:
    """A1: the server says whose it is; then the keyring has it, and every command uses it."""
    token = me.served.token(ANA)
    answer = me.sign_in(token + "\n", "-o", "json")
    assert (answer.code, answer.json["person"], answer.json["kept"]) == (0, ANA, "keyring")
    assert answer.json["token"] == token_id(token)
    assert json.loads(me.keyring.read_text()) == {f"pscli {me.served.address} default": token}
    assert f'server = "{me.served.address}"' in me.config.read_text()
    assert me("hub", "tickets", "list", "-o", "json").json["items"] == []
    assert me("whoami", "-o", "json").json["email"] == ANA
    row = standing(me("auth", "status", "-o", "json"))
    assert (row["state"], row["place"], row["problem"]) == ("good", "keyrings Filed", None)
    said = me.config.read_text() + answer.out + answer.err
    assert token not in said
    assert not me.tokens.exists()


def test_a_person_types_the_token_unseen(me: Person) -> None:
    """The server is asked for, then the token without an echo, then all works."""
    token = me.served.token(ANA)
    with Terminal(me.program, "auth", "login") as terminal:
        terminal.expect("Server, as in https://desk.example:")
        terminal.type(me.served.address + "\r")
        terminal.expect("(not shown):")
        time.sleep(0.2)  # the echo is turned off after the question
        terminal.type(token + "\r")
        terminal.expect("Signed in to")
        assert terminal.wait() == 0
        assert token not in terminal.text
    assert me("whoami", "-o", "json").json["email"] == ANA


def test_ctrl_c_at_the_prompt_keeps_nothing(me: Person) -> None:
    """Exit 130; neither a profile nor a token."""
    with Terminal(me.program, "auth", "login", "--server", me.served.address) as terminal:
        terminal.expect("(not shown):")
        time.sleep(0.2)
        terminal.type("\x03")
        assert terminal.wait() == 130
    assert not me.config.exists()
    assert not me.keyring.exists()


@pytest.mark.parametrize(
    ("words", "stdin", "code", "said"),
    [
        ((), "x", 2, "--with-token"),
        (("--with-token",), "", 2, "No token"),
        (("--with-token",), "pscli_x", 4, "mistyped"),
        (("--with-token",), UNKNOWN, 4, "wrong, expired or revoked"),
        (("--with-token", "--server", "desk.example"), "x", 2, "https://desk.example.com"),
        (("--with-token", "--server", "https://me:hunter2@desk.example"), "x", 2, "no name and no"),
        (("--with-token", "--server", "https://desk.example/x"), "x", 2, "host or port"),
        (("--with-token", "--server", "http://desk.example"), "x", 2, "--allow-insecure"),
    ],
)
def test_what_is_no_sign_in(
    me: Person, words: tuple[str, ...], stdin: str, code: int, said: str
) -> None:
    """A1: a sentence, an exit code, and nothing is kept."""
    server = () if "--server" in words else ("--server", me.served.address)
    answer = me("auth", "login", *server, *words, stdin=stdin)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert "hunter2" not in answer.err
    assert not me.config.exists()
    assert not me.keyring.exists()


def test_without_a_terminal_the_server_is_named(me: Person) -> None:
    """Exit 2, at once."""
    answer = me("auth", "login", "--with-token", stdin=make_token())
    assert answer.code == 2
    assert "--server URL" in answer.err


def test_a_token_on_the_command_line_is_not_repeated(me: Person) -> None:
    """Exit 2, and the message does not carry it into a log."""
    token = me.served.token(ANA)
    for words in (("auth", "login", token), ("auth", "login", f"--token={token}"), (token,)):
        for form in ((), ("-o", "json")):
            answer = me(*words, *form)
            assert answer.code == 2
            assert token[6:20] not in answer.err


def test_a_token_does_not_go_to_another_server(me: Person) -> None:
    """A1: kept for scheme, host and port; another of them has none, and sees nothing."""
    assert me.sign_in(me.served.token(ANA)).code == 0
    with misbehaving(silent) as other:
        assert me("profile", "set", "default", f"server={other.address}").code == 0
        moved = me("hub", "tickets", "list")
        assert moved.code == 4
        assert f"Profile default has no token for {other.address}" in moved.err
        back = f"server={me.served.address}"
        assert me("profile", "set", "default", back).code == 0
        env = {"PSCLI_SERVER": other.address}
        assert me("hub", "tickets", "list", env=env).code == 4
        port = me.served.address.rpartition(":")[2]
        assert me("whoami", env={"PSCLI_SERVER": f"http://localhost:{port}"}).code == 4
        assert me("auth", "status", env=env).code == 0
        assert other.seen == []
    assert me("whoami").code == 0


def test_profiles_have_their_own_tokens(me: Person) -> None:
    """A1: two people at one server, each under their profile; a third profile has nobody."""
    assert me.sign_in(me.served.token(ANA)).code == 0
    second = me.sign_in(me.served.token(BEN), "--profile", "ben")
    assert second.code == 0
    assert "pscli profile use ben" in second.err
    assert me("whoami", "-o", "json").json["email"] == ANA
    assert me("whoami", "--profile", "ben", "-o", "json").json["email"] == BEN
    assert me("profile", "set", "third", f"server={me.served.address}").code == 0
    rows = me("auth", "status", "-o", "json").json["items"]
    assert [(row["profile"], row["state"], row["person"]) for row in rows] == [
        ("default", "good", ANA),
        ("ben", "good", BEN),
        ("third", "signed out", None),
    ]
    assert "was taken out of" in me("profile", "remove", "ben").err
    assert list(json.loads(me.keyring.read_text())) == [f"pscli {me.served.address} default"]


def test_the_environment_comes_first(me: Person) -> None:
    """PSCLI_TOKEN is the token, and then no keyring is asked: a hanging one is not noticed."""
    assert me.sign_in(me.served.token(ANA)).code == 0
    asked = len(me.questions)
    me.use("Hanging")
    env = {"PSCLI_TOKEN": me.served.token(BEN)}
    began = time.monotonic()
    assert me("whoami", "-o", "json", env=env).json["email"] == BEN
    assert time.monotonic() - began < 4
    row = standing(me("auth", "status", "-o", "json", env=env))
    assert (row["kept"], row["place"], row["person"]) == ("environment", "PSCLI_TOKEN", BEN)
    assert len(me.questions) == asked
    me.use("Filed")
    again = me("auth", "login", "--with-token", stdin=me.served.token(ANA), env=env)
    assert "PSCLI_TOKEN is set and comes first" in again.err
    assert "unset it too" in me("auth", "logout", env=env).err


def test_a_file_is_named_and_its_owners_alone(me: Person) -> None:
    """--insecure-storage: mode 0600, the path is said; a file that others can read is refused."""
    me.use("keyring.backends.fail.Keyring")
    token = me.served.token(ANA)
    answer = me.sign_in(token, "--insecure-storage")
    assert answer.code == 0
    assert str(me.tokens) in answer.err
    assert stat.S_IMODE(me.tokens.stat().st_mode) == 0o600
    assert me("whoami", "-o", "json").json["email"] == ANA
    me.tokens.chmod(0o640)
    refused = me("whoami")
    assert refused.code == 2
    assert f"{me.tokens} holds a token and can be read by others." in refused.err
    assert "chmod 600" in refused.err
    me.tokens.write_text(f'{{"default": "{token}')
    me.tokens.chmod(0o600)
    damaged = me("whoami")
    assert (damaged.code, token in damaged.err) == (2, False)
    assert "is damaged" in damaged.err


def test_the_keyring_takes_over_from_the_file(me: Person) -> None:
    """A later sign-in counts, wherever it is kept."""
    assert me.sign_in(me.served.token(ANA), "--insecure-storage").code == 0
    assert me.sign_in(me.served.token(BEN)).code == 0
    assert not me.tokens.exists()
    assert me("whoami", "-o", "json").json["email"] == BEN
    assert me.sign_in(me.served.token(MIA), "--insecure-storage").code == 0
    assert me("whoami", "-o", "json").json["email"] == MIA


def test_signing_out_forgets_and_names_the_token(me: Person) -> None:
    """From file and keyring; the server still takes it, which is said with the command."""
    token = me.served.token(ANA)
    assert me.sign_in(token).code == 0
    assert me.sign_in(token, "--insecure-storage").code == 0
    planned = me("auth", "logout", "--dry-run", "-o", "json").json
    assert len(planned["removed"]) == 2
    answer = me("auth", "logout", "-o", "json")
    assert answer.json == {**planned, "changed": True, "revoked": False}
    assert f"pscli token revoke {token_id(token)}" in answer.err
    assert (json.loads(me.keyring.read_text()), me.tokens.exists()) == ({}, False)
    assert me("whoami").code == 4
    again = me("auth", "logout", "-o", "json")
    assert (again.code, again.json["changed"], again.json["token"]) == (0, False, None)
    assert me("whoami", env={"PSCLI_TOKEN": token}).code == 0


def test_signing_out_can_revoke(me: Person) -> None:
    """A1: asks first, ends the token on the server, then forgets it."""
    token = me.served.token(ANA)
    assert me.sign_in(token).code == 0
    asked = me("auth", "logout", "--revoke")
    assert (asked.code, f"Revoke token {token_id(token)}?" in asked.err) == (2, True)
    assert me("whoami").code == 0
    done = me("auth", "logout", "--revoke", "--yes", "-o", "json")
    assert (done.code, done.json["revoked"], done.json["changed"]) == (0, True, True)
    assert me("whoami", env={"PSCLI_TOKEN": token}).code == 4
    assert me.sign_in(token).code == 4
    operator = Local(me.served.database, Identity(), me.served.clock)
    ended = {each.id for each in list_tokens(operator, limit=100).items if each.revoked_at}
    assert token_id(token) in ended


def test_a_server_that_is_down_keeps_the_token_here(me: Person) -> None:
    """Exit 10 with --revoke: nothing is forgotten that could still be revoked."""
    assert me.sign_in(me.served.token(ANA)).code == 0
    with misbehaving(silent) as gone:
        pass
    text = me.keyring.read_text().replace(me.served.address, gone.address)
    me.keyring.write_text(text)
    assert me("profile", "set", "default", f"server={gone.address}").code == 0
    answer = me("auth", "logout", "--revoke", "--yes")
    assert answer.code == 10
    assert "forgotten here only" in answer.err
    assert me.keyring.read_text() == text
    row = standing(me("auth", "status", "-o", "json"))
    assert (row["state"], row["kept"], row["person"]) == ("unanswered", "keyring", None)
    assert "does not answer" in str(row["problem"])
    assert me("auth", "logout").code == 0


def test_status_says_that_a_token_is_refused(me: Person) -> None:
    """A1: revoked, or its owner removed; a foreign server gives no answer that counts."""
    token = me.served.token(ANA)
    assert me.sign_in(token).code == 0
    assert me("token", "revoke", token_id(token), "--yes").code == 0
    row = standing(me("auth", "status", "-o", "json"))
    assert (row["state"], row["problem"]) == ("refused", "The token is wrong, expired or revoked.")
    with misbehaving(answering("<html>", kind="text/html")) as portal:
        answer = me.sign_in(me.served.token(ANA), server=portal.address)
    assert (answer.code, "not a pscli server" in answer.err) == (10, True)


def test_the_profile_of_a_local_desk_is_left_alone(me: Person) -> None:
    """Exit 2: signing in must not hide the desk that a profile names."""
    assert me("profile", "set", "default", "database=desk.db").code == 0
    answer = me.sign_in(me.served.token(ANA))
    assert (answer.code, "--profile NAME" in answer.err) == (2, True)
    assert me.sign_in(me.served.token(ANA), "--profile", "remote").code == 0
    assert me("whoami", "--profile", "remote").code == 0


def test_plain_http_is_agreed_to_for_one_server(me: Person) -> None:
    """--allow-insecure is kept in the profile, for its server only."""
    address = "http://desk.invalid"
    answer = me.sign_in(me.served.token(ANA), "--allow-insecure", server=address)
    assert (answer.code, "no desk.invalid to be found" in answer.err) == (10, True)
    assert me("profile", "set", "a", f"server={address}").code == 2
    assert me("profile", "set", "a", f"server={address}", "allow_insecure=yes").code == 0
    token = {"PSCLI_TOKEN": make_token()}
    assert me("whoami", "--profile", "a", env=token).code == 10
    other = {**token, "PSCLI_SERVER": "http://other.invalid"}
    assert me("whoami", "--profile", "a", env=other).code == 2
    assert me("whoami", env={**other, "PSCLI_ALLOW_INSECURE": "1"}).code == 10
    assert me("profile", "set", "a", "server=http://other.invalid").code == 2
    assert me("profile", "set", "a", "server=https://desk.invalid", "-o", "json").json == {
        **me("profile", "show", "a", "-o", "json").json,
        "allow_insecure": False,
    }


def test_whoami_says_where_and_how_long(me: Person) -> None:
    """A1: the profile, the desk, and that a token ends soon."""
    token = make_token()
    operator = Local(me.served.database, Identity(), me.served.clock)
    create_token(operator, token_hash(token), owner=ANA, expires=5)
    assert me.sign_in(token, "--profile", "work").code == 0
    me_now = me("whoami", "-o", "json").json
    ends = (me.served.clock.now + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = (me_now["profile"], me_now["desk"], me_now["token_expires_at"])
    assert told == ("work", me.served.address, ends)
    shown = me("whoami", "-o", "table").out
    assert "get the next one from your operator" in shown
    env = {"PSCLI_TOKEN": me.served.token(ANA)}
    assert "get the next one" not in me("whoami", "-o", "table", env=env).out


def test_a_new_profile_at_a_terminal(me: Person) -> None:
    """A profile that this very sign-in makes is there when its times are printed."""
    answer = me.sign_in(me.served.token(ANA), "--profile", "work", "-o", "table")
    assert answer.code == 0
    assert "Error" not in answer.err
