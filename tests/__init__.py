"""The tests: rules alone, every backend alike, the real program."""
