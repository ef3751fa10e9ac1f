"""pscli serve: offer a desk to other machines."""

from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from pscli.extras import how_to_install
from pscli.problems import InvalidValue

from .command import command
from .session import Session

app = typer.Typer(rich_markup_mode=None)


@command(app, example="serve --port 8765")
def serve(
    session: Session,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = 8765,
    database: Annotated[
        str | None, typer.Option(metavar="PLACE", help="A file or a postgresql:// address.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes.")] = 1,
) -> Any:
    """Offer a desk to other machines until SIGTERM or Ctrl-C; it knows people by their tokens."""
    place = database or session.settings.database
    if database is not None:
        _check_no_password(database)
    try:
        from pscli.server.running import serve as run
    except ModuleNotFoundError as error:
        raise InvalidValue(
            f"The server needs more than the command line: {error.name} is not installed.",
            hint=f"Install the extra server: {how_to_install('server')}",
        ) from error

    def announce(address: str, real_port: int) -> None:
        shown = f"[{address}]" if ":" in address else address
        session.tell(f"Listening on http://{shown}:{real_port}")
        if not ip_address(address).is_loopback:
            session.tell("This is plain HTTP: put a proxy that speaks TLS in front of it.")

    if session.settings.now:
        session.tell("PSCLI_NOW is not used: a server has the real clock.")
    run(place, host=host, port=port, workers=workers, announce=announce)


def _check_no_password(place: str) -> None:
    """Refuse a secret on the command line, which every process of the machine can read."""
    if "://" in place and urlsplit(place).password is not None:
        raise InvalidValue(
            "A password does not belong on the command line, where others can read it.",
            hint="Leave it out, and set PGPASSWORD or write it into ~/.pgpass.",
            field="database",
        )
