"""Clocks at the ends of the calendar: told, not failed."""

import pytest

from tests.conftest import Program
from tests.world import ANA

COMMANDS = (
    ["contact", "submit", "--subject", "S", "--body", "x", "--as", ANA],
    ["hub", "--as", ANA],
    ["billing", "show", "--as", ANA],
    ["insights", "--as", ANA],
    ["desk", "check"],
)


@pytest.mark.parametrize("now", ["9999-12-31T23:59:59Z", "9000-01-01T00:00:00Z"])
def test_a_clock_at_the_end_of_time_is_refused(peopled: Program, now: str) -> None:
    """B8, B12: periods cannot be reckoned from there; every command says so, nothing is done."""
    for words in COMMANDS:
        answer = peopled(*words, "-o", "json", env={"PSCLI_NOW": now})
        assert (answer.code, answer.error["code"]) == (11, "data_refused"), (words, answer)
        assert now in answer.error["message"]
    made = peopled("init", "--force", "-o", "json", env={"PSCLI_NOW": now})
    assert made.code == 11
    assert peopled.ok("team", "list", "-o", "json").json["total"] == 2  # the old desk stays


@pytest.mark.parametrize("now", ["8999-12-31T23:59:59Z", "2038-01-19T03:14:08Z"])
def test_far_years_work(pscli: Program, now: str) -> None:
    """B8: the last instant that is accepted, and the one after 32 bits, are as any other."""
    env = {"PSCLI_NOW": now}
    pscli.ok("team", "create", "Acme", env=env)
    pscli.ok("team", "people", "add", ANA, "--team", "Acme", "--role", "team", env=env)
    pscli.ok("support", "grant", "Acme", "essentials", "--yes", env=env)
    for words in COMMANDS:
        pscli.ok(*words, "-o", "json", env=env)
