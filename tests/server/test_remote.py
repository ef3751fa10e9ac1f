"""A backend behind a line that fails: what is done, what is said, and to whom the token goes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from pscli import __version__
from pscli.backends.remote import Patience, Remote
from pscli.desk.requests import submit_request
from pscli.desk.tickets import list_tickets, show_ticket
from pscli.desk.tokens import whoami
from pscli.problems import (
    AnswerUnknown,
    InvalidValue,
    NotFound,
    Problem,
    TooManyRequests,
    Unavailable,
)
from pscli.tokens import make_token
from tests.world import ANA

from .conftest import Desk
from .faults import Behaviour, Line, answering, dripping, misbehaving, passing_on, silent

QUICK = Patience(connect=0.5, read=0.3, total=1.0, pause=0.01)
OURS = {"pscli_version": __version__}
ME = (
    '{"kind": "person", "email": "ana@acme.example", "name": "Ana", "team": "Acme", "role": null,'
    '"champion": "none", "status": "active", "language": "en", "timezone": "UTC", "editions": [],'
    '"hub": false, "rehearsal": true, "mood": "unknown to this version"}'
)


@contextmanager
def line_with(
    *behaviours: Behaviour, token: str | None = None, patience: Patience = QUICK
) -> Iterator[tuple[Remote, Line]]:
    """A client of a server that behaves like this."""
    with misbehaving(*behaviours) as line:
        remote = Remote(line.address, token or make_token(), patience=patience)
        try:
            yield remote, line
        finally:
            remote.close()


@pytest.mark.parametrize("keep", [0, 1, 40, -1], ids=["all", "all but one", "half a head", "last"])
def test_a_change_whose_answer_was_lost_is_done_once(desk: Desk, keep: int) -> None:
    """B10: the server did it, the answer broke off; the same key brings the result."""
    lost, kept = passing_on(desk.port, keep=keep), passing_on(desk.port)
    with line_with(lost, lost, kept, token=desk.token(ANA)) as (ana, line):
        assert submit_request(ana, "Sync", "x").record.number == 1
        assert len(set(line.header("idempotency-key"))) == 1
        assert len(line.seen) == 3
        assert list_tickets(ana).total == 1


def test_a_change_without_any_answer_names_its_key(desk: Desk) -> None:
    """Exit 9: whether it was done is open; repeating with the key that is printed does it once."""
    token = desk.token(ANA)
    with (
        line_with(passing_on(desk.port, keep=0), token=token) as (ana, line),
        pytest.raises(AnswerUnknown) as unknown,
    ):
        submit_request(ana, "Sync", "x")
    key = line.header("idempotency-key")[0]
    assert (unknown.value.exit_code, len(line.seen)) == (9, QUICK.attempts)
    assert f"--idempotency-key {key}" in (unknown.value.hint or "")
    direct = desk.connect(token)
    arguments = {"subject": "Sync", "body": "x"}
    assert direct.perform(submit_request, arguments, key).record.number == 1
    assert list_tickets(direct).total == 1


def test_a_dry_run_without_an_answer_did_nothing(desk: Desk) -> None:
    """Exit 10: nothing could have been changed."""
    with (
        line_with(passing_on(desk.port, keep=0), token=desk.token(ANA)) as (ana, line),
        pytest.raises(Unavailable),
    ):
        ana.perform(submit_request, {"subject": "s", "body": "b"}, dry_run=True)
    assert line.header("dry-run") == ["true"] * QUICK.attempts


def test_a_question_is_asked_again(desk: Desk) -> None:
    """Reads are repeated up to three times, then exit 10."""
    lost = passing_on(desk.port, keep=0)
    with line_with(lost, lost, lost, passing_on(desk.port), token=desk.token(ANA)) as (ana, _):
        assert whoami(ana).email == ANA
    with line_with(lost, token=desk.token(ANA)) as (ana, line):
        with pytest.raises(Unavailable) as down:
            whoami(ana)
        assert (down.value.exit_code, len(line.seen)) == (10, 4)
        assert line.header("idempotency-key") == []


def test_nobody_listens() -> None:
    """Exit 10, soon, for a change as well: nothing was sent."""
    with misbehaving(silent) as line:
        pass
    remote = Remote(line.address, make_token(), patience=QUICK)
    began = time.monotonic()
    for ask in (lambda: whoami(remote), lambda: submit_request(remote, "s", "b")):
        with pytest.raises(Unavailable, match="Nothing was done"):
            ask()
    assert time.monotonic() - began < 1
    remote.close()


@pytest.mark.parametrize(
    "behaviour",
    [
        silent,
        dripping(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 500, 0.05),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"b" * 500, 0.02),
    ],
    ids=["silent", "dripping head", "dripping body"],
)
def test_a_slow_server_does_not_hold_anybody(behaviour: Behaviour) -> None:
    """However the bytes drip, it ends within the total deadline."""
    began = time.monotonic()
    with (
        line_with(behaviour) as (remote, _),
        pytest.raises(Unavailable, match="took too long"),
    ):
        whoami(remote)
    assert time.monotonic() - began < 2


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    """503 and 429 honour Retry-After within the deadline, and are told where it is too far."""

    def busy(code: str, status: str, seconds: int) -> Behaviour:
        body = f'{{"error": {{"code": "{code}", "message": "Busy.", "retry_after": {seconds}}}}}'
        return answering(body, status, **OURS)

    patience = Patience(total=5, pause=0.01)
    ready = answering(ME, **OURS)
    for code, status in (
        ("unavailable", "503 Service Unavailable"),
        ("too_many_requests", "429 Too Many Requests"),
    ):
        began = time.monotonic()
        with line_with(busy(code, status, 1), ready, patience=patience) as (remote, line):
            assert whoami(remote).email == ANA
        assert (len(line.seen), 1 <= time.monotonic() - began < 3) == (2, True)
    limit = busy("too_many_requests", "429 Too Many Requests", 60)
    with (
        line_with(limit, patience=patience) as (remote, line),
        pytest.raises(TooManyRequests) as told,
    ):
        submit_request(remote, "s", "b")
    assert (told.value.retry_after, told.value.exit_code, len(line.seen)) == (60, 10, 1)


PAGE = "<html><body>Bad Gateway</body></html>"


@pytest.mark.parametrize(
    ("behaviour", "reading", "changing"),
    [
        (answering(PAGE, "502 Bad Gateway", "text/html"), Unavailable, AnswerUnknown),
        (answering(PAGE, "504 Gateway Timeout", "text/html"), Unavailable, AnswerUnknown),
        (answering(PAGE, "503 Service Unavailable", "text/html"), Unavailable, Unavailable),
        (answering(PAGE, "404 Not Found", "text/html"), Unavailable, Unavailable),
        (answering(PAGE, kind="text/html"), Unavailable, Unavailable),
        (answering("{}"), Unavailable, Unavailable),
        (answering("{", **OURS), Unavailable, AnswerUnknown),
        (answering('{"kind": 1}', **OURS), Unavailable, AnswerUnknown),
        (answering("[]", "400 Bad Request", **OURS), Unavailable, Unavailable),
        (answering("no json", "500 Oh", "text/plain", **OURS), Unavailable, Unavailable),
        (answering(ME, pscli_version="99.0.0"), Unavailable, Unavailable),
    ],
)
def test_an_answer_that_is_none(
    behaviour: Behaviour, reading: type[Problem], changing: type[Problem]
) -> None:
    """A sentence and an exit code, never a traceback; 9 where a change may have been done."""
    for kind, ask in (
        (reading, whoami),
        (changing, lambda remote: submit_request(remote, "s", "b")),
    ):
        with line_with(behaviour) as (remote, _), pytest.raises(kind) as told:
            ask(remote)
        assert told.value.message.endswith(".")
        assert "<html>" not in told.value.message


def test_unknown_fields_are_ignored() -> None:
    """A newer server of the same major version may say more."""
    with line_with(answering(ME, **OURS)) as (remote, _):
        assert whoami(remote).name == "Ana"


def test_a_servers_refusal_comes_through_whole(desk: Desk) -> None:
    """The same class, sentence, hint and field as locally, with the request's id."""
    with pytest.raises(NotFound) as refusal:
        show_ticket(desk.connect(desk.token(ANA)), 99)
    assert refusal.value.message == "You have no ticket 99."
    assert refusal.value.hint
    assert refusal.value.request_id


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_redirects_are_not_followed(status: str) -> None:
    """The token does not go where an answer points, and a change does not become a question."""
    with misbehaving(answering(ME, **OURS)) as target:
        elsewhere = answering("", status, location=f"{target.address}/v1/me", **OURS)
        with line_with(elsewhere) as (remote, line):
            for ask in (lambda: whoami(remote), lambda: submit_request(remote, "s", "b")):
                with pytest.raises(InvalidValue, match="redirects are not followed"):
                    ask()
        assert (len(line.seen), target.seen) == (2, [])


def test_no_proxy_and_no_netrc_sees_the_token(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The environment cannot put somebody between, nor replace the token."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password eve\n")
    netrc.chmod(0o600)
    with misbehaving(answering(ME, **OURS)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.address)
        monkeypatch.setenv("NETRC", str(netrc))
        assert whoami(desk.connect(desk.token(ANA))).email == ANA
        assert proxy.seen == []


def test_a_key_that_is_none_is_not_sent() -> None:
    """A key with a line break would be another header."""
    with line_with(answering(ME, **OURS)) as (remote, line):
        for key in ("a\r\nX: y", "ä", "x y", "x" * 301):
            with pytest.raises(InvalidValue) as refusal:
                remote.perform(submit_request, {"subject": "s", "body": "b"}, key)
            assert refusal.value.field == "idempotency_key"
        assert line.seen == []


def test_the_token_stays_out_of_sight(desk: Desk) -> None:
    """No refusal, no representation and no log line of the client holds it."""
    token = desk.token(ANA)
    remote = desk.connect(token)
    client: httpx.Client = remote._http  # noqa: SLF001 - what a debugger would show
    assert token not in f"{remote!r} {client!r} {client.headers!r} {vars(remote)!r}"
