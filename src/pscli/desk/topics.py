"""What can be waited for: a revision that says only that there is news, never what it is."""

from pscli.models.live import News, Topic
from pscli.models.people import ActorKind
from pscli.models.record import Record
from pscli.operation import Sql, Work, operation
from pscli.problems import NotFound

QUEUE = "queue"  # waiting chats and callbacks, for representatives


def bump(work: Work, *names: str) -> None:
    """Let whoever waits for these topics know that there is news."""
    for name in sorted(names):
        work.sql.run(
            "INSERT INTO topic (name, revision) VALUES (:name, 1) "
            "ON CONFLICT (name) DO UPDATE SET revision = topic.revision + 1",
            name=name,
        )


def follow_ticket(work: Work, team: int, number: int, *, solved: bool) -> None:
    """Let a chat or callback follow its ticket, whichever way that was answered or solved."""
    where = {"team": team, "ticket": number}
    if solved:
        ended = work.sql.run(
            "UPDATE chat SET state = 'ended', ended_at = :now "
            "WHERE team = :team AND ticket = :ticket AND state <> 'ended'",
            now=work.now, **where,
        ) + work.sql.run(
            "UPDATE callback SET state = 'cancelled' "
            "WHERE team = :team AND ticket = :ticket AND state IN ('waiting', 'calling')",
            **where,
        )  # fmt: skip
        if ended:
            bump(work, QUEUE)
    work.sql.run(
        "UPDATE topic SET revision = revision + 1 WHERE name = :name", name=f"chat/{team}-{number}"
    )


def revision_of(work: Work, name: str) -> int:
    """The topic's revision; 0 where nothing happened yet."""
    return work.sql.one(int, "SELECT revision FROM topic WHERE name = :name", name=name) or 0


def revisions(sql: Sql, names: list[str]) -> dict[str, int]:
    """The revisions of many topics at once; 0 where nothing happened yet."""
    places = {f"t{n}": name for n, name in enumerate(names)}
    listed = ", ".join(f":{place}" for place in places)
    query = f"SELECT name, revision FROM topic WHERE name IN ({listed})"
    found = {each.name: each.revision for each in sql.all(_Revision, query, **places)}
    return {name: found.get(name, 0) for name in names}


class _Revision(Record, frozen=True):
    name: str
    revision: int


@operation("GET", "/news")
def look(work: Work, topic: Topic) -> News:
    """The revision of a topic that you may follow: your own chat, or a representative's queue."""
    if work.who.kind is ActorKind.PERSON and not _is_own(work, topic):
        raise NotFound("There is nothing of yours to wait for.", hint="pscli contact requests list")
    return News(revision=revision_of(work, topic))


def _is_own(work: Work, topic: str) -> bool:
    if topic == QUEUE:
        return False
    team, _, ticket = topic.removeprefix("chat/").partition("-")
    return int(team) == work.who.team and bool(
        work.sql.one(
            int,
            "SELECT 1 FROM chat WHERE team = :team AND ticket = :ticket AND person = :person",
            team=work.who.team,
            ticket=int(ticket),
            person=work.who.person,
        )
    )
