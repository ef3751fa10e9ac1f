"""Times on every screen: how long ago in lists, day and zone in what one reads (S3, H3)."""

import re

import pytest

from tests.conftest import Program

from .terminals import on_terminal

CLOCK = re.compile(r"(?<![\d:T-])\d\d:\d\d(?![\d:])")  # a wall clock's time; instants have their Z
ZONES = ("WIB", "Asia/Jakarta", "UTC+07:00")
READER = {"TZ": "Asia/Jakarta"}

# What a person and what the staff read; those that are lists tell no time of day.
SCREENS = {
    "hub": False,
    "hub tickets list": True,
    "hub tickets show 29": False,
    "contact requests list": True,
    "contact requests show 29": False,
    "contact options": False,
    "insights": False,
    "whoami": False,
    "billing show": False,
    "billing invoices list": True,
    "billing invoices show 2": False,
    "billing addon preview essentials": False,
    "consultation slots --limit 3": False,
    "consultation show": False,
    "support queue": True,
    "support show Sample-Studio 29": False,
    "support metrics": False,
    "support agents list": True,
    "desk audit list": True,
    "team show Sample-Studio": False,
    "team people list --team Sample-Studio": True,
    "token list": True,
}
STAFF = ("support", "desk", "team")


@pytest.fixture
def booked(sample: Program) -> Program:
    """The sample desk, where a consultation is booked and a token made."""
    sample.ok("consultation", "book", "2026-03-04T14:00:00Z")
    sample.ok("token", "create", "--name", "laptop")
    return sample


def test_every_time_of_day_has_its_zone(booked: Program) -> None:
    """S3, H3: in the reader's zone, named; lists say how long ago or the day."""
    for command, is_list in SCREENS.items():
        words = [word.replace("Sample-Studio", "Sample Studio") for word in command.split()]
        shown = on_terminal(booked, *words, width=120, env=READER)
        assert shown.code == 0, (command, shown.lines, shown.err)
        told = [line for line in shown.lines if CLOCK.search(line)]
        if is_list:
            assert not told, (command, told)
        elif told:
            assert any(zone in line for zone in ZONES for line in shown.lines), (command, told)


def test_the_zone_is_the_readers(booked: Program) -> None:
    """S3: the same instant for a reader in Jakarta, Tokyo and New York, by profile or machine."""
    for zone, clock in (
        ("Asia/Jakarta", "21:00 to 22:00 WIB"),
        ("Asia/Tokyo", "23:00 to 00:00 JST"),
        ("America/New_York", "09:00 to 10:00 EST"),
    ):
        shown = on_terminal(booked, "consultation", "show", env={"TZ": zone})
        assert any(clock in line for line in shown.lines), shown.lines
    booked.ok("profile", "set", "default", "timezone=Asia/Tokyo")
    shown = on_terminal(booked, "consultation", "show", env=READER)
    assert any("23:00 to 00:00 JST" in line for line in shown.lines)


def test_scripts_get_instants(booked: Program) -> None:
    """In every zone the same: UTC, ending in Z."""
    for words in (("hub", "tickets", "list", "-o", "json"), ("hub", "tickets", "list")):
        there, here = (booked.ok(*words, env={"TZ": zone}).out for zone in ("Asia/Tokyo", "UTC"))
        assert there == here
        assert re.search(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", here)
