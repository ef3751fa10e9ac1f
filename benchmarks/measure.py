"""Rounds, ratios and the table: what is compared runs in turn, so a slow moment hits all alike."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

SLACK = 1.25  # --check allows this much beyond a limit: machines differ


class Spread(NamedTuple):
    """The median of some rounds, with the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of these values."""
        return cls(statistics.median(values), min(values), max(values))


class Figure(NamedTuple):
    """A ratio to a floor of the same run; `limit` None is for information."""

    what: str
    floor: str
    ratio: Spread
    limit: float | None = None
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the limit is kept, with the slack that `--check` allows."""
        if self.limit is None:
            return True
        if self.at_least:
            return self.ratio.median >= self.limit / SLACK
        return self.ratio.median <= self.limit * SLACK


def in_turn(jobs: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Seconds that each job took in each round, A B C A B C ..., after one round of warm-up."""
    took: list[list[float]] = [[] for _ in jobs]
    for round_ in range(rounds + 1):
        for job, times in zip(jobs, took, strict=True):
            begin = time.perf_counter()
            job()
            elapsed = time.perf_counter() - begin
            if round_:
                times.append(elapsed)
    return took


def ratio(of: Sequence[float], to: Sequence[float]) -> Spread:
    """The round-by-round ratios of two series."""
    return Spread.of([a / b for a, b in zip(of, to, strict=True)])


def tell(title: str, figures: Sequence[Figure]) -> None:
    """Print figures as a table with the floor of each."""
    print(f"\n{title}")
    for figure in figures:
        limit = ""
        if figure.limit is not None:
            limit = f"{'>=' if figure.at_least else '<='} {figure.limit:g}"
        spread = f"({figure.ratio.least:.2f}-{figure.ratio.most:.2f})"
        print(
            f"  {figure.ratio.median:6.2f} {spread:<15} {limit:<8} {figure.what} / {figure.floor}"
        )


def tell_times(what: str, seconds: Sequence[float]) -> None:
    """Print how long something took, in milliseconds."""
    median, least, most = (1000 * value for value in Spread.of(seconds))
    print(f"  {median:8.2f} ms ({least:.2f}-{most:.2f}) {what}")
