"""The people of a team, kept by operators (T2-T5)."""

from typing import Annotated

from msgspec import Meta

from pscli.codec import narrow
from pscli.models.names import Email, TeamName, Zone
from pscli.models.people import AdminRole, ChampionLevel, Person, PersonStatus
from pscli.models.record import Change, Cursor, Language, Limit, Page, ShortText
from pscli.operation import Work, operation
from pscli.problems import NotFound, StateForbids, hint_near
from pscli.rules.teams import check_language, check_last_admin, check_zone

from .access import LAST, MOST_ALIKE
from .clocks import tighten_clocks
from .paging import decode_cursor, encode_cursor
from .teams import team_id, team_named

PERSON = """
    SELECT person.email, person.name, team.name AS team, person.role, person.champion,
           person.status, person.language, person.timezone, person.phone_region, person.created_at,
           person.id, person.team AS team_id
    FROM person JOIN team ON team.id = person.team
"""
Region = Annotated[str, Meta(pattern="^[A-Z]{2}$")]


class StoredPerson(Person, frozen=True):
    """A person with their storage keys."""

    id: int
    team_id: int


@operation("POST", "/teams/{team}/people")
def add_person(
    work: Work,
    team: TeamName,
    email: Email,
    name: ShortText | None = None,
    role: AdminRole | None = None,
    champion: ChampionLevel = ChampionLevel.NONE,
    language: Language = "en",
    timezone: Zone | None = None,
    region: Region | None = None,
) -> Change[Person]:
    """Add a person; one who was removed from this team comes back with their tickets (T2)."""
    home = team_named(work, team)
    work.team = team_id(work, team)
    check_language(language)
    if timezone is not None:
        check_zone(timezone)
    email = email.casefold()
    known = find_person(work, email)
    _check_free(work, email, known)
    id_ = (
        known.id
        if known
        else work.sql.one(
            int, "UPDATE team SET people = people + 1 WHERE id = :id RETURNING people", id=work.team
        )
    )
    work.sql.run(
        "INSERT INTO person (team, id, email, name, role, champion, status, language, timezone, "
        "phone_region, created_at) VALUES (:team, :id, :email, :name, :role, :champion, 'active', "
        ":language, :timezone, :region, :now) ON CONFLICT (team, id) DO UPDATE SET "
        "name = excluded.name, role = excluded.role, champion = excluded.champion, "
        "status = excluded.status, language = excluded.language, timezone = excluded.timezone, "
        "phone_region = excluded.phone_region",
        team=work.team,
        id=id_,
        email=email,
        name=name or email.split("@")[0],
        role=role,
        champion=champion,
        language=language,
        timezone=timezone or home.timezone,
        region=region,
        now=work.now,
    )
    return Change(record=the_person(work, email))


def _check_free(work: Work, email: str, known: StoredPerson | None) -> None:
    if known and (known.status is not PersonStatus.REMOVED or known.team_id != work.team):
        raise StateForbids(
            f"{email} belongs to team {known.team} already (T2).",
            hint=f"Remove them there first: pscli team people remove {email}",
            field="email",
        )
    if work.sql.one(int, "SELECT 1 FROM representative WHERE email = :email", email=email):
        raise StateForbids(
            f"{email} is a representative (T2, T6).",
            hint=f"Use another address, or first: pscli support agents remove {email}",
            field="email",
        )


@operation("GET", "/teams/{team}/people")
def list_people(
    work: Work, team: TeamName, limit: Limit = 50, cursor: Cursor | None = None
) -> Page[Person]:
    """The people of a team, in the order in which they came."""
    home = team_id(work, team)
    after = 0 if cursor is None else int(decode_cursor(cursor, "people", 1)[0])
    rows = work.sql.all(
        StoredPerson,
        f"{PERSON} WHERE person.team = :team AND person.id > :after "
        "ORDER BY person.id LIMIT :limit",
        team=home,
        after=after,
        limit=limit + 1,
    )
    following = encode_cursor("people", rows[limit - 1].id) if len(rows) > limit else None
    total = work.sql.one(int, "SELECT people FROM team WHERE id = :team", team=home)
    return Page(items=[narrow(Person, row) for row in rows[:limit]], total=total, next=following)


@operation("PATCH", "/people/{email}")
def set_person(
    work: Work,
    email: Email,
    name: ShortText | None = None,
    role: AdminRole | None = None,
    member: bool = False,
    champion: ChampionLevel | None = None,
    status: PersonStatus | None = None,
    language: Language | None = None,
    timezone: Zone | None = None,
    region: Region | None = None,
) -> Change[Person]:
    """Change a person; what is left out stays, `member` takes the role away (T2, T3)."""
    before = stored_person(work, email)
    work.sql.lock(before.team_id)
    before = stored_person(work, email)
    work.team = before.team_id
    if language is not None:
        check_language(language)
    if timezone is not None:
        check_zone(timezone)
    work.sql.run(
        "UPDATE person SET name = COALESCE(:name, name), champion = COALESCE(:champion, champion), "
        "role = CASE WHEN :member = 1 THEN NULL ELSE COALESCE(:role, role) END, "
        "status = COALESCE(:status, status), language = COALESCE(:language, language), "
        "timezone = COALESCE(:timezone, timezone), phone_region = COALESCE(:region, phone_region) "
        "WHERE team = :team AND id = :id",
        name=name,
        champion=champion,
        member=member,
        role=role,
        status=status,
        language=language,
        timezone=timezone,
        region=region,
        team=before.team_id,
        id=before.id,
    )
    after = stored_person(work, email)
    check_last_admin(before, after, _other_admins(work, before))
    if after.champion is not before.champion:
        tighten_clocks(work, before.team_id, person=before.id)
    return Change(record=narrow(Person, after), changed=after != before)


@operation("DELETE", "/people/{email}")
def remove_person(work: Work, email: Email) -> Change[Person]:
    """Remove a person; their tickets stay, their rights and tokens end (T3, T5)."""
    return set_person.function(work, email, status=PersonStatus.REMOVED)


def _other_admins(work: Work, person: StoredPerson) -> int:
    return (
        work.sql.one(
            int,
            "SELECT count(*) FROM person WHERE team = :team AND id <> :id AND role = 'team' "
            "AND status = 'active'",
            team=person.team_id,
            id=person.id,
        )
        or 0
    )


def find_person(work: Work, email: str) -> StoredPerson | None:
    """The person of that address, of whatever team."""
    return work.sql.one(
        StoredPerson, f"{PERSON} WHERE person.email = :email", email=email.casefold()
    )


def stored_person(work: Work, email: str) -> StoredPerson:
    """The person of that address; raises NotFound."""
    person = find_person(work, email)
    if person is None:
        alike = _alike(work, email.casefold())
        hint = hint_near(email, alike, "See the people: pscli team people list")
        raise NotFound(f"There is no {email}.", hint=hint)
    return person


def _alike(work: Work, email: str) -> list[str]:
    """Addresses that begin with the same letter; a person of a team is told none."""
    if work.who.team:
        return []
    return work.sql.all(
        str,
        "SELECT email FROM person WHERE email >= :first AND email < :after "
        f"ORDER BY email LIMIT {MOST_ALIKE}",
        first=email[:1],
        after=email[:1] + LAST,
    )


def the_person(work: Work, email: str) -> Person:
    """The person of that address, without storage keys; raises NotFound."""
    return narrow(Person, stored_person(work, email))
