"""`python -m manual`: write the completions, the man pages and the reference anew."""

from .pages import ROOT, generated, stale


def main() -> None:
    """Write every file, and take away what is no longer generated."""
    for path, text in generated().items():
        place = ROOT / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    for path in stale():
        (ROOT / path).unlink()


if __name__ == "__main__":
    main()
