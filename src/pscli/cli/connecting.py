"""How a run reaches the desk behind a server: as whoever its token says (A1)."""

from typing import TYPE_CHECKING

from pscli.backends import open_remote
from pscli.backends.wire import check_server, origin_of
from pscli.credentials import find_token
from pscli.problems import InvalidValue, NotSignedIn

if TYPE_CHECKING:
    from pscli.operation import Backend

    from .session import Session


def connect(session: "Session", server: str) -> "Backend":
    """The desk behind a server; the run notes its token. Raises NotSignedIn, InvalidValue."""
    settings = session.settings
    if session.act_as or settings.variable("PSCLI_AS"):
        raise InvalidValue(
            "On a server the token says who you are.", hint="Leave --as and PSCLI_AS out."
        )
    if settings.now:
        raise InvalidValue("A server has its own clock.", hint="Leave PSCLI_NOW out.")
    insecure = settings.allow_insecure
    origin = origin_of(check_server(server, allow_insecure=insecure))
    abroad = session.home is not None and _origin_at(session.home) != origin
    kept = find_token(settings, origin, abroad=abroad)
    if kept is None:
        name = settings.profile_name
        there = f"Sign in there: pscli auth login --profile {name} (PSCLI_TOKEN is not sent there)."
        raise NotSignedIn(
            f"Profile {name} has no token for {origin}.",
            hint=there if abroad else "Sign in: pscli auth login, or set PSCLI_TOKEN.",
        )
    session.token = kept.token
    return open_remote(server, kept.token, allow_insecure=insecure)


def _origin_at(home: str) -> str | None:
    """To whom a token may go at an address; None where it is a local desk."""
    return origin_of(check_server(home, allow_insecure=True)) if home else None
