"""Callbacks: the next free representative calls the oldest, urgent ones first (C5, S5)."""

from typing import Annotated

from msgspec import Meta

from pscli.codec import narrow
from pscli.models.live import Callback, CallbackState, LiveId, Outcome
from pscli.models.people import ActorKind, Product
from pscli.models.record import Body, Change, Cursor, Language, Limit, Page
from pscli.models.tickets import AuthorKind, Channel, Status
from pscli.operation import Work, operation
from pscli.problems import NotFound, StateForbids
from pscli.rules.contact import channel_option, check_channel
from pscli.rules.phones import dialable, is_last_try

from .clocks import answer_clock, question_about, start_clock, withdraw_clock
from .contact import situation
from .paging import decode_cursor, encode_cursor
from .requests import open_ticket
from .threads import Draft, add_message, move_ticket
from .topics import QUEUE, bump

PhoneText = Annotated[str, Meta(min_length=3, max_length=40)]
Region = Annotated[str, Meta(pattern="^[A-Z]{2}$")]

_CALLBACK = """
    SELECT callback.team || '-' || callback.ticket AS id, callback.ticket AS number,
           team.name AS team, ticket.requester AS person, callback.phone, callback.state,
           callback.product, callback.urgent, callback.attempts, callback.representative,
           callback.requested_at, NULLIF(ticket.due_at, '9999-12-31T23:59:59Z') AS due_at,
           callback.team AS team_id, callback.person AS person_id,
           CASE WHEN callback.state IN ('waiting', 'calling') THEN (
               SELECT count(*) FROM callback AS other WHERE other.state IN ('waiting', 'calling')
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
    check_channel(channel_option(asked, Channel.CALLBACK))
    own_region = "SELECT phone_region FROM person WHERE team = :team AND id = :person"
    who = work.who
    known = work.sql.one(str | None, own_region, team=who.team, person=who.person)  # type: ignore[arg-type]
    number = dialable(phone, region or known)
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
    move_ticket(work, found.team_id, found.number, Status.SOLVED)
    return Change(record=_set(work, found, CallbackState.CANCELLED, found.attempts))


@operation("GET", "/callbacks")
def list_callbacks(work: Work, limit: Limit = 50, cursor: Cursor | None = None) -> Page[Callback]:
    """Callbacks that wait: urgent ones first, then the oldest (C5)."""
    urgent, at, team, ticket = (
        ["2", "", "0", "0"] if cursor is None else decode_cursor(cursor, "calls", 4)
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
        at = last.requested_at.isoformat()[:19] + "Z"
        following = encode_cursor("calls", int(last.urgent), at, last.team_id, last.number)
    items = [narrow(Callback, row) for row in rows[:limit]]
    total = len(items) if following is None and cursor is None else None
    return Page(items=items, total=total, next=following)


@operation("POST", "/callbacks/{id}/calls")
def take_callback(work: Work, id: LiveId) -> Change[Callback]:
    """Take a callback: nobody else calls while you do; placing the call answers it (C5, S5)."""
    found = _locked(work, id)
    if found.state is CallbackState.CALLING and found.representative == work.who.email:
        return Change(record=narrow(Callback, found), changed=False)
    if found.state is not CallbackState.WAITING:
        raise StateForbids(
            f"This callback is {found.state}"
            + (f" by {found.representative}." if found.representative else "."),
            hint="See what waits: pscli support callbacks",
        )
    answer_clock(work, found.team_id, found.number)
    return Change(record=_set(work, found, CallbackState.CALLING, found.attempts))


@operation("POST", "/callbacks/{id}/outcome")
def record_call(
    work: Work,
    id: LiveId,
    outcome: Outcome,
    body: Body | None = None,
) -> Change[Callback]:
    """Record what came of a call; the third failure is answered in writing as a ticket (C5)."""
    found = _locked(work, id)
    if found.state not in (CallbackState.WAITING, CallbackState.CALLING):
        raise StateForbids(f"This callback is {found.state}.", hint="pscli support callbacks")
    if found.state is CallbackState.CALLING and found.representative != work.who.email:
        raise StateForbids(f"{found.representative} is calling.", hint="pscli support callbacks")
    answer_clock(work, found.team_id, found.number)
    if body is not None:
        add_message(work, found.team_id, found.number, body)
    attempts = found.attempts + (outcome is Outcome.NO_ANSWER)
    if outcome is Outcome.REACHED:
        add_message(
            work,
            found.team_id,
            found.number,
            kind=AuthorKind.SYSTEM,
            body=f"{work.who.name} reached you.",
        )
        move_ticket(work, found.team_id, found.number, Status.SOLVED)
        return Change(record=_set(work, found, CallbackState.REACHED, attempts))
    said = f"{work.who.name} called; nobody answered (attempt {attempts})."
    add_message(work, found.team_id, found.number, kind=AuthorKind.SYSTEM, body=said)
    if is_last_try(attempts):
        start_clock(work, question_about(work, found.team_id, found.number))
        return Change(record=_set(work, found, CallbackState.FAILED, attempts))
    return Change(record=_set(work, found, CallbackState.WAITING, attempts))


def _set(work: Work, found: StoredCallback, state: CallbackState, attempts: int) -> Callback:
    calling = state is CallbackState.CALLING
    staff = work.who.kind is not ActorKind.PERSON
    keeps = calling or state in (CallbackState.REACHED, CallbackState.FAILED)
    work.sql.run(
        "UPDATE callback SET state = :state, attempts = :attempts, representative = :who "
        "WHERE team = :team AND ticket = :ticket",
        state=state, attempts=attempts, who=work.who.email if staff and keeps else None,
        team=found.team_id, ticket=found.number,
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
        raise NotFound(
            f"There is no callback {id_}.", hint="See what waits: pscli support callbacks"
        )
    return found
