"""Bars made of letters: what came in, unit by unit, stacked by kind; each kind has its texture."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from rich.cells import cell_len

from pscli.models.insights import Bucket, Unit

from .layout import GAP, Line, Screen, Span
from .times import day

# Textures from dark to light tell the series apart without colour; the last is for all the rest.
_TEXTURES = (("█", "#", "cyan"), ("▓", "=", "blue"), ("▒", "+", "magenta"), ("░", "-", ""))
_REST = ("─", ".", "dim")
_MOST_CELLS = 60  # longer bars say no more
_LEAST_CELLS = 8
_CELLS_EACH = 3  # for one ticket, where there are few: longer ones would look like many


class Series(NamedTuple):
    """How one kind is drawn, and what the legend calls it."""

    name: str
    texture: str
    style: str

    def bar(self, cells: int) -> Span:
        """So many cells of it."""
        return Span(self.texture * cells, self.style)


def series_of(counts: Mapping[str, int], screen: Screen) -> dict[str, Series]:
    """How each kind is drawn: the most frequent with a texture each, the rest with one together."""
    order = sorted(counts, key=lambda name: (-counts[name], name))
    drawn = {
        name: Series(name, screen.glyph(symbol, plain), style)
        for name, (symbol, plain, style) in zip(order, _TEXTURES, strict=False)
    }
    rest = order[len(_TEXTURES) :]
    symbol, plain, style = _REST
    called = rest[0] if len(rest) == 1 else f"{len(rest)} more"
    return drawn | dict.fromkeys(rest, Series(called, screen.glyph(symbol, plain), style))


def stacked(
    title: str, buckets: list[Bucket], unit: Unit, screen: Screen, zone: tzinfo
) -> Iterator[Line]:
    """A bar a unit of time, stacked by issue type, with the total before it (I1)."""
    counts = Counter[str]()
    for each in buckets:
        counts.update(each.by_issue_type)
    series = series_of(counts, screen)
    yield from legend(title, list(dict.fromkeys(series.values())), screen)
    labels = [_label(each, unit, screen, zone) for each in buckets]
    remarks = [_remark(each, unit, screen, zone) for each in buckets]
    most = max((each.total for each in buckets), default=0)
    left = max(map(len, labels), default=0) + GAP + len(str(most)) + GAP
    right = max(map(len, remarks), default=0) + GAP
    room = bar_room(left + right, screen)
    for bucket, label, remark in zip(buckets, labels, remarks, strict=True):
        total = str(bucket.total).rjust(left - len(label) - GAP)
        line = [Span(label), Span(total, "bold" if bucket.total else "dim"), Span(" " * GAP)]
        line += _stack(bucket, series, length(bucket.total, most, room))
        yield [*line, Span(" " * GAP + remark, "dim")] if remark else line


def bar_room(taken: int, screen: Screen) -> int:
    """How many cells a bar may have beside what else stands in its line."""
    return min(max(screen.width - taken, _LEAST_CELLS), _MOST_CELLS)


def length(count: int, most: int, room: int) -> int:
    """How many cells a count has where the greatest fills the room; few have the same each.

    What is not zero has one cell at least.
    """
    if most <= room:
        return count * min(room // most, _CELLS_EACH) if most else 0
    return max((2 * count * room + most) // (2 * most), min(count, 1))


def apportioned(counts: Sequence[int], cells: int) -> list[int]:
    """The cells of a bar shared out in proportion, by the largest remainder, the first of equals.

    What is not zero gets one cell at least, at the cost of the longest; a bar of fewer cells than
    that needs is made longer.
    """
    total = sum(counts)
    if total == 0:
        return [0] * len(counts)
    cells = max(cells, sum(count > 0 for count in counts))
    given = [count * cells // total for count in counts]
    remainders = sorted(range(len(counts)), key=lambda n: (-(counts[n] * cells % total), n))
    for n in remainders[: cells - sum(given)]:
        given[n] += 1
    for n, count in enumerate(counts):
        if count and not given[n]:
            longest = max(range(len(given)), key=lambda each: (given[each], -counts[each]))
            given[longest] -= 1
            given[n] = 1
    return given


def _stack(bucket: Bucket, series: Mapping[str, Series], cells: int) -> Line:
    counts = dict.fromkeys(series.values(), 0)
    for name, count in bucket.by_issue_type.items():
        counts[series[name]] += count
    shares = apportioned(list(counts.values()), cells)
    return [each.bar(share) for each, share in zip(counts, shares, strict=True) if share]


def legend(title: str, series: list[Series], screen: Screen) -> Iterator[Line]:
    """The title and what each texture stands for, in one line where they fit."""
    gap = Span(" " * GAP)
    keys = [(each.bar(1), Span(f" {screen.clean(each.name)}")) for each in series]
    line: Line = [Span(title, "bold")]
    if _width(line) + sum(_width(key) + GAP for key in keys) + GAP > screen.width:
        yield line
        line = []
    else:
        line.append(gap)
    for key in keys:
        if _width(line) + GAP + _width(key) > screen.width:
            yield line
            line = []
        line += [*([gap] if line else []), *key]
    if line:
        yield line


def _width(line: Sequence[Span]) -> int:
    return sum(cell_len(text) for text, _ in line)


def _label(bucket: Bucket, unit: Unit, screen: Screen, zone: tzinfo) -> str:
    """What a unit is called: a month by its name, a week and a day by the first date."""
    said = day(bucket.start, screen.now, zone)
    if unit is Unit.MONTH:
        return said.split(" ", 1)[1]
    aligned = " " * (said[1] == " ") + said
    return aligned if unit is Unit.WEEK else f"{bucket.start.astimezone(zone):%a} {aligned}"


def _remark(bucket: Bucket, unit: Unit, screen: Screen, zone: tzinfo) -> str:
    """That a unit is not over or has not begun yet, or that the range cuts it."""
    if not bucket.complete:
        return "to come" if bucket.start > screen.now else "so far"
    start, end = bucket.start.astimezone(zone), bucket.end.astimezone(zone)
    cuts = [f"from {_day_of(start, unit)}"] if _is_inside(start, unit) else []
    if _is_inside(end, unit):
        cuts.append(f"to {_day_of(end - timedelta(days=1), unit)}")
    return " ".join(cuts)


def _day_of(local: datetime, unit: Unit) -> str:
    return f"{local:%a}" if unit is Unit.WEEK else f"{local.day} {local:%b}"


def _is_inside(midnight: datetime, unit: Unit) -> bool:
    """Whether a unit is cut there: no month and no week begins."""
    return midnight.day > 1 if unit is Unit.MONTH else unit is Unit.WEEK and midnight.weekday() > 0
