"""The trail of changes (A2)."""

from pscli.models.access import AuditEntry
from pscli.models.names import Email, TeamName
from pscli.models.people import ActorKind
from pscli.models.record import Cursor, Instant, Limit, Page, Word
from pscli.operation import Work, operation
from pscli.problems import InvalidValue, NotAllowed, hint_near
from pscli.rules.rights import RIGHTS

from .access import folded
from .paging import decode_cursor, encode_cursor
from .teams import team_id

LAST = 2**63 - 1
_WHOLE = "SELECT id AS number, team, at, actor, operation, target, origin, changed FROM change"
# A team counts its own changes: the desk's numbers would tell how many others make.
_OWN = (
    "SELECT ROW_NUMBER() OVER (ORDER BY id) AS number, team, at, actor, operation, target, origin, "
    "changed FROM change WHERE team = :home"
)


@operation("GET", "/audit")
def list_audit(
    work: Work,
    team: TeamName | None = None,
    who: Email | None = None,
    name: Word | None = None,
    since: Instant | None = None,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Page[AuditEntry]:
    """Every change, newest first; a team's own roles see their team's (A2)."""
    home = _home(work, team)
    trail = _OWN if work.who.kind is ActorKind.PERSON else _WHOLE
    if name is not None and name not in RIGHTS:
        raise InvalidValue(
            f"There is no operation {name}.",
            hint=hint_near(name, RIGHTS, "Its names stand in: pscli desk audit list"),
            field="operation",
        )
    before = LAST if cursor is None else int(decode_cursor(cursor, "audit", 1)[0])
    rows = work.sql.all(
        AuditEntry,
        "SELECT number AS id, at, actor AS who, operation, target, origin, "
        f"CASE changed WHEN 1 THEN 'changed' ELSE 'unchanged' END AS result FROM ({trail}) AS own "
        "WHERE number < :before AND (CAST(:home AS BIGINT) IS NULL OR team = :home) "
        "AND (CAST(:actor AS TEXT) IS NULL OR actor = :actor) "
        "AND (CAST(:name AS TEXT) IS NULL OR operation = :name) AND at >= :since "
        "ORDER BY number DESC LIMIT :limit",
        before=before,
        home=home,
        actor=who and who.casefold(),
        name=name,
        since=since or "",
        limit=limit + 1,
    )
    following = encode_cursor("audit", rows[limit - 1].id) if len(rows) > limit else None
    return Page(items=rows[:limit], total=None, next=following)


def _home(work: Work, team: str | None) -> int | None:
    """The team whose trail is asked for; None is every team's.

    A person is told the same of another team and of one that is not there (A2).
    """
    if work.who.kind is not ActorKind.PERSON:
        return None if team is None else team_id(work, team)
    if team is not None and folded(team) != folded(work.who.team_name):
        raise NotAllowed(
            "You may read the trail of your own team only (A2).",
            hint="Leave --team out, or name your own.",
        )
    return work.who.team
