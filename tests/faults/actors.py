"""Who is at work in a day: people of three teams, representatives, and machines."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pscli.backends.remote import Patience, Remote
from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.audit import list_audit
from pscli.desk.billing import list_invoices, show_billing
from pscli.desk.callbacks import cancel_callback, record_call, request_callback, take_callback
from pscli.desk.chats import end_chat, join_chat, open_chat, say_line
from pscli.desk.check import check_desk
from pscli.desk.people import set_person
from pscli.desk.purchases import add_addon, preview_addon, remove_addon
from pscli.desk.queue import (
    answer_ticket,
    list_queue,
    note_ticket,
    release_ticket,
    retype_ticket,
    settle_ticket,
    take_ticket,
)
from pscli.desk.requests import reply_ticket, solve_ticket, submit_request
from pscli.desk.teams import set_team
from pscli.desk.tickets import list_requests, show_ticket
from pscli.models.addons import AddonProduct, Edition
from pscli.models.live import Outcome
from pscli.models.people import ChampionLevel, Product
from pscli.operation import Operation
from pscli.problems import AnswerUnknown, Problem, TooManyRequests, Unavailable

from .history import History

PATIENCE = Patience(connect=2, read=8, total=12, attempts=2, pause=0.05)
UNDER_WAY = 20.0  # seconds that a server may go on with a request whose client is gone
TEAMS = ("Acme", "Birch", "Cedar")


@dataclass
class Scene:
    """What all actors share: where the desk is, what time it is there, how long to think."""

    address: str
    now: Callable[[], datetime]
    history: History
    thinking: float  # seconds at most, between two deeds
    over: threading.Event = field(default_factory=threading.Event)
    going: threading.Event = field(default_factory=threading.Event)


@dataclass
class Actor:
    """Somebody with a token who does one deed after the other until the day is over."""

    email: str
    token: str
    scene: Scene
    deed: "Callable[[Actor], object]"
    product: Product = Product.DROPBOX
    languages: tuple[str, ...] = ("en",)
    changes: int = 0
    done: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.email)
        self.numbers: deque[int] = deque(maxlen=12)
        self.backend = Remote(self.scene.address, self.token, patience=PATIENCE)
        self.idle = threading.Event()

    def live(self) -> None:
        """Work until the day is over; pause while others are to hold still."""
        scene = self.scene
        while not scene.over.is_set():
            if not scene.going.is_set():
                self.idle.set()
                scene.going.wait(0.05)
                continue
            self.idle.clear()
            try:
                self.deed(self)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test has to say it
                scene.history.broken.append(f"{self.email}: {error!r}")
            self.done += 1
            time.sleep(self.chance.uniform(0, scene.thinking))
        self.idle.set()
        self.backend.close()

    def ask(self, operation: Operation[Any, Any], **arguments: Any) -> Any:
        """Read something; None where it cannot be had."""
        try:
            return self.backend.perform(operation, arguments)
        except Problem as problem:
            self._refused(problem)
            return None

    def change(self, operation: Operation[Any, Any], **arguments: Any) -> Any:
        """Change something, under its key until it is known what came of it; None if refused."""
        key, before = self.next_key(), self.scene.now()
        settled = 0.0  # when no attempt without an answer can be under way any more
        while True:
            try:
                result = self.backend.perform(operation, arguments, key)
            except AnswerUnknown:
                self.scene.history.count("answer_unknown")
                settled = time.monotonic() + UNDER_WAY
                time.sleep(0.1)
            except (Unavailable, TooManyRequests):
                self.scene.history.again()
                time.sleep(0.1)
            except Problem as problem:
                if time.monotonic() < settled:
                    time.sleep(0.5)
                    continue
                self._refused(problem)
                return None
            else:
                span = before, self.scene.now()
                self.scene.history.write(key, self.email, operation, arguments, result, span)
                return result.record

    def next_key(self) -> str:
        """The key of this actor's next change."""
        self.changes += 1
        return f"day-{self.email}-{self.changes}"

    def _refused(self, problem: Problem) -> None:
        code = problem.code
        if code in ("defect", "key_reused", "not_signed_in", "invalid_value"):
            self.scene.history.broken.append(f"{self.email}: {code}: {problem}")
        self.scene.history.count(code)


def buy(actor: Actor) -> None:
    """A team admin adds and removes what they may buy, and looks at what that made."""
    if actor.chance.random() < 0.5:
        actor.change(add_addon, edition=Edition.ESSENTIALS, product=actor.product)
    else:
        actor.change(remove_addon, edition=Edition.ESSENTIALS, product=actor.product)
    actor.ask(list_invoices)


def keep_accounts(actor: Actor) -> None:
    """A billing admin buys by quote and looks at the bill."""
    wanted = {"edition": Edition.ESSENTIALS, "product": actor.product}
    quote = actor.ask(preview_addon, **wanted)
    if quote is not None and actor.chance.random() < 0.5:
        actor.change(add_addon, quote=quote.id, **wanted)
    actor.ask(show_billing)


def correspond(actor: Actor) -> None:
    """An admin or a member files, replies, solves, reads; some in Japanese."""
    chance = actor.chance.random()
    if chance < 0.3 or not actor.numbers:
        ticket = actor.change(
            submit_request, subject="Sync", body="It stopped.", product=actor.product,
            language=actor.chance.choice(actor.languages),
        )  # fmt: skip
        if ticket is not None:
            actor.numbers.append(ticket.number)
        return
    number = actor.chance.choice(actor.numbers)
    if chance < 0.6:
        actor.change(reply_ticket, number=number, body="Still so.", solve=chance < 0.35)
    elif chance < 0.7:
        actor.change(solve_ticket, number=number)
    else:
        actor.ask(list_requests)
        actor.ask(show_ticket, number=number)


def want_a_call(actor: Actor) -> None:
    """A Champion or an admin asks to be called, thinks better of it, or writes."""
    chance = actor.chance.random()
    if chance < 0.4:
        actor.change(
            request_callback, phone="+14155550132", product=actor.product, urgent=chance < 0.1
        )
    elif chance < 0.5:
        actor.change(cancel_callback, product=actor.product)
    else:
        correspond(actor)


def chat(actor: Actor) -> None:
    """An admin chats: a few lines, an end."""
    opened = actor.change(open_chat, product=actor.product)
    if opened is None:
        return
    for n in range(actor.chance.randrange(1, 4)):
        actor.change(say_line, id=opened.id, body=f"Line {n}.")
    if actor.chance.random() < 0.6:
        actor.change(end_chat, id=opened.id)


def attend_chats(actor: Actor) -> None:
    """A representative joins the chat that waits longest, and answers there."""
    joined = actor.change(join_chat)
    if joined is None:
        time.sleep(actor.scene.thinking)
        return
    for n in range(actor.chance.randrange(3)):
        actor.change(say_line, id=joined.id, body=f"Answer {n}.")
    if actor.chance.random() < 0.5:
        actor.change(end_chat, id=joined.id)


def work_off(actor: Actor) -> None:
    """A representative takes what is due first, answers, notes, releases, solves."""
    page = actor.ask(list_queue, limit=20)
    if page is None or not page.items:
        return
    for queued in actor.chance.sample(page.items, min(3, len(page.items))):
        which = {"team": queued.team, "number": queued.number}
        chance = actor.chance.random()
        if chance < 0.25:
            actor.change(take_ticket, **which)
        elif chance < 0.3:
            actor.change(release_ticket, **which)
        elif chance < 0.35:
            actor.change(note_ticket, body="Known.", **which)
        elif chance < 0.45:
            actor.change(settle_ticket, **which)
        else:
            actor.change(answer_ticket, body="Try 4.2.", solve=chance > 0.7, **which)


def call(actor: Actor) -> None:
    """A representative calls whoever waits, and otherwise works as the others do."""
    taken = actor.change(take_callback)
    if taken is None:
        work_off(actor)
        return
    outcome = actor.chance.choice(list(Outcome))
    body = actor.chance.choice([None, "We talked about it."])
    actor.change(record_call, outcome=outcome, id=taken.id, body=body)


def sell(actor: Actor) -> None:
    """Sales grants, upgrades, downgrades and ends."""
    which = {
        "team": actor.chance.choice(TEAMS),
        "product": AddonProduct.DROPBOX,
        "edition": actor.chance.choice(list(Edition)),
    }
    if which["team"] == "Acme" and actor.chance.random() < 0.4:
        which["product"] = AddonProduct.DASH
    if actor.chance.random() < 0.6:
        actor.change(grant_addon, **which)
    else:
        actor.change(revoke_addon, now=actor.chance.random() < 0.5, **which)


def operate(actor: Actor) -> None:
    """An operator sets licences and levels, and corrects what tickets are about."""
    chance = actor.chance.random()
    if chance < 0.4:
        actor.change(
            set_team, team=actor.chance.choice(TEAMS), licences=actor.chance.randrange(1, 60)
        )
    elif chance < 0.7:
        level = actor.chance.choice(list(ChampionLevel))
        actor.change(set_person, email="grace@acme.example", champion=level)
    else:
        page = actor.ask(list_queue, team="Acme", limit=5)
        for queued in page.items[:1] if page else ():
            product = actor.chance.choice([Product.DROPBOX, Product.DASH])
            actor.change(retype_ticket, team="Acme", number=queued.number, product=product)


def audit(actor: Actor) -> None:
    """An auditor proves the store and reads the trail, again and again."""
    report = actor.ask(check_desk)
    if report is not None and not report.ok:
        actor.scene.history.broken.append(f"check: {report.findings[:3]}")
    actor.ask(list_audit, limit=20)
    actor.scene.over.wait(20 * actor.scene.thinking)
