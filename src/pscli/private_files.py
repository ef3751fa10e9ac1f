"""Files of one person: refused where others could have written them, replaced whole, one by one."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .problems import InvalidValue, Unavailable

_BY_EVERYBODY = 0o002  # who may write it; a group is often the person's own
_BY_OTHERS = 0o077
_PATIENCE = 10.0  # seconds for the change of another process


def read_text(path: Path, *, secret: bool = False) -> str | None:
    """The text of a file, None where there is none; a secret one is its owner's alone.

    Raises InvalidValue where it is no file, no text, or somebody else could have written it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe without a writer waits
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, "read", error) from error
    try:
        _check_own(path, os.fstat(descriptor), secret=secret)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read()
    finally:
        os.close(descriptor)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidValue(
            f"{path} is not UTF-8 text at byte {error.start}.", hint="Mend it, or move it away."
        ) from error


def replace_text(path: Path, text: str) -> None:
    """Replace a file wholly or not at all; it keeps its mode, a new one is its owner's alone.

    A link stays: the file that it leads to is replaced where both belong to the same person.
    Raises InvalidValue.
    """
    target = _led_to(path)
    temporary = target.with_name(f".{target.name}.new")  # one process at a time is here
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
        temporary.unlink(missing_ok=True)  # of a process that was killed
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise _unusable(target, "written", error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a file's lock, so that two changes at once do not lose one another's; makes the folder.

    Raises Unavailable where another process holds it for ten seconds.
    """
    import fcntl
    import time

    target = Path(os.path.realpath(path))
    lock = target.with_name(f".{target.name}.lock")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _unusable(target, "written", error) from error
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Unavailable(
                        f"Another pscli is changing {path}.", hint="Try again in a moment."
                    ) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def _led_to(path: Path) -> Path:
    """The file itself, or the one that a link leads to; both belong to the same person."""
    if not path.is_symlink():
        return path
    target = Path(os.path.realpath(path))
    if target.exists() and target.stat().st_uid != path.lstat().st_uid:
        raise InvalidValue(f"{path} is a link to a file of somebody else.", hint="Remove the link.")
    return target


def _check_own(path: Path, info: os.stat_result, *, secret: bool) -> None:
    from shlex import quote

    quoted = quote(str(path))
    if not stat.S_ISREG(info.st_mode):
        raise InvalidValue(f"{path} is no file.", hint="Move it away.")
    if info.st_uid not in (os.geteuid(), 0):
        raise InvalidValue(
            f"{path} belongs to somebody else, who could change it.",
            hint=f'Take it over: sudo chown "$(id -u)" {quoted}, or move it away.',
        )
    if info.st_mode & _BY_EVERYBODY:
        raise InvalidValue(
            f"{path} can be changed by everybody on this machine.",
            hint=f"Look through it, then: chmod go-w {quoted}",
        )
    if secret and info.st_mode & _BY_OTHERS:
        raise InvalidValue(
            f"{path} holds a token and can be read by others.",
            hint=f"chmod 600 {quoted}\nOthers may have read it: pscli auth logout --revoke",
        )


def _sync_folder(folder: Path) -> None:
    """See that the new name of a file outlives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unusable(path: Path, what: str, error: OSError) -> InvalidValue:
    return InvalidValue(
        f"{path} cannot be {what}: {error.strerror}.", hint="Check the path and its permissions."
    )
