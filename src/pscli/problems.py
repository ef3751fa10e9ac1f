"""Every expected failure: its code, exit code and HTTP status, stated once."""

from collections.abc import Iterable
from typing import Any, ClassVar


class Problem(Exception):  # noqa: N818 - a refusal is not an error of the program
    """What happened and why in `message`, what to do in `hint`."""

    code: ClassVar[str] = "problem"
    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        field: str | None = None,
        retry_after: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field
        self.retry_after = retry_after
        self.request_id = request_id

    def to_wire(self) -> dict[str, Any]:
        """The error as scripts and the remote backend read it."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "field": self.field,
            "retry_after": self.retry_after,
            "request_id": self.request_id,
        }


class Defect(Problem):
    """Something that pscli should have handled."""

    code, exit_code, status = "defect", 1, 500


class InvalidValue(Problem):
    """A value that cannot be meant: wrong type, length, name, date."""

    code, exit_code, status = "invalid_value", 2, 422


class ConfirmationNeeded(Problem):
    """A change that asks first, where nobody can be asked."""

    code, exit_code, status = "confirmation_needed", 2, 422


class NotFound(Problem):
    """Not there, or not yours: the same answer for both (K2)."""

    code, exit_code, status = "not_found", 3, 404


class NotSignedIn(Problem):
    """No token, or one that is wrong, expired, revoked or of a removed person."""

    code, exit_code, status = "not_signed_in", 4, 401


class NotAllowed(Problem):
    """The person's role or status does not reach this."""

    code, exit_code, status = "not_allowed", 5, 403


class StateForbids(Problem):
    """The thing is not in a state that permits this."""

    code, exit_code, status = "state_forbids", 6, 409


class NotEntitled(Problem):
    """No add-on covers this."""

    code, exit_code, status = "not_entitled", 7, 402


class OutsideHours(Problem):
    """Live support is closed now; the next opening is in the message."""

    code, exit_code, status = "outside_hours", 7, 409


class KeyReused(Problem):
    """The idempotency key came with another request before (B10)."""

    code, exit_code, status = "key_reused", 8, 409


class VersionConflict(Problem):
    """The record changed since it was read."""

    code, exit_code, status = "version_conflict", 8, 412


class AnswerUnknown(Problem):
    """Sent, but no answer came back: repeating with the same key is safe."""

    code, exit_code, status = "answer_unknown", 9, 504


class Unavailable(Problem):
    """Busy, down or overloaded: nothing was done, trying again makes sense."""

    code, exit_code, status = "unavailable", 10, 503


class TooManyRequests(Problem):
    """This caller was too quick; nothing was done."""

    code, exit_code, status = "too_many_requests", 10, 429


class DataRefused(Problem):
    """The local data is damaged, newer, foreign, read-only or has no space left."""

    code, exit_code, status = "data_refused", 11, 500


class NotWritten(Problem):
    """The result could not be written; a change itself is done."""

    code, exit_code, status = "not_written", 12, 500


class PartlyDone(Problem):
    """Some items of a batch failed; each says so."""

    code, exit_code, status = "partly_done", 13, 207


class TooLarge(Problem):
    """The request body is over the limit."""

    code, exit_code, status = "too_large", 2, 413


def did_you_mean(word: str, known: Iterable[str]) -> list[str]:
    """A line with the known word that is nearest to a mistyped one; none where none is near."""
    from difflib import get_close_matches

    by_fold = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold(), by_fold, n=1)
    return [f"Did you mean {by_fold[each]}?" for each in near if by_fold[each] != word]


def hint_near(word: str, known: Iterable[str], see: str) -> str:
    """The hint to a mistyped word: the known one that is nearest, then where they all stand."""
    return "\n".join([*did_you_mean(word, known), see])


def numbered_to(last: int) -> str:
    """The line that says which numbers there are, of what counts up from 1."""
    few = {0: "There is none yet.", 1: "There is only number 1."}
    return few.get(last, f"They are numbered from 1 to {last}.")


def from_wire(body: dict[str, Any], request_id: str | None = None) -> Problem:
    """The problem that a server named, as the class that it raised."""
    kinds: dict[str, type[Problem]] = {kind.code: kind for kind in Problem.__subclasses__()}
    kind = kinds.get(str(body.get("code")), Defect)
    return kind(
        str(body.get("message")),
        hint=body.get("hint"),
        field=body.get("field"),
        retry_after=body.get("retry_after"),
        request_id=body.get("request_id") or request_id,
    )
