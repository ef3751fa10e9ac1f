"""Catalogue files: taken whole or refused whole, with place and reason (P1)."""

import json
from pathlib import Path
from typing import Any

import pytest

from pscli.catalogue import parse_catalogue, read_catalogue, shipped_catalogue
from pscli.problems import InvalidValue
from pscli.rules.catalogue import PRODUCTS, TONGUES, address_of
from tests.cli.hostile import HOSTILE

GOOD: dict[str, Any] = {
    "url": "https://help.example/sync",
    "title": "Files not syncing",
    "kind": "article",
    "product": "dropbox",
    "language": "en",
}
ACTS = [  # hostile texts that a title may not be; the others are refused nowhere, only shown
    name
    for name, text in HOSTILE.items()
    if any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066\u200b\u2028" for c in text)
]


def entry(**fields: Any) -> dict[str, Any]:
    """A good entry with other fields."""
    return {**GOOD, **fields}


def refusal_of(text: str) -> InvalidValue:
    """Why a catalogue was refused."""
    with pytest.raises(InvalidValue) as refusal:
        parse_catalogue(text, "mine")
    assert refusal.value.message.startswith("mine: ")
    return refusal.value


def test_the_shipped_catalogue_is_good() -> None:
    """R1: articles, videos and courses, in more languages than the desk speaks."""
    entries = shipped_catalogue()
    assert len(entries) == 103
    assert {each.kind for each in entries} == {"article", "video", "course"}
    assert {each.language for each in entries} == set(TONGUES)
    assert {each.product for each in entries} == set(PRODUCTS)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"product": "dropbx"}, "product"),
        ({"language": "jp"}, "language"),
        ({"id": 100_001}, "id"),
        ({"url": "http://help.example/a"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://help.example/a b"}, "url"),
        ({"url": 'https://help.example/"onclick'}, "url"),
        ({"url": "https://help.example/\x1b[2J"}, "url"),
        ({"url": "https://hélp.example/"}, "url"),
        ({"url": "https:///a"}, "url"),
        ({"url": "https://help.example@evil.example/"}, "url"),
        ({"url": "https://help.example:x/"}, "url"),
        ({"url": "https://[::/"}, "url"),
        ({"url": "https://help.example/" + "a" * 500}, "url"),
        ({"kind": "podcast"}, "kind"),
        ({"language": "english"}, "language"),
        ({"language": "en_us"}, "language"),
        ({"product": "Drop Box"}, "product"),
        ({"title": ""}, "title"),
        ({"title": 7}, "title"),
        ({"topics": "sync"}, "topics"),
        ({"keywords": ["a\nb"]}, "keywords"),
        ({"id": 0}, "id"),
        ({"titel": "x"}, "titel"),
        ({"url": GOOD["url"] + "/?lang=en#top"}, "url"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place(fields: dict[str, Any], place: str) -> None:
    """P1: none of the file is taken, though its first entry is good."""
    refused = refusal_of(json.dumps([GOOD, entry(url="https://help.example/two") | fields]))
    assert "entry 2" in refused.message
    assert place in f"{refused.field} {refused.message}"


@pytest.mark.parametrize("name", ACTS)
def test_a_title_cannot_act_on_a_terminal(name: str) -> None:
    """P1: control characters, and those that turn or hide the text around them."""
    assert "entry 1: title" in refusal_of(json.dumps([entry(title=HOSTILE[name])])).message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[", "JSON"),
        ("[]", "1 to"),
        ("", "1 to"),
        ('{"entries": []}', "list"),
        ("[1]", "entry 1"),
        ("url,title\n", "1 to"),
        ("url,title\nhttps://a.example/", "line 2: 2 cells"),
        ('url,title\n"https://a.example/,x', "line 2"),
        ("url,title\nhttps://a.example/,A", "line 2: The field kind is missing"),
        ("id,url,title,kind,product,language\nx,https://a.example/,A,article,dash,en", "no number"),
        (json.dumps([entry(id=1), entry(id=1, url="https://help.example/b")]), "entry 1 already"),
    ],
)
def test_a_wrong_file_is_refused(text: str, reason: str) -> None:
    """P1: JSON and CSV alike."""
    assert reason in refusal_of(text).message


def test_a_catalogue_may_be_csv() -> None:
    """P1: lists between semicolons, or as our own CSV writes them; a guarded cell is unguarded."""
    text = (
        "id,url,title,kind,product,language,topics,keywords,opens,links\r\n"
        '7,https://a.example/,\'=Sum,video,dash,pt-BR,sync; team,"[""a;b"",""c""]",3,4\r\n'
    )
    (found,) = parse_catalogue(text, "mine.csv")
    assert (found.id, found.title, found.language) == (7, "=Sum", "pt-BR")
    assert (found.topics, found.keywords) == (["sync", "team"], ["a;b", "c"])


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """P1: a binary file, and one that is not there."""
    path = tmp_path / "catalogue.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidValue, match=r"catalogue\.json"):
        read_catalogue(path)


def test_addresses_compare_without_what_changes_nothing() -> None:
    """R3: a link is the same page with another case of the host, a query, a fragment, a slash."""
    same = {"https://Help.Example/sync/", "https://help.example/sync?lang=en#top"}
    assert {address_of(url) for url in same} == {"https://help.example/sync"}
    assert address_of("https://help.example/Sync") != address_of("https://help.example/sync")
