"""The brief of a root-cause meeting, alike on every backend: numbers and types, no content."""

import pytest

from pscli.codec import encode_json
from pscli.desk.addons import grant_addon
from pscli.desk.briefs import prepare_meeting, show_brief
from pscli.desk.insights import show_insights
from pscli.desk.people import add_person
from pscli.desk.queue import answer_ticket
from pscli.desk.requests import submit_request
from pscli.desk.teams import set_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.insights import Scope, Unit
from pscli.models.people import AdminRole
from pscli.problems import InvalidValue, NotAllowed, NotEntitled, NotFound
from tests.world import AGENT, ANA, BEN, MIA, SALES, World

REPORTER = "rita@acme.example"


def live_a_quarter(world: World) -> None:
    """Before the quarter, at its beginning and at its end; met, late, and not answered at all."""
    ana, mia, agent = (world.acting_as(email) for email in (ANA, MIA, AGENT))
    grant_addon(world.acting_as(SALES), "Acme", AddonProduct.DROPBOX, Edition.ENHANCED)
    set_team(world.operator, "Acme", timezone="Asia/Tokyo")
    for instant, who, issue_type, minutes in (
        ("2026-03-31T14:59:59+00:00", ana, "sync", 90),  # the last second of March in Tokyo
        ("2026-03-31T15:00:00+00:00", ana, "sync", 61),
        ("2026-05-04T12:00:00+00:00", mia, "sync", 60),
        ("2026-05-05T12:00:00+00:00", mia, "sharing", 600),
        ("2026-06-30T14:00:00+00:00", ana, "sign-in", 0),
    ):
        world.clock.set(instant)
        filed = submit_request(who, "A secret subject", "A secret", issue_type=issue_type).record
        if minutes:
            world.clock.pass_(minutes=minutes)
            answer_ticket(agent, "Acme", filed.number, "Try 4.2.")


def test_a_brief_is_the_quarter_of_the_teams_zone(world: World) -> None:
    """Q5, S2: insights beside the quarter before, broken promises newest first, what repeats."""
    live_a_quarter(world)
    world.clock.set("2026-06-30T14:59:59+00:00")
    ana = world.acting_as(ANA)
    brief = show_brief(ana)
    assert (brief.team, brief.quarter, brief.insights.complete) == ("Acme", "2026-Q2", False)
    assert (brief.insights.total, brief.insights.previous_total) == (4, 1)
    assert [bucket.total for bucket in brief.insights.series] == [1, 2, 1]
    assert [(each.number, each.issue_type) for each in brief.breaches] == [
        (4, "sharing"), (2, "sync"),
    ]  # fmt: skip
    assert brief.breaches_total == brief.insights.attainment.breached == 2
    late = brief.breaches[1]
    assert late.answered_at is not None
    assert (late.answered_at - late.due_at).total_seconds() == 60
    assert [(each.issue_type, each.count, each.previous) for each in brief.repeated] == [
        ("sync", 2, 1)
    ]
    same = show_insights(
        ana, brief.insights.since.date(), by=Unit.MONTH, scope=Scope.TEAM, timezone="Asia/Tokyo"
    )
    assert same.totals == brief.insights.totals
    world.clock.set("2026-06-30T15:00:01+00:00")  # the next quarter; the last promise broke in it
    assert show_brief(ana).insights.total == 0
    last = show_brief(ana, "last-quarter")
    assert last == show_brief(ana, "2026-Q2")
    assert [(each.number, each.answered_at) for each in last.breaches] == [
        (5, None), (4, brief.breaches[0].answered_at), (2, late.answered_at),
    ]  # fmt: skip
    assert last.breaches_total == 3
    assert [each.number for each in show_brief(ana, "2026-Q1").breaches] == [1]


def test_who_may_read_a_brief(world: World) -> None:
    """Q5, I3, E5: who may see the team's figures, of a team with Enhanced; and representatives."""
    with pytest.raises(NotEntitled, match="E5"):
        show_brief(world.acting_as(ANA))
    live_a_quarter(world)
    add_person(world.operator, "Acme", REPORTER, role=AdminRole.REPORTING)
    mine = show_brief(world.acting_as(REPORTER))
    assert mine == show_brief(world.acting_as(ANA))
    with pytest.raises(NotAllowed, match="I3"):
        show_brief(world.acting_as(BEN))
    with pytest.raises(NotAllowed):
        show_brief(world.acting_as(MIA))
    assert prepare_meeting(world.acting_as(AGENT), "acme") == mine
    with pytest.raises(NotAllowed):
        prepare_meeting(world.acting_as(ANA), "Acme")
    with pytest.raises(NotFound):
        prepare_meeting(world.acting_as(AGENT), "Nobody")
    for quarter in ("2026-03", "2026-Q5", "x"):
        with pytest.raises(InvalidValue):
            show_brief(world.acting_as(ANA), quarter)


def test_a_brief_holds_no_content(world: World) -> None:
    """I3: neither subjects nor texts nor people stand in it."""
    live_a_quarter(world)
    text = encode_json(show_brief(world.acting_as(ANA))).decode()
    assert not [word for word in ("secret", "@", "Ana", "Mia") if word in text]
