"""The one place that chooses a backend."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pscli.models.people import Identity
from pscli.problems import InvalidValue

if TYPE_CHECKING:
    from pscli.backends.postgres import Postgres
    from pscli.backends.sqlite import Sqlite
    from pscli.operation import Backend


def open_database(place: str, size: int = 1, *, upgrade: bool = True) -> "Sqlite | Postgres":
    """The database at a path or a postgresql:// address, with up to `size` connections.

    Without `upgrade` a desk of an older pscli is refused on being opened, not brought up. Raises
    InvalidValue where the driver of PostgreSQL is not installed.
    """
    if place.startswith(("postgresql://", "postgres://")):
        try:
            from .postgres import Postgres
        except ModuleNotFoundError as error:
            from pscli.extras import how_to_install

            raise InvalidValue(
                f"A desk on PostgreSQL needs {error.name}, which is not installed.",
                hint=f"Install the extra server: {how_to_install('server')}",
            ) from error
        return Postgres(place, size, upgrade=upgrade)
    from .sqlite import Sqlite

    return Sqlite(Path(place), upgrade=upgrade)


def open_local(place: str, identity: Identity, clock: Callable[[], datetime]) -> "Backend":
    """The desk in a database that this process can open."""
    from .local import Local

    return Local(open_database(place), identity, clock)


def open_remote(server: str, token: str, *, allow_insecure: bool = False) -> "Backend":
    """The desk behind a server."""
    from .remote import Remote

    return Remote(server, token, allow_insecure=allow_insecure)
