"""Quarters, shares and what is least used (Q1, Q2); events and rows as they come."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st
from msgspec.structs import replace

from pscli.models.policy import Feature, FeatureKind
from pscli.models.usage import FeatureUse, KnownUse, StatedUse, UseState
from pscli.policy import shipped_policy
from pscli.problems import InvalidValue
from pscli.rules.team_log import events_in, stated_use
from pscli.rules.usage import (
    Audience,
    Knowledge,
    Users,
    check_begun,
    check_over,
    last_quarter,
    least_used,
    quarter_of,
    use_of,
)

FEATURES = {feature.key: feature for feature in shipped_policy().features}
TRANSFER, SSO, REPORTS = FEATURES["transfer"], FEATURES["sso"], FEATURES["admin_reports"]
PROTECT, PAPER = FEATURES["protect"], FEATURES["paper"]


def knowledge(people: int = 0, among: int = 100, **changed: Any) -> Knowledge:
    """A team of so many people, of whom so many used each feature, all of it known."""
    users = {key: Users(feature=key, people=people, admins=people) for key in FEATURES}
    plain = Knowledge(
        quarter="2026-Q1",
        products=["dropbox"],
        audience=Audience(people=among, admins=among),
        users=users,
        known=list(FEATURES),
        ever=list(FEATURES) if people else [],
    )
    return replace(plain, **changed)


def state(feature: Feature, known: Knowledge, rare: int = 5) -> UseState:
    """How much a feature is used."""
    return use_of(feature, known, rare, "en").state


@pytest.mark.parametrize(
    ("instant", "zone", "quarter"),
    [
        ("2026-01-01T00:00:00Z", "UTC", "2026-Q1"),
        ("2026-03-31T23:59:59Z", "UTC", "2026-Q1"),
        ("2026-04-01T00:00:00Z", "UTC", "2026-Q2"),
        ("2025-12-31T15:00:00Z", "Asia/Tokyo", "2026-Q1"),
        ("2026-01-01T04:59:59Z", "America/New_York", "2025-Q4"),
        ("2026-12-31T23:00:00Z", "UTC", "2026-Q4"),
    ],
)
def test_a_quarter_is_one_of_the_calendar(instant: str, zone: str, quarter: str) -> None:
    """Q1: on the clocks of the team's zone."""
    assert quarter_of(datetime.fromisoformat(instant), zone) == quarter


@pytest.mark.parametrize(
    ("now", "quarter"),
    [
        ("2026-04-01T11:59:59Z", "2025-Q4"),
        ("2026-04-01T12:00:00Z", "2026-Q1"),
        ("2026-01-01T12:00:00Z", "2025-Q4"),
        ("2026-12-31T23:59:59Z", "2026-Q3"),
    ],
)
def test_the_last_quarter_is_over_everywhere(now: str, quarter: str) -> None:
    """Q1: twelve hours after it ended in UTC, no zone is left in it."""
    instant = datetime.fromisoformat(now)
    assert last_quarter(instant) == quarter
    check_over(quarter, instant, "Etc/GMT+12")


def test_quarters_in_the_future() -> None:
    """Q1: one that has not begun, and one that is not over."""
    now = datetime(2026, 3, 31, 20, tzinfo=UTC)
    check_begun("2026-Q1", now, "UTC")
    check_begun("2026-Q2", now, "Asia/Tokyo")
    check_over("2026-Q1", now, "Asia/Tokyo")
    for check, quarter in ((check_begun, "2026-Q2"), (check_over, "2026-Q1")):
        with pytest.raises(InvalidValue):
            check(quarter, now, "UTC")


def test_rarely_is_below_the_setting() -> None:
    """Q1: 4 of 100 are below 5 %, 5 of 100 are not; the setting may be another."""
    assert state(TRANSFER, knowledge(0)) is UseState.NEVER
    assert state(TRANSFER, knowledge(4)) is UseState.RARELY
    assert state(TRANSFER, knowledge(5)) is UseState.USED
    assert state(TRANSFER, knowledge(5), rare=6) is UseState.RARELY
    assert state(TRANSFER, knowledge(1), rare=0) is UseState.USED
    assert state(TRANSFER, knowledge(0, among=0)) is UseState.UNKNOWN


def test_unknown_is_not_unused() -> None:
    """Q2: without data nothing is said of anything, not even a number."""
    use = use_of(TRANSFER, knowledge(3, known=[]), 5, "en")
    assert (use.state, use.people, use.share) == (UseState.UNKNOWN, None, None)
    assert state(SSO, knowledge(0, known=[])) is UseState.UNKNOWN


def test_once_set_up_is_used() -> None:
    """Q2: as soon as anybody ever did it, known or not."""
    assert state(SSO, knowledge(0)) is UseState.NEVER
    assert state(SSO, knowledge(0, ever=["sso"])) is UseState.USED
    assert state(SSO, knowledge(0, ever=["sso"], known=[])) is UseState.USED
    set_up = {key for key, feature in FEATURES.items() if feature.kind is FeatureKind.SETUP}
    assert {"sso", "two_step", "device_approvals", "domains", "team_folders"} <= set_up


def test_what_the_team_does_not_own_is_left_out() -> None:
    """Q2: a product, and an add-on that nobody ever used."""
    assert state(PAPER, knowledge(0)) is UseState.NOT_OWNED
    assert state(PAPER, knowledge(0, products=["dropbox", "paper"])) is UseState.NEVER
    assert state(PROTECT, knowledge(0)) is UseState.NOT_OWNED
    assert state(PROTECT, knowledge(0, ever=["protect"])) is UseState.NEVER


SHARES = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=20)


@given(SHARES)
def test_the_three_least_used(counts: list[tuple[int, bool]]) -> None:
    """Q1: at most three, all below the setting, and none that is left out is used less."""
    uses: list[FeatureUse] = []
    for n, (people, known) in enumerate(counts):
        feature = replace(TRANSFER, key=f"f{n}")
        users = {feature.key: Users(feature=feature.key, people=people, admins=0)}
        fact = knowledge(users=users, among=200, known=[feature.key] if known else [])
        uses.append(use_of(feature, fact, 5, "en"))
    least = least_used(uses)
    little = [people for people, known in counts if known and people < 10]
    assert [use.people for use in least] == sorted(little)[:3]


def test_the_shipped_features_are_sound() -> None:
    """P1, Q1: 28, each with names in three languages, events and a page; of one product each."""
    assert len(FEATURES) == 28
    for feature in FEATURES.values():
        assert feature.names.of("ja") != ""
        assert feature.names.of("de") == feature.names.en
        assert feature.events
        assert feature.page.url.startswith("https://")
    assert REPORTS.kind is FeatureKind.ADMIN


def test_events_in_the_shapes_that_the_api_has() -> None:
    """Q2: one event or a page; who acted is a user or an admin, addresses in any case."""
    plain = {
        "timestamp": "2026-01-05T10:00:00Z",
        "event_type": {".tag": "sso_add_cert"},
        "actor": {".tag": "admin", "admin": {"email": "Ana@Acme.example"}},
    }
    (event,) = events_in(plain)
    assert (event.type, event.person) == ("sso_add_cert", "ana@acme.example")
    assert [each.id for each in events_in({"events": [plain, plain]})] == [event.id] * 2
    (other,) = events_in({**plain, "details": {"n": 1}})
    assert other.id != event.id
    (named,) = events_in({**plain, "event_id": "e-1"})
    assert named.id == "e-1"
    (anonymous,) = events_in({**plain, "actor": {".tag": "anonymous"}})
    assert anonymous.person is None


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["events", "event_type", "timestamp", ".tag", "actor", "user"]), x
            )
        ),
    )
)
def test_any_json_is_an_event_or_refused(value: Any) -> None:
    """Q2: nothing but a refusal comes of what is no event."""
    with suppress(InvalidValue):
        assert all(event.type for event in events_in(value))


def test_rows_of_a_table() -> None:
    """Q2: one use where nothing is said; no person and no use: nobody used it."""
    row = {"person": " Ana@Acme.example ", "feature": "transfer", "quarter": "2026-Q1"}
    use = stated_use(row, FEATURES)
    assert isinstance(use, StatedUse)
    assert (use.person, use.uses) == ("ana@acme.example", 1)
    nobody = stated_use({**row, "person": "", "uses": "0"}, FEATURES)
    assert nobody == KnownUse(quarter="2026-Q1", features=["transfer"])
