"""Mails that people tried to make say or do something else, and servers that are not who they say.

Sixty texts that would add a header, a recipient or a whole mail where one is careless.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.backends.mail import Server, connect, message_of
from pscli.desk.digests import queue_digest
from pscli.desk.people import add_person
from pscli.desk.queue import answer_ticket
from pscli.desk.requests import submit_request
from pscli.desk.usage import import_usage
from pscli.models.mail import Outgoing
from pscli.models.people import AdminRole, Identity
from pscli.models.usage import KnownUse
from pscli.problems import InvalidValue, NotSignedIn, Unavailable
from tests.conftest import Program
from tests.postbox import Delivered, listening
from tests.world import AGENT, ANA, MONDAY_NOON, Clock

ENDS = [
    "\r\n", "\n", "\r", "\n\r", "\r\n\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85",
    "\u2028", "\u2029", "\r\n ", "\n\t", "%0d%0a", "=0D=0A", "\\r\\n", "\u560d\u560a", "\x1f",
]  # fmt: skip
PAYLOADS = [
    "Bcc: evil@evil.example",
    "Content-Type: text/html\r\n\r\n<script>alert(1)</script>",
    ".\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<victim@acme.example>\r\nDATA\r\nX-Evil: 1",
]
HOSTILE = [f"Hello{end}{payload}" for end in ENDS for payload in PAYLOADS]
HEADERS = {
    "From", "To", "Cc", "Subject", "Date", "Message-ID", "References", "Auto-Submitted",
    "MIME-Version", "Content-Type", "X-Peer", "X-MailFrom", "X-RcptTo",
}  # fmt: skip


def test_sixty_texts_add_nothing(peopled: Program) -> None:
    """C10, Q1: 0 extra headers, recipients, parts or mails; what was typed stands in the text."""
    assert len(set(HOSTILE)) == 60
    database = open_database(peopled.env["PSCLI_DB"])
    operator, ana, agent = (
        Local(database, Identity(email=email), Clock()) for email in (None, ANA, AGENT)
    )
    for n, text in enumerate(HOSTILE):
        number = submit_request(ana, text[:200], text, cc=["cc@acme.example"]).record.number
        answer_ticket(agent, "Acme", number, f"Answer {n}: {text}")
        add_person(operator, "Acme", f"h{n}@acme.example", name=text, role=AdminRole.CONTENT)
    import_usage(operator, "Acme", known=[KnownUse(quarter="2025-Q4", features=["transfer"])])
    admins = queue_digest(operator, "Acme", "2025-Q4").record.mails
    database.close()
    with listening() as box:
        peopled.ok("desk", "mail", "send", "--smtp", box.url)
    assert len(box.mails) == 60 + admins == 122
    for mail in box.mails:
        check_clean(mail)
    replies = [mail for mail in box.mails if len(mail.recipients) == 2]
    assert len(replies) == 60
    for mail in replies:
        plain = mail.message.get_body(("plain",))
        assert plain is not None
        assert "Answer" in plain.get_content()


def check_clean(mail: Delivered) -> None:
    """A mail has the headers, recipients and parts that we give it, each once."""
    message = mail.message
    assert set(message.keys()) <= HEADERS, message.keys()
    assert len(message.keys()) == len(set(message.keys()))
    assert mail.sender == "support@desk.example"
    people = [ANA, "cc@acme.example"] if message["Cc"] else mail.recipients
    assert mail.recipients == people
    assert len(mail.recipients) <= 2
    assert all(address.endswith("@acme.example") for address in mail.recipients)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    page = message.get_body(("html",))
    assert page is not None
    assert "<script" not in page.get_content()
    assert "\n" not in str(message["Subject"])
    for part in message.walk():
        assert set(part.keys()) <= HEADERS | {"Content-Transfer-Encoding"}


def outgoing(**changed: object) -> Outgoing:
    """A mail as the outbox gives it."""
    plain: dict[str, object] = {
        "id": 1,
        "message_id": "<1@desk.example>",
        "thread_id": None,
        "sender": "support@desk.example",
        "sender_name": "Support",
        "recipients": [ANA],
        "subject": "Hello",
        "text": "x\n",
        "html": "<p>x</p>\n",
        "attempts": 1,
        "queued_at": MONDAY_NOON,
    }
    return Outgoing(**{**plain, **changed})  # type: ignore[arg-type]


def test_the_same_mail_is_the_same_bytes() -> None:
    """Q3: whenever and however often it is written."""
    assert message_of(outgoing()).as_bytes() == message_of(outgoing()).as_bytes()


def test_addresses_of_the_whole_world() -> None:
    """T2: domains as name servers know them, other letters before the @ where a server can."""
    mail = outgoing(recipients=["ana@bücher.example", "jörg@acme.example"])
    with listening() as box:
        host, port = box.url.removeprefix("smtp://").split(":")
        server = Server(host=host, port=int(port), wrapped=False, user=None, loopback=True)
        post = connect(server, None, timeout=5)
        assert post.send(mail, lambda: None) is None
        post.close()
    assert box.mails[0].recipients == ["ana@xn--bcher-kva.example", "jörg@acme.example"]


@contextmanager
def certified(folder: Path) -> Iterator[ssl.SSLContext]:
    """A server's side of TLS under a certificate of our own for 127.0.0.1, in `folder/ca.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    now = datetime.now(UTC)  # noqa: TID251 - certificates are judged by the real clock
    alternative = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    yield context


def test_a_certificate_is_checked(peopled: Program, tmp_path: Path) -> None:
    """A1: a server that nobody vouches for gets nothing; one that is known gets its mails."""
    submit = ("contact", "submit", "--subject", "Sync", "--body", "x", "--as", ANA)
    peopled.ok(*submit)
    peopled.ok("support", "reply", "Acme", "1", "--body", "y", "--as", AGENT)
    words = ("desk", "mail", "send", "-o", "json")
    with certified(tmp_path) as context, listening(wrapped=context) as box:
        refused = peopled(*words, "--smtp", box.url)
        assert (refused.code, box.mails) == (10, [])
        assert "certificate is not trusted" in refused.error["message"]
        known = {"SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        assert peopled.ok(*words, "--smtp", box.url, env=known).json["sent"] == 1


def test_nothing_goes_in_the_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A1: to another machine only encrypted, unless told otherwise; users before nobody else."""
    with certified(tmp_path) as context:
        with listening() as box:
            with pytest.raises(InvalidValue, match="no encryption"):
                connect(elsewhere(box.url), None, timeout=5)
            connect(elsewhere(box.url), None, timeout=5, allow_insecure=True).close()
        with listening(starttls=context) as box:
            with pytest.raises(Unavailable, match="not trusted"):
                connect(elsewhere(box.url), None, timeout=5)
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
            post = connect(elsewhere(box.url), None, timeout=5)
            post.send(outgoing(), lambda: None)
            post.close()
            assert len(box.mails) == 1
        with listening(starttls=context, login=True) as box:
            with pytest.raises(NotSignedIn):
                connect(elsewhere(box.url, "desk"), "wrong", timeout=5)
            connect(elsewhere(box.url, "desk"), "secret", timeout=5).close()


def elsewhere(url: str, user: str | None = None) -> Server:
    """A server on loopback, treated as one on another machine."""
    host, _, port = url.partition("//")[2].partition(":")
    return Server(host=host, port=int(port), wrapped=False, user=user, loopback=False)
