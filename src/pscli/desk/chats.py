"""Chats: live lines between a person and one representative, kept as a ticket (C4, H4, S5)."""

from pscli.codec import narrow
from pscli.models.live import Chat, ChatState, LiveId
from pscli.models.people import ActorKind, Product
from pscli.models.record import Body, Change, Language, Record
from pscli.models.tickets import AuthorKind, Channel, Status
from pscli.operation import Work, operation
from pscli.problems import NotFound, StateForbids
from pscli.rules.contact import channel_option, check_channel, english_notice
from pscli.rules.tickets import check_body

from .chat_records import GONE_AFTER, StoredChat, chat_of, is_gone, locked_chat
from .clocks import answer_clock, question_about, start_clock, withdraw_clock
from .contact import situation
from .requests import open_ticket
from .threads import Draft, add_message, move_ticket
from .topics import QUEUE, bump


@operation("POST", "/chats")
def open_chat(
    work: Work, product: Product | None = None, language: Language | None = None
) -> Change[Chat]:
    """Ask for a chat inside its hours; one that is open runs on past their end (C4, H4, H6)."""
    who = work.who
    open_one = work.sql.one(
        str,
        "SELECT chat.team || '-' || chat.ticket FROM chat "
        "JOIN ticket ON ticket.team = chat.team AND ticket.number = chat.ticket "
        "WHERE chat.team = :team AND chat.person = :person AND chat.state <> 'ended' "
        "AND (CAST(:product AS TEXT) IS NULL OR ticket.product = :product) "
        "ORDER BY chat.ticket DESC",
        team=who.team, person=who.person, product=product,
    )  # fmt: skip
    if open_one is not None:
        return Change(record=_see(work, chat_of(work, open_one)), changed=False)
    asked = situation(work, product, language)
    check_channel(channel_option(asked, Channel.CHAT), asked.product)
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
    chat = chat_of(work, f"{who.team}-{number}")
    bump(work, f"chat/{chat.id}")
    if notice := english_notice(asked):
        _tell(work, chat, notice)
    bump(work, QUEUE)
    return Change(record=narrow(Chat, chat))


class Sent(Record, frozen=True):
    """A line that is kept: its number in the chat."""

    line: int


@operation("POST", "/chats/{id}/lines")
def say_line(work: Work, id: LiveId, body: Body) -> Change[Sent]:
    """Say something in a chat of yours; it is kept before it is shown as sent (C4)."""
    chat = locked_chat(work, id)
    check_body(body)
    staff = work.who.kind is not ActorKind.PERSON
    if chat.state is ChatState.ENDED:
        there = f"support show '{chat.team}'" if staff else "contact requests show"
        raise StateForbids(
            "This chat has ended.", hint=f"Go on in its ticket: pscli {there} {chat.number}"
        )
    if staff:
        _check_leads(work, chat)
    line = add_message(work, chat.team_id, chat.number, body)
    bump(work, f"chat/{id}")
    return Change(record=Sent(line=line))


def _check_leads(work: Work, chat: StoredChat) -> None:
    """Refuse a representative who has not joined this chat."""
    if chat.representative != work.who.email:
        raise StateForbids(
            f"{chat.representative or 'Nobody'} leads this chat.",
            hint=f"pscli support chat {chat.id}",
        )


@operation("POST", "/chats/joined")
def join_chat(work: Work, id: LiveId | None = None) -> Change[Chat]:
    """Join the chat that waits longest, or the one named; one is joined by exactly one (C4, S5)."""
    chat = _longest_waiting(work) if id is None else locked_chat(work, id)
    if chat.state is ChatState.LIVE and chat.representative == work.who.email:
        return Change(record=_see(work, chat), changed=False)
    if chat.state is ChatState.ENDED:
        raise StateForbids("This chat has ended.", hint="See what waits: pscli support chats")
    if chat.state is ChatState.LIVE and not is_gone(chat.representative_seen_at, work.now):
        raise StateForbids(
            f"{chat.representative} has this chat already.", hint="pscli support chats"
        )
    _set_representative(work, chat, work.who.email)
    answer_clock(work, chat.team_id, chat.number)
    _tell(work, chat, f"{work.who.name} from support joined.")
    bump(work, QUEUE)
    return Change(record=narrow(Chat, chat_of(work, chat.id)))


def _longest_waiting(work: Work) -> StoredChat:
    """The first, under its team's lock; people who vanished come last; raises NotFound."""
    while True:
        chosen = work.sql.one(
            str,
            "SELECT team || '-' || ticket FROM chat WHERE state = 'waiting' "
            "ORDER BY CASE WHEN person_seen_at >= :alive THEN 0 ELSE 1 END, "
            "requested_at, team, ticket LIMIT 1",
            alive=work.now - GONE_AFTER,
        )
        if chosen is None:
            raise NotFound("No chat waits.", hint="Wait for one: pscli support chats --watch")
        chat = locked_chat(work, chosen)
        if chat.state is ChatState.WAITING:  # else its customer ended it just now
            return chat


def _set_representative(work: Work, chat: StoredChat, email: str | None) -> None:
    """Give a chat and its ticket to a representative, or with None back to the queue."""
    work.sql.run(
        "UPDATE chat SET state = :state, representative = :who, "
        "joined_at = COALESCE(joined_at, :joined), representative_seen_at = :joined "
        "WHERE team = :team AND ticket = :ticket",
        state=ChatState.LIVE if email else ChatState.WAITING, who=email,
        joined=work.now if email else None, team=chat.team_id, ticket=chat.number,
    )  # fmt: skip
    work.sql.run(
        "UPDATE ticket SET assignee = :who WHERE team = :team AND number = :ticket",
        who=email, team=chat.team_id, ticket=chat.number,
    )  # fmt: skip


@operation("POST", "/chats/{id}/end")
def end_chat(work: Work, id: LiveId) -> Change[Chat]:
    """End a chat of yours; what was said stays, an unanswered line is answered in writing (C4)."""
    chat = locked_chat(work, id)
    if chat.state is ChatState.ENDED:
        return Change(record=narrow(Chat, chat), changed=False)
    by_person = work.who.kind is ActorKind.PERSON
    if not by_person:
        _check_leads(work, chat)
    last = work.sql.one(
        str,
        "SELECT author_kind FROM message WHERE team = :team AND ticket = :ticket "
        "AND author_kind <> 'system' AND internal = 0 ORDER BY id DESC LIMIT 1",
        team=chat.team_id, ticket=chat.number,
    )  # fmt: skip
    _tell(work, chat, f"{work.who.name} ended the chat.")
    work.sql.run(
        "UPDATE chat SET state = 'ended', ended_at = :now WHERE team = :team AND ticket = :ticket",
        now=work.now, team=chat.team_id, ticket=chat.number,
    )  # fmt: skip
    heard = by_person and chat.state is ChatState.LIVE
    _settle(work, chat, unanswered=last == "customer" and not heard)
    bump(work, QUEUE)
    return Change(record=narrow(Chat, chat_of(work, id)))


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
    chat = locked_chat(work, id)
    if chat.state is ChatState.ENDED:
        return Change(record=narrow(Chat, chat), changed=False)
    by_person = work.who.kind is ActorKind.PERSON
    if by_person and is_gone(chat.representative_seen_at, work.now):
        _tell(work, chat, "The connection to support is lost; you are in the queue again.")
        _set_representative(work, chat, None)
        start_clock(work, question_about(work, chat.team_id, chat.number))
        bump(work, QUEUE)
    return Change(record=_see(work, chat))


def _see(work: Work, chat: StoredChat) -> Chat:
    """Note that the actor is there, where the chat is theirs; returns it as it stands now."""
    if work.who.kind is ActorKind.PERSON:
        column, back = "person_seen_at", is_gone(chat.person_seen_at, work.now)
    elif chat.representative == work.who.email:
        column, back = "representative_seen_at", False
    else:
        return narrow(Chat, chat)
    work.sql.run(
        f"UPDATE chat SET {column} = :now WHERE team = :team AND ticket = :ticket",
        now=work.now, team=chat.team_id, ticket=chat.number,
    )  # fmt: skip
    if back or _finds_person_gone(work, chat):
        bump(work, f"chat/{chat.id}")
    return narrow(Chat, chat_of(work, chat.id))


def _finds_person_gone(work: Work, chat: StoredChat) -> bool:
    """Whether this representative's sign is the first since the person is away."""
    before = chat.representative_seen_at
    if work.who.kind is ActorKind.PERSON or before is None:
        return False
    return is_gone(chat.person_seen_at, work.now) and not is_gone(chat.person_seen_at, before)


def _tell(work: Work, chat: StoredChat, text: str) -> None:
    add_message(work, chat.team_id, chat.number, kind=AuthorKind.SYSTEM, body=text)
    bump(work, f"chat/{chat.id}")
