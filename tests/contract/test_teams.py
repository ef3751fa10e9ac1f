"""Teams, their people and the representatives, on every backend (T)."""

import pytest
from msgspec.structs import replace

from pscli.codec import narrow
from pscli.desk.check import size_desk
from pscli.desk.people import add_person, list_people, remove_person, set_person
from pscli.desk.queue import take_ticket
from pscli.desk.requests import submit_request
from pscli.desk.staff import add_representative, list_representatives, remove_representative
from pscli.desk.teams import create_team, list_teams, set_team, show_team
from pscli.desk.tickets import list_requests, list_tickets
from pscli.desk.tokens import whoami
from pscli.models.people import (
    AdminRole,
    ChampionLevel,
    PersonStatus,
    Plan,
    Product,
    RepresentativeRole,
    Team,
)
from pscli.problems import InvalidValue, NotAllowed, NotSignedIn, StateForbids
from tests.world import AGENT, ANA, BEN, GRACE, MIA, OTTO, SALES, World


def test_a_team_is_what_was_said_of_it(world: World) -> None:
    """T1: dropbox is always owned; what is not said has its default."""
    team = create_team(world.operator, "Third", products=[Product.SIGN, Product.DASH]).record
    assert team.products == ["dropbox", "dash", "sign"]
    assert (team.plan, team.licences, team.timezone) == (Plan.STANDARD, 1, "UTC")
    assert team.billing_anchor == world.clock.now
    assert (team.account_executive, team.self_serve) == (False, True)
    assert narrow(Team, show_team(world.operator, "third")) == team
    assert [each.name for each in list_teams(world.operator).items] == ["Acme", "Other", "Third"]


def test_the_size_of_a_desk_is_counted(world: World) -> None:
    """T6: by the counters of the teams, for operators."""
    before = size_desk(world.operator)
    assert (before.teams, before.tickets) == (2, 0)
    submit_request(world.acting_as(ANA), "Sync", "It stopped.")
    add_person(world.operator, "Acme", "new@acme.example")
    assert size_desk(world.operator) == replace(before, people=before.people + 1, tickets=1)
    with pytest.raises(NotAllowed):
        size_desk(world.acting_as(AGENT))


def test_a_teams_name_is_unique(world: World) -> None:
    """T1: whatever its case."""
    with pytest.raises(StateForbids) as refusal:
        create_team(world.operator, "ACME")
    assert refusal.value.field == "name"


def test_a_team_changes_as_far_as_it_is_told(world: World) -> None:
    """T1: dropbox stays owned, an unknown zone changes nothing."""
    with pytest.raises(InvalidValue):
        set_team(world.operator, "Acme", plan=Plan.BUSINESS, timezone="Europe/Atlantis")
    changed = set_team(world.operator, "Acme", products=[Product.PAPER], self_serve=False)
    assert (changed.record.plan, changed.record.self_serve) == (Plan.STANDARD, False)
    assert changed.record.products == ["dropbox", "paper"]
    assert not set_team(world.operator, "Acme", self_serve=False).changed


def test_a_person_has_defaults(world: World) -> None:
    """T2: a member who speaks English in the team's zone, in lower case."""
    set_team(world.operator, "Acme", timezone="Asia/Jakarta")
    person = add_person(world.operator, "Acme", "New@ACME.example").record
    assert (person.email, person.name, person.team) == ("new@acme.example", "new", "Acme")
    assert (person.role, person.champion) == (None, ChampionLevel.NONE)
    assert (person.language, person.timezone) == ("en", "Asia/Jakarta")
    assert person.status is PersonStatus.ACTIVE


def test_an_address_belongs_to_one(world: World) -> None:
    """T2: unique on the desk, folded, not shared with a representative."""
    for taken in ("MIA@acme.example", OTTO, AGENT):
        with pytest.raises(StateForbids):
            add_person(world.operator, "Acme", taken)
    with pytest.raises(StateForbids):
        add_representative(world.operator, MIA, RepresentativeRole.AGENT)


def test_a_wrong_value_of_a_person_is_refused(world: World) -> None:
    """T2: and nobody is added."""
    for wrong in ({"language": "fr"}, {"timezone": "Mars"}, {"region": "IDN"}):
        with pytest.raises(InvalidValue):
            world.operator.perform(add_person, {"team": "Acme", "email": "n@acme.example", **wrong})
        with pytest.raises(InvalidValue):
            world.operator.perform(set_person, {"email": MIA, **wrong})
    people = list_people(world.operator, "Acme")
    assert {person.email for person in people.items} == {ANA, BEN, MIA, GRACE}


def test_a_removed_person_comes_back_with_their_tickets(world: World) -> None:
    """T2: to the same team only."""
    submit_request(world.acting_as(MIA), "Mine", "x")
    remove_person(world.operator, MIA)
    with pytest.raises(StateForbids):
        add_person(world.operator, "Other", MIA)
    add_person(world.operator, "Acme", MIA)
    assert [ticket.subject for ticket in list_requests(world.acting_as(MIA)).items] == ["Mine"]


@pytest.mark.parametrize(
    "change",
    [{"role": "billing"}, {"member": True}, {"status": "suspended"}, {"status": "removed"}],
)
def test_a_team_keeps_an_active_admin(world: World, change: dict[str, object]) -> None:
    """T3: the change that would take the last one away is refused, another one is not."""
    with pytest.raises(StateForbids):
        world.operator.perform(set_person, {"email": ANA, **change})
    assert whoami(world.acting_as(ANA)).role == AdminRole.TEAM
    set_person(world.operator, BEN, role=AdminRole.TEAM)
    assert world.operator.perform(set_person, {"email": ANA, **change}).changed


def test_rights_follow_the_role_at_once(world: World) -> None:
    """T4: with the role the Hub goes, their own tickets stay."""
    ben = world.acting_as(BEN)
    submit_request(ben, "Mine", "x")
    assert list_tickets(ben).total == 1
    set_person(world.operator, BEN, member=True)
    with pytest.raises(NotAllowed):
        list_tickets(ben)
    assert [ticket.subject for ticket in list_requests(ben).items] == ["Mine"]


def test_a_suspended_person_has_no_rights(world: World) -> None:
    """T5: until they are active again."""
    mia = world.acting_as(MIA)
    set_person(world.operator, MIA, status=PersonStatus.SUSPENDED)
    with pytest.raises(NotAllowed) as refusal:
        submit_request(mia, "Sync", "x")
    assert refusal.value.exit_code == 5
    set_person(world.operator, MIA, status=PersonStatus.ACTIVE)
    assert submit_request(mia, "Sync", "x").record.number == 1


def test_representatives_belong_to_no_team(world: World) -> None:
    """T6: agents and sales keep no teams; an operator may do all; none asks for support."""
    for email in (AGENT, SALES):
        with pytest.raises(NotAllowed):
            create_team(world.acting_as(email), "Third")
        with pytest.raises(NotAllowed):
            submit_request(world.acting_as(email), "Sync", "x")
    add_representative(world.operator, "op@desk.example", RepresentativeRole.OPERATOR)
    operator = world.acting_as("op@desk.example")
    create_team(operator, "Third")
    submit_request(world.acting_as(ANA), "Sync", "x")
    assert take_ticket(operator, "Acme", 1).record.assignee == "op@desk.example"
    assert whoami(world.acting_as(AGENT)).team is None


def test_a_removed_representative_owns_nothing(world: World) -> None:
    """T6: their tickets go back to the queue, their rights end."""
    submit_request(world.acting_as(ANA), "Sync", "x")
    agent = world.acting_as(AGENT)
    take_ticket(agent, "Acme", 1)
    remove_representative(world.operator, AGENT)
    with pytest.raises((NotAllowed, NotSignedIn)):
        take_ticket(agent, "Acme", 1)
    staff = list_representatives(world.operator)
    assert AGENT not in [each.email for each in staff.items]
    assert take_ticket(world.acting_as(SALES), "Acme", 1).record.assignee == SALES
