"""What a Tab may offer from the desk: `pscli _complete KIND PROFILE AS WORD...`, a value a line.

The completion scripts start it at a Tab. It loads no Typer, asks nobody, writes nothing, says
nothing where something is wrong, and is over after two seconds. Shells get ids and names that no
shell could take for anything else, never what a customer wrote.
"""

import _thread
import os
import re
import sys
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from typing import Any, NoReturn

from pscli.problems import NotSignedIn

from .session import Session
from .terminal import visible

PATIENCE = 2.0  # seconds; who pressed Tab waits
_MOST = 200  # more is not read by anybody
_HARMLESS = r"\w[\w .@+-]*"  # letters and digits, and what joins them in names and addresses
_OF_STAFF = frozenset({"agent", "asking", "case", "team", "type"})


def run() -> NoReturn:
    """Print the values and leave, with 0 whatever happens."""
    _thread.start_new_thread(_give_up, ())
    with suppress(Exception, KeyboardInterrupt):
        kind, profile, act_as, *words = sys.argv[2:]
        lines = offered(kind, _said(profile), _said(act_as), words)
        os.write(1, "".join(f"{line}\n" for line in lines).encode())
    os._exit(0)


def _said(word: str) -> str | None:
    """A word of the line; empty, or `-` in shells that drop empty words, is none."""
    return None if word in ("", "-") else word


def _give_up() -> None:
    """End the process, in whatever call it hangs."""
    time.sleep(PATIENCE)
    os._exit(0)


def offered(kind: str, profile: str | None, act_as: str | None, words: list[str]) -> list[str]:
    """The values of a kind, given the words before; raises a Problem where there is no desk."""
    session = Session()
    session.profile, session.act_as = profile, act_as
    values = map(str, _values(session, kind, words))
    return [value for value in values if is_harmless(value)]


def is_harmless(value: str) -> bool:
    """Whether a value is what it looks like, in every shell and on every terminal."""
    return re.fullmatch(_HARMLESS, value) is not None and visible(value) == value


def _values(session: Session, kind: str, words: list[str]) -> Iterable[object]:
    if kind == "profile":
        return session.settings.configuration.profiles
    if kind == "rule":
        from pscli.rulebook import read_rules

        return [rule.id for rule in read_rules()]
    with closing(_desk(session, staff=kind in _OF_STAFF)) as desk:
        return _from_desk(desk, kind, words)


def _from_desk(desk: Any, kind: str, words: list[str]) -> Iterable[object]:
    """The values that only the desk knows, in one read."""
    if kind == "ticket":
        from pscli.desk.tickets import list_requests

        return [ticket.number for ticket in list_requests(desk, limit=_MOST).items]
    if kind == "type":
        from pscli.desk.policies import list_issue_types

        return list_issue_types(desk).issue_types
    if kind == "team":
        from pscli.desk.teams import list_teams

        return [team.name for team in list_teams(desk, limit=_MOST).items]
    if kind == "agent":
        from pscli.desk.staff import list_representatives

        return [agent.email for agent in list_representatives(desk, limit=_MOST).items]
    from pscli.desk.queue import list_queue

    if kind == "asking":
        return dict.fromkeys(ticket.team for ticket in list_queue(desk, limit=_MOST).items)
    return [ticket.number for ticket in list_queue(desk, team=words[0], limit=_MOST).items]


def _desk(session: Session, *, staff: bool) -> Any:
    """The desk as it is: an older one is not brought up, a server is asked once."""
    session.staff = staff
    settings = session.settings
    if settings.server:
        from msgspec.structs import replace

        remote: Any = session.backend
        remote.patience = replace(remote.patience, attempts=1)
        return remote
    from pscli.backends import open_database
    from pscli.backends.local import Local
    from pscli.models.people import Identity

    if settings.act_as is None and not staff:
        raise NotSignedIn("Nobody is named to act as.", hint="Add --as EMAIL.")
    else_operator = staff and not settings.named_as
    identity = Identity(email=settings.act_as, else_operator=else_operator)
    return Local(open_database(settings.database, upgrade=False), identity, session.now)
