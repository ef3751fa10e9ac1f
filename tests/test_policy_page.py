"""docs/policy.md against the policy's types: every setting, its default, its limits, its rules."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec import NODEFAULT, inspect
from msgspec.structs import replace

from pscli.codec import plain
from pscli.models.policy import Calendar, Policy
from pscli.policy import SHIPPED, parse_policy, policy_toml, read_policy, shipped_policy
from tests.test_rules_cited import cited_in

from .conftest import Program

PAGE = (Path(__file__).parents[1] / "docs" / "policy.md").read_text("utf-8")
EVERY_PLAN = "PLAN"


class Setting(NamedTuple):
    """A setting of the types: whether it may be left out, and between which numbers it lies."""

    optional: bool
    least: int | None
    most: int | None


class Row(NamedTuple):
    """A setting of the page: three texts, what is shipped as TOML or a dash, and the rules."""

    meaning: str
    values: str
    shipped: str
    rules: str


def settings_of(
    kind: Any, place: str = "", *, optional: bool = False
) -> Iterator[tuple[str, Setting]]:
    """The settings of a type by place, down to single values; a calendar counts as one."""
    if isinstance(kind, inspect.StructType) and (kind.cls is not Calendar or not place):
        for field in kind.fields:
            below = f"{place}.{field.name}".strip(".")
            yield from settings_of(field.type, below, optional=optional or not field.required)
    elif isinstance(kind, inspect.ListType) and isinstance(kind.item_type, inspect.StructType):
        if kind.item_type.cls.__name__ == "Window":
            yield place, Setting(optional, None, None)
        yield from settings_of(kind.item_type, f"{place}[]")
    elif isinstance(kind, inspect.DictType) and isinstance(kind.value_type, inspect.StructType):
        yield from settings_of(kind.value_type, f"{place}.{EVERY_PLAN}", optional=optional)
    elif isinstance(kind, inspect.IntType):
        yield place, Setting(optional, kind.ge, kind.le)
    else:
        yield place, Setting(optional, None, None)


def rows_of(page: str) -> dict[str, Row]:
    """The rows of the page's tables of settings."""
    found: dict[str, Row] = {}
    for name, rest in re.findall(r"^\| `([^`]+)` \| (.+) \|$", page, re.MULTILINE):
        assert name not in found, name
        found[name] = Row(*rest.split(" | "))
    return found


ROWS = rows_of(PAGE)
CALENDAR = {f"calendar.{name}": each for name, each in settings_of(inspect.type_info(Calendar))}
SETTINGS = {**dict(settings_of(inspect.type_info(Policy))), **CALENDAR}


def test_every_setting_has_a_row() -> None:
    """P1: none is missing, and none is told of that is not there."""
    assert set(ROWS) == set(SETTINGS)


# Optional as part of a table that the page calls optional as a whole.
WHOLES = ("meetings.", "features[]")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_row_is_true(name: str) -> None:
    """P1: meaning, limits, whether it may be left out, what is shipped, and rules that exist."""
    row, setting = ROWS[name], SETTINGS[name]
    assert row.meaning
    assert cited_in(row.rules)
    if setting.least is not None:
        assert re.search(rf"\b{setting.least}( .*)? to {setting.most}\b|^1 Monday to 7", row.values)
    if not name.startswith(WHOLES):
        assert row.values.startswith("optional") == setting.optional
    if row.shipped != "–" and "see the file" not in row.shipped:
        assert told(row.shipped) == shipped_at(name), name
    else:
        assert "[]" in name or EVERY_PLAN in name or name == "calendar.zone"


def told(cell: str) -> Any:
    """What a cell of the column `shipped` says, read as TOML."""
    return tomllib.loads(f"value = {cell.strip('`')}")["value"]


def shipped_at(name: str) -> Any:
    """What stands at a place of the shipped file; of a part of calendars, what its type has."""
    shipped = {**tomllib.loads(SHIPPED.read_text("utf-8")), "calendar": plain(Calendar(zone=""))}
    value: Any = shipped
    for part in name.split("."):
        value = value[part]
    return value


def test_what_may_be_left_out_is_as_shipped() -> None:
    """P1: a policy without its optional tables is the shipped one, but for the features."""
    shipped = shipped_policy()
    for field in msgspec.structs.fields(Policy):
        if field.default is not NODEFAULT and field.name != "features":
            assert getattr(shipped, field.name) == field.default, field.name


def test_an_untrue_page_is_found() -> None:
    """A row that is cut away or says another number is noticed."""
    cut = re.sub(r"^\| `mail\.name`.*\n", "", PAGE, flags=re.MULTILINE)
    assert set(SETTINGS) - set(rows_of(cut)) == {"mail.name"}
    wrong = rows_of(PAGE.replace("| `240` | E3", "| `250` | E3"))["targets.essentials"]
    assert told(wrong.shipped) != shipped_at("targets.essentials")


def test_the_policy_in_force_comes_as_a_file(peopled: Program, tmp_path: Path) -> None:
    """P1: with its comments where it is the shipped one; what is put in force comes back whole."""
    assert peopled.ok("desk", "policy", "show", "--toml").out == SHIPPED.read_text("utf-8")
    shipped = shipped_policy()
    dash = replace(shipped.hours.dash, holidays=[date(2026, 12, 25)])
    mine = replace(shipped, hours=replace(shipped.hours, dash=dash))
    mine = replace(mine, mail=replace(mine.mail, name='A "B" \\ 支援'))
    file = tmp_path / "mine.toml"
    file.write_text(policy_toml(mine), "utf-8")
    peopled.ok("desk", "policy", "set", str(file))
    file.write_text(peopled.ok("desk", "policy", "show", "--toml").out, "utf-8")
    assert read_policy(file) == mine
    again = peopled.ok("desk", "policy", "set", str(file), "-o", "json").json
    assert (again["changed"], again["version"]) == (False, 2)
    refused = peopled("desk", "policy", "show", "--toml", "-o", "json")
    assert (refused.code, refused.error["field"]) == (2, "toml")


def test_a_policy_without_its_optional_parts_is_taken() -> None:
    """P1: one that was written before there were meetings, mails and features."""
    text = policy_toml(shipped_policy())
    kept, _, _ = text.partition("# E4, E5, Q4")
    prices = text[text.index("[prices]") : text.index("# Q1, Q2")]
    assert parse_policy(kept + prices, "old.toml").mail == shipped_policy().mail
