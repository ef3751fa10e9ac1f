"""The policy on a terminal: settings by their names in the file, values in words (P1)."""

from datetime import date

from msgspec.structs import replace

from pscli.desk.policies import show_policy
from pscli.models.people import Plan
from pscli.models.policy import Calendar, Policy, Window
from pscli.policy import shipped_policy
from tests.conftest import Program

from .conftest import Draw
from .terminals import on_terminal


def test_hours_prices_and_features_are_told_in_words(draw: Draw) -> None:
    """P1, H1, H2, H5, B14: no list in brackets, no JSON; a currency is a column."""
    lines = draw(shipped_policy(), 120, operation=show_policy)
    assert "dash             daily 09:00–20:00 · America/New_York" in lines
    assert "business         Mon to Fri 09:00–17:00 · the team's zone" in lines
    assert "enterprise       at any hour" in lines
    assert "essentials       4 h" in lines
    assert "bytes            20.0 MiB" in lines
    assert "prices · a sample" in lines
    assert any(
        line.split()[:7]
        == ["dropbox", "essentials", "monthly", "team", "150.00", "140.00", "120.00"]
        for line in lines
    )
    assert not any("[" in line or "{" in line for line in lines)
    shown = "\n".join(lines)
    assert all(feature.key in shown for feature in shipped_policy().features)


def with_hours(found: Policy, calendar: Calendar) -> Policy:
    """The policy with these hours for Dash."""
    return replace(found, hours=replace(found.hours, dash=calendar))


def test_every_kind_of_calendar(draw: Draw) -> None:
    """H3: several windows, single days, a night, holidays; a price book that lacks a currency."""
    day = Window(days=[5, 1], opens="08:00", closes="12:00")
    night = Window(days=[6, 7], opens="22:00", closes="06:00")
    odd = Calendar(zone="Asia/Tokyo", windows=[day, night], holidays=[date(2026, 1, 1)])
    found = with_hours(shipped_policy(), odd)
    prices = found.prices
    lacking = [replace(prices.addons[0], amounts={"EUR": "1.00"}), *prices.addons[1:]]
    found = replace(found, features=[], prices=replace(prices, sample=False, addons=lacking))
    lines = draw(found, 120, operation=show_policy)
    (dash,) = [line for line in lines if line.startswith("dash  ") and ":" in line]
    assert dash.endswith(
        "Mon, Fri 08:00–12:00, Sat, Sun 22:00–06:00 · Asia/Tokyo · not on 2026-01-01"
    )
    (row,) = [line.split() for line in lines if line.startswith("dropbox  essentials  monthly")]
    assert row[3:6] == ["team", "1.00", "–"]
    assert "prices" in lines
    assert "features" not in lines


def test_it_fits_narrow_and_ascii_screens(draw: Draw) -> None:
    """The first currency and the key of a feature stay, whatever the width and the encoding."""
    for width in (40, 80):
        lines = draw(shipped_policy(), width, encoding="ascii", operation=show_policy)
        assert all(len(line) <= width for line in lines)
        assert any("150.00" in line for line in lines)
        assert any(line.startswith("protect ") for line in lines)
    assert Plan.BUSINESS_PLUS in "\n".join(lines)


def test_a_terminal_tells_how_to_replace_it(peopled: Program) -> None:
    """P1: the way to the file, and back; as a file nothing acts on the terminal either."""
    shown = on_terminal(peopled, "desk", "policy", "show", errors_too=True)
    assert shown.lines[-1] == "Put one in force: pscli desk policy set FILE"
    file = on_terminal(peopled, "desk", "policy", "show", "--toml", "--no-pager")
    assert "[targets]" in file.lines
    assert (shown.code, file.code) == (0, 0)
