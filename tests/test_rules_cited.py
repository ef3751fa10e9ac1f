"""The rules and the project cite each other: no number without a rule, no rule without a test."""

import ast
import re
from pathlib import Path

from pscli.rulebook import read_rules

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "rules.md"
FAMILIES = "TEHJBCKSIRQPA"

# A rule's number or a range of them; not what is part of a word, an escape, a date or a cell.
_CITED = re.compile(
    rf"(?<![\w%$!=/\\#.:-])(?P<family>[{FAMILIES}])(?P<first>[1-9]\d?)"
    r"(?:-(?P=family)?(?P<last>[1-9]\d?))?(?![\w%/]|[.:-]\w)"
)


def cited_in(text: str) -> set[str]:
    """The rule numbers that a text cites, those between the ends of a range too."""
    return {
        f"{found['family']}{n}"
        for found in _CITED.finditer(text)
        for n in range(int(found["first"]), int(found["last"] or found["first"]) + 1)
    }


def known_rules() -> set[str]:
    """The numbers that the document states."""
    return {rule.id for rule in read_rules()}


def rules_with_a_test() -> set[str]:
    """The numbers in the docstrings of the tests."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found |= cited_in(ast.get_docstring(node) or "")
    return found


def test_a_citation_is_told_from_what_looks_like_one() -> None:
    """Numbers, lists and ranges of them; neither dates nor escapes nor longer words."""
    text = "(S1, B10) E4-E6, J2-3: “%E9 2026-Q1 \\A1 B12x UTF8 A1:B2 =B2!C3 H1” K2."
    assert cited_in(text) == {"S1", "B10", "E4", "E5", "E6", "J2", "J3", "H1", "K2"}


def test_every_rule_has_one_number() -> None:
    """The document can be read by a program: an item is a rule with its number and a text."""
    rules = read_rules()
    assert len(rules) == len({rule.id for rule in rules})
    assert len(rules) == len(re.findall(r"^- ", DOCUMENT.read_text("utf-8"), re.MULTILINE))
    assert {rule.id[0] for rule in rules} == set(FAMILIES)
    assert all(len(rule.text) > 20 for rule in rules)


def test_every_number_that_is_cited_exists() -> None:
    """In code, policy, schema, tests and documents, those of the rules themselves included."""
    unknown = {
        f"{path.relative_to(ROOT)}: {number}"
        for folder in ("src", "tests", "docs", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".toml", ".sql", ".md"}
        for number in cited_in(path.read_text("utf-8")) - known_rules()
    }
    assert not unknown


def test_every_rule_has_a_test() -> None:
    """In the docstring of the test that would fail without it."""
    assert known_rules() - rules_with_a_test() == set()
