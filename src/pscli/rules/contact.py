"""Which ways to support are open to a person, until when, in which language, and why (C1)."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pscli.models.addons import AddonProduct, HeldEdition
from pscli.models.contact import ChannelOption, Options
from pscli.models.people import Actor, ChampionLevel, Product
from pscli.models.policy import Calendar, Policy
from pscli.models.tickets import Channel
from pscli.problems import NotAllowed, OutsideHours

from .entitlements import Entitlement, champion_counts, covering, edition_for, entitlement_for
from .hours import (
    REACH,
    Opening,
    japanese_calendars,
    japanese_due,
    opening,
    product_calendar,
    response_calendars,
)
from .promises import response_due

_SOON = timedelta(days=7)  # a longer wait for Japanese is said to be one


class Situation(NamedTuple):
    """Who asks about which product, in which language and when, and what their team holds then."""

    who: Actor
    team_zone: str
    product: Product
    language: str
    at: datetime
    held: list[HeldEdition]
    policy: Policy

    @property
    def entitlement(self) -> Entitlement | None:
        """What covers the question: of the team or of the person (E3, E7)."""
        return entitlement_for(
            self.product,
            self.held,
            champion=self.who.champion,
            member=self.who.role is None,
            targets=self.policy.targets,
        )

    @property
    def japanese(self) -> Opening | None:
        """How Japanese stands, where it was asked for and comes with what covers them (J1, J2)."""
        if self.language != "ja" or self.entitlement is None:
            return None
        return opening(japanese_calendars(self.policy.hours, covering(self.product)), self.at)


def contact_options(asked: Situation) -> Options:
    """Every way to support in this situation (C1)."""
    japanese = asked.japanese
    return Options(
        product=asked.product,
        language=asked.language,
        at=asked.at,
        language_until=japanese.closes_at if japanese else None,
        language_opens_at=japanese.opens_at if japanese else None,
        channels=[channel_option(asked, channel) for channel in Channel],
    )


def channel_option(asked: Situation, channel: Channel) -> ChannelOption:
    """One way to support in this situation; `check_channel` refuses where it is not open."""
    if channel is Channel.REQUEST:
        return _request(asked)
    if asked.who.role is None and not champion_counts(asked.who.champion, asked.product):
        return _not_for_members(asked, channel)
    return _live(asked, channel)


def check_channel(option: ChannelOption, product: str) -> None:
    """Refuse a channel that is not for this person (E6), or closed at this instant (H6)."""
    route = f"pscli contact submit --product {product} --subject WORDS"
    if not option.allowed:
        raise NotAllowed(option.reason, hint=f"Send a request: {route}")
    if not option.open:
        raise OutsideHours(option.reason, hint=f"Send it as a request instead: {route}")


def english_notice(asked: Situation) -> str:
    """What to tell who asked for Japanese and is answered in English now; else nothing (J4)."""
    japanese = asked.japanese
    return "" if japanese and japanese.open else _language_sentence(asked, japanese)


def _request(asked: Situation) -> ChannelOption:
    """Requests are taken from everyone at any hour (E6, E9)."""
    japanese = asked.japanese
    calendar_due = None
    if japanese:
        calendar_due = japanese_due(asked.policy.hours, covering(asked.product), asked.at)
    counted = response_calendars(asked.policy, covering(asked.product))
    due = response_due(asked.entitlement, asked.at, asked.language, calendar_due, counted)
    sentences = [
        "Requests are taken at any hour.",
        _target_sentence(asked, due.target_minutes),
        _language_sentence(asked, japanese),
    ]
    return ChannelOption(
        channel=Channel.REQUEST,
        allowed=True,
        open=True,
        opens_at=None,
        closes_at=None,
        zone=None,
        language=due.language,
        target_minutes=due.target_minutes or None,
        reason=" ".join(filter(None, sentences)),
        rules=_once(due.rules, _language_rules(asked, japanese)),
    )


def _not_for_members(asked: Situation, channel: Channel) -> ChannelOption:
    who = "admins and Champions"
    if asked.who.champion is not ChampionLevel.NONE:
        who = f"admins; your Champion level covers {_named(AddonProduct.DROPBOX)}"
    return ChannelOption(
        channel=channel,
        allowed=False,
        open=False,
        opens_at=None,
        closes_at=None,
        zone=None,
        language="en",
        target_minutes=None,
        reason=f"{channel.capitalize()} for {_named(asked.product)} is for {who}. "
        "What is open to you at any hour is a request: pscli contact submit.",
        rules=["E6"] if asked.who.champion is ChampionLevel.NONE else ["E6", "E7"],
    )


def _live(asked: Situation, channel: Channel) -> ChannelOption:
    """Chat and callback: the hours of what covers them, else those of the plan (H1, H2, H5)."""
    entitlement = asked.entitlement
    calendar = _live_calendar(asked)
    zone = asked.team_zone if calendar.zone == "team" else calendar.zone
    hours = opening([calendar], asked.at, asked.team_zone)
    japanese = asked.japanese
    minutes = entitlement.target_minutes if entitlement else None
    sentences = [
        _hours_sentence(asked, channel, hours, zone),
        _target_sentence(asked, minutes),
        _language_sentence(asked, japanese),
    ]
    return ChannelOption(
        channel=channel,
        allowed=True,
        open=hours.open,
        opens_at=hours.opens_at,
        closes_at=hours.closes_at,
        zone=zone,
        language="ja" if japanese and japanese.open else "en",
        target_minutes=minutes,
        reason=" ".join(filter(None, sentences)),
        rules=_once(_live_rules(asked), _language_rules(asked, japanese)),
    )


def _live_calendar(asked: Situation) -> Calendar:
    hours = asked.policy.hours
    if asked.entitlement is None:
        return hours.plans[asked.who.plan]
    return product_calendar(hours, covering(asked.product))


def _live_rules(asked: Situation) -> list[str]:
    entitlement = asked.entitlement
    if entitlement is None:
        # An add-on for the other product opens the Hub, but not these hours.
        return ["E8", "E9", "H5"] if asked.held else ["E9", "H5"]
    from_team = asked.who.role is not None and edition_for(asked.product, asked.held)
    hours = "H2" if covering(asked.product) is AddonProduct.DASH else "H1"
    return _once(["E4" if from_team else "E7"], list(entitlement.rules), [hours])


def _language_rules(asked: Situation, japanese: Opening | None) -> list[str]:
    if asked.language != "ja":
        return []
    if japanese is None:
        return ["J2"]
    return ["J1", "J2"] if japanese.open else ["J1", "J2", "J4"]


def _hours_sentence(asked: Situation, channel: Channel, hours: Opening, zone: str) -> str:
    name = channel.capitalize()
    if hours.open:
        if hours.closes_at is None:
            return f"{name} is open, at every hour."
        return f"{name} is open until {_when(asked, hours.closes_at, zone)}."
    if hours.opens_at is None:
        return f"{name} is closed and does not open within the next {REACH.days} days."
    return f"{name} is closed; it opens {_when(asked, hours.opens_at, zone)}."


def _target_sentence(asked: Situation, minutes: int | None) -> str:
    entitlement = asked.entitlement
    if entitlement is None:
        plan = asked.who.plan.replace("_", " ")
        return (
            f"Without an add-on for {_named(covering(asked.product))} no time is promised for an "
            f"answer, and live support keeps the hours of your plan, {plan}."
        )
    source = entitlement.name.capitalize()
    if entitlement.name in tuple(ChampionLevel):
        source = f"your Champion level, {entitlement.name}"
    if not minutes:
        return f"No time is promised for an answer: that is {source}."
    in_hours = response_calendars(asked.policy, covering(asked.product))
    counted = ", counted in support hours," if in_hours else ""
    return f"An answer is promised within {_length(minutes)}{counted} ({source})."


def _language_sentence(asked: Situation, japanese: Opening | None) -> str:
    if asked.language != "ja":
        return ""
    product = _named(covering(asked.product))
    if japanese is None:
        return f"Answers are in English: Japanese comes with an add-on for {product}."
    zone = asked.policy.hours.japanese.zone
    if japanese.closes_at:
        return f"Answers are in Japanese until {_when(asked, japanese.closes_at, zone)}."
    if japanese.open:
        return "Answers are in Japanese."
    return f"Answers are in English now{_next_japanese(asked, japanese, product, zone)}."


def _next_japanese(asked: Situation, japanese: Opening, product: str, zone: str) -> str:
    apart = f"its hours and those of {product} do not meet"
    if japanese.opens_at is None:
        return f", and not in Japanese within the next {REACH.days} days: {apart}"
    said = f", in Japanese from {_when(asked, japanese.opens_at, zone)}"
    return f"{said}: {apart} before" if japanese.opens_at - asked.at > _SOON else said


def _when(asked: Situation, at: datetime, zone: str) -> str:
    """An instant in the zone of the hours, with its offset, and in the reader's (H3)."""
    there = at.astimezone(ZoneInfo(zone))
    here = at.astimezone(ZoneInfo(asked.who.timezone))
    offset = f"{there:%z}"
    said = f"{there:%a %Y-%m-%d %H:%M} {zone} ({offset[:3]}:{offset[3:5]})"
    if here.utcoffset() == there.utcoffset():
        return said
    return f"{said}, {here:%a %Y-%m-%d %H:%M} your time"


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if rest:
        return f"{minutes} minutes"
    return "1 hour" if hours == 1 else f"{hours} hours"


def _named(product: str) -> str:
    return "DocSend" if product == Product.DOCSEND else product.capitalize()


def _once(*lists: list[str]) -> list[str]:
    """Rule numbers in the order of their first mention."""
    return list(dict.fromkeys(rule for rules in lists for rule in rules))
