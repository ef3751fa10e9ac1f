"""The quarterly e-mail: once per team and quarter, whatever is retried (Q1, Q3)."""

from pscli.models.mail import MailKind
from pscli.models.names import TeamName
from pscli.models.record import Change, Cursor, Limit, Page, Record
from pscli.models.usage import Digest, FeatureUse, Outcome, Quarter, StoredDigest, UseState
from pscli.operation import Work, operation
from pscli.problems import StateForbids
from pscli.rules.letters import Line, digest_letter
from pscli.rules.usage import LAST_ZONE, check_over, last_quarter, least_used

from .access import editions_held
from .outbox import queue_mail
from .paging import decode_cursor, encode_cursor
from .teams import team_id
from .usage import uses_of, using_team


class DueTeam(Record, frozen=True):
    """A team whose quarter is not done yet."""

    team: str
    quarter: str


class _Admin(Record, frozen=True):
    email: str
    name: str
    language: str


class _Listed(Record, frozen=True):
    id: int
    name: str


@operation("GET", "/digests/due")
def list_due_digests(
    work: Work, quarter: Quarter | None = None, limit: Limit = 50, cursor: Cursor | None = None
) -> Page[DueTeam]:
    """The teams with an add-on that have no quarterly e-mail yet (Q1).

    The default is the last quarter that is over in every zone.
    """
    asked = quarter or last_quarter(work.now)
    check_over(asked, work.now - LAST_ZONE, "UTC")
    after = 0 if cursor is None else int(decode_cursor(cursor, "due", 1)[0])
    rows = work.sql.all(
        _Listed,
        "SELECT id, name FROM team WHERE id > :after AND EXISTS (SELECT 1 FROM addon "
        "WHERE addon.team = team.id AND since <= :now AND until > :now) AND NOT EXISTS "
        "(SELECT 1 FROM digest WHERE digest.team = team.id AND quarter = :quarter) "
        "ORDER BY id LIMIT :limit",
        after=after,
        now=work.now,
        quarter=asked,
        limit=limit + 1,
    )
    following = encode_cursor("due", rows[limit - 1].id) if len(rows) > limit else None
    items = [DueTeam(team=row.name, quarter=asked) for row in rows[:limit]]
    return Page(items=items, total=None, next=following)


@operation("POST", "/teams/{team}/digests")
def queue_digest(work: Work, team: TeamName, quarter: Quarter) -> Change[Digest]:
    """Queue a team's quarterly e-mail to its admins and mark the quarter done, both or none (Q1).

    Without usage data or an active admin nothing is marked, so that a later run does it.
    """
    if not work.policy.features:
        raise StateForbids(
            "The policy in force names no features (P1).",
            hint="Add them, as in the shipped one: pscli desk policy set FILE",
        )
    work.team = team_id(work, team)
    home = using_team(work, work.team)
    check_over(quarter, work.now, home.timezone)
    outcome, least = _judged(work, quarter)
    if outcome is Outcome.QUEUED:
        _queue(work, home.name, quarter, least)
    if outcome in (Outcome.QUEUED, Outcome.NOTHING):
        work.sql.run(
            "INSERT INTO digest (team, quarter, features, mails, done_at) "
            "VALUES (:team, :quarter, :features, :mails, :now)",
            team=work.team,
            quarter=quarter,
            features=[use.feature for use in least],
            mails=len(_admins(work)) if least else 0,
            now=work.now,
        )
    done = _done(work, quarter)
    record = Digest(
        team=home.name,
        quarter=quarter,
        outcome=outcome,
        features=done.features if done else [],
        mails=done.mails if done else 0,
    )
    return Change(record=record, changed=outcome in (Outcome.QUEUED, Outcome.NOTHING))


def _judged(work: Work, quarter: str) -> tuple[Outcome, list[FeatureUse]]:
    """What is to become of a team's quarter, and the features that its e-mail names."""
    if _done(work, quarter):
        return Outcome.DONE, []
    if not editions_held(work, work.team):
        return Outcome.NOT_ENTITLED, []
    uses = uses_of(work, work.team, quarter, "en")
    if all(use.people is None for use in uses):
        return Outcome.UNKNOWN, []
    least = least_used(uses)
    if not least:
        unknown = any(use.state is UseState.UNKNOWN for use in uses)
        return (Outcome.UNKNOWN if unknown else Outcome.NOTHING), []
    return (Outcome.QUEUED if _admins(work) else Outcome.NOBODY), least


def _queue(work: Work, team: str, quarter: str, least: list[FeatureUse]) -> None:
    """A mail for each admin, in their language."""
    features = {feature.key: feature for feature in work.policy.features}
    for admin in _admins(work):
        lines = [
            Line(
                use=use,
                name=features[use.feature].names.of(admin.language),
                page=features[use.feature].page,
            )
            for use in least
        ]
        letter = digest_letter(admin.language, admin.name, team, quarter, lines)
        queue_mail(work, MailKind.DIGEST, [admin.email], letter)


def _admins(work: Work) -> list[_Admin]:
    return work.sql.all(
        _Admin,
        "SELECT email, name, language FROM person WHERE team = :team AND status = 'active' "
        "AND role IS NOT NULL ORDER BY id",
        team=work.team,
    )


def _done(work: Work, quarter: str) -> StoredDigest | None:
    return work.sql.one(
        StoredDigest,
        "SELECT features, mails, done_at FROM digest WHERE team = :team AND quarter = :quarter",
        team=work.team,
        quarter=quarter,
    )
