"""How much teams use which features, kept as counts per person and quarter (Q1, Q2)."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, ClassVar

from pscli.models.names import TeamName
from pscli.models.record import Change, Cursor, Limit, Page, Record
from pscli.models.usage import (
    FeatureUse,
    ImportedUses,
    KnownUse,
    KnownUses,
    Quarter,
    SeenUse,
    SeenUses,
    StatedUse,
    StatedUses,
)
from pscli.operation import Work, operation
from pscli.problems import InvalidValue, NotFound, hint_near
from pscli.rules.usage import (
    Audience,
    Knowledge,
    Users,
    check_begun,
    check_over,
    last_quarter,
    quarter_of,
    use_of,
)

from .paging import decode_cursor, encode_cursor
from .teams import team_id

ROWS_AT_ONCE = 100


class UsingTeam(Record, frozen=True):
    """What decides which features a team owns, and when its quarters begin."""

    json_columns: ClassVar[tuple[str, ...]] = ("products",)

    name: str
    products: list[str]
    timezone: str


@operation("POST", "/teams/{team}/usage")
def import_usage(
    work: Work,
    team: TeamName,
    stated: StatedUses = [],
    seen: SeenUses = [],
    known: KnownUses = [],
) -> Change[ImportedUses]:
    """Import feature usage: rows of a table replace, events are counted once each (Q2).

    Uses of people who are not in the team are counted as strangers and left out.
    """
    work.team = team_id(work, team)
    zone = using_team(work, work.team).timezone
    _check(work, zone, stated, seen, known)
    emails = [use.person for use in stated] + [use.person for use in seen]
    people = _people(work, {email.casefold() for email in emails})
    mine = [use for use in stated if use.person.casefold() in people]
    watched = [use for use in seen if use.person.casefold() in people]
    imported = _state(work, mine, people) + _count(work, watched, people, zone)
    rows = [
        (work.team, each.quarter, key) for each in known for key in dict.fromkeys(each.features)
    ]
    learnt = _insert(work, "feature_known (team, quarter, feature)", rows, "DO NOTHING")
    result = ImportedUses(
        imported=imported,
        known=len(mine) + len(watched) - imported,
        strangers=len(stated) + len(seen) - len(mine) - len(watched),
    )
    return Change(record=result, changed=imported + learnt > 0)


def _check(
    work: Work, zone: str, stated: list[StatedUse], seen: list[SeenUse], known: list[KnownUse]
) -> None:
    """Refuse what cannot have been: unknown features, the future, a row twice."""
    features = {feature.key for feature in work.policy.features}
    named = {use.feature for use in stated} | {use.feature for use in seen}
    named = named.union(*(each.features for each in known))
    if unknown := named - features:
        raise InvalidValue(
            f"There is no feature “{min(unknown)}” (P1).",
            hint=hint_near(min(unknown), features, "See them: pscli desk policy show"),
            field="feature",
        )
    for use in stated:
        check_begun(use.quarter, work.now, zone)
    for each in known:
        check_over(each.quarter, work.now, zone)
    if any(use.at > work.now for use in seen):
        raise InvalidValue("An event lies in the future.", hint="Mend its time.", field="seen")
    rows = Counter((use.person.casefold(), use.feature, use.quarter) for use in stated)
    if rows and max(rows.values()) > 1:
        raise InvalidValue(
            "A person, feature and quarter stand there twice.",
            hint="Name each once.",
            field="stated",
        )


def _people(work: Work, emails: Iterable[str]) -> dict[str, int]:
    """The people of the team by their addresses, whatever their status."""
    found: dict[str, int] = {}
    wanted = sorted(emails)
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        names = {f"e{n}": email for n, email in enumerate(wanted[start : start + ROWS_AT_ONCE])}
        rows = work.sql.all(
            _Known,
            "SELECT id, email FROM person WHERE team = :team "
            f"AND email IN ({', '.join(f':{name}' for name in names)})",
            team=work.team,
            **names,
        )
        found.update((row.email, row.id) for row in rows)
    return found


class _Known(Record, frozen=True):
    id: int
    email: str


def _state(work: Work, uses: list[StatedUse], people: dict[str, int]) -> int:
    """Write what a table says; returns how many rows are new or other than before."""
    rows = [
        (work.team, use.feature, use.quarter, people[use.person.casefold()], use.uses, 0)
        for use in uses
    ]
    return _insert(
        work,
        "feature_use (team, feature, quarter, person, stated, counted)",
        rows,
        "(team, feature, quarter, person) DO UPDATE SET stated = excluded.stated "
        "WHERE feature_use.stated <> excluded.stated",
    )


def _count(work: Work, uses: list[SeenUse], people: dict[str, int], zone: str) -> int:
    """Count the events that never came before; returns how many they are."""
    first = {use.id: use for use in reversed(uses)}
    came = _insert_new(work, sorted(first))
    counts = Counter(
        (use.feature, quarter_of(use.at, zone), people[use.person.casefold()])
        for id_, use in first.items()
        if id_ in came
    )
    _insert(
        work,
        "feature_use (team, feature, quarter, person, stated, counted)",
        [(work.team, *key, 0, number) for key, number in sorted(counts.items())],
        "(team, feature, quarter, person) "
        "DO UPDATE SET counted = feature_use.counted + excluded.counted",
    )
    return len(came)


def _insert_new(work: Work, ids: list[str]) -> set[str]:
    """Keep the ids of events; returns those that were not kept before."""
    came: set[str] = set()
    for start in range(0, len(ids), ROWS_AT_ONCE):
        names = {f"e{n}": id_ for n, id_ in enumerate(ids[start : start + ROWS_AT_ONCE])}
        came.update(
            work.sql.all(
                str,
                "INSERT INTO feature_event (team, event) VALUES "
                + ", ".join(f"(:team, :{name})" for name in names)
                + " ON CONFLICT DO NOTHING RETURNING event",
                team=work.team,
                **names,
            )
        )
    return came


def _insert(work: Work, table: str, rows: list[tuple[Any, ...]], conflict: str) -> int:
    """Rows of a table, many to a statement; returns how many were written."""
    written = 0
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        values = {f"v{n}_{m}": value for n, row in enumerate(some) for m, value in enumerate(row)}
        places = (
            f"({', '.join(f':v{n}_{m}' for m in range(len(row)))})" for n, row in enumerate(some)
        )
        statement = f"INSERT INTO {table} VALUES {', '.join(places)} ON CONFLICT {conflict}"
        written += work.sql.run(statement, **values)
    return written


@operation("GET", "/teams/{team}/usage")
def list_usage(
    work: Work,
    team: TeamName,
    quarter: Quarter | None = None,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Page[FeatureUse]:
    """How much a team uses each feature in a quarter, by default the last that is over (Q2)."""
    id_ = team_id(work, team)
    asked = quarter or last_quarter(work.now)
    check_begun(asked, work.now, using_team(work, id_).timezone)
    uses = uses_of(work, id_, asked, "en")
    after = 0 if cursor is None else int(decode_cursor(cursor, "usage", 1)[0])
    following = encode_cursor("usage", after + limit) if after + limit < len(uses) else None
    return Page(items=uses[after : after + limit], total=len(uses), next=following)


def using_team(work: Work, team: int) -> UsingTeam:
    """The team as usage sees it; raises NotFound."""
    found = work.sql.one(
        UsingTeam, "SELECT name, products, timezone FROM team WHERE id = :team", team=team
    )
    if found is None:
        raise NotFound("There is no such team.", hint="See the teams: pscli team list")
    return found


def uses_of(work: Work, team: int, quarter: str, language: str) -> list[FeatureUse]:
    """How much a team uses each feature of the policy, in its order (Q1, Q2)."""
    knowledge = _knowledge(work, team, quarter)
    rare = work.policy.digest.rare_percent
    return [use_of(feature, knowledge, rare, language) for feature in work.policy.features]


def _knowledge(work: Work, team: int, quarter: str) -> Knowledge:
    users = work.sql.all(
        Users,
        "SELECT feature, count(*) AS people, count(person.role) AS admins FROM feature_use "
        "JOIN person ON person.team = feature_use.team AND person.id = feature_use.person "
        "WHERE feature_use.team = :team AND quarter = :quarter AND stated + counted > 0 "
        "AND person.status = 'active' GROUP BY feature",
        team=team,
        quarter=quarter,
    )
    audience = work.sql.one(
        Audience,
        "SELECT count(*) AS people, count(role) AS admins FROM person "
        "WHERE team = :team AND status = 'active'",
        team=team,
    )
    known = work.sql.all(
        str,
        "SELECT feature FROM feature_known WHERE team = :team AND quarter = :quarter",
        team=team,
        quarter=quarter,
    )
    ever = work.sql.all(
        str,
        "SELECT DISTINCT feature FROM feature_use WHERE team = :team AND quarter <= :quarter "
        "AND stated + counted > 0",
        team=team,
        quarter=quarter,
    )
    return Knowledge(
        quarter=quarter,
        products=using_team(work, team).products,
        audience=audience or Audience(people=0, admins=0),
        users={each.feature: each for each in users},
        known=known,
        ever=ever,
    )
