"""Telephone numbers that can be dialled directly, as E.164 (C5)."""

import unicodedata
from typing import TYPE_CHECKING

from pscli.problems import InvalidValue

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_TRIES = 3  # failed attempts after which a callback is answered in writing (C5)
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn")
_WORLDWIDE = (870, 878, 881, 882, 883, 888, 979)  # satellites, and numbers of no country
# Numbers that look like ordinary ones of a country: Abkhazia under Russia's code, reached from few
# networks and at the caller's cost, and Japan's Navi Dial, which does the same.
_LOOKALIKES = ("+7840", "+7940", "+81570")


def dialable(text: str, region: str | None) -> str:
    """The number as E.164; `region` is for numbers without a country code.

    Refuses what a representative must not or cannot call: premium, shared-cost and personal
    numbers, short and emergency numbers, pagers and satellite phones, and text with hidden
    characters. Where only the region is missing, the field that it names is `region`.
    """
    import phonenumbers

    if not text.isascii() or any(unicodedata.category(c) in _HIDDEN for c in text):
        raise _refused(text, "It holds characters that are not on a keypad")
    if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
        raise InvalidValue(
            f"“{region}” is no region of telephone numbers (C5).",
            hint="Two letters of a country, as in ID, JP or US.",
            field="region",
        )
    number = _parsed(text, region)
    if number.extension or not phonenumbers.is_valid_number(number):
        raise _refused(text, "It cannot be dialled directly")
    if number.country_code in _WORLDWIDE:
        raise _refused(text, "It is a satellite or international special number")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not _is_ordinary(number) or written.startswith(_LOOKALIKES):
        raise _refused(text, "It is a premium, shared-cost, short or emergency number")
    return str(written)


def _parsed(text: str, region: str | None) -> "PhoneNumber":
    from phonenumbers import NumberParseException, parse

    try:
        return parse(text, region)
    except NumberParseException as error:
        lacks_region = region is None and not text.lstrip().startswith("+")
        if lacks_region and error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            raise InvalidValue(
                f"“{text}” has no country code (C5).",
                hint="Write it as in +62 812 3456 7890, or add --region CC.",
                field="region",
            ) from None
        raise _refused(text, "It is no telephone number") from None


def _is_ordinary(number: "PhoneNumber") -> bool:
    """Whether it is of a kind at which a person is called, at no special cost."""
    from phonenumbers import PhoneNumberType as Kind, number_type, shortnumberinfo

    ordinary = (
        Kind.FIXED_LINE, Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE, Kind.VOIP, Kind.UAN,
        Kind.TOLL_FREE,
    )  # fmt: skip
    if number_type(number) not in ordinary:
        return False
    possible = shortnumberinfo.is_possible_short_number(number)
    return not (possible and shortnumberinfo.is_valid_short_number(number))


def is_last_try(attempts: int) -> bool:
    """Whether this many failed attempts end the calling (C5)."""
    return attempts >= _TRIES


def _refused(text: str, reason: str) -> InvalidValue:
    return InvalidValue(
        f"“{text}” cannot be called. {reason} (C5).",
        hint="Write it as in +62 812 3456 7890, or add --region CC.",
        field="phone",
    )
