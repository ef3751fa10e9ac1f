"""What a team and its people may be (T)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from pscli.models.addons import AddonProduct
from pscli.models.people import AdminRole, Person, PersonStatus, Product
from pscli.problems import InvalidValue, StateForbids, hint_near

LANGUAGES = ("en", "ja", "id")  # what a person may speak; support is given in two of them (J1)


def check_language(language: str) -> None:
    """Refuse a language that no person can have (T2)."""
    if language not in LANGUAGES:
        raise InvalidValue(
            f"“{language}” is no language of a person (T2).",
            hint=f"One of: {', '.join(LANGUAGES)}.",
            field="language",
        )


_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def owned_products(products: Iterable[Product]) -> list[Product]:
    """The products in their fixed order, `dropbox` always among them (T1)."""
    wanted = {Product.DROPBOX, *products}
    return [product for product in Product if product in wanted]


def check_zone(name: str, field: str = "timezone") -> None:
    """Refuse a time zone that IANA does not list."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise InvalidValue(
            f"“{name}” is no time zone.",
            hint=hint_near(name, sorted(available_timezones()), "Write it as in Asia/Jakarta."),
            field=field,
        ) from None


def check_anchor(anchor: datetime) -> None:
    """Refuse an anchor so far away that periods from it would leave the calendar (B8)."""
    if not _FIRST_YEAR <= anchor.year <= _LAST_YEAR:
        raise InvalidValue(
            f"{anchor:%Y-%m-%d} is too far away for a billing anchor.",
            hint=f"Name a year from {_FIRST_YEAR} to {_LAST_YEAR}.",
            field="anchor",
        )


def check_products_kept(owned: Iterable[Product], held: Iterable[AddonProduct]) -> None:
    """Refuse to take away a product whose add-on the team still pays for (E1)."""
    for product in held:
        if Product(product) not in owned:
            raise StateForbids(
                f"The team holds an add-on for {product} (E1).",
                hint=f"End it first: pscli support revoke TEAM EDITION --product {product} --now",
                field="products",
            )


def is_team_admin(person: Person) -> bool:
    """Whether the person counts for the team's last admin (T3)."""
    return person.role is AdminRole.TEAM and person.status is PersonStatus.ACTIVE


def check_last_admin(before: Person, after: Person, other_admins: int) -> None:
    """Refuse the change that would leave a team without an active admin of role `team` (T3)."""
    if is_team_admin(before) and not is_team_admin(after) and not other_admins:
        raise StateForbids(
            f"{before.email} is the team's last active admin with role team (T3).",
            hint="Give the role to another person first: pscli team people set EMAIL role=team",
        )
