"""The policy: one readable file, refused whole or taken whole (P1)."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from pscli.desk.contact import show_options
from pscli.desk.policies import list_issue_types, set_policy, show_policy
from pscli.desk.requests import submit_request
from pscli.models.people import Plan
from pscli.models.policy import Calendar
from pscli.policy import SHIPPED, parse_policy, read_policy, shipped_policy
from pscli.problems import InvalidValue, NotAllowed
from tests.world import AGENT, ANA, World

TEXT = SHIPPED.read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("essentials = 240", "essentials = 0", "targets.essentials"),
        ("essentials = 240", "esentials = 240", "targets.esentials"),
        ("essentials = 240", "", "targets.essentials"),
        ('zone = "Asia/Tokyo"', 'zone = "Asia/Edo"', "hours.japanese"),
        ('zone = "Asia/Tokyo"', 'zone = "team"', "hours.japanese"),
        ('opens = "09:00"', 'opens = "9:00"', "opens"),
        ("days = [1, 2, 3, 4, 5, 6, 7]", "days = [0]", "days"),
        ('enterprise = { zone = "team" }', "", "hours.plans"),
        ('"mobile", "other"', '"mobile"', "issue_types"),
        ('"mobile", "other"', '"other", "other"', "issue_types"),
        ('audit = ["team", "security"]', 'audit = ["boss"]', "roles.audit"),
        ("per_message = 10", "per_message = 11", "attachments.per_message"),
        ("minutes = 60", "minutes = 5", "meetings.minutes"),
        ("notice_hours = 24", "notice = 24", "meetings.notice"),
        ('calendar = { zone = "UTC"', 'calendar = { zone = "team"', "meetings.calendar"),
        ("rare_percent = 5", "rare_percent = 101", "digest.rare_percent"),
        ('sender = "support@desk.example"', 'sender = "support"', "mail.sender"),
        ('name = "Premium Support"', 'name = "A\\r\\nB"', "mail.name"),
        ('key = "transfer"', 'key = "backup"', "features.key"),
        ('"paper_doc_view"', '"paper_doc_edit"', "features.events"),
        ('url = "https://', 'url = "javascript://', "features"),
        ("[targets]", "[targets", ""),
    ],
)
def test_a_wrong_policy_is_refused_whole(old: str, new: str, place: str) -> None:
    """P1: with the place and the reason."""
    assert old in TEXT
    with pytest.raises(InvalidValue) as refusal:
        parse_policy(TEXT.replace(old, new, 1), "mine.toml")
    assert refusal.value.message.startswith("mine.toml")
    assert place in f"{refusal.value.field} {refusal.value.message}"


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_policy_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """P1: a binary file, and one that is not there."""
    path = tmp_path / "policy.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidValue) as refusal:
        read_policy(path)
    assert str(path) in refusal.value.message


def test_the_policy_in_force_lives_in_the_desk(world: World) -> None:
    """P1: an operator replaces it, and from then on everybody has it."""
    assert show_policy(world.operator) == shipped_policy()
    targets = replace(shipped_policy().targets, essentials=30)
    changed = replace(shipped_policy(), targets=targets)
    assert set_policy(world.operator, changed).record.version == 2
    assert not set_policy(world.operator, changed).changed
    ticket = submit_request(world.acting_as(ANA), "Sync", "x").record
    assert ticket.due_at == world.clock.now + timedelta(minutes=30)
    options = show_options(world.acting_as(ANA))
    assert {channel.target_minutes for channel in options.channels} == {30}


def test_the_old_policy_stays_where_the_new_one_is_wrong(world: World) -> None:
    """P1: what no type can say is checked too."""
    shipped = shipped_policy()
    plans = {**shipped.hours.plans, Plan.STANDARD: Calendar(zone="Mars/Olympus")}
    wrong = replace(shipped, hours=replace(shipped.hours, plans=plans))
    with pytest.raises(InvalidValue) as refusal:
        set_policy(world.operator, wrong)
    assert refusal.value.field == "hours.plans.standard"
    assert show_policy(world.operator) == shipped


@pytest.mark.parametrize("email", [ANA, AGENT])
def test_the_policy_is_the_operators(world: World, email: str) -> None:
    """P1, T6: nobody else sets or reads it."""
    with pytest.raises(NotAllowed):
        set_policy(world.acting_as(email), shipped_policy())
    with pytest.raises(NotAllowed):
        show_policy(world.acting_as(email))


@pytest.mark.parametrize("email", [ANA, AGENT, None])
def test_everybody_may_know_the_issue_types(world: World, email: str | None) -> None:
    """C3: in the order of the policy in force, also after it was replaced."""
    desk = world.acting_as(email)
    assert list_issue_types(desk).issue_types == shipped_policy().issue_types
    set_policy(world.operator, replace(shipped_policy(), issue_types=["printer", "other"]))
    assert list_issue_types(desk).issue_types == ["printer", "other"]
