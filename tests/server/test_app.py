"""Every operation is an endpoint, and no input brings the server down."""

import json
from typing import Any

import pytest

from pscli import __version__
from pscli.desk.requests import submit_request
from pscli.desk.teams import create_team, show_team
from pscli.desk.tickets import list_tickets
from pscli.operation import OPERATIONS
from pscli.server.app import load_operations
from tests.world import AGENT, ANA

from .conftest import Desk
from .running import OPERATOR, token_for

HOSTILE = [
    "",
    "..",
    "%00",
    "%2e%2e",
    "%ff%fe",
    "%F0%9F%92%A9",
    "null",
    "-1",
    "1e999",
    "9" * 30,
    "'%20OR%201=1--",
    "%0d%0aX-Evil:%201",
    "a" * 5000,
]
BODIES: list[Any] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b'{"subject": "\\ud800", "body": "b"}',
    b'{"subject": "a\\u0000b", "body": "b"}',
    b'{"subject": NaN, "body": "b"}',
    b'{"subject": 1, "body": "b"}',
    b'{"limit": %s}' % (b"9" * 5000),
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"number": 1e400}',
    b'{"\\u0000": 1}',
]


def test_every_operation_has_an_address_of_its_own(desk: Desk) -> None:
    """No two operations answer at the same place, and none answers without a token."""
    operations = load_operations().values()
    assert len({(each.method, each.path) for each in operations}) == len(operations) > 40
    for each in operations:
        path = each.path
        for name in each.path_names:
            path = path.replace(f"{{{name}}}", "1")
        assert desk.ask(each.method, f"/v1{path}").status == 401, each.name


def test_every_answer_carries_the_same_headers(desk: Desk) -> None:
    """A result, a refusal and an unknown address; each request has an id of its own."""
    replies = [
        desk.ask("GET", "/v1/me", desk.token(ANA)),
        desk.ask("GET", "/v1/me"),
        desk.ask("GET", "/nowhere", headers={"X-Request-Id": "forged"}),
    ]
    for reply in replies:
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["pscli-version"] == __version__
        assert "server" not in reply.headers
    ids = {reply.headers["x-request-id"] for reply in replies}
    assert len(ids) == 3
    assert "forged" not in ids
    assert replies[1].error["request_id"] == replies[1].headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1", 404),
        ("GET", "/v1/me/", 404),
        ("GET", "/v1/requests/1/2/3/4", 404),
        ("GET", "/v1/teams/a%2fb", 404),
        ("GET", "http://evil.example/v1/me", 404),
        ("POST", "/v1/me", 405),
        ("OPTIONS", "/v1/me", 405),
        ("BREW", "/v1/me", 405),
        ("DELETE", "/health", 405),
        ("POST", "/v1/openapi.json", 405),
    ],
)
def test_what_is_not_there_is_refused_as_everything(
    desk: Desk, method: str, path: str, status: int
) -> None:
    """A problem with code and request id, whatever the address and the method."""
    reply = desk.ask(method, path, desk.token(ANA))
    assert (reply.status, reply.error["code"]) == (status, "not_found")
    assert reply.error["request_id"]
    assert ("allow" in reply.headers) is (status == 405)


def test_a_head_is_an_answer_without_its_body(desk: Desk) -> None:
    """HTTP: the same headers, nothing after them."""
    token = desk.token(ANA)
    whole, head = (desk.ask(method, "/v1/me", token) for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_a_query_is_read_by_type(desk: Desk) -> None:
    """Lists by repetition; what is unknown, repeated or wrong is named."""
    token = desk.token(ANA)
    submit_request(desk.connect(token), "Sync", "x")
    good = desk.ask(
        "GET", "/v1/hub/tickets?status=open&status=pending&limit=1&product=dropbox", token
    )
    assert [each["subject"] for each in good.json["items"]] == ["Sync"]
    for query, field in [
        ("color=red", "color"),
        ("limit=1&limit=2", "limit"),
        ("limit=many", "limit"),
        ("limit=0", "limit"),
        ("status=lost", "status[0]"),
        ("since=yesterday", "since"),
        ("cursor=%3C%3E", "cursor"),
    ]:
        reply = desk.ask("GET", f"/v1/hub/tickets?{query}", token)
        assert (reply.status, reply.error["field"]) == (422, field), query
    assert desk.ask("GET", "/v1/hub/tickets?" + "a=1&" * 300, token).status == 422


def test_a_body_is_taken_as_it_is_typed(desk: Desk) -> None:
    """Strict: no unknown name, none twice, no number for a text; other types than JSON are 415."""
    token = desk.token(ANA)
    for body, field in [
        ('{"subject": "s", "body": "b", "color": 1}', "color"),
        ('{"subject": "s", "subject": "t", "body": "b"}', "subject"),
        ('{"subject": 7, "body": "b"}', "subject"),
        ('{"subject": "s", "body": "b", "urgent": "true"}', "urgent"),
        ('{"subject": "s"}', "body"),
    ]:
        reply = desk.ask("POST", "/v1/requests", token, body=body)
        assert (reply.status, reply.error["field"]) == (422, field), body
    twice = desk.ask("POST", "/v1/requests/1/replies", token, body='{"number": 1, "body": "b"}')
    assert (twice.status, twice.error["field"]) == (422, "number")
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
    ):
        headers = {"Content-Type": kind}
        assert desk.ask("POST", "/v1/requests", token, body="{}", headers=headers).status == 415
    assert list_tickets(desk.connect(token)).total == 0


def test_a_key_makes_a_change_once(desk: Desk) -> None:
    """B10: the same key and request gives the first result, with another request a conflict."""
    token = desk.token(ANA)
    body = '{"subject": "s", "body": "b"}'
    headers = {"Idempotency-Key": "k-1"}
    first = desk.ask("POST", "/v1/requests", token, body=body, headers=headers)
    again = desk.ask("POST", "/v1/requests", token, body=body, headers=headers)
    assert first.json == again.json
    other = desk.ask(
        "POST", "/v1/requests", token, body=body.replace('"s"', '"t"'), headers=headers
    )
    assert (other.status, other.error["code"]) == (409, "key_reused")
    for key in ("", "two words", "x" * 301, "ä"):
        reply = desk.ask("POST", "/v1/requests", token, body=body, headers={"Idempotency-Key": key})
        assert (reply.status, reply.error["field"]) == (422, "idempotency_key"), key


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    """The plan is shown, nothing is kept, and a word that is no answer is refused."""
    token = desk.token(ANA)
    body = '{"subject": "s", "body": "b"}'
    shown = desk.ask("POST", "/v1/requests", token, body=body, headers={"Dry-Run": "true"})
    assert (shown.status, shown.json["record"]["number"]) == (200, 1)
    unclear = desk.ask("POST", "/v1/requests", token, body=body, headers={"Dry-Run": "perhaps"})
    assert (unclear.status, unclear.error["field"]) == (422, "dry_run")
    assert list_tickets(desk.connect(token)).total == 0


def test_names_travel_in_paths_unharmed(desk: Desk) -> None:
    """T1: a team may be called almost anything; in a path it is one segment."""
    operator = desk.connect(token_for(desk.database, desk.clock, None))
    for name in ("..", "50% off? #1", "日本 語", "a+b&c=d", "%2e", ";x"):
        create_team(operator, name)
        assert show_team(operator, name).name == name


def test_no_input_brings_the_server_down(desk: Desk) -> None:
    """Hostile paths, queries and bodies to every operation: never a 5xx."""
    tokens = [desk.token(ANA), desk.token(AGENT), token_for(desk.database, desk.clock, None)]
    for each in list(OPERATIONS.values()):
        for n, text in enumerate(HOSTILE):
            path = "/v1" + each.path
            for name in each.path_names:
                path = path.replace(f"{{{name}}}", text)
            query = "&".join(f"{name}={text}" for name in each.signature.parameters)
            body = None if each.reads else BODIES[n % len(BODIES)]
            reply = desk.ask(each.method, f"{path}?{query}", tokens[n % 3], body=body)
            assert reply.status < 500, (each.name, text, body, reply.body)
            json.loads(reply.body)


def test_no_body_brings_the_server_down(desk: Desk) -> None:
    """Every broken body to one change: a 4xx that says what is wrong."""
    token = desk.token(ANA)
    for body in BODIES:
        reply = desk.ask("POST", "/v1/requests", token, body=body)
        assert reply.status == 422, body[:50]
        assert reply.error["message"]


def test_a_defect_is_told_without_what_people_wrote(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure of ours: 500 with a request id that the log has too, and no value in either."""
    written = "what Ana wrote"

    def fail(*_: object) -> None:
        raise RuntimeError(written)

    monkeypatch.setattr(OPERATIONS["whoami"], "function", fail)
    reply = desk.ask("GET", "/v1/me", desk.token(ANA))
    assert (reply.status, reply.error["code"]) == (500, "defect")
    assert reply.error["request_id"] in caplog.text
    assert "RuntimeError" in caplog.text
    assert written not in caplog.text + reply.body.decode()


def test_health_says_whether_the_desk_can_be_read(desk: Desk) -> None:
    """Without a token, and without a word about the data."""
    reply = desk.ask("GET", "/health")
    told = {"status": "ok", "version": __version__, "now": "2026-03-02T12:00:00Z"}
    assert (reply.status, reply.json) == (200, told)
    with desk.database.transaction(writes=True) as sql:
        sql.run("DELETE FROM desk")
    sick = desk.ask("GET", "/health")
    assert (sick.status, sick.error["code"], "retry-after" in sick.headers) == (
        503,
        "unavailable",
        True,
    )
    assert OPERATOR not in sick.body.decode()


@pytest.mark.parametrize("value", ["0", "0.0", "1767225600", "2026-01-01", "2026-01-01T00:00:00"])
def test_an_instant_is_written_with_its_offset(desk: Desk, value: str) -> None:
    """K5: as the description says; a number is no instant."""
    token = desk.token(ANA)
    reply = desk.ask("GET", f"/v1/hub/tickets?since={value}", token)
    assert (reply.status, reply.error["field"]) == (422, "since")
    written = "2026-01-01T00:00:00%2B09:00"
    assert desk.ask("GET", f"/v1/hub/tickets?since={written}", token).status == 200
