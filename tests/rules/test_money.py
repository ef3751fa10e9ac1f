"""Money in minor units and exact fractions, against decimals and by reading the source (B4)."""

import ast
import os
import random
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest

import pscli
from pscli.problems import InvalidValue
from pscli.rules.money import half_up, minor_units, money, prorated

SOURCE = Path(pscli.__file__).parent
RANDOM = 1_000_000 if os.environ.get("PSCLI_SOAK") else 100_000


def by_decimals(price: int, remaining: int, total: int) -> int:
    """The same half-up part as a person computes it with enough digits on paper."""
    with localcontext(prec=60):
        exact = Decimal(price) * remaining / total
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def test_the_example_of_the_rule() -> None:
    """B4: 150.00 for 15 Jan to 15 Feb, bought 30 Jan 10:00: 75.40."""
    remaining = 15 * 86400 + 14 * 3600
    assert prorated(150_00, remaining, 31 * 86400) == 75_40


def test_random_parts_are_exact_to_the_minor_unit() -> None:
    """B4: what remains is rounded half up, what is used is the rest: together the price, always."""
    chance = random.Random(4)
    for n in range(RANDOM):
        days = chance.choice((28, 29, 30, 31, 365, 366))
        total = days * 86400 + chance.choice((-3600, 0, 0, 3600))
        price = chance.randrange(10 ** chance.randrange(1, 12))
        remaining = (0, total, total // 2)[n] if n < 3 else chance.randrange(total + 1)
        part = prorated(price, remaining, total)
        assert part == by_decimals(price, remaining, total)
        assert -1 < 2 * (part - Fraction(price * remaining, total)) <= 1  # half up: never below
        used = price - part
        assert 0 <= used <= price
        assert -1 <= 2 * (used - Fraction(price * (total - remaining), total)) < 1


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(-5, 2), -3),
        (Fraction(49, 100), 0),
        (Fraction(-49, 100), 0),
        (Fraction(7), 7),
    ],
)
def test_a_half_goes_away_from_zero(value: Fraction, nearest: int) -> None:
    """B4, B9: half up, and a credit is minus the half-up amount."""
    assert half_up(value) == nearest


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (7540, "USD", "75.40"),
        (5, "USD", "0.05"),
        (0, "USD", "0.00"),
        (-7540, "EUR", "-75.40"),
        (-1, "USD", "-0.01"),
        (22000, "JPY", "22000"),
        (-3, "JPY", "-3"),
        (46001, "KWD", "46.001"),
        (7, "KWD", "0.007"),
        (10**15, "USD", "10000000000000.00"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    minor: int, currency: str, amount: str
) -> None:
    """B4: currencies with 0, 2 and 3 decimals, there and back."""
    assert money(minor, currency).amount == amount
    assert minor_units(amount, currency) == minor


def test_fewer_decimals_are_taken() -> None:
    """B11: a cap of 80 USD is 80.00."""
    assert minor_units("80", "USD") == 80_00
    assert minor_units(" 80.5 ", "USD") == 80_50


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1.234", "USD"),
        ("1.5", "JPY"),
        ("1.2345", "KWD"),
        ("", "USD"),
        (".50", "USD"),
        ("-", "USD"),
        ("--5", "USD"),
        ("1,5", "USD"),
        ("1e3", "USD"),
        ("nan", "USD"),
        ("٣", "USD"),
        ("½", "USD"),
        ("1_000", "USD"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    """B4: the refusal says how many decimals the currency has."""
    with pytest.raises(InvalidValue) as refusal:
        minor_units(text, currency, "max_amount")
    assert refusal.value.field == "max_amount"
    assert "at most" in (refusal.value.hint or "")


RULES = ("money", "periods", "prices", "addons", "terms")
DESK = ("ledger", "ledger_check", "renewals", "purchases", "addons", "billing", "terms")
MONEY_MODULES = [*(f"rules/{name}.py" for name in RULES), *(f"desk/{name}.py" for name in DESK)]


@pytest.mark.parametrize("name", MONEY_MODULES)
def test_no_float_comes_near_money(name: str) -> None:
    """B4: no true division, no float literal, no float-making call in the modules of billing."""
    tree = ast.parse((SOURCE / name).read_text("utf-8"))
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Div), name
        assert not isinstance(getattr(node, "value", None), float), name
        word = getattr(node, "attr", getattr(node, "id", ""))
        assert word not in ("float", "round", "sqrt", "timestamp"), f"{name}: {word}"
        called = node.func if isinstance(node, ast.Call) else None
        assert getattr(called, "attr", "") != "total_seconds", name  # a timedelta's is a float
