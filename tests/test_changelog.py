"""The changelog is what its fragments say, and a fragment that says nothing is refused."""

from pathlib import Path

import pytest
from manual.changelog import changelog, read_fragment

ROOT = Path(__file__).parents[1]


def test_the_changelog_is_fresh() -> None:
    """Whoever adds a fragment runs `./dev changelog`."""
    assert (ROOT / "CHANGELOG.md").read_text("utf-8") == changelog(ROOT / "changelog")


def test_the_template_can_be_followed(tmp_path: Path) -> None:
    """The template with a kind of its own is a fragment, without its remarks."""
    template = (ROOT / "changelog" / "TEMPLATE").read_text("utf-8")
    fragment = tmp_path / "new.md"
    fragment.write_text(template.replace("Kind:", "Security:", 1))
    kind, title, text = read_fragment(fragment)
    assert (kind, title[:11]) == ("Security", "What is new")
    assert text.endswith("rules by their numbers.")


def test_releases_are_in_order(tmp_path: Path) -> None:
    """Unreleased first, then by version, not by letters; within one, by kind and name."""
    for folder, name, kind in [
        ("0.9.0_2026-01-02", "a", "Bugfix"),
        ("0.10.0_2026-02-03", "a", "Enhancement"),
        ("0.10.0_2026-02-03", "b", "Security"),
        ("unreleased", "a", "Change"),
    ]:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{name}.md").write_text(f"{kind}: Of {folder} {name}\n\nText.\n")
    headings = [line for line in changelog(tmp_path).splitlines() if line.startswith("##")]
    assert headings == [
        "## Unreleased",
        "### Change: Of unreleased a",
        "## 0.10.0, 2026-02-03",
        "### Security: Of 0.10.0_2026-02-03 b",
        "### Enhancement: Of 0.10.0_2026-02-03 a",
        "## 0.9.0, 2026-01-02",
        "### Bugfix: Of 0.9.0_2026-01-02 a",
    ]


@pytest.mark.parametrize(
    "text", ["", "News: A thing\n\nText.", "Bugfix: A thing\n", "Bugfix: A thing.\n\nText."]
)
def test_a_fragment_follows_the_template(text: str, tmp_path: Path) -> None:
    """A known kind, a title without a full stop, an empty line, a text."""
    (tmp_path / "new.md").write_text(text)
    with pytest.raises(ValueError, match="TEMPLATE"):
        read_fragment(tmp_path / "new.md")


def test_a_folder_is_a_release(tmp_path: Path) -> None:
    """A folder that is neither unreleased nor VERSION_DATE is refused by its name."""
    (tmp_path / "soon").mkdir()
    (tmp_path / "unreleased").mkdir()
    with pytest.raises(ValueError, match="VERSION_DATE"):
        changelog(tmp_path)
