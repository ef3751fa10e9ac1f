"""Which ways to support are open, until when, in which language, and why (C1)."""

import pytest
from msgspec.structs import replace

from pscli.models.addons import AddonProduct, Edition, HeldEdition
from pscli.models.contact import ChannelOption, Options
from pscli.models.people import Actor, AdminRole, ChampionLevel, Plan, Product
from pscli.models.policy import Calendar, Window
from pscli.models.tickets import Channel
from pscli.problems import NotAllowed, OutsideHours
from pscli.rules.contact import channel_option, check_channel, contact_options

from .clocks import at
from .people import held, situation, someone

LIVE = [Channel.CHAT, Channel.CALLBACK]
ADMIN = someone(role=AdminRole.SUPPORT)
SATURDAY = at("2026-03-07 12:00")
BOTH = held(Edition.ESSENTIALS) + held(Edition.ENHANCED, AddonProduct.DASH)
SUMMER = at("2026-07-01 10:00", "Asia/Tokyo")


def by_channel(options: Options) -> dict[Channel, ChannelOption]:
    """The channels of an answer by their name."""
    return {option.channel: option for option in options.channels}


@pytest.mark.parametrize("role", list(AdminRole))
@pytest.mark.parametrize("edition", list(Edition))
def test_an_add_on_opens_every_channel_to_every_admin(role: AdminRole, edition: Edition) -> None:
    """E4, E3, H1: Dropbox at every hour, with the edition's target."""
    options = contact_options(situation(someone(role=role), held(edition), at=SATURDAY))
    for option in options.channels:
        assert (option.allowed, option.open, option.closes_at) == (True, True, None)
        assert option.target_minutes == {"essentials": 240, "enhanced": 60}[edition]
    rules = [option.rules for option in options.channels]
    assert rules == [["E3"], ["E4", "E3", "H1"], ["E4", "E3", "H1"]]


@pytest.mark.parametrize("editions", [[], BOTH], ids=["without", "with"])
@pytest.mark.parametrize("product", [Product.DROPBOX, Product.DASH])
@pytest.mark.parametrize("channel", LIVE)
def test_members_have_requests_only(
    editions: list[HeldEdition], product: Product, channel: Channel
) -> None:
    """E6: no chat and no callback, with or without an add-on; the reason names their route."""
    asked = situation(someone(), editions, product=product)
    option = channel_option(asked, channel)
    assert (option.allowed, option.open, option.rules) == (False, False, ["E6"])
    assert "pscli contact submit" in option.reason
    with pytest.raises(NotAllowed) as refusal:
        check_channel(option, asked.product)
    assert refusal.value.exit_code == 5
    check_channel(channel_option(asked, Channel.REQUEST), asked.product)


def test_members_have_the_target_of_their_team() -> None:
    """E6: by request, at any hour."""
    option = channel_option(situation(someone(), BOTH, at=SATURDAY), Channel.REQUEST)
    assert (option.target_minutes, option.rules) == (240, ["E3", "E6"])


@pytest.mark.parametrize("role", [None, *AdminRole])
@pytest.mark.parametrize(("level", "minutes"), [("champion", None), ("grand", 240), ("epic", 60)])
def test_champions_have_live_channels_themselves(
    role: AdminRole | None, level: str, minutes: int | None
) -> None:
    """E7, H1: members too, whether or not the team has an add-on."""
    who = someone(role=role, champion=ChampionLevel(level))
    for channel in LIVE:
        option = channel_option(situation(who, [], at=SATURDAY), channel)
        assert (option.allowed, option.open, option.target_minutes) == (True, True, minutes)
        assert option.rules == ["E7", "H1"]


def test_a_champion_in_a_team_with_an_add_on_has_the_better_target() -> None:
    """E6, E7: a member chats personally, with the team's four hours where they have no time."""
    who = someone(champion=ChampionLevel.CHAMPION)
    option = channel_option(situation(who, BOTH), Channel.CHAT)
    assert (option.allowed, option.target_minutes) == (True, 240)
    assert option.rules == ["E7", "E3", "E6", "H1"]


@pytest.mark.parametrize("level", ["champion", "grand", "epic"])
def test_champions_are_not_covered_for_dash(level: str) -> None:
    """E7: a member has no live channel for it, an admin those of the plan."""
    champion = ChampionLevel(level)
    asked = situation(someone(champion=champion), [], product=Product.DASH)
    option = channel_option(asked, Channel.CHAT)
    assert (option.allowed, option.rules) == (False, ["E6", "E7"])
    assert "Dropbox" in option.reason
    admin = someone(champion=champion, role=AdminRole.TEAM)
    option = channel_option(situation(admin, [], product=Product.DASH), Channel.CHAT)
    assert option.rules == ["E9", "H5"]


@pytest.mark.parametrize("plan", [plan for plan in Plan if plan is not Plan.ENTERPRISE])
@pytest.mark.parametrize("channel", LIVE)
def test_without_an_add_on_the_plans_hours_apply(plan: Plan, channel: Channel) -> None:
    """E9, H5: nine to five in the team's zone, without a target."""
    who = someone(role=AdminRole.BILLING, plan=plan, timezone="Europe/Berlin")
    asked = situation(who, [], team_zone="Asia/Jakarta", at=SATURDAY)
    option = channel_option(asked, channel)
    assert (option.allowed, option.open, option.zone) == (True, False, "Asia/Jakarta")
    assert option.opens_at == at("2026-03-09 09:00", "Asia/Jakarta")
    assert (option.target_minutes, option.rules) == (None, ["E9", "H5"])
    open_now = channel_option(asked._replace(at=at("2026-03-09 09:59:59")), channel)
    assert (open_now.open, open_now.closes_at) == (True, at("2026-03-09 10:00"))


def test_enterprise_has_live_support_at_every_hour() -> None:
    """H5: its plan says so, still without a target."""
    who = someone(role=AdminRole.TEAM, plan=Plan.ENTERPRISE)
    option = channel_option(situation(who, [], at=SATURDAY), Channel.CHAT)
    assert (option.open, option.closes_at, option.target_minutes) == (True, None, None)


def test_requests_are_taken_without_an_add_on() -> None:
    """E9: at any hour, without a commitment."""
    option = channel_option(situation(ADMIN, [], at=SATURDAY), Channel.REQUEST)
    assert (option.open, option.target_minutes, option.rules) == (True, None, ["E9"])


def test_hours_follow_the_product_asked_about() -> None:
    """E8, H2: the add-on for Dash has hours, the other product's does not count."""
    dash = channel_option(situation(ADMIN, BOTH, product=Product.DASH), Channel.CHAT)
    assert (dash.open, dash.zone, dash.target_minutes) == (False, "America/New_York", 60)
    assert dash.opens_at == at("2026-03-02 14:00")
    only_dropbox = situation(ADMIN, held(Edition.ENHANCED), product=Product.DASH)
    assert channel_option(only_dropbox, Channel.CHAT).rules == ["E8", "E9", "H5"]


def test_other_products_are_covered_by_dropbox() -> None:
    """E1: and the answer says so."""
    option = channel_option(situation(ADMIN, BOTH, product=Product.PAPER), Channel.CHAT)
    assert option.rules == ["E4", "E1", "E3", "H1"]


@pytest.mark.parametrize(
    ("role", "level"), [(AdminRole.SECURITY, "none"), (None, "grand"), (None, "champion")]
)
def test_japanese_inside_its_hours(role: AdminRole | None, level: str) -> None:
    """J1, J2, J3: on every channel of admins and Champions alike, requests within the hour."""
    who = someone(role=role, champion=ChampionLevel(level))
    editions = held(Edition.ESSENTIALS) if role else []
    now = at("2026-03-03 10:00", "Asia/Tokyo")
    options = contact_options(situation(who, editions, language="ja", at=now))
    assert (options.language, options.language_opens_at) == ("ja", None)
    assert options.language_until == at("2026-03-03 17:00", "Asia/Tokyo")
    channels = by_channel(options)
    assert {option.language for option in options.channels} == {"ja"}
    assert channels[Channel.REQUEST].target_minutes == 60
    assert channels[Channel.REQUEST].rules[-3:] == ["J3", "J1", "J2"]
    assert channels[Channel.CHAT].rules[-2:] == ["J1", "J2"]


def test_japanese_for_members_is_by_request_only() -> None:
    """J2, E6: of a team with an edition."""
    now = at("2026-03-03 10:00", "Asia/Tokyo")
    options = contact_options(situation(someone(), BOTH, language="ja", at=now))
    assert [option.language for option in options.channels] == ["ja", "en", "en"]
    assert [option.target_minutes for option in options.channels] == [60, None, None]


def test_outside_its_hours_japanese_falls_back_to_english() -> None:
    """J4: the channels stay open, the answer is in English, the next opening is shown."""
    options = contact_options(situation(ADMIN, BOTH, language="ja", at=SATURDAY))
    opens = at("2026-03-09 09:00", "Asia/Tokyo")
    assert (options.language_until, options.language_opens_at) == (None, opens)
    for option in options.channels:
        assert (option.open, option.language, option.target_minutes) == (True, "en", 240)
        assert "J4" in option.rules
        assert "Mon 2026-03-09 09:00 Asia/Tokyo (+09:00), Mon 2026-03-09 00:00" in option.reason


@pytest.mark.parametrize("who", [someone(), ADMIN])
def test_without_an_entitlement_answers_are_in_english(who: Actor) -> None:
    """J2: and no opening of Japanese is named."""
    now = at("2026-03-03 10:00", "Asia/Tokyo")
    options = contact_options(situation(who, [], language="ja", at=now))
    assert (options.language_until, options.language_opens_at) == (None, None)
    assert options.channels[0].language == "en"
    assert options.channels[0].rules == ["E9", "J2"]
    assert "Japanese comes with an add-on" in options.channels[0].reason


def test_japanese_for_dash_in_the_us_summer_is_said_plainly() -> None:
    """J2, J4: the hours do not meet before November."""
    asked = situation(ADMIN, BOTH, product=Product.DASH, language="ja", at=SUMMER)
    options = contact_options(asked)
    assert options.language_opens_at == at("2026-11-02 09:00", "Asia/Tokyo")
    for option in options.channels:
        assert option.language == "en"
        assert "its hours and those of Dash do not meet before" in option.reason


def test_japanese_that_never_meets_is_said_plainly() -> None:
    """J2, H3: with no opening in four hundred days there is none to name."""
    asked = situation(ADMIN, BOTH, product=Product.DASH, language="ja", at=SUMMER)
    hours = asked.policy.hours
    night = Calendar(
        zone="America/New_York", windows=[Window(days=[1], opens="01:00", closes="02:00")]
    )
    policy = replace(asked.policy, hours=replace(hours, japanese=night))
    options = contact_options(asked._replace(policy=policy))
    assert options.language_opens_at is None
    assert "not in Japanese within the next 400 days" in options.channels[0].reason


def test_outside_the_hours_the_next_opening_is_told() -> None:
    """H3, H6: in the zone of the hours with its offset, and in the reader's; exit 7."""
    who = someone(role=AdminRole.TEAM, timezone="Asia/Jakarta")
    now = at("2026-03-08 02:00")
    option = channel_option(situation(who, BOTH, product=Product.DASH, at=now), Channel.CALLBACK)
    with pytest.raises(OutsideHours) as refusal:
        check_channel(option, Product.DASH)
    assert refusal.value.exit_code == 7
    opening = "opens Sun 2026-03-08 09:00 America/New_York (-04:00), Sun 2026-03-08 20:00 your time"
    assert opening in refusal.value.message
    assert "pscli contact submit" in (refusal.value.hint or "")


def test_inside_the_hours_the_closing_is_told() -> None:
    """H3: without the reader's time where it is the same."""
    who = someone(role=AdminRole.TEAM, timezone="America/Toronto")
    now = at("2026-03-08 13:00")
    option = channel_option(situation(who, BOTH, product=Product.DASH, at=now), Channel.CHAT)
    check_channel(option, Product.DASH)
    assert option.reason.startswith(
        "Chat is open until Sun 2026-03-08 20:00 America/New_York (-04:00). "
    )
