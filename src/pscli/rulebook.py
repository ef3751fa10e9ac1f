"""The numbered rules of the desk, read from the document that states them."""

import re
from pathlib import Path

from .models.record import Record

# In the wheel the document lies beside this module; in a checkout it is part of the docs.
_PLACES = (Path(__file__).with_name("rules.md"), Path(__file__).parents[2] / "docs" / "rules.md")
_RULE = re.compile(r"^- (?P<id>[A-Z]\d+) (?P<text>.*)$")


class Rule(Record, frozen=True):
    """One rule and its number."""

    id: str
    text: str


def read_rules() -> list[Rule]:
    """Every rule, in the order of the document."""
    place = next(place for place in _PLACES if place.exists())
    found: list[Rule] = []
    for line in place.read_text("utf-8").splitlines():
        if match := _RULE.match(line):
            found.append(Rule(id=match["id"], text=match["text"]))
        elif found and line.startswith("  "):
            last = found[-1]
            found[-1] = Rule(id=last.id, text=f"{last.text} {line.strip()}")
    return found
