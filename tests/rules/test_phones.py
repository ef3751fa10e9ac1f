"""Which numbers a representative calls: a table by kind, and whatever else may be typed (C5)."""

import random
import re

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType as Kind

from pscli.problems import InvalidValue
from pscli.rules.phones import dialable, is_last_try

CALLED = [
    ("+62 812 3456 7890", None, "+6281234567890"),  # a mobile
    ("0812-3456-7890", "ID", "+6281234567890"),  # the same as it is dialled at home
    ("+49 30 901820", None, "+4930901820"),  # a landline
    ("020 7946 0958", "GB", "+442079460958"),
    ("(202) 456-1111", "US", "+12024561111"),  # either kind
    ("+39 06 69812345", None, "+390669812345"),  # its zero belongs to it
    ("+81 120 123 456", None, "+81120123456"),  # free of charge
    ("+800 1234 5678", None, "+80012345678"),  # free of charge, of no country
    ("+41 58 262 00 00", None, "+41582620000"),  # a company's own range
    ("+7 495 123 45 67", None, "+74951234567"),
    ("1-800-FLOWERS", "US", "+18003569377"),
]
REFUSED = [
    ("+1 900 234 5678", None),  # premium
    ("1 900 234 5678", "US"),
    ("+44 909 879 0000", None),
    ("+7 809 123 45 67", None),
    ("+979 123 456 789", None),  # premium, of no country
    ("+44 843 202 0000", None),  # shared cost
    ("+61 13 11 14", None),
    ("+81 570 064 000", None),  # Navi Dial: the caller pays by distance
    ("+44 70 1234 5678", None),  # personal, at the price of a premium one
    ("+7 840 234 56 78", None),  # Abkhazia under Russia's code
    ("+7 940 234 56 78", None),
    ("112", "DE"),  # emergency
    ("911", "US"),
    ("+1 911", None),
    ("110", "ID"),
    ("14022", "ID"),  # short
    ("+870 773 111 632", None),  # satellite
    ("+881 6 3155 5555", None),
    ("+44 76 4123 4567", None),  # a pager
    ("+1 202 456 1111 ext. 5", None),  # a person has to ask for it
    ("555-0123", "US"),  # an area code is missing
    ("+999 123 4567", None),  # no such country
    ("+62", None),
    ("hello", "ID"),
    ("\u202e+62 812 3456 7890", None),  # written from right to left
    ("+62\u200b812 3456 7890", None),  # with an invisible space
    ("+62\t812 3456 7890", None),
    ("+６２ ８１２ ３４５６ ７８９０", None),  # full width
    ("+62 812 3456 7890\x1b[2J", None),
]


@pytest.mark.parametrize(("typed", "region", "kept"), CALLED)
def test_what_can_be_dialled_is_kept_as_e164(typed: str, region: str | None, kept: str) -> None:
    """C5: landlines, mobiles and free ones, national ones with their region."""
    assert dialable(typed, region) == kept


@pytest.mark.parametrize(("typed", "region"), REFUSED)
def test_what_must_not_be_dialled_is_refused(typed: str, region: str | None) -> None:
    """C5: premium, shared-cost, short, emergency, satellite, hidden characters, no numbers."""
    with pytest.raises(InvalidValue) as refusal:
        dialable(typed, region)
    assert refusal.value.field == "phone"
    assert typed in refusal.value.message


@pytest.mark.parametrize(("typed", "region"), [("081234567890", None), ("081234567890", "XX")])
def test_a_region_that_is_missing_or_none_is_the_field(typed: str, region: str | None) -> None:
    """C5: so that whoever calls can ask for it."""
    with pytest.raises(InvalidValue) as refusal:
        dialable(typed, region)
    assert refusal.value.field == "region"


def test_the_third_failure_is_the_last() -> None:
    """C5: then it is answered in writing."""
    assert [is_last_try(attempts) for attempts in (1, 2, 3)] == [False, False, True]


def _typed(chance: random.Random) -> tuple[str, str | None]:
    """Digits after a known code or none, with what people and attackers put between them."""
    codes = ["", "+", "+1", "+1900", "+44", "+449", "+62", "+7", "+81", "+49", "+870", "00", "0"]
    region = chance.choice([None, *sorted(phonenumbers.SUPPORTED_REGIONS)])
    digits = "".join(chance.choices("0123456789", k=chance.randrange(1, 14)))
    noise = chance.choice(["", "", "", " ", "-", "x", ";ext=", "\u200b", "\n", "(", "*#", "A"])
    cut = chance.randrange(len(digits))
    return chance.choice(codes) + digits[:cut] + noise + digits[cut:], region


def test_whatever_is_typed_is_refused_or_can_be_dialled() -> None:
    """C5: ten thousand texts; what is taken is of an ordinary kind, and nothing else happens."""
    chance = random.Random(5)
    ordinary = {Kind.FIXED_LINE, Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE, Kind.VOIP}
    taken = 0
    for _ in range(10_000):
        typed, region = _typed(chance)
        try:
            kept = dialable(typed, region)
        except InvalidValue:
            continue
        taken += 1
        number = phonenumbers.parse(kept, None)
        assert re.fullmatch(r"\+[1-9]\d{6,14}", kept), typed
        assert phonenumbers.number_type(number) in {*ordinary, Kind.UAN, Kind.TOLL_FREE}, typed
        assert dialable(kept, None) == kept
    assert taken > 100
