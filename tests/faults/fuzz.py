"""A target under atheris, which follows the branches of our code.

TARGET, or `everything`, RUNS and SEED stand in argv.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pscli"]):
    from .targets import EVENT, TABLE, TARGETS, TICKET, everything

LONGEST = 512  # bytes of one input; they are put into whole files
SLOWEST = 20  # seconds that one input may take


def main(target: str, runs: str, seed: str) -> None:
    """Run a target so often; the process ends with 0, or with another code where it broke."""
    with tempfile.TemporaryDirectory() as corpus:
        for n, data in enumerate((b"2026-03-02T12:00:00Z", b"2026-Q1", TICKET, TABLE, EVENT)):
            (Path(corpus) / str(n)).write_bytes(data)
        options = [f"-runs={runs}", f"-seed={seed}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}"]
        options += ["-len_control=0", f"-artifact_prefix={corpus}/"]
        target_of = {**TARGETS, "everything": everything}
        atheris.Setup([sys.argv[0], *options, corpus], target_of[target])
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
