"""Files that commands write: whole or not at all, one run at a time; devices are written in place.

What is written goes to a hidden file beside the target, whose name depends on the target alone,
and which is locked as long as a run writes. Hence a second run finds out that there is a first one,
and what a killed run left is taken over by the next.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pscli.config import Settings
from pscli.problems import InvalidValue, NotWritten, Problem, StateForbids, Unavailable

STDOUT = ("-", "/dev/stdout")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


@contextmanager
def written(target: str, *, force: bool = False, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A writer whose bytes are the file `target` once the block ends without an error.

    `-` is stdout. A new file has `mode` as far as the umask lets it; one that is there is replaced
    with `force` only, and keeps its mode. Raises StateForbids for a file that is there,
    InvalidValue for a path that takes no file, Unavailable while another run writes the same
    file, NotWritten where the bytes find no room; the old file is then as it was.
    """
    if target in STDOUT:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    path = Path(target)
    try:
        old = _old(path)
        if target.endswith("/"):
            raise _is_folder(path)
        if old is not None and _is_endless(old.st_mode):
            with path.open("wb") as file:
                yield file
                file.flush()
            return
        if old is not None and not force:
            raise _exists(path)
        place = Path(os.path.realpath(path))
        with _beside(place) as file:
            yield file
            file.flush()
            _take_mode(file.fileno(), old, mode)
            os.fsync(file.fileno())
            _put(_part_of(place), place, force=force)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _not_written(path, error) from error


def check_target(target: str, settings: Settings) -> None:
    """Refuse the desk's own file: replaced by what is written of it, it would be lost."""
    desk, path = settings.database, Path(target)
    if settings.server or "://" in desk or not path.exists():
        return
    if Path(desk).exists() and path.samefile(desk):
        raise StateForbids("This file is the desk itself.", hint="Name another file.", field="to")


def as_text(path: str | Path) -> str:
    """A path as text that can be sent and printed, also where its bytes are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _old(path: Path) -> os.stat_result | None:
    """What is there already, seen through a link to a file of the link's owner; None for nothing.

    Somebody else's link in a shared folder could lead to any file of ours.
    """
    try:
        link = path.lstat()
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise InvalidValue(
            f"{as_text(path)} is no path: {error}.", hint="Name another path.", field="to"
        ) from error
    try:
        found = path.stat()
    except FileNotFoundError:
        raise StateForbids(
            f"{as_text(path)} is a link that leads nowhere.", hint="Name a file.", field="to"
        ) from None
    if stat.S_ISDIR(found.st_mode):
        raise _is_folder(path)
    if link.st_uid != found.st_uid and not _is_endless(found.st_mode):
        raise StateForbids(
            f"{as_text(path)} is a link to a file of another owner.",
            hint=f"If you mean it, name the file: {as_text(path.resolve())}",
            field="to",
        )
    return found


def _is_folder(path: Path) -> InvalidValue:
    return InvalidValue(f"{as_text(path)} is a folder.", hint="Name a file in it.", field="to")


def _is_endless(mode: int) -> bool:
    """Whether something takes bytes as they come, and holds none that could be lost."""
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)


def _part_of(place: Path) -> Path:
    """The file beside a target that holds what is written so far."""
    import hashlib

    name = hashlib.sha256(os.fsencode(place.name)).hexdigest()[:16]
    return place.with_name(f".pscli-{name}.part")


@contextmanager
def _beside(place: Path) -> Iterator[BinaryIO]:
    """The empty, locked file beside a target; it is gone when the block ends, renamed or not."""
    part = _part_of(place)
    with os.fdopen(_locked(part), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        os.ftruncate(file.fileno(), 0)  # what a killed run left
        try:
            yield file
        finally:
            if _is_named(file.fileno(), part):
                part.unlink()


def _locked(part: Path) -> int:
    """A descriptor of the file of this name that nobody else writes to."""
    while True:
        flags = os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(part, flags, 0o600)
        try:
            if _take(descriptor, part):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _take(descriptor: int, part: Path) -> bool:
    """Lock an open file; False where its name is free again, for a new one."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Unavailable(
            "Another run is writing this file. Nothing was done.",
            hint="Wait for it, or name another file.",
            field="to",
        ) from None
    found = os.fstat(descriptor)
    if found.st_uid != os.geteuid() or not stat.S_ISREG(found.st_mode):
        raise InvalidValue(
            f"{as_text(part)} belongs to somebody else.", hint="Name another folder.", field="to"
        )
    named = _is_named(descriptor, part)
    if named and found.st_nlink > 1:  # a run was killed just after it had given its file the name
        part.unlink()
        return False
    return named


def _is_named(descriptor: int, part: Path) -> bool:
    """Whether an open file still has this name: another run may have renamed or removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), part.lstat())
    except FileNotFoundError:
        return False


def _take_mode(descriptor: int, old: os.stat_result | None, mode: int) -> None:
    """Give the new file the owner and mode of the old one, or what the umask leaves of `mode`."""
    if old is None:
        mask = os.umask(0o077)
        os.umask(mask)
        os.fchmod(descriptor, mode & ~mask)
        return
    with suppress(PermissionError):  # who is not root owns what they write
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _put(part: Path, place: Path, *, force: bool) -> None:
    """Give the file its name, for good; without `force` a file that appeared meanwhile stays."""
    try:
        if force:
            part.replace(place)
        else:
            place.hardlink_to(part)
    except FileExistsError:
        raise _exists(place) from None
    except OSError:  # a file system without links
        if force or place.exists():
            raise
        part.replace(place)
    with suppress(OSError):  # the folder is on the disk too
        folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _exists(path: Path) -> StateForbids:
    return StateForbids(
        f"{as_text(path)} exists.",
        hint="Add --force to replace it, or name another path.",
        field="to",
    )


def _not_written(path: Path, error: OSError) -> Problem:
    """No room for the bytes, or a path that takes none; the old file is as it was."""
    if error.errno in _NO_ROOM:
        return NotWritten(
            f"The result could not be written to {as_text(path)}: {error.strerror or error}.",
            hint="Make room, or name another place.",
        )
    named = error.filename if error.filename and os.path.lexists(error.filename) else path
    return InvalidValue(
        f"Nothing can be written to {as_text(named)}: {error.strerror or error}.",
        hint="Name another place, or check its rights.",
        field="to",
    )
