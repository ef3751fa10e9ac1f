"""How teams, people and zones may be called."""

from typing import Annotated

from msgspec import Meta

Email = Annotated[
    str,
    Meta(
        pattern=r"^[^\s@/<>,;:\"\\()\x00-\x1f\x7f]+@[^\s@/<>,;:\"\\()\x00-\x1f\x7f]+$",
        max_length=254,
    ),
]
TeamName = Annotated[
    str,
    Meta(
        pattern=r"^[^\s/\x00-\x1f\x7f\ud800-\udfff]([^/\x00-\x1f\x7f\ud800-\udfff]*[^\s/\x00-\x1f\x7f\ud800-\udfff])?$",
        min_length=1,
        max_length=100,
    ),
]
Zone = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")]
Key = Annotated[str, Meta(pattern=r"^[\x21-\x7e]{1,300}$")]
