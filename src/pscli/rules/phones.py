"""Telephone numbers that can be dialled directly, as E.164 (C5)."""

import unicodedata
from typing import TYPE_CHECKING

from pscli.problems import InvalidValue

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_TRIES = 3  # failed attempts after which a callback is answered in writing (C5)


def dialable(text: str, region: str | None) -> str:
    """The number as E.164; `region` is for numbers without a country code.

    Refuses what a representative must not or cannot call: premium and shared-cost numbers, short
    and emergency numbers, pagers and satellite phones, and text with hidden characters.
    """
    import phonenumbers
    from phonenumbers import PhoneNumberType as Kind

    hidden = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn")]
    if hidden or not text.isascii():
        raise _refused(text, "It holds characters that are not on a keypad")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        reason = "It has no country code" if region is None else f"It is none in {region}"
        raise _refused(text, reason) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise _refused(text, "It cannot be dialled directly")
    if number.country_code in (870, 878, 881, 882, 883, 888, 979):
        raise _refused(text, "It is a satellite or international special number")
    allowed = {
        Kind.FIXED_LINE, Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE, Kind.VOIP, Kind.UAN,
        Kind.PERSONAL_NUMBER, Kind.TOLL_FREE,
    }  # fmt: skip
    if phonenumbers.number_type(number) not in allowed or _is_special(number):
        raise _refused(text, "It is a premium, shared-cost, short or emergency number")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _is_special(number: "PhoneNumber") -> bool:
    from phonenumbers import shortnumberinfo

    return bool(
        shortnumberinfo.is_possible_short_number(number)
        and shortnumberinfo.is_valid_short_number(number)
    )


def is_last_try(attempts: int) -> bool:
    """Whether this many failed attempts end the calling (C5)."""
    return attempts >= _TRIES


def _refused(text: str, reason: str) -> InvalidValue:
    return InvalidValue(
        f"“{text}” cannot be called. {reason} (C5).",
        hint="Write it as in +62 812 3456 7890, or add --region CC.",
        field="phone",
    )
