"""Runs of many changes under one key, on every backend (B10)."""

from datetime import timedelta

import pytest

from pscli.desk.digests import queue_digest
from pscli.desk.outbox import claim_mail, settle_mail
from pscli.desk.runs import (
    end_digest_run,
    end_mail_run,
    recall_digest_run,
    recall_mail_run,
)
from pscli.desk.usage import import_usage
from pscli.models.mail import Delivery
from pscli.models.usage import KnownUse, Outcome
from pscli.operation import Backend
from pscli.problems import KeyReused, NotAllowed
from tests.world import AGENT, World

LAST = "2025-Q4"
FIRST, SECOND = "1" * 32, "2" * 32


@pytest.fixture
def boss(world: World) -> Backend:
    """An operator, on a desk where one team has a quarterly e-mail to get."""
    boss = world.acting_as(None)
    import_usage(boss, "Acme", known=[KnownUse(quarter=LAST, features=["transfer"])])
    return boss


def test_a_run_of_digests_is_recalled_by_its_key(world: World, boss: Backend) -> None:
    """B10, Q1: once it has ended, from its own steps, and not those of a longer key."""
    step = {"team": "Acme", "quarter": LAST}
    queued = boss.perform(queue_digest, step, f"run.{FIRST}")
    boss.perform(queue_digest, step, f"run.more.{FIRST}")
    boss.perform(queue_digest, step, f"run.{SECOND}")
    assert queued.record.outcome is Outcome.QUEUED
    assert recall_digest_run(boss, "run") is None
    boss.perform(end_digest_run, {"quarter": LAST}, "run")
    recalled = recall_digest_run(boss, "run")
    assert recalled is not None
    assert (recalled.changed, recalled.record.teams) == (True, [queued.record])
    assert (recalled.record.queued, recalled.record.mails) == (1, queued.record.mails)
    assert recall_digest_run(boss, "run", LAST) == recalled
    assert recall_digest_run(boss, "ru") is None


def test_a_run_of_the_outbox_is_recalled_by_its_key(world: World, boss: Backend) -> None:
    """B10, Q3: what it sent, and what it left waiting when it ended."""
    queue_digest(boss, "Acme", LAST)
    sent = []
    for claim, delivery in ((FIRST, Delivery.SENT), (SECOND, Delivery.LATER)):
        mail = claim_mail(boss, claim).record.id
        settled = {"id": mail, "claim": claim, "delivery": delivery, "reason": None}
        sent.append(boss.perform(settle_mail, settled, f"run.{claim}").record.message_id)
    boss.perform(end_mail_run, {"waiting": 1, "doubtful": 0}, "run")
    recalled = recall_mail_run(boss, "run")
    assert recalled is not None
    assert (recalled.changed, recalled.record.mails) == (True, sent[:1])
    assert (recalled.record.sent, recalled.record.waiting) == (1, 1)


def test_a_key_stands_for_one_request(world: World, boss: Backend) -> None:
    """B10: another quarter, or anything else under the key, is a conflict; 30 days later none."""
    boss.perform(end_digest_run, {"quarter": LAST}, "run")
    with pytest.raises(KeyReused):
        recall_digest_run(boss, "run", "2025-Q3")
    with pytest.raises(KeyReused):
        recall_mail_run(boss, "run")
    boss.perform(end_mail_run, {"waiting": 0, "doubtful": 0}, "send")
    with pytest.raises(KeyReused):
        recall_digest_run(boss, "send")
    world.clock.pass_(days=30)
    assert recall_mail_run(boss, "send") is not None
    world.clock.now += timedelta(seconds=1)
    assert recall_mail_run(boss, "send") is None


def test_runs_are_the_operators(world: World, boss: Backend) -> None:
    """T6: nobody else begins or sees one."""
    agent = world.acting_as(AGENT)
    with pytest.raises(NotAllowed):
        recall_mail_run(agent, "run")
    with pytest.raises(NotAllowed):
        recall_digest_run(agent, "run")
    with pytest.raises(NotAllowed):
        end_mail_run(agent, 0, 0)
    with pytest.raises(NotAllowed):
        end_digest_run(agent, LAST)
