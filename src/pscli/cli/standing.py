"""How a profile stands with its server: whose token it has, where it is kept, when it ends."""

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from pscli.backends.remote import Patience, Remote
from pscli.backends.wire import check_server, origin_of
from pscli.config import Settings
from pscli.credentials import Account, Kept, Keyring, find_token, stored_token
from pscli.desk.tokens import revoke_token, show_token, whoami
from pscli.models.access import Me, Token
from pscli.models.record import Record
from pscli.problems import NotAllowed, NotFound, NotSignedIn, Problem
from pscli.tokens import token_id

if TYPE_CHECKING:
    from pscli.operation import Backend

_SHORT = Patience(connect=3.0, read=4.0, total=5.0, attempts=1)  # one profile of several


class SignIn(Record, frozen=True):
    """A profile and its server; the token by its id only.

    `state` is good, refused, unanswered, unknown (what keeps the token did not say) or signed out;
    `kept` is environment, file or keyring.
    """

    profile: str
    server: str
    state: str
    person: str | None = None
    expires_at: datetime | None = None
    token: str | None = None
    kept: str | None = None
    place: str | None = None
    problem: str | None = None


def ask_server(
    address: str, token: str, *, insecure: bool, patience: Patience | None = None
) -> tuple[Me, Token | None]:
    """Whose a token is and when it ends; raises what the server says instead."""
    remote = Remote(address, token, allow_insecure=insecure, patience=patience)
    with closing(remote):
        return whoami(remote), own_token(remote, token)


def own_token(backend: "Backend", token: str) -> Token | None:
    """What the server knows of a token; None where it keeps that to itself."""
    try:
        return show_token(backend, token_id(token))
    except NotFound:  # a server that does not say, or a token that ended between two questions
        return None


def standing(
    settings: Settings | None, name: str, server: str, keyring: Keyring, *, insecure: bool
) -> SignIn:
    """How one profile stands; PSCLI_TOKEN counts, and is sent, only where `settings` are given."""
    row = SignIn(profile=name, server=server, state="unknown")
    try:
        origin = origin_of(check_server(server, allow_insecure=insecure))
        if settings is not None:
            kept = find_token(settings, origin, keyring)
        else:
            kept = stored_token(Account(profile=name, origin=origin), keyring)
    except Problem as problem:
        return _with(row, "unknown", problem)
    if kept is None:
        return _with(row, "signed out")
    try:
        person, known = ask_server(server, kept.token, insecure=insecure, patience=_SHORT)
    except (NotSignedIn, NotAllowed) as problem:
        return _with(row, "refused", problem, kept)
    except Problem as problem:
        return _with(row, "unanswered", problem, kept)
    return signed_in(name, server, kept, person, known)


def signed_in(name: str, server: str, kept: Kept, person: Me, known: Token | None) -> SignIn:
    """A profile whose token its server takes."""
    return SignIn(
        profile=name,
        server=server,
        state="good",
        person=person.email,
        expires_at=known.expires_at if known else None,
        token=kept.id,
        kept=kept.where,
        place=kept.place,
    )


def revoke_at(server: str, kept: Kept, *, insecure: bool, dry_run: bool) -> None:
    """End a token on its server; one that the server does not take any more has ended."""
    remote = Remote(server, kept.token, allow_insecure=insecure)
    with closing(remote):
        try:
            remote.perform(revoke_token, {"id": kept.id}, dry_run=dry_run)
        except (NotSignedIn, NotFound):
            return
        except Problem as problem:
            problem.hint = "\n".join(
                filter(None, [problem.hint, "Without --revoke it is forgotten here only."])
            )
            raise


def _with(
    row: SignIn, state: str, problem: Problem | None = None, kept: Kept | None = None
) -> SignIn:
    return structs.replace(
        row,
        state=state,
        token=kept.id if kept else None,
        kept=kept.where if kept else None,
        place=kept.place if kept else None,
        problem=problem.message if problem else None,
    )
