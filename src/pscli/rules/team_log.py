"""Usage as it comes: events of the team API's audit log, and rows of a table (Q2)."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from pscli.codec import decode, parse_instant
from pscli.models.usage import KnownUse, StatedUse
from pscli.problems import InvalidValue, hint_near

COLUMNS = ("person", "feature", "quarter", "uses")
_ID_LENGTH = 32  # hexadecimal digits of a hash that stands for an event


class LogEvent(NamedTuple):
    """What matters of an event; `person` is the address of whoever acted, where there is one."""

    type: str
    at: datetime
    person: str | None
    plain: dict[str, Any]

    @property
    def id(self) -> str:
        """Its own id, else a hash: the API gives none, and its pages may repeat an event."""
        from hashlib import sha256

        own = self.plain.get("event_id")
        if isinstance(own, str) and own:
            return own
        text = json.dumps(self.plain, sort_keys=True, ensure_ascii=True)
        return sha256(text.encode()).hexdigest()[:_ID_LENGTH]


def events_in(line: Any) -> Iterator[LogEvent]:
    """The events of a line: one, or a page of them as the API returns it; raises InvalidValue."""
    whole = line.get("events") if isinstance(line, dict) and "event_type" not in line else [line]
    if not isinstance(whole, list):
        raise InvalidValue("it is neither an event nor a page of events")
    for plain in whole:
        type_ = _tag(plain.get("event_type")) if isinstance(plain, dict) else None
        stamp = plain.get("timestamp") if isinstance(plain, dict) else None
        if not type_ or not isinstance(stamp, str):
            raise InvalidValue("an event has event_type and timestamp")
        yield LogEvent(type_, parse_instant(stamp, "timestamp"), _actor(plain), plain)


def _tag(value: Any) -> str | None:
    found = value.get(".tag") if isinstance(value, dict) else value
    return found if isinstance(found, str) else None


def _actor(event: dict[str, Any]) -> str | None:
    """The address of a member or admin; apps and anonymous visitors have none."""
    actor = event.get("actor")
    tag = _tag(actor)
    who = actor.get(tag) if isinstance(actor, dict) and tag in ("user", "admin") else None
    email = who.get("email") if isinstance(who, dict) else None
    return email.casefold() if isinstance(email, str) else None


def stated_use(row: dict[str, str], features: Collection[str]) -> StatedUse | KnownUse:
    """A row of a table as a use; without a person and with no use, that nobody used the feature.

    Raises InvalidValue naming the column.
    """
    plain: dict[str, Any] = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if plain["feature"] not in features:
        raise InvalidValue(
            f"there is no feature “{plain['feature']}”",
            hint=hint_near(plain["feature"], features, "See the features: pscli team usage show"),
            field="feature",
        )
    plain["uses"] = plain["uses"] or "1"
    if not plain["person"] and plain["uses"] == "0":
        nobody: KnownUse = decode(
            KnownUse, {"quarter": plain["quarter"], "features": [plain["feature"]]}
        )
        return nobody
    use: StatedUse = decode(StatedUse, {**plain, "person": plain["person"].casefold()}, lax=True)
    return use
