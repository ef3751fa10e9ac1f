"""What mails say in three languages, and that no text of people becomes anything else (T2, C10)."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from pscli.models.mail import Letter
from pscli.models.policy import FeatureKind
from pscli.models.usage import FeatureUse, UseState
from pscli.policy import shipped_policy
from pscli.rules.letters import Line, Reply, digest_letter, one_line, reply_letter
from pscli.rules.wordings import WORDINGS

FEATURE = shipped_policy().features[5]
TAGS = {"html", "head", "meta", "title", "body", "div", "p", "br", "strong", "span", "a", "code"}


class Tags(HTMLParser):
    """Collects the tags, the links and the visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it is given."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def line(state: UseState, kind: FeatureKind = FeatureKind.USE, people: int = 0) -> Line:
    """A feature of which so many of 40 made use."""
    use = FeatureUse(
        feature=FEATURE.key,
        name="x",
        product="dropbox",
        kind=kind,
        quarter="2026-Q1",
        state=state,
        people=people,
        among=40,
        share=people / 40,
    )
    return Line(use=use, name=FEATURE.names.en, page=FEATURE.page)


LINES = [
    line(UseState.NEVER),
    line(UseState.RARELY, people=1),
    line(UseState.NEVER, FeatureKind.ADMIN),
    line(UseState.RARELY, FeatureKind.ADMIN, people=1),
    line(UseState.NEVER, FeatureKind.SETUP),
]


def reply(**changed: object) -> Reply:
    """An answer to a request."""
    plain: dict[str, object] = {
        "team": "Acme",
        "number": 7,
        "subject": "Sync",
        "body": "Try 4.2.",
        "links": [],
        "attachments": 0,
        "solved": False,
    }
    return Reply(**{**plain, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "figures"),
    [
        ("en", ["none of 40", "1 of 40 (2.5 %)", "Not set up yet", "first quarter of 2026"]),
        ("ja", ["40 人のうち、利用した方はいません", "（2.5%）", "2026 年第 1 四半期"]),
        ("id", ["Tidak ada dari 40", "1 dari 40", "(2,5%)", "kuartal pertama 2026"]),
        ("de", ["Not set up yet"]),
    ],
)
def test_the_quarterly_e_mail_in_each_language(language: str, figures: list[str]) -> None:
    """Q1, T2: the same figures in text and HTML; a language that nobody wrote is English."""
    letter = digest_letter(language, "Ana", "Acme", "2026-Q1", LINES)
    shown = Tags(letter.html).text
    for figure in figures:
        assert figure in letter.text + letter.subject
        assert figure in shown
    assert letter.text.count(FEATURE.page.url) == len(LINES)
    assert "{" not in letter.text + letter.subject + letter.html


@pytest.mark.parametrize("language", WORDINGS)
def test_a_reply_in_each_language(language: str) -> None:
    """C10, T2: number, subject and text, what comes with it, and how to go on."""
    letter = reply_letter(language, reply(links=["https://a.example/b"], attachments=2), 1000)
    for said in ("7", "Sync", "Try 4.2.", "https://a.example/b", "2", "requests reply 7"):
        assert said in letter.text
        assert said in Tags(letter.html).text
    solved = reply_letter(language, reply(solved=True), 1000)
    assert "pscli contact submit --follows 7" in solved.text


def test_a_reply_is_cut_at_the_limit() -> None:
    """C10: and says so; what fits is whole."""
    assert "y" * 100 in reply_letter("en", reply(body="y" * 100), 100).text
    cut = reply_letter("en", reply(body="y" * 101), 100)
    assert "y" * 100 + " …" in cut.text
    assert "Read the rest" in cut.text


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


@given(TEXTS, TEXTS, st.sampled_from(["en", "ja", "id"]))
def test_no_text_becomes_markup_or_a_header(team: str, text: str, language: str) -> None:
    """C10, Q1: whatever people write stays text, and a subject stays one line."""
    letters: list[Letter] = [
        digest_letter(language, text, team, "2026-Q1", LINES),
        reply_letter(language, reply(team=team, subject=text, body=text), 1000),
    ]
    for letter in letters:
        tags = Tags(letter.html)
        assert tags.tags <= TAGS
        assert tags.attributes <= {"lang", "charset", "name", "content", "style", "href"}
        assert len(letter.subject.splitlines()) == 1
        assert re.search("[\x00-\x1f\x7f\u2028\u202e]", letter.subject) is None
        assert len(letter.subject) <= 250


def test_a_header_holds_one_line() -> None:
    """C10: line ends, controls and what turns the text around are spaces."""
    assert one_line("a\r\nBcc: x\x0bb\x85c\u2028d\u202ee\ufeff f") == "a Bcc: x b c d e f"
