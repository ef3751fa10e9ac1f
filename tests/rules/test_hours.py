"""The hours of live support and of Japanese, at the instants that the rules name (H, J)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, strategies as st

from pscli.models.addons import AddonProduct
from pscli.models.people import Plan
from pscli.models.policy import Calendar, Window
from pscli.policy import shipped_policy
from pscli.problems import InvalidValue
from pscli.rules.hours import (
    REACH,
    Opening,
    common_spans,
    japanese_calendars,
    japanese_due,
    opening,
)

from .clocks import at, stands_inside

HOURS = shipped_policy().hours
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("instant", "open_there", "open_fixed"),
    [
        ("2026-07-01 13:30", True, False),
        ("2026-07-02 00:30", False, True),
        ("2026-01-05 13:30", False, False),
        ("2026-01-05 14:30", True, True),
    ],
)
def test_dash_hours_follow_new_york(instant: str, open_there: bool, open_fixed: bool) -> None:
    """H2: the four instants that tell New York's clocks from a fixed offset."""
    fixed = Calendar(zone="Etc/GMT+5", windows=HOURS.dash.windows)
    assert opening([HOURS.dash], at(instant)).open is open_there
    assert opening([fixed], at(instant)).open is open_fixed


@pytest.mark.parametrize("day", ["2026-03-08", "2026-07-04", "2026-11-01"])
@pytest.mark.parametrize(
    ("wall", "is_open"),
    [("08:59:59", False), ("09:00:00", True), ("19:59:59", True), ("20:00:00", False)],
)
def test_dash_opens_and_closes_to_the_second(day: str, wall: str, is_open: bool) -> None:
    """H2: on the days of both clock changes and on a holiday, half-open on New York's clocks."""
    assert opening([HOURS.dash], at(f"{day} {wall}", "America/New_York")).open is is_open


def test_an_answer_says_until_when_or_from_when() -> None:
    """H3: open until the closing; closed until the next opening, over a clock change too."""
    found = opening([HOURS.dash], at("2026-03-08 02:00"))
    assert found == Opening(open=False, closes_at=None, opens_at=at("2026-03-08 13:00"))
    found = opening([HOURS.dash], at("2026-03-08 13:00"))
    assert found == Opening(open=True, closes_at=at("2026-03-09 00:00"), opens_at=None)


def test_dropbox_never_closes() -> None:
    """H1: 24 hours, every day, so there is no closing."""
    found = opening([HOURS.dropbox], at("2026-12-25 03:00"))
    assert found == Opening(open=True, closes_at=None, opens_at=None)


def test_plan_hours_are_those_of_the_team() -> None:
    """H5: nine to five, Monday to Friday, in the team's zone; enterprise at every hour."""
    standard, enterprise = HOURS.plans[Plan.STANDARD], HOURS.plans[Plan.ENTERPRISE]
    friday = at("2026-03-06 17:00", "Asia/Jakarta")
    found = opening([standard], friday, "Asia/Jakarta")
    assert found.opens_at == at("2026-03-09 09:00", "Asia/Jakarta")
    assert opening([standard], friday - timedelta(seconds=1), "Asia/Jakarta").closes_at == friday
    assert opening([enterprise], friday, "Asia/Jakarta").open


def test_japanese_is_spoken_on_weekdays_in_tokyo() -> None:
    """J1: nine to five on Tokyo's clocks, Monday to Friday."""
    tokyo = [HOURS.japanese]
    assert opening(tokyo, at("2026-03-06 16:59", "Asia/Tokyo")).open
    closed = opening(tokyo, at("2026-03-06 17:00", "Asia/Tokyo"))
    assert closed.opens_at == at("2026-03-09 09:00", "Asia/Tokyo")


def test_japanese_for_dash_is_one_hour_in_the_us_winter() -> None:
    """J2: 09:00-10:00 in Tokyo, where both are open."""
    both = japanese_calendars(HOURS, AddonProduct.DASH)
    found = opening(both, at("2026-01-06 09:00", "Asia/Tokyo"))
    assert found.closes_at == at("2026-01-06 10:00", "Asia/Tokyo")


def test_japanese_for_dash_is_empty_in_the_us_summer() -> None:
    """J2: from the clock change in March to that in November there is no common hour."""
    both = japanese_calendars(HOURS, AddonProduct.DASH)
    assert common_spans(both, at("2026-03-08 07:00"), at("2026-11-01 06:00")) == []
    found = opening(both, at("2026-07-01 00:00"))
    assert (found.open, found.opens_at) == (False, at("2026-11-02 09:00", "Asia/Tokyo"))


def test_what_never_opens_says_so() -> None:
    """H3: without an opening within 400 days there is none to name."""
    closed = Calendar(zone="UTC", holidays=[date(2026, 1, 1) + timedelta(n) for n in range(900)])
    found = opening([closed], at("2026-03-01 00:00"))
    assert found == Opening(open=False, closes_at=None, opens_at=None)
    late = opening([closed], at("2028-06-19 00:00") - REACH + timedelta(seconds=1))
    assert late.opens_at == at("2028-06-19 00:00")


def test_several_windows_and_midnight() -> None:
    """H3: two windows on a day, one over midnight; those that touch are one."""
    calendar = Calendar(
        zone="Europe/Berlin",
        windows=[
            Window(days=[1], opens="08:00", closes="12:00"),
            Window(days=[1], opens="12:00", closes="13:00"),
            Window(days=[1], opens="22:00", closes="06:00"),
        ],
    )
    monday = common_spans([calendar], at("2026-03-02 00:00"), at("2026-03-09 00:00"))
    assert [(span.opens, span.closes) for span in monday] == [
        (at("2026-03-02 07:00"), at("2026-03-02 12:00")),
        (at("2026-03-02 21:00"), at("2026-03-03 05:00")),
    ]


def test_midnight_may_be_written_as_the_end_of_the_day() -> None:
    """H3: 24:00 closes a day, and opens the next one."""
    late = [Window(days=[1], opens="22:00", closes="24:00")]
    early = [Window(days=[1], opens="24:00", closes="24:00")]
    found = opening([Calendar(zone="UTC", windows=late)], at("2026-03-02 23:00"))
    assert found.closes_at == at("2026-03-03 00:00")
    found = opening([Calendar(zone="UTC", windows=early)], at("2026-03-03 23:00"))
    assert found.closes_at == at("2026-03-04 00:00")


def test_a_holiday_takes_away_the_windows_that_begin_on_it() -> None:
    """H3: its own, also past midnight; the night before runs to its end."""
    night = [Window(days=EVERY_DAY, opens="22:00", closes="06:00")]
    calendar = Calendar(zone="UTC", windows=night, holidays=[date(2026, 1, 1)])
    assert opening([calendar], at("2026-01-01 05:59")).open
    found = opening([calendar], at("2026-01-01 06:00"))
    assert found.opens_at == at("2026-01-02 22:00")


def test_a_holiday_closes_what_is_always_open() -> None:
    """H3: for its whole day, on the calendar's clocks."""
    calendar = Calendar(zone="Asia/Tokyo", holidays=[date(2026, 1, 1)])
    found = opening([calendar], at("2025-12-30 00:00", "Asia/Tokyo"))
    assert found.closes_at == at("2026-01-01 00:00", "Asia/Tokyo")
    found = opening([calendar], at("2026-01-01 00:00", "Asia/Tokyo"))
    assert found.opens_at == at("2026-01-02 00:00", "Asia/Tokyo")


def test_an_hour_that_is_skipped_opens_nothing() -> None:
    """H3: a window inside the gap is empty, one that begins in it begins after it."""
    inside = Calendar(
        zone="America/New_York", windows=[Window(days=EVERY_DAY, opens="02:15", closes="02:45")]
    )
    assert opening([inside], at("2026-03-08 06:59")).opens_at == at("2026-03-09 06:15")
    across = Calendar(
        zone="America/New_York", windows=[Window(days=EVERY_DAY, opens="02:15", closes="04:00")]
    )
    found = opening([across], at("2026-03-08 06:59"))
    assert found.opens_at == at("2026-03-08 07:00")


def test_an_hour_that_is_repeated_opens_twice() -> None:
    """H3: half past one comes twice, and each time it is inside the window."""
    calendar = Calendar(
        zone="America/New_York", windows=[Window(days=EVERY_DAY, opens="01:30", closes="01:45")]
    )
    first = opening([calendar], at("2026-11-01 05:30"))
    assert first.closes_at == at("2026-11-01 05:45")
    assert opening([calendar], at("2026-11-01 05:45")).opens_at == at("2026-11-01 06:30")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-06 16:45", "2026-03-09 09:45"),
        ("2026-03-03 10:00", "2026-03-03 11:00"),
        ("2026-03-03 16:00", "2026-03-03 17:00"),
        ("2026-03-03 16:00:01", "2026-03-04 09:00:01"),
    ],
)
def test_an_hour_of_japanese_business_time(received: str, due: str) -> None:
    """J3: it stops at the evening and over the weekend."""
    found = japanese_due(HOURS, AddonProduct.DROPBOX, at(received, "Asia/Tokyo"))
    assert found == at(due, "Asia/Tokyo")


@pytest.mark.parametrize(
    "received", ["2026-03-03 08:59:59", "2026-03-03 17:00", "2026-03-07 12:00"]
)
def test_outside_japanese_hours_nothing_is_due_in_japanese(received: str) -> None:
    """J4: only the edition's target applies."""
    assert japanese_due(HOURS, AddonProduct.DROPBOX, at(received, "Asia/Tokyo")) is None


@pytest.mark.parametrize("year", [1, 1899, 9000, 9999])
def test_an_instant_beyond_the_calendar_is_refused(year: int) -> None:
    """H3: where zones and four hundred days cannot be reckoned, the field is named."""
    with pytest.raises(InvalidValue) as refusal:
        opening([HOURS.dash], datetime(year, 6, 1, tzinfo=UTC))
    assert refusal.value.field == "at"


_CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
_WINDOWS = st.builds(
    Window,
    days=st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True),
    opens=_CLOCKS | st.just("24:00"),
    closes=_CLOCKS | st.just("24:00"),
)
_CALENDARS = st.builds(
    Calendar,
    zone=st.sampled_from(
        ["America/New_York", "Australia/Lord_Howe", "Europe/Berlin", "Asia/Kathmandu",
         "Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Antarctica/Troll"]
    ),
    windows=st.lists(_WINDOWS, min_size=1, max_size=3),
    holidays=st.lists(st.dates(date(2011, 10, 1), date(2012, 5, 1)), max_size=5),
)  # fmt: skip
# Both clock changes of either hemisphere, and the Friday that Samoa skipped.
_INSTANTS = st.integers(0, 200 * 96).map(
    lambda n: at("2011-10-01 00:00") + timedelta(minutes=15 * n)
)


@given(st.lists(_CALENDARS, min_size=1, max_size=2), _INSTANTS)
@example(
    [Calendar(zone="Pacific/Apia", windows=[Window(days=[5], opens="00:00", closes="24:00")])],
    at("2011-12-30 09:45"),
)
def test_open_means_that_the_wall_clock_is_inside(calendars: list[Calendar], now: datetime) -> None:
    """H3, J2: now, and up to the change that is named, and otherwise from it on."""
    found = opening(calendars, now)
    change = found.closes_at or found.opens_at
    end = min(change or now + REACH, now + timedelta(days=20))
    while now < end:
        assert all(stands_inside(each, now) for each in calendars) is found.open
        now += timedelta(minutes=15)
    if now == change:
        assert all(stands_inside(each, now) for each in calendars) is not found.open
