"""The command line: parse, ask a backend, show what it returned."""
