"""pscli token: tokens for a server, made here and known to the desk only by their SHA-256."""

from datetime import datetime
from typing import Annotated, Any

import typer

from pscli.desk import tokens as desk
from pscli.models.access import Token
from pscli.models.record import Change, Record
from pscli.problems import AnswerUnknown
from pscli.tokens import make_token, token_hash, token_id

from .command import command, command_group
from .session import Session

app = command_group("token list", "Tokens for a server.")


class NewToken(Record, frozen=True):
    """A token with its secret, which is shown once."""

    id: str
    token: str | None
    person: str
    name: str
    expires_at: datetime
    created_at: datetime
    revoked_at: datetime | None


@command(app, changes=True, staff=True, example="token create --for ana@acme.example")
def create(
    session: Session,
    owner: Annotated[
        str | None, typer.Option("--for", metavar="EMAIL", help="Whose it is; default yours.")
    ] = None,
    name: Annotated[str, typer.Option(help="What it is for, to tell it from others.")] = "",
    expires: Annotated[
        int, typer.Option(min=1, max=366, metavar="DAYS", help="How long it is good.")
    ] = 90,
) -> Change[NewToken]:
    """Make a token; it is shown this once and cannot be read again."""
    if owner is None and not session.settings.server:
        owner = session.settings.act_as
    token = make_token()
    try:
        made = session.change(
            desk.create_token, token_hash(token), owner=owner, name=name, expires=expires
        )
    except AnswerUnknown as unknown:  # a repeated run would make another secret: no same request
        ended = f"pscli token revoke {token_id(token)}"
        unknown.hint = f"If it was made, nobody knows it. End it, then make another: {ended}"
        raise
    record = made.record
    if not session.dry_run:
        session.tell("Keep the token now: it is not shown again.")
    return Change(
        record=NewToken(
            id=record.id,
            token=None if session.dry_run else token,
            person=record.person,
            name=record.name,
            expires_at=record.expires_at,
            created_at=record.created_at,
            revoked_at=record.revoked_at,
        ),
        changed=made.changed,
    )


@command(app, "list", lists=True, staff=True, example="token list")
def list_(session: Session) -> Any:
    """List your tokens, or as an operator everyone's; never a secret."""
    return session.page_of(desk.list_tokens)


@command(app, changes=True, staff=True, example="token revoke 0123456789ab")
def revoke(
    session: Session,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The token's id, from token list.")],
) -> Change[Token] | None:
    """End a token at once."""
    if not session.ask(f"Revoke token {id_}? Whoever uses it is signed out."):
        return None
    return session.change(desk.revoke_token, id_)
