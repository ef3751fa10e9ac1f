"""The trail of changes (A2)."""

from msgspec.structs import replace

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
_PAGE = """SELECT id, at, actor AS who, operation, target, origin,
    CASE changed WHEN 1 THEN 'changed' ELSE 'unchanged' END AS result FROM change
    WHERE {whose} AND id < :before
    AND (CAST(:actor AS TEXT) IS NULL OR actor = :actor)
    AND (CAST(:name AS TEXT) IS NULL OR operation = :name) AND at >= :since
    ORDER BY id DESC LIMIT :limit"""


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
    if name is not None and name not in RIGHTS:
        raise InvalidValue(
            f"There is no operation {name}.",
            hint=hint_near(name, RIGHTS, "Its names stand in: pscli desk audit list"),
            field="operation",
        )
    counted = home is not None and work.who.kind is ActorKind.PERSON
    before = LAST
    if cursor is not None:
        place = int(decode_cursor(cursor, "audit", 1)[0])
        before = _id_of(work, place) if counted else place
    rows = work.sql.all(
        AuditEntry,
        _PAGE.format(whose="1 = 1" if home is None else "team = :home"),
        before=before,
        home=home,
        actor=who and who.casefold(),
        name=name,
        since=since or "",
        limit=limit + 1,
    )
    found = _counted(work, rows) if counted else rows
    following = encode_cursor("audit", found[limit - 1].id) if len(found) > limit else None
    return Page(items=found[:limit], total=None, next=following)


def _counted(work: Work, rows: list[AuditEntry]) -> list[AuditEntry]:
    """Entries with their places in the team's own trail: ids would tell how much others do (A2)."""
    if not rows:
        return rows
    least, most = rows[-1].id, rows[0].id
    between = (
        "SELECT id FROM change WHERE team = :home AND id >= :least AND id <= :most ORDER BY id"
    )
    ids = work.sql.all(int, between, home=work.who.team, least=least, most=most)
    earlier = "SELECT count(*) FROM change WHERE team = :home AND id < :least"
    first = (work.sql.one(int, earlier, home=work.who.team, least=least) or 0) + 1
    places = {id_: place for place, id_ in enumerate(ids, first)}
    return [replace(row, id=places[row.id]) for row in rows]


def _id_of(work: Work, place: int) -> int:
    """The id of the entry at a place of the team's own trail; beyond its end, one after all."""
    query = "SELECT id FROM change WHERE team = :home ORDER BY id LIMIT 1 OFFSET :before"
    return work.sql.one(int, query, home=work.who.team, before=max(place - 1, 0)) or LAST


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
