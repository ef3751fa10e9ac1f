"""Files with messages: sent in parts, verified, read back by those who may (K6)."""

import hashlib
from datetime import timedelta

import pytest
from msgspec.structs import replace

from pscli.desk.policies import set_policy, show_policy
from pscli.desk.queue import answer_ticket, show_case
from pscli.desk.requests import reply_ticket, submit_request
from pscli.desk.tickets import Via, show_ticket
from pscli.desk.uploads import add_part, read_attachment, read_case_attachment, start_upload
from pscli.models.people import Product
from pscli.models.tickets import Attachment
from pscli.models.uploads import PART_SIZE, Part
from pscli.operation import Backend
from pscli.problems import InvalidValue, NotAllowed, NotEntitled, NotFound, Problem, StateForbids
from tests.world import AGENT, ANA, BEN, MIA, OTTO, World

CONTENT = bytes(range(256)) * 4096 + b"the end"  # two parts and a bit
HOSTILE = "../../etc/\x1b]0;x\x07\u202egnp.exe\n"


def send(
    backend: Backend, content: bytes, *, name: str = "a.bin", team: str | None = None, sha: str = ""
) -> str:
    """Upload a content in parts; returns the upload's id."""
    digest = sha or hashlib.sha256(content).hexdigest()
    upload = start_upload(backend, name, len(content), digest, team=team).record
    for n, start in enumerate(range(0, len(content), PART_SIZE)):
        part = content[start : start + PART_SIZE]
        upload = add_part(backend, upload.id, n, part, team=team).record
        assert upload.parts == n + 1
    return upload.id


def whole(first: Part, rest: list[Part]) -> bytes:
    """The content of parts, each of which names the next."""
    assert [part.next for part in (first, *rest)] == [*range(1, len(rest) + 1), None]
    return b"".join(part.data for part in (first, *rest))


def test_a_file_goes_with_a_request_and_comes_back(world: World) -> None:
    """K6: in parts, the name kept as it was given, whatever it looks like."""
    ana = world.acting_as(ANA)
    uploads = [send(ana, CONTENT, name=HOSTILE), send(ana, b"", name="empty")]
    number = submit_request(ana, "Sync", "See the log", attachments=uploads).record.number
    assert show_ticket(ana, number).messages[0].attachments == [
        Attachment(id=1, name=HOSTILE, size=len(CONTENT)),
        Attachment(id=2, name="empty", size=0),
    ]
    parts = [read_attachment(ana, number, 1, n, via=Via.HUB) for n in range(3)]
    assert whole(parts[0], parts[1:]) == CONTENT
    assert (parts[0].name, parts[0].sha256) == (HOSTILE, hashlib.sha256(CONTENT).hexdigest())
    empty = read_attachment(ana, number, 2)
    assert (empty.data, empty.next, empty.size) == (b"", None, 0)


def test_a_representative_reads_and_sends_files(world: World) -> None:
    """A3, K6: of any team's ticket; what they send belongs to the team of the ticket."""
    mia, agent = world.acting_as(MIA), world.acting_as(AGENT)
    number = submit_request(mia, "Sync", "x", attachments=[send(mia, b"log")]).record.number
    assert read_case_attachment(agent, "Acme", number, 1).data == b"log"
    upload = send(agent, CONTENT, name="fix.zip", team="Acme")
    answer_ticket(agent, "Acme", number, "Try this", attachments=[upload])
    assert show_case(agent, "Acme", number).messages[1].attachments[0].id == 2
    parts = [read_attachment(mia, number, 2, n) for n in range(3)]
    assert whole(parts[0], parts[1:]) == CONTENT


def test_others_files_do_not_exist(world: World) -> None:
    """K2: a colleague's ticket and a missing one answer alike; so do all their files."""
    ben, ana = world.acting_as(BEN), world.acting_as(ANA)
    number = submit_request(ben, "His", "x", attachments=[send(ben, b"log")]).record.number
    answers = []
    for asked in (number, number + 1):
        with pytest.raises(NotFound) as refusal:
            read_attachment(ana, asked, 1)
        answers.append(refusal.value.message.replace(str(asked), "N"))
    assert answers[0] == answers[1]
    with pytest.raises(NotFound):
        read_attachment(ben, number, 2)
    with pytest.raises(InvalidValue):
        read_attachment(ben, number, 1, 1)
    with pytest.raises(NotFound):
        read_case_attachment(world.acting_as(AGENT), "Other", number, 1)


def test_the_hub_door_is_kept_for_files(world: World) -> None:
    """E8, C9: without an add-on a file is read through one's own requests only."""
    otto = world.acting_as(OTTO)
    uploads = [send(otto, b"log")]
    ticket = submit_request(otto, "S", "x", product=Product.DASH, attachments=uploads).record
    with pytest.raises(NotEntitled):
        read_attachment(otto, ticket.number, 1, via=Via.HUB)
    assert read_attachment(otto, ticket.number, 1).data == b"log"


def test_parts_come_in_order_and_again_changes_nothing(world: World) -> None:
    """K6: out of turn, of a wrong length or with another content a part is refused."""
    ana = world.acting_as(ANA)
    digest = hashlib.sha256(CONTENT).hexdigest()
    upload = start_upload(ana, "a.bin", len(CONTENT), digest).record.id
    first, second = CONTENT[:PART_SIZE], CONTENT[PART_SIZE : 2 * PART_SIZE]
    with pytest.raises(StateForbids):
        add_part(ana, upload, 1, second)
    with pytest.raises(InvalidValue):
        add_part(ana, upload, 0, b"short")
    assert add_part(ana, upload, 0, first).changed
    assert not add_part(ana, upload, 0, first).changed
    with pytest.raises(StateForbids):
        add_part(ana, upload, 0, second[::-1])
    add_part(ana, upload, 1, second)
    add_part(ana, upload, 2, b"the end")
    with pytest.raises(StateForbids):
        add_part(ana, upload, 3, b"more")


def test_a_key_makes_an_upload_and_its_parts_once(world: World) -> None:
    """B10: repeated with their keys, the same upload comes back and no part is doubled."""
    ana = world.acting_as(ANA)
    digest = hashlib.sha256(b"log").hexdigest()
    begin = start_upload.bind("a.log", 3, digest)
    upload = ana.perform(start_upload, begin, "u-1").record
    assert ana.perform(start_upload, begin, "u-1").record == upload
    part = add_part.bind(upload.id, 0, b"log")
    first = ana.perform(add_part, part, "u-2")
    assert ana.perform(add_part, part, "u-2") == first


def refused(backend: Backend, uploads: list[str]) -> Problem:
    """The refusal of a request with these uploads."""
    with pytest.raises(Problem) as refusal:
        submit_request(backend, "S", "x", attachments=uploads)
    return refusal.value


def test_only_ones_own_whole_files_are_taken(world: World) -> None:
    """K6: no half file, no colleague's, none that another message has; nothing is filed."""
    ana, ben = world.acting_as(ANA), world.acting_as(BEN)
    half = start_upload(ana, "a.bin", len(CONTENT), hashlib.sha256(CONTENT).hexdigest()).record.id
    add_part(ana, half, 0, CONTENT[:PART_SIZE])
    taken = send(ana, b"log")
    number = submit_request(ana, "S", "x", attachments=[taken]).record.number
    for wrong in (half, taken, send(ben, b"his"), "0" * 32):
        assert isinstance(refused(ana, [wrong]), InvalidValue)
    with pytest.raises(InvalidValue):
        reply_ticket(ana, number, "again", attachments=[taken])
    assert submit_request(ana, "S", "x").record.number == number + 1


def test_content_is_verified(world: World) -> None:
    """K6: a file whose content is not what was announced goes with no message."""
    ana = world.acting_as(ANA)
    wrong = send(ana, CONTENT, sha=hashlib.sha256(b"other").hexdigest())
    assert "another content" in refused(ana, [wrong]).message


def test_the_policy_limits_files(world: World) -> None:
    """K6, P1: the number of files with a message and the size of each are settings."""
    ana = world.acting_as(ANA)
    policy = show_policy(world.operator)
    limits = replace(policy.attachments, per_message=1, bytes=4)
    set_policy(world.operator, replace(policy, attachments=limits))
    uploads = [send(ana, b"four"), send(ana, b"4")]
    assert "At most 1" in refused(ana, uploads).message
    with pytest.raises(InvalidValue):
        send(ana, b"fives")
    submit_request(ana, "S", "x", attachments=[uploads[0], uploads[0]])  # named twice, taken once
    none = replace(limits, per_message=0)
    set_policy(world.operator, replace(policy, attachments=none))
    with pytest.raises(StateForbids):
        send(ana, b"")


def test_an_upload_is_its_owners_and_the_teams(world: World) -> None:
    """K2, K6: nobody adds to another's upload; a representative must say whose ticket it is for."""
    ana = world.acting_as(ANA)
    digest = hashlib.sha256(b"log").hexdigest()
    upload = start_upload(ana, "a.log", 3, digest).record.id
    with pytest.raises(NotFound):
        add_part(world.acting_as(BEN), upload, 0, b"log")
    with pytest.raises(NotFound):
        add_part(world.acting_as(AGENT), upload, 0, b"log", team="Acme")
    with pytest.raises(InvalidValue):
        start_upload(world.acting_as(AGENT), "a.log", 3, digest)
    for team in ("Other", "Nobody"):
        with pytest.raises(NotAllowed):
            start_upload(ana, "a.log", 3, digest, team=team)
    assert start_upload(ana, "a.log", 3, digest, team="ACME").record.parts == 0


def test_unclaimed_uploads_are_swept_after_a_day(world: World) -> None:
    """K6: the next upload of the team takes them away, those of a message stay."""
    ana = world.acting_as(ANA)
    kept = send(ana, b"kept")
    number = submit_request(ana, "S", "x", attachments=[kept]).record.number
    left = send(ana, b"left")
    world.clock.now += timedelta(days=1)
    send(ana, b"still there: a day is not over")
    assert not add_part(ana, left, 0, b"left").changed
    world.clock.pass_(seconds=1)
    send(ana, b"sweeps")
    with pytest.raises(NotFound):
        add_part(ana, left, 0, b"left")
    assert read_attachment(ana, number, 1).data == b"kept"


@pytest.mark.parametrize(
    ("name", "size", "sha"),
    [
        ("", 1, "0" * 64),
        ("a\x00b", 1, "0" * 64),
        ("n" * 256, 1, "0" * 64),
        ("a", -1, "0" * 64),
        ("a", 20 * 1024 * 1024 + 1, "0" * 64),
        ("a", 1, "0" * 63),
        ("a", 1, "X" * 64),
    ],
)
def test_an_impossible_file_is_refused(world: World, name: str, size: int, sha: str) -> None:
    """K6: names, sizes and hashes have limits, told by field."""
    with pytest.raises(InvalidValue) as refusal:
        start_upload(world.acting_as(ANA), name, size, sha)
    assert refusal.value.field in ("name", "size", "sha256")
