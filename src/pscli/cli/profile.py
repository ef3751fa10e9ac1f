"""pscli profile: the places where a desk is, and whom to act as there."""

import os
from typing import Annotated, Any

import typer
from msgspec import structs

from pscli.config import Configuration, Profile, config_file, write_configuration
from pscli.models.record import Page, Record
from pscli.problems import NotFound

from .command import command
from .session import Session
from .team import read_pairs

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Which profile.")]


class NamedProfile(Record, frozen=True):
    """A profile as it is listed."""

    name: str
    used: bool
    database: str | None
    server: str | None
    act_as: str | None
    region: str | None
    timezone: str | None


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
    session: Session,
    name: NameArgument,
    pairs: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What to set.")],
) -> Any:
    """Make or change a profile: database, server, act_as, region, timezone; empty unsets."""
    known = session.settings.configuration
    readers = dict.fromkeys(Profile.__struct_fields__, lambda text: text or None)
    before = known.profiles.get(name, Profile())
    after = structs.replace(before, **read_pairs(pairs, readers))
    return _write(known.current if known.profiles else name, {**known.profiles, name: after}, name)


@command(app, example="profile use work")
def use(session: Session, name: NameArgument) -> Any:
    """Make a profile the one that is used."""
    known = session.settings.configuration
    _named(known, name)
    return _write(name, known.profiles, name)


@command(app, example="profile remove work")
def remove(session: Session, name: NameArgument) -> Any:
    """Forget a profile; the desk that it names stays."""
    known = session.settings.configuration
    gone = _named(known, name)
    left = {other: profile for other, profile in known.profiles.items() if other != name}
    current = next(iter(left), "default") if known.current == name else known.current
    write_configuration(config_file(os.environ), Configuration(current=current, profiles=left))
    return gone


def _write(current: str, profiles: dict[str, Profile], name: str) -> NamedProfile:
    configuration = Configuration(current=current, profiles=profiles)
    write_configuration(config_file(os.environ), configuration)
    return _named(configuration, name)


def _named(known: Configuration, name: str) -> NamedProfile:
    found = known.profiles.get(name)
    if found is None:
        raise NotFound(f"There is no profile {name}.", hint="See them: pscli profile list")
    return NamedProfile(name=name, used=name == known.current, **structs.asdict(found))
