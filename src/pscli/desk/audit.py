"""The trail of changes (A2)."""

from pscli.models.access import AuditEntry
from pscli.models.names import Email, TeamName
from pscli.models.people import ActorKind
from pscli.models.record import Cursor, Instant, Limit, Page, Word
from pscli.operation import Work, operation
from pscli.problems import InvalidValue, NotAllowed, did_you_mean
from pscli.rules.rights import RIGHTS

from .paging import decode_cursor, encode_cursor
from .teams import team_id

LAST = 2**63 - 1


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
    home: int | None = None if team is None else team_id(work, team)
    if work.who.kind is ActorKind.PERSON:
        if home not in (None, work.who.team):
            raise NotAllowed(
                "You may read the trail of your own team only (A2).",
                hint="Leave --team out, or name your own.",
            )
        home = work.who.team
    if name is not None and name not in RIGHTS:
        raise InvalidValue(
            f"There is no operation {name}.",
            hint="\n".join(
                [*did_you_mean(name, RIGHTS), "Its names stand in: pscli desk audit list"]
            ),
            field="operation",
        )
    before = LAST if cursor is None else int(decode_cursor(cursor, "audit", 1)[0])
    rows = work.sql.all(
        AuditEntry,
        "SELECT id, at, actor AS who, operation, target, origin, "
        "CASE changed WHEN 1 THEN 'changed' ELSE 'unchanged' END AS result FROM change "
        "WHERE id < :before AND (CAST(:home AS BIGINT) IS NULL OR team = :home) "
        "AND (CAST(:actor AS TEXT) IS NULL OR actor = :actor) "
        "AND (CAST(:name AS TEXT) IS NULL OR operation = :name) AND at >= :since "
        "ORDER BY id DESC LIMIT :limit",
        before=before,
        home=home,
        actor=who and who.casefold(),
        name=name,
        since=since or "",
        limit=limit + 1,
    )
    following = encode_cursor("audit", rows[limit - 1].id) if len(rows) > limit else None
    return Page(items=rows[:limit], total=None, next=following)
