"""How insights look: figures beside those of the range before, the trend, the patterns."""

from collections.abc import Iterator
from datetime import timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pscli.models.insights import Attainment, Insights, ProductCount, TypeCount
from pscli.models.metrics import Metrics
from pscli.rules.insights import rising

from .charts import Series, bar_room, length, series_of, stacked
from .layout import Column, Line, Screen, Span, side_by_side
from .times import day, duration

_ACROSS = 76  # from this width on the figures stand side by side
_SHARE_BESIDE = 46  # cells that stand beside the bar of a share
_SHARE_CELLS = 30  # of the longest such bar


def insights(found: Insights, screen: Screen) -> Iterator[Line]:
    """Figures first; then the trend, what the tickets are about, and what rises (I1, I2)."""
    zone = ZoneInfo(found.timezone)
    yield from _title(found, screen, zone)
    yield []
    yield from _figures(found, screen)
    if found.total:
        yield []
        yield from stacked(f"Tickets by {found.by}", found.series, found.by, screen, zone)
    else:
        yield []
        yield [Span("No tickets came in this range." if found.totals.all else "No tickets yet.")]
    yield from _patterns(found, screen)
    yield from _rising(found, screen)


def insights_hints(found: Insights) -> list[str]:
    """What to do next: where to look, or how there will be something to see."""
    if found.totals.all == 0:
        return ["File a request: pscli contact submit --subject WORDS"]
    if found.total == 0:
        return ["A longer range: pscli insights --since YYYY-MM-DD"]
    return ["What is open: pscli hub tickets list --status unsolved"]


def _title(found: Insights, screen: Screen, zone: tzinfo) -> Iterator[Line]:
    """Whose tickets, and from which day to which: the last one is shown, or that it is now."""
    whose = "your tickets" if found.scope == "own" else "the whole team's tickets"
    words = screen.dot.join(["", whose, range_words(found, screen, zone), found.timezone])
    yield from screen.wrapped([Span(found.team, "bold"), Span(words, "dim")])


def range_words(found: Insights | Metrics, screen: Screen, zone: tzinfo) -> str:
    """From which day to which; where now is among them, up to now."""
    first = day(found.since, screen.now, zone)
    last = day(found.until - timedelta(microseconds=1), screen.now, zone)
    return f"{first} to {'now' if found.since <= screen.now < found.until else last}"


class _Figure(NamedTuple):
    title: str
    now: str
    before: str = ""


def _figures(found: Insights, screen: Screen) -> Iterator[Line]:
    """What counts most, beside the same of the range before; side by side where there is room."""
    kept, then = found.attainment, found.attainment.previous
    figures = [
        _Figure("OPEN", str(found.totals.open)),
        _Figure("ALL", str(found.totals.all)),
        _Figure("IN RANGE", str(found.total), str(found.previous_total)),
        _Figure("IN TIME", in_time(kept, screen), in_time(then, screen)),
        _Figure("MEDIAN", *(answer_time(each.median_minutes, screen) for each in (kept, then))),
        _Figure("90 % WITHIN", *(answer_time(each.p90_minutes, screen) for each in (kept, then))),
    ]
    if screen.width >= _ACROSS:
        columns = [Column("", [Span("now", "dim"), Span("before", "dim")])]
        columns += [
            Column(
                each.title.rjust(8), [Span(each.now, "bold"), Span(each.before, "dim")], right=True
            )
            for each in figures
        ]
    else:
        columns = [
            Column("", [Span(each.title.capitalize(), "dim") for each in figures]),
            Column("NOW", [Span(each.now, "bold") for each in figures], right=True),
            Column("BEFORE", [Span(each.before, "dim") for each in figures], right=True),
        ]
    yield from side_by_side(columns, screen)
    states = {name: getattr(kept, name) for name in ("met", "breached", "running", "withdrawn")}
    if any(states.values()):
        said = screen.dot.join(f"{count} {name}" for name, count in states.items())
        yield from screen.wrapped([Span(f"Promises: {said}", "dim")])


def in_time(kept: Attainment, screen: Screen) -> str:
    """The part of the promises that was met, of those that ended with an answer or too late."""
    ended = kept.met + kept.breached
    return percent(kept.met / ended) if ended else screen.glyph("–", "-")


def percent(share: float) -> str:
    """A share with one decimal, `0.0 %` and `100.0 %` only where it is exactly that."""
    tenths = round(share * 1000)
    if 0 < share < 1:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths // 10}.{tenths % 10} %"


def answer_time(minutes: int | None, screen: Screen) -> str:
    """How long an answer took; nothing was answered where it is None."""
    if minutes is None:
        return screen.glyph("–", "-")
    return duration(minutes * 60, 2) if minutes else "< 1 min"


def _patterns(found: Insights, screen: Screen) -> Iterator[Line]:
    """Tickets by issue type, and by product where there are several, the most frequent first."""
    counts = {each.issue_type: each.count for each in found.issue_types if each.count}
    tables: list[tuple[str, list[_Share]]] = []
    if found.issue_types:
        series = series_of(counts, screen)
        rows = [
            _Share(each.issue_type, each, series.get(each.issue_type)) for each in found.issue_types
        ]
        tables.append(("ISSUE TYPE", rows))
    if found.products:
        plain = Series("", screen.glyph("█", "#"), "dim")
        tables.append(("PRODUCT", [_Share(each.product, each, plain) for each in found.products]))
    width = max((len(row.name) for _, rows in tables for row in rows), default=0)
    for title, rows in tables:
        yield []
        yield from _shares(title.ljust(width), rows, screen)


class _Share(NamedTuple):
    name: str
    counted: TypeCount | ProductCount
    drawn: Series | None


def _shares(title: str, rows: list[_Share], screen: Screen) -> Iterator[Line]:
    counts = [row.counted for row in rows]
    most = max(each.count for each in counts)
    room = min(bar_room(_SHARE_BESIDE, screen), _SHARE_CELLS)
    bars = [
        row.drawn.bar(length(row.counted.count, most, room)) if row.drawn else Span("")
        for row in rows
    ]
    before = [Span(str(each.previous), "dim") for each in counts]
    yield from side_by_side(
        [
            Column(title, [Span(row.name) for row in rows], flexible=True),
            Column("TICKETS", [Span(str(each.count), "bold") for each in counts], right=True),
            Column("BEFORE", before, right=True, drop=1),
            Column("SHARE".rjust(7), [Span(percent(each.share)) for each in counts], right=True),
            Column("", bars, drop=2),
        ],
        screen,
    )


def _rising(found: Insights, screen: Screen) -> Iterator[Line]:
    """What grew most, with its two numbers; nothing where there is no range to compare with."""
    grown = rising(found)
    if grown is None or not found.previous_total:
        return
    arrow = screen.glyph("→", "->")
    yield []
    yield [
        Span(grown.issue_type, "bold"),
        Span(f" rises: {grown.previous} {arrow} {grown.count}"),
    ]
