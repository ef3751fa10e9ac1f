"""Callbacks: the next free representative calls the oldest, urgent ones first (C5, S5)."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta

from pscli.codec import instant_text, narrow
from pscli.models.live import Callback, CallbackState, LiveId, Outcome
from pscli.models.people import Product
from pscli.models.record import Body, Change, Cursor, Language, Limit, Page
from pscli.models.tickets import AuthorKind, Channel, Status
from pscli.operation import Work, operation
from pscli.problems import InvalidValue, NotFound, StateForbids
from pscli.rules.contact import channel_option, check_channel
from pscli.rules.phones import dialable, is_last_try
from pscli.rules.tickets import check_body

from .chat_records import hint_waiting
from .clocks import answer_clock, question_about, start_clock, withdraw_clock
from .contact import situation
from .paging import decode_cursor, encode_cursor
from .requests import open_ticket
from .threads import Draft, add_message, move_ticket
from .topics import QUEUE, bump

CALL_LASTS = timedelta(minutes=30)  # after which one that was taken may be taken by others

PhoneText = Annotated[str, Meta(min_length=3, max_length=40)]
Region = Annotated[str, Meta(pattern="^[A-Z]{2}$")]

_CALLBACK = """
    SELECT callback.team || '-' || callback.ticket AS id, callback.ticket AS number,
           team.name AS team, ticket.requester AS person, callback.phone, callback.state,
           callback.product, ticket.language, callback.urgent, callback.attempts,
           callback.representative, callback.called_at, callback.requested_at,
           NULLIF(ticket.due_at, '9999-12-31T23:59:59Z') AS due_at,
           callback.team AS team_id, callback.person AS person_id,
           CASE WHEN callback.state = 'waiting' THEN (
               SELECT count(*) FROM callback AS other WHERE other.state = 'waiting'
               AND (other.urgent > callback.urgent OR (other.urgent = callback.urgent
                    AND (other.requested_at, other.team, other.ticket)
                        <= (callback.requested_at, callback.team, callback.ticket)))) END
               AS position
    FROM callback JOIN team ON team.id = callback.team
    JOIN ticket ON ticket.team = callback.team AND ticket.number = callback.ticket
"""


class StoredCallback(Callback, frozen=True):
    """A callback with its storage keys."""

    team_id: int
    person_id: int


@operation("POST", "/callbacks")
def request_callback(
    work: Work,
    phone: PhoneText,
    region: Region | None = None,
    product: Product | None = None,
    language: Language | None = None,
    urgent: bool = False,
) -> Change[Callback]:
    """Ask to be called inside the hours; one open callback per person and product (C5, H6)."""
    asked = situation(work, product, language)
    check_channel(channel_option(asked, Channel.CALLBACK), asked.product)
    who = work.who
    own_region = work.sql.one(
        str,
        "SELECT COALESCE(phone_region, '') FROM person WHERE team = :team AND id = :person",
        team=who.team, person=who.person,
    )  # fmt: skip
    number = dialable(phone, region or own_region or None)
    if _open_one(work, asked.product):
        raise StateForbids(
            f"You have an open callback about {asked.product} already (C5).",
            hint="pscli contact callback --status, or pscli contact callback --cancel",
        )
    draft = Draft(
        subject=f"Callback to {number}", product=asked.product, issue_type="other",
        language=asked.language, channel=Channel.CALLBACK, urgent=urgent, follows=None, cc=[],
    )  # fmt: skip
    ticket = open_ticket(work, draft)
    work.sql.run(
        "INSERT INTO callback (team, ticket, person, product, phone, urgent, state, attempts, "
        "requested_at) VALUES (:team, :ticket, :person, :product, :phone, :urgent, 'waiting', "
        "0, :now)",
        team=who.team, ticket=ticket, person=who.person, product=asked.product, phone=number,
        urgent=urgent, now=work.now,
    )  # fmt: skip
    start_clock(work, question_about(work, who.team, ticket))
    bump(work, QUEUE)
    return Change(record=narrow(Callback, _callback(work, f"{who.team}-{ticket}")))


def _open_one(work: Work, product: Product | None) -> StoredCallback | None:
    return work.sql.one(
        StoredCallback,
        f"{_CALLBACK} WHERE callback.team = :team AND callback.person = :person "
        "AND callback.state IN ('waiting', 'calling') "
        "AND (CAST(:product AS TEXT) IS NULL OR callback.product = :product) "
        "ORDER BY callback.requested_at DESC",
        team=work.who.team, person=work.who.person, product=product,
    )  # fmt: skip


@operation("GET", "/callback")
def show_callback(work: Work, product: Product | None = None) -> Callback:
    """Your open callback, else your latest one (C5)."""
    found = _open_one(work, product) or work.sql.one(
        StoredCallback,
        f"{_CALLBACK} WHERE callback.team = :team AND callback.person = :person "
        "AND (CAST(:product AS TEXT) IS NULL OR callback.product = :product) "
        "ORDER BY callback.ticket DESC",
        team=work.who.team, person=work.who.person, product=product,
    )  # fmt: skip
    if found is None:
        raise NotFound("You asked for no callback.", hint="Ask: pscli contact callback PHONE")
    return narrow(Callback, found)


@operation("DELETE", "/callback")
def cancel_callback(work: Work, product: Product | None = None) -> Change[Callback]:
    """Cancel your open callback (C5)."""
    found = _open_one(work, product)
    if found is None:
        latest = show_callback.function(work, product)
        return Change(record=latest, changed=False)
    withdraw_clock(work, found.team_id, found.number)
    change = Change(record=_set(work, found, CallbackState.CANCELLED, found.attempts))
    move_ticket(work, found.team_id, found.number, Status.SOLVED)
    return change


@operation("GET", "/callbacks")
def list_callbacks(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Callback]:
    """Callbacks that wait: urgent ones first, then the oldest (C5)."""
    at, urgent, team, ticket = (
        ["", "2", "0", "0"] if cursor is None else decode_cursor(cursor, "calls", 4, numbers=3)
    )
    rows = work.sql.all(
        StoredCallback,
        f"{_CALLBACK} WHERE callback.state IN ('waiting', 'calling') "
        "AND (callback.urgent < :urgent "
        "OR (callback.urgent = :urgent AND "
        "(callback.requested_at, callback.team, callback.ticket) > (:at, :team, :ticket))) "
        "ORDER BY callback.urgent DESC, callback.requested_at, callback.team, callback.ticket "
        "LIMIT :limit",
        urgent=int(urgent), at=at, team=int(team), ticket=int(ticket), limit=limit + 1,
    )  # fmt: skip
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        at = instant_text(last.requested_at)
        following = encode_cursor("calls", at, int(last.urgent), last.team_id, last.number)
    items = [narrow(Callback, row) for row in rows[:limit]]
    total = len(items) if following is None and cursor is None else None
    return Page(items=items, total=total, next=following)


@operation("POST", "/callbacks/taken")
def take_callback(work: Work, id: LiveId | None = None) -> Change[Callback]:
    """Take the first callback, or the one named: nobody else calls while you do (C5, S5)."""
    found = _first_waiting(work) if id is None else _locked(work, id)
    if found.state is CallbackState.CALLING and found.representative == work.who.email:
        return Change(record=narrow(Callback, found), changed=False)
    _check_free(work, found)
    answer_clock(work, found.team_id, found.number)
    return Change(record=_set(work, found, CallbackState.CALLING, found.attempts))


def _first_waiting(work: Work) -> StoredCallback:
    """The first that nobody calls, under its team's lock; raises NotFound."""
    while True:
        chosen = work.sql.one(
            str,
            "SELECT team || '-' || ticket FROM callback WHERE state = 'waiting' "
            "OR (state = 'calling' AND called_at < :stale) "
            "ORDER BY urgent DESC, requested_at, team, ticket LIMIT 1",
            stale=work.now - CALL_LASTS,
        )
        if chosen is None:
            raise NotFound(
                "No callback waits.", hint="Wait for one: pscli support callbacks --watch"
            )
        found = _locked(work, chosen)
        if _is_free(found, work.now):  # else its customer cancelled it just now
            return found


def _is_free(found: StoredCallback, now: datetime) -> bool:
    """Whether nobody calls; whoever took one and vanished holds it no longer than a call lasts."""
    if found.state is CallbackState.CALLING and found.called_at is not None:
        return found.called_at < now - CALL_LASTS
    return found.state is CallbackState.WAITING


def _check_free(work: Work, found: StoredCallback) -> None:
    if found.state is CallbackState.CALLING and not _is_free(found, work.now):
        raise StateForbids(
            f"{found.representative} is calling.", hint="See what waits: pscli support callbacks"
        )
    if found.state not in (CallbackState.WAITING, CallbackState.CALLING):
        raise StateForbids(
            f"This callback is {found.state}.", hint="See what waits: pscli support callbacks"
        )


@operation("POST", "/callbacks/outcome")
def record_call(
    work: Work, outcome: Outcome, id: LiveId | None = None, body: Body | None = None
) -> Change[Callback]:
    """Record what came of your call; the third failure is answered in writing as a ticket (C5)."""
    found = _called(work) if id is None else _locked(work, id)
    if found.state is not CallbackState.CALLING or found.representative != work.who.email:
        _check_free(work, found)
    answer_clock(work, found.team_id, found.number)
    if body is not None:
        check_body(body)
        add_message(work, found.team_id, found.number, body)
    if outcome is Outcome.REACHED:
        _note(work, found, f"{work.who.name} reached you.")
        change = Change(record=_set(work, found, CallbackState.REACHED, found.attempts))
        move_ticket(work, found.team_id, found.number, Status.SOLVED)
        return change
    attempts = found.attempts + 1
    _note(work, found, f"{work.who.name} called; nobody answered (attempt {attempts}).")
    if is_last_try(attempts):
        start_clock(work, question_about(work, found.team_id, found.number))
        return Change(record=_set(work, found, CallbackState.FAILED, attempts))
    return Change(record=_set(work, found, CallbackState.WAITING, attempts))


def _called(work: Work) -> StoredCallback:
    """The one that the representative is calling; raises NotFound."""
    calling = work.sql.all(
        str,
        "SELECT team || '-' || ticket FROM callback "
        "WHERE state = 'calling' AND representative = :who ORDER BY called_at, team, ticket",
        who=work.who.email,
    )
    if len(calling) > 1:
        raise InvalidValue(
            "You are calling several people.",
            hint=f"Say which: pscli support call ID, one of {', '.join(calling)}",
            field="id",
        )
    if not calling:
        raise NotFound("You are calling nobody.", hint="Take the first: pscli support call")
    return _locked(work, calling[0])


def _note(work: Work, found: StoredCallback, text: str) -> None:
    add_message(work, found.team_id, found.number, text, kind=AuthorKind.SYSTEM)


def _set(work: Work, found: StoredCallback, state: CallbackState, attempts: int) -> Callback:
    """The callback in its new state; it and its ticket are whose call it is or was."""
    calling = state is CallbackState.CALLING
    who = work.who.email if calling or state is CallbackState.REACHED else None
    work.sql.run(
        "UPDATE callback SET state = :state, attempts = :attempts, representative = :who, "
        "called_at = :called WHERE team = :team AND ticket = :ticket",
        state=state, attempts=attempts, who=who, called=work.now if calling else None,
        team=found.team_id, ticket=found.number,
    )  # fmt: skip
    work.sql.run(
        "UPDATE ticket SET assignee = :who WHERE team = :team AND number = :ticket",
        who=who, team=found.team_id, ticket=found.number,
    )  # fmt: skip
    bump(work, QUEUE)
    return narrow(Callback, _callback(work, found.id))


def _locked(work: Work, id_: str) -> StoredCallback:
    work.team = int(id_.partition("-")[0])
    work.sql.lock(work.team)
    return _callback(work, id_)


def _callback(work: Work, id_: str) -> StoredCallback:
    team, _, ticket = id_.partition("-")
    found = work.sql.one(
        StoredCallback,
        f"{_CALLBACK} WHERE callback.team = :team AND callback.ticket = :ticket",
        team=int(team), ticket=int(ticket),
    )  # fmt: skip
    if found is None:
        waiting = list_callbacks.function(work).items
        hint = hint_waiting(id_, waiting, "See what waits: pscli support callbacks")
        raise NotFound(f"There is no callback {id_}.", hint=hint)
    return found
