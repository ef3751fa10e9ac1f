"""`python -m benchmarks [names] [--quick] [--check]`."""

import argparse
import os
import sys
from importlib import import_module

NAMES = (
    "start", "lists", "submits", "serving", "live", "insights", "metrics", "exports",
    "recommendations", "completion",
)  # fmt: skip


def main() -> int:
    """Run the benchmarks that were named, or all; with --check, 1 when a limit is not kept."""
    import_module("pscli.cli")  # it sets the garbage collector as the program runs with
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME", help=f"{NAMES}")
    parser.add_argument("--quick", action="store_true", help="small desks and few rounds")
    parser.add_argument("--check", action="store_true", help="fail where a limit is not kept")
    parser.add_argument("--data", metavar="FOLDER", help="judged questions, for recommendations")
    asked = parser.parse_args()
    if asked.data:
        os.environ["PSCLI_BENCH_DATA"] = asked.data
    figures = [
        figure
        for name in asked.names or NAMES
        for figure in import_module(f"benchmarks.{name}").run(quick=asked.quick)
    ]
    missed = [figure for figure in figures if not figure.holds]
    return 1 if asked.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
