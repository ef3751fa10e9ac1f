"""The books of a team kept the plain way, to judge the ledger by: no intervals, no fractions."""

from calendar import monthrange
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ESSENTIALS, ENHANCED = "essentials", "enhanced"
FLAT = {("dropbox", ENHANCED): 400_00, ("dash", ESSENTIALS): 120_00, ("dash", ENHANCED): 320_00}
PER_LICENCE = 3_33  # Essentials for Dropbox
SUBSCRIPTION = 15_00

Lines = list[tuple[str, int]]


def months_after(anchor: datetime, months: int) -> datetime:
    """So many months later, on the last day where the month is too short (B8)."""
    month = anchor.month - 1 + months
    year, month = anchor.year + month // 12, month % 12 + 1
    return anchor.replace(year=year, month=month, day=min(anchor.day, monthrange(year, month)[1]))


def name(product: str, edition: str) -> str:
    """An edition as invoices name it."""
    return f"Premium Support {edition.capitalize()} for {product.capitalize()}"


@dataclass
class Held:
    """An edition that the team holds: its price for a whole period, and what comes after."""

    edition: str
    price: int
    since: datetime
    ends: bool = False
    then: str | None = None

    @property
    def state(self) -> str:
        """How the list of add-ons calls it."""
        return "pending_downgrade" if self.then else "pending_removal" if self.ends else "active"


@dataclass
class Books:
    """What a team holds and was charged, as of `now`."""

    anchor: datetime
    now: datetime
    licences: int
    fewer: int | None = None
    paid: int = 0  # the desk's price of this period's subscription
    held: dict[str, Held] = field(default_factory=dict)
    invoices: list[Lines] = field(default_factory=list)

    def __post_init__(self) -> None:
        months = 0
        while months_after(self.anchor, months) <= self.now:
            months += 1
        self.months = months

    @property
    def renewal(self) -> datetime:
        """When the running period ends."""
        return months_after(self.anchor, self.months)

    def pass_to(self, now: datetime) -> None:
        """Let time pass, and every renewal on the way."""
        while self.renewal <= now:
            self.renew()
        self.now = now

    def renew(self) -> None:
        """Begin the next period: what comes, comes; what ends, ends; the rest is charged (B5)."""
        at = self.renewal
        self.months += 1
        self.licences, self.fewer = self.fewer or self.licences, None
        self.paid = SUBSCRIPTION * self.licences
        invoice = [("Subscription standard", self.paid)]
        for product, held in list(self.held.items()):
            if held.ends:
                del self.held[product]
                continue
            edition = held.then or held.edition
            since = at if held.then else held.since
            self.held[product] = Held(edition, self.price(product, edition), since)
            invoice.append((name(product, edition), self.held[product].price))
        self.invoices.append(invoice)

    def price(self, product: str, edition: str) -> int:
        """What an edition costs for a whole period (B14)."""
        return FLAT.get((product, edition), PER_LICENCE * self.licences)

    def part(self, price: int, quoted: datetime | None = None) -> int:
        """What is left of a price now or when it was quoted, half up, in whole numbers (B4)."""
        whole = (self.renewal - months_after(self.anchor, self.months - 1)) // SECOND
        left = (self.renewal - (quoted or self.now)) // SECOND
        return (2 * price * left + whole) // (2 * whole)

    def take(self, product: str, edition: str, quoted: datetime | None = None) -> None:
        """Add, perhaps as quoted before; undo, upgrade or downgrade (B4, B7, B9, B11)."""
        held = self.held.get(product)
        price = self.price(product, edition)
        if held is None:
            self.held[product] = Held(edition, price, self.now)
            self.invoices.append([(name(product, edition), self.part(price, quoted))])
        elif held.edition == edition:
            held.ends, held.then = False, None
        elif edition == ENHANCED:
            self.held[product] = Held(edition, price, self.now)
            credit = f"Unused part of {name(product, held.edition)}", -self.part(held.price)
            self.invoices.append([credit, (name(product, edition), self.part(price))])
        else:
            held.ends, held.then = False, edition

    def leave(self, product: str) -> None:
        """End at the renewal (B6)."""
        if product in self.held:
            self.held[product].ends, self.held[product].then = True, None

    def end(self, product: str) -> None:
        """End now, with a credit (B16)."""
        if held := self.held.pop(product, None):
            unused = f"Unused part of {name(product, held.edition)}"
            self.invoices.append([(unused, -self.part(held.price))])

    def license(self, licences: int) -> None:
        """More now, fewer at the renewal (B16)."""
        more = licences - self.licences
        self.fewer = licences if more < 0 else None
        if more <= 0:
            return
        invoice: Lines = []
        said = f"{more} more licences: "
        if self.paid:
            invoice.append((f"{said}Subscription standard", self.part(SUBSCRIPTION * more)))
            self.paid += SUBSCRIPTION * more
        held = self.held.get("dropbox")
        if held and held.edition == ESSENTIALS:
            line = f"{said}{name('dropbox', ESSENTIALS)}", self.part(PER_LICENCE * more)
            invoice.append(line)
            held.price += PER_LICENCE * more
        self.licences = licences
        if invoice:
            self.invoices.append(invoice)

    def forecast(self) -> Lines:
        """What the next renewal will charge."""
        then = deepcopy(self)
        then.renew()
        return then.invoices[-1]


SECOND = timedelta(seconds=1)
