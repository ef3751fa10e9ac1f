"""Texts from an option, a file, stdin and the editor; none of them is ever lost."""

import os
import signal
import sys
from pathlib import Path

import pytest

from pscli.cli.bodies import SCISSORS
from tests.conftest import Program
from tests.world import ANA

from .conversing import Terminal
from .terminals import Shown, on_terminal

SUBMIT = ("contact", "submit", "--subject", "Sync", "--no-suggest", "--as", ANA)
TEXT = "It stopped at noon.\n\n# not a comment: a heading\nSince then nothing.  "


def editor(folder: Path, code: str) -> dict[str, str]:
    """The environment of somebody whose editor runs this code; `path` is the file to edit."""
    script = folder / "my editor.py"
    start = "import os, signal, sys, time\nfrom pathlib import Path\npath = Path(sys.argv[-1])\n"
    script.write_text(f"{start}{code}\n")
    return {"EDITOR": f"{sys.executable} '{script}'", "VISUAL": ""}


def typing(text: str) -> str:
    """The code of an editor in which a text is typed above what stands there."""
    return f"path.write_text({text!r} + path.read_text())"


def body_of(program: Program) -> str:
    """What the first ticket says."""
    shown = program.ok("contact", "requests", "show", "1", "--as", ANA, "-o", "json").json
    body: str = shown["messages"][0]["body"]
    return body


def submit(program: Program, env: dict[str, str]) -> Shown:
    """File a request whose text comes from the editor."""
    return on_terminal(program, *SUBMIT, env=env, width=400, errors_too=True)


def drafts(program: Program) -> list[Path]:
    """The drafts that are kept."""
    return sorted(Path(program.env["PSCLI_CONFIG_DIR"]).glob("drafts/*"))


def test_what_is_typed_is_sent_as_it_is(peopled: Program, tmp_path: Path) -> None:
    """C2: all but our own lines; headings, blank lines and spaces stay."""
    code = f"open({str(tmp_path / 'seen')!r}, 'w').write(path.read_text())\n{typing(TEXT)}"
    shown = submit(peopled, editor(tmp_path, code))
    assert shown.code == 0
    assert body_of(peopled) == TEXT
    assert drafts(peopled) == []
    seen = (tmp_path / "seen").read_text()
    assert seen.startswith(f"\n{SCISSORS}\n")
    assert "# For: pscli contact submit\n" in seen


def test_only_below_the_scissors_nothing_is_sent(peopled: Program, tmp_path: Path) -> None:
    """C2: who deletes them sends everything; who writes below them sends nothing."""
    shown = submit(peopled, editor(tmp_path, "path.write_text('Plain\\n')"))
    assert (shown.code, body_of(peopled)) == (0, "Plain")
    below = editor(tmp_path, "path.write_text(path.read_text() + 'Below')")
    shown = submit(peopled, below)
    assert shown.code == 2
    assert "The text is empty: nothing is sent." in "\n".join(shown.lines)


@pytest.mark.parametrize(
    ("code", "reason", "kept"),
    [
        ("sys.exit(3)", "exit 3", False),
        (typing(TEXT) + "\nsys.exit(3)", "exit 3", True),
        (typing(TEXT) + "\nos.kill(os.getpid(), signal.SIGSEGV)", "signal 11", True),
        ("path.unlink(); sys.exit(1)", "exit 1", False),
    ],
)
def test_an_editor_that_fails(
    peopled: Program, tmp_path: Path, code: str, reason: str, kept: bool
) -> None:
    """C2: exit 2 with the reason; what was saved is kept without our lines, and can be sent."""
    shown = submit(peopled, editor(tmp_path, code))
    assert shown.code == 2
    assert f"failed: {reason}." in "\n".join(shown.lines)
    assert "EDITOR" in "\n".join(shown.lines)
    assert len(drafts(peopled)) == kept
    if kept:
        (draft,) = drafts(peopled)
        assert f"--body-file {draft}" in "\n".join(shown.lines)
        assert draft.stat().st_mode & 0o777 == 0o600
        peopled.ok(*SUBMIT, "--body-file", str(draft))
        assert body_of(peopled) == TEXT


@pytest.mark.parametrize(
    ("named", "reason"), [("/nowhere/vi", "No such file"), ("it's", "No closing quotation")]
)
def test_an_editor_that_is_missing(peopled: Program, named: str, reason: str) -> None:
    """What to set, and that a text can be given without one."""
    shown = submit(peopled, {"VISUAL": named})
    assert shown.code == 2
    assert reason in "\n".join(shown.lines)
    assert "--body TEXT" in "\n".join(shown.lines)
    assert drafts(peopled) == []


def test_an_interrupt_belongs_to_the_editor(peopled: Program, tmp_path: Path) -> None:
    """Ctrl-C there ends neither; SIGTERM ends both, and what was saved is kept."""
    code = typing(TEXT) + (
        "\nsignal.signal(signal.SIGINT, lambda *_: os.write(1, b'interrupted'))"
        "\nos.write(1, b'ready')\ntime.sleep(1 if len(sys.argv) < 3 else 30)"
    )
    env = editor(tmp_path, code)
    with Terminal(peopled, *SUBMIT, env=env) as terminal:
        terminal.expect("ready")
        terminal.type("\x03")
        terminal.expect("interrupted")
        terminal.expect("Request 1 filed.")
        assert terminal.wait() == 0
    slow = {**env, "EDITOR": env["EDITOR"] + " --slowly"}
    with Terminal(peopled, *SUBMIT, env=slow) as terminal:
        terminal.expect("ready")
        terminal.send(signal.SIGTERM)
        assert terminal.wait() == 143
    (draft,) = drafts(peopled)
    assert draft.read_text() == TEXT


def test_a_text_that_cannot_be_sent_is_one_draft(peopled: Program) -> None:
    """C2: kept once, however often it is tried, and sent as the file that it is."""
    place = peopled.env["PSCLI_DB"]
    for text in (("--body", TEXT), ("--body", TEXT)):
        answer = peopled(*SUBMIT, *text, "--type", "sing-in")
        assert answer.code == 2
    (draft,) = drafts(peopled)
    again = peopled(*SUBMIT, "--body-file", str(draft), env={"PSCLI_DB": f"{place}.gone"})
    assert again.code == 11
    assert f"Your text is kept: --body-file {draft}" in again.err
    assert drafts(peopled) == [draft]
    peopled.ok(*SUBMIT, "--body-file", str(draft))
    assert body_of(peopled) == TEXT


def test_a_file_an_option_and_stdin(peopled: Program, tmp_path: Path) -> None:
    """C2: a file is sent as it is but for a byte order mark and line feeds at its end."""
    file = tmp_path / "text"
    file.write_bytes(b"\xef\xbb\xbf  Wie geht\xe2\x80\x99s?\r\n\n\n")
    peopled.ok(*SUBMIT, "--body-file", str(file))
    assert body_of(peopled) == "  Wie geht’s?\r"
    for words, stdin in ((("--body-file", "-"), TEXT), (("--body", TEXT), "")):
        number = peopled.ok(*SUBMIT, *words, "-o", "json", stdin=stdin).json["number"]
        shown = ("contact", "requests", "show", str(number), "--as", ANA, "-o", "json")
        assert peopled.ok(*shown).json["messages"][0]["body"] == TEXT


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--body", "x", "--body-file", "-"), "Leave one out."),
        (("--body-file", "/nowhere/x"), "Check the path"),
        (("--body-file", "/"), "Check the path"),
        (("--body", "  \n "), "The text is empty"),
        ((), "--body TEXT or --body-file FILE"),
    ],
)
def test_texts_that_are_none(peopled: Program, words: tuple[str, ...], part: str) -> None:
    """Exit 2 with what to do; nothing is filed."""
    answer = peopled(*SUBMIT, *words, stdin="x")
    assert answer.code == 2
    assert part in answer.err
    assert peopled.ok("contact", "requests", "list", "--as", ANA, "-o", "json").json["total"] == 0


def test_a_file_that_is_no_text(peopled: Program, tmp_path: Path) -> None:
    """C2: it can go along as an attachment, and that is said."""
    file = tmp_path / "picture"
    file.write_bytes(b"\x89PNG\xff")
    answer = peopled(*SUBMIT, "--body-file", str(file))
    assert answer.code == 2
    assert "--attach" in answer.err


def test_a_draft_that_cannot_be_kept_is_shown(peopled: Program) -> None:
    """Where the disk takes no draft, the text itself is on stderr."""
    folder = Path(peopled.env["PSCLI_CONFIG_DIR"]) / "drafts"
    folder.mkdir()
    target = folder / "elsewhere"
    answer = peopled(*SUBMIT, "--body", "Precious", "--type", "none")
    (draft,) = drafts(peopled)
    draft.unlink()
    draft.symlink_to(target)  # a draft is never written through a link
    answer = peopled(*SUBMIT, "--body", "Precious", "--type", "none")
    assert "Your text could not be kept" in answer.err
    assert "Precious" in answer.err
    assert not os.path.lexists(target)


def test_a_text_that_is_too_long_is_kept(peopled: Program) -> None:
    """C2: what came through a pipe is nowhere else."""
    text = "long " * 14_000
    answer = peopled(*SUBMIT, "--body-file", "-", stdin=text)
    assert answer.code == 2
    (draft,) = drafts(peopled)
    assert draft.read_text() == text
