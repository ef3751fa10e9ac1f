"""A full disk at exactly one write: SQLite's own table of system calls lets a test stand in."""

import ctypes
import errno
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CALLS = (b"write", b"pwrite", b"pwrite64")
_WRITE = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64, use_errno=True
)
_SET = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_GET = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs` as far as it is used here."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("path_size", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("methods", ctypes.c_void_p * 13),  # xOpen to xCurrentTimeInt64
        ("set_call", _SET),
        ("get_call", _GET),
    )


@dataclass
class Writes:
    """How many writes SQLite made, and what is to come of the next ones."""

    fail: int  # the number of the one that finds no room; 0 is none
    on: bool
    made: int = 0

    def standing_in(self, real: Any) -> Any:
        """A system call that writes, but for those that are to fail."""

        def write(file: int, data: int, size: int, offset: int) -> int:
            self.made += 1
            if self.fail and (self.made == self.fail or (self.on and self.made > self.fail)):
                ctypes.set_errno(errno.ENOSPC)
                return -1
            done: int = real(file, data, size, offset)
            return done

        return _WRITE(write)


def _library() -> ctypes.CDLL:
    """The SQLite that this Python uses; raises OSError where it is built in."""
    importlib.import_module("_sqlite3")
    lines = Path("/proc/self/maps").read_text().splitlines()
    found = {line.split()[-1] for line in lines if "libsqlite3" in line}
    if len(found) != 1:
        raise OSError(errno.ENOSYS, "this Python has SQLite built in")
    return ctypes.CDLL(found.pop())


def can_fail() -> bool:
    """Whether writes can be failed here."""
    try:
        _library()
    except OSError:
        return False
    return True


@contextmanager
def writes_failing(fail: int, *, on: bool) -> Iterator[Writes]:
    """Count SQLite's writes within the block; one fails, with `on` all that follow it do, too.

    Where SQLite is built in they are not counted, and none can fail.
    """
    writes = Writes(fail, on)
    if not can_fail():
        assert not fail
        yield writes
        return
    find = _library().sqlite3_vfs_find
    find.restype = ctypes.POINTER(_Vfs)
    vfs = find(None)
    kept = []  # as long as SQLite may call them
    for name in _CALLS:
        if real := vfs.contents.get_call(vfs, name):
            kept.append(writes.standing_in(_WRITE(real)))
            vfs.contents.set_call(vfs, name, ctypes.cast(kept[-1], ctypes.c_void_p))
    try:
        yield writes
    finally:
        vfs.contents.set_call(vfs, None, None)
