"""Mails to a mail server, each once as far as SMTP allows (Q3).

SMTP gives no way to ask whether a mail arrived. So everything but the line that ends it is sent
first; then `before_end` marks the mail; then that line goes out. What breaks before the mark did
certainly not arrive, and the time of doubt is that of the server's answer.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_LINES, SMTPUTF8
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from pscli.models.mail import Outgoing
from pscli.models.record import Record
from pscli.problems import InvalidValue, NotSignedIn, Unavailable

_READY = 354  # the server's answer to DATA
_LATER = 400  # RFC 5321: 4yz not now, 5yz never
_PERMANENT = 500
_PATIENCE = 6  # attempts, some ten hours, in which all recipients wait for one
_BUSY = 421  # the server is about to close
_DOT = re.compile(rb"^\.", re.MULTILINE)


class Server(Record, frozen=True):
    """Where mails are handed over, and as whom; `wrapped` is TLS from the first byte."""

    host: str
    port: int
    wrapped: bool
    user: str | None
    loopback: bool


class Refusal(Exception):  # noqa: N818 - what a server said, no error of the program
    """A server refused one mail: for good, or for now."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class Interrupted(Exception):  # noqa: N818 - the connection's state, no error of the program
    """The connection broke; `unsure` says that the end of a mail was handed over before."""

    def __init__(self, reason: str, *, unsure: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unsure = unsure


def parse_server(url: str) -> Server:
    """A server from `smtps://user@host:465` or `smtp://user@host:587`; raises InvalidValue."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _no_server(f"it is no address: {error}") from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise _no_server("it begins with neither smtp:// nor smtps://, or names no host")
    if parts.password is not None:
        raise _no_server(
            "a password in it could be read by others", "Put it in PSCLI_SMTP_PASSWORD"
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _no_server("something stands behind host and port")
    wrapped = parts.scheme == "smtps"
    return Server(
        host=parts.hostname,
        port=port or (465 if wrapped else 587),
        wrapped=wrapped,
        user=unquote(parts.username) if parts.username else None,
        loopback=_is_loopback(parts.hostname),
    )


def _no_server(
    why: str, hint: str = "Write it as in smtps://user@mail.example:465"
) -> InvalidValue:
    return InvalidValue(f"The mail server cannot be meant: {why}.", hint=hint, field="smtp")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Post:
    """A connection to a mail server, over which one mail after the other is handed over."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def send(self, mail: Outgoing, before_end: Callable[[], None]) -> str | None:
        """Hand over one mail; returns which recipients were refused while others were taken.

        Raises Refusal where the server takes none of it, Interrupted where the connection broke.
        """
        message = message_of(mail)
        wide = not all(map(_is_narrow, [mail.sender, *mail.recipients]))
        if wide and not self._smtp.has_extn("smtputf8"):
            raise Refusal("the server takes no address outside ASCII", for_good=True)
        try:
            refused = self._envelope(mail, ["SMTPUTF8"] if wide else [])
            code, said = self._smtp.docmd("DATA")
            if code != _READY:
                _check(code, said)
                raise Refusal(f"{code} {_text(said)}", for_good=False)
            content = message.as_bytes(policy=SMTPUTF8 if wide else SMTP_LINES)
            self._smtp.send(_DOT.sub(b"..", content))
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise Interrupted(_why(error)) from error
        before_end()
        try:
            self._smtp.send(b".\r\n")
            code, said = self._smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise Interrupted(_why(error), unsure=True) from error
        _check(code, said)
        return refused

    def _envelope(self, mail: Outgoing, options: list[str]) -> str | None:
        """Sender and recipients; those that are refused are told where others are taken."""
        self._smtp.rset()
        code, said = self._smtp.mail(_ascii_domain(mail.sender), options)
        _check(min(code, _PERMANENT - 1), said)  # what is wrong with the sender is no mail's fault
        answers = [(to, *self._smtp.rcpt(_ascii_domain(to))) for to in mail.recipients]
        refused = [(to, code, text) for to, code, text in answers if code >= _LATER]
        later = [(code, text) for _, code, text in refused if code < _PERMANENT]
        if later and mail.attempts <= _PATIENCE:  # else somebody would get it twice
            _check(*later[0])
        if len(refused) == len(answers):
            _check(*(later or [refused[0][1:]])[0])
        return "; ".join(f"{to}: {code} {_text(text)}" for to, code, text in refused) or None

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        try:
            self._smtp.quit()
        except (smtplib.SMTPException, OSError):
            self._smtp.close()


def connect(
    server: Server, password: str | None, *, timeout: float, allow_insecure: bool = False
) -> Post:
    """A connection that may be used: with a checked certificate, except to this machine itself.

    Raises Unavailable where nobody answers, NotSignedIn where the server knows no such user.
    """
    safe = ssl.create_default_context()
    try:
        smtp = _dial(server, timeout, safe)
        try:
            smtp.ehlo_or_helo_if_needed()
            if not server.wrapped and not server.loopback:
                _secure(smtp, server, safe, allow_insecure=allow_insecure)
            if server.user is not None:
                smtp.login(server.user, password or "")
        except BaseException:
            smtp.close()
            raise
    except smtplib.SMTPAuthenticationError as error:
        raise NotSignedIn(
            f"{server.host} does not let {server.user} in: {_text(error.smtp_error)}.",
            hint="See the user in PSCLI_SMTP and the password in PSCLI_SMTP_PASSWORD.",
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(
            f"The mail server {server.host}:{server.port} cannot be used: {_why(error)}.",
            hint="Try again later; nothing is lost meanwhile.",
        ) from error
    return Post(smtp)


def _dial(server: Server, timeout: float, safe: ssl.SSLContext) -> smtplib.SMTP:
    if server.wrapped:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=timeout, context=safe
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=timeout)
    if smtp.sock is not None:  # else the end of each mail waits 40 ms for an acknowledgement
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _secure(
    smtp: smtplib.SMTP, server: Server, safe: ssl.SSLContext, *, allow_insecure: bool
) -> None:
    if smtp.has_extn("starttls"):
        smtp.starttls(context=safe)
        smtp.ehlo()
    elif not allow_insecure:
        raise InvalidValue(
            f"{server.host} offers no encryption, and mails would be readable on the way.",
            hint="Use smtps://, or set PSCLI_ALLOW_INSECURE=1 where the way is safe.",
            field="smtp",
        )


def message_of(mail: Outgoing) -> EmailMessage:
    """A mail as RFC 5322 has it: text and HTML, no header that a person could have added.

    Raises Refusal where an address cannot stand in a header.
    """
    message = EmailMessage(policy=SMTP_LINES)
    try:
        to, *copies = map(_address, mail.recipients)
        message["From"] = _address(mail.sender, mail.sender_name)
        message["To"] = to
        if copies:
            message["Cc"] = copies
    except (ValueError, IndexError, MessageError) as error:
        raise Refusal(f"an address cannot be written: {error}", for_good=True) from error
    message["Subject"] = mail.subject
    message["Date"] = mail.queued_at
    message["Message-ID"] = mail.message_id
    if mail.thread_id is not None:
        message["References"] = mail.thread_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable" if mail.text.isascii() else "base64")
    message.add_alternative(
        mail.html, subtype="html", cte="quoted-printable" if mail.html.isascii() else "base64"
    )
    boundary = mail.message_id.strip("<>").partition("@")[0]
    message.set_boundary(f"=_{boundary}")  # the same bytes whenever it is written
    return message


def _address(address: str, name: str = "") -> Address:
    local, _, domain = _ascii_domain(address).rpartition("@")
    return Address(name, local, domain)


def _is_narrow(address: str) -> bool:
    return _ascii_domain(address).isascii()


def _ascii_domain(address: str) -> str:
    """An address with its domain as name servers know it; as it is where that cannot be."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _check(code: int, said: bytes) -> None:
    """Raise what a server's answer means, unless it is yes."""
    if code == _BUSY or code < 0:
        raise Interrupted(f"{code} {_text(said)}")
    if code >= _LATER:
        raise Refusal(f"{code} {_text(said)}", for_good=code >= _PERMANENT)


def _text(said: bytes | str) -> str:
    """A server's words: one line, not endless."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.replace("\x00", " ").split())[:300]


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return _text(getattr(error, "strerror", None) or str(error) or type(error).__name__)
