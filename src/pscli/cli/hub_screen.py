"""How the Hub's first page looks: figures, what waits, what is new, the last months."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from pscli.models.hub import Hub
from pscli.models.insights import Unit
from pscli.models.tickets import Ticket

from .cells import due
from .charts import stacked
from .layout import Line, Screen, Span
from .library_screens import for_you
from .tables import empty_list, list_lines
from .times import moment, short_zone

_ACROSS = 100  # from this width on the figures stand in one line
_BESIDE = 60


def hub(first: Hub, screen: Screen) -> Iterator[Line]:
    """Figures first; then what waits for the reader, the newest tickets, and the trend."""
    yield from screen.wrapped([Span(first.team, "bold"), Span(f"{screen.dot}support hub", "dim")])
    if first.rehearsal:
        yield from screen.wrapped([Span("This is "), *rehearsal_words(screen), Span(".")])
    yield []
    yield from _figures(_counts(first, screen), screen)
    yield []
    if not first.newest:
        yield [Span(empty_list(Ticket)[0])]
        yield from for_you(first.recommendations, screen)
        return
    header, *rows = list_lines([*first.waiting, *first.newest], screen)
    yield header
    if first.waiting:
        yield [Span("Waiting for you", "bold")]
        yield from rows[: len(first.waiting)]
    yield [Span("Newest", "bold")]
    yield from rows[len(first.waiting) :]
    if any(month.total for month in first.trend):
        yield []
        zone = ZoneInfo(first.timezone)
        yield from stacked("Tickets by month", first.trend, Unit.MONTH, screen, zone)
    yield from for_you(first.recommendations, screen)


def hub_hints() -> list[str]:
    """What to do next from the Hub's first page."""
    return [
        "Read one: pscli hub tickets show NUMBER",
        "File a request: pscli contact submit --subject WORDS",
        "More figures: pscli insights",
    ]


def rehearsal_words(screen: Screen) -> Line:
    """That the desk is for rehearsals, and what time it takes it to be."""
    now = moment(screen.now, screen.now, screen.zone)
    zone = short_zone(screen.zone, screen.now)
    return [Span("a rehearsal desk", "soon"), Span(f", where it is {now} {zone}")]


def _counts(first: Hub, screen: Screen) -> list[Line]:
    waiting = first.waiting_total
    waits = "waits for you" if waiting == 1 else "wait for you"
    figures = [
        [Span(str(first.totals.open), "bold"), Span(" open", "dim")],
        [Span(str(first.totals.all), "bold"), Span(" in all", "dim")],
        [Span(str(waiting), "waiting" if waiting else "bold"), Span(f" {waits}", "dim")],
    ]
    if first.next_due is None:
        return [*figures, [Span("nothing due", "dim")]]
    left = due(first.next_due, screen)
    ticket = f": ticket {first.next_due.number}"
    return [
        *figures,
        [
            Span("next reply ", "dim"),
            left._replace(style=left.style or "bold"),
            Span(ticket, "dim"),
        ],
    ]


def _figures(figures: list[Line], screen: Screen) -> Iterator[Line]:
    """Figures side by side: four, two or one in a line."""
    across = 4 if screen.width >= _ACROSS else 2 if screen.width >= _BESIDE else 1
    room = 24
    for start in range(0, len(figures), across):
        line: Line = []
        for figure in figures[start : start + across]:
            used = sum(len(text) for text, _ in figure)
            line += [*figure, Span(" " * max(room - used, 2))]
        yield from screen.wrapped(line)
