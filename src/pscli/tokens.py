"""Random texts: bearer tokens that give a slip of the finger away, keys that sort by their age."""

import os
import re
import time
import zlib
from hashlib import sha256

from .codec import decode
from .models.names import Key
from .problems import InvalidValue

PREFIX = "pscli_"  # so that secret scanners know one where they see it
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM = 30  # letters, of which each carries 5.95 bits: 178 bits
_CHECK = 6  # letters that hold a CRC32
_TOKEN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{20,}}")  # a mistyped one too: most of it is right


def make_token() -> str:
    """A new bearer token: prefix, 178 random bits from the system, checksum."""
    import secrets

    body = PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    return body + _checksum(body)


def is_token(text: str) -> bool:
    """Whether a text can be a token at all; a mistyped one cannot."""
    body = text[:-_CHECK]
    return (
        len(text) == len(PREFIX) + _RANDOM + _CHECK
        and text.isascii()
        and text.startswith(PREFIX)
        and text[-_CHECK:] == _checksum(body)
    )


def token_hash(token: str) -> str:
    """The SHA-256 by which a desk knows a token; a random text needs no slow hash."""
    return sha256(token.encode()).hexdigest()


def token_id(token: str) -> str:
    """The id by which `token list` and `token revoke` name a token."""
    return token_hash(token)[:12]


def without_tokens(text: str) -> str:
    """A text in which whatever looks like a token is cut short, as for a message or a log."""
    return _TOKEN.sub(PREFIX + "…", text)


def new_key() -> str:
    """A fresh idempotency key: 48 bits of time, then randomness (UUIDv7), so keys sort by age."""
    milliseconds = time.time_ns() // 1_000_000
    random = bytearray(os.urandom(10))
    random[0] = random[0] & 0x0F | 0x70
    random[2] = random[2] & 0x3F | 0x80
    text = milliseconds.to_bytes(6, "big").hex() + random.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def check_key(key: str) -> None:
    """Refuse a key that could not stand in a header; raises InvalidValue."""
    try:
        decode(Key, key)
    except InvalidValue as problem:
        raise InvalidValue(
            "This is no idempotency key.",
            hint="Up to 300 printable ASCII characters without spaces.",
            field="idempotency_key",
        ) from problem


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    letters = []
    for _ in range(_CHECK):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(reversed(letters))
