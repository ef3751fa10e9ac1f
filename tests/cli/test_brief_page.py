"""The brief of a meeting as a page: what stands in it, and what no name can do to it (Q5)."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec import structs

from pscli.models.insights import Scope
from pscli.models.meetings import Breach, Brief
from pscli.reports.brief import brief_page
from tests.conftest import Program
from tests.rules.clocks import at
from tests.world import AGENT, ANA, SALES

from .counted import counted
from .hostile import HOSTILE

NOW = at("2026-03-02 12:00")


class Tables(HTMLParser):
    """The rows of a page's tables by their id, and every tag and heading that stands in it."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self.tags: list[str] = []
        self.text: list[str] = []
        self._table = ""
        self._open = False
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        self.tags.append(tag)
        if tag == "table":
            self._table = dict(attrs).get("id") or ""
            self.rows[self._table] = []
        elif tag == "tr" and self._table:
            self.rows[self._table].append([])
        elif tag in ("td", "th") and self._table:
            self.rows[self._table][-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        """End a table or a cell."""
        if tag == "table":
            self._table = ""
        elif tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        """Text of a cell or beside the tables."""
        self.text.append(data.strip())
        if self._table and self._open:
            self.rows[self._table][-1][-1] += data


def brief(team: str = "Acme") -> Brief:
    """A quarter with two broken promises of 312."""
    months = [{"sync": 5, "sharing": 1}, {"sync": 2}, {"sharing": 3}]
    insights = structs.replace(counted(months, scope=Scope.TEAM), team=team)
    breaches = [
        Breach(
            number=number, issue_type="sync", product="dropbox", edition="enhanced",
            due_at=at("2026-03-02 08:00"), answered_at=answered,
        )
        for number, answered in ((1042, None), (7, at("2026-03-02 18:05")))
    ]  # fmt: skip
    return Brief(
        team=team, quarter="2026-Q1", insights=insights, breaches=breaches, breaches_total=312,
        repeated=insights.issue_types[:1], features=[],
    )  # fmt: skip


def test_a_page_holds_what_the_brief_does() -> None:
    """Q5: times of the team's zone, how late, what repeats; the report's figures around it."""
    page = Tables(brief_page(brief(), NOW))
    assert page.rows["broken"][1:] == [
        ["1042", "sync", "dropbox", "enhanced", "2 Mar 2026 15:00", "not yet", "4 h"],
        ["7", "sync", "dropbox", "enhanced", "2 Mar 2026 15:00", "3 Mar 2026 01:05", "10 h 5 min"],
    ]
    assert {"series", "issue_types", "promises"} <= page.rows.keys()
    assert "Root-cause meeting for 2026-Q1" in page.text
    assert "The newest 2 of 312" in page.text
    assert ": 7 tickets, 61 in the quarter before" in page.text
    assert "Hardly used" not in page.text
    assert "script" not in page.tags


def test_a_quiet_quarter_says_so() -> None:
    """Q5: nothing broken, nothing repeated; features stand there where some are hardly used."""
    quiet = structs.replace(
        brief(), breaches=[], breaches_total=0, repeated=[], features=["Sign & send", "Paper"]
    )
    page = Tables(brief_page(quiet, NOW))
    assert "broken" not in page.rows
    assert "No promise was broken." in page.text
    assert "No issue type came twice." in page.text
    assert {"Sign & send", "Paper"} <= set(page.text)


@pytest.mark.parametrize(
    "text", [*HOSTILE.values(), "<script>x</script>", '"><img src=x onerror=y>']
)
def test_no_name_becomes_markup(text: str) -> None:
    """Q5: names of teams and features are text, whatever they hold; no request leaves the page."""
    plain = Tables(brief_page(structs.replace(brief(), features=["a"]), NOW))
    data = brief_page(structs.replace(brief(text), features=[text]), NOW)
    assert Tables(data).tags == plain.tags
    assert b"default-src 'none'" in data


def test_the_command_writes_the_page(peopled: Program, tmp_path: Path) -> None:
    """Q5: whole or not at all, over nobody's file; for the team and for who leads the meeting."""
    peopled.ok("support", "grant", "Acme", "enhanced", "--as", SALES, "--yes")
    file = tmp_path / "brief.html"
    words = ("meeting", "brief", "--as", ANA, "--html", str(file))
    answer = peopled.ok(*words, "-o", "json")
    assert answer.err == f"The brief stands in {file}.\n"
    assert answer.json == peopled.ok(*words[:4], "-o", "json").json
    first = file.read_bytes()
    assert "Root-cause meeting for 2026-Q1" in Tables(first).text
    assert peopled(*words).code == 6
    assert peopled.ok(*words, "--force").code == 0
    led = peopled.ok("support", "brief", "Acme", "--as", AGENT, "--html", "-")
    assert led.out.encode() == first
    refused = peopled(*words[:-1], str(tmp_path / "other.html"), "--as", SALES)
    assert refused.code == 5
    assert not (tmp_path / "other.html").exists()
