"""Who asks: a bearer token and nothing else, and patience with wrong ones that ends (A1)."""

import time
from collections import OrderedDict
from collections.abc import Callable

from pscli.models.people import Identity
from pscli.problems import NotSignedIn, TooManyRequests
from pscli.tokens import is_token, token_hash

WINDOW = 60.0  # seconds in which an address's failures are counted
_REMEMBERED = 10_000  # tokens and addresses, so that nobody can fill the memory

_HINT = "Get one from your operator, then: pscli auth login"


class Door:
    """Turns a header into an identity; an address that knocks with wrong tokens has to wait.

    A token that was good here before is let through all the same: behind a proxy everyone shares
    one address. Whether it still is good, the desk looks up in the transaction of the operation.
    """

    def __init__(self, failures: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._most = failures
        self._seconds = seconds
        self._good: OrderedDict[str, None] = OrderedDict()
        self._failed: dict[str, int] = {}
        self._began = seconds()

    def identity(self, authorization: bytes | None, peer: str) -> Identity:
        """The identity that a request claims; raises NotSignedIn, TooManyRequests."""
        token = _bearer(authorization)
        known = token_hash(token) if token is not None and is_token(token) else None
        if known is None or known not in self._good:
            self._check_patience(peer)
        if token is None:
            raise NotSignedIn("There is no bearer token in this request.", hint=_HINT)
        if known is None:
            self.failed(peer)
            raise NotSignedIn("The token is mistyped: its checksum is wrong.", hint=_HINT)
        return Identity(token_hash=known, origin=peer)

    def failed(self, peer: str, token: str | None = None) -> None:
        """Count a token that was refused."""
        self._good.pop(token or "", None)
        if len(self._failed) < _REMEMBERED or peer in self._failed:
            self._failed[peer] = self._failed.get(peer, 0) + 1

    def succeeded(self, token: str) -> None:
        """Remember a token that the desk accepted."""
        if token not in self._good:
            self._good[token] = None
            if len(self._good) > _REMEMBERED:
                self._good.popitem(last=False)

    def _check_patience(self, peer: str) -> None:
        passed = self._seconds() - self._began
        if passed > WINDOW:
            self._failed.clear()
            self._began += passed
        elif self._failed.get(peer, 0) >= self._most:
            raise TooManyRequests(
                "Too many wrong tokens came from your address.",
                hint="Check your token, then wait a minute.",
                retry_after=int(WINDOW - passed) + 1,
            )


def _bearer(authorization: bytes | None) -> str | None:
    scheme, _, token = (authorization or b"").partition(b" ")
    return token.strip().decode("latin-1") if scheme.lower() == b"bearer" and token else None
