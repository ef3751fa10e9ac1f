"""What `doctor` sees on this machine: the program, its settings, its token, zones, libraries."""

import os
import stat
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shlex import quote

from pscli.config import config_file, without_password
from pscli.extras import EXTRAS, how_to_install
from pscli.models.checks import Checkup, Severity
from pscli.problems import InvalidValue, Problem

from .session import Session

WRITTEN_BY_OTHERS = 0o022
# H2: a Dash chat at these instants, in summer and in winter, is open or closed.
DASH_HOURS = {
    datetime(2026, 7, 1, 13, 30, tzinfo=UTC): True,
    datetime(2026, 7, 2, 0, 30, tzinfo=UTC): False,
    datetime(2026, 1, 5, 13, 30, tzinfo=UTC): False,
    datetime(2026, 1, 5, 14, 30, tzinfo=UTC): True,
}


def program(_session: Session) -> Checkup:
    """Which program runs, on what."""
    import platform

    from pscli import __version__

    said = f"pscli {__version__} on Python {platform.python_version()}, {platform.system()}."
    return Checkup(check="program", severity=Severity.OK, said=said)


def config(session: Session) -> Checkup:
    """Whether the configuration can be read and nobody else can change it; raises InvalidValue."""
    row = partial(Checkup, check="config")
    path = config_file(os.environ)
    folder = path.parent
    if folder.exists() and (remedy := private_remedy(folder)):
        said = f"Others can put another file in the place of {path}."
        return row(severity=Severity.WARNING, said=said, remedy=remedy)
    known = session.settings.configuration
    if not path.exists():
        return row(severity=Severity.OK, said=f"There is no {path}: what is usual holds.")
    count = len(known.profiles)
    return row(severity=Severity.OK, said=f"{path}, {count} profile{'s' * (count != 1)}.")


def private_remedy(folder: Path) -> str | None:
    """What to do about a folder in which others can replace files; None where they cannot."""
    info = folder.stat()
    if info.st_uid not in (os.geteuid(), 0):
        return f'Take it over: sudo chown "$(id -u)" {quote(str(folder))}'
    if info.st_mode & WRITTEN_BY_OTHERS and not info.st_mode & stat.S_ISVTX:
        return f"chmod go-w {quote(str(folder))}"
    return None


def profile(session: Session) -> Checkup:
    """Which profile is used, where its desk is, as whom; raises InvalidValue."""
    settings = session.settings
    place = without_password(settings.server or settings.database)
    _ = session.zone  # a zone that is none is refused here, not in the middle of a list
    said = f"{settings.profile_name}: {place}"
    if settings.server is None:
        said += f", as {settings.act_as}" if settings.act_as else ", as nobody by name"
    return Checkup(check="profile", severity=Severity.OK, said=f"{said}.")


def token(session: Session) -> Checkup:
    """Whether there is a token for the profile's server, in the keyring or elsewhere.

    Raises NotSignedIn where the keyring fails or does not answer in time.
    """
    row = partial(Checkup, check="token")
    settings = session.settings
    if settings.server is None:
        return row(severity=Severity.SKIPPED, said="A desk that one opens oneself needs none.")
    from pscli.backends.wire import check_server, origin_of
    from pscli.credentials import find_token

    origin = origin_of(check_server(settings.server, allow_insecure=settings.allow_insecure))
    kept = find_token(settings, origin)
    if kept is None:
        return row(
            severity=Severity.ERROR,
            said=f"Profile {settings.profile_name} has no token for {origin}.",
            remedy="Sign in: pscli auth login",
        )
    return row(severity=Severity.OK, said=f"Token {kept.id} is kept in {kept.place}.")


def zones(session: Session) -> Checkup:
    """Whether time zones are there and right: the hours of Dash in summer and winter (H2)."""
    from pscli.models.addons import AddonProduct
    from pscli.policy import shipped_policy
    from pscli.rules.hours import opening, product_calendar

    try:
        calendar = product_calendar(shipped_policy().hours, AddonProduct.DASH)
        wrong = [at for at, open_ in DASH_HOURS.items() if opening([calendar], at).open != open_]
    except Problem as problem:
        raise InvalidValue(
            f"Time zones are missing: {problem.message}",
            hint="pip install --force-reinstall tzdata; if PYTHONTZPATH is set, unset it.",
        ) from problem
    row = partial(Checkup, check="zones")
    if wrong:
        return row(
            severity=Severity.ERROR,
            said=f"{calendar.zone} is computed wrong for {wrong[0]:%Y-%m-%d %H:%M} UTC (H2).",
            remedy="Update the time zones of this machine (package tzdata); unset PYTHONTZPATH.",
        )
    said = f"{calendar.zone} is right all year; yours is {_own_zone(session)}."
    return row(severity=Severity.OK, said=said)


def _own_zone(session: Session) -> str:
    from .times import zone_name

    try:
        return zone_name(session.zone, session.now())
    except Problem:  # the profile's; it is told there
        return "not known"


def extras(_session: Session) -> Checkup:
    """Which optional parts are installed; a desk works without them."""
    from importlib.util import find_spec

    row = partial(Checkup, check="extras")
    lacking = {
        extra: [name for name in names if find_spec(name) is None]
        for extra, names in EXTRAS.items()
    }
    missing = [extra for extra, names in lacking.items() if names]
    if missing:
        return row(
            severity=Severity.SKIPPED,
            said=f"Not installed: {', '.join(missing)}.",
            remedy=f"Where you need them: {how_to_install(*missing)}",
        )
    return row(severity=Severity.OK, said=f"{' and '.join(EXTRAS)} are installed.")


def completion(_session: Session) -> Checkup:
    """Whether a Tab is answered in this shell, by the script of this pscli."""
    from .completion import detected_shell, place_of, script_of

    row = partial(Checkup, check="completion")
    try:
        shell = detected_shell()
    except InvalidValue as unseen:
        return row(severity=Severity.SKIPPED, said=unseen.message)
    path = place_of(shell)
    remedy = f"pscli completion install {shell}"
    if not path.exists():
        said = f"It is not installed for {shell}."
        return row(severity=Severity.SKIPPED, said=said, remedy=remedy)
    if path.read_bytes() != script_of(shell):
        said = f"{path} is of another pscli."
        return row(severity=Severity.WARNING, said=said, remedy=f"{remedy} --force")
    return row(severity=Severity.OK, said=f"{path}, for {shell}.")
