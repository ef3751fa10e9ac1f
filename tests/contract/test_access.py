"""Who acts, what is remembered of it, and how often a change is done, on every backend (A, B10)."""

import hashlib
from datetime import timedelta

import pytest
from msgspec import structs

from pscli.backends.local import Local
from pscli.desk.addons import grant_addon
from pscli.desk.audit import list_audit
from pscli.desk.billing import show_billing
from pscli.desk.people import remove_person, set_person
from pscli.desk.policies import set_policy, show_policy
from pscli.desk.queue import answer_ticket, list_queue, show_case
from pscli.desk.requests import submit_request
from pscli.desk.tickets import list_requests, show_ticket
from pscli.desk.tokens import create_token, list_tokens, revoke_token, show_token, whoami
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import AdminRole, Identity, PersonStatus, Product
from pscli.operation import Backend
from pscli.problems import (
    InvalidValue,
    KeyReused,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StateForbids,
)
from tests.world import AGENT, ANA, BEN, MIA, OTTO, World

KEY = "a-key-of-a-script"
SYNC = submit_request.bind("Sync", "It stopped")


def subjects(backend: Backend) -> list[str]:
    """What the person's own requests are about, newest first."""
    return [ticket.subject for ticket in list_requests(backend).items]


def by_token(world: World, secret: str) -> Backend:
    """A backend that knows nothing but a token."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return Local(world.database, Identity(token_hash=digest), world.clock)


def test_whoever_opens_the_database_is_its_operator(world: World) -> None:
    """A1: and may act as whom they name, if the desk knows them."""
    assert whoami(world.operator).kind == "operator"
    assert whoami(world.acting_as(MIA)).email == MIA
    nobody = Local(world.database, Identity(email="nobody@acme.example"), world.clock)
    with pytest.raises(NotFound):
        whoami(nobody)


def test_a_token_says_who_it_is(world: World) -> None:
    """A1: only while it is neither unknown, expired nor revoked, nor its owner removed."""
    for owner, secret in ((BEN, "one"), (BEN, "two"), (MIA, "three")):
        digest = hashlib.sha256(secret.encode()).hexdigest()
        create_token(world.operator, digest, owner=owner, expires=1)
    assert whoami(by_token(world, "one")).email == BEN
    revoke_token(world.acting_as(BEN), hashlib.sha256(b"one").hexdigest()[:12])
    remove_person(world.operator, MIA)
    for secret in ("one", "three", "unknown"):
        with pytest.raises(NotSignedIn):
            whoami(by_token(world, secret))
    assert whoami(by_token(world, "two")).email == BEN
    world.clock.pass_(days=1)
    with pytest.raises(NotSignedIn):
        whoami(by_token(world, "two"))


def test_tokens_are_ones_own(world: World) -> None:
    """A1: nobody makes, sees or revokes those of others, except an operator."""
    create_token(world.operator, "ab" * 32, owner=BEN)
    ana = world.acting_as(ANA)
    with pytest.raises(NotAllowed):
        create_token(ana, "cd" * 32, owner=BEN)
    for alike in ("ab" * 32, "ab" * 6 + "cd" * 26):
        with pytest.raises(StateForbids):
            create_token(ana, alike)
    with pytest.raises(NotFound):
        show_token(ana, "ab" * 6)
    assert show_token(world.acting_as(BEN), "ab" * 6).person == BEN
    assert show_token(world.operator, "ab" * 6).person == BEN
    with pytest.raises(NotFound):
        revoke_token(ana, "ab" * 6)
    assert {token.person for token in list_tokens(ana).items} <= {ANA}
    assert revoke_token(world.operator, "ab" * 6).record.revoked_at == world.clock.now


def test_every_change_is_in_the_trail(world: World) -> None:
    """A2: who, when, what, from where, with which result; never its content."""
    submit_request(world.acting_as(ANA), "Secret subject", "Secret body")
    answer_ticket(world.acting_as(AGENT), "Acme", 1, "Secret answer")
    latest, before = list_audit(world.operator, team="Acme", limit=2).items
    assert (latest.who, latest.operation) == (AGENT, "answer_ticket")
    assert latest.target == "/teams/Acme/tickets/1/replies"
    assert (before.who, before.operation, before.at) == (ANA, "submit_request", world.clock.now)
    assert (before.result, bool(before.origin)) == ("changed", True)
    assert "Secret" not in repr(list_audit(world.operator).items)


def test_a_change_that_is_refused_is_not_in_the_trail(world: World) -> None:
    """A2: it changed nothing."""
    mia = world.acting_as(MIA)
    before = list_audit(world.operator).items
    with pytest.raises(InvalidValue):
        submit_request(mia, "Sync", "   ")
    assert list_audit(world.operator).items == before


def test_a_team_reads_its_own_trail(world: World) -> None:
    """A2: its roles team and security, and only their team's; T4: as the role is now."""
    submit_request(world.acting_as(OTTO), "Sync", "x", product=Product.DASH)
    mia = world.acting_as(MIA)
    with pytest.raises(NotAllowed):
        list_audit(mia)
    for role in AdminRole:
        set_person(world.operator, MIA, role=role)
        if role not in (AdminRole.TEAM, AdminRole.SECURITY):
            with pytest.raises(NotAllowed):
                list_audit(mia)
            continue
        assert OTTO not in [entry.who for entry in list_audit(mia).items]
        ids = [entry.id for entry in list_audit(mia).items]
        assert ids == [*range(len(ids), 0, -1)]  # the desk's numbers tell of others' changes
        first = list_audit(mia, limit=2)
        assert [each.id for each in list_audit(mia, cursor=first.next).items] == ids[2:]
        assert "grant_addon" in [entry.operation for entry in list_audit(mia, team="Acme").items]
        for team in ("Other", "Nowhere"):
            with pytest.raises(NotAllowed, match="your own team only"):
                list_audit(mia, team=team)


def test_the_trail_has_pages_and_filters(world: World) -> None:
    """A2: by who, what and when, newest first, nothing twice."""
    start = world.clock.now
    for n in range(3):
        world.clock.pass_(minutes=1)
        submit_request(world.acting_as(MIA), f"Sync {n}", "x")
    first = list_audit(world.operator, who=MIA, name="submit_request", limit=2)
    rest = list_audit(world.operator, who=MIA, name="submit_request", cursor=first.next)
    ids = [entry.id for entry in first.items + rest.items]
    assert (len(ids), sorted(ids, reverse=True), rest.next) == (3, ids, None)
    late = list_audit(world.operator, who=MIA, since=start + timedelta(minutes=2))
    assert [entry.operation for entry in late.items][:2] == ["submit_request"] * 2


def test_a_representative_sees_tickets_of_all_teams(world: World) -> None:
    """A3: and customers none but their own."""
    submit_request(world.acting_as(ANA), "Sync", "x")
    submit_request(world.acting_as(OTTO), "Search", "x", product=Product.DASH)
    agent = world.acting_as(AGENT)
    assert {ticket.team for ticket in list_queue(agent).items} == {"Acme", "Other"}
    assert show_case(agent, "Other", 1).subject == "Search"
    with pytest.raises(NotAllowed):
        list_queue(world.acting_as(ANA))
    with pytest.raises(NotAllowed):
        grant_addon(agent, "Acme", AddonProduct.DROPBOX, Edition.ENHANCED)


def test_the_same_key_is_done_once(world: World) -> None:
    """B10: and returns the first result, also after the ticket changed."""
    ana = world.acting_as(ANA)
    first = ana.perform(submit_request, SYNC, KEY)
    answer_ticket(world.acting_as(AGENT), "Acme", 1, "Try again")
    spelt_out = {**SYNC, "urgent": False, "issue_type": "other"}
    assert ana.perform(submit_request, SYNC, KEY) == first
    assert ana.perform(submit_request, spelt_out, KEY) == first
    assert subjects(ana) == ["Sync"]


def test_the_same_key_with_another_request_is_a_conflict(world: World) -> None:
    """B10: another argument or another operation; nothing is done."""
    ana = world.acting_as(ANA)
    ana.perform(submit_request, SYNC, KEY)
    other = submit_request.bind("Sync", "It stopped", urgent=True)
    with pytest.raises(KeyReused) as refusal:
        ana.perform(submit_request, other, KEY)
    assert refusal.value.exit_code == 8
    with pytest.raises(KeyReused):
        ana.perform(create_token, create_token.bind("ab" * 32), KEY)
    assert subjects(ana) == ["Sync"]


def test_a_key_belongs_to_its_actor(world: World) -> None:
    """B10: the same key of somebody else is another one."""
    for email in (ANA, BEN):
        assert world.acting_as(email).perform(submit_request, SYNC, KEY).changed
    tickets = [list_requests(world.acting_as(email)).items for email in (ANA, BEN)]
    assert [[ticket.number for ticket in each] for each in tickets] == [[1], [2]]


def test_a_key_is_kept_thirty_days(world: World) -> None:
    """B10: then it is as good as new."""
    ana = world.acting_as(ANA)
    first = ana.perform(submit_request, SYNC, KEY)
    world.clock.pass_(days=30)
    assert ana.perform(submit_request, SYNC, KEY) == first
    world.clock.pass_(seconds=1)
    assert ana.perform(submit_request, SYNC, KEY).record.number == 2
    assert ana.perform(submit_request, SYNC, KEY).record.number == 2


def test_only_successes_are_kept(world: World) -> None:
    """B10: a refused request leaves its key free."""
    ana = world.acting_as(ANA)
    with pytest.raises(InvalidValue):
        ana.perform(submit_request, submit_request.bind("Sync", "   "), KEY)
    assert ana.perform(submit_request, SYNC, KEY).record.number == 1


def test_rights_come_before_a_stored_result(world: World) -> None:
    """B10, T4, T5: who lost their rights does not get it back."""
    mia = world.acting_as(MIA)
    mia.perform(submit_request, SYNC, KEY)
    set_person(world.operator, MIA, status=PersonStatus.SUSPENDED)
    with pytest.raises(NotAllowed):
        mia.perform(submit_request, SYNC, KEY)


def test_a_key_that_is_none_is_refused(world: World) -> None:
    """B10: printable ASCII, up to 300 characters."""
    ana = world.acting_as(ANA)
    for key in ("two words", "ключ", "x" * 301):
        with pytest.raises(InvalidValue) as refusal:
            ana.perform(submit_request, SYNC, key)
        assert refusal.value.field == "idempotency_key"
    assert subjects(ana) == []


def test_an_empty_key_is_no_key(world: World) -> None:
    """B10: as if none were given, so each request is one of its own."""
    ana = world.acting_as(ANA)
    numbers = [ana.perform(submit_request, SYNC, "").record.number for _ in range(2)]
    assert numbers == [1, 2]


def test_a_dry_run_changes_nothing(world: World) -> None:
    """B3, B10: it shows the same result, and leaves number, key and trail as they were."""
    ana = world.acting_as(ANA)
    trail = list_audit(world.operator).items
    shown = ana.perform(submit_request, SYNC, KEY, dry_run=True)
    assert (shown.changed, shown.record.number) == (True, 1)
    with pytest.raises(NotFound):
        show_ticket(ana, 1)
    assert list_audit(world.operator).items == trail
    done = ana.perform(submit_request, submit_request.bind("Other", "x"), KEY)
    assert (done.record.number, subjects(ana)) == (1, ["Other"])


def test_rights_end_with_the_role(world: World) -> None:
    """T4, T5, B1: from the very next command; the policy can let other roles in."""
    bill = world.acting_as(MIA)
    set_person(world.operator, MIA, role=AdminRole.BILLING)
    show_billing(bill)
    set_person(world.operator, MIA, role=AdminRole.CONTENT)
    with pytest.raises(NotAllowed):
        show_billing(bill)
    policy = show_policy(world.operator)
    roles = structs.replace(policy.roles, billing=[AdminRole.CONTENT])
    set_policy(world.operator, structs.replace(policy, roles=roles))
    show_billing(bill)
    set_person(world.operator, MIA, status=PersonStatus.SUSPENDED)
    with pytest.raises(NotAllowed, match="suspended"):
        show_billing(bill)
