"""The file of profiles: whole, one's own, and changed by one process at a time."""

import os
import signal
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import PROGRAM

from .conftest import SOAK, Person

GOOD = '[profiles.work]\nserver = "https://desk.example"\n'


def test_a_profile_is_made_changed_used_and_removed(me: Person) -> None:
    """Settings come from the profile that is used; an empty value unsets."""
    made = me(
        "profile", "set", "work", "server=https://Desk.Example:443/", "region=id", "-o", "json"
    )
    assert (made.json["server"], made.json["region"]) == ("https://desk.example", "ID")
    assert made.json["used"] is True
    assert me("profile", "set", "home", "database=desk.db", "timezone=Asia/Jakarta").code == 0
    shown = me("profile", "show", "home", "-o", "json").json
    assert shown["database"] == str(Path("desk.db").absolute())
    assert me("profile", "use", "home").code == 0
    assert me("profile", "set", "home", "timezone=").code == 0
    assert tomllib.loads(me.config.read_text()) == {
        "current": "home",
        "profiles": {
            "work": {"server": "https://desk.example", "region": "ID"},
            "home": {"database": shown["database"]},
        },
    }
    assert me("profile", "remove", "home").code == 0
    assert me("profile", "list", "-o", "json").json["items"][0]["used"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set", "work", "sever=x"), "Did you mean server?"),
        (("set", "work", "timezone=Asia/Jakrta"), "Did you mean Asia/Jakarta?"),
        (("set", "work", "timezone=../../etc/passwd"), "is no time zone"),
        (("set", "work", "server=desk.example"), "https://desk.example.com"),
        (("set", "work", "server=https://a:b@desk.example"), "no name and no password"),
        (("set", "work", "server=http://desk.example"), "clear text"),
        (("set", "work", "database=postgresql://a:hunter2@db/desk"), "PGPASSWORD"),
        (("set", "work", "database=desk.db", "server=https://desk.example"), "Unset one"),
        (("set", "work", "act_as=ana"), "no e-mail address"),
        (("set", "work", "region=XX"), "no region"),
        (("set", "work", "allow_insecure=perhaps"), "neither true nor false"),
        (("set", "a/b", "region=ID"), "no name for a profile"),
        (("set", "a\nb", "region=ID"), "no name for a profile"),
        (("use", "wrok"), "Did you mean work?"),
        (("show", "wrok"), "Known: work."),
        (("remove", "wrok"), "Did you mean work?"),
    ],
)
def test_what_cannot_be_meant(me: Person, words: tuple[str, ...], said: str) -> None:
    """Exit 2 with what was perhaps meant; the file stays as it is."""
    me.config.write_text(GOOD)
    answer = me("profile", *words)
    assert answer.code == 2
    assert said in answer.err
    assert "hunter2" not in answer.err
    assert me.config.read_text() == GOOD


def test_an_unknown_profile_is_named_with_the_nearest(me: Person) -> None:
    """Exit 2, by flag, by variable and in the file itself; never the default desk instead."""
    me.config.write_text(GOOD)
    assert "Did you mean work?" in me("whoami", "--profile", "wrk").err
    assert me("whoami", env={"PSCLI_PROFILE": "wrk"}).code == 2
    me.config.write_text('current = "wrk"\n' + GOOD)
    answer = me("whoami")
    assert (answer.code, "Did you mean work?" in answer.err) == (2, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"current = ", "is not valid TOML"),
        (b"\xff\xfe", "is not UTF-8 text at byte 0"),
        (b"curent = 'work'\n", "Did you mean current?"),
        (b"profiles = 1\n", "profiles is no table"),
        (b"[profiles]\nwork = 1\n", "Profile work: "),
        (b"[profiles.work]\nsever = 'x'\n", "Profile work: The field sever is unknown"),
        (b"[profiles.work]\nserver = 5\n", "Profile work: server"),
        (b"a=" + b"[" * 100_000, "is not valid TOML"),
    ],
)
def test_a_broken_file_is_said(me: Person, text: bytes, said: str) -> None:
    """Exit 2: the place, the reason, the remedy; and it is not replaced by a change."""
    me.config.write_bytes(text)
    for words in (("whoami",), ("profile", "set", "work", "region=ID")):
        answer = me(*words)
        assert answer.code == 2
        assert str(me.config) in answer.err
        assert said in answer.err
        assert "Mend it, or move it away." in answer.err
    assert me.config.read_bytes() == text


def test_a_file_of_others_is_refused(me: Person) -> None:
    """Exit 2: written by everybody, owned by somebody else, no file, unreadable folder."""
    me.config.write_text(GOOD)
    me.config.chmod(0o666)
    open_ = me("whoami")
    assert (open_.code, "can be changed by everybody" in open_.err) == (2, True)
    assert f"chmod go-w {me.config}" in open_.err
    me.config.chmod(0o664)  # a group is often one's own
    assert me("whoami", "--profile", "work").code == 4
    if os.geteuid() == 0:
        os.chown(me.config, 12345, 12345)
        foreign = me("profile", "set", "work", "region=ID")
        assert (foreign.code, "belongs to somebody else" in foreign.err) == (2, True)
        assert "chown" in foreign.err
    me.config.unlink()
    os.mkfifo(me.config)
    pipe = me("whoami")
    assert (pipe.code, "is no file" in pipe.err) == (2, True)
    me.config.unlink()
    me.config.symlink_to(me.config)
    loop = me("whoami")
    assert (loop.code, "cannot be read" in loop.err) == (2, True)
    blocked = me("profile", "list", env={"PSCLI_CONFIG_DIR": "/dev/null"})
    assert (blocked.code, "Not a directory" in blocked.err) == (2, True)
    assert me("profile", "set", "a", "region=ID", env={"PSCLI_CONFIG_DIR": "/dev/null"}).code == 2


def test_mode_and_link_are_kept(me: Person, tmp_path: Path) -> None:
    """A new file is its owner's alone; an old one keeps its mode, a link its file."""
    assert me("profile", "set", "work", "region=ID").code == 0
    assert stat.S_IMODE(me.config.stat().st_mode) == 0o600
    elsewhere = tmp_path / "dotfiles" / "pscli.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(GOOD)
    elsewhere.chmod(0o640)
    me.config.unlink()
    me.config.symlink_to(elsewhere)
    assert me("profile", "set", "work", "region=JP").code == 0
    assert me.config.is_symlink()
    assert 'region = "JP"' in elsewhere.read_text()
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o640
    if os.geteuid() == 0:
        os.lchown(me.config, 12345, 12345)
        refused = me("profile", "set", "work", "region=US")
        assert (refused.code, "a link to a file of somebody else" in refused.err) == (2, True)


def test_two_at_once_do_not_lose_a_change(me: Person) -> None:
    """Every process makes a profile of its own, and all of them are there in the end."""
    for turn in range(SOAK):
        names = [f"p{turn}-{n}" for n in range(6)]
        crowd = [
            subprocess.Popen(
                [*PROGRAM, "profile", "set", name, "region=ID"],
                env=me.program.env,
                stdout=subprocess.DEVNULL,
            )
            for name in names
        ]
        assert [process.wait(timeout=60) for process in crowd] == [0] * len(crowd)
        assert set(names) <= set(tomllib.loads(me.config.read_text())["profiles"])
    assert {path.name for path in me.folder.iterdir()} == {"config.toml", ".config.toml.lock"}


def test_who_holds_the_file_too_long_is_not_waited_for(me: Person) -> None:
    """Exit 10: nothing was done, and trying again makes sense."""
    held = (
        "import sys, time; from pathlib import Path; from pscli import private_files as f\n"
        "with f.one_at_a_time(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    patient = (
        "import sys; from pscli import private_files as f; f._PATIENCE = 0.3\n"
        "from pscli.cli.app import main; sys.exit(main(['profile', 'set', 'a', 'region=ID']))"
    )
    words = [sys.executable, "-c", held, str(me.config)]
    with subprocess.Popen(words, env=me.program.env, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        waiting = [sys.executable, "-c", patient]
        done = subprocess.run(waiting, env=me.program.env, capture_output=True, check=False)
        holder.kill()
    assert (done.returncode, b"Another pscli is changing" in done.stderr) == (10, True)
    assert me("profile", "set", "a", "region=ID").code == 0


@pytest.mark.parametrize("moment", ["os.fchmod", "os.fsync", "Path.replace"])
def test_a_change_that_is_cut_off_changes_nothing(me: Person, moment: str) -> None:
    """Killed while it writes: the old file is whole, and nothing is in the next change's way."""
    me.config.write_text(GOOD)
    code = (
        "import os, sys; from pathlib import Path; from pscli.cli.app import main\n"
        f"def die(*_): os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
        f"{moment} = die\n"
        "main(['profile', 'set', 'work', 'region=ID'])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=me.program.env, check=False)
    assert done.returncode == -signal.SIGKILL
    assert me.config.read_text() == GOOD
    assert me("profile", "set", "work", "region=JP").code == 0
    assert 'region = "JP"' in me.config.read_text()
