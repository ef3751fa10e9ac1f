"""How the series of a chart are drawn: a colour each and, for print and poor eyes, a texture."""

from typing import NamedTuple


class Look(NamedTuple):
    """A colour on white and one on black, and a texture by the name that XLSX has for it."""

    light: str
    dark: str
    texture: str | None


LOOKS = (
    Look("#2563c9", "#6ea8fe", None),
    Look("#d97706", "#f6ad3c", "wide_upward_diagonal"),
    Look("#0f8a76", "#4fd1b5", "dotted_grid"),
    Look("#a13bb5", "#d993e8", "wide_downward_diagonal"),
    Look("#c8384f", "#fb8597", "narrow_horizontal"),
    Look("#6b7d1f", "#b9cc63", "small_grid"),
)
REST = Look("#8b93a1", "#8b93a1", "narrow_vertical")  # all the other series together
