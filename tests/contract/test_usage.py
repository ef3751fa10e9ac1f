"""Feature usage on every backend: counted once, unknown where nobody knows (Q1, Q2)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pscli.desk.people import add_person, set_person
from pscli.desk.teams import set_team
from pscli.desk.usage import import_usage, list_usage
from pscli.models.people import AdminRole, PersonStatus, Product
from pscli.models.usage import FeatureUse, KnownUse, SeenUse, StatedUse, UseState
from pscli.operation import Backend
from pscli.problems import InvalidValue, NotAllowed, NotFound
from tests.world import AGENT, ANA, BEN, GRACE, MIA, OTTO, World

LAST = "2025-Q4"
IN_IT = datetime(2025, 11, 5, 9, tzinfo=UTC)


@pytest.fixture
def boss(world: World) -> Backend:
    """An operator, who is the one that imports."""
    return world.acting_as(None)


def stated(person: str, feature: str, uses: int = 1, quarter: str = LAST) -> StatedUse:
    """A row of a table."""
    return StatedUse(person=person, feature=feature, quarter=quarter, uses=uses)


def seen(id_: str, person: str, feature: str, at: datetime = IN_IT) -> SeenUse:
    """An event."""
    return SeenUse(id=id_, person=person, feature=feature, at=at)


def known(*features: str, quarter: str = LAST) -> KnownUse:
    """All use of these features is imported."""
    return KnownUse(quarter=quarter, features=list(features))


def use(backend: Backend, feature: str, team: str = "Acme", quarter: str = LAST) -> FeatureUse:
    """How much a team uses one feature."""
    page = list_usage(backend, team, quarter)
    assert page.total == len(page.items) == 28
    return next(each for each in page.items if each.feature == feature)


def test_what_nobody_knows_is_unknown(world: World, boss: Backend) -> None:
    """Q2: before an import, and of features and quarters that it says nothing about."""
    states = {each.state for each in list_usage(boss, "Acme").items}
    assert states == {UseState.UNKNOWN, UseState.NOT_OWNED}
    import_usage(boss, "Acme", stated=[stated(ANA, "transfer")], known=[known("transfer")])
    assert use(boss, "transfer").state is UseState.USED
    assert use(boss, "file_requests").state is UseState.UNKNOWN
    assert use(boss, "transfer", quarter="2025-Q3").state is UseState.UNKNOWN
    assert use(boss, "file_requests").people is None
    assert use(boss, "dash").state is UseState.NOT_OWNED


def test_use_is_a_share_of_active_people(world: World, boss: Backend) -> None:
    """Q1: below 5 % of the active people is rarely; nobody is never; who left does not count."""
    for n in range(17):
        add_person(boss, "Acme", f"p{n}@acme.example")
    uses = [stated(MIA, "transfer"), stated(MIA, "backup"), stated(GRACE, "backup")]
    import_usage(boss, "Acme", stated=uses, known=[known("transfer", "backup", "paper")])
    found = use(boss, "transfer")
    assert (found.people, found.among, found.share) == (1, 21, 0.0476)
    assert found.state is UseState.RARELY
    assert use(boss, "backup").state is UseState.USED
    set_person(boss, "p0@acme.example", status=PersonStatus.SUSPENDED)
    assert use(boss, "transfer").state is UseState.USED  # 1 of 20 is not below 5 %
    set_person(boss, MIA, status=PersonStatus.SUSPENDED)
    assert (use(boss, "transfer").state, use(boss, "transfer").people) == (UseState.NEVER, 0)


def test_features_of_admins_are_measured_against_admins(world: World, boss: Backend) -> None:
    """Q1: nobody else can use them."""
    uses = [stated(ANA, "admin_reports"), stated(MIA, "admin_reports")]
    import_usage(boss, "Acme", stated=uses, known=[known("admin_reports", "remote_wipe")])
    found = use(boss, "admin_reports")
    assert (found.people, found.among, found.state) == (1, 2, UseState.USED)
    assert use(boss, "remote_wipe").state is UseState.NEVER


def test_what_is_set_up_counts_as_used(world: World, boss: Backend) -> None:
    """Q2: whoever did it, however long ago; until then it is not set up, if that is known."""
    import_usage(boss, "Acme", known=[known("sso", "groups")])
    assert use(boss, "sso").state is UseState.NEVER
    import_usage(boss, "Acme", seen=[seen("1", ANA, "sso", datetime(2024, 1, 5, tzinfo=UTC))])
    assert use(boss, "sso").state is UseState.USED
    assert use(boss, "sso", quarter="2023-Q4").state is UseState.UNKNOWN
    assert (use(boss, "sso").among, use(boss, "sso").share) == (None, None)


def test_other_add_ons_are_left_out_until_used(world: World, boss: Backend) -> None:
    """Q2: the desk does not sell them; that somebody used one shows that the team owns it."""
    import_usage(boss, "Acme", known=[known("protect", "legal_holds", "dash")])
    assert use(boss, "protect").state is UseState.NOT_OWNED
    import_usage(boss, "Acme", stated=[stated(ANA, "protect", quarter="2025-Q1")])
    assert use(boss, "protect").state is UseState.NEVER
    assert use(boss, "dash").state is UseState.NOT_OWNED
    set_team(boss, "Acme", products=[Product.DASH])
    assert use(boss, "dash").state is UseState.NEVER


def test_an_event_is_counted_once(world: World, boss: Backend) -> None:
    """Q2, B10: pages repeat events, imports overlap; a table replaces what it said before."""
    some = [seen("a", ANA, "transfer"), seen("b", ANA, "transfer"), seen("a", ANA, "transfer")]
    first = import_usage(boss, "Acme", seen=some)
    assert (first.record.imported, first.record.known, first.changed) == (2, 1, True)
    again = import_usage(boss, "Acme", seen=[*some[:1], seen("c", MIA, "transfer")])
    assert (again.record.imported, again.record.known) == (1, 1)
    assert not import_usage(boss, "Acme", seen=some).changed
    row = [stated(BEN, "transfer", 3)]
    assert import_usage(boss, "Acme", stated=row).record.imported == 1
    assert import_usage(boss, "Acme", stated=row).record.known == 1
    assert import_usage(boss, "Acme", stated=[stated(BEN, "transfer", 0)]).record.imported == 1
    import_usage(boss, "Acme", known=[known("transfer")])
    assert use(boss, "transfer").people == 2


def test_many_at_once(world: World, boss: Backend) -> None:
    """Q1: a thousand events in one request, of many people, in one transaction."""
    people = [f"q{n}@acme.example" for n in range(130)]
    for email in people:
        add_person(boss, "Acme", email)
    events = [seen(str(n), people[n % 130].upper(), "transfer") for n in range(1000)]
    assert import_usage(boss, "Acme", seen=events).record.imported == 1000
    import_usage(boss, "Acme", known=[known("transfer")])
    assert use(boss, "transfer").people == 130


def test_strangers_are_counted_and_left_out(world: World, boss: Backend) -> None:
    """T2, Q2: guests and people of other teams; somebody who is added later counts then."""
    events = [seen("1", OTTO, "transfer"), seen("2", "new@acme.example", "transfer")]
    assert import_usage(boss, "Acme", seen=events).record.strangers == 2
    add_person(boss, "Acme", "new@acme.example", role=AdminRole.TEAM)
    result = import_usage(boss, "Acme", seen=events).record
    assert (result.imported, result.strangers) == (1, 1)


IMPOSSIBLE: list[dict[str, Any]] = [
    {"stated": [stated(ANA, "transfer", quarter="2026-Q2")]},
    {"stated": [stated(ANA, "nonsense")]},
    {"stated": [stated(ANA, "transfer"), stated(ANA.upper(), "transfer")]},
    {"seen": [seen("1", ANA, "transfer"), seen("2", ANA, "nonsense")]},
    {"seen": [seen("1", ANA, "transfer", datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC))]},
    {"known": [known("transfer", quarter="2026-Q1")]},
    {"known": [known("nonsense")]},
]


def test_what_cannot_be_is_refused_whole(world: World, boss: Backend) -> None:
    """Q2: the future, unknown features, a row twice, an unfinished quarter: nothing is kept."""
    good: dict[str, Any] = {"known": [known("backup")], "stated": [stated(ANA, "backup")]}
    for wrong in IMPOSSIBLE:
        with pytest.raises(InvalidValue):
            import_usage(boss, "Acme", **{**good, **wrong})
        assert {each.people for each in list_usage(boss, "Acme").items} == {None}, wrong


def test_quarters_begin_at_the_teams_midnight(world: World, boss: Backend) -> None:
    """Q1: an event in the last hours of a quarter belongs where the team's clocks say."""
    set_team(boss, "Acme", timezone="Asia/Jakarta")
    late = datetime(2025, 9, 30, 17, tzinfo=UTC)  # midnight in Jakarta
    events = [seen("1", ANA, "transfer", late), seen("2", MIA, "backup", late.replace(hour=16))]
    features = known("transfer", "backup")
    earlier = known("transfer", "backup", quarter="2025-Q3")
    import_usage(boss, "Acme", seen=events, known=[features, earlier])
    assert [use(boss, name).people for name in ("transfer", "backup")] == [1, 0]
    assert use(boss, "backup", quarter="2025-Q3").people == 1


def test_only_operators_import_and_look(world: World, boss: Backend) -> None:
    """T6: neither the team's own admins nor other representatives."""
    for email in (ANA, AGENT):
        with pytest.raises(NotAllowed):
            import_usage(world.acting_as(email), "Acme", known=[known("backup")])
        with pytest.raises(NotAllowed):
            list_usage(world.acting_as(email), "Acme")
    with pytest.raises(NotFound):
        import_usage(boss, "Nobody")
    with pytest.raises(InvalidValue):
        list_usage(boss, "Acme", "2026-Q2")


def test_pages_of_usage(world: World, boss: Backend) -> None:
    """K5: nothing is skipped or repeated between pages."""
    whole = [each.feature for each in list_usage(boss, "Acme").items]
    first = list_usage(boss, "Acme", limit=20)
    rest = list_usage(boss, "Acme", limit=20, cursor=first.next)
    assert [each.feature for each in [*first.items, *rest.items]] == whole
    assert rest.next is None
