"""The representatives, kept by operators (T6)."""

from pscli.models.names import Email
from pscli.models.people import Representative, RepresentativeRole
from pscli.models.record import Change, Cursor, Limit, Page, ShortText
from pscli.operation import Work, operation
from pscli.problems import NotFound, StateForbids, hint_near

from .appointments import hand_over
from .paging import decode_cursor, encode_cursor

_SELECT = "SELECT email, name, role, created_at FROM representative WHERE status = 'active'"


@operation("POST", "/representatives")
def add_representative(
    work: Work, email: Email, role: RepresentativeRole, name: ShortText | None = None
) -> Change[Representative]:
    """Add a representative, or give one another role (T6)."""
    email = email.casefold()
    if work.sql.one(int, "SELECT 1 FROM person WHERE email = :email", email=email):
        raise StateForbids(
            f"{email} is a person of a team (T2, T6).",
            hint=f"Use another address, or first: pscli team people remove {email}",
            field="email",
        )
    before = work.sql.one(Representative, f"{_SELECT} AND email = :email", email=email)
    work.sql.run(
        "INSERT INTO representative (email, name, role, status, created_at) "
        "VALUES (:email, :name, :role, 'active', :now) ON CONFLICT (email) DO UPDATE SET "
        "role = excluded.role, name = COALESCE(:given, representative.name), status = 'active'",
        email=email,
        name=name or email.split("@")[0],
        given=name,
        role=role,
        now=work.now,
    )
    after = _representative(work, email)
    return Change(record=after, changed=after != before)


@operation("GET", "/representatives")
def list_representatives(
    work: Work, limit: Limit = 50, cursor: Cursor | None = None
) -> Page[Representative]:
    """The representatives, by address."""
    after = "" if cursor is None else decode_cursor(cursor, "staff", 2)[0]
    rows = work.sql.all(
        Representative,
        f"{_SELECT} AND email > :after ORDER BY email LIMIT :limit",
        after=after,
        limit=limit + 1,
    )
    following = encode_cursor("staff", rows[limit - 1].email, 0) if len(rows) > limit else None
    total = work.sql.one(int, "SELECT count(*) FROM representative WHERE status = 'active'")
    return Page(items=rows[:limit], total=total, next=following)


@operation("DELETE", "/representatives/{email}")
def remove_representative(work: Work, email: Email) -> Change[Representative]:
    """Remove a representative; what they own goes back to the queue, what they lead to others."""
    before = _representative(work, email)
    work.sql.run(
        "UPDATE representative SET status = 'removed' WHERE email = :email", email=before.email
    )
    work.sql.run(
        "UPDATE ticket SET assignee = NULL WHERE assignee = :email AND status <> 'solved'",
        email=before.email,
    )
    hand_over(work, before.email)
    return Change(record=before)


def _representative(work: Work, email: str) -> Representative:
    found = work.sql.one(Representative, f"{_SELECT} AND email = :email", email=email.casefold())
    if found is None:
        raise no_representative(work, email)
    return found


def no_representative(work: Work, email: str) -> NotFound:
    """That nobody of the staff has this address, with the nearest one."""
    known = work.sql.all(str, "SELECT email FROM representative WHERE status = 'active'")
    return NotFound(
        f"There is no representative {email}.",
        hint=hint_near(email, known, "See them: pscli support agents list"),
    )
