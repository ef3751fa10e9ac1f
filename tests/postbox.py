"""Mail servers on loopback: one that takes everything, and one that misbehaves as it is told."""

# ruff: noqa: ARG002 - aiosmtpd hands its hooks more than they need

import asyncio
import email
import email.policy
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, BinaryIO

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session


@dataclass
class Delivered:
    """A mail as it arrived."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, read by the standard library."""
        found = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])


@dataclass
class Postbox:
    """Keeps what arrives; `answers` are the replies to certain recipients."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[Delivered] = field(default_factory=list)
    url: str = ""
    slow: float = 0  # seconds between taking a mail and saying so

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """Take a recipient, unless another answer is given to this one."""
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(Delivered(str(envelope.mail_from), list(envelope.rcpt_tos), content))
        if self.slow:
            await asyncio.sleep(self.slow)
        return "250 kept"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs, in order of arrival."""
        return [mail.id for mail in self.mails]


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Known:
    """Lets in one user with one password."""

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        """Whether the user and password are right."""
        right = (data.login, data.password) == (b"desk", b"secret")
        return AuthResult(success=right, handled=right)


class Closing(Controller):
    """A server whose connections are closed before it is gone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.served: list[Any] = []

    def factory(self) -> Any:
        """A protocol for one connection, remembered."""
        served = super().factory()  # type: ignore[no-untyped-call]
        self.served.append(served)
        return served

    async def hang_up(self) -> None:
        """Close every connection, and let the loop see to it."""
        for each in self.served:
            if each.transport is not None:
                each.transport.abort()
        await asyncio.sleep(0.05)

    def stop(self, no_assert: bool = False) -> None:
        """Close the connections, then end."""
        asyncio.run_coroutine_threadsafe(self.hang_up(), self.loop).result()
        super().stop(no_assert)


@contextmanager
def listening(
    postbox: Postbox | None = None,
    *,
    wrapped: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    login: bool = False,
    host: str = "127.0.0.1",
) -> Iterator[Postbox]:
    """A real mail server on loopback."""
    box = postbox or Postbox()
    controller = Closing(
        box,
        hostname=host,
        port=free_port(),
        ssl_context=wrapped,
        tls_context=starttls,
        enable_SMTPUTF8=True,
        authenticator=Known() if login else None,
        auth_require_tls=False,
    )
    controller.start()
    box.url = f"{'smtps' if wrapped else 'smtp'}://{host}:{controller.port}"
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Moody:
    """A server that answers as usual until `stage`, and then as `mood` says.

    Stages: greeting, MAIL, RCPT, DATA, end (of a mail). Moods: hang, drop, keep-and-drop (take the
    mail, say nothing), or an answer such as `451 later`. After `spoiled` mails it is well again.
    """

    stage: str
    mood: str
    spoiled: int = 10**9
    mails: list[Delivered] = field(default_factory=list)
    url: str = ""
    tried: int = 0

    def serve(self, listener: socket.socket) -> None:
        """Serve one connection after the other until the listener closes."""
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError, ConnectionError):
                    connection.settimeout(20)
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            self._converse(connection, lines)

    def _converse(self, connection: socket.socket, lines: BinaryIO) -> None:
        usual = {"DATA": "354 go on"}
        mail = Delivered("", [], b"")
        going = self._answer(connection, "greeting", "220 moody", None)
        while going and (line := lines.readline()):
            verb = line[:4].upper().decode().strip()
            if verb == "MAIL":
                mail = Delivered(line.decode().strip(), [], b"")
            elif verb == "RCPT":
                mail.recipients.append(line.decode().strip())
            elif verb == "QUIT":
                return
            before = self.tried
            going = self._answer(connection, verb, usual.get(verb, "250 OK"), None)
            if going and verb == "DATA" and self.tried == before:
                mail.content = _until_end(lines)
                going = mail.content != b"" and self._answer(connection, "end", "250 kept", mail)

    def _answer(
        self, connection: socket.socket, stage: str, usual: str, mail: Delivered | None
    ) -> bool:
        """Say the usual, or what the mood is; whether the talk goes on."""
        bad = stage == self.stage and self.tried < self.spoiled
        if bad:
            self.tried += 1
            if self.mood == "hang":
                time.sleep(3)
                return False
            if self.mood == "keep-and-drop" and mail is not None:
                self.mails.append(mail)
            if self.mood.endswith("drop"):
                return False
            connection.sendall(self.mood.encode() + b"\r\n")
            return True
        if mail is not None:
            self.mails.append(mail)
        connection.sendall(usual.encode() + b"\r\n")
        return True

    @property
    def ids(self) -> list[str]:
        """The Message-IDs, in order of arrival."""
        return [mail.id for mail in self.mails]


def _until_end(lines: BinaryIO) -> bytes:
    """A mail up to its end; nothing where the connection breaks before: then none arrived."""
    content = b""
    while (line := lines.readline()) != b".\r\n":
        if not line:
            return b""
        content += line
    return content


@contextmanager
def moody(stage: str, mood: str, spoiled: int = 10**9) -> Iterator[Moody]:
    """A misbehaving mail server on loopback."""
    server = Moody(stage, mood, spoiled)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=server.serve, args=[listener], daemon=True)
        thread.start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=10)
