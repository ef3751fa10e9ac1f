"""The one port: an operation is one thing the desk can do, a backend is whatever performs it.

What a backend promises: an operation is one transaction, done wholly or not at all; `Work.now` is
UTC in whole seconds; a reading operation cannot write; rights are checked in that transaction from
the actor's state at that instant (T4); a change is remembered by its key, so repeating it with the
same key returns the first result (B10). Expected failures are Problems, the same on every backend.
"""

import inspect
from collections.abc import Callable
from datetime import datetime
from functools import cached_property, lru_cache
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
)

from .models.people import Actor
from .models.record import Record
from .problems import DataRefused

if TYPE_CHECKING:
    from .models.policy import Policy

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Search(Record, frozen=True):
    """Tickets with certain words: `FROM source WHERE condition`, with `words` as a parameter.

    The source has the columns of `ticket_record`.
    """

    source: str
    condition: str
    words: str
    many: bool = False


EVERYTHING = Search("ticket_record", "1 = 1", "")


MOST_WORDS = 20_000  # of a ticket in the index: PostgreSQL holds 1 MiB of them, and then refuses
MOST_SENT = 1024 * 1024  # bytes of one request to a server


class Sql(Protocol):
    """One open transaction; the same text runs on SQLite and PostgreSQL, parameters are `:name`."""

    def all(self, kind: type[T], query: str, /, **values: Any) -> list[T]:
        """Every row, as records or, where `kind` is a plain type, as the first column."""
        ...

    def one(self, kind: type[T], query: str, /, **values: Any) -> T | None:
        """The first row, or None."""
        ...

    def run(self, query: str, /, **values: Any) -> int:
        """How many rows the statement changed."""
        ...

    def lock(self, team: int) -> None:
        """Let no other change of this team begin before this one ends; 0 is the desk itself."""
        ...

    def index(self, team: int, number: int, words: list[str]) -> None:
        """Make a ticket findable by these words, beside those it had."""
        ...

    def search(self, words: list[str], most: int) -> Search:
        """How to find the tickets with all these words, and whether they are more than `most`."""
        ...


class Work:
    """What an operation may use: its transaction, who asks, the time it is, the desk's policy."""

    def __init__(self, sql: Sql, who: Actor, now: datetime) -> None:
        self.sql = sql
        self.who = who
        self.now = now
        self.team = who.team  # whose trail a change belongs to; 0 is the desk's own
        self.rehearsed = False  # whether `policy` stands in for the one in force

    @cached_property
    def policy(self) -> "Policy":
        """The policy in force (P1)."""
        query = "SELECT body FROM policy ORDER BY version DESC LIMIT 1"
        return _decode_policy(self.sql.one(str, query) or "")

    def policy_at(self, instant: datetime) -> "Policy":
        """The policy that was in force at an instant; a rehearsed one is in force always."""
        if self.rehearsed:
            return self.policy
        query = "SELECT body FROM policy WHERE set_at <= :at ORDER BY version DESC LIMIT 1"
        text = self.sql.one(str, query, at=instant)
        return self.policy if text is None else _decode_policy(text)


class Overdue(Exception):  # noqa: N818 - a signal: the backend posts and reads again
    """A reading operation found renewals to post; `post` does it in a writing transaction (B12)."""

    def __init__(self, post: "Callable[[Work], object]") -> None:
        super().__init__("renewals are due")
        self.post = post


def sealed_policy(policy: "Policy") -> str:
    """A policy as the desk keeps it: JSON, and on a line of its own the SHA-256 of that."""
    import msgspec

    body = msgspec.json.encode(policy).decode()
    return f"{body}\n{_seal(body)}"


def _seal(body: str) -> str:
    from hashlib import sha256  # loads a library: most commands read no policy

    return sha256(body.encode()).hexdigest()


@lru_cache(maxsize=4)
def _decode_policy(text: str) -> "Policy":
    """The policy that was kept; prices that are damaged must not be charged (B14)."""
    import msgspec

    from .models.policy import Policy

    body, _, digest = text.partition("\n")  # without a digest where an older pscli wrote it
    if digest and _seal(body) != digest:
        raise DataRefused(
            "The policy in force is not what was set: the desk is damaged.",
            hint="Restore a backup: pscli desk restore FILE",
        )
    return msgspec.json.decode(body, type=Policy)


class Backend(Protocol):
    """Whatever performs operations: a file, a database, a server."""

    def perform(
        self,
        operation: "Operation[Any, R]",
        arguments: dict[str, Any],
        key: str | None = None,
        *,
        dry_run: bool = False,
    ) -> R:
        """Perform one operation; a change without `key` gets one of its own."""
        ...

    def wait(self, topic: str, after: int, seconds: float) -> int:
        """Wait until the topic's revision is past `after`, at most so long; returns the revision.

        It says only that there is news; reading stays an operation.
        """
        ...

    def close(self) -> None:
        """Let go of files, connections and threads."""
        ...


OPERATIONS: dict[str, "Operation[Any, Any]"] = {}


class Operation(Generic[P, R]):
    """A typed function that is at once a use case, a transaction and an endpoint."""

    def __init__(
        self,
        method: str,
        path: str,
        function: Callable[Concatenate[Work, P], R],
        *,
        kept: bool = True,
    ) -> None:
        self.method = method
        self.kept = kept  # whether a change stands in the trail; a sign of life does not
        self.path = path
        self.function = function
        self.name = function.__name__
        OPERATIONS[self.name] = self

    def __call__(self, backend: Backend, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Perform this operation on a backend."""
        return backend.perform(self, self.bind(*args, **kwargs))

    def bind(self, /, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        """The arguments by name, without those left out."""
        return self.signature.bind(*args, **kwargs).arguments

    @property
    def reads(self) -> bool:
        """Whether the operation changes nothing."""
        return self.method == "GET"

    @property
    def doc(self) -> str:
        """The first sentence of the docstring: help text and OpenAPI summary."""
        return (inspect.getdoc(self.function) or "").split("\n\n")[0].replace("\n", " ")

    @cached_property
    def signature(self) -> inspect.Signature:
        """The parameters without `work`."""
        _, *rest = inspect.signature(self.function).parameters.values()
        return inspect.Signature(rest)

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The types of the parameters, and of the result as `return`."""
        from typing import get_type_hints

        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def request(self) -> Any:
        """The record of the arguments: strict, so that an unknown one is refused."""
        import msgspec

        fields = [
            (name, self.hints[name])
            if parameter.default is parameter.empty
            else (name, self.hints[name], parameter.default)
            for name, parameter in self.signature.parameters.items()
        ]
        return msgspec.defstruct(
            f"{self.name}_request", fields, kw_only=True, forbid_unknown_fields=True
        )

    @property
    def path_names(self) -> set[str]:
        """The parameters that stand in the path."""
        return {piece[1:-1] for piece in self.path.split("/") if piece.startswith("{")}

    def check(self, arguments: dict[str, Any], *, lax: bool = False) -> dict[str, Any]:
        """The arguments as the types that the signature demands; raises InvalidValue."""
        from .codec import decode, utc

        request = decode(self.request, arguments, lax=lax)
        return {name: utc(getattr(request, name)) for name in request.__struct_fields__}


def operation(
    method: str, path: str, *, kept: bool = True
) -> Callable[[Callable[Concatenate[Work, P], R]], Operation[P, R]]:
    """Make a function an operation, reachable on a server as `method path`."""
    return lambda function: Operation(method, path, function, kept=kept)
