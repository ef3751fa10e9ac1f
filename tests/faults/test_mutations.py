"""Would the tests notice? A guard is taken out of a copy of the program, and a test must fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pscli

from .mutations import MUTATIONS, Mutation

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_missing_guard_is_noticed(mutation: Mutation, tmp_path: Path) -> None:
    """The named test fails without the guard; every whole run shows that it passes with it."""
    copy = tmp_path / "pscli"
    shutil.copytree(Path(pscli.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    mutated = copy / mutation.file
    text = mutated.read_text(encoding="utf-8")
    assert text.count(mutation.guard) == 1, "the guard is written otherwise now"
    mutated.write_text(text.replace(mutation.guard, mutation.gap), encoding="utf-8")
    options = ["-n", "0", "-x", "-p", "no:cacheprovider", "-p", "no:warnings"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, mutation.noticed_by],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED, ran.stdout
    assert f"FAILED {mutation.noticed_by.partition('[')[0]}" in ran.stdout, ran.stdout
