"""When an answer is due, and whether it was in time (S, E3, J3)."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from pscli.models.addons import AddonProduct
from pscli.models.policy import ResponseClock
from pscli.models.tickets import ClockState
from pscli.rules.entitlements import Entitlement
from pscli.rules.hours import japanese_due, response_calendars
from pscli.rules.promises import Due, answer_state, response_due, tightened_due

from .clocks import at
from .people import MONDAY_NOON, POLICY

HOUR = timedelta(hours=1)
ESSENTIALS = Entitlement(name="essentials", target_minutes=240, rules=("E3",))
ENHANCED = Entitlement(name="enhanced", target_minutes=60, rules=("E3",))
CHAMPION = Entitlement(name="champion", target_minutes=None, rules=("E7",))


def in_japanese(entitlement: Entitlement | None, received: datetime) -> Due:
    """The due instant of a message in Japanese about Dropbox."""
    japanese = japanese_due(POLICY.hours, AddonProduct.DROPBOX, received)
    return response_due(entitlement, received, "ja", japanese)


def test_a_target_is_calendar_time() -> None:
    """E3, S1: four hours later, whatever the hour or weekday."""
    saturday_night = at("2026-03-07 23:30")
    due = response_due(ESSENTIALS, saturday_night)
    assert (due.due_at, due.target_minutes) == (at("2026-03-08 03:30"), 240)
    assert (due.edition, due.language, due.rules) == ("essentials", "en", ["E3"])


DASH_HOURS = replace(POLICY, response_clock=ResponseClock.HOURS)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-02 10:00", "2026-03-02 11:00"),
        ("2026-03-02 19:30", "2026-03-03 09:30"),
        ("2026-03-02 23:00", "2026-03-03 10:00"),
        ("2026-03-07 19:30", "2026-03-08 09:30"),  # over the change to summer time
    ],
)
def test_a_target_may_count_in_the_hours_of_support(received: str, due: str) -> None:
    """E3, H2, S6: with the setting, an hour of Dash is one of its own; Dropbox is always open."""
    new_york = "America/New_York"
    hours = response_calendars(DASH_HOURS, AddonProduct.DASH)
    promised = response_due(ENHANCED, at(received, new_york), hours=hours)
    assert promised.due_at == at(due, new_york)
    assert tightened_due(ENHANCED, at(received, new_york), hours) == promised.due_at
    always = response_calendars(DASH_HOURS, AddonProduct.DROPBOX)
    assert response_due(ENHANCED, at(received), hours=always).due_at == at(received) + HOUR
    assert response_calendars(POLICY, AddonProduct.DASH) == []


def test_without_an_entitlement_nothing_is_due() -> None:
    """E9, J2: no commitment, and Japanese is answered in English."""
    assert response_due(None, MONDAY_NOON).rules == ["E9"]
    due = in_japanese(None, at("2026-03-03 10:00", "Asia/Tokyo"))
    assert (due.due_at, due.language, due.rules) == (None, "en", ["E9", "J2"])


def test_japanese_is_answered_within_an_hour() -> None:
    """J3: received on Tuesday at ten in Tokyo, due at eleven."""
    due = in_japanese(ESSENTIALS, at("2026-03-03 10:00", "Asia/Tokyo"))
    assert due.due_at == at("2026-03-03 11:00", "Asia/Tokyo")
    assert (due.target_minutes, due.language, due.rules) == (60, "ja", ["E3", "J3"])


def test_the_edition_may_be_earlier_than_japanese() -> None:
    """J3: received on Friday at 16:45, the edition's 20:45 comes before Monday's 09:45."""
    due = in_japanese(ESSENTIALS, at("2026-03-06 16:45", "Asia/Tokyo"))
    assert due.due_at == at("2026-03-06 20:45", "Asia/Tokyo")
    assert (due.target_minutes, due.language, due.rules) == (240, "ja", ["E3", "J3"])


def test_outside_its_hours_japanese_is_answered_in_english() -> None:
    """J4: only the edition's target applies."""
    due = in_japanese(ENHANCED, at("2026-03-07 10:00", "Asia/Tokyo"))
    assert due.due_at == at("2026-03-07 11:00", "Asia/Tokyo")
    assert (due.language, due.rules) == ("en", ["E3", "J4"])


def test_a_champion_without_a_stated_time_has_the_hour_of_japanese() -> None:
    """E7, J2, J3: and no commitment outside its hours."""
    due = in_japanese(CHAMPION, at("2026-03-03 10:00", "Asia/Tokyo"))
    assert (due.due_at, due.target_minutes) == (at("2026-03-03 11:00", "Asia/Tokyo"), 60)
    due = in_japanese(CHAMPION, at("2026-03-03 18:00", "Asia/Tokyo"))
    assert (due.due_at, due.target_minutes, due.rules) == (None, 0, ["E7", "J4"])


@pytest.mark.parametrize(
    ("seconds", "state"), [(-1, ClockState.MET), (0, ClockState.MET), (1, ClockState.BREACHED)]
)
def test_an_answer_is_met_or_breached(seconds: int, state: ClockState) -> None:
    """S2, S4: up to and including the due instant it is in time."""
    assert answer_state(MONDAY_NOON, MONDAY_NOON + timedelta(seconds=seconds)) is state


def test_an_answer_without_a_promise_is_never_late() -> None:
    """E9, S2: no due instant can be missed."""
    assert answer_state(None, MONDAY_NOON) is ClockState.MET


def test_a_change_of_edition_sets_the_latest_due() -> None:
    """S6: the change and the new target; nothing where none is stated."""
    assert tightened_due(ENHANCED, MONDAY_NOON) == MONDAY_NOON + timedelta(hours=1)
    assert tightened_due(CHAMPION, MONDAY_NOON) is None
    assert tightened_due(None, MONDAY_NOON) is None
