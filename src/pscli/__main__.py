"""The console script, also as `python -m pscli`."""

import sys
from typing import NoReturn


def run() -> NoReturn:
    """Run a command; a Tab is answered without the command line, which costs more than the desk."""
    if sys.argv[1:2] == ["_complete"]:
        from pscli.cli.candidates import run as start
    else:
        from pscli.cli.app import run as start
    start()


if __name__ == "__main__":
    run()
