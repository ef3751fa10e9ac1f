"""`billing apply` asks several servers: PSCLI_TOKEN is for one, and no other sees it (A1)."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import Answer
from tests.server.faults import misbehaving, passing_on
from tests.world import ANA, OTTO

from .conftest import Person, Served

FILE = (
    '[[team]]\nname = "Acme"\naddons = []\n[[team]]\nname = "Other"\naddons = []\nprofile = "{}"\n'
)


def applied(me: Person, profile: str, folder: Path, **env: str) -> Answer:
    """A dry run over two teams, the second of which a profile stands for."""
    wanted = folder / "wanted.toml"
    wanted.write_text(FILE.format(profile))
    return me("billing", "apply", str(wanted), "--dry-run", "-o", "json", env=env)


def errors(answer: Answer) -> list[str | None]:
    """What was refused of each step."""
    return [step["error"] for step in json.loads(answer.out)["items"]]


def bearers(headers: list[str]) -> set[str]:
    """Whose tokens a server saw."""
    return {header.removeprefix("Bearer ") for header in headers}


@pytest.mark.parametrize("own", ["profile", "environment"])
def test_a_token_of_the_environment_stays_at_home(
    me: Person, served: Served, tmp_path: Path, own: str
) -> None:
    """A1: the other profile's server gets its own token or none, with the remedy."""
    ana, otto = served.token(ANA), served.token(OTTO)
    with misbehaving(passing_on(urlsplit(served.address).port or 0)) as away:
        assert me("profile", "set", "home", f"server={served.address}").code == 0
        assert me("profile", "set", "away", f"server={away.address}").code == 0
        assert me("profile", "use", "home").code == 0
        env = {"PSCLI_TOKEN": ana}
        refused = applied(me, "away", tmp_path, **env)
        assert refused.code == 0  # a dry run tells the plan
        acme, other = errors(refused)
        assert acme is None
        assert other is not None
        assert "pscli auth login --profile away" in other
        assert away.seen == []
        assert me.sign_in(otto, "--profile", "away", server=away.address).code == 0
        if own == "environment":
            env["PSCLI_PROFILE"] = "home"
        assert errors(applied(me, "away", tmp_path, **env)) == [None, None]
        assert bearers(away.header("authorization")) == {otto}


def test_a_profile_at_the_same_server_is_at_home(
    me: Person, served: Served, tmp_path: Path
) -> None:
    """The environment comes before the profile, as for every command: it is the same server."""
    for name in ("home", "twin"):
        assert me("profile", "set", name, f"server={served.address}/").code == 0
    assert me("profile", "use", "home").code == 0
    answer = applied(me, "twin", tmp_path, PSCLI_TOKEN=served.token(ANA))
    assert errors(answer)[1] is not None
    assert "belongs to Acme, not to Other" in str(errors(answer)[1])


def test_a_local_run_takes_no_token_anywhere(me: Person, served: Served, tmp_path: Path) -> None:
    """A1: where the run's own desk is a file, PSCLI_TOKEN is for no server at all."""
    assert me("profile", "set", "home", f"database={tmp_path}/desk.db", f"act_as={ANA}").code == 0
    with misbehaving(passing_on(urlsplit(served.address).port or 0)) as away:
        assert me("profile", "set", "away", f"server={away.address}").code == 0
        assert me("profile", "use", "home").code == 0
        answer = applied(me, "away", tmp_path, PSCLI_TOKEN=served.token(OTTO))
        assert "PSCLI_TOKEN is not sent there" in str(errors(answer)[1])
        assert away.seen == []
