"""What each kind of change means to the plain desk; the desk's answer is judged on the way."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from .history import Acknowledged
from .replay import Team, Ticket

Deed = Callable[[Team, Acknowledged, datetime], bool]
DEEDS: dict[str, Deed] = {}


def deed(function: Deed) -> Deed:
    """A deed is called as the operation is; it says whether anything changed."""
    DEEDS[function.__name__] = function
    return function


def open_one(team: Team, done: Acknowledged, at: datetime, channel: str) -> Ticket:
    """The next ticket, whose number the desk must have given (K1)."""
    product, language = done.arguments["product"], done.arguments.get("language", "en")
    ticket = Ticket(done.actor, channel, product, language, created=at, updated=at)
    team.tickets.append(ticket)
    assert done.result["record"]["number"] == len(team.tickets), done
    return ticket


def named(team: Team, done: Acknowledged) -> Ticket:
    """The ticket that a change names, or that its chat or callback is."""
    number = done.arguments.get("number") or done.result["record"]["number"]
    return team.ticket(number)


@deed
def submit_request(team: Team, done: Acknowledged, at: datetime) -> bool:
    """A new ticket with its promise (C2)."""
    ticket = open_one(team, done, at, "request")
    ticket.hear(at, "customer")
    team.start(ticket, at)
    return True


@deed
def reply_ticket(team: Team, done: Acknowledged, at: datetime) -> bool:
    """The customer writes again, or solves by it (K3, K4)."""
    ticket = named(team, done)
    assert ticket.status != "solved", done
    ticket.hear(at, "customer")
    if done.arguments.get("solve"):
        ticket.withdraw()
        ticket.move("solved", at)
    else:
        team.start(ticket, at)
        ticket.move("open", at)
    return True


@deed
def solve_ticket(team: Team, done: Acknowledged, at: datetime) -> bool:
    """The customer needs no more (S4)."""
    ticket = named(team, done)
    if ticket.status == "solved":
        return False
    ticket.withdraw()
    ticket.move("solved", at)
    return True


@deed
def answer_ticket(team: Team, done: Acknowledged, at: datetime) -> bool:
    """A public reply; a ticket that nobody owns becomes theirs (K4, S1)."""
    ticket = named(team, done)
    assert ticket.status != "solved", done
    ticket.hear(at, "support")
    ticket.answer(at)
    ticket.move("solved" if done.arguments.get("solve") else "pending", at)
    ticket.assignee = ticket.assignee or done.actor
    return True


@deed
def note_ticket(team: Team, done: Acknowledged, at: datetime) -> bool:
    """A note answers nothing (S1)."""
    del at  # no customer sees a note's trace (K4)
    named(team, done).messages += 1
    return True


@deed
def settle_ticket(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Support solves what awaits no promised answer (S1, S4)."""
    ticket = named(team, done)
    if ticket.status == "solved":
        return False
    assert not (ticket.running and ticket.running.due), done
    ticket.withdraw()
    ticket.move("solved", at)
    return True


@deed
def take_ticket(team: Team, done: Acknowledged, at: datetime) -> bool:
    """One owner, never two."""
    del at
    ticket = named(team, done)
    assert ticket.assignee in (None, done.actor), done
    before, ticket.assignee = ticket.assignee, done.actor
    return before is None


@deed
def release_ticket(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Back to the queue."""
    del at
    ticket = named(team, done)
    assert ticket.assignee in (None, done.actor), done
    before, ticket.assignee = ticket.assignee, None
    return before is not None


@deed
def retype_ticket(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Another product; no promise is loosened (S6)."""
    ticket = named(team, done)
    before = ticket.product, str(ticket.running)
    ticket.product = done.arguments["product"]
    team.tighten(at, [ticket])
    return before != (ticket.product, str(ticket.running))


@deed
def open_chat(team: Team, done: Acknowledged, at: datetime) -> bool:
    """A chat is a ticket from its first moment; one is open at a time (C4)."""
    if not done.result["changed"]:
        assert named(team, done).channel == "chat", done
        return False
    team.start(open_one(team, done, at, "chat"), at)
    return True


@deed
def say_line(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Lines are numbered in their order (C4)."""
    ticket = team.ticket(int(done.arguments["id"].partition("-")[2]))
    ticket.hear(at, "customer" if done.actor == ticket.requester else "support")
    assert done.result["record"]["line"] == ticket.messages, done
    return True


@deed
def join_chat(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Joined by exactly one, which answers (C4, S5)."""
    ticket = named(team, done)
    if not done.result["changed"]:
        assert ticket.live, done
        return False
    ticket.assignee, ticket.live = done.actor, True
    ticket.answer(at)
    ticket.hear(at)
    return True


@deed
def end_chat(team: Team, done: Acknowledged, at: datetime) -> bool:
    """What was said stays; an unanswered line is answered in writing (C4)."""
    ticket = named(team, done)
    if not done.result["changed"]:
        return False
    by_person = done.actor == ticket.requester
    ticket.hear(at)
    if ticket.last == "customer" and not (by_person and ticket.live):
        team.start(ticket, at)
    else:
        if by_person:
            ticket.withdraw()
        ticket.move("solved", at)
    ticket.live = False
    return True


@deed
def request_callback(team: Team, done: Acknowledged, at: datetime) -> bool:
    """A callback is a ticket (C5)."""
    team.start(open_one(team, done, at, "callback"), at)
    return True


@deed
def cancel_callback(team: Team, done: Acknowledged, at: datetime) -> bool:
    """The customer thought better of it (C5)."""
    ticket = named(team, done)
    if not done.result["changed"]:
        return False
    ticket.withdraw()
    ticket.assignee = None
    ticket.move("solved", at)
    return True


@deed
def take_callback(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Taken by exactly one (C5, S5)."""
    if not done.result["changed"]:
        return False
    ticket = named(team, done)
    ticket.answer(at)
    ticket.assignee = done.actor
    return True


@deed
def record_call(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Reached, or not; the third failure is answered in writing (C5)."""
    ticket = named(team, done)
    ticket.answer(at)
    if done.arguments["body"]:
        ticket.hear(at, "support")
    ticket.hear(at)
    if done.arguments["outcome"] == "reached":
        ticket.assignee = done.actor
        ticket.move("solved", at)
        return True
    ticket.assignee = None
    ticket.attempts += 1
    if ticket.attempts == 3:
        team.start(ticket, at)
    return True


def money(amount: dict[str, Any]) -> int:
    """An amount of dollars in cents."""
    return round(float(amount["amount"]) * 100)


def trade(team: Team, done: Acknowledged, at: datetime, method: str, *words: Any) -> bool:
    """Something about an edition; the desk must have charged what the books charge."""
    before = len(team.books.invoices)
    changed = team.trade(at, method, *words)
    charged = sum(amount for lines in team.books.invoices[before:] for _, amount in lines)
    record = done.result["record"]
    invoice = len(team.books.invoices) if len(team.books.invoices) > before else None
    assert (money(record["charged"]), record["invoice"]) == (charged, invoice), done
    return changed


@deed
def add_addon(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Essentials, for a customer (B4, B7)."""
    quoted = None
    if quote := done.arguments.get("quote"):  # charged as of its instant (B11)
        quoted = datetime.fromtimestamp(int(quote[1:].partition("-")[0], 16), UTC)
    return trade(team, done, at, "take", done.arguments["product"], "essentials", quoted)


@deed
def remove_addon(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Until the renewal (B6)."""
    return trade(team, done, at, "leave", done.arguments["product"])


@deed
def grant_addon(team: Team, done: Acknowledged, at: datetime) -> bool:
    """By sales: new, upgraded, downgraded (B9)."""
    return trade(team, done, at, "take", done.arguments["product"], done.arguments["edition"])


@deed
def revoke_addon(team: Team, done: Acknowledged, at: datetime) -> bool:
    """By sales: at the renewal, or now with a credit (B16)."""
    return trade(
        team, done, at, "end" if done.arguments["now"] else "leave", done.arguments["product"]
    )


@deed
def set_team(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Licences: more now, fewer at the renewal (B16)."""
    del at
    before = team.books.licences, team.books.fewer, len(team.books.invoices)
    team.books.license(done.arguments["licences"])
    return before != (team.books.licences, team.books.fewer, len(team.books.invoices))


@deed
def set_person(team: Team, done: Acknowledged, at: datetime) -> bool:
    """Another Champion level (E7, S6)."""
    email, level = done.arguments["email"], str(done.arguments["champion"])
    before, team.champions[email] = team.champions.get(email, "none"), level
    if level != before:
        team.tighten(at, [each for each in team.tickets if each.requester == email])
    return level != before
