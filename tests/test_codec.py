"""What a value that does not fit its type is told."""

from typing import Annotated, Any

import pytest
from msgspec import Meta, Struct

from pscli.codec import decode, decode_json, encode_json
from pscli.problems import InvalidValue


class Item(Struct):
    """Part of a sample."""

    name: Annotated[str, Meta(min_length=3)]


class Sample(Struct):
    """One field for each kind of length."""

    reply_to: Annotated[str, Meta(max_length=1000)] = ""
    body: Annotated[str, Meta(min_length=1)] = "x"
    cc: Annotated[list[str], Meta(max_length=1)] = []
    items: list[Item] = []
    names: dict[str, Annotated[str, Meta(max_length=2)]] = {}
    data: Annotated[bytes, Meta(max_length=2)] = b""


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"reply_to": "é" * 1200}, "The reply to has 1,200 characters; at most 1,000 are taken."),
        ({"body": ""}, "The body is empty."),
        ({"cc": ["a", "b"]}, "The cc has 2 entries; at most 1 is taken."),
        ({"items": [{"name": "ab"}]}, "items[0].name has 2 characters; at least 3 are taken."),
        ({"names": {"a": "abc"}}, "names[...] takes at most 2 characters."),
        ({"data": "YWFhYWE="}, "The data takes at most 2 bytes."),
    ],
)
def test_a_wrong_length_is_a_sentence(value: dict[str, Any], message: str) -> None:
    """With how long it is where that is known, the same from JSON as from plain values."""
    with pytest.raises(InvalidValue) as refused:
        decode(Sample, value)
    assert refused.value.message == message
    with pytest.raises(InvalidValue) as refused:
        decode_json(Sample, encode_json(value))
    assert refused.value.message == message


def test_a_value_alone_has_no_name() -> None:
    """There is no field to name."""
    with pytest.raises(InvalidValue, match=r"^The value has 4 characters; at most 3 are taken\.$"):
        decode(Annotated[str, Meta(max_length=3)], "abcd")
