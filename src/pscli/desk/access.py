"""Who acts, whether they may, and what is remembered of every change (T4, A1, A2, B10)."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from pscli.codec import encode_json
from pscli.models.addons import HeldEdition
from pscli.models.people import Actor, ActorKind, Identity, PersonStatus
from pscli.models.record import Change, Record
from pscli.operation import Operation, Sql, Work
from pscli.problems import Defect, KeyReused, NotAllowed, NotFound, NotSignedIn, hint_near
from pscli.rules.entitlements import check_hub
from pscli.rules.rights import BY_POLICY, RIGHTS, Access, PolicyRoles, check_right

R = TypeVar("R")

MOST_ALIKE = 500  # names among which the one is looked for that was perhaps meant
LAST = "\U0010ffff"  # sorts after every letter

KEY_DAYS = 30  # B10
RESULT_BYTES = 16 * 1024  # a change returns the small record that it changed

HUB_DOOR = "hub"  # the value of `via` in operations that have two doors

OPERATOR = Actor(kind=ActorKind.OPERATOR, email="operator", name="Operator")

_PERSON = """
    SELECT 'person' AS kind, person.email, person.name, person.team, team.name AS team_name,
           person.id AS person, person.role, person.champion, person.status, person.language,
           person.timezone, team.plan, team.products
    FROM person JOIN team ON team.id = person.team WHERE person.email = :email
"""
_OWNER_BY_HASH = (
    "SELECT email FROM token WHERE hash = :hash AND expires_at > :now AND revoked_at IS NULL"
)
_PERSON_BY_TOKEN = _PERSON.replace(":email", f"({_OWNER_BY_HASH})")
_REPRESENTATIVE = """
    SELECT 'representative' AS kind, email, name, role AS staff_role,
           CASE status WHEN 'removed' THEN 'removed' ELSE 'active' END AS status
    FROM representative WHERE email = :email
"""


def acting(sql: Sql, identity: Identity, now: datetime, *, lock: bool, team: str | None) -> Actor:
    """The actor as they are at this instant (T4), once no other change of their team is under way.

    A representative's change locks the named team, else the desk.
    Raises NotSignedIn, NotAllowed (T5), NotFound.
    """
    if identity.token_hash is not None and not lock:
        # With nothing to lock first, one statement does instead of three.
        reader = sql.one(Actor, _PERSON_BY_TOKEN, hash=identity.token_hash, now=now)
        if reader is not None:
            _check_active(reader, by_token=True)
            return reader
    email = identity.email and identity.email.casefold()
    if identity.token_hash is not None:
        email = _token_owner(sql, identity.token_hash, now)
    if email is None:
        _lock(sql, team, lock=lock)
        return OPERATOR
    home = sql.one(int, "SELECT team FROM person WHERE email = :email", email=email)
    if identity.else_operator and home is not None:
        _lock(sql, team, lock=lock)
        return OPERATOR
    if home is None:
        _lock(sql, team, lock=lock)
        who = sql.one(Actor, _REPRESENTATIVE, email=email)
    else:
        if lock:
            sql.lock(home)
        who = sql.one(Actor, _PERSON, email=email)
    if who is None:
        if identity.token_hash is None:  # whoever opens the desk itself may see them all (A1)
            raise unknown_address(sql, email)
        raise NotFound(f"The desk knows no {email}.", hint="Ask an operator of the desk.")
    _check_active(who, by_token=identity.token_hash is not None)
    return who


def unknown_address(sql: Sql, email: str) -> NotFound:
    """That nobody has this address, with the nearest one: for those who may see them all."""
    alike = sql.all(
        str,
        "SELECT email FROM person WHERE email >= :first AND email < :after UNION "
        "SELECT email FROM representative WHERE email >= :first AND email < :after "
        f"AND status <> 'removed' ORDER BY email LIMIT {MOST_ALIKE}",
        first=email[:1],
        after=email[:1] + LAST,
    )
    return NotFound(
        f"The desk knows no {email}.",
        hint=hint_near(email, alike, "See the people: pscli team people list"),
    )


def _lock(sql: Sql, team: str | None, *, lock: bool) -> None:
    if lock:
        found = sql.one(
            int, "SELECT id FROM team WHERE folded_name = :name", name=folded(team or "")
        )
        sql.lock(found or 0)


def folded(name: str) -> str:
    """A team's name as it is compared: case does not distinguish teams (T1)."""
    return name.casefold()


def _token_owner(sql: Sql, token_hash: str, now: datetime) -> str:
    owner = sql.one(str, _OWNER_BY_HASH, hash=token_hash, now=now)
    if owner is None:
        raise NotSignedIn(
            "The token is wrong, expired or revoked.",
            hint="Get a new one from your operator, then: pscli auth login",
        )
    return owner


def _check_active(who: Actor, *, by_token: bool) -> None:
    if who.status is PersonStatus.ACTIVE:
        return
    if who.status is PersonStatus.REMOVED and by_token:
        raise NotSignedIn("The token's owner was removed.", hint="Ask your operator.")
    raise NotAllowed(
        f"{who.email} is {who.status} and has no support rights (T5).",
        hint="Ask an admin of your team.",
    )


def authorize(work: Work, operation: Operation[Any, Any], arguments: dict[str, Any]) -> None:
    """Refuse whoever may not perform this operation now, or not through this door (E8, C9)."""
    roles = PolicyRoles()
    if RIGHTS[operation.name] in BY_POLICY:
        named = work.policy.roles
        roles = PolicyRoles(billing=tuple(named.billing), audit=tuple(named.audit))
    access = check_right(operation.name, work.who, roles)
    if access is Access.HUB or arguments.get("via") == HUB_DOOR:
        check_hub(work.who, editions_held(work))


def editions_held(
    work: Work, team: int | None = None, at: datetime | None = None
) -> list[HeldEdition]:
    """The editions in force (E1): of the actor's team and now, unless others are named."""
    return work.sql.all(
        HeldEdition,
        "SELECT product, edition, since, NULLIF(until, '9999-12-31T23:59:59Z') AS until FROM addon "
        "WHERE team = :team AND since <= :at AND until > :at ORDER BY product DESC",
        team=work.who.team if team is None else team,
        at=at or work.now,
    )


class Remembered(Record, frozen=True):
    """A change as its key recalls it."""

    request_hash: str
    at: datetime
    result: str


def remembered(
    work: Work, operation: Operation[Any, R], arguments: dict[str, Any], key: str
) -> R | None:
    """The first result of this key, or None; the same key with another request is refused (B10)."""
    from pscli.tokens import check_key

    check_key(key)
    found = work.sql.one(
        Remembered,
        "SELECT request_hash, at, result FROM change WHERE actor = :actor AND key = :key",
        actor=work.who.email,
        key=key,
    )
    if found is None:
        return None
    if found.at < work.now - timedelta(days=KEY_DAYS):
        forget = "UPDATE change SET key = NULL WHERE actor = :actor AND key = :key"
        work.sql.run(forget, actor=work.who.email, key=key)
        return None
    if found.request_hash != request_hash(operation, arguments):
        raise other_request(key)
    import msgspec

    result: R = msgspec.json.decode(found.result, type=operation.hints["return"])
    return result


def other_request(key: str) -> KeyReused:
    """That a key came with another request before (B10)."""
    return KeyReused(
        f"The key {key} came with another request before (B10).",
        hint="Use a new key for a new request.",
        field="idempotency_key",
    )


def request_hash(operation: Operation[Any, Any], arguments: dict[str, Any]) -> str:
    """The SHA-256 of an operation and its arguments, without those equal to their default."""
    from hashlib import sha256

    parameters = operation.signature.parameters
    said = {
        name: arguments[name]
        for name in sorted(arguments)
        if arguments[name] != parameters[name].default
    }
    return sha256(encode_json([operation.name, said])).hexdigest()


def remember(
    work: Work,
    operation: Operation[Any, Any],
    arguments: dict[str, Any],
    key: str | None,
    result: Change[Any],
    origin: str,
) -> None:
    """Write the change into the trail, and its result under its key."""
    text = encode_json(result)
    if len(text) > RESULT_BYTES:
        raise Defect(
            f"{operation.name} returned {len(text)} bytes; a change returns a small record."
        )
    named = {name: arguments[name] for name in operation.path_names}
    work.sql.run(
        "INSERT INTO change (team, actor, key, operation, target, origin, request_hash, result, "
        "changed, at) VALUES (:team, :actor, :key, :operation, :target, :origin, :hash, :result, "
        ":changed, :at)",
        team=work.team,
        actor=work.who.email,
        key=key,
        operation=operation.name,
        target=operation.path.format(**named),
        origin=origin,
        hash=request_hash(operation, arguments),
        result=text.decode(),
        changed=result.changed,
        at=work.now,
    )
