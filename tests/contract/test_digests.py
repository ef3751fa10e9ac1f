"""The quarterly e-mail on every backend: to whom, about what, and once (Q1-Q3, E4, E7)."""

import pytest
from msgspec.structs import replace

from pscli.desk.addons import grant_addon
from pscli.desk.briefs import prepare_meeting, show_brief
from pscli.desk.digests import list_due_digests, queue_digest
from pscli.desk.outbox import claim_mail, list_mail, read_mail
from pscli.desk.people import add_person, set_person
from pscli.desk.policies import set_policy
from pscli.desk.usage import import_usage
from pscli.models.addons import AddonProduct, Edition
from pscli.models.mail import MailKind, MailState
from pscli.models.people import AdminRole, ChampionLevel, PersonStatus
from pscli.models.usage import Outcome
from pscli.operation import Backend
from pscli.policy import shipped_policy
from pscli.problems import InvalidValue, NotAllowed, StateForbids
from tests.world import AGENT, ANA, BEN, GRACE, MIA, OTTO, World

from .test_usage import known, stated

LAST = "2025-Q4"
FEATURES = {feature.key: feature for feature in shipped_policy().features}


@pytest.fixture
def boss(world: World) -> Backend:
    """An operator, who runs it."""
    return world.acting_as(None)


def used_by_all(*features: str) -> list[object]:
    """Everybody of Acme used these."""
    return [stated(who, feature) for feature in features for who in (ANA, BEN, MIA, GRACE)]


def test_each_admin_gets_one_in_their_language(world: World, boss: Backend) -> None:
    """Q1, T2, E4: three features, never before rarely, with the figure and a page each."""
    set_person(boss, BEN, language="ja")
    add_person(boss, "Acme", "siti@acme.example", role=AdminRole.BILLING, language="id")
    add_person(boss, "Acme", "gone@acme.example", role=AdminRole.CONTENT)
    set_person(boss, "gone@acme.example", status=PersonStatus.SUSPENDED)
    for n in range(16):
        add_person(boss, "Acme", f"p{n}@acme.example")
    uses = [stated(ANA, "transfer"), *used_by_all("shared_links")]
    names = ("transfer", "shared_links", "sso", "remote_wipe", "file_requests")
    import_usage(boss, "Acme", stated=uses, known=[known(*names)])  # type: ignore[arg-type]
    digest = queue_digest(boss, "Acme", LAST).record
    assert (digest.outcome, digest.mails) == (Outcome.QUEUED, 3)
    assert digest.features == ["file_requests", "sso", "remote_wipe"]
    mails = list_mail(boss).items
    assert [mail.recipients for mail in mails] == [["siti@acme.example"], [BEN], [ANA]]
    assert {(mail.kind, mail.state) for mail in mails} == {(MailKind.DIGEST, MailState.QUEUED)}
    english = read_mail(boss, mails[2].id)
    assert english.subject == "What Acme hardly used in the fourth quarter of 2025"
    assert "Active people who used it: none of 21." in english.text
    assert "Admins who used it: none of 3." in english.text
    assert "Not set up yet." in english.text
    assert "https://help.dropbox.com/share/create-file-request" in english.text
    assert "ファイル リクエスト" in read_mail(boss, mails[1].id).text
    indonesian = read_mail(boss, mails[0].id)
    assert "Permintaan file" in indonesian.text
    assert 'lang="id"' in indonesian.html


def test_a_rarely_used_feature_comes_with_its_figure(world: World, boss: Backend) -> None:
    """Q1: below a setting of the policy; fewer than three are those."""
    rules = replace(shipped_policy().digest, rare_percent=30)
    set_policy(boss, replace(shipped_policy(), digest=rules))
    import_usage(boss, "Acme", stated=[stated(MIA, "transfer")], known=[known("transfer")])
    assert queue_digest(boss, "Acme", LAST).record.features == ["transfer"]
    text = read_mail(boss, list_mail(boss).items[0].id).text
    assert "1 of 4 (25.0 %)" in text


def test_once_per_team_and_quarter(world: World, boss: Backend) -> None:
    """Q3: whatever is repeated, under whatever key; the next quarter is another one."""
    import_usage(boss, "Acme", known=[known("transfer")])
    assert queue_digest(boss, "Acme", LAST).changed
    again = queue_digest(boss, "acme", LAST)
    assert (again.changed, again.record.outcome) == (False, Outcome.DONE)
    arguments = {"team": "Acme", "quarter": LAST}
    assert not boss.perform(queue_digest, arguments, "another-key").changed
    assert len(list_mail(boss).items) == 2
    import_usage(boss, "Acme", known=[known("transfer", quarter="2025-Q3")])
    assert queue_digest(boss, "Acme", "2025-Q3").changed


def test_a_dry_run_queues_nothing(world: World, boss: Backend) -> None:
    """Q3: it says what would be."""
    import_usage(boss, "Acme", known=[known("transfer")])
    arguments = {"team": "Acme", "quarter": LAST}
    assert boss.perform(queue_digest, arguments, dry_run=True).record.mails == 2
    assert list_mail(boss).items == []
    assert queue_digest(boss, "Acme", LAST).changed


def test_nothing_to_say_is_recorded(world: World, boss: Backend) -> None:
    """Q1: all known and used: nothing is sent, and the quarter is done."""
    owned = [feature.key for feature in shipped_policy().features if feature.product == "dropbox"]
    import_usage(boss, "Acme", stated=used_by_all(*owned), known=[known(*owned)])  # type: ignore[arg-type]
    digest = queue_digest(boss, "Acme", LAST)
    assert (digest.changed, digest.record.outcome, digest.record.mails) == (
        True,
        Outcome.NOTHING,
        0,
    )
    assert list_mail(boss).items == []
    assert list_due_digests(boss, LAST).items == []


def test_without_data_or_admins_it_waits(world: World, boss: Backend) -> None:
    """Q2: unknown is not unused: nothing is sent and nothing recorded, until somebody knows."""
    assert queue_digest(boss, "Acme", LAST).record.outcome is Outcome.UNKNOWN
    import_usage(boss, "Acme", stated=used_by_all("transfer"), known=[known("transfer")])  # type: ignore[arg-type]
    assert queue_digest(boss, "Acme", LAST).record.outcome is Outcome.UNKNOWN  # as to the others
    add_person(boss, "Other", "cy@other.example")
    grant_addon(boss, "Other", AddonProduct.DASH, Edition.ESSENTIALS)
    import_usage(boss, "Other", known=[known("dash")])
    assert [due.team for due in list_due_digests(boss, LAST).items] == ["Acme", "Other"]
    assert queue_digest(boss, "Other", LAST).record.outcome is Outcome.QUEUED


def test_only_teams_with_an_add_on(world: World, boss: Backend) -> None:
    """E4, E7: a Champion's entitlement is no team's; one product's add-on is enough."""
    set_person(boss, OTTO, champion=ChampionLevel.EPIC)
    import_usage(boss, "Other", known=[known("transfer")])
    assert [due.team for due in list_due_digests(boss).items] == ["Acme"]
    refused = queue_digest(boss, "Other", LAST)
    assert (refused.record.outcome, refused.changed) == (Outcome.NOT_ENTITLED, False)
    assert list_mail(boss).items == []


def test_members_and_champions_get_none(world: World, boss: Backend) -> None:
    """Q1, Q3: it goes to admins; Grace is a Champion and a member, Mia a member."""
    import_usage(boss, "Acme", known=[known("transfer")])
    queue_digest(boss, "Acme", LAST)
    assert {mail.recipients[0] for mail in list_mail(boss).items} == {ANA, BEN}


def test_a_quarter_that_is_not_over_is_refused(world: World, boss: Backend) -> None:
    """Q1: nobody knows yet what it will have been."""
    for quarter in ("2026-Q1", "2026-Q2", "2026-Q5", "last", "26-Q1"):
        with pytest.raises(InvalidValue):
            queue_digest(boss, "Acme", quarter)
        with pytest.raises(InvalidValue):
            list_due_digests(boss, quarter)


def test_due_teams_come_in_pages(world: World, boss: Backend) -> None:
    """Q1: every team with an add-on once; the default quarter is over in every zone."""
    grant_addon(boss, "Other", AddonProduct.DASH, Edition.ENHANCED)
    first = list_due_digests(boss, limit=1)
    second = list_due_digests(boss, limit=1, cursor=first.next)
    assert [(due.team, due.quarter) for due in [*first.items, *second.items]] == [
        ("Acme", LAST),
        ("Other", LAST),
    ]
    assert second.next is None
    world.clock.set("2026-04-01T11:59:59+00:00")
    assert list_due_digests(boss).items[0].quarter == LAST
    world.clock.set("2026-04-01T12:00:00+00:00")
    assert list_due_digests(boss).items[0].quarter == "2026-Q1"


def test_a_policy_without_features_says_nothing(world: World, boss: Backend) -> None:
    """P1: a desk whose policy is older than the features is told how to get them."""
    set_policy(boss, replace(shipped_policy(), features=[]))
    with pytest.raises(StateForbids):
        queue_digest(boss, "Acme", LAST)


def test_a_meetings_brief_names_the_same_three(world: World, boss: Backend) -> None:
    """Q5, Q1: by their names in the reader's language; without data none is named."""
    grant_addon(boss, "Acme", AddonProduct.DROPBOX, Edition.ENHANCED)
    set_person(boss, ANA, language="id")
    assert show_brief(world.acting_as(ANA), LAST).features == []
    import_usage(boss, "Acme", known=[known("transfer", "sso", "backup", "file_requests")])
    told = show_brief(world.acting_as(ANA), LAST).features
    assert told == ["Permintaan file", "Dropbox Transfer", FEATURES["backup"].names.id]
    english = prepare_meeting(world.acting_as(AGENT), "Acme", LAST).features
    assert english[0] == "File requests"
    assert show_brief(world.acting_as(ANA)).features == []


def test_only_operators_run_it(world: World) -> None:
    """T6: neither admins nor other representatives."""
    for email in (ANA, AGENT):
        with pytest.raises(NotAllowed):
            queue_digest(world.acting_as(email), "Acme", LAST)
        with pytest.raises(NotAllowed):
            list_due_digests(world.acting_as(email))


def test_who_is_no_admin_any_more_gets_none(world: World, boss: Backend) -> None:
    """Q1, T4: what was queued for them before is not sent; it is the admins'."""
    import_usage(boss, "Acme", stated=[stated(ANA, "transfer")], known=[known("transfer", "sso")])
    assert queue_digest(boss, "Acme", LAST).record.mails == 2
    set_person(boss, ANA, role=AdminRole.TEAM)
    set_person(boss, BEN, member=True)
    sent = [claim_mail(boss, str(n) * 32).record.id for n in range(3)]
    to = [read_mail(boss, id_).recipients for id_ in sent if id_ is not None]
    assert (to, sent[1:]) == ([[ANA]], [None, None])
    assert [mail.recipients for mail in list_mail(boss, state=MailState.FAILED).items] == [[BEN]]
