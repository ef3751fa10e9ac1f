"""Chats as they are kept and read: who waits for how long, what was said (C4)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta

from pscli.codec import instant_text, narrow
from pscli.models.live import Callback, Chat, ChatNews, ChatState, LiveId, News, Topic
from pscli.models.people import ActorKind
from pscli.models.record import Cursor, Limit, Page
from pscli.models.tickets import Message
from pscli.operation import Work, operation
from pscli.problems import NotFound, hint_near

from .paging import decode_cursor, encode_cursor
from .topics import QUEUE, revision_of

SIGN_AFTER = timedelta(seconds=20)  # whoever waits for a chat's news gives a sign no more often
GONE_AFTER = timedelta(seconds=120)  # without a sign of life; idle ones give one every 50 seconds
NAMED = 5  # of those that wait, where one is not found
LINES_AT_ONCE = 100  # that one reading returns

LinesSeen = Annotated[int, Meta(ge=0, le=2**53)]

# Whoever vanished while they waited has no place until they are back.
_CHAT = """
    SELECT chat.team || '-' || chat.ticket AS id, chat.ticket AS number, team.name AS team,
           ticket.requester AS person, ticket.product, ticket.language, chat.state,
           chat.representative, chat.requested_at, chat.joined_at, chat.ended_at,
           chat.person_seen_at, chat.representative_seen_at,
           NULLIF(ticket.due_at, '9999-12-31T23:59:59Z') AS due_at, chat.team AS team_id,
           chat.person AS person_id,
           CASE WHEN chat.state = 'waiting' AND chat.person_seen_at >= :alive THEN (
               SELECT count(*) FROM chat AS other WHERE other.state = 'waiting'
               AND other.person_seen_at >= :alive AND (other.requested_at, other.team, other.ticket)
                   <= (chat.requested_at, chat.team, chat.ticket)) END AS place
    FROM chat JOIN team ON team.id = chat.team
    JOIN ticket ON ticket.team = chat.team AND ticket.number = chat.ticket
"""


class StoredChat(Chat, frozen=True):
    """A chat with its storage keys."""

    team_id: int
    person_id: int


@operation("GET", "/chats/{id}")
def read_chat(work: Work, id: LiveId, after: LinesSeen = 0) -> ChatNews:
    """A chat of yours and its lines after the last one that you have seen, a hundred at most."""
    chat = chat_of(work, id)
    lines = work.sql.all(
        Message,
        "SELECT id, author, author_kind, body, attachments, created_at FROM message "
        "WHERE team = :team AND ticket = :ticket AND internal = 0 AND id > :after "
        "ORDER BY id LIMIT :limit",
        team=chat.team_id, ticket=chat.number, after=after, limit=LINES_AT_ONCE,
    )  # fmt: skip
    revision = revision_of(work, f"chat/{id}")
    return ChatNews(chat=narrow(Chat, chat), lines=lines, revision=revision)


@operation("GET", "/chats")
def list_chats(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Chat]:
    """Chats that wait, the longest first, and your own that are live (C4)."""
    at, team, ticket = (
        ["", "0", "0"] if cursor is None else decode_cursor(cursor, "chats", 3, numbers=2)
    )
    rows = work.sql.all(
        StoredChat,
        f"{_CHAT} WHERE (chat.state = 'waiting' "
        "OR (chat.state = 'live' AND chat.representative = :who)) "
        "AND (chat.requested_at, chat.team, chat.ticket) > (:at, :team, :ticket) "
        "ORDER BY chat.requested_at, chat.team, chat.ticket LIMIT :limit",
        who=work.who.email, alive=work.now - GONE_AFTER,
        at=at, team=int(team), ticket=int(ticket), limit=limit + 1,
    )  # fmt: skip
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        at = instant_text(last.requested_at)
        following = encode_cursor("chats", at, last.team_id, last.number)
    items = [narrow(Chat, row) for row in rows[:limit]]
    total = len(items) if following is None and cursor is None else None
    return Page(items=items, total=total, next=following)


@operation("GET", "/news")
def look(work: Work, topic: Topic) -> News:
    """The revision of a topic that you may follow: your own chat, or a representative's queue."""
    revision = revision_of(work, topic)
    if topic == QUEUE:
        if work.who.kind is ActorKind.PERSON:
            raise NotFound(
                "There is nothing of yours to wait for.", hint="pscli contact requests list"
            )
        return News(revision=revision, sign_due=False)
    chat = chat_of(work, topic.removeprefix("chat/"))
    seen_at: datetime | None = chat.person_seen_at
    if work.who.kind is not ActorKind.PERSON:
        seen_at = chat.representative_seen_at if chat.representative == work.who.email else None
    open_ = chat.state is not ChatState.ENDED
    due = open_ and seen_at is not None and work.now - seen_at >= SIGN_AFTER
    return News(revision=revision, sign_due=due)


def is_gone(seen_at: datetime | None, now: datetime) -> bool:
    """Whether somebody who was here gave no sign of life for too long."""
    return seen_at is not None and now - seen_at > GONE_AFTER


def hint_waiting(id_: str, waiting: Sequence[Chat | Callback], see: str) -> str:
    """The hint that names the chat or callback that was perhaps meant, and the first that wait."""
    ids = [each.id for each in waiting]
    named = ", ".join(ids[:NAMED]) + (" …" if len(ids) > NAMED else "")
    return hint_near(id_, ids, f"There are: {named}.\n{see}" if ids else f"None waits.\n{see}")


def locked_chat(work: Work, id_: str) -> StoredChat:
    """A chat under its team's lock: its two sides change it one after the other."""
    work.team = int(id_.partition("-")[0])
    if work.who.kind is not ActorKind.PERSON:  # whose own team is locked already
        work.sql.lock(work.team)
    return chat_of(work, id_)


def chat_of(work: Work, id_: str) -> StoredChat:
    """A chat that the actor may see: their own, or as a representative any (A3)."""
    team, _, ticket = id_.partition("-")
    own = work.who.kind is ActorKind.PERSON
    found = work.sql.one(
        StoredChat,
        f"{_CHAT} WHERE chat.team = :team AND chat.ticket = :ticket "
        "AND (CAST(:person AS BIGINT) IS NULL OR (chat.person = :person AND chat.team = :own))",
        team=int(team), ticket=int(ticket), alive=work.now - GONE_AFTER,
        person=work.who.person if own else None, own=work.who.team,
    )  # fmt: skip
    if found is None:
        hint = "See them: pscli contact requests list"
        if not own:
            waiting = list_chats.function(work).items
            hint = hint_waiting(id_, waiting, "See them: pscli support chats")
        raise NotFound(f"There is no chat {id_} of yours.", hint=hint)
    return found
