"""The library: what fits a person's tickets, what it learns, and its catalogue (R1-R7)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pscli.catalogue import shipped_catalogue
from pscli.desk.audit import list_audit
from pscli.desk.hub import show_hub
from pscli.desk.library import import_catalogue, list_catalogue
from pscli.desk.people import set_person
from pscli.desk.queue import answer_ticket, settle_ticket, show_case
from pscli.desk.recommendations import (
    list_recommendations,
    open_recommendation,
    suggest_entries,
)
from pscli.desk.requests import reply_ticket, solve_ticket, submit_request
from pscli.models.library import Kind, NewEntry, Recommendation
from pscli.models.people import Product
from pscli.operation import Backend
from pscli.problems import InvalidValue, NotAllowed, NotEntitled, NotFound
from pscli.rules.ranking import (
    Words,
    answers_among,
    asked_terms,
    take_turns,
    ticket_weight,
    weights_of,
)
from tests.world import AGENT, ANA, BEN, MIA, OTTO, World

HELP = "https://help.example"
SYNC = ("Sync has stopped", "Files on my Mac do not sync any more.")
SHARE = ("Shared link is expired", "A client cannot open the shared link.")


def entry(path: str, title: str, **fields: Any) -> NewEntry:
    """An English article about Dropbox."""
    known: dict[str, Any] = {"kind": Kind.ARTICLE, "product": "dropbox", "language": "en"}
    return NewEntry(url=f"{HELP}/{path}", title=title, **{**known, **fields})


SMALL = [
    entry("welcome", "Welcome to your team"),
    entry("sync", "Files not syncing", topics=["sync"]),
    entry("share", "Shared link permissions", keywords=["expired link"]),
    entry("passkeys", "Passkeys", kind=Kind.VIDEO, topics=["sign-in"]),
    entry("ja/sync", "ファイルが同期されない", language="ja", topics=["sync"]),
    entry("id/sync", "File tidak tersinkron", language="id", topics=["sync"]),
    entry("sv/sync", "Filer synkas inte", language="sv", topics=["sync"]),
]


@pytest.fixture
def small(world: World) -> World:
    """The world with a library of seven entries."""
    import_catalogue(world.operator, SMALL, prune=True)
    return world


def paths(items: list[Any]) -> list[str]:
    """Entries by the ends of their addresses."""
    return [item.url.removeprefix(f"{HELP}/") for item in items]


def ranked(backend: Backend, limit: int = 10) -> list[tuple[str, int | None]]:
    """What is recommended, with the ticket that it answers."""
    items = list_recommendations(backend, limit).items
    assert [item.rank for item in items] == list(range(1, len(items) + 1))
    because = [item.because.ticket if item.because else None for item in items]
    return list(zip(paths(items), because, strict=True))


def test_a_new_desk_has_the_shipped_library(world: World) -> None:
    """R1: it comes with the first use, whoever looks first, and is laid once."""
    page = list_catalogue(world.acting_as(AGENT), limit=60)
    assert (len(page.items), page.total) == (60, 103)
    rest = list_catalogue(world.acting_as(AGENT), limit=60, cursor=page.next)
    ids = [item.id for item in [*page.items, *rest.items]]
    assert ids == list(range(1, 104))
    assert rest.next is None
    with pytest.raises(InvalidValue):
        list_catalogue(world.acting_as(AGENT), cursor="2a")


def ranked_in_python(tickets: list[tuple[str, str, str]]) -> list[str]:
    """The addresses that the rules rank, newest ticket first, with no database in between."""
    entries = [each for each in shipped_catalogue() if each.language == "en"]
    weights = dict(zip([each.url for each in shipped_catalogue()], WEIGHTS, strict=True))
    answers = []
    for newer, (subject, body, issue_type) in enumerate(tickets):
        asked = asked_terms(subject, body, ["en"], issue_type)
        scores = {
            n: sum(times * weights[each.url].get(term, 0) for term, times in asked.items())
            for n, each in enumerate(entries)
        }
        best = dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))
        answers.append(
            (ticket_weight(newer, solved=False), answers_among(best, set(), len(WEIGHTS)))
        )
    return [entries[turn.entry].url for turn in take_turns(answers, range(len(entries)), 20)]


WEIGHTS = weights_of(
    [
        Words(each.title, " ".join([*each.topics, *each.keywords, each.product]), "", each.language)
        for each in shipped_catalogue()
    ]
)


def test_the_shipped_library_ranks_alike_everywhere(world: World) -> None:
    """R4: whole numbers give one list on every backend, that of the rules alone."""
    ana = world.acting_as(ANA)
    tickets = [
        ("How do we require two-step sign-in?", "For all members.", "security"),
        ("Shared link shows “expired”", "No expiry is set.", "sharing"),
        ("Sync stops at 98 % on one Mac", "Since the update.", "sync"),
    ]
    for subject, body, issue_type in reversed(tickets):
        submit_request(ana, subject, body, issue_type=issue_type)
    found = [each.url for each in list_recommendations(ana, 20).items if each.because]
    assert found == ranked_in_python(tickets)
    assert len(found) > len(tickets)


def test_without_tickets_the_most_popular_come(small: World) -> None:
    """R1, R4: counted from opens and links of the whole desk; the editorial order breaks ties."""
    ana, ben, agent = (small.acting_as(email) for email in (ANA, BEN, AGENT))
    assert ranked(ana) == [(p, None) for p in ("welcome", "sync", "share", "passkeys")]
    assert open_recommendation(ben, 4).record.url == f"{HELP}/passkeys"
    assert ranked(ana)[0] == ("passkeys", None)
    submit_request(small.acting_as(MIA), "Hello", "x")
    answer_ticket(agent, "Acme", 1, "See:", links=[f"{HELP}/share", f"{HELP}/share/#top"])
    answer_ticket(agent, "Acme", 1, "See:", links=[f"{HELP}/share", "http://old.example/"])
    assert [path for path, _ in ranked(ana)] == ["share", "passkeys", "welcome", "sync"]
    counted = {item.title: (item.opens, item.links) for item in list_catalogue(agent).items}
    assert counted["Shared link permissions"] == (0, 2)
    assert counted["Passkeys"] == (1, 0)


def test_a_visit_is_counted_once_for_its_key(small: World) -> None:
    """R4, B10: however often a script repeats it, and a rank that is not there is 3."""
    ana = small.acting_as(ANA)
    first = ana.perform(open_recommendation, {"rank": 2}, key="visit-1")
    assert ana.perform(open_recommendation, {"rank": 2}, key="visit-1") == first
    assert first.record.url == f"{HELP}/sync"
    assert sum(item.opens for item in list_catalogue(small.acting_as(AGENT)).items) == 1
    with pytest.raises(NotFound, match="recommendation 5"):
        open_recommendation(ana, 5)


def test_each_says_which_ticket_it_answers(small: World) -> None:
    """R1, R2: tickets take turns, what answers none comes after; renewed after every ticket."""
    ana = small.acting_as(ANA)
    submit_request(ana, *SYNC)
    assert ranked(ana)[0] == ("sync", 1)
    small.clock.pass_(minutes=1)
    submit_request(ana, *SHARE)
    assert ranked(ana)[:2] == [("share", 2), ("sync", 1)]
    assert ranked(ana)[2:] == [("welcome", None), ("passkeys", None)]
    first = list_recommendations(ana, 1).items
    assert [item.because and item.because.text for item in first] == ["Shared link is expired"]
    assert ranked(small.acting_as(BEN))[0] == ("welcome", None)  # K2: others' tickets are theirs


def test_unsolved_tickets_weigh_more(small: World) -> None:
    """R2: a newer one that is solved comes after."""
    ana = small.acting_as(ANA)
    submit_request(ana, *SYNC)
    small.clock.pass_(minutes=1)
    submit_request(ana, *SHARE)
    solve_ticket(ana, 2)
    assert [path for path, _ in ranked(ana, 2)] == ["sync", "share"]


def test_one_long_ticket_does_not_take_every_place(small: World) -> None:
    """R2: though it names everything that there is."""
    ana = small.acting_as(ANA)
    submit_request(ana, "Passkeys", "Where?")
    small.clock.pass_(minutes=1)
    everything = "Sync files, shared link permissions, passkeys, welcome team. " * 50
    submit_request(ana, "Sync of files, shared link permissions, welcome to the team", everything)
    assert {ticket for _, ticket in ranked(ana, 2)} == {1, 2}


def test_what_was_linked_in_a_solved_ticket_counts_for_similar_ones(small: World) -> None:
    """R3: from the instant at which it is solved, for people of every team."""
    ana, mia, agent = (small.acting_as(email) for email in (ANA, MIA, AGENT))
    odd = ("Gizmo blinks purple", "The gizmo blinks and nothing helps.")
    submit_request(mia, *odd)
    submit_request(ana, "A purple gizmo blinks", "What is it?")
    assert [ticket for _, ticket in ranked(ana)] == [None] * 4
    answer_ticket(agent, "Acme", 1, "Set up a passkey:", links=[f"{HELP}/passkeys"])
    assert [ticket for _, ticket in ranked(ana)] == [None] * 4
    assert show_case(agent, "Acme", 2).suggestions == []
    settle_ticket(agent, "Acme", 1)
    assert ranked(ana)[0] == ("passkeys", 2)
    assert paths(show_case(agent, "Acme", 2).suggestions) == ["passkeys"]
    submit_request(small.acting_as(OTTO), *odd, product=Product.DROPBOX)
    assert paths(show_case(agent, "Other", 1).suggestions) == ["passkeys"]
    submit_request(ana, "How do I do that?", "Like the others do it.")
    assert show_case(agent, "Acme", 3).suggestions == []


def test_a_ticket_teaches_however_it_is_solved(small: World) -> None:
    """R3: by a representative's last reply, or by the customer, with words or without."""
    ana, agent = small.acting_as(ANA), small.acting_as(AGENT)
    for word in ("Gizmo", "Widget", "Doodad"):
        number = submit_request(ana, f"{word} blinks purple", "x").record.number
        last = word == "Gizmo"
        answer_ticket(agent, "Acme", number, "y", links=[f"{HELP}/passkeys"], solve=last)
    assert [suggest_entries(ana, word).items == [] for word in ("Gizmo", "Doodad")] == [False, True]
    solve_ticket(ana, 2)
    reply_ticket(ana, 3, "Thanks", solve=True)
    for word in ("Widget", "Doodad"):
        assert paths(suggest_entries(ana, word).items) == ["passkeys"]


def test_the_library_learns_numbers_only(small: World) -> None:
    """R3, R4: how many tickets, never their text; and an entry that goes takes them along."""
    ana, agent = small.acting_as(ANA), small.acting_as(AGENT)
    for _ in range(2):
        number = submit_request(ana, "Gizmo blinks", "Gizmo").record.number
        answer_ticket(agent, "Acme", number, "y", links=[f"{HELP}/passkeys"], solve=True)
    with small.database.transaction(writes=False) as sql:
        assert sql.all(int, "SELECT tickets FROM library_lesson ORDER BY term") == [2, 2]
    import_catalogue(small.operator, [*SMALL, entry("new", "New")])
    assert paths(suggest_entries(ana, "Gizmo").items) == ["passkeys"]
    import_catalogue(small.operator, [SMALL[0]], prune=True)
    assert suggest_entries(ana, "Gizmo").items == []
    with small.database.transaction(writes=False) as sql:
        assert sql.one(int, "SELECT count(*) FROM library_lesson") == 0


def test_lessons_taught_at_once_all_count(small: World) -> None:
    """R3, R4: people of two teams solve tickets with the same link at the same time."""
    agent = small.acting_as(AGENT)
    jobs = []
    for _ in range(4):
        for team, email in (("Acme", ANA), ("Other", OTTO)):
            asker = small.acting_as(email)
            filed = submit_request(asker, "Gizmo", "-", product=Product.DROPBOX).record
            answer_ticket(agent, team, filed.number, "y", links=[f"{HELP}/passkeys"])
            jobs.append((asker, filed.number))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda job: solve_ticket(*job), jobs))
    assert [item.links for item in list_catalogue(agent).items if item.links] == [8]
    with small.database.transaction(writes=False) as sql:
        assert sql.all(int, "SELECT tickets FROM library_lesson") == [8]


def test_the_readers_language_comes_first(small: World) -> None:
    """R5: then English, and no other; for tickets and without any."""
    ana = small.acting_as(ANA)
    own = {"ja": "ja/sync", "id": "id/sync"}
    for language, first in own.items():
        set_person(small.operator, ANA, language=language)
        assert [path for path, _ in ranked(ana)][:2] == [first, "welcome"]
    submit_request(ana, "ファイル sync", "File tidak sync", issue_type="sync")
    for language, first in own.items():
        set_person(small.operator, ANA, language=language)
        assert ranked(ana)[:2] == [(first, 1), ("sync", 1)]
        assert "sv/sync" not in [path for path, _ in ranked(ana)]
    set_person(small.operator, ANA, language="en")
    assert [path for path, _ in ranked(ana)] == ["sync", "welcome", "share", "passkeys"]


def test_suggestions_are_for_everyone(small: World) -> None:
    """R6, R7: three at most, for members and without an add-on; the text leaves no trace."""
    mia = small.acting_as(MIA)
    found = suggest_entries(mia, *SHARE).items
    assert paths(found)[0] == "share"
    assert len(suggest_entries(mia, "sync link passkeys welcome team file").items) == 3
    assert suggest_entries(mia, "Ωμέγα").items == []
    assert suggest_entries(small.acting_as(OTTO), "Sync", product=Product.DASH).items
    assert suggest_entries(mia, "No idea", issue_type="sign-in").items[0].kind is Kind.VIDEO
    changes = list_audit(small.operator).items
    assert not [change for change in changes if "suggest" in change.operation]
    with pytest.raises(InvalidValue):
        suggest_entries(mia, "x", "y" * 2001)


def test_recommendations_have_the_access_of_the_hub(small: World) -> None:
    """R7, E8: members are refused, admins without an add-on are not entitled."""
    for email, refusal in ((MIA, NotAllowed), (OTTO, NotEntitled), (AGENT, NotAllowed)):
        backend = small.acting_as(email)
        for ask in (list_recommendations, lambda b: open_recommendation(b, 1)):
            with pytest.raises(refusal):
                ask(backend)


def test_the_hub_shows_the_first_three(small: World) -> None:
    """R1, R2: the same as the list's."""
    ana = small.acting_as(ANA)
    submit_request(ana, *SYNC)
    first: list[Recommendation] = show_hub(ana).recommendations
    assert first == list_recommendations(ana, 3).items
    assert first[0].because is not None


def test_an_import_adds_and_replaces(small: World) -> None:
    """P1: by address or id; what was counted and learnt stays; the same again changes nothing."""
    ana, operator = small.acting_as(ANA), small.operator
    submit_request(ana, *SYNC)
    open_recommendation(ana, 1)
    known = {item.url: item for item in list_catalogue(operator).items}
    moved = known[f"{HELP}/sync"].id
    done = import_catalogue(
        operator,
        [entry("files", "Files that do not sync", id=moved), entry("welcome", "Hello"), SMALL[2]],
    )
    assert (done.record.added, done.record.replaced, done.record.entries) == (0, 2, 7)
    after = {item.id: item for item in list_catalogue(operator).items}
    assert (after[moved].url, after[moved].opens) == (f"{HELP}/files", 1)
    assert ranked(ana)[0] == ("files", 1)
    again = [
        entry("files", "Files that do not sync", id=moved),
        entry("welcome", "Hello"),
        SMALL[2],
    ]
    assert not import_catalogue(operator, again).changed
    pruned = import_catalogue(operator, again, prune=True)
    assert (pruned.record.removed, pruned.record.entries) == (4, 3)


def test_an_entry_keeps_the_id_that_it_names(small: World) -> None:
    """R4: also one that nobody has yet; who names none comes after the highest, else in a gap."""
    operator = small.operator
    before = {item.url: item.id for item in list_catalogue(operator).items}
    import_catalogue(operator, [entry("a", "A"), entry("b", "B", id=200), entry("c", "C")])
    after = {item.url: item.id for item in list_catalogue(operator).items}
    assert before.items() <= after.items()
    assert [after[f"{HELP}/{path}"] for path in "abc"] == [201, 200, 202]
    import_catalogue(operator, [entry("d", "D", id=100_000), entry("e", "E")])
    ids = [item.id for item in list_catalogue(operator).items]
    assert (100_000 in ids, len(set(ids)), max(ids)) == (True, len(ids), 100_000)
    assert suggest_entries(small.acting_as(ANA), *SYNC).items


def test_new_entries_come_last(small: World) -> None:
    """R4: an import of one entry leaves the editorial order alone; one that prunes sets it."""
    import_catalogue(small.operator, [entry("new", "New"), SMALL[3]])
    order = paths(list_catalogue(small.operator).items)
    assert order == [*paths(SMALL), "new"]
    turned = list(reversed(SMALL))
    import_catalogue(small.operator, turned, prune=True)
    assert paths(list_catalogue(small.operator).items) == paths(turned)


def test_a_wrong_import_is_refused_whole(small: World) -> None:
    """P1: an address twice, or that of another entry; nothing is taken, and only operators may."""
    before = list_catalogue(small.operator).items
    ids = {item.url: item.id for item in before}
    for wrong in (
        [entry("new", "New"), entry("new/", "New again")],
        [entry("new", "New"), entry("share", "Share", id=ids[f"{HELP}/sync"])],
        [entry("new", "New"), entry("a", "A", id=9), entry("b", "B", id=9)],
        [entry("moved", "Sync", id=ids[f"{HELP}/sync"]), entry("sync", "Sync")],
        [entry("sync", "Sync", id=900)],
        [entry("x", "X", product="dropbx")],
        [entry("x", "X", language="jp")],
    ):
        with pytest.raises(InvalidValue):
            import_catalogue(small.operator, wrong)
    assert list_catalogue(small.operator).items == before
    with pytest.raises(NotAllowed):
        import_catalogue(small.acting_as(AGENT), SMALL)


def test_what_a_page_says_finds_it_too(small: World) -> None:
    """R1: an import may bring the text of an article along."""
    text = "Hold the flux lever for ten seconds."
    import_catalogue(small.operator, [entry("lever", "Reset", text=text)])
    found = suggest_entries(small.acting_as(ANA), "Where is the flux lever?").items
    assert paths(found) == ["lever"]


def test_another_recipe_weighs_everything_anew(small: World) -> None:
    """R4: a desk that an older program weighed, its lessons included."""
    ana, agent = small.acting_as(ANA), small.acting_as(AGENT)
    submit_request(ana, "Gizmo blinks", "Sync")
    answer_ticket(agent, "Acme", 1, "y", links=[f"{HELP}/passkeys"], solve=True)
    expected = ranked(ana)
    with small.database.transaction(writes=True) as sql:
        for wrong in (
            "UPDATE library SET recipe = 0",
            "DELETE FROM library_term",
            "UPDATE library_lesson SET weight = 1",
        ):
            sql.run(wrong)
    assert ranked(ana) == expected
