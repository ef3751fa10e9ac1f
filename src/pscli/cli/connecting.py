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
    kept = find_token(settings, origin)
    if kept is None:
        raise NotSignedIn(
            f"Profile {settings.profile_name} has no token for {origin}.",
            hint="Sign in: pscli auth login, or set PSCLI_TOKEN.",
        )
    session.token = kept.token
    return open_remote(server, kept.token, allow_insecure=insecure)
