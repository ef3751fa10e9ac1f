"""To whom a line may go, and whom it trusts."""

import msgspec
import pytest

from pscli.backends.remote import Remote
from pscli.backends.wire import check_server
from pscli.catalogue import shipped_catalogue
from pscli.desk.library import import_catalogue
from pscli.desk.tokens import whoami
from pscli.problems import InvalidValue, TooLarge, Unavailable
from pscli.tokens import make_token

from .conftest import Desk
from .running import token_for


@pytest.mark.parametrize(
    "server",
    [
        "http://desk.example.com",
        "http://10.0.0.1:8765",
        "http://localhost@evil.example",
        "http://127.0.0.1:80@evil.example",
        "http://user:secret@localhost",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0",
        "http://[::ffff:10.0.0.1]",
        "http://127.1",
        "http://2130706433",
        "http://0x7f.0.0.1",
        "http://ⓛocalhost.example",
        "http://１２７.0.0.1.example",
        "http://localhost\\@evil.example",
        "ftp://localhost",
        "localhost:8765",
        "//localhost",
        "https://",
        "https://localhost/?x=1",
        "https://localhost/desk",
        "http://localhost:99999",
        "http://[::1",
        "",
    ],
)
def test_addresses_that_are_refused(server: str) -> None:
    """Plain http goes to this machine only, in a spelling that leaves no doubt."""
    with pytest.raises(InvalidValue) as refusal:
        check_server(server)
    assert refusal.value.field == "server"
    assert "secret" not in refusal.value.message


@pytest.mark.parametrize(
    "server",
    ["http://localhost:1", "http://127.0.0.1", "http://127.8.9.1:80", "http://[::1]:8765/"],
)
def test_addresses_of_this_machine(server: str) -> None:
    """Loopback needs no TLS; everything else does, unless somebody insists."""
    assert check_server(server).scheme == "http"
    assert check_server("https://desk.example.com").host == "desk.example.com"
    assert check_server("http://desk.example.com", allow_insecure=True).scheme == "http"


def test_without_tls_there_is_no_trust(desk: Desk) -> None:
    """A server that speaks no TLS is not believed, and gets no token."""
    remote = Remote(desk.address.replace("http:", "https:"), make_token())
    with pytest.raises(Unavailable, match="cannot be trusted"):
        whoami(remote)
    remote.close()


def test_what_is_too_much_for_a_server_is_not_sent(desk: Desk) -> None:
    """R1: a catalogue over 1 MiB is refused with the limit and another way, and nothing is done."""
    remote = desk.connect(token_for(desk.database, desk.clock, None))
    long = [msgspec.structs.replace(each, text="word " * 4000) for each in shipped_catalogue()]
    with pytest.raises(TooLarge, match="a server takes 1,048,576 at once") as refusal:
        import_catalogue(remote, long)
    assert "PSCLI_DB" in (refusal.value.hint or "")
    import_catalogue(remote, long[:40])
