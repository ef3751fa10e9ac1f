"""What may reach a terminal, and what a terminal is taken to be able to show."""

import io
import re
import sys
import unicodedata

import pytest
from hypothesis import given, strategies as st

from pscli.cli.terminal import ENDLESS, columns, say, visible, visible_lines, wants_color
from pscli.desk.requests import submit_request
from tests.conftest import Program
from tests.world import ANA

from .hostile import HONEST, HOSTILE
from .terminals import SGR, on_terminal

ACTS = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
STORABLE = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@pytest.fixture
def hostile_desk(peopled: Program) -> Program:
    """A desk on which Ana filed one request for each hostile subject."""
    from pscli.backends import open_database
    from pscli.backends.local import Local
    from pscli.models.people import Identity
    from tests.world import MONDAY_NOON

    database = open_database(peopled.env["PSCLI_DB"])
    ana = Local(database, Identity(email=ANA), lambda: MONDAY_NOON)
    for subject in HOSTILE.values():
        if "\n" not in subject:
            submit_request(ana, subject, subject)
    with database.transaction(writes=True) as sql:  # what no submit lets through, an import may
        sql.run("UPDATE ticket SET subject = :s WHERE number = 1", s=HOSTILE["newline"])
    database.close()
    return peopled


def foreign(text: str) -> set[str]:
    """The characters of a line that act, hide or reorder."""
    return {each for each in text if unicodedata.category(each) in ACTS}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_hostile_passes(name: str) -> None:
    """No control, bidi or invisible character, and what was hidden is seen."""
    shown = visible(HOSTILE[name])
    assert not foreign(shown)
    assert not re.search(
        "[\u034f\u115f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]", shown
    )
    assert len(re.findall("[\u0300-\u036f]", shown)) <= 3
    if foreign(HOSTILE[name]):
        assert "\\" in shown


@pytest.mark.parametrize("name", HONEST)
def test_honest_text_stays_as_it_is(name: str) -> None:
    """What people write in their language is not mangled."""
    assert visible(HONEST[name]) == HONEST[name]


def test_a_joined_emoji_falls_apart_into_its_parts() -> None:
    """The joiner hides in other texts, so it is shown here too."""
    assert visible("👩\u200d💻") == "👩\\u{200d}💻"


def test_escapes_have_the_usual_names() -> None:
    """A reader sees which character was there."""
    assert visible("\x1b \n \t \r \x07 \x9b \u202e") == r"\e \n \t \r \x07 \x9b \u{202e}"


@given(STORABLE)
def test_any_text_is_one_harmless_line(text: str) -> None:
    """Whatever was stored."""
    shown = visible(text)
    assert not foreign(shown)
    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown


@given(STORABLE)
def test_a_body_has_the_lines_that_were_written(text: str) -> None:
    """Only a line feed ends a line of a body."""
    shown = visible_lines(text)
    assert len(shown) == text.count("\n") + 1
    assert not any(foreign(line) for line in shown)


def test_every_subject_is_one_row_on_a_terminal(hostile_desk: Program) -> None:
    """One row each and no control byte but our own colours."""
    shown = on_terminal(hostile_desk, "hub", "tickets", "list", "--as", ANA)
    assert shown.code == 0
    assert b"\x1b[" in shown.raw
    left = SGR.sub(b"", shown.raw).replace(b"\r\n", b"\n")
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", left)
    assert not any(foreign(line) for line in shown.lines)
    numbers = [line.split()[0] for line in shown.lines]
    assert numbers == ["NO", *map(str, range(len(HOSTILE) - 1, 0, -1))]


def test_every_subject_is_one_line_in_a_pipe(hostile_desk: Program) -> None:
    """TSV with full values, no colour, as many lines as records and one header."""
    out = hostile_desk.ok("hub", "tickets", "list", "--as", ANA, env={"FORCE_COLOR": "1"}).out
    rows = out.rstrip("\n").split("\n")
    assert len(rows) == len(HOSTILE)  # the header stands for the one that was left out
    assert not foreign(out.replace("\n", "").replace("\t", ""))
    assert {row.count("\t") for row in rows} == {13}


def test_a_thread_shows_hostile_bodies_harmlessly(hostile_desk: Program) -> None:
    """Titles, bodies and errors pass the same sanitiser."""
    for number in ("2", "7", "12"):
        shown = on_terminal(hostile_desk, "hub", "tickets", "show", number, "--as", ANA)
        assert not any(foreign(line) for line in shown.lines)
    refused = hostile_desk("hub", "tickets", "list", "--type", "\x1b[2J\u202e", "--as", ANA)
    assert refused.code == 2
    assert not foreign(refused.err.replace("\n", ""))


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.mark.parametrize(
    ("choice", "environ", "tty", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"CLICOLOR": "0"}, True, False),
        ("auto", {"CLICOLOR": "1"}, False, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, False, True),
        ("auto", {"CLICOLOR_FORCE": "0"}, False, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_who_decides_about_colour(
    choice: str, environ: dict[str, str], tty: bool, expected: bool
) -> None:
    """The flag first, then NO_COLOR, FORCE_COLOR, CLICOLOR, then the terminal."""
    stream = Tty() if tty else io.StringIO()
    assert wants_color(choice, stream, environ) is expected


def test_the_program_obeys_the_colour_settings(peopled: Program) -> None:
    """On a real terminal and in a pipe."""
    words = ("whoami", "--as", ANA)
    assert b"\x1b[" in on_terminal(peopled, *words).raw
    for env in ({"NO_COLOR": "1"}, {"CLICOLOR": "0"}, {"TERM": "dumb"}):
        assert b"\x1b[" not in on_terminal(peopled, *words, env=env).raw
    assert b"\x1b[" not in on_terminal(peopled, *words, "--color", "never").raw
    assert "\x1b[" in peopled.ok(*words, "-o", "table", "--color", "always").out
    assert "\x1b[" in peopled.ok(*words, "-o", "table", env={"FORCE_COLOR": "1"}).out
    assert "\x1b[" not in peopled.ok(*words, "-o", "table").out


def test_the_width_is_what_columns_says() -> None:
    """COLUMNS wins; nonsense is ignored; a file has no end."""
    assert columns({"COLUMNS": "20"}) == 20
    for nonsense in ("", "0", "-5", "wide"):
        assert columns({"COLUMNS": nonsense}) == ENDLESS


def test_a_stderr_that_is_gone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notices are lost, the command is not."""
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stderr", stream)
        say("nobody hears this")
