"""`python -m pscli`."""

from pscli.cli.app import run

run()
