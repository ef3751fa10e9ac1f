"""Tokens for the server: made by the client, known here only by their SHA-256 (A1)."""

from datetime import timedelta
from typing import Annotated

from msgspec import Meta

from pscli.models.access import Me, Token
from pscli.models.names import Email
from pscli.models.people import ActorKind, RepresentativeRole
from pscli.models.record import Change, Cursor, Limit, Page, ShortText
from pscli.models.uploads import Digest
from pscli.operation import Work, operation
from pscli.problems import InvalidValue, NotAllowed, NotFound, StateForbids, hint_near
from pscli.rules.entitlements import has_hub

from .access import LAST, MOST_ALIKE, editions_held, unknown_address
from .paging import decode_cursor, encode_cursor

_COLUMNS = "id, email AS person, name, created_at, expires_at, revoked_at"
TokenId = Annotated[str, Meta(pattern="^[0-9a-f]{12}$")]
Days = Annotated[int, Meta(ge=1, le=366)]


@operation("POST", "/tokens")
def create_token(
    work: Work,
    hash: Digest,
    owner: Email | None = None,
    name: ShortText = "",
    expires: Days = 90,
) -> Change[Token]:
    """Register a token by the SHA-256 of it; for others operators only (A1)."""
    email = (owner or work.who.email).casefold()
    _check_owner(work, email)
    team = work.sql.one(int, "SELECT team FROM person WHERE email = :email", email=email)
    staff = work.sql.one(
        int, "SELECT 1 FROM representative WHERE email = :email AND status = 'active'", email=email
    )
    if team is None and not staff:
        if owner is None:
            raise InvalidValue("Say whom the token is for.", hint="Add --for EMAIL.", field="owner")
        raise unknown_address(work.sql, email)  # only an operator may name others
    new = work.sql.run(
        "INSERT INTO token (id, hash, team, email, name, created_at, expires_at) "
        "VALUES (:id, :hash, :team, :email, :name, :now, :expires) ON CONFLICT DO NOTHING",
        id=hash[:12],
        hash=hash,
        team=team or 0,
        email=email,
        name=name,
        now=work.now,
        expires=work.now + timedelta(days=expires),
    )
    if not new:
        raise StateForbids("This token is registered already.", hint="Make a new one, at random.")
    return Change(record=_token(work, hash[:12]))


@operation("GET", "/tokens")
def list_tokens(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Token]:
    """Your tokens, or for an operator everyone's; never a secret (A1)."""
    after = "" if cursor is None else decode_cursor(cursor, "tokens", 2)[0]
    rows = work.sql.all(
        Token,
        f"SELECT {_COLUMNS} FROM token WHERE id > :after "
        "AND (CAST(:email AS TEXT) IS NULL OR email = :email) ORDER BY id LIMIT :limit",
        after=after,
        email=None if _is_operator(work) else work.who.email,
        limit=limit + 1,
    )
    following = encode_cursor("tokens", rows[limit - 1].id, 0) if len(rows) > limit else None
    return Page(
        items=rows[:limit], total=None if following or cursor else len(rows), next=following
    )


@operation("GET", "/tokens/{id}")
def show_token(work: Work, id: TokenId) -> Token:
    """One of your tokens, or for an operator anyone's; never its secret (A1)."""
    token = work.sql.one(Token, f"SELECT {_COLUMNS} FROM token WHERE id = :id", id=id)
    if token is None or not (_is_operator(work) or token.person == work.who.email):
        hint = hint_near(id, _alike(work, id), "See them: pscli token list")
        raise NotFound(f"There is no token {id} of yours.", hint=hint)
    return token


def _alike(work: Work, id_: str) -> list[str]:
    """The ids of tokens that `list_tokens` shows this actor and that begin like a mistyped one."""
    return work.sql.all(
        str,
        "SELECT id FROM token WHERE id >= :first AND id < :after "
        f"AND (CAST(:email AS TEXT) IS NULL OR email = :email) ORDER BY id LIMIT {MOST_ALIKE}",
        first=id_[:2],
        after=id_[:2] + LAST,
        email=None if _is_operator(work) else work.who.email,
    )


@operation("DELETE", "/tokens/{id}")
def revoke_token(work: Work, id: TokenId) -> Change[Token]:
    """End a token at once."""
    token = show_token.function(work, id)
    if token.revoked_at is not None:
        return Change(record=token, changed=False)
    work.sql.run("UPDATE token SET revoked_at = :now WHERE id = :id", now=work.now, id=id)
    return Change(record=_token(work, id))


@operation("GET", "/me")
def whoami(work: Work) -> Me:
    """Who you are on this desk and what covers you."""
    who = work.who
    held = editions_held(work) if who.kind is ActorKind.PERSON else []
    return Me(
        kind=who.kind,
        email=who.email,
        name=who.name,
        team=who.team_name or None,
        role=who.role or who.staff_role,
        champion=who.champion,
        status=who.status,
        language=who.language,
        timezone=who.timezone,
        editions=held,
        hub=who.role is not None and has_hub(who, held),
        rehearsal=bool(work.sql.one(int, "SELECT rehearsal FROM desk")),
    )


def _is_operator(work: Work) -> bool:
    return work.who.kind is ActorKind.OPERATOR or work.who.staff_role is RepresentativeRole.OPERATOR


def _check_owner(work: Work, email: str) -> None:
    if email != work.who.email and not _is_operator(work):
        raise NotAllowed(
            "You may make tokens for yourself only (A1).",
            hint="Leave --for out, or ask an operator.",
        )


def _token(work: Work, id_: str) -> Token:
    found = work.sql.one(Token, f"SELECT {_COLUMNS} FROM token WHERE id = :id", id=id_)
    if found is None:
        raise NotFound(f"There is no token {id_}.", hint="See them: pscli token list")
    return found
