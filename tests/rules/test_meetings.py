"""Slots over zones and clock changes, notice and horizon, turns, quarters (E5, Q4)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, strategies as st

from pscli.models.addons import AddonProduct, Edition
from pscli.models.meetings import MeetingKind
from pscli.models.policy import Calendar, Meetings, Window
from pscli.policy import shipped_policy
from pscli.problems import InvalidValue, NotEntitled, StateForbids
from pscli.rules.addons import Interval
from pscli.rules.hours import Span
from pscli.rules.meetings import (
    Engagement,
    bookable_slots,
    check_held,
    gives,
    in_turn,
    quarter_at,
    quarter_named,
    slot_at,
    slots_between,
    takers,
)

from .clocks import at, stands_inside

CONSULTATION, MEETING = MeetingKind.CONSULTATION, MeetingKind.MEETING
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
NOW = at("2026-03-02 12:00")
HOUR = timedelta(hours=1)


def ruled(zone: str = "UTC", *windows: Window, minutes: int = 60, **others: int) -> Meetings:
    """A day's notice and four weeks ahead, in windows of a zone."""
    known = {"notice_hours": 24, "days_ahead": 28, **others}
    calendar = Calendar(zone=zone, windows=list(windows))
    return Meetings(
        calendar=calendar,
        minutes=minutes,
        notice_hours=known["notice_hours"],
        days_ahead=known["days_ahead"],
    )


def window(opens: str, closes: str, days: list[int] = EVERY_DAY) -> Window:
    """A window, on every day unless some are named."""
    return Window(days=days, opens=opens, closes=closes)


def starts(rules: Meetings, since: str, until: str) -> list[str]:
    """When slots begin, by UTC, between two instants."""
    found = slots_between(rules, at(since), at(until))
    assert all(slot.closes - slot.opens == timedelta(minutes=rules.minutes) for slot in found)
    return [f"{slot.opens:%d %H:%M}" for slot in found]


def test_slots_follow_one_another_from_the_opening() -> None:
    """Q4: as many as end inside the window, in each window of the day."""
    rules = ruled("UTC", window("09:30", "12:00"), window("13:00", "15:00"))
    assert starts(rules, "2026-03-04", "2026-03-05") == [
        "04 09:30",
        "04 10:30",
        "04 13:00",
        "04 14:00",
    ]
    halves = ruled("UTC", window("09:00", "10:15"), minutes=30)
    assert starts(halves, "2026-03-04", "2026-03-05") == ["04 09:00", "04 09:30"]


def test_slots_keep_the_wall_clock_over_a_clock_change() -> None:
    """Q4: nine o'clock in New York is 14:00 by UTC in winter and 13:00 in summer."""
    rules = ruled("America/New_York", window("09:00", "10:00"))
    assert starts(rules, "2026-03-07", "2026-03-10") == ["07 14:00", "08 13:00", "09 13:00"]
    assert starts(rules, "2026-10-31", "2026-11-03") == ["31 13:00", "01 14:00", "02 14:00"]


def test_an_hour_that_is_skipped_has_no_slot_and_one_that_is_repeated_two() -> None:
    """Q4: in New York 02:00 is no time on 8 March, and 01:00 comes twice on 1 November."""
    rules = ruled("America/New_York", window("00:00", "04:00"))
    assert starts(rules, "2026-03-08 04:00", "2026-03-08 10:00") == [
        "08 05:00", "08 06:00", "08 07:00",
    ]  # fmt: skip
    assert starts(rules, "2026-11-01 04:00", "2026-11-01 10:00") == [
        "01 04:00", "01 05:00", "01 06:00", "01 07:00", "01 08:00",
    ]  # fmt: skip
    # On Lord Howe the clocks go back half an hour: two slots would overlap, the first one counts.
    howe = ruled("Australia/Lord_Howe", window("00:30", "04:30"))
    found = slots_between(howe, at("2026-04-04 12:00"), at("2026-04-05 00:00"))
    assert all(one.closes <= other.opens for one, other in pairwise(found))


def test_windows_over_midnight_holidays_and_no_windows_at_all() -> None:
    """Q4, H3: a window belongs to the day on which it begins; without windows it is always open."""
    night = ruled("UTC", window("22:00", "02:00", days=[3]))
    assert starts(night, "2026-03-02", "2026-03-09") == [
        "04 22:00",
        "04 23:00",
        "05 00:00",
        "05 01:00",
    ]
    closed = Meetings(
        calendar=Calendar(
            zone="UTC", windows=night.calendar.windows, holidays=[at("2026-03-04").date()]
        ),
        minutes=60, notice_hours=0, days_ahead=7,
    )  # fmt: skip
    assert starts(closed, "2026-03-02", "2026-03-09") == []
    assert len(starts(ruled("UTC"), "2026-03-02", "2026-03-09")) == 7 * 24


def test_notice_and_horizon_are_half_open_to_the_second() -> None:
    """Q4: a slot opens to the second so many days before, and closes so many hours before."""
    rules = ruled("UTC", window("12:00", "13:00"))
    found = bookable_slots(rules, NOW)
    assert (found[0].opens, found[-1].opens) == (NOW + 24 * HOUR, NOW + timedelta(days=28))
    found = bookable_slots(rules, NOW + timedelta(seconds=1))
    assert (found[0].opens, found[-1].opens) == (NOW + 48 * HOUR, NOW + timedelta(days=28))
    at_once = ruled("UTC", window("12:00", "13:00"), notice_hours=0)
    assert bookable_slots(at_once, NOW)[0].opens == NOW + 24 * HOUR  # not one that begins now


@pytest.mark.parametrize(
    ("asked", "problem", "said"),
    [
        (NOW, StateForbids, "is over"),
        (NOW + 23 * HOUR, StateForbids, "24 hours before"),
        (NOW + timedelta(days=28, hours=1), StateForbids, "28 days ahead"),
        (datetime.max.replace(tzinfo=UTC, microsecond=0), StateForbids, "28 days ahead"),
        (NOW + 24 * HOUR + timedelta(seconds=1), InvalidValue, "No slot begins"),
        (at("2026-03-07 12:00"), InvalidValue, "No slot begins"),
    ],
)
def test_what_is_no_slot_says_why(asked: datetime, problem: type[Exception], said: str) -> None:
    """Q4: over, too soon, too far away, between two, at the weekend."""
    with pytest.raises(problem, match=said):
        slot_at(shipped_policy().meetings, CONSULTATION, asked, NOW)


def test_every_bookable_slot_can_be_booked() -> None:
    """Q4: what the list shows is what a booking takes, and nothing beside it."""
    rules = ruled("Asia/Kathmandu", window("08:15", "17:00"), notice_hours=5)
    listed = bookable_slots(rules, NOW)
    assert [slot_at(rules, MEETING, slot.opens, NOW) for slot in listed] == listed
    for slot in listed:
        with pytest.raises(InvalidValue):
            slot_at(rules, MEETING, slot.opens + timedelta(minutes=15), NOW)


ZONES = ["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "Pacific/Apia"]
CLOCKS = st.integers(0, 95).map(lambda n: f"{n // 4:02}:{n % 4 * 15:02}")
WINDOWS = st.builds(
    Window, days=st.sets(st.integers(1, 7), min_size=1).map(sorted), opens=CLOCKS, closes=CLOCKS
)


@given(
    zone=st.sampled_from(ZONES),
    windows=st.lists(WINDOWS, min_size=1, max_size=3),
    minutes=st.sampled_from([15, 30, 60, 90]),
    since=st.integers(0, 365 * 24 * 60).map(lambda n: at("2026-01-01") + timedelta(minutes=n)),
)
@example(
    zone="Australia/Lord_Howe", windows=[window("00:15", "05:00")], minutes=60,
    since=at("2026-04-04"),
)  # fmt: skip
def test_slots_lie_in_open_hours_and_never_overlap(
    zone: str, windows: list[Window], minutes: int, since: datetime
) -> None:
    """Q4: on every wall clock; asked for in two halves they are the same."""
    rules = ruled(zone, *windows, minutes=minutes)
    middle, end = since + timedelta(days=2), since + timedelta(days=4)
    found = slots_between(rules, since, end)
    assert found == slots_between(rules, since, middle) + slots_between(rules, middle, end)
    assert all(one.closes <= other.opens for one, other in pairwise(found))
    for slot in found:
        for n in range(0, minutes, 15):
            assert stands_inside(rules.calendar, slot.opens + timedelta(minutes=n))


def test_who_is_free_and_whose_turn_it_is() -> None:
    """Q4: taken is whoever shares a second with a slot, not who ends when it begins."""
    slots = [Span(NOW + n * HOUR, NOW + (n + 1) * HOUR) for n in range(4)]
    half = timedelta(minutes=30)
    taken = [
        Engagement(representative="a", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR),
        Engagement(representative="b", starts_at=NOW + HOUR + half, ends_at=NOW + 2 * HOUR + half),
        Engagement(representative="gone", starts_at=NOW, ends_at=NOW + 4 * HOUR),
        Engagement(representative="a", starts_at=NOW - HOUR, ends_at=NOW),
    ]
    assert takers(slots, ["a", "b"], taken) == [{"a", "b"}, set(), {"a"}, {"a", "b"}]
    assert in_turn({"b", "a", "c"}, {"a": 2, "c": 1}) == ["b", "c", "a"]
    assert in_turn({"b", "a", "c"}, {"a": 2, "c": 1}, kept="a") == ["a", "b", "c"]


def test_which_edition_gives_what() -> None:
    """E4, E5: a consultation with both, a meeting with Enhanced, as long as it is held (B6)."""
    assert [gives(kind, edition) for kind in MeetingKind for edition in Edition] == [
        True, True, False, True,
    ]  # fmt: skip
    until = NOW + timedelta(days=10)
    held = [
        Interval(
            product=AddonProduct.DROPBOX, edition=Edition.ENHANCED, since=NOW - HOUR, until=until,
            charged=1,
        ),
        Interval(
            product=AddonProduct.DROPBOX, edition=Edition.ESSENTIALS, since=until, until=None,
            charged=1,
        ),
    ]  # fmt: skip
    before, after = Span(until - HOUR, until), Span(until, until + HOUR)
    for kind, slot in ((CONSULTATION, before), (CONSULTATION, after), (MEETING, before)):
        check_held(kind, AddonProduct.DROPBOX, held, slot, NOW)
    with pytest.raises(StateForbids, match="Enhanced for dropbox ends on 2026-03-12"):
        check_held(MEETING, AddonProduct.DROPBOX, held, after, NOW)
    with pytest.raises(NotEntitled, match="dash"):
        check_held(CONSULTATION, AddonProduct.DASH, held, before, NOW)
    with pytest.raises(NotEntitled):
        check_held(MEETING, AddonProduct.DROPBOX, held, after, until)


@pytest.mark.parametrize(
    ("instant", "zone", "quarter"),
    [
        ("2026-03-31 23:59:59", "UTC", "2026-Q1"),
        ("2026-04-01 00:00", "UTC", "2026-Q2"),
        ("2026-04-01 00:00", "America/Los_Angeles", "2026-Q1"),
        ("2026-04-01 06:59:59", "America/Los_Angeles", "2026-Q1"),
        ("2026-04-01 07:00", "America/Los_Angeles", "2026-Q2"),
        ("2025-12-31 15:00", "Asia/Tokyo", "2026-Q1"),
        ("2025-12-31 14:59:59", "Asia/Tokyo", "2025-Q4"),
    ],
)
def test_quarters_begin_at_midnight_of_the_teams_zone(
    instant: str, zone: str, quarter: str
) -> None:
    """E5: to the second, in winter and summer, over the new year."""
    assert quarter_at(at(instant), zone) == quarter
    name, days = quarter_named(quarter, at(instant), zone)
    assert (name, days.since.day, days.until.day) == (quarter, 1, 1)


def test_the_last_quarter_is_that_before_the_current_one() -> None:
    """Q5: by the team's clocks, not by UTC's."""
    just_after = at("2025-12-31 15:00")
    assert quarter_named("last-quarter", just_after, "Asia/Tokyo")[0] == "2025-Q4"
    assert quarter_named("last-quarter", just_after, "UTC")[0] == "2025-Q3"
