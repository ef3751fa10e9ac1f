"""Files that go along with a message, and files that came with one (K6)."""

import hashlib
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pscli.desk.tickets import Via
from pscli.desk.uploads import add_part, read_attachment, read_case_attachment, start_upload
from pscli.models.uploads import MAX_ATTACHMENT, MAX_FILES, PART_SIZE, Part, SavedFile
from pscli.problems import InvalidValue, NotWritten

from .files import as_text, written
from .progress import progress
from .session import Session
from .terminal import visible

LONGEST_NAME = 150  # bytes of a file name that we make up; file systems take 255


class _Local(NamedTuple):
    path: str
    name: str
    size: int
    sha256: str


def upload_files(session: Session, paths: list[str], team: str | None = None) -> list[str]:
    """Upload files, every one looked at before the first is sent; returns their ids.

    Each step has a key made of the run's key, so a repeated run sends nothing twice.
    """
    if len(paths) > MAX_FILES:
        raise InvalidValue(
            f"{len(paths)} files are named; at most {MAX_FILES} go with one message (K6).",
            hint="Send the rest with a reply.",
            field="attach",
        )
    files = [_looked_at(path) for path in paths]
    if session.dry_run:
        return []
    ids = []
    sent = 0
    with progress(session, "Uploading", sum(file.size for file in files)) as show:
        for file in files:
            upload = session.change(start_upload, file.name, file.size, file.sha256, team=team)
            ids.append(upload.record.id)
            for n, data in enumerate(_pieces(file)):
                session.change(add_part, ids[-1], n, data, team=team)
                sent += len(data)
                show(sent)
    return ids


def _looked_at(path: str) -> _Local:
    """A file's name, size and hash; raises InvalidValue for what cannot be attached."""
    try:
        found = Path(path).stat()
        if not stat.S_ISREG(found.st_mode):
            raise InvalidValue(
                f"{as_text(path)} is no file that could be attached.",
                hint="Name a file; a folder can go as an archive.",
                field="attach",
            )
        if found.st_size > MAX_ATTACHMENT:
            raise InvalidValue(
                f"{as_text(path)} is {found.st_size:,} bytes long; "
                f"at most {MAX_ATTACHMENT:,} are taken (K6).",
                hint="Send a smaller one, or a link to it.",
                field="attach",
            )
        with Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidValue(
            f"{as_text(path)} cannot be read: {reason}.",
            hint="Check the path and the rights of the file.",
            field="attach",
        ) from error
    return _Local(path, as_text(Path(path).name), found.st_size, digest)


def _pieces(file: _Local) -> Iterator[bytes]:
    """The content as it was when it was looked at, in parts; a file that shrank is refused."""
    with Path(file.path).open("rb") as source:
        for start in range(0, file.size, PART_SIZE):
            data = source.read(min(PART_SIZE, file.size - start))
            if not data:
                raise InvalidValue(
                    f"{as_text(file.path)} became shorter.", hint="Repeat the command."
                )
            yield data


def save_attachment(
    session: Session,
    number: int,
    id_: int,
    to: str,
    *,
    force: bool = False,
    via: Via = Via.CONTACT,
    team: str | None = None,
) -> SavedFile | None:
    """Write an attachment to a path, into a folder, or (`-`) to stdout; verified, or not at all."""
    session.check_fields(SavedFile)

    def read(n: int) -> Part:
        if team is not None:
            return read_case_attachment(session.backend, team, number, id_, n)
        return read_attachment(session.backend, number, id_, n, via=via)

    first = read(0)
    parts = _parts(first, read)
    if to == "-":
        with written(to) as file:
            _write(parts, file, first)
        return None
    target = Path(to)
    if target.is_dir():
        target /= f"{number}-{id_}-{clean_name(first.name)}"
    with (
        progress(session, "Saving", first.size) as show,
        written(str(target), force=force, mode=0o600) as file,
    ):
        _write(_shown(parts, show), file, first)
    return SavedFile(path=as_text(target), name=first.name, size=first.size, sha256=first.sha256)


def _parts(part: Part, read: Callable[[int], Part]) -> Iterator[bytes]:
    yield part.data
    while part.next is not None:
        part = read(part.next)
        yield part.data


def _shown(parts: Iterable[bytes], show: Callable[[int], None]) -> Iterator[bytes]:
    done = 0
    for data in parts:
        yield data
        done += len(data)
        show(done)


def _write(parts: Iterable[bytes], file: BinaryIO, expected: Part) -> None:
    """Write the content; raises NotWritten where it is not what was once uploaded."""
    digest = hashlib.sha256()
    size = 0
    for data in parts:
        file.write(data)
        digest.update(data)
        size += len(data)
    file.flush()
    if size != expected.size or digest.hexdigest() != expected.sha256:
        raise NotWritten(
            f"“{expected.name}” arrived damaged.", hint="Repeat the command, or tell the operator."
        )


def clean_name(name: str) -> str:
    """A name that somebody gave to a file, as one that is safe in a folder of ours (K6)."""
    composed = unicodedata.normalize("NFC", name)
    last = composed.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(c if visible(c) == c and c not in '<>:"|?*' else "_" for c in last)
    path = Path(shown.strip(" .") or "attachment")
    stem, suffix = path.stem, path.suffix.encode()[:20].decode(errors="ignore")
    room = LONGEST_NAME - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore") + suffix
