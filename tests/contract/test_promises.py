"""What is promised about an answer, and how it was kept, on every backend (S, J3)."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.contact import show_options
from pscli.desk.people import set_person
from pscli.desk.policies import set_policy
from pscli.desk.queue import answer_ticket, note_ticket, retype_ticket, settle_ticket
from pscli.desk.requests import reply_ticket, solve_ticket, submit_request
from pscli.desk.tickets import show_ticket
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import ChampionLevel, Product
from pscli.models.policy import ResponseClock
from pscli.models.tickets import Clock, ClockState, Promise, Status
from pscli.policy import shipped_policy
from pscli.problems import StateForbids
from tests.world import AGENT, ANA, GRACE, MIA, OTTO, World


def ask(world: World, email: str = ANA, **known: object) -> int:
    """File a request; returns its number."""
    asked = submit_request.bind("Sync", "It stopped", **known)  # type: ignore[arg-type]
    return world.acting_as(email).perform(submit_request, asked).record.number


def clocks(world: World, number: int, email: str = ANA) -> list[Clock]:
    """Every promise of a ticket, as its person sees them."""
    return show_ticket(world.acting_as(email), number).promises


def promise(world: World, number: int, email: str = ANA) -> Promise | None:
    """The promise that holds, or held last."""
    return show_ticket(world.acting_as(email), number).promise


def test_later_messages_do_not_move_the_due_instant(world: World) -> None:
    """S1: the oldest unanswered customer message counts."""
    number = ask(world)
    world.clock.pass_(hours=3)
    ticket = reply_ticket(world.acting_as(ANA), number, "Still so").record
    assert ticket.due_at == world.clock.now + timedelta(hours=1)
    assert len(clocks(world, number)) == 1


def test_the_next_question_starts_a_new_clock(world: World) -> None:
    """S1, S2: with the target that holds then; every clock is kept, oldest first."""
    number = ask(world)
    world.clock.pass_(hours=5)
    answer_ticket(world.acting_as(AGENT), "Acme", number, "Try again")
    grant_addon(world.operator, "Acme", AddonProduct.DROPBOX, Edition.ENHANCED)
    world.clock.pass_(hours=1)
    ticket = reply_ticket(world.acting_as(ANA), number, "No")
    assert ticket.record.due_at == world.clock.now + timedelta(hours=1)
    late, running = clocks(world, number)
    assert (late.state, late.edition, late.target_minutes) == ("breached", "essentials", 240)
    assert late.answered_at == world.clock.now - timedelta(hours=1)
    assert (running.state, running.edition, running.rules) == ("running", "enhanced", ["E3"])


def test_notes_and_state_changes_do_not_answer(world: World) -> None:
    """S1, K4: only a public reply does; a promised answer cannot be solved away."""
    number = ask(world)
    agent = world.acting_as(AGENT)
    note_ticket(agent, "Acme", number, "Looks like the proxy")
    with pytest.raises(StateForbids):
        settle_ticket(agent, "Acme", number)
    thread = show_ticket(world.acting_as(ANA), number)
    assert (thread.status, thread.promises[0].state) == (Status.OPEN, ClockState.RUNNING)
    assert [message.body for message in thread.messages] == ["It stopped"]


@pytest.mark.parametrize(("hours", "state"), [(4, ClockState.MET), (4.5, ClockState.BREACHED)])
def test_solving_with_a_reply_answers(world: World, hours: float, state: ClockState) -> None:
    """S4: met or breached as any answer."""
    number = ask(world)
    world.clock.pass_(hours=hours)
    ticket = answer_ticket(world.acting_as(AGENT), "Acme", number, "Done", solve=True).record
    assert (ticket.status, ticket.due_at) == (Status.SOLVED, None)
    assert [clock.state for clock in clocks(world, number)] == [state]


@pytest.mark.parametrize("with_reply", [False, True])
def test_solved_by_the_customer_is_withdrawn(world: World, with_reply: bool) -> None:
    """S4: not counted, and nothing is due any more."""
    number = ask(world)
    ana = world.acting_as(ANA)
    if with_reply:
        reply_ticket(ana, number, "It works again", solve=True)
    else:
        solve_ticket(ana, number)
    thread = show_ticket(ana, number)
    assert (thread.status, thread.due_at) == (Status.SOLVED, None)
    assert [(clock.state, clock.answered_at) for clock in thread.promises] == [("withdrawn", None)]


def test_an_upgrade_tightens_a_running_clock(world: World) -> None:
    """S6, B15: to the change and the new target, where that is earlier."""
    early = ask(world)
    world.clock.pass_(hours=3, minutes=30)
    recent = ask(world, MIA)
    grant_addon(world.operator, "Acme", AddonProduct.DROPBOX, Edition.ENHANCED)
    kept, tightened = promise(world, early), promise(world, recent, MIA)
    assert kept is not None
    assert tightened is not None
    assert (kept.due_at, kept.edition) == (world.clock.now + timedelta(minutes=30), "essentials")
    assert (tightened.due_at, tightened.target_minutes) == (
        world.clock.now + timedelta(hours=1),
        60,
    )
    assert (tightened.edition, tightened.rules) == ("enhanced", ["E3", "E6", "S6"])


def test_a_promise_is_never_loosened(world: World) -> None:
    """S6, B15: not by a downgrade, nor by the end of the add-on."""
    grant_addon(world.operator, "Acme", AddonProduct.DROPBOX, Edition.ENHANCED)
    number = ask(world)
    before = promise(world, number)
    grant_addon(world.operator, "Acme", AddonProduct.DROPBOX, Edition.ESSENTIALS)
    assert promise(world, number) == before
    revoke_addon(world.operator, "Acme", AddonProduct.DROPBOX, Edition.ENHANCED)
    assert promise(world, number) == before


def test_an_add_on_promises_what_was_open_before(world: World) -> None:
    """S6, E9: without a commitment due counts as never, so the new target holds."""
    number = ask(world, OTTO, product=Product.DASH)
    assert promise(world, number, OTTO) is None
    world.clock.pass_(days=2)
    grant_addon(world.operator, "Other", AddonProduct.DROPBOX, Edition.ENHANCED)
    assert promise(world, number, OTTO) is None
    grant_addon(world.operator, "Other", AddonProduct.DASH, Edition.ESSENTIALS)
    found = promise(world, number, OTTO)
    assert found is not None
    assert found.due_at == world.clock.now + timedelta(hours=4)
    assert found.rules == ["E3", "S6"]


def test_a_champion_level_tightens_the_clocks_of_its_person(world: World) -> None:
    """S6, E7: and of nobody else."""
    own, others = ask(world), ask(world, MIA)
    world.clock.pass_(hours=1)
    set_person(world.operator, ANA, champion=ChampionLevel.EPIC)
    found = promise(world, own)
    assert found is not None
    assert (found.due_at, found.edition) == (world.clock.now + timedelta(hours=1), "epic")
    untouched = promise(world, others, MIA)
    assert untouched is not None
    assert untouched.edition == "essentials"


def test_a_corrected_product_never_loosens(world: World) -> None:
    """S6: a ticket about Dropbox that turns out to be about Dash keeps its promise."""
    grant_addon(world.operator, "Other", AddonProduct.DROPBOX, Edition.ENHANCED)
    number = ask(world, OTTO, product=Product.DROPBOX)
    before = promise(world, number, OTTO)
    assert before is not None
    ticket = retype_ticket(world.acting_as(AGENT), "Other", number, product=Product.DASH).record
    assert (ticket.product, ticket.due_at) == ("dash", before.due_at)


@pytest.mark.parametrize(
    ("received", "due", "minutes"),
    [
        (datetime(2026, 3, 6, 7, 45, tzinfo=UTC), datetime(2026, 3, 6, 11, 45, tzinfo=UTC), 240),
        (datetime(2026, 3, 10, 1, 0, tzinfo=UTC), datetime(2026, 3, 10, 2, 0, tzinfo=UTC), 60),
    ],
    ids=["friday 16:45", "tuesday 10:00"],
)
def test_japanese_inside_its_hours(
    world: World, received: datetime, due: datetime, minutes: int
) -> None:
    """J3, J2: the two examples, for admins, their members and Champions alike."""
    world.clock.now = received
    for email in (ANA, MIA, GRACE):
        found = promise(world, ask(world, email, language="ja"), email)
        assert found is not None
        assert (found.due_at, found.target_minutes, found.language) == (due, minutes, "ja")
        assert found.rules[-1] == "J3"


def test_japanese_outside_its_hours_is_promised_in_english(world: World) -> None:
    """J4: Monday noon is nine in the evening in Tokyo."""
    found = promise(world, ask(world, language="ja"))
    assert found is not None
    assert (found.language, found.target_minutes, found.rules) == ("en", 240, ["E3", "J4"])


def test_without_a_commitment_nothing_is_due(world: World) -> None:
    """E9, S3: no promise is shown, and an answer is none that was late."""
    number = ask(world, OTTO, product=Product.DROPBOX)
    world.clock.pass_(days=9)
    answer_ticket(world.acting_as(AGENT), "Other", number, "Sorry for the wait")
    thread = show_ticket(world.acting_as(OTTO), number)
    assert (thread.due_at, thread.promise, thread.promises) == (None, None, [])


def test_the_response_clock_is_a_setting(world: World) -> None:
    """E3, P1: where the policy says so, a target counts in the hours of support for the product."""
    grant_addon(world.operator, "Other", AddonProduct.DASH, Edition.ENHANCED)
    world.clock.set("2026-03-03T00:30:00Z")  # 19:30 in New York, half an hour before Dash closes
    plain = ask(world, OTTO, product=Product.DASH)
    assert clocks(world, plain, OTTO)[0].due_at == world.clock.now + timedelta(hours=1)
    set_policy(world.operator, replace(shipped_policy(), response_clock=ResponseClock.HOURS))
    counted = ask(world, OTTO, product=Product.DASH)
    assert clocks(world, counted, OTTO)[0].due_at == datetime(2026, 3, 3, 14, 30, tzinfo=UTC)
    said = show_options(world.acting_as(OTTO), product=Product.DASH).channels[0].reason
    assert "within 1 hour, counted in support hours, (Enhanced)" in said
