"""The outbox on every backend: queued with its cause, claimed by one, sent once (Q3, C10)."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from pscli.codec import encode_json
from pscli.desk.access import RESULT_BYTES
from pscli.desk.outbox import (
    claim_mail,
    count_mail,
    hand_mail,
    list_mail,
    read_mail,
    retry_mail,
    settle_mail,
)
from pscli.desk.people import add_person, remove_person, set_person
from pscli.desk.policies import set_policy
from pscli.desk.queue import answer_ticket, note_ticket
from pscli.desk.requests import submit_request
from pscli.models.mail import Delivery, MailState, Outgoing
from pscli.models.people import AdminRole, PersonStatus
from pscli.operation import Backend, Operation
from pscli.policy import shipped_policy
from pscli.problems import NotAllowed, NotFound, StateForbids
from pscli.rules.mail import LEASE, MOST_ATTEMPTS
from tests.world import AGENT, ANA, MIA, World

ONE, TWO = "1" * 32, "2" * 32
ENDED = LEASE + timedelta(seconds=1)


@pytest.fixture
def boss(world: World) -> Backend:
    """An operator, who sends."""
    return world.acting_as(None)


def answered(world: World, body: str = "Try 4.2.", **more: object) -> Outgoing:
    """The mail about an answer to a request of Ana."""
    ana = world.acting_as(ANA)
    number = submit_request(ana, "Sync stops", "x", cc=["cc@acme.example", MIA]).record.number
    arguments = {"team": "Acme", "number": number, "body": body, **more}
    world.acting_as(AGENT).perform(answer_ticket, arguments)
    operator = world.acting_as(None)
    return read_mail(operator, list_mail(operator).items[0].id)


def claimed(backend: Backend, claim: str = ONE) -> int | None:
    """The mail that a run has with this claim."""
    return claim_mail(backend, claim).record.id


def state(backend: Backend) -> MailState:
    """The state of the newest mail."""
    return list_mail(backend).items[0].state


def test_a_public_reply_is_mailed(world: World) -> None:
    """C10: to the requester, copies to the others; it says number, subject and text."""
    mail = answered(world, links=["https://help.example/a"])
    assert mail.recipients == [ANA, "cc@acme.example", MIA]
    assert mail.subject == "[Acme #1] Sync stops"
    for said in ("Try 4.2.", "https://help.example/a", "pscli contact requests reply 1"):
        assert said in mail.text
        assert said in mail.html
    assert mail.sender == "support@desk.example"
    assert mail.queued_at == world.clock.now
    again = answered(world, solve=True)
    assert "pscli contact submit --follows 2" in again.text
    assert again.message_id != mail.message_id
    assert again.thread_id != mail.thread_id
    answer_ticket(world.acting_as(AGENT), "Acme", 1, "More")
    boss = world.acting_as(None)
    assert read_mail(boss, list_mail(boss).items[0].id).thread_id == mail.thread_id


def test_only_public_replies_are_mailed(world: World, boss: Backend) -> None:
    """C10, K4: neither notes nor what fails; and none where the policy says so."""
    submit_request(world.acting_as(ANA), "Sync", "x")
    agent = world.acting_as(AGENT)
    note_ticket(agent, "Acme", 1, "secret")
    arguments = {"team": "Acme", "number": 1, "body": "x"}
    agent.perform(answer_ticket, arguments, dry_run=True)
    with pytest.raises(NotFound):
        answer_ticket(agent, "Acme", 9, "x")
    assert list_mail(boss).items == []
    agent.perform(answer_ticket, arguments, "key")
    agent.perform(answer_ticket, arguments, "key")
    assert len(list_mail(boss).items) == 1
    rules = replace(shipped_policy().mail, replies=False)
    set_policy(boss, replace(shipped_policy(), mail=rules))
    answer_ticket(agent, "Acme", 1, "quietly")
    assert len(list_mail(boss).items) == 1


def test_a_reply_is_mailed_in_the_readers_language(world: World, boss: Backend) -> None:
    """C10, T2: the requester's; what people wrote stays as it is."""
    set_person(boss, ANA, language="ja")
    mail = answered(world, "再起動してください。")
    assert "サポートから回答がありました" in mail.text
    assert "再起動してください。" in mail.html


def test_somebody_who_left_gets_no_mail(world: World, boss: Backend) -> None:
    """C10, T5: a removed requester has no rights; the copies still go out."""
    submit_request(world.acting_as(MIA), "Mine", "x", cc=["cc@acme.example"])
    submit_request(world.acting_as(MIA), "Mine", "x")
    remove_person(boss, MIA)
    for number in (1, 2):
        answer_ticket(world.acting_as(AGENT), "Acme", number, "y")
    assert [mail.recipients for mail in list_mail(boss).items] == [["cc@acme.example"]]


@pytest.mark.parametrize("status", [PersonStatus.SUSPENDED, PersonStatus.REMOVED])
def test_who_left_after_it_was_queued_gets_no_mail(
    world: World, boss: Backend, status: PersonStatus
) -> None:
    """C10, T4, T5: the run that sends leaves them out, copies too, and it is recorded."""
    add_person(boss, "Acme", "eve@acme.example", role=AdminRole.TEAM)
    id_ = answered(world).id
    set_person(boss, MIA, status=status)
    assert claimed(boss) == id_
    assert read_mail(boss, id_).recipients == [ANA, "cc@acme.example"]
    settle_mail(boss, id_, ONE, Delivery.LATER, "451 busy")
    set_person(boss, ANA, status=status)
    world.clock.pass_(minutes=1)
    assert claimed(boss, TWO) == id_
    assert read_mail(boss, id_).recipients == ["cc@acme.example"]
    sent = settle_mail(boss, id_, TWO, Delivery.SENT).record
    assert sent.recipients == [ANA, "cc@acme.example", MIA]
    assert sent.reason == f"not sent to {ANA}, {MIA}: suspended, removed or no admin any more (T5)"


def test_a_mail_for_nobody_any_more_is_not_sent(world: World, boss: Backend) -> None:
    """T5, Q3: it fails and says why, the next one is sent; who comes back can have it."""
    number = submit_request(world.acting_as(MIA), "Mine", "x").record.number
    answer_ticket(world.acting_as(AGENT), "Acme", number, "y")
    id_ = answered(world).id
    set_person(boss, MIA, status=PersonStatus.SUSPENDED)
    assert claimed(boss) == id_
    mine = list_mail(boss, state=MailState.FAILED).items[0]
    assert (mine.recipients, mine.attempts, mine.sent_at) == ([MIA], 1, None)
    assert mine.reason is not None
    assert mine.reason.startswith(f"not sent to {MIA}: suspended")
    with pytest.raises(StateForbids):
        hand_mail(boss, mine.id, ONE)
    set_person(boss, MIA, status=PersonStatus.ACTIVE)
    retry_mail(boss, mine.id)
    assert claimed(boss, TWO) == mine.id
    assert settle_mail(boss, mine.id, TWO, Delivery.SENT).record.reason is None


def test_a_long_reply_is_cut_in_the_mail(world: World) -> None:
    """C10: a mail has a limit; the change's result stays small."""
    mail = answered(world, "<&>" * 20_000)
    assert "longer than a mail may be" in mail.text
    assert len(mail.text) < 21_000
    assert len(mail.html) < 140_000
    arguments = {"team": "Acme", "number": 1, "body": "é" * 30_000}
    result = world.acting_as(AGENT).perform(answer_ticket, arguments)
    assert len(encode_json(result)) < RESULT_BYTES


def test_a_mail_is_claimed_by_one(world: World, boss: Backend) -> None:
    """Q3: a second run finds nothing; asking again with the same claim gives the same mail."""
    id_ = answered(world).id
    assert claimed(boss) == id_
    assert claimed(boss) == id_
    assert claimed(boss, TWO) is None
    with pytest.raises(StateForbids):
        hand_mail(boss, id_, TWO)
    hand_mail(boss, id_, ONE)
    hand_mail(boss, id_, ONE)
    assert not settle_mail(boss, id_, TWO, Delivery.SENT).changed
    sent = settle_mail(boss, id_, ONE, Delivery.SENT)
    assert (sent.changed, sent.record.state) == (True, MailState.SENT)
    assert not settle_mail(boss, id_, ONE, Delivery.SENT).changed
    assert claimed(boss, TWO) is None
    assert read_mail(boss, id_).text == ""
    with pytest.raises(StateForbids):
        retry_mail(boss, id_)


def test_what_a_killed_run_claimed_is_sent_by_another(world: World, boss: Backend) -> None:
    """Q3: nothing of it can have arrived; the dead run can do no more."""
    id_ = answered(world).id
    assert claimed(boss) == id_
    world.clock.now += ENDED
    with pytest.raises(StateForbids):
        hand_mail(boss, id_, ONE)
    assert claimed(boss, TWO) == id_
    with pytest.raises(StateForbids):
        hand_mail(boss, id_, ONE)
    assert not settle_mail(boss, id_, ONE, Delivery.LATER).changed
    assert list_mail(boss).items[0].attempts == 2


def test_what_a_killed_run_handed_over_is_doubtful(world: World, boss: Backend) -> None:
    """Q3: it may have arrived, so nobody sends it again, unless an operator says so."""
    mail = answered(world)
    assert claimed(boss) == mail.id
    hand_mail(boss, mail.id, ONE)
    assert count_mail(boss).waiting == 1
    world.clock.now += ENDED
    assert count_mail(boss).doubtful == 1
    assert claimed(boss, TWO) is None
    assert state(boss) is MailState.DOUBTFUL
    assert [each.id for each in list_mail(boss, MailState.DOUBTFUL).items] == [mail.id]
    assert retry_mail(boss, mail.id).record.state is MailState.QUEUED
    assert claimed(boss, TWO) == mail.id
    assert read_mail(boss, mail.id).message_id == mail.message_id


def test_a_run_that_was_only_slow_resolves_the_doubt(world: World, boss: Backend) -> None:
    """Q3: its answer came after the claim was over."""
    id_ = answered(world).id
    claimed(boss)
    hand_mail(boss, id_, ONE)
    world.clock.now += ENDED
    claimed(boss, TWO)
    assert settle_mail(boss, id_, ONE, Delivery.SENT).record.state is MailState.SENT


def test_what_is_not_taken_is_tried_again_later(world: World, boss: Backend) -> None:
    """Q3: with pauses that grow, for some five days, and then it has failed."""
    id_ = answered(world).id
    begun = world.clock.now
    pauses = []
    for n in range(MOST_ATTEMPTS):
        claim = f"{n:032x}"
        assert claimed(boss, claim) == id_
        record = settle_mail(boss, id_, claim, Delivery.LATER, "451 busy").record
        if record.state is MailState.FAILED:
            break
        assert claimed(boss, TWO) is None
        pauses.append(record.due_at - world.clock.now)
        world.clock.now = record.due_at
    assert record.reason == "451 busy"
    assert len(pauses) == MOST_ATTEMPTS - 1
    assert pauses == sorted(pauses)
    assert timedelta(days=4) < world.clock.now - begun < timedelta(days=6)
    assert count_mail(boss).failed == 1
    assert retry_mail(boss, id_).record.attempts == 0
    assert not retry_mail(boss, id_).changed


def test_what_is_refused_for_good_is_not_tried_again(world: World, boss: Backend) -> None:
    """Q3: with the reason, its text kept in case an operator tries again."""
    id_ = answered(world).id
    claimed(boss)
    failed = settle_mail(boss, id_, ONE, Delivery.FAILED, "550 unknown").record
    assert (failed.state, failed.reason) == (MailState.FAILED, "550 unknown")
    world.clock.now += timedelta(days=30)
    assert claimed(boss, TWO) is None
    assert read_mail(boss, id_).text


def test_the_oldest_goes_first_and_lists_have_pages(world: World, boss: Backend) -> None:
    """Q3, K5: newest first in the list, oldest first on the way."""
    ids = []
    for _ in range(3):
        ids.append(answered(world).id)
        world.clock.pass_(seconds=1)
    assert [claimed(boss, f"{n:032x}") for n in range(4)] == [*ids, None]
    first = list_mail(boss, limit=2)
    rest = list_mail(boss, limit=2, cursor=first.next)
    assert [mail.id for mail in [*first.items, *rest.items]] == ids[::-1]
    with pytest.raises(NotFound):
        read_mail(boss, 999)
    with pytest.raises(NotFound):
        retry_mail(boss, 999)


def test_the_outbox_is_the_operators(world: World, boss: Backend) -> None:
    """T6, K2: mails hold what people wrote."""
    id_ = answered(world).id
    for email in (ANA, AGENT):
        asked: list[tuple[Operation[Any, Any], dict[str, object]]] = [
            (list_mail, {}),
            (count_mail, {}),
            (read_mail, {"id": id_}),
            (claim_mail, {"claim": ONE}),
            (hand_mail, {"id": id_, "claim": ONE}),
            (settle_mail, {"id": id_, "claim": ONE, "delivery": "sent"}),
            (retry_mail, {"id": id_}),
        ]
        for operation, arguments in asked:
            with pytest.raises(NotAllowed):
                world.acting_as(email).perform(operation, arguments)
    assert state(boss) is MailState.QUEUED
