"""Chats: live lines between a person and one representative, kept as a ticket (C4, H4, S5)."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta

from pscli.models.live import Chat, ChatNews, ChatState, LiveId
from pscli.models.people import ActorKind, Product
from pscli.models.record import Body, Change, Cursor, Language, Limit, Page, Record
from pscli.models.tickets import AuthorKind, Channel, Message, Status
from pscli.operation import Work, operation
from pscli.problems import NotFound, StateForbids
from pscli.rules.contact import channel_option, check_channel
from pscli.rules.tickets import check_body

from .clocks import answer_clock, question_about, start_clock, withdraw_clock
from .contact import situation
from .paging import decode_cursor, encode_cursor
from .requests import open_ticket
from .threads import Draft, add_message, move_ticket
from .topics import QUEUE, bump, revision_of

GONE_AFTER = timedelta(seconds=90)  # without a sign of life, three of which are due in that time

LinesSeen = Annotated[int, Meta(ge=0, le=2**53)]

_CHAT = """
    SELECT chat.team || '-' || chat.ticket AS id, chat.ticket AS number, team.name AS team,
           ticket.requester AS person, ticket.product, ticket.language, chat.state,
           chat.representative, chat.requested_at, chat.joined_at, chat.ended_at,
           chat.person_seen_at, chat.representative_seen_at, chat.team AS team_id,
           chat.person AS person_id,
           CASE chat.state WHEN 'waiting' THEN (
               SELECT count(*) FROM chat AS other WHERE other.state = 'waiting'
               AND (other.requested_at, other.team, other.ticket)
                   <= (chat.requested_at, chat.team, chat.ticket)) END AS place
    FROM chat JOIN team ON team.id = chat.team
    JOIN ticket ON ticket.team = chat.team AND ticket.number = chat.ticket
"""


class StoredChat(Chat, frozen=True):
    """A chat with its storage keys."""

    team_id: int
    person_id: int


@operation("POST", "/chats")
def open_chat(
    work: Work, product: Product | None = None, language: Language | None = None
) -> Change[Chat]:
    """Ask for a chat inside its hours; you wait for the next free representative (C4, H6)."""
    asked = situation(work, product, language)
    check_channel(channel_option(asked, Channel.CHAT))
    who = work.who
    open_one = work.sql.one(
        str,
        "SELECT team || '-' || ticket FROM chat "
        "WHERE team = :team AND person = :person AND state <> 'ended'",
        team=who.team, person=who.person,
    )  # fmt: skip
    if open_one is not None:
        return Change(record=_shown(_chat(work, open_one)), changed=False)
    draft = Draft(
        subject=f"Chat about {asked.product}", product=asked.product, issue_type="other",
        language=asked.language, channel=Channel.CHAT, urgent=False, follows=None, cc=[],
    )  # fmt: skip
    number = open_ticket(work, draft)
    work.sql.run(
        "INSERT INTO chat (team, ticket, person, state, requested_at, person_seen_at) "
        "VALUES (:team, :ticket, :person, 'waiting', :now, :now)",
        team=who.team, ticket=number, person=who.person, now=work.now,
    )  # fmt: skip
    start_clock(work, question_about(work, who.team, number))
    bump(work, QUEUE)
    return Change(record=_shown(_chat(work, f"{who.team}-{number}")))


@operation("GET", "/chats/{id}")
def read_chat(work: Work, id: LiveId, after: LinesSeen = 0) -> ChatNews:
    """A chat of yours and its lines after the last one that you have seen."""
    chat = _chat(work, id)
    lines = work.sql.all(
        Message,
        "SELECT id, author, author_kind, body, attachments, created_at FROM message "
        "WHERE team = :team AND ticket = :ticket AND internal = 0 AND id > :after "
        "ORDER BY id LIMIT 500",
        team=chat.team_id, ticket=chat.number, after=after,
    )  # fmt: skip
    return ChatNews(chat=_shown(chat), lines=lines, revision=revision_of(work, f"chat/{id}"))


class Sent(Record, frozen=True):
    """A line that is kept: its number in the chat."""

    line: int


@operation("POST", "/chats/{id}/lines")
def say_line(work: Work, id: LiveId, body: Body) -> Change[Sent]:
    """Say something in a chat of yours; it is kept before it is shown as sent (C4)."""
    chat = _chat(work, id)
    check_body(body)
    if chat.state is ChatState.ENDED:
        raise StateForbids(
            "This chat has ended.",
            hint=f"Answer in its ticket: pscli contact requests show {chat.number}",
        )
    if work.who.kind is not ActorKind.PERSON and chat.representative != work.who.email:
        raise StateForbids(
            f"{chat.representative or 'Nobody'} leads this chat.", hint=f"pscli support chat {id}"
        )
    line = add_message(work, chat.team_id, chat.number, body)
    bump(work, f"chat/{id}")
    return Change(record=Sent(line=line))


@operation("POST", "/chats/joined")
def join_chat(work: Work, id: LiveId | None = None) -> Change[Chat]:
    """Join the chat that waits longest, or the one named; one is joined by exactly one (C4, S5)."""
    chosen = id or work.sql.one(
        str,
        "SELECT team || '-' || ticket FROM chat WHERE state = 'waiting' "
        "ORDER BY requested_at, team, ticket LIMIT 1",
    )
    if chosen is None:
        raise NotFound("No chat waits.", hint="Wait for one: pscli support chats --watch")
    work.team = int(chosen.partition("-")[0])
    work.sql.lock(work.team)
    chat = _chat(work, chosen)
    if chat.state is ChatState.LIVE and chat.representative == work.who.email:
        return Change(record=_shown(chat), changed=False)
    if chat.state is not ChatState.WAITING:
        owner = chat.representative or "its customer"
        raise StateForbids(f"{owner} has this chat already.", hint="pscli support chats")
    work.sql.run(
        "UPDATE chat SET state = 'live', representative = :who, joined_at = :now, "
        "representative_seen_at = :now WHERE team = :team AND ticket = :ticket",
        who=work.who.email, now=work.now, team=chat.team_id, ticket=chat.number,
    )  # fmt: skip
    work.sql.run(
        "UPDATE ticket SET assignee = :who WHERE team = :team AND number = :ticket",
        who=work.who.email, team=chat.team_id, ticket=chat.number,
    )  # fmt: skip
    answer_clock(work, chat.team_id, chat.number)
    _tell(work, chat, f"{work.who.name} from support joined.")
    bump(work, QUEUE)
    return Change(record=_shown(_chat(work, chosen)))


@operation("POST", "/chats/{id}/end")
def end_chat(work: Work, id: LiveId) -> Change[Chat]:
    """End a chat of yours; what was said stays, an unanswered line is answered in writing (C4)."""
    chat = _chat(work, id)
    work.team = chat.team_id
    if chat.state is ChatState.ENDED:
        return Change(record=_shown(chat), changed=False)
    by_person = work.who.kind is ActorKind.PERSON
    last = work.sql.one(
        str,
        "SELECT author_kind FROM message WHERE team = :team AND ticket = :ticket "
        "AND author_kind <> 'system' ORDER BY id DESC LIMIT 1",
        team=chat.team_id, ticket=chat.number,
    )  # fmt: skip
    _tell(work, chat, f"{work.who.name} ended the chat.")
    work.sql.run(
        "UPDATE chat SET state = 'ended', ended_at = :now WHERE team = :team AND ticket = :ticket",
        now=work.now, team=chat.team_id, ticket=chat.number,
    )  # fmt: skip
    _settle(work, chat, unanswered=last == "customer" and not (by_person and chat.joined_at))
    bump(work, QUEUE)
    return Change(record=_shown(_chat(work, id)))


def _settle(work: Work, chat: StoredChat, *, unanswered: bool) -> None:
    """The ticket after its chat: a line that nobody answered keeps it open (S1, S4)."""
    if unanswered:
        start_clock(work, question_about(work, chat.team_id, chat.number))
        return
    if work.who.kind is ActorKind.PERSON:
        withdraw_clock(work, chat.team_id, chat.number)
    move_ticket(work, chat.team_id, chat.number, Status.SOLVED)


@operation("POST", "/chats/{id}/sign", kept=False)
def attend_chat(work: Work, id: LiveId) -> Change[Chat]:
    """A sign of life; a representative without one for long gives the chat back to the queue."""
    chat = _chat(work, id)
    work.team = chat.team_id
    person = work.who.kind is ActorKind.PERSON
    column = "person_seen_at" if person else "representative_seen_at"
    work.sql.run(
        f"UPDATE chat SET {column} = :now WHERE team = :team AND ticket = :ticket",
        now=work.now, team=chat.team_id, ticket=chat.number,
    )  # fmt: skip
    if person and chat.state is ChatState.LIVE and _is_gone(chat.representative_seen_at, work.now):
        _tell(work, chat, "The connection to support is lost; you are in the queue again.")
        work.sql.run(
            "UPDATE chat SET state = 'waiting', representative = NULL "
            "WHERE team = :team AND ticket = :ticket",
            team=chat.team_id, ticket=chat.number,
        )  # fmt: skip
        bump(work, QUEUE)
    return Change(record=_shown(_chat(work, id)))


def _is_gone(seen_at: datetime | None, now: datetime) -> bool:
    return seen_at is not None and now - seen_at > GONE_AFTER


@operation("GET", "/chats")
def list_chats(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Chat]:
    """Chats that wait, the longest first, and your own that are live (C4)."""
    at, team, ticket = ["", "0", "0"] if cursor is None else decode_cursor(cursor, "chats", 3)
    rows = work.sql.all(
        StoredChat,
        f"{_CHAT} WHERE (chat.state = 'waiting' OR (chat.state = 'live' "
        "AND chat.representative = :who)) "
        "AND (chat.requested_at, chat.team, chat.ticket) > (:at, :team, :ticket) "
        "ORDER BY chat.requested_at, chat.team, chat.ticket LIMIT :limit",
        who=work.who.email, at=at, team=int(team), ticket=int(ticket), limit=limit + 1,
    )  # fmt: skip
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        at = last.requested_at.isoformat()[:19] + "Z"
        following = encode_cursor("chats", at, last.team_id, last.number)
    items = [_shown(row) for row in rows[:limit]]
    total = len(items) if following is None and cursor is None else None
    return Page(items=items, total=total, next=following)


def _chat(work: Work, id_: str) -> StoredChat:
    """A chat that the actor may see: their own, or as a representative any (A3)."""
    team, _, ticket = id_.partition("-")
    own = work.who.kind is ActorKind.PERSON
    found = work.sql.one(
        StoredChat,
        f"{_CHAT} WHERE chat.team = :team AND chat.ticket = :ticket "
        "AND (CAST(:person AS BIGINT) IS NULL OR (chat.person = :person AND chat.team = :own))",
        team=int(team), ticket=int(ticket),
        person=work.who.person if own else None, own=work.who.team,
    )  # fmt: skip
    if found is None:
        raise NotFound(f"There is no chat {id_} of yours.", hint="pscli contact requests list")
    return found


def _shown(chat: StoredChat) -> Chat:
    return Chat(**{name: getattr(chat, name) for name in Chat.__struct_fields__})


def _tell(work: Work, chat: StoredChat, text: str) -> None:
    add_message(work, chat.team_id, chat.number, kind=AuthorKind.SYSTEM, body=text)
    bump(work, f"chat/{chat.id}")
