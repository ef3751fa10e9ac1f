"""Pages that stand alone: what they load, what they say, and a browser that draws them."""

import os
import re
import shutil
import struct
import subprocess
import zlib
from datetime import date
from pathlib import Path

import pytest

from pscli.models.insights import Scope, Unit
from pscli.models.reports import ReportForm
from pscli.reports.forms import report

from .reading import Page
from .samples import TYPES, insights, kept

SOAK = bool(os.environ.get("PSCLI_SOAK"))
HOSTILE = [
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "</style></svg><script>1</script>",
    "&lt;b&gt; & <b>",
    "株式会社テスト（経理部）",
    "PT Maju Jaya – Kantor Pusat “Jakarta”",
]


def page(**fields: object) -> Page:
    """The page of a sample."""
    return Page(report(insights(**fields), ReportForm.HTML))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text(name: str) -> None:
    """Whatever a team or an issue type is called, the page has the tags that it always has."""
    plain = page(team="Acme", kinds=("a", "b"))
    found = page(team=name, kinds=(name, "b"))
    tags = [tag for tag, _ in found.tags]
    assert tags == [tag for tag, _ in plain.tags]
    assert found.text.count(name) >= 5
    assert not [each for _, given in found.tags for each in given if each.startswith("on")]
    (heading,) = [given for tag, given in found.tags if tag == "bdi"]
    assert heading == ({"lang": "ja"} if name.startswith("株") else {})


def test_a_page_loads_nothing() -> None:
    """No script, no address, no style but its own, and it forbids itself the rest."""
    found = page(kept=kept())
    assert not {tag for tag, _ in found.tags} & {"script", "link", "img", "iframe", "base", "form"}
    assert not [given for _, given in found.tags if {"src", "href", "style"} & given.keys()]
    text = found.data.decode()
    assert "http" not in text.replace('http-equiv="', "")
    assert re.findall(r"url\((.)", text) == ["#"] * text.count("url(")
    policies = [given["content"] or "" for _, given in found.tags if "http-equiv" in given]
    assert policies[0].startswith("default-src 'none'; style-src 'sha256-")
    assert ("html", {"lang": "en"}) in found.tags


def test_what_rises_and_what_is_meant_is_said() -> None:
    """I2, I3, I5: the two numbers of what rises, whose tickets, the zone, the days, so far."""
    team = page().text
    assert "sign-in rises most: 47 tickets in this period, 3 in the one before." in team
    assert "Jan – Jun 2026" in team
    assert "The whole team's tickets, counted in days of Asia/Jakarta" in team
    assert "The period is not over: these are its figures so far." in team
    own = page(
        scope=Scope.OWN, days=(date(2026, 3, 2), date(2026, 3, 9)), by=Unit.WEEK, previous=0
    ).text
    assert "One person's tickets" in own
    assert "2 – 8 Mar 2026" in own
    assert "rises" not in own
    assert "so far" not in own


def test_bars_are_as_long_as_their_numbers() -> None:
    """I1: of the longest; each kind has its texture, beyond the sixth they share one."""
    found = insights(kept=kept())
    text = report(found, ReportForm.HTML).decode()
    most = max(each.total for each in found.series)
    for each in found.series:
        for kind, count in each.by_issue_type.items():
            if kind in TYPES[:2]:
                title = f"<title>{kind}: {count}</title>"
                assert re.search(
                    f'{title}<rect x="[0-9.]+%" y="5" width="{100 * count / most:.3f}%"', text
                )
    looks = set(re.findall(r'fill="url\(#t-(\w+)\)"', text))
    assert looks == {"s0", "s1", "s2", "s3", "s4", "s5", "rest", "plain"}
    assert looks == set(re.findall(r'<pattern id="t-(\w+)"', text))
    assert "3 more" in text
    labels = [each for each in Page(text.encode()).tags if each[1].get("class") == "label"]
    assert len(labels) == len(found.series) + 2


def browser() -> str:
    """A browser without a window; the test is skipped where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is not installed: no browser drew the page")
    return found


def drawn(folder: Path, data: bytes, *options: str) -> None:
    """Let a browser draw the page; fails where it complains of something."""
    (folder / "page.html").write_bytes(data)
    command = [
        browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--enable-logging=stderr", f"--user-data-dir={folder}/profile",
        *options, f"file://{folder}/page.html",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "CONSOLE" not in done.stderr


def corner(png: bytes) -> str:
    """The colour of the first pixel of a PNG: of the first row no filter changes it."""
    parts, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            parts += png[place + 8 : place + 8 + length]
        place += 12 + length
    return zlib.decompress(parts)[1:4].hex()


@pytest.mark.parametrize(("dark", "paper"), [(False, "ffffff"), (True, "12161c")])
def test_a_browser_draws_it_light_and_dark(tmp_path: Path, *, dark: bool, paper: str) -> None:
    """Its own policy lets its own style through, and the reader's preference is followed."""
    data = report(insights(team="株式会社テスト", kept=kept()), ReportForm.HTML)
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    drawn(tmp_path, data, scheme, "--window-size=900,1500", f"--screenshot={tmp_path}/page.png")
    png = (tmp_path / "page.png").read_bytes()
    assert corner(png) == paper
    assert len(png) > 50_000  # an empty page has 7,000


@pytest.mark.skipif(not SOAK, reason="a browser takes its time to print: ./dev soak")
def test_a_browser_prints_it(tmp_path: Path) -> None:
    """On paper the days of a month fit on two pages, charts and tables on a third."""
    found = insights(by=Unit.DAY, days=(date(2026, 5, 1), date(2026, 6, 1)), kept=kept())
    drawn(tmp_path, report(found, ReportForm.HTML), f"--print-to-pdf={tmp_path}/page.pdf")
    assert len(re.findall(rb"/Type ?/Page\b", (tmp_path / "page.pdf").read_bytes())) <= 3
