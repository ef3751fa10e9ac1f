"""pscli init, whoami, rules: a desk to begin with, who you are on it, what holds on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from pscli.config import without_password
from pscli.problems import InvalidValue, NotFound, hint_near

from .command import command
from .session import Session

app = typer.Typer(rich_markup_mode=None)


@command(app, example="init --demo")
def init(
    session: Session,
    demo: Annotated[bool, typer.Option("--demo", help="With a sample team and tickets.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the desk that is there.")] = False,
) -> None:
    """Make a local desk and the first profile."""
    from pscli.backends import open_database
    from pscli.backends.local import check_clock
    from pscli.desk.setup import lay_desk
    from pscli.policy import read_policy, shipped_policy

    place = session.settings.database
    named = session.settings.variable("PSCLI_POLICY")
    policy = read_policy(Path(named)) if named else shipped_policy()
    check_clock(session.now())
    with _new_place(place, force=force) as there:
        database = open_database(there)
        database.create()
        rehearsal = session.settings.now is not None
        with database.transaction(writes=True) as sql:
            lay_desk(sql, policy, session.now(), rehearsal=rehearsal, demo=demo)
            act_as = _filled(sql, session) if demo else None
        database.close()
    _first_profile(session, place, act_as)
    session.tell(f"A desk was made at {without_password(place)}.")
    if demo:
        session.tell("It holds a sample team; its prices and people are made up.", "See: pscli hub")
    else:
        session.tell("Go on with: pscli team create NAME")


def _filled(sql: Any, session: Session) -> str:
    """Put the samples on a desk in the transaction that lays it; whom to act as."""
    from .demo import fill

    return fill(sql, session.now())


@contextmanager
def _new_place(place: str, *, force: bool) -> Iterator[str]:
    """Where to make the desk; with `force` beside the old one, which it replaces when it is whole.

    Raises InvalidValue for a database server, where only its owner can drop what is there.
    """
    if not force:
        yield place
        return
    if "://" in place:
        raise InvalidValue("--force is for files.", hint="Drop the database yourself.")
    from pscli.backends.sqlite_copy import put_in_place

    fresh = Path(place).with_name(f".{Path(place).name}.fresh.{os.getpid()}")
    try:
        yield str(fresh)
        put_in_place(fresh, Path(place))
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{fresh}{suffix}").unlink(missing_ok=True)


def _first_profile(session: Session, place: str, act_as: str | None) -> None:
    from pscli.config import Configuration, Profile, change_configuration, config_file

    if session.settings.configuration.profiles:
        return
    profile = Profile(
        database=str(Path(place).absolute()) if "://" not in place else without_password(place),
        act_as=act_as,
    )
    name = session.settings.profile_name
    first = Configuration(current=name, profiles={name: profile})
    change_configuration(config_file(os.environ), lambda known: known if known.profiles else first)


@command(app, example="whoami")
def whoami(session: Session) -> Any:
    """Who you are on this desk, what covers you, and until when your token is good."""
    from .whoami import look

    return look(session)


@command(app, example="rules K2")
def rules(
    _session: Session,
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A rule's number, as in K2.")
    ] = None,
) -> Any:
    """The rules of the desk, as cited in answers."""
    from pscli.models.record import Page
    from pscli.rulebook import read_rules

    known = read_rules()
    if id_ is None:
        return Page(items=known, total=len(known), next=None)
    for rule in known:
        if rule.id.casefold() == id_.casefold():
            return rule
    hint = hint_near(id_, [rule.id for rule in known], "See them all: pscli rules")
    raise NotFound(f"There is no rule {id_}.", hint=hint)
