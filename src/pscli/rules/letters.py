"""What mails say, in the languages that people speak (T2): plain text, and the same as HTML."""

import re
from collections.abc import Sequence
from html import escape

from pscli.models.mail import Letter
from pscli.models.policy import FeatureKind, LibraryPage
from pscli.models.record import Record
from pscli.models.usage import FeatureUse, UseState

from .wordings import WORDINGS, Wording

_LONGEST_SUBJECT = 250
_ASK = "pscli contact submit"
# What ends a line or acts on the text around it has no place in a header.
_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+"
)


class Line(Record, frozen=True):
    """A feature in a quarterly e-mail, by its name for the reader, and the page about it."""

    use: FeatureUse
    name: str
    page: LibraryPage


class Reply(Record, frozen=True):
    """A representative's public reply, as its mail tells it (C10)."""

    team: str
    number: int
    subject: str
    body: str
    links: Sequence[str]
    attachments: int
    solved: bool


def one_line(text: str) -> str:
    """A text as a header may hold it: no line ends, no control, bidi or invisible character."""
    return " ".join(_ACTING.sub(" ", text).split())


def digest_letter(
    language: str, name: str, team: str, quarter: str, lines: Sequence[Line]
) -> Letter:
    """The quarterly e-mail to one admin (Q1)."""
    words = WORDINGS.get(language, WORDINGS["en"])
    year, _, number = quarter.partition("-Q")
    named = words.quarter.format(year=year, ordinal=words.ordinals[int(number) - 1], number=number)
    greeting = words.greeting.format(name=one_line(name))
    intro = words.digest_intro.format(quarter=named, team=team)
    footer = words.digest_footer.format(team=team)
    items = [(line.name, _figure(words, line.use), line.page) for line in lines]
    text = "\n\n".join(
        [
            greeting,
            intro,
            *(
                f"{n}. {title}\n   {figure}\n   {words.read} {page.title}\n   {page.url}"
                for n, (title, figure, page) in enumerate(items, 1)
            ),
            f"{words.digest_close}\n{_ASK}",
            f"-- \n{footer}",
        ]
    )
    inner = [
        _paragraph(greeting),
        _paragraph(intro),
        *(_feature(words, title, figure, page) for title, figure, page in items),
        _command(words.digest_close, _ASK),
    ]
    subject = one_line(words.digest_subject.format(team=team, quarter=named))
    return Letter(
        subject=subject[:_LONGEST_SUBJECT],
        text=text + "\n",
        html=_document(language, subject, inner, footer),
    )


def reply_letter(language: str, reply: Reply, longest: int) -> Letter:
    """The mail about a reply to a request, with at most so many characters of it (C10)."""
    words = WORDINGS.get(language, WORDINGS["en"])
    about = one_line(reply.subject)
    intro = words.reply_intro.format(number=reply.number, subject=about)
    body = reply.body.replace("\r\n", "\n").replace("\r", "\n")
    notes = []
    if len(body) > longest:
        body = body[:longest] + " …"
        notes.append(words.reply_cut)
    if reply.attachments:
        notes.append(words.reply_attached.format(count=reply.attachments))
    if reply.solved:
        notes.append(words.reply_solved)
    answer = words.follow_up if reply.solved else words.reply_how
    command = "contact submit --follows" if reply.solved else "contact requests reply"
    told = f"pscli {command} {reply.number}"
    footer = words.reply_footer.format(number=reply.number)
    links = "\n".join(reply.links)
    parts = [intro, body, links, *notes, f"{answer}\n{told}", f"-- \n{footer}"]
    quoted = _lines_as_html(body)
    inner = [
        _paragraph(intro),
        f'<div style="{_QUOTE}">{quoted}</div>',
        *(_paragraph_of(_link(link, link)) for link in reply.links),
        *map(_paragraph, notes),
        _command(answer, told),
    ]
    subject = one_line(f"[{reply.team} #{reply.number}] {about}")[:_LONGEST_SUBJECT]
    return Letter(
        subject=subject,
        text="\n\n".join(part for part in parts if part) + "\n",
        html=_document(language, subject, inner, footer),
    )


def _figure(words: Wording, use: FeatureUse) -> str:
    """How few used it, as a sentence."""
    if use.kind is FeatureKind.SETUP:
        return words.not_set_up
    of_admins = use.kind is FeatureKind.ADMIN
    if use.state is UseState.NEVER:
        sentence = words.never_admins if of_admins else words.never
        return sentence.format(among=use.among)
    sentence = words.rarely_admins if of_admins else words.rarely
    percent = f"{100 * (use.share or 0):.1f}".replace(".", words.decimal)
    return sentence.format(people=use.people, among=use.among, percent=percent)


_FONT = "font:16px/1.6 -apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK JP',sans-serif"
_CARD = "max-width:600px;margin:0 auto;padding:32px 28px;background:#ffffff;color:#1e1919"
_QUOTE = "margin:20px 0;padding:2px 0 2px 16px;border-left:3px solid #0061fe;overflow-wrap:anywhere"
_BOX = "margin:16px 0;padding:14px 18px;border:1px solid #dcd8d2;border-radius:8px"
_CODE = "font:14px/1.6 Menlo,Consolas,monospace;color:#1e1919"
_SMALL = (
    "margin:28px 0 0;padding-top:16px;border-top:1px solid #dcd8d2;"
    "font-size:13px;line-height:1.5;color:#736c64"
)


def _feature(words: Wording, title: str, figure: str, page: LibraryPage) -> str:
    return (
        f'<div style="{_BOX}"><strong style="font-size:17px">{escape(title)}</strong><br>'
        f'<span style="color:#736c64">{escape(figure)}</span><br>'
        f"{escape(words.read)} {_link(page.url, page.title)}</div>"
    )


def _link(url: str, title: str) -> str:
    return f'<a href="{escape(url)}" style="color:#0061fe">{escape(title)}</a>'


def _paragraph(text: str) -> str:
    return _paragraph_of(_lines_as_html(text))


def _paragraph_of(html: str) -> str:
    return f'<p style="margin:16px 0;overflow-wrap:anywhere">{html}</p>'


def _command(text: str, command: str) -> str:
    """A sentence, and what to type on a line of its own."""
    return _paragraph_of(f'{escape(text)}<br><code style="{_CODE}">{escape(command)}</code>')


def _lines_as_html(text: str) -> str:
    """A text with its lines; mail programs know no other way to keep them."""
    return escape(text).replace("\n", "<br>\n")


def _document(language: str, title: str, inner: Sequence[str], footer: str) -> str:
    body = "\n".join(inner)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f'<title>{escape(title)}</title>\n</head>\n<body style="margin:0;background:#f7f5f2">\n'
        f'<div style="{_CARD};{_FONT}">\n{body}\n'
        f'<p style="{_SMALL}">{escape(footer)}</p>\n</div>\n</body>\n</html>\n'
    )
