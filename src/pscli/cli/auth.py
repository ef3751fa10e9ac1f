"""pscli auth: sign in to a server, see who is signed in where, sign out."""

import os
from typing import Annotated, Any

import typer
from msgspec import structs

from pscli.backends.wire import check_server, origin_of
from pscli.config import Configuration, Profile, change_configuration, config_file
from pscli.credentials import Account, Keyring, NoKeyring, forget_token, stored_token, token_file
from pscli.models.record import Page, Record
from pscli.problems import InvalidValue

from .command import command, command_group
from .profile import check_name
from .session import Session
from .standing import SignIn, ask_server, revoke_at, signed_in, standing
from .terminal import is_interactive, reply_to

app = command_group("auth login --server https://desk.example")


class SignOut(Record, frozen=True):
    """What signing out did: where the token was taken out, its id, whether the server ended it."""

    changed: bool
    profile: str
    server: str
    removed: list[str]
    token: str | None
    revoked: bool


@command(app, example="auth login --server https://desk.example")
def login(
    session: Session,
    server: Annotated[
        str | None, typer.Option(metavar="URL", help="The server; default the profile's.")
    ] = None,
    with_token: Annotated[
        bool, typer.Option("--with-token", help="Read the token from stdin.")
    ] = False,
    insecure_storage: Annotated[
        bool, typer.Option("--insecure-storage", help="Keep it in a file, not in the keyring.")
    ] = False,
    allow_insecure: Annotated[
        bool, typer.Option("--allow-insecure", help="Send it over plain http beyond this machine.")
    ] = False,
) -> SignIn:
    """Sign in to a server: the token is checked there, then kept in the keyring."""
    settings = session.settings
    name = check_name(settings.profile_name)
    profile = settings.configuration.profiles.get(name, Profile())
    _check_free(name, profile)
    address = server or settings.variable("PSCLI_SERVER") or profile.server or _asked_server()
    insecure = allow_insecure or bool(settings.variable("PSCLI_ALLOW_INSECURE"))
    insecure = insecure or (profile.allow_insecure and address == profile.server)
    url = check_server(address, allow_insecure=insecure)
    address = str(url).rstrip("/")
    token = _given_token(address, name, from_stdin=with_token)
    person, known = ask_server(address, token, insecure=insecure)
    account = Account(profile=name, origin=origin_of(url))
    if insecure_storage:
        kept = token_file().keep(account, token)
    else:
        kept = Keyring().keep(account, token)
        token_file().forget(account)  # which would be found first
    # What is printed next is for the profile that is there now, its zone for one.
    settings.configuration = _remember(name, address, insecure=insecure and url.scheme == "http")
    session.tell(f"Signed in to {address} as {person.name or person.email}.")
    session.tell(
        f"The token is kept in {kept.place}, which you alone can read."
        if insecure_storage
        else f"The token is kept in the keyring ({kept.place})."
    )
    _tell_what_comes_first(session, name)
    return signed_in(name, address, kept, person, known)


@command(app, "status", example="auth status")
def status(session: Session) -> Any:
    """Say of every profile with a server whose token it has, where it is, and when it ends."""
    keyring = Keyring()
    settings = session.settings
    rows: list[SignIn] = []
    if own := settings.server:
        insecure = settings.allow_insecure
        rows.append(standing(settings, settings.profile_name, own, keyring, insecure=insecure))
    if session.profile is None:
        rows += [
            standing(None, name, profile.server, keyring, insecure=profile.allow_insecure)
            for name, profile in settings.configuration.profiles.items()
            if profile.server and not (own and name == settings.profile_name)
        ]
    if not rows:
        session.tell("No profile has a server. Sign in to one: pscli auth login --server URL")
    session.tell(*(f"Profile {row.profile}: {row.problem}" for row in rows if row.problem))
    if isinstance(keyring.failed, NoKeyring):
        session.tell(keyring.failed.message)
    return Page(items=rows, total=len(rows), next=None)


@command(app, "logout", changes=True, example="auth logout --revoke")
def logout(
    session: Session,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="End the token on the server too.")
    ] = False,
) -> SignOut | None:
    """Forget the profile's token; on the server it stays good unless it is revoked."""
    name, server = session.settings.profile_name, session.settings.server
    if server is None:
        raise InvalidValue(f"Profile {name} has no server.", hint="See: pscli auth status")
    insecure = session.settings.allow_insecure
    url = check_server(server, allow_insecure=insecure or not revoke)  # else nothing is sent
    account = Account(profile=name, origin=origin_of(url))
    kept = stored_token(account) if revoke else None
    if kept is not None:
        if not session.ask(f"Revoke token {kept.id}? Whoever uses it is signed out."):
            return None
        revoke_at(server, kept, insecure=insecure, dry_run=session.dry_run)
    gone = forget_token(account, dry_run=session.dry_run)
    if session.settings.variable("PSCLI_TOKEN"):
        session.tell("PSCLI_TOKEN is set in your environment: unset it too.")
    if session.dry_run:
        session.tell("Nothing was changed: this was a dry run.")
    elif gone and not revoke:
        session.tell(f"The server still takes it. End it: pscli token revoke {gone[0].id}")
    return SignOut(
        changed=bool(gone),
        profile=name,
        server=server,
        removed=[each.place for each in gone],
        token=gone[0].id if gone else None,
        revoked=kept is not None,
    )


def _check_free(name: str, profile: Profile) -> None:
    """Refuse to turn the profile of a local desk into that of a server: its desk would be lost."""
    if profile.database and not profile.server:
        raise InvalidValue(
            f"Profile {name} is the desk at {profile.database}.",
            hint="Take another for the server: pscli auth login --profile NAME --server URL",
            field="profile",
        )


def _asked_server() -> str:
    if not is_interactive():
        raise InvalidValue("Say which server.", hint="Add --server URL.", field="server")
    return reply_to("Server, as in https://desk.example:")


def _given_token(address: str, name: str, *, from_stdin: bool) -> str:
    """The token from stdin, or typed without an echo; never from the command line."""
    import sys

    if is_interactive():
        token = _typed(f"Token of profile {name} for {address} (not shown): ")
    elif from_stdin:
        token = sys.stdin.readline().strip()
    else:
        raise InvalidValue(
            "There is no terminal to ask for the token.",
            hint="Write it to stdin: pscli auth login --with-token < FILE",
            field="token",
        )
    if not token:
        raise InvalidValue("No token was given.", hint="Get one from your operator.", field="token")
    return token


def _typed(question: str) -> str:
    import warnings
    from getpass import GetPassWarning, getpass

    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(question).strip()
        except GetPassWarning:
            raise InvalidValue(
                "This terminal would show the token.",
                hint="Write it to stdin: pscli auth login --with-token < FILE",
                field="token",
            ) from None
        except EOFError:
            return ""


def _remember(name: str, address: str, *, insecure: bool) -> Configuration:
    """Write the server into the profile; a first profile is the one that is used."""

    def changed(known: Configuration) -> Configuration:
        before = known.profiles.get(name, Profile())
        after = structs.replace(before, server=address, allow_insecure=insecure)
        current = known.current if known.profiles else name
        return Configuration(current=current, profiles={**known.profiles, name: after})

    return change_configuration(config_file(os.environ), changed)


def _tell_what_comes_first(session: Session, name: str) -> None:
    """What would keep the next command from using this sign-in."""
    for variable in ("PSCLI_TOKEN", "PSCLI_DB", "PSCLI_SERVER"):
        if session.settings.variable(variable):
            session.tell(f"{variable} is set and comes first: unset it to use this sign-in.")
    if not session.settings.variable("PSCLI_PROFILE") and name != _current():
        session.tell(f"Use it: --profile {name}, or from now on: pscli profile use {name}")


def _current() -> str:
    from pscli.config import read_configuration

    return read_configuration(config_file(os.environ)).current
