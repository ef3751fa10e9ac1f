"""Insights made up for reports: a plain sample, and any that a desk could count."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from pscli.models.insights import (
    Attainment,
    AttainmentTrend,
    Bucket,
    Insights,
    ProductCount,
    Scope,
    Totals,
    TypeCount,
    Unit,
)
from pscli.rules.insights import Range, midnight, share, units_of

JUNE = datetime(2026, 6, 10, tzinfo=UTC)
NOTHING = Attainment(
    met=0, breached=0, running=0, withdrawn=0, median_minutes=None, p90_minutes=None
)


def kept() -> Attainment:
    """Promises of which 40 of 48 were met."""
    return Attainment(
        met=40, breached=8, running=2, withdrawn=1, median_minutes=48, p90_minutes=185
    )


TYPES = (
    "sync", "sharing", "sign-in", "files", "billing", "security", "mobile", "other", "members",
)  # fmt: skip


def insights(
    days: tuple[date, date] = (date(2026, 1, 1), date(2026, 7, 1)),
    by: Unit = Unit.MONTH,
    kinds: tuple[str, ...] = TYPES,
    previous: int = 3,
    kept: Attainment = NOTHING,
    **fields: Any,
) -> Insights:
    """Half a year of a team, as of 10 June: the nth kind came as often as the unit's number allows.

    Without kinds nothing came.
    """
    zone = ZoneInfo(fields.get("timezone", "Asia/Jakarta"))
    series = []
    came: Counter[str] = Counter()
    for n, unit in enumerate(units_of(Range(*days), by)):
        start, end = midnight(unit.since, zone), midnight(unit.until, zone)
        counts = {kind: (n * 5 + 12) // (place + 1) % 13 for place, kind in enumerate(kinds)}
        counts = {kind: count for kind, count in sorted(counts.items()) if count}
        came.update(counts)
        complete = end <= JUNE
        series.append(Bucket(start, end, complete, sum(counts.values()), counts))
    return made(series, came, dict.fromkeys(kinds, previous), by, kept, **fields)


def made(
    series: list[Bucket],
    came: Counter[str],
    before: dict[str, int],
    by: Unit,
    kept: Attainment,
    **fields: Any,
) -> Insights:
    """Insights that add up, whose period is that of their series."""
    total = came.total()
    kinds = sorted(came.keys() | before.keys(), key=lambda kind: (-came[kind], kind))
    states = {name: getattr(kept, name) for name in Attainment.__struct_fields__}
    given = {
        "team": "Acme",
        "timezone": "Asia/Jakarta",
        "scope": Scope.TEAM,
        "totals": Totals(open=7, all=total + 900),
        "products": [
            ProductCount(product="dropbox", count=total, share=share(total, total), previous=40),
            ProductCount(product="dash", count=0, share=0.0, previous=2),
        ],
        "attainment": AttainmentTrend(**states, previous=NOTHING),
    }
    return Insights(
        since=series[0].start,
        until=series[-1].end,
        by=by,
        complete=series[-1].complete,
        total=total,
        previous_total=sum(before.values()),
        issue_types=[
            TypeCount(
                issue_type=kind,
                count=came[kind],
                share=share(came[kind], total),
                previous=before.get(kind, 0),
            )
            for kind in kinds
        ],
        series=series,
        **{**given, **fields},
    )


_counts = st.integers(0, 3) | st.integers(0, 10**6)
_minutes = st.none() | st.integers(0, 10**6)
_texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30
) | st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "株式会社", "_x0041_", "</script>", "a,\"b'"])


@st.composite
def kept_promises(draw: st.DrawFn) -> Attainment:
    """How the promises of some range went."""
    states = {name: draw(_counts) for name in Attainment.__struct_fields__[:4]}
    return Attainment(**states, median_minutes=draw(_minutes), p90_minutes=draw(_minutes))


@st.composite
def any_insights(draw: st.DrawFn) -> Insights:
    """Any range, zone, unit, names and counts."""
    zone = ZoneInfo(
        draw(
            st.sampled_from(["UTC", "Asia/Tokyo", "America/Sao_Paulo", "Africa/Cairo", "Asia/Gaza"])
        )
    )
    since = draw(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
    by = draw(st.sampled_from(Unit))
    most = {Unit.DAY: 5, Unit.WEEK: 40, Unit.MONTH: 150}[by]
    until = since + timedelta(days=draw(st.integers(1, most)))
    kinds = draw(st.lists(_texts, max_size=9, unique=True))
    over = draw(st.integers(0, 10))
    series = []
    came: Counter[str] = Counter()
    for n, unit in enumerate(units_of(Range(since, until), by)):
        counts = draw(st.dictionaries(st.sampled_from(kinds), _counts)) if kinds else {}
        counts = {kind: count for kind, count in counts.items() if count}
        came.update(counts)
        start, end = midnight(unit.since, zone), midnight(unit.until, zone)
        series.append(Bucket(start, end, n < over, sum(counts.values()), counts))
    before = draw(st.dictionaries(st.sampled_from(kinds), _counts)) if kinds else {}
    products = st.lists(
        st.builds(
            ProductCount,
            product=_texts,
            count=_counts,
            share=st.integers(0, 10**4).map(lambda n: n / 10**4),
            previous=_counts,
        ),
        max_size=3,
        unique_by=lambda each: each.product,
    )
    then = draw(kept_promises())
    now = draw(kept_promises())
    states = {name: getattr(now, name) for name in Attainment.__struct_fields__}
    return made(
        series,
        came,
        before,
        by,
        now,
        team=draw(_texts),
        timezone=zone.key,
        scope=draw(st.sampled_from(Scope)),
        totals=Totals(open=draw(_counts), all=draw(_counts)),
        products=draw(st.none() | products),
        attainment=AttainmentTrend(**states, previous=then),
    )
