"""The smallest Typer program that prints rows: one option, plain dictionaries, the json module."""

import json
import os
import sqlite3
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def tickets(limit: Annotated[int, typer.Option()] = 50) -> None:
    """List a person's newest tickets."""
    connection = sqlite3.connect(os.environ["PSCLI_DB"])
    connection.row_factory = sqlite3.Row
    rows = connection.execute(
        "SELECT ticket.* FROM ticket JOIN person ON person.team = ticket.team "
        "AND person.id = ticket.person WHERE email = ? "
        "ORDER BY ticket.created_at DESC, number DESC LIMIT ?",
        (os.environ["PSCLI_AS"], limit),
    )
    print(json.dumps([dict(row) for row in rows]))
