"""What `doctor` sees of the desk: its server or file, who acts, schema, proof, room, clock."""

import os
import shutil
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from pscli.models.checks import Checkup, Reached, Severity
from pscli.problems import DataRefused, NotAllowed, NotSignedIn

from .own_checkups import private_remedy
from .session import Session
from .times import day, duration

if TYPE_CHECKING:
    from pscli.backends.postgres import Postgres
    from pscli.backends.sqlite import Sqlite
    from pscli.operation import Backend

SHORT, LEAST = 500 * 2**20, 50 * 2**20  # bytes of free room: soon too little, and too little
MANY = 10_000  # tickets that are proved in some seconds
APART = timedelta(minutes=2)  # clocks may differ so much; promises are in hours
SOON = timedelta(days=14)  # before its end a token should be replaced
_READ_BY_OTHERS = 0o077
_SET_CLOCK = "Set this machine's clock: timedatectl set-ntp true"


def server(session: Session) -> Checkup:
    """Whether the server answers, is one of ours and of this major version; raises Problems."""
    row = partial(Checkup, check="server")
    address = session.settings.server
    if address is None:
        return row(severity=Severity.SKIPPED, said="This profile names none.")
    return row(severity=Severity.OK, said=f"{address} is pscli {_reach(session, address).version}.")


def _reach(session: Session, address: str) -> Reached:
    from pscli.backends.remote import Patience, Remote

    insecure = session.settings.allow_insecure
    patience = Patience(connect=3.0, read=4.0, total=5.0, attempts=1)
    with closing(Remote(address, None, allow_insecure=insecure, patience=patience)) as remote:
        return remote.reach()


def person(session: Session) -> Checkup:
    """Whether the desk knows who acts, and for how long a token is good; raises its refusal."""
    row = partial(Checkup, check="person")
    if session.settings.server is None:
        return _local_person(session)
    from .whoami import look

    me = look(session)
    said = f"{me.email}, {me.role or me.kind}"
    if me.token_expires_at is None:
        return row(severity=Severity.OK, said=f"{said}.")
    left = me.token_expires_at - session.now()
    said += f", until {day(me.token_expires_at, session.now(), session.zone)}"
    if left > SOON:
        return row(severity=Severity.OK, said=f"{said}.")
    return row(
        severity=Severity.WARNING,
        said=f"{said}: {duration(left.total_seconds())} more.",
        remedy="Get the next one from your operator, then: pscli auth login",
    )


def _local_person(session: Session) -> Checkup:
    from pscli.desk.tokens import whoami

    row = partial(Checkup, check="person")
    email = session.settings.act_as
    if email is None:
        return row(
            severity=Severity.SKIPPED,
            said="Nobody is named: operators need not be.",
            remedy="To act as a person: --as EMAIL, or pscli profile set default act_as=EMAIL",
        )
    with closing(_database(session)) as database:
        if database.version() != database.schema.newest:
            return row(severity=Severity.SKIPPED, said="See schema.")
        me = whoami(_acting(session, database, email))
    return row(severity=Severity.OK, said=f"{me.email}, {me.role or 'member'}.")


def desk(session: Session) -> Checkup:
    """Whether the desk is there, and its file is its owner's alone."""
    row = partial(Checkup, check="desk")
    settings = session.settings
    if settings.server is not None:
        return row(severity=Severity.SKIPPED, said="Its operator looks after it.")
    with closing(_database(session)) as database:
        database.version()
    if "://" in settings.database:
        return row(severity=Severity.OK, said="PostgreSQL answers.")
    path = Path(settings.database)
    if said_remedy := _open_to_others(path):
        return row(severity=Severity.ERROR, said=said_remedy[0], remedy=said_remedy[1])
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return row(
            severity=Severity.WARNING,
            said=f"{path} can be read, but not written.",
            remedy=f"If it should be: chmod u+w {quote(str(path))} and its folder.",
        )
    return row(severity=Severity.OK, said=f"{path}, {_size(path.stat().st_size)}, yours alone.")


def _open_to_others(path: Path) -> tuple[str, str] | None:
    """Who else reaches the file, and what to do about it."""
    info = path.stat()
    if info.st_uid not in (os.geteuid(), 0):
        return f"{path} belongs to somebody else.", "Use it as its owner, or name another desk."
    if info.st_mode & _READ_BY_OTHERS:
        return f"Others can read or write {path}.", f"chmod 600 {quote(str(path))}"
    if remedy := private_remedy(path.parent):
        return f"Others can put another file in the place of {path}.", remedy
    return None


def schema(session: Session) -> Checkup:
    """Whether this pscli knows the desk's tables; an older desk is left as it is."""
    row = partial(Checkup, check="schema")
    if session.settings.server is not None:
        return row(severity=Severity.SKIPPED, said="Its server keeps it.")
    with closing(_database(session)) as database:
        version, newest = database.version(), database.schema.newest
    if version == newest:
        return row(severity=Severity.OK, said=f"Version {version}, the newest.")
    if version == 0:
        said, remedy = "There is no desk in it.", "Name another place in PSCLI_DB, or: pscli init"
        return row(severity=Severity.ERROR, said=said, remedy=remedy)
    if version > newest:
        said = f"It was written by a newer pscli: schema {version}, known {newest}."
        return row(severity=Severity.ERROR, said=said, remedy="Upgrade pscli.")
    return row(
        severity=Severity.WARNING,
        said=f"It is of an older pscli: schema {version}, now {newest}.",
        remedy="The next command brings it up, after which the older pscli refuses it.",
    )


def proof(session: Session) -> Checkup:
    """What `desk check` proves: file, counts, roll-ups, promises, files, search, ledger.

    A large desk is left to that command: its proof takes minutes, and a checkup answers in seconds.
    """
    row = partial(Checkup, check="proof")
    if session.settings.server is not None:
        try:
            return _proved(session.backend, None)
        except (NotAllowed, NotSignedIn):
            return row(severity=Severity.SKIPPED, said="For an operator of the desk.")
    with closing(_database(session)) as database:
        if database.version() != database.schema.newest:
            return row(severity=Severity.SKIPPED, said="See schema.")
        return _proved(_acting(session, database), database)


def _proved(backend: "Backend", database: "Sqlite | Postgres | None") -> Checkup:
    from pscli.desk.check import size_desk

    from .proof import report_of

    row = partial(Checkup, check="proof")
    tickets = size_desk(backend).tickets
    if tickets > MANY:
        return row(
            severity=Severity.SKIPPED,
            said=f"To prove {tickets:,} tickets takes longer than a checkup.",
            remedy="Take the time: pscli desk check",
        )
    report = report_of(backend, database)
    if report.ok:
        said = f"{report.counted['tickets']:,} tickets, files, counts and ledger are sound."
        return row(severity=Severity.OK, said=said)
    first = report.findings[0]
    more = f" And {len(report.findings) - 1} more." * (len(report.findings) > 1)
    return row(
        severity=Severity.ERROR,
        said=f"{first.what} ({first.where}){more}",
        remedy=f"See all: pscli desk check\n{first.remedy}",
    )


def space(session: Session) -> Checkup:
    """Whether there is room to write."""
    row = partial(Checkup, check="space")
    settings = session.settings
    if settings.server is not None or "://" in settings.database:
        return row(severity=Severity.SKIPPED, said="The desk is not on this machine's disk.")
    folder = Path(settings.database).absolute().parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    said = f"{_size(free)} are free for {folder}."
    if free >= SHORT:
        return row(severity=Severity.OK, said=said)
    severity = Severity.WARNING if free >= LEAST else Severity.ERROR
    return row(severity=severity, said=said, remedy="Make room: without it nothing is filed.")


def clock(session: Session) -> Checkup:
    """Whether this machine's clock agrees with the server's, or with the desk's newest change."""
    row = partial(Checkup, check="clock")
    now = session.now()
    settings = session.settings
    if settings.server is not None:
        told = _reach(session, settings.server).now
        if told is None:
            return row(severity=Severity.SKIPPED, said="The server does not say its time.")
        apart = now - told
        if abs(apart) <= APART:
            return row(severity=Severity.OK, said="It agrees with the server's.")
        way = "ahead of" if apart > timedelta() else "behind"
        said = f"It is {duration(apart.total_seconds())} {way} the server's."
        return row(severity=Severity.WARNING, said=said, remedy=_SET_CLOCK)
    newest = _newest_change(session)
    if newest is None or newest - now <= APART:
        return row(severity=Severity.OK, said="It is not behind the desk's newest change.")
    said = f"It is {duration((newest - now).total_seconds())} behind the desk's newest change."
    return row(
        severity=Severity.ERROR, said=f"{said} The ledger refuses it (B12).", remedy=_SET_CLOCK
    )


def _newest_change(session: Session) -> datetime | None:
    from pscli.desk.audit import list_audit

    with closing(_database(session)) as database:
        if database.version() != database.schema.newest:
            return None
        changes = list_audit(_acting(session, database), limit=1).items
    return changes[0].at if changes else None


def _database(session: Session) -> "Sqlite | Postgres":
    from pscli.backends import open_database

    place = session.settings.database
    if "://" not in place and not Path(place).exists():
        raise DataRefused(
            f"There is no desk at {place}.", hint="Make one: pscli init, or pscli init --demo"
        )
    return open_database(place)


def _acting(session: Session, database: "Sqlite | Postgres", email: str | None = None) -> "Backend":
    """The desk as somebody sees it: its operator, whom whoever can open it is (A1), or a person."""
    from pscli.backends.local import Local
    from pscli.models.people import Identity

    return Local(database, Identity(email=email), session.now)


def _size(count: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024:  # noqa: PLR2004 - what a unit holds
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:,.0f} TiB"
