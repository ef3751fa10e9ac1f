"""Who asks: a token says it, and nothing else does (A1, T4, T5)."""

import pytest

from pscli.desk.people import remove_person, set_person
from pscli.desk.queue import list_queue
from pscli.desk.staff import remove_representative
from pscli.desk.tickets import list_tickets
from pscli.desk.tokens import create_token, list_tokens, revoke_token, whoami
from pscli.models.people import AdminRole, PersonStatus
from pscli.operation import Backend
from pscli.problems import NotAllowed, NotSignedIn, TooManyRequests
from pscli.server.auth import Door
from pscli.tokens import PREFIX, is_token, make_token, new_key, token_hash
from tests.world import AGENT, ANA, BEN, MIA

from .conftest import Desk


def refused(backend: Backend, kind: type[Exception]) -> str:
    """The sentence with which the server refuses to say who this is."""
    with pytest.raises(kind) as refusal:
        whoami(backend)
    return str(refusal.value)


def test_a_token_carries_enough_chance() -> None:
    """A1: 30 letters out of 62 are 178 bits, and no two tokens are alike."""
    tokens = {make_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(is_token(token) and token.startswith(PREFIX) for token in tokens)
    assert len({letter for token in tokens for letter in token[6:36]}) == 62


def test_every_slip_of_the_finger_is_seen() -> None:
    """A1: one wrong letter, a swap, a cut or an addition make it no token."""
    token = make_token()
    for place in range(len(token)):
        other = "x" if token[place] != "x" else "y"
        assert not is_token(token[:place] + other + token[place + 1 :]), place
    assert not any(
        map(is_token, ("", "pscli_", token[:-1], token + "a", token[::-1], f"{token}\n"))
    )
    assert not is_token("pscli_" + "ü" * 36)


def test_keys_sort_by_their_age() -> None:
    """B10: keys made later sort later, so that the index grows at its end."""
    first = new_key()
    while (second := new_key())[:13] == first[:13]:
        pass
    assert first < second
    assert (len(first), first[14]) == (36, "7")


def test_without_a_token_nobody_is_anyone(desk: Desk) -> None:
    """A1: 401, and the header says what is wanted."""
    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}):
        reply = desk.ask("GET", "/v1/me", headers=headers)
        assert (reply.status, reply.error["code"]) == (401, "not_signed_in")
        assert reply.headers["www-authenticate"].startswith("Bearer")


def test_a_token_is_its_owner(desk: Desk) -> None:
    """A1: the token of Ana is Ana, whatever else a header claims."""
    token = desk.token(ANA)
    forged = {
        "X-Forwarded-User": BEN,
        "X-Remote-User": BEN,
        "Remote-User": BEN,
        "X-Forwarded-For": "10.0.0.9",
        "Forwarded": "for=10.0.0.9",
        "X-Real-IP": "10.0.0.9",
        "From": BEN,
    }
    assert desk.ask("GET", "/v1/me", token, headers=forged).json["email"] == ANA
    assert desk.ask("GET", "/v1/me", headers=forged).status == 401
    body = '{"subject": "s", "body": "b"}'
    assert desk.ask("POST", "/v1/requests", token, body=body, headers=forged).status == 200
    with desk.database.transaction(writes=False) as sql:
        origin = sql.one(str, "SELECT origin FROM change WHERE operation = 'submit_request'")
    assert origin == "127.0.0.1"


def test_a_wrong_token_is_nobody(desk: Desk) -> None:
    """A1: well made, but not of this desk."""
    assert "wrong, expired or revoked" in refused(desk.connect(make_token()), NotSignedIn)


def test_a_mistyped_token_is_not_even_asked_about(desk: Desk) -> None:
    """A1: the client sees it by itself, and the server before it looks into the desk."""
    token = desk.token(ANA)
    slip = token[:-1] + ("a" if token[-1] != "a" else "b")
    with pytest.raises(NotSignedIn, match="mistyped"):
        desk.connect(slip)
    reply = desk.ask("GET", "/v1/me", slip)
    assert (reply.status, "mistyped" in reply.error["message"]) == (401, True)


def test_a_token_expires(desk: Desk) -> None:
    """A1: on its last second it is good, on the next it is not."""
    token = make_token()
    create_token(desk.operator, token_hash(token), owner=ANA, expires=1)
    desk.clock.pass_(seconds=86_399)
    ana = desk.connect(token)
    assert whoami(ana).email == ANA
    desk.clock.pass_(seconds=1)
    refused(ana, NotSignedIn)


def test_a_revoked_token_is_dead_at_once(desk: Desk) -> None:
    """A1: on a connection that is open already."""
    token = desk.token(ANA)
    ana = desk.connect(token)
    (listed,) = list_tokens(ana).items
    assert listed.id == token_hash(token)[:12]
    revoke_token(desk.operator, listed.id)
    refused(ana, NotSignedIn)


def test_a_removed_person_is_signed_out_a_suspended_one_refused(desk: Desk) -> None:
    """T5: 401 (exit 4) and 403 (exit 5), from one request to the next."""
    mia, ben = desk.connect(desk.token(MIA)), desk.connect(desk.token(BEN))
    assert (whoami(mia).email, whoami(ben).email) == (MIA, BEN)
    remove_person(desk.operator, MIA)
    set_person(desk.operator, BEN, status=PersonStatus.SUSPENDED)
    refused(mia, NotSignedIn)
    assert "T5" in refused(ben, NotAllowed)


def test_a_removed_representative_is_signed_out(desk: Desk) -> None:
    """T6: staff too."""
    agent = desk.connect(desk.token(AGENT))
    assert list_queue(agent).items == []
    remove_representative(desk.operator, AGENT)
    refused(agent, NotSignedIn)


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(desk: Desk) -> None:
    """T4: rights are read at every request."""
    ben = desk.connect(desk.token(BEN))
    assert list_tickets(ben).items == []
    set_person(desk.operator, BEN, member=True)
    with pytest.raises(NotAllowed):
        list_tickets(ben)
    set_person(desk.operator, BEN, role=AdminRole.SUPPORT)
    assert list_tickets(ben).items == []


def test_only_operators_make_tokens_for_others(desk: Desk) -> None:
    """A1: Ana may make one for herself, not one for Ben."""
    ana = desk.connect(desk.token(ANA))
    assert create_token(ana, token_hash(make_token())).record.person == ANA
    with pytest.raises(NotAllowed):
        create_token(ana, token_hash(make_token()), owner=BEN)


def test_the_desk_holds_no_token(desk: Desk) -> None:
    """A1: neither a table nor an answer holds what a token is, only its SHA-256."""
    token = desk.token(ANA)
    replies = [
        desk.ask("GET", "/v1/me", token),
        desk.ask("GET", "/v1/tokens", token),
        desk.ask("GET", f"/v1/requests/{token}", token),
        desk.ask("GET", "/v1/me", token[:-1] + "-"),
    ]
    own_words = desk.ask("GET", f"/v1/nowhere/{token}", token)
    said = b"".join(reply.body for reply in [*replies, own_words])
    assert token.encode() not in said
    with desk.database.transaction(writes=False) as sql:
        sql.connection.execute("PRAGMA wal_checkpoint")
    folder = desk.database.path.parent
    held = b"".join(file.read_bytes() for file in folder.glob("desk.db*"))
    assert token_hash(token).encode() in held
    assert token[6:].encode() not in held


def test_wrong_tokens_make_an_address_wait(desk: Desk) -> None:
    """A1: after thirty in a minute 429, except for whoever was let in before."""
    good, unknown = desk.token(ANA), desk.token(BEN)
    assert desk.ask("GET", "/v1/me", good).status == 200
    statuses = [desk.ask("GET", "/v1/me", make_token()).status for _ in range(31)]
    assert statuses == [401] * 30 + [429]
    reply = desk.ask("GET", "/v1/me", unknown)
    assert (reply.status, reply.error["code"]) == (429, "too_many_requests")
    assert 1 <= int(reply.headers["retry-after"]) <= 61
    assert desk.ask("GET", "/v1/me", good).status == 200


def test_patience_comes_back_after_a_minute() -> None:
    """A1: failures are counted by the minute, and by address."""
    now = 1000.0
    door = Door(2, lambda: now)
    header = b"Bearer " + make_token().encode()
    for _ in range(2):
        door.failed("10.0.0.1")
    with pytest.raises(TooManyRequests):
        door.identity(header, "10.0.0.1")
    assert door.identity(header, "10.0.0.2").origin == "10.0.0.2"
    now += 61
    assert door.identity(header, "10.0.0.1").origin == "10.0.0.1"
