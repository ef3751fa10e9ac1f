"""On which backends rights are tried: one in every run, all of them in a soak."""

from tests.faults.conftest import SOAK

BACKENDS = ["sqlite"] if SOAK == 1 else ["sqlite", "postgres", "remote-sqlite", "remote-postgres"]
