"""Files on their way to a message, in parts, and back again (K6)."""

import hashlib
import os
from datetime import timedelta
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from pscli.codec import narrow
from pscli.models.names import TeamName
from pscli.models.people import ActorKind
from pscli.models.record import Change, Number
from pscli.models.tickets import Attachment
from pscli.models.uploads import (
    MAX_PARTS,
    Digest,
    FileName,
    FileSize,
    Part,
    PartData,
    Upload,
    UploadId,
)
from pscli.operation import Work, operation
from pscli.problems import InvalidValue, NotAllowed, NotFound, StateForbids
from pscli.rules.uploads import check_part, check_size, next_part

from .access import folded
from .teams import team_id
from .tickets import Via, own_ticket

UNCLAIMED_FOR = timedelta(days=1)
SWEPT_AT_ONCE = 5  # of up to 20 MiB each; an upload begun takes more away than it adds

PartNumber = Annotated[int, Meta(ge=0, lt=MAX_PARTS)]


class Claimable(Upload, frozen=True):
    """An upload and the ticket that has it, if one has."""

    ticket: int | None


@operation("POST", "/uploads")
def start_upload(
    work: Work, name: FileName, size: FileSize, sha256: Digest, team: TeamName | None = None
) -> Change[Upload]:
    """Announce a file that will go with a message; representatives name the ticket's team (K6)."""
    work.team = _home(work, team)
    check_size(name, size, work.policy.attachments)
    _sweep(work)
    upload = Upload(id=os.urandom(16).hex(), name=name, size=size, sha256=sha256, parts=0)
    work.sql.run(
        "INSERT INTO upload (team, id, owner, name, size, sha256, parts, created_at) "
        "VALUES (:team, :id, :owner, :name, :size, :sha256, 0, :now)",
        team=work.team,
        id=upload.id,
        owner=work.who.email,
        name=name,
        size=size,
        sha256=sha256,
        now=work.now,
    )
    return Change(record=upload)


@operation("PUT", "/uploads/{upload}/parts/{n}")
def add_part(
    work: Work, upload: UploadId, n: PartNumber, data: PartData, team: TeamName | None = None
) -> Change[Upload]:
    """Send the next part of your file, each of 512 KiB but the last; again changes nothing (K6)."""
    work.team = _home(work, team)
    begun = _own_upload(work, work.team, upload)
    if begun is None:
        raise NotFound("There is no such upload of yours.", hint="Attach the file again.")
    check_part(begun, n, len(data))
    if n < begun.parts:
        if _data(work, work.team, upload, n) != data:
            raise StateForbids(
                f"Part {n} came before, and was another.",
                hint="Attach the file again.",
                field="data",
            )
        return Change(record=narrow(Upload, begun), changed=False)
    work.sql.run(
        "INSERT INTO part (team, upload, n, data) VALUES (:team, :upload, :n, :data)",
        team=work.team,
        upload=upload,
        n=n,
        data=data,
    )
    work.sql.run(
        "UPDATE upload SET parts = parts + 1 WHERE team = :team AND id = :upload",
        team=work.team,
        upload=upload,
    )
    return Change(record=replace(narrow(Upload, begun), parts=n + 1))


@operation("GET", "/requests/{number}/attachments/{attachment}")
def read_attachment(
    work: Work,
    number: Number,
    attachment: Number,
    n: PartNumber = 0,
    via: Via = Via.CONTACT,  # noqa: ARG001 - see Via
) -> Part:
    """A part of a file that came with one of your own tickets (K2, K6)."""
    own_ticket(work, number)
    return _part(work, work.who.team, number, attachment, n)


@operation("GET", "/teams/{team}/tickets/{number}/attachments/{attachment}")
def read_case_attachment(
    work: Work, team: TeamName, number: Number, attachment: Number, n: PartNumber = 0
) -> Part:
    """A part of a file that came with a ticket of any team (A3, K6)."""
    return _part(work, team_id(work, team), number, attachment, n)


def claim_uploads(
    work: Work, team: int, ticket: int, message: int, uploads: list[str]
) -> list[Attachment]:
    """Give finished uploads of the actor to a message, their content verified (K6)."""
    if not uploads:
        return []
    wanted = list(dict.fromkeys(uploads))
    most = work.policy.attachments.per_message
    if len(wanted) > most:
        raise InvalidValue(
            f"At most {most} files go with one message (K6).",
            hint="Send the rest with a reply.",
            field="attachments",
        )
    return [_claim(work, team, ticket, message, upload) for upload in wanted]


def _claim(work: Work, team: int, ticket: int, message: int, upload: str) -> Attachment:
    found = _own_upload(work, team, upload)
    if found is None or found.ticket is not None or next_part(found, found.parts - 1) is not None:
        raise InvalidValue(
            "A file was not uploaded wholly, or another message has it.",
            hint="Attach it again.",
            field="attachments",
        )
    _verify(work, team, found)
    id_ = work.sql.one(
        int,
        "UPDATE ticket SET attachments = attachments + 1 "
        "WHERE team = :team AND number = :ticket RETURNING attachments",
        team=team,
        ticket=ticket,
    )
    work.sql.run(
        "UPDATE upload SET ticket = :ticket, message = :message, attachment = :attachment "
        "WHERE team = :team AND id = :id",
        ticket=ticket,
        message=message,
        attachment=id_,
        team=team,
        id=upload,
    )
    return Attachment(id=id_ or 0, name=found.name, size=found.size)


def _verify(work: Work, team: int, upload: Upload) -> None:
    """Refuse a file whose content is not what was announced; one part is in memory at a time."""
    digest = hashlib.sha256()
    size = 0
    for n in range(upload.parts):
        data = _data(work, team, upload.id, n) or b""
        digest.update(data)
        size += len(data)
    if size != upload.size or digest.hexdigest() != upload.sha256:
        raise InvalidValue(
            f"“{upload.name}” arrived with another content than was announced (K6).",
            hint="It may have changed meanwhile: attach it again.",
            field="attachments",
        )


def _home(work: Work, team: str | None) -> int:
    """The team whose file it will be: a person's own, or the one that a representative names."""
    if work.who.kind is ActorKind.PERSON:
        if team is not None and folded(team) != folded(work.who.team_name):
            raise NotAllowed(
                "Your files go with your own team's tickets.",
                hint="Leave the team out.",
                field="team",
            )
        return work.who.team
    if team is None:
        raise InvalidValue(
            "Say for which team's ticket the file is.",
            hint="Name the team of the ticket.",
            field="team",
        )
    return team_id(work, team)


def _own_upload(work: Work, team: int, upload: str) -> Claimable | None:
    return work.sql.one(
        Claimable,
        "SELECT id, name, size, sha256, parts, ticket FROM upload "
        "WHERE team = :team AND id = :id AND owner = :owner",
        team=team,
        id=upload,
        owner=work.who.email,
    )


def _data(work: Work, team: int, upload: str, n: int) -> bytes | None:
    return work.sql.one(
        bytes,
        "SELECT data FROM part WHERE team = :team AND upload = :upload AND n = :n",
        team=team,
        upload=upload,
        n=n,
    )


def _part(work: Work, team: int, number: int, attachment: int, n: int) -> Part:
    found = work.sql.one(
        Upload,
        "SELECT id, name, size, sha256, parts FROM upload "
        "WHERE team = :team AND ticket = :number AND attachment = :attachment",
        team=team,
        number=number,
        attachment=attachment,
    )
    if found is None:
        raise NotFound(
            f"Ticket {number} has no attachment {attachment}.",
            hint="See which files it has: show the ticket.",
            field="attachment",
        )
    if n >= max(found.parts, 1):
        raise InvalidValue(
            f"The file has {found.parts} parts, counted from 0.",
            hint="Ask for a part that it has.",
            field="n",
        )
    return Part(
        data=_data(work, team, found.id, n) or b"",
        next=next_part(found, n),
        name=found.name,
        size=found.size,
        sha256=found.sha256,
    )


def _sweep(work: Work) -> None:
    """Take away what no message wanted within a day, a few at a time (K6)."""
    for upload in work.sql.all(
        str,
        "SELECT id FROM upload WHERE team = :team AND ticket IS NULL AND created_at < :before "
        "ORDER BY created_at, id LIMIT :most",
        team=work.team,
        before=work.now - UNCLAIMED_FOR,
        most=SWEPT_AT_ONCE,
    ):
        for table, column in (("part", "upload"), ("upload", "id")):
            work.sql.run(
                f"DELETE FROM {table} WHERE team = :team AND {column} = :upload",
                team=work.team,
                upload=upload,
            )
