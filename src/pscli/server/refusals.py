"""What only HTTP can refuse, and how every refusal is answered."""

from typing import Any, NamedTuple

from pscli import __version__
from pscli.codec import encode_json
from pscli.problems import InvalidValue, NotFound, NotSignedIn, Problem, TooLarge

SEE = "See what this address takes: /v1/openapi.json"
RETRY_AFTER = 1  # seconds, where a problem that passes does not say

_Headers = list[tuple[bytes, bytes]]
_COMMON: _Headers = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"pscli-version", __version__.encode()),
]
_TRANSIENT = (429, 503)


class Malformed(InvalidValue):
    """What came is no HTTP."""

    status = 400


class WrongMethod(NotFound):
    """The address is known, but not with this method."""

    status = 405

    def __init__(self, method: str, allowed: str) -> None:
        super().__init__(f"This address takes {allowed}, not {method}.", hint=SEE)
        self.allowed = allowed


class NotJson(InvalidValue):
    """The body is of another type than JSON."""

    status = 415


class Answer(NamedTuple):
    """A whole response: nothing streams."""

    status: int
    body: bytes
    headers: _Headers


def answer(status: int, body: bytes, request_id: str) -> Answer:
    """A response with the headers that every one carries."""
    return Answer(
        status,
        body,
        [
            *_COMMON,
            (b"x-request-id", request_id.encode()),
            (b"content-length", str(len(body)).encode()),
        ],
    )


def refusal(problem: Problem, request_id: str) -> Answer:
    """A problem as a response; its body names the request."""
    wire: dict[str, Any] = {**problem.to_wire(), "request_id": request_id}
    answered = answer(problem.status, encode_json({"error": wire}), request_id)
    if problem.status in _TRANSIENT:
        seconds = str(problem.retry_after or RETRY_AFTER)
        answered.headers.append((b"retry-after", seconds.encode()))
    if isinstance(problem, NotSignedIn):
        answered.headers.append((b"www-authenticate", b'Bearer realm="pscli"'))
    if isinstance(problem, WrongMethod):
        answered.headers.append((b"allow", problem.allowed.encode()))
    if isinstance(problem, TooLarge | Malformed):
        answered.headers.append((b"connection", b"close"))  # what follows is not read
    return answered
