"""What can be waited for: a revision that says only that there is news, never what it is."""

from pscli.models.record import Record
from pscli.operation import Sql, Work

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
