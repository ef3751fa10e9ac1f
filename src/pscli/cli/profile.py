"""pscli profile: the places where a desk is, and whom to act as there."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import structs

from pscli.config import (
    Configuration,
    Profile,
    change_configuration,
    config_file,
    unknown_profile,
    without_password,
)
from pscli.models.record import Page, Record
from pscli.problems import InvalidValue, NotSignedIn

from .command import command, command_group
from .session import Session
from .team import read_pairs, truth

app = command_group("profile list")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Which profile.")]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class NamedProfile(Record, frozen=True):
    """A profile as it is listed."""

    name: str
    used: bool
    database: str | None
    server: str | None
    act_as: str | None
    region: str | None
    timezone: str | None
    allow_insecure: bool


@command(app, "list", example="profile list")
def list_(session: Session) -> Any:
    """List the profiles."""
    known = session.settings.configuration
    items = [_named(known, name) for name in known.profiles]
    return Page(items=items, total=len(items), next=None)


@command(app, example="profile show")
def show(
    session: Session,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Default: the used one.")
    ] = None,
) -> Any:
    """Show one profile."""
    return _named(session.settings.configuration, name or session.settings.profile_name)


@command(app, "set", example="profile set work server=https://desk.example timezone=Asia/Jakarta")
def set_(
    _session: Session,
    name: NameArgument,
    pairs: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What to set.")],
) -> NamedProfile:
    """Make or change a profile: database, server, act_as, region, timezone, allow_insecure.

    An empty value unsets. Another server does not inherit allow_insecure.
    """
    check_name(name)
    given = read_pairs(pairs, _READERS)
    return _named(change_configuration(_file(), lambda known: _changed(known, name, given)), name)


@command(app, example="profile use work")
def use(_session: Session, name: NameArgument) -> NamedProfile:
    """Make a profile the one that is used."""

    def used(known: Configuration) -> Configuration:
        _named(known, name)
        return Configuration(current=name, profiles=known.profiles)

    return _named(change_configuration(_file(), used), name)


@command(app, example="profile remove work")
def remove(session: Session, name: NameArgument) -> NamedProfile:
    """Forget a profile and its token; the desk that it names stays."""
    gone = _named(session.settings.configuration, name)
    if gone.server:
        _sign_out(session, gone)

    def left(known: Configuration) -> Configuration:
        profiles = {other: each for other, each in known.profiles.items() if other != name}
        current = next(iter(profiles), "default") if known.current == name else known.current
        return Configuration(current=current, profiles=profiles)

    change_configuration(_file(), left)
    return gone


def check_name(name: str) -> str:
    """Refuse a name that would not stand well in a question, a command line or a file."""
    if not _NAME.fullmatch(name):
        raise InvalidValue(
            f"“{name}” is no name for a profile.",
            hint="Up to 64 of: letters A to Z, digits, . _ @ -",
            field="profile",
        )
    return name


def _file() -> Path:
    return config_file(os.environ)


def _changed(known: Configuration, name: str, given: dict[str, Any]) -> Configuration:
    """The configuration with what was given, checked against what the profile says already."""
    before = known.profiles.get(name, Profile())
    if given.get("server", before.server) != before.server:
        given = {"allow_insecure": False, **given}
    after = structs.replace(before, **given)
    if after.database and after.server:
        other = "database" if "server" in given else "server"
        raise InvalidValue(
            f"Profile {name} would have a database and a server.",
            hint=f"Unset one in the same command: {other}=",
            field=other,
        )
    if after.server:
        from pscli.backends.wire import check_server

        check_server(after.server, allow_insecure=after.allow_insecure)
    current = known.current if known.profiles else name
    return Configuration(current=current, profiles={**known.profiles, name: after})


def _sign_out(session: Session, gone: NamedProfile) -> None:
    """Take the token of a profile along; where that fails, the profile goes all the same."""
    from pscli.backends.wire import check_server, origin_of
    from pscli.credentials import Account, forget_token

    try:
        origin = origin_of(check_server(gone.server or "", allow_insecure=True))
        found = forget_token(Account(profile=gone.name, origin=origin))
    except (InvalidValue, NotSignedIn) as problem:
        session.tell(f"A token may be left behind: {problem.message}")
        return
    for kept in found:
        session.tell(
            f"Its token {kept.id} was taken out of {kept.place}; the server still takes it."
        )


def _named(known: Configuration, name: str) -> NamedProfile:
    found = known.profiles.get(name)
    if found is None:
        raise unknown_profile(name, known)
    return NamedProfile(name=name, used=name == known.current, **structs.asdict(found))


def _server(text: str) -> str:
    """An address as it is kept; whether plain http may be, is seen once the whole is known."""
    from pscli.backends.wire import check_server

    return str(check_server(text, allow_insecure=True)).rstrip("/")


def _database(text: str) -> str:
    if without_password(text) != text:
        raise InvalidValue(
            "A password does not belong into a profile.",
            hint="Set PGPASSWORD, or write it into ~/.pgpass.",
            field="database",
        )
    return text if "://" in text else str(Path(text).absolute())


def _email(text: str) -> str:
    from pscli.codec import decode
    from pscli.models.names import Email

    try:
        decode(Email, text)
    except InvalidValue:
        raise InvalidValue(
            f"“{text}” is no e-mail address.",
            hint="Write it as in ana@acme.example.",
            field="act_as",
        ) from None
    return text


def _region(text: str) -> str:
    import phonenumbers

    if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise InvalidValue(
            f"“{text}” is no region of telephone numbers.",
            hint="Two letters of a country, as in ID, JP or US.",
            field="region",
        )
    return text.upper()


def _zone(text: str) -> str:
    from pscli.rules.teams import check_zone

    check_zone(text)
    return text


def _or_unset(reader: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: reader(text) if text else None


_READERS: dict[str, Callable[[str], Any]] = {
    "database": _or_unset(_database),
    "server": _or_unset(_server),
    "act_as": _or_unset(_email),
    "region": _or_unset(_region),
    "timezone": _or_unset(_zone),
    "allow_insecure": lambda text: truth(text or "no"),
}
