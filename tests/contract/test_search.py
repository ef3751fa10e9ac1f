"""The search of the lists: whole words of subject and messages, any part of Japanese (K5)."""

import random

from pscli.desk.queue import answer_ticket, note_ticket
from pscli.desk.requests import submit_request
from pscli.desk.tickets import list_tickets
from pscli.operation import Backend
from tests.world import AGENT, ANA, BEN, World

ENGLISH = ["sync", "stopped", "straße", "naïve", "10", "proxy", "near", "and", "or", "not"]
JAPANESE = ["同期できない", "漢字", "テスト環境", "字", "同じ期間"]
OTHERS = ["ᦰ", "𠮷野家", "привет", "한국어"]
BETWEEN = [" ", " % ", "_", '"', "*", "'", " : ", "(", "\\", "!", " <-> ", "&", "|", "\n", "。"]
HOSTILE = {
    'sync" OR "proxy': ["sync", "or", "proxy"],
    "NEAR(sync proxy)": ["near", "sync", "proxy"],
    "sync AND NOT stopped": ["sync", "and", "not", "stopped"],
    "words:sync": ["words", "sync"],
    "sync*": ["sync"],
    "%sync%": ["sync"],
    "10_proxy": ["10", "proxy"],
    "^sync & !stopped | proxy": ["sync", "stopped", "proxy"],
    "sync <-> proxy:*": ["sync", "proxy"],
    "'; DROP TABLE ticket; --": ["drop", "table", "ticket"],
    "-sync \\": ["sync"],
    "STRASSE": ["strasse"],
    "ＳＹＮＣ": ["sync"],
}


def found(backend: Backend, text: str) -> set[int]:
    """The numbers of the tickets that a search finds, on however many pages."""
    page = list_tickets(backend, search=text, limit=7)
    numbers = [ticket.number for ticket in page.items]
    while page.next:
        page = list_tickets(backend, search=text, limit=7, cursor=page.next)
        numbers += [ticket.number for ticket in page.items]
    assert sorted(numbers, reverse=True) == numbers
    assert page.total is None or page.total == len(numbers)
    return set(numbers)


def written(chance: random.Random) -> tuple[str, list[str]]:
    """A text of known pieces with anything between them, and the pieces."""
    pieces = chance.choices([*ENGLISH, *JAPANESE, *OTHERS], k=chance.randint(1, 4))
    text = "".join(
        chance.choice([piece, piece.upper(), piece.title()]) + chance.choice(BETWEEN)
        for piece in pieces
    )
    return text, [piece.casefold() for piece in pieces]


def test_a_search_finds_what_a_plain_filter_finds(world: World) -> None:
    """K5: for random texts, on every engine alike; operators and wildcards are plain text."""
    chance = random.Random(5)
    ana = world.acting_as(ANA)
    known: dict[int, list[str]] = {}
    for _ in range(60):
        (subject, first), (body, second) = written(chance), written(chance)
        ticket = submit_request(ana, f"{subject}.", f"{body}.").record
        known[ticket.number] = first + second
    for word in map(str.casefold, [*ENGLISH, *OTHERS]):
        assert found(ana, word) == {number for number, has in known.items() if word in has}
    for part in ["同期", "期", "字", "い", "境", "漢字", "同"]:
        assert found(ana, part) == {
            number for number, has in known.items() if any(part in piece for piece in has)
        }
    for query, needed in HOSTILE.items():
        assert found(ana, query) == {
            number for number, has in known.items() if all(word in has for word in needed)
        }


def test_a_search_without_a_word_finds_nothing(world: World) -> None:
    """K5: and is no error."""
    ana = world.acting_as(ANA)
    for nothing in ("", "%", "_", '"', "*", "'", "。", "\\"):
        submit_request(ana, f"A {nothing} sign", f"{nothing} x")
        page = list_tickets(ana, search=nothing)
        assert (page.items, page.total, page.next) == ([], 0, None)


def test_a_search_is_of_ones_own_correspondence(world: World) -> None:
    """K2, K4: answers are found, notes and colleagues' tickets are not."""
    ana, agent = world.acting_as(ANA), world.acting_as(AGENT)
    submit_request(ana, "Mine", "first")
    submit_request(world.acting_as(BEN), "His", "first answered noted")
    answer_ticket(agent, "Acme", 1, "It is answered")
    note_ticket(agent, "Acme", 1, "It is noted")
    assert found(ana, "answered") == found(ana, "first") == {1}
    assert found(ana, "noted") == set()
