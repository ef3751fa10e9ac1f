"""pscli doctor: whether pscli and what it stands on are sound, and what to do where not."""

from collections.abc import Callable
from typing import Any

import typer
from msgspec import structs

from pscli.models.checks import Checkup, Diagnosis, Severity
from pscli.problems import DataRefused, Problem
from pscli.tokens import without_tokens

from . import desk_checkups, own_checkups
from .command import command
from .progress import progress
from .session import Session

app = typer.Typer(rich_markup_mode=None)

Look = Callable[[Session], Checkup]
LOOKS: dict[str, Look] = {
    "program": own_checkups.program,
    "config": own_checkups.config,
    "profile": own_checkups.profile,
    "token": own_checkups.token,
    "server": desk_checkups.server,
    "desk": desk_checkups.desk,
    "schema": desk_checkups.schema,
    "person": desk_checkups.person,
    "proof": desk_checkups.proof,
    "space": desk_checkups.space,
    "clock": desk_checkups.clock,
    "zones": own_checkups.zones,
    "completion": own_checkups.completion,
    "extras": own_checkups.extras,
}
# Looks that ask a server, and those before them: one that did not answer is not waited for again.
ASKING = {"person": ("server",), "proof": ("server", "person"), "clock": ("server",)}


@command(app, staff=True, example="doctor -o json")
def doctor(session: Session) -> Any:
    """Look at settings, token, desk, clock, zones and server: what is wrong, and what to do."""
    rows: list[Checkup] = []
    with progress(session, "Looking", len(LOOKS)) as show:
        for name, look in LOOKS.items():
            rows.append(_fit_to_send(_looked_at(name, look, session, rows)))
            show(len(rows))
    findings = [row for row in rows if row.is_finding]
    if findings:
        named = ", ".join(row.check for row in findings)
        count = "One finding" if len(findings) == 1 else f"{len(findings)} findings"
        session.failure = DataRefused(f"{count}: {named}.", hint=findings[0].remedy)
    return Diagnosis(items=rows, total=len(rows), next=None)


def _fit_to_send(row: Checkup) -> Checkup:
    """A row without the token that somebody took for an address or a time: people pass these on."""
    remedy = row.remedy and without_tokens(row.remedy)
    return structs.replace(row, said=without_tokens(row.said), remedy=remedy)


def _looked_at(name: str, look: Look, session: Session, before: list[Checkup]) -> Checkup:
    """What a look finds; a refusal is a finding too, told once however many looks meet it."""
    failed = [row for row in before if row.check in ASKING.get(name, ()) and row.is_finding]
    try:
        if failed and session.settings.server:
            return Checkup(check=name, severity=Severity.SKIPPED, said=f"See {failed[0].check}.")
        return look(session)
    except Problem as problem:
        said, remedy = problem.message, problem.hint
    except ModuleNotFoundError as lacking:
        said = f"{lacking.name} is not installed."
        remedy = "Install pscli anew: what it always needs is not there."
    except OSError as error:
        said = f"{error.filename or 'A file'} cannot be used: {error.strerror}."
        remedy = "Check the path and its rights."
    told = next((row for row in before if row.said == said), None)
    if told is not None:
        return Checkup(check=name, severity=Severity.SKIPPED, said=f"See {told.check}.")
    return Checkup(check=name, severity=Severity.ERROR, said=said, remedy=remedy)
