"""A reader in Jakarta, at Monday noon UTC."""

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pscli.cli.output import show
from pscli.cli.session import Format, Session
from pscli.desk.tickets import list_tickets
from tests.conftest import Program

JAKARTA = ZoneInfo("Asia/Jakarta")
Draw = Callable[..., list[str]]


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Show a result as a table at Monday noon UTC to a reader in Jakarta; returns the lines."""
    monkeypatch.setenv("PSCLI_NOW", "2026-03-02T12:00:00Z")

    def drawn(
        result: Any,
        width: int = 80,
        encoding: str = "utf-8",
        operation: Any = list_tickets,
        **options: Any,
    ) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        session = Session()
        session.format = Format.TABLE
        session.operation = operation
        session.quiet = True
        session.__dict__["zone"] = JAKARTA
        for name, value in options.items():
            setattr(session, name, value)
        raw = io.BytesIO()
        with io.TextIOWrapper(raw, encoding=encoding) as out, redirect_stdout(out):
            show(result, session)
            out.flush()
            return raw.getvalue().decode(encoding).splitlines()

    return drawn


@pytest.fixture
def sample(clean_env: dict[str, str], tmp_path: Path) -> Program:
    """The real program on the sample desk, as it is on Monday noon."""
    env = {"PSCLI_DB": str(tmp_path / "sample.db"), "PSCLI_NOW": "2026-03-02T12:00:00Z"}
    program = Program({**clean_env, **env})
    program.ok("init", "--demo")
    return program
