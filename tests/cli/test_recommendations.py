"""`recommendations`, suggestions before a request, and the catalogue, through the real program."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program
from tests.world import AGENT, ANA, BEN, MIA, OTTO

from .conversing import Terminal
from .hostile import HOSTILE
from .terminals import on_terminal

SYNC = ("--subject", "Files are not syncing", "--body", "Since noon, on every Mac.")
SUBMIT = ("contact", "submit", *SYNC, "--as", ANA)
ENTRY = {
    "url": "https://help.example/sync",
    "title": "Sync, step by step",
    "kind": "course",
    "product": "dropbox",
    "language": "en",
}


def catalogue(tmp_path: Path, *entries: dict[str, Any]) -> str:
    """A catalogue file of these entries."""
    path = tmp_path / "library.json"
    path.write_text(json.dumps([{**ENTRY, **entry} for entry in entries]), "utf-8")
    return str(path)


def listed(program: Program) -> list[dict[str, Any]]:
    """The whole catalogue."""
    found = program.ok("desk", "catalogue", "list", "--all", "-o", "json").json["items"]
    return list(found)


def numbers(program: Program) -> list[int]:
    """The numbers of Ana's tickets."""
    page = program.ok("contact", "requests", "list", "--as", ANA, "-o", "json").json
    return [ticket["number"] for ticket in page["items"]]


@pytest.fixture
def browser(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A browser that notes the address it is given, and the settings of a desktop that has it."""
    noted = tmp_path / "opened"
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >> "{noted}"\n', "utf-8")
    script.chmod(0o700)
    return noted, {"BROWSER": f"{script} %s", "DISPLAY": ":0"}


def test_recommendations_are_records_that_scripts_read(peopled: Program) -> None:
    """R1, R2: renewed after a ticket was sent; `because` is null where no ticket is answered."""
    words = ("recommendations", "--as", ANA, "-o", "json")
    before = peopled.ok(*words).json
    assert [item["because"] for item in before["items"]] == [None] * 10
    peopled.ok(*SUBMIT)
    first = peopled.ok(*words, "--limit", "1").json["items"][0]
    assert list(first) == [
        "rank", "title", "url", "kind", "language", "product", "because", "id",
    ]  # fmt: skip
    assert first["title"] == "Files not syncing"
    assert first["because"] == {"ticket": 1, "text": "Files are not syncing"}
    assert peopled.ok("hub", "--as", ANA, "-o", "json").json["recommendations"][0] == first
    tsv = peopled.ok("recommendations", "--as", ANA, "--fields", "rank,because.ticket", "--limit=1")
    assert tsv.out.splitlines()[1] == "1\t1"


def test_recommendations_on_a_terminal(peopled: Program) -> None:
    """R2: each with its ticket, and how to open one."""
    peopled.ok(*SUBMIT)
    shown = on_terminal(peopled, "recommendations", "--as", ANA, errors_too=True)
    assert shown.lines[1].split()[:4] == ["1", "Files", "not", "syncing"]
    assert "ticket 1: Files are" in shown.lines[1]
    assert "often used" in shown.lines[10]
    assert shown.lines[-1] == "Open one: pscli recommendations open N"
    hub = on_terminal(peopled, "hub", "--as", ANA).lines
    assert hub[hub.index("For you") + 1] == " 1 Files not syncing · ticket 1"


def test_recommendations_are_refused_as_the_hub_is(peopled: Program) -> None:
    """R7, E8: a member 5, an admin without an add-on 7, a rank that is not there 2 or 3."""
    for words in (["recommendations"], ["recommendations", "open", "1"]):
        assert peopled(*words, "--as", MIA).code == 5
        assert peopled(*words, "--as", OTTO).code == 7
    assert peopled("recommendations", "open", "0", "--as", ANA).code == 2
    assert peopled("recommendations", "open", "x", "--as", ANA).code == 2
    assert peopled("recommendations", "open", "100", "--as", ANA).code == 3


def test_open_prints_the_address_and_counts_the_visit(
    peopled: Program, browser: tuple[Path, dict[str, str]]
) -> None:
    """R4, B10: once for its key, not in a dry run; in a pipe no browser opens, desktop or not."""
    noted, desktop = browser
    words = ("recommendations", "open", "3", "--as", ANA, "--idempotency-key", "k")
    assert peopled.ok(*words, "--dry-run").err.endswith("dry run.\n")
    assert sum(entry["opens"] for entry in listed(peopled)) == 0
    done = peopled.ok(*words, "-o", "json", env=desktop).json
    assert (done["changed"], done["rank"]) == (True, 3)
    assert peopled.ok(*words, "-o", "json").json == done
    opened = {entry["url"]: entry["opens"] for entry in listed(peopled) if entry["opens"]}
    assert opened == {done["url"]: 1}
    assert not noted.exists()
    bare = ("--fields", "url", "--no-header")
    assert peopled.ok(*words, *bare).out == done["url"] + "\n"


def test_a_browser_opens_on_a_desktops_terminal_only(
    peopled: Program, browser: tuple[Path, dict[str, str]]
) -> None:
    """R4: not without a desktop, nor where it is not wanted."""
    noted, desktop = browser
    words = ("recommendations", "open", "1", "--as", ANA)
    plain = {**desktop, "DISPLAY": ""}
    assert on_terminal(peopled, *words, env=plain, errors_too=True).lines[1].startswith("https://")
    on_terminal(peopled, *words, "--no-browser", env=desktop, errors_too=True)
    assert not noted.exists()
    shown = on_terminal(peopled, *words, env=desktop, errors_too=True)
    assert noted.read_text("utf-8").splitlines() == [shown.lines[1]]


def test_a_pipe_is_never_asked(peopled: Program) -> None:
    """R6: nothing is shown, nothing is asked, and the ranking is not even loaded."""
    code = (
        "import sys; from pscli.cli.app import main\n"
        f"main({[*SUBMIT, '-o', 'json']!r})\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=peopled.env, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["number"] == 1
    assert "answer it" not in done.stderr
    loaded = set(done.stderr.split())
    assert not loaded & {"snowballstemmer", "pscli.rules.ranking", "pscli.desk.recommendations"}


@pytest.mark.parametrize("answer", ["", "YES"])
def test_suggestions_come_before_sending(peopled: Program, answer: str) -> None:
    """R6, R7: the best entries for what was typed; Enter sends it all the same."""
    words = ["--as", MIA] if answer else ["--as", ANA]
    with Terminal(peopled, "contact", "submit", *SYNC, *words) as window:
        window.expect("This may answer it:")
        window.expect("1  Files not syncing (article)")
        window.expect("https://help.dropbox.com/sync/files-not-syncing")
        window.expect("  3  ")
        window.expect("[default] Send the request? [Y/n]:")
        window.type(f"{answer}\r")
        window.expect("Request 1 filed.")
        assert window.wait() == 0
        assert "  4  " not in window.text


@pytest.mark.parametrize("answer", ["n\r", "\x04"], ids=["no", "ctrl-d"])
def test_a_request_that_is_not_sent_is_kept(peopled: Program, answer: str) -> None:
    """R6: nothing typed is lost; the draft is read back by the option that it names."""
    with Terminal(peopled, *SUBMIT) as window:
        window.expect("[Y/n]:")
        window.type(answer)
        window.expect("Nothing was sent.")
        window.expect("Your text is kept: ")
        assert window.wait() == 0
        kept = window.text.rsplit("--body-file ", 1)[1].strip()
    assert Path(kept).read_text("utf-8") == "Since noon, on every Mac."
    assert numbers(peopled) == []


def test_an_interrupted_question_keeps_the_text_too(peopled: Program) -> None:
    """R6: Ctrl-C at the question."""
    with Terminal(peopled, *SUBMIT) as window:
        window.expect("[Y/n]:")
        window.type("\x03")
        window.expect("Your text is kept: --body-file ")
        assert window.wait() == 130
    assert numbers(peopled) == []


@pytest.mark.parametrize("option", ["--no-suggest", "--yes", "--dry-run"])
def test_suggestions_can_be_skipped(peopled: Program, option: str) -> None:
    """R6: by their own option, and by those that want no talk."""
    shown = on_terminal(peopled, *SUBMIT, option, errors_too=True)
    assert shown.code == 0
    assert "answer it" not in shown.raw.decode()


def test_without_a_fitting_entry_nothing_is_asked(peopled: Program) -> None:
    """R6: a question that offers nothing only costs time."""
    words = ("contact", "submit", "--subject", "Ωμέγα", "--body", "Ψ", "--as", ANA)
    shown = on_terminal(peopled, *words, errors_too=True)
    assert (shown.code, shown.lines[0][:16]) == (0, "Request 1 filed.")


def test_a_case_shows_what_solved_similar_ones(peopled: Program) -> None:
    """R3: below the correspondence, and as a field of the record."""
    for _ in range(2):
        peopled.ok(*SUBMIT)
    link = listed(peopled)[9]["url"]
    staff = ("--as", AGENT)
    peopled.ok("support", "reply", "Acme", "1", "--body", "y", "--link", link, "--solve", *staff)
    case = peopled.ok("support", "show", "Acme", "2", "-o", "json", *staff).json
    assert [each["url"] for each in case["suggestions"]] == [link]
    shown = on_terminal(peopled, "support", "show", "Acme", "2", *staff).lines
    assert shown[shown.index("Similar tickets were solved with") + 2].strip() == link


def test_a_catalogue_comes_back_from_every_format(peopled: Program, tmp_path: Path) -> None:
    """P1: what `list` writes, `import` reads, and finds that nothing is new."""
    title = {
        "title": "=1+1 “x”; \u202f¥ 同期",
        "topics": ["a, b", "c;d"],
        "url": "https://a.example/",
    }
    peopled.ok("desk", "catalogue", "import", catalogue(tmp_path, title))
    before = listed(peopled)
    assert before[-1]["title"] == title["title"]
    for name in ("json", "csv"):
        file = tmp_path / f"all.{name}"
        words = ("desk", "catalogue", "list", "--all", "-o", name)
        file.write_text(peopled.ok(*words).out, "utf-8")
        done = peopled.ok("desk", "catalogue", "import", str(file), "-o", "json").json
        assert (done["changed"], done["added"], done["replaced"]) == (False, 0, 0)
    assert listed(peopled) == before


def test_pruning_asks_first(peopled: Program, tmp_path: Path) -> None:
    """P1: it destroys; without a terminal and --yes nothing is changed, exit 2."""
    words = ("desk", "catalogue", "import", catalogue(tmp_path, {}), "--prune")
    assert peopled(*words).code == 2
    assert len(listed(peopled)) == 103
    done = peopled.ok(*words, "--yes", "-o", "json").json
    assert (done["removed"], done["entries"]) == (103, 1)
    table = peopled.ok("recommendations", "--as", ANA, "-o", "table").out.splitlines()
    assert "Sync, step by step" in table[1]
    for email in (ANA, BEN):
        assert peopled("desk", "catalogue", "import", words[3], "--as", email).code == 5


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"url": "http://help.example/"}, "url: an address begins with https://"),
        ({"kind": "podcast"}, "kind: “podcast” is no kind of entry"),
        ({"language": "klingon"}, "language: a language is written as in en"),
        ({"url": "https://help.example/one#again"}, "stands at entry 1 already"),
        ({"title": HOSTILE["clear screen"]}, "title"),
    ],
)
def test_a_wrong_catalogue_is_refused_whole(
    peopled: Program, tmp_path: Path, entry: dict[str, Any], reason: str
) -> None:
    """P1: with the place and the reason, nothing of it is taken; exit 2."""
    file = catalogue(tmp_path, {"url": "https://help.example/one"}, entry)
    refused = peopled("desk", "catalogue", "import", file, "-o", "json")
    assert refused.code == 2
    assert "Nothing was taken" in refused.error["hint"]
    assert f"{file}: entry 2: " in refused.error["message"]
    assert reason in refused.error["message"]
    assert len(listed(peopled)) == 103


def test_a_catalogue_comes_through_a_pipe(peopled: Program, tmp_path: Path) -> None:
    """P1: `-` is stdin, as in the other imports; a file that is not there has a remedy."""
    file = catalogue(tmp_path, {"url": "https://help.example/one"})
    words = ("desk", "catalogue", "import")
    done = peopled.ok(*words, "-", "-o", "json", stdin=Path(file).read_bytes()).json
    assert done["added"] == 1
    refused = peopled(*words, "/nonexistent", "-o", "json")
    assert refused.code == 2
    assert refused.error["hint"]


def test_titles_from_elsewhere_do_not_act_on_a_terminal(peopled: Program) -> None:
    """R1: whatever somebody wrote into the database, each entry is one harmless row."""
    peopled.ok("recommendations", "--as", ANA)
    with sqlite3.connect(peopled.env["PSCLI_DB"]) as connection:
        for n, text in enumerate(HOSTILE.values(), 1):
            connection.execute("UPDATE library_entry SET title = ? WHERE id = ?", (text, n))
    for words in (["recommendations", "--limit", "100"], ["hub"]):
        shown = on_terminal(peopled, *words, "--as", ANA, env={"NO_COLOR": "1"})
        assert shown.code == 0
        assert not {c for c in shown.raw.decode() if ord(c) < 32 or 127 <= ord(c) < 160} - set(
            "\r\n"
        )
    assert len(peopled.ok("desk", "catalogue", "list", "--all").out.splitlines()) == 104
