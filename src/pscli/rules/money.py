"""Money in integer minor units and exact fractions; no floats (B4)."""

from fractions import Fraction

from pscli.models.billing import Money
from pscli.problems import InvalidValue

# Currencies whose minor unit is not a hundredth (ISO 4217).
_DECIMALS = {
    "BHD": 3, "CLP": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3,
    "LYD": 3, "OMR": 3, "PYG": 0, "TND": 3, "UGX": 0, "VND": 0, "XAF": 0, "XOF": 0,
}  # fmt: skip


def decimals(currency: str) -> int:
    """How many decimals a currency has."""
    return _DECIMALS.get(currency, 2)


def money(minor: int, currency: str) -> Money:
    """Minor units as they are shown: 7540 USD is 75.40."""
    places = decimals(currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    whole, cents = digits[: len(digits) - places], digits[len(digits) - places :]
    text = f"{whole}.{cents}" if places else whole
    return Money(amount=f"-{text}" if minor < 0 else text, currency=currency)


def minor_units(text: str, currency: str, field: str = "amount") -> int:
    """An amount as a person writes it in minor units; raises InvalidValue."""
    whole, _, cents = text.strip().removeprefix("-").partition(".")
    places = decimals(currency)
    digits = whole + cents
    if not (digits.isascii() and digits.isdecimal()) or not whole or len(cents) > places:
        raise InvalidValue(
            f"“{text}” is no amount in {currency}.",
            hint=f"Write it with at most {places} decimals.",
            field=field,
        )
    value: int = int(digits) * 10 ** (places - len(cents))
    return -value if text.strip().startswith("-") else value


def half_up(value: Fraction) -> int:
    """The nearest integer, a half away from zero (B4)."""
    doubled = abs(value) * 2 + 1
    rounded = doubled.numerator // (doubled.denominator * 2)
    return -rounded if value < 0 else rounded


def prorated(price: int, remaining: int, total: int) -> int:
    """The part of a price for the seconds that remain, half up (B4)."""
    return half_up(Fraction(price * remaining, total))
