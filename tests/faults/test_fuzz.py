"""Random bytes for all that reads what strangers wrote: dates, policy, imports, cursors, config."""

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from .conftest import SOAK
from .targets import TARGETS, TICKET, everything

ROOT = Path(__file__).parents[2]
RUNS = 2_000 if SOAK == 1 else 200_000  # for all together, in the soak for each
CHOSEN = ["everything"] if SOAK == 1 else list(TARGETS)
BY_HYPOTHESIS = 100 * SOAK  # where there is no atheris, and for each target in every run


@pytest.mark.skipif(not find_spec("atheris"), reason="the test below does it without atheris")
@pytest.mark.parametrize("target", CHOSEN)
def test_what_follows_the_branches_finds_no_failure(target: str) -> None:
    """P1: no bytes end in anything but an answer or a refusal, and none takes long."""
    command = [sys.executable, "-m", "tests.faults.fuzz", target, str(RUNS), "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert f"Done {RUNS} runs" in done.stderr


@settings(
    max_examples=BY_HYPOTHESIS if find_spec("atheris") else RUNS,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.binary(max_size=512))
def check_all(data: bytes) -> None:
    """Give the bytes to one of the targets."""
    everything(data)


def test_random_bytes_find_no_failure() -> None:
    """P1: the same without anything that follows branches; it runs everywhere."""
    check_all()


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("data", [b"", b"\xff", b"[" * 500, b'{"a":' * 80, TICKET], ids=len)
def test_known_bytes_find_no_failure(target: Callable[[bytes], None], data: bytes) -> None:
    """P1: nothing at all, no UTF-8, much nesting, a good line."""
    target(data)
