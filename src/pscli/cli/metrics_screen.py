"""How the desk's figures look: in words first, then by team, by hour, what was late, what waits."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from pscli.models.metrics import Breach, DeskTotals, Kept, Metrics, TeamKept, Waiting

from .cells import as_text, due, field, owner
from .charts import Series, legend
from .insights_screen import answer_time, in_time, range_words
from .layout import GAP, Column, Line, Screen, Span, pairs, side_by_side
from .shapes import Shape
from .tables import list_lines
from .times import duration, moment

_MOST_TEAMS = 20  # rows; the rest is said
_MOST_NAME = 30  # cells
_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CELLS = (3, 2, 1)  # for an hour, as the room allows
_EVERY = 3  # hours have their number above them
_NOTHING = ("·", ".")
_LEVELS = (("░", "-"), ("▒", "+"), ("▓", "="), ("█", "#"))  # told apart without colour


def metrics(found: Metrics, screen: Screen) -> Iterator[Line]:
    """Figures in words; then what led to them, the most urgent last, beside the prompt (S2, A3)."""
    zone = ZoneInfo(found.timezone)
    words = screen.dot.join(["", range_words(found, screen, zone), found.timezone])
    whose = screen.clip(screen.clean(found.team or "All teams"), _MOST_NAME)
    yield from screen.wrapped([Span(whose, "bold"), Span(words, "dim")])
    yield []
    yield from pairs(
        [("Now", _now(found.totals, screen)), ("In range", _in_range(found, screen))], screen
    )
    yield from _teams(found, screen)
    yield from _load(found, screen)
    yield from _breaches(found.breaches, screen, zone)
    yield from _waiting(found.waiting, screen)


def metrics_hints(found: Metrics) -> list[str]:
    """What to do next."""
    return ["Read one: pscli support show TEAM NUMBER"] if found.waiting or found.breaches else []


def _now(totals: DeskTotals, screen: Screen) -> Line:
    late = "late" if totals.overdue else "bold"
    return _figures(
        [
            [Span(str(totals.unsolved), "bold"), Span(" unsolved")],
            [Span(str(totals.waiting), "bold"), Span(" await support")],
            [Span(str(totals.running), "bold"), Span(" promised")],
            [Span(str(totals.overdue), late), Span(" overdue")],
        ],
        screen,
    )


def _in_range(found: Metrics, screen: Screen) -> Line:
    kept = found.attainment
    figures = [[Span(str(found.total), "bold"), Span(" came")]]
    if kept.met_share is not None:
        figures += [
            [Span(in_time(kept, screen), "bold"), Span(" in time")],
            [Span("half within "), Span(answer_time(kept.median_minutes, screen), "bold")],
            [Span("90 % within "), Span(answer_time(kept.p90_minutes, screen), "bold")],
        ]
    return _figures(figures, screen)


def _figures(figures: list[Line], screen: Screen) -> Line:
    line = figures[0]
    for figure in figures[1:]:
        line = [*line, Span(screen.dot, "dim"), *figure]
    return line


def _teams(found: Metrics, screen: Screen) -> Iterator[Line]:
    """A row for each team and edition, the most breaches first; all together where they differ."""
    shown: list[Kept] = [*found.teams[:_MOST_TEAMS]]
    if not shown:
        return
    if len(found.teams) > 1:
        shown.append(found.attainment)
    yield []
    yield [Span("Promises that began in the range", "bold")]
    yield from side_by_side(_columns(shown, screen), screen)
    if (more := len(found.teams) - _MOST_TEAMS) > 0:
        yield [Span(f"{more} more rows with fewer breaches: -o json", "dim")]


def _columns(shown: list[Kept], screen: Screen) -> list[Column]:
    names = [each.team if isinstance(each, TeamKept) else "All" for each in shown]
    return [
        Column("TEAM", [Span(_clipped(n, screen), "bold") for n in names], flexible=True),
        Column("EDITION", [Span(getattr(each, "edition", "")) for each in shown], 1),
        Column("MET", [Span(str(each.met)) for each in shown], right=True),
        Column("LATE", [_late(each.breached) for each in shown], right=True),
        Column("WITHDRAWN", [Span(str(k.withdrawn), "dim") for k in shown], 3, right=True),
        Column("RUNNING", [Span(str(k.running), "dim") for k in shown], 2, right=True),
        Column("IN TIME", [Span(in_time(each, screen), "bold") for each in shown], right=True),
        Column(
            "MEDIAN", [Span(answer_time(k.median_minutes, screen)) for k in shown], 1, right=True
        ),
        Column("90 % IN", [Span(answer_time(k.p90_minutes, screen)) for k in shown], 1, right=True),
    ]


def _clipped(name: str, screen: Screen) -> str:
    return screen.clip(screen.clean(name), _MOST_NAME)


def _late(count: int) -> Span:
    return Span(str(count), "late" if count else "dim")


def _textures(most: int, screen: Screen) -> list[Series]:
    """How an hour is drawn: one in which nothing came, then by quarters of the busiest one.

    Each is named by its counts; a quarter that no count falls into has no name.
    """
    dash = screen.glyph("–", "-")
    drawn = [Series("0", screen.glyph(*_NOTHING), "dim")]
    for level, texture in enumerate(_LEVELS):
        least = level * most // len(_LEVELS) + 1
        last = (level + 1) * most // len(_LEVELS)
        name = "" if least > last else str(last) if least == last else f"{least}{dash}{last}"
        drawn.append(Series(name, screen.glyph(*texture), "cyan"))
    return drawn


def _load(found: Metrics, screen: Screen) -> Iterator[Line]:
    """The tickets of a week by the hour in which they came, darker where more did (A3)."""
    yield []
    if not found.total:
        yield [Span("No tickets came in this range.")]
        return
    most = max(map(max, found.load))
    textures = _textures(most, screen)
    yield from legend(
        "Tickets by weekday and hour", [each for each in textures if each.name], screen
    )
    totals = [str(sum(day)) for day in found.load]
    left = len(_WEEK[0]) + GAP + max(map(len, totals)) + GAP
    cells = next((each for each in _CELLS if left + 24 * each <= screen.width), _CELLS[-1])
    numbers = "".join(f"{hour:02}".ljust(cells * _EVERY) for hour in range(0, 24, _EVERY))
    yield [Span(" " * left), Span(numbers.rstrip(), "dim")]
    for name, total, day in zip(_WEEK, totals, found.load, strict=True):
        beside = Span(total.rjust(left - len(name) - GAP), "bold")
        line = [Span(name), beside, Span(" " * GAP)]
        for count in day:
            drawn = textures[-(-len(_LEVELS) * count // most)]
            line += [drawn.bar(cells if count else 1), Span(" " * (0 if count else cells - 1))]
        yield line


def _breaches(breaches: list[Breach], screen: Screen, zone: tzinfo) -> Iterator[Line]:
    """The newest promises of the range that were broken, and by how much."""
    yield []
    if not breaches:
        yield [Span("No promise of this range was broken.")]
        return
    yield from screen.wrapped([Span("Answered too late, the newest first", "bold")])
    yield from list_lines(
        breaches,
        screen,
        [
            *_WHICH,
            Shape("DUE", lambda b, s: Span(moment(b.due_at, s.now, zone)), drop=2),
            Shape("ANSWERED", lambda b, s: Span(moment(b.answered_at, s.now, zone), "dim"), drop=3),
            Shape("LATE BY", _late_by, right=True),
        ],
    )


def _late_by(breach: Breach, _screen: Screen) -> Span:
    return Span(duration((breach.answered_at - breach.due_at).total_seconds(), 2), "late")


def _waiting(waiting: list[Waiting], screen: Screen) -> Iterator[Line]:
    """What is due first, and how long its customer waits already."""
    yield []
    if not waiting:
        yield [Span("Nobody waits for an answer.")]
        return
    yield from screen.wrapped([Span("Waiting for an answer, the earliest due first", "bold")])
    yield from list_lines(
        waiting,
        screen,
        [
            *_WHICH,
            Shape("OWNER", owner, drop=2, most=_MOST_NAME),
            Shape(
                "WAITS",
                lambda w, s: Span(duration((s.now - w.started_at).total_seconds(), 2)),
                right=True,
            ),
            Shape("DUE", _due, right=True),
        ],
    )


def _due(waits: Any, screen: Screen) -> Span:
    return Span("no commitment", "dim") if waits.due_at is None else due(waits, screen)


_WHICH = [
    Shape("TEAM", field("team", "bold"), flexible=True, most=_MOST_NAME),
    Shape("NO", lambda each, _: Span(as_text(each.number)), right=True),
    Shape("EDITION", field("edition", "dim"), drop=4),
    Shape("PRODUCT", field("product", "dim"), drop=5),
]
