"""The command line: parse, ask a backend, show what it returned."""

import gc

# A run is short and makes little garbage: looking for it while importing costs 6 ms of 120.
gc.set_threshold(50_000)
