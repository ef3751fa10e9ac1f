"""pscli desk: policy, audit, import, export and checks, for operators."""

from pathlib import Path
from typing import Annotated, Any

import typer

from pscli.models.imports import ImportSummary
from pscli.models.record import Change
from pscli.problems import InvalidValue

from .command import command, command_group
from .mail import digest, mail
from .session import Session

app = command_group("desk check")
policy = command_group("desk policy show -o json", "The desk's policy.")
audit = command_group("desk audit list --team Acme", "The trail of changes.")
catalogue = command_group("desk catalogue list --all -o csv", "The library.")
imports = command_group("desk import tickets old.jsonl.gz --team Acme", "From other systems.")
app.add_typer(policy, name="policy")
app.add_typer(imports, name="import")
app.add_typer(audit, name="audit")
app.add_typer(catalogue, name="catalogue")
app.add_typer(digest, name="digest")
app.add_typer(mail, name="mail")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file.")]


@command(policy, staff=True, example="desk policy show --toml > policy.toml")
def show(
    session: Session,
    toml: Annotated[bool, typer.Option("--toml", help="As a file for `set`.")] = False,
) -> Any:
    """Show the policy in force."""
    from pscli.desk.policies import show_policy
    from pscli.policy import policy_toml

    from .terminal import is_screen, visible_lines

    if toml and (session.format or session.fields):
        raise InvalidValue(
            "--toml is a format of its own.", hint="Leave out -o and --fields.", field="toml"
        )
    in_force = show_policy(session.backend)
    if not toml:
        return in_force
    text = policy_toml(in_force)
    return iter(["\n".join(visible_lines(text)) if is_screen() else text])


@command(policy, staff=True, example="desk policy check policy.toml")
def check(session: Session, file: FileArgument) -> None:
    """Say whether a policy file could be put in force."""
    from pscli.policy import read_policy

    read_policy(file)
    session.tell(f"{file} is a policy that could be put in force.")


@command(policy, "set", changes=True, staff=True, example="desk policy set policy.toml")
def set_(session: Session, file: FileArgument) -> Any:
    """Put a policy in force; a wrong one is refused whole."""
    from pscli.desk.policies import set_policy
    from pscli.policy import read_policy

    return session.change(set_policy, read_policy(file))


@command(audit, "list", lists=True, staff=True, example="desk audit list --team Acme")
def list_(
    session: Session,
    team: Annotated[str | None, typer.Option(help="Only of this team.")] = None,
    who: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only by this person.")] = None,
    since: Annotated[str | None, typer.Option(help="From this day or instant on.")] = None,
    operation: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this operation.")
    ] = None,
) -> Any:
    """Every change: who, when, what, from where, with which result; newest first."""
    from pscli.desk.audit import list_audit

    return session.list_of(
        list_audit, team=team, who=who, since=session.instant(since, "since"), name=operation
    )


@command(app, "check", staff=True, example="desk check")
def check_desk(session: Session) -> Any:
    """Prove the store: counts, clocks, messages, files."""
    from .proof import prove

    return prove(session)


@command(app, staff=True, example="desk backup --to desk-2026-03-02.db")
def backup(
    session: Session,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="A new file.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a whole committed state of the desk to a file, while others go on writing."""
    from pscli.backends.sqlite import Sqlite
    from pscli.backends.sqlite_copy import back_up

    size = back_up(Sqlite(_desk_file(session)), to, force=force)
    session.tell(f"{to}: {size:,} bytes, proved sound.")


@command(app, staff=True, example="desk export --to tickets.csv")
def export(
    session: Session,
    to: Annotated[
        str, typer.Option("--to", metavar="FILE", help="A .csv or .jsonl file; - is stdout.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write every ticket of the desk to a file, as CSV or JSON lines."""
    from .exports import export_to

    export_to(session, to, force=force)


@command(app, changes=True, staff=True, example="desk restore desk-2026-03-02.db --yes")
def restore(session: Session, file: FileArgument) -> None:
    """Put a backup in the desk's place; what was written since is lost."""
    from pscli.backends.sqlite_copy import restore as put_back

    desk = _desk_file(session)
    if (
        not session.ask(f"Replace {desk} by {file}? What was written since is lost.")
        or session.dry_run
    ):
        return
    put_back(file, desk)
    session.tell(f"{desk} is as it was in {file}.")


def _desk_file(session: Session) -> Path:
    """The file of the desk; a database server has tools of its own."""
    settings = session.settings
    if settings.server or "://" in settings.database:
        raise InvalidValue(
            "Backups are for files.", hint="For PostgreSQL use pg_dump and pg_restore."
        )
    return Path(settings.database)


@command(imports, changes=True, staff=True, example="desk import tickets old.jsonl.gz --team Acme")
def tickets(
    session: Session,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="JSON lines, gzip or plain; - is stdin.")
    ],
    map_: Annotated[
        str | None, typer.Option("--map", metavar="FILE", help="How its fields become ours: TOML.")
    ] = None,
    team: Annotated[str | None, typer.Option(help="Whose tickets they become.")] = None,
    requester: Annotated[
        str | None,
        typer.Option("--as-requester", metavar="EMAIL", help="Whose they are where none is named."),
    ] = None,
    date: Annotated[
        str | None, typer.Option(metavar="D", help="When they began where nothing says.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse what cannot have been.")] = False,
) -> Change[ImportSummary] | None:
    """Import tickets of another system; the same file again imports nothing twice."""
    from .imports import import_file

    return import_file(
        session, file, map_file=map_, team=team, requester=requester, date=date, strict=strict
    )


@command(catalogue, "list", lists=True, staff=True, example="desk catalogue list --all -o csv")
def list_entries(session: Session) -> Any:
    """The library's entries in their editorial order, with how often each was used."""
    from pscli.desk.library import list_catalogue

    return session.page_of(list_catalogue)


@command(
    catalogue, "import", changes=True, staff=True, example="desk catalogue import library.json"
)
def import_entries(
    session: Session,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Entries, as JSON or CSV; - is stdin.")
    ],
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the entries that are not in it.")
    ] = False,
) -> Any:
    """Add entries, and replace those of the same id or address; a wrong file is refused whole."""
    from pscli.catalogue import read_catalogue
    from pscli.desk.library import import_catalogue

    entries = read_catalogue(file)
    what = f"Remove every entry of the library that is not in {file}?"
    if prune and not session.ask(what):
        return None
    return session.change(import_catalogue, entries, prune=prune)
