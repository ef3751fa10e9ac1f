"""One page that stands alone: no script, no request, charts as SVG, print and dark mode in its CSS.

The template lays out; what stands in it and how long a bar is, is said here.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from pscli.models.insights import Attainment, Insights, ProductCount, TypeCount
from pscli.rules.insights import rising

from .series import look_of
from .words import (
    PROMISE_STATES,
    days_of,
    days_text,
    empty_text,
    in_time,
    kinds_of,
    minutes_text,
    percent,
    units_of,
    whose,
)

ROW = 28  # pixels from one bar to the next
_SERIES = 6  # kinds with a look of their own; the others are drawn together
_REST, _PLAIN = "rest", "plain"
# Han characters and kana: only the page's one Japanese reader has names with them.
_JAPANESE = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")


def html_report(insights: Insights) -> bytes:
    """A page with figures, trend, patterns and promises, as UTF-8."""
    return page_of(insights, "report.html")


def page_of(insights: Insights, template: str, **more: object) -> bytes:
    """A page made by a template, which may show more than the insights, as UTF-8."""
    style = _shipped("report.css") + _colours()
    zone = ZoneInfo(insights.timezone)
    keys = _keys(insights)
    page = _template(template).render(
        **more,
        found=insights,
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        name_language="ja" if _JAPANESE.search(insights.team) else None,
        days=days_text(days_of(insights, zone)),
        whose=whose(insights.scope),
        empty=empty_text(insights),
        figures=list(_figures(insights)),
        rising=rising(insights) if insights.previous_total else None,
        kinds=list(keys),
        legend=list(dict.fromkeys(keys.values())),
        bars=list(_trend(insights, keys, zone)),
        patterns=_patterns(insights, keys),
        promises=_promises(insights),
        states=_STATES,
        row=ROW,
        percent=percent,
        minutes=minutes_text,
        in_time=in_time,
    )
    return page.encode()


@lru_cache(maxsize=2)
def _template(name: str) -> Template:
    environment = Environment(
        loader=FunctionLoader(_shipped),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _shipped(name: str) -> str:
    return (files("pscli.reports") / "templates" / name).read_text("utf-8")


def _colours() -> str:
    """The colours of the series, for light and for dark."""
    looks = [look_of(n) for n in range(_SERIES)]
    light = "".join(f"--s{n}:{each.light};" for n, each in enumerate(looks))
    dark = "".join(f"--s{n}:{each.dark};" for n, each in enumerate(looks))
    fills = "".join(f".s{n}{{fill:var(--s{n})}}" for n in range(_SERIES))
    return (
        f":root{{{light}}}{fills}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )


class _Figure(NamedTuple):
    title: str
    now: str
    before: str | None = None
    note: str | None = None


def _figures(insights: Insights) -> Iterator[_Figure]:
    """What counts most, beside the same of the period before."""
    kept, then = insights.attainment, insights.attainment.previous
    yield _Figure("Open now", f"{insights.totals.open:,}", note=f"of {insights.totals.all:,} ever")
    yield _Figure("Tickets", f"{insights.total:,}", f"{insights.previous_total:,}")
    yield _Figure("Answered in time", percent(in_time(kept)), percent(in_time(then)))
    yield _Figure(
        "Median answer", minutes_text(kept.median_minutes), minutes_text(then.median_minutes)
    )
    yield _Figure("90 % within", minutes_text(kept.p90_minutes), minutes_text(then.p90_minutes))


class _Key(NamedTuple):
    """How something is drawn, and what the legend calls it."""

    look: str
    name: str


def _keys(insights: Insights) -> dict[str, _Key]:
    """The key of each issue type: the most frequent have their own, the others one together."""
    kinds = kinds_of(insights)
    rest = kinds[_SERIES:]
    shared = _Key(_REST, rest[0] if len(rest) == 1 else f"{len(rest)} more")
    own = {kind: _Key(f"s{n}", kind) for n, kind in enumerate(kinds[:_SERIES])}
    return own | dict.fromkeys(rest, shared)


class _Segment(NamedTuple):
    """A part of a bar: where it begins and how long it is, in percent of the chart's width."""

    start: str
    length: str
    look: str
    title: str


class _Bar(NamedTuple):
    label: str
    total: int
    remark: str
    counts: Mapping[str, int]
    segments: list[_Segment]
    end: str


def _trend(insights: Insights, keys: Mapping[str, _Key], zone: ZoneInfo) -> Iterator[_Bar]:
    """A bar a unit, stacked by issue type; the longest fills the width."""
    most = max((each.total for each in insights.series), default=0)
    for unit, _, name, remark in units_of(insights, zone):
        parts = dict.fromkeys(keys.values(), 0)
        for kind, count in unit.by_issue_type.items():
            parts[keys[kind]] += count
        yield _Bar(
            label=name,
            total=unit.total,
            remark=remark,
            counts=unit.by_issue_type,
            segments=_stacked(parts, most),
            end=_length(unit.total, most),
        )


def _stacked(parts: Mapping[_Key, int], whole: int) -> list[_Segment]:
    """Segments one after the other, where so many fill the width."""
    ends = list(accumulate(parts.values()))
    return [
        _Segment(
            start=_length(end - count, whole),
            length=_length(count, whole),
            look=key.look,
            title=f"{key.name}: {count:,}",
        )
        for (key, count), end in zip(parts.items(), ends, strict=True)
        if count
    ]


def _length(count: int, whole: int) -> str:
    """A part of the chart's width."""
    return f"{100 * count / whole if whole else 0:.3f}%"


class _Pattern(NamedTuple):
    name: str
    tickets: int
    share: float
    previous: int
    look: str
    length: str


class _Table(NamedTuple):
    id: str
    title: str
    rows: list[_Pattern]


def _patterns(insights: Insights, keys: Mapping[str, _Key]) -> Iterator[_Table]:
    """Tickets by issue type and, where the team owns several, by product (I1)."""
    if insights.issue_types:
        looks = {kind: key.look for kind, key in keys.items()}
        yield _Table("issue_types", "Issue type", _compared(insights.issue_types, looks))
    if insights.products:
        yield _Table("products", "Product", _compared(insights.products, {}))


def _compared(
    counts: Sequence[TypeCount | ProductCount], looks: Mapping[str, str]
) -> list[_Pattern]:
    most = max(each.count for each in counts)
    return [
        _Pattern(
            name=(name := each.issue_type if isinstance(each, TypeCount) else each.product),
            tickets=each.count,
            share=each.share,
            previous=each.previous,
            look=looks.get(name, _PLAIN),
            length=_length(each.count, most),
        )
        for each in counts
    ]


class _Kept(NamedTuple):
    title: str
    kept: Attainment
    segments: list[_Segment]


_STATES = [
    _Key(look, state) for look, state in zip(("s2", "s4", "s0", _REST), PROMISE_STATES, strict=True)
]


def _promises(insights: Insights) -> list[_Kept]:
    """How the promises went, each period a whole bar; nothing where there were none (I2)."""
    periods = (
        ("This period", insights.attainment),
        ("Period before", insights.attainment.previous),
    )
    rows = []
    for title, kept in periods:
        counts = {key: getattr(kept, key.name) for key in _STATES}
        rows.append(_Kept(title, kept, _stacked(counts, sum(counts.values()))))
    return rows if any(row.segments for row in rows) else []
