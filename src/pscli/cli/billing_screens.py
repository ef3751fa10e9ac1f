"""How billing looks: the cells of its lists, the screens of quotes, receipts and invoices."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from .layout import Column, Line, Screen, Span, pairs, side_by_side
from .times import day, duration, moment, short_zone, until


def price(addon: Any, screen: Screen) -> Span:
    """What an edition costs for a period, and how often that counts."""
    if addon.price is None:
        return Span("no price", "dim")
    times = f" {screen.glyph('×', 'x')} {addon.quantity}" if addon.quantity > 1 else ""
    return Span(_money(addon.price) + times)


def addon_state(addon: Any, screen: Screen) -> Span:
    """How an edition stands, and what the next renewal does to it (B6, B9)."""
    if addon.state == "active":
        return Span(screen.glyph("● ", "o ") + "active", "good")
    if addon.ends_at is not None:
        ends = day(addon.ends_at, screen.now, screen.zone)
        then = f"{addon.next_edition} from {ends}" if addon.next_edition else f"ends {ends}"
        return Span(screen.glyph("◆ ", "* ") + then, "waiting")
    words = addon.state.replace("_", " ")
    return Span(screen.glyph("○ ", ". ") + words, "" if addon.state == "available" else "dim")


def taken_by(addon: Any, _screen: Screen) -> Span:
    """Who may add or remove it (B2)."""
    return Span("you" if addon.self_service else "sales", "" if addon.self_service else "dim")


def issued(invoice: Any, screen: Screen) -> Span:
    """The day of an invoice."""
    return Span(day(invoice.issued_at, screen.now, screen.zone))


def charged_for(invoice: Any, _screen: Screen) -> Span:
    """What an invoice charges, in one line."""
    return Span("; ".join(line.description for line in invoice.lines))


def amount(name: str) -> Callable[[Any, Screen], Span]:
    """A cell with money; what is owed to the customer stands out."""

    def cell(record: Any, _screen: Screen) -> Span:
        value = getattr(record, name)
        if value is None:
            return Span("")
        return Span(_money(value), "good" if value.amount.startswith("-") else "")

    return cell


def edition_cell(record: Any, _screen: Screen) -> Span:
    """An edition with its product."""
    return Span(f"{record.edition} for {record.product}" if record.edition else "")


def result(step: Any, screen: Screen) -> Span:
    """What became of a step of many."""
    glyphs = {"changed": "✓ ", "failed": "✗ "}
    plain = {"changed": "+ ", "failed": "! "}
    styles = {"changed": "good", "failed": "late", "planned": "soon"}
    glyph = screen.glyph(glyphs.get(step.result, "○ "), plain.get(step.result, ". "))
    return Span(glyph + step.result, styles.get(step.result, "dim"))


def how_to(addons: list[Any]) -> list[str]:
    """The command for each edition that can be had or ended."""
    known = [addon for addon in addons if addon.state != "not_available"]
    return [f"{addon.edition.capitalize()} for {addon.product}: {addon.how}" for addon in known]


def quote(offered: Any, screen: Screen) -> Iterator[Line]:
    """What a change would charge today and from the renewal on, and how long that holds (B11)."""
    yield [Span(f"{offered.edition.capitalize()} for {offered.product}", "bold")]
    yield []
    renewal = _moment(offered.period_end, screen)
    rows = [(line.description, line.amount, _part(offered)) for line in offered.lines]
    if not rows:
        rows = [("Nothing to pay now", offered.charge_now, "")]
    rows.append(("Each period from the renewal", offered.next_period_charge, renewal))
    yield from _bill(rows, screen)
    yield []
    held = f"{offered.id}, holds until {_moment(offered.expires_at, screen)}"
    yield from pairs([("Quote", [Span(held)])], screen)


def _part(offered: Any) -> str:
    left = duration(offered.remaining_seconds, 2)
    return f"today, for {left} of {duration(offered.total_seconds, 2)}"


def invoice(found: Any, screen: Screen) -> Iterator[Line]:
    """An invoice with its lines and their sum (B13)."""
    on = _moment(found.issued_at, screen)
    yield [Span(f"Invoice {found.number}", "bold"), Span(f"{screen.dot}{on}", "dim")]
    span = _period(found.period_start, found.period_end, screen)
    yield [Span(f"Period {span}", "dim")]
    yield []
    rows = [(line.description, line.amount, "") for line in found.lines]
    credit = "in your favour" if found.status == "credit" else ""
    yield from _bill([*rows, ("Total", found.total, credit)], screen, last="bold")


def billing(found: Any, screen: Screen) -> Iterator[Line]:
    """A team's billing at a glance: period, add-ons, the next invoice."""
    from .tables import list_lines

    words = f"{found.plan}, {_licences(found.licences)}, {found.cycle}"
    yield [Span(found.team, "bold"), Span(f"{screen.dot}{words}", "dim")]
    yield []
    left = until(found.next_renewal, screen.now)
    rows: list[tuple[str, Line]] = [
        ("Period", [Span(_period(found.period.start, found.period.end, screen))]),
        ("Renews", [Span(f"{left}, {_moment(found.next_renewal, screen)}")]),
    ]
    yield from pairs(rows, screen)
    yield []
    if found.addons:
        yield from list_lines(found.addons, screen)
    else:
        yield [Span("No add-on.")]
    yield []
    yield [Span("Next invoice", "bold")]
    lines = [(line.description, line.amount, "") for line in found.next_invoice]
    yield from _bill([*lines, ("Total", found.next_total, "")], screen, last="bold")
    if found.sample_prices:
        yield [Span("Prices are a sample.", "dim")]


def receipt(change: Any, screen: Screen) -> Iterator[Line]:
    """What a change of an add-on charged, and how the add-on stands now."""
    number = f", invoice {change.invoice}" if change.invoice else ""
    state = addon_state(change.addon, screen)
    if _begins_later(change, screen):
        begins = day(change.effective_at, screen.now, screen.zone)
        state = Span(screen.glyph("◆ ", "* ") + f"begins {begins}", "waiting")
    rows: list[tuple[str, Line]] = [
        ("State", [state]),
        ("Charged", [Span(_money(change.charged)), Span(number)]),
    ]
    if change.effective_at > screen.now:
        rows.append(("Takes effect", [Span(_moment(change.effective_at, screen))]))
    if change.cancelled:
        moments = ", ".join(_moment(at, screen) for at in change.cancelled)
        rows.append(("Cancelled", [Span(moments)]))
    yield from pairs(rows, screen)


def changed_addon(change: Any, screen: Screen) -> str:
    """What a change of an add-on says it did."""
    what = f"{change.addon.edition.capitalize()} for {change.addon.product}"
    if change.addon.state == "active":
        return f"{what} is active."
    if _begins_later(change, screen):
        return f"{what} begins at the renewal."
    ends = change.addon.ends_at is not None
    return f"{what} ends at the renewal." if ends else f"{what} has ended."


def _begins_later(change: Any, screen: Screen) -> bool:
    """Whether an edition follows another one: a downgrade (B9)."""
    return bool(change.addon.active_since is None and change.effective_at > screen.now)


def team(record: Any, screen: Screen) -> Iterator[Line]:
    """A team with what its next renewal brings, in words (B16)."""
    from .screens import details

    hidden = {"next_terms", "next_renewal", "invoice", "charged"}
    shown = {n: getattr(record, n) for n in record.__struct_fields__ if n not in hidden}
    if getattr(record, "invoice", None):
        shown["charged"] = f"{_money(record.charged)}, invoice {record.invoice}"
    shown["renews"] = record.next_renewal
    if record.next_terms is not None:
        shown["from then on"] = ", ".join(_terms(record.next_terms, screen))
    yield from details(shown, screen)


def _terms(coming: Any, screen: Screen) -> Iterator[str]:
    if coming.licences:
        yield _licences(coming.licences)
    yield from filter(None, (coming.billing_cycle, coming.currency))
    if coming.billing_anchor:
        yield f"anchor {_moment(coming.billing_anchor, screen)}"
    if coming.billing_timezone:
        yield f"zone {coming.billing_timezone}"


def _bill(rows: list[tuple[str, Any, str]], screen: Screen, last: str = "") -> Iterator[Line]:
    """What for, the amounts one below the other to the right, and a remark."""
    styles = [""] * (len(rows) - 1) + [last]
    columns = [
        Column(
            "FOR", [Span(row[0], style) for row, style in zip(rows, styles, strict=True)],
            flexible=True,
        ),
        Column(
            "AMOUNT",
            [Span(_money(row[1]), style) for row, style in zip(rows, styles, strict=True)],
            right=True,
        ),
        Column("", [Span(row[2], "dim") for row in rows], drop=1, optional=True),
    ]  # fmt: skip
    yield from side_by_side(columns, screen, header=False)


def _money(value: Any) -> str:
    return f"{value.amount} {value.currency}"


def _licences(count: int) -> str:
    return "1 licence" if count == 1 else f"{count} licences"


def _moment(at: datetime, screen: Screen) -> str:
    return f"{moment(at, screen.now, screen.zone)} {short_zone(screen.zone, at)}"


def _period(start: datetime, end: datetime, screen: Screen) -> str:
    first = moment(start, screen.now, screen.zone)
    return f"{first} to {_moment(end, screen)}"
