"""How the series of a chart are drawn: a colour each and, for print and poor eyes, a texture."""

from typing import NamedTuple


class Look(NamedTuple):
    """A colour for white paper, a brighter one for dark screens, a texture as XLSX names it."""

    light: str
    dark: str
    texture: str | None


_COLOURS = (
    ("#2563c9", "#6ea8fe"),
    ("#d97706", "#f6b352"),
    ("#0f8a76", "#4fd1b5"),
    ("#a13bb5", "#d993e8"),
    ("#c8384f", "#fb8597"),
    ("#6b7d1f", "#b9cc63"),
    ("#7a5c43", "#c9a98d"),
    ("#3b7d96", "#8cc6dc"),
)
_TEXTURES = (
    None,
    "wide_upward_diagonal",
    "dotted_grid",
    "wide_downward_diagonal",
    "dark_horizontal",
    "small_grid",
    "dark_vertical",
)


def look_of(n: int) -> Look:
    """How the n-th series is drawn, from 0; the first 56 all differ."""
    return Look(*_COLOURS[n % len(_COLOURS)], _TEXTURES[n % len(_TEXTURES)])
