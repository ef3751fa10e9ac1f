"""How support can be reached, asked by everyone, on every backend (C1)."""

from datetime import timedelta

import pytest

from pscli.codec import plain
from pscli.desk.addons import grant_addon
from pscli.desk.contact import show_options
from pscli.desk.people import set_person
from pscli.desk.teams import set_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import ChampionLevel, PersonStatus, Plan, Product
from pscli.problems import InvalidValue, NotAllowed, StateForbids
from tests.world import AGENT, ANA, GRACE, MIA, OTTO, World

FIELDS = {"product", "language", "at", "language_until", "language_opens_at", "channels"}
CHANNEL_FIELDS = {
    "channel", "allowed", "open", "opens_at", "closes_at", "zone", "language", "target_minutes",
    "reason", "rules",
}  # fmt: skip


def test_an_admin_sees_every_channel_and_why(world: World) -> None:
    """C1, C7, E4: the answer is for this product, language and instant, with its rules."""
    options = show_options(world.acting_as(ANA))
    assert (options.product, options.language, options.at) == ("dropbox", "en", world.clock.now)
    assert [(each.channel, each.open, each.target_minutes) for each in options.channels] == [
        ("request", True, 240),
        ("chat", True, 240),
        ("callback", True, 240),
    ]
    assert [each.rules for each in options.channels][1] == ["E4", "E3", "H1"]


def test_scripts_find_the_fields_of_the_contract(world: World) -> None:
    """C1: exactly these, null where there is nothing to say, instants in UTC."""
    found = plain(show_options(world.acting_as(OTTO), product=Product.DASH))
    assert set(found) == FIELDS
    assert all(set(channel) == CHANNEL_FIELDS for channel in found["channels"])
    assert found["language_until"] is None
    assert found["at"] == "2026-03-02T12:00:00Z"


def test_a_member_is_told_the_route_that_is_open(world: World) -> None:
    """C7, E6: the same command serves everyone; status decides the route."""
    request, *live = show_options(world.acting_as(MIA)).channels
    assert (request.open, request.rules) == (True, ["E3", "E6"])
    for option in live:
        assert (option.allowed, option.open, option.rules) == (False, False, ["E6"])
        assert "pscli contact submit" in option.reason


def test_a_champion_is_entitled_personally(world: World) -> None:
    """E7: a member with live channels."""
    assert [each.open for each in show_options(world.acting_as(GRACE)).channels] == [True] * 3


def test_owners_of_both_products_must_say_which(world: World) -> None:
    """E10: and a product that is not owned is refused."""
    with pytest.raises(InvalidValue) as refusal:
        show_options(world.acting_as(OTTO))
    assert refusal.value.field == "product"
    with pytest.raises(StateForbids):
        show_options(world.acting_as(ANA), product=Product.DASH)


def test_plan_hours_are_reckoned_in_the_teams_zone(world: World) -> None:
    """E9, H5: and change with the plan."""
    set_team(world.operator, "Other", timezone="Asia/Jakarta")
    otto = world.acting_as(OTTO)
    chat = show_options(otto, product=Product.DROPBOX).channels[1]
    assert (chat.open, chat.zone, chat.target_minutes) == (False, "Asia/Jakarta", None)
    assert chat.opens_at == world.clock.now.replace(day=3, hour=2)
    set_team(world.operator, "Other", plan=Plan.ENTERPRISE)
    assert show_options(otto, product=Product.DROPBOX).channels[1].open


def test_the_instant_decides_what_is_held(world: World) -> None:
    """C1, E1: before the add-on was bought it did not count."""
    bought = world.clock.now + timedelta(days=1)
    world.clock.now = bought
    grant_addon(world.operator, "Other", AddonProduct.DASH, Edition.ENHANCED)
    otto = world.acting_as(OTTO)
    now = show_options(otto, product=Product.DASH).channels[0]
    before = show_options(otto, product=Product.DASH, at=bought - timedelta(seconds=1)).channels[0]
    assert (now.target_minutes, before.target_minutes) == (60, None)


def test_the_language_is_the_persons_unless_named(world: World) -> None:
    """J1: Indonesian is not offered; a language of nobody is refused."""
    set_person(world.operator, ANA, language="ja")
    ana = world.acting_as(ANA)
    assert show_options(ana).language == "ja"
    assert show_options(ana, language="en").language == "en"
    set_person(world.operator, ANA, language="id")
    assert show_options(ana).language == "en"
    with pytest.raises(InvalidValue) as refusal:
        show_options(ana, language="fr")
    assert refusal.value.field == "language"


def test_an_instant_beyond_the_calendar_is_refused(world: World) -> None:
    """H3: with the name of the field."""
    with pytest.raises(InvalidValue) as refusal:
        show_options(world.acting_as(ANA), at=world.clock.now.replace(year=9999))
    assert refusal.value.field == "at"


def test_options_are_for_active_people_of_a_team(world: World) -> None:
    """T5, T6: the suspended and representatives are refused; a Champion level does not help."""
    set_person(world.operator, GRACE, status=PersonStatus.SUSPENDED, champion=ChampionLevel.EPIC)
    for email in (GRACE, AGENT):
        with pytest.raises(NotAllowed):
            show_options(world.acting_as(email))
