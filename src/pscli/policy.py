"""Reading a policy file: refused whole, with the place and the reason, or taken whole (P1)."""

from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .codec import decode, plain
from .models.people import Plan
from .models.policy import Calendar, Policy
from .problems import InvalidValue

SHIPPED = files("pscli") / "policy.toml"


def shipped_policy() -> Policy:
    """The policy that comes with the package."""
    return parse_policy(SHIPPED.read_text("utf-8"), "policy.toml")


def policy_toml(policy: Policy) -> str:
    """A policy as TOML that `read_policy` takes; the shipped one keeps its comments."""
    if policy == shipped_policy():
        return SHIPPED.read_text("utf-8")
    import tomli_w

    return tomli_w.dumps(_stated(plain(policy)))


def _stated(value: Any) -> Any:
    """A plain value without what is not there, which TOML cannot say."""
    if isinstance(value, dict):
        return {key: _stated(each) for key, each in value.items() if each is not None}
    return [_stated(each) for each in value] if isinstance(value, list) else value


def read_policy(path: Path) -> Policy:
    """The policy in a file; raises InvalidValue naming the place and the reason."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidValue(
            f"{path} is not UTF-8 at byte {error.start}.", hint="Save it as UTF-8."
        ) from error
    except OSError as error:
        raise InvalidValue(
            f"{path} cannot be read: {error.strerror}.",
            hint="Check the path and the rights of the file.",
        ) from error
    return parse_policy(text, str(path))


def parse_policy(text: str, place: str) -> Policy:
    """The policy in TOML text; `place` names it in a refusal."""
    import tomllib

    try:
        plain = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidValue(
            f"{place} is not valid TOML: {error}.",
            hint="Mend it there; a whole one: pscli desk policy show --toml",
        ) from error
    try:
        policy: Policy = decode(Policy, plain)
        check_policy(policy)
    except InvalidValue as problem:
        raise InvalidValue(
            f"{place}: {problem.message}",
            hint="Compare it with the one in force: pscli desk policy show --toml",
            field=problem.field,
        ) from problem
    return policy


def check_policy(policy: Policy) -> None:
    """What the types of the policy cannot say."""
    if "other" not in policy.issue_types:
        raise InvalidValue(
            "issue_types: “other” is missing (C3).", hint="Add “other”.", field="issue_types"
        )
    if len(set(policy.issue_types)) < len(policy.issue_types):
        raise InvalidValue(
            "issue_types: one stands there twice.",
            hint="Take one of them out.",
            field="issue_types",
        )
    if missing := set(Plan) - set(policy.hours.plans):
        raise InvalidValue(
            f"hours.plans: {min(missing)} is missing (H5).",
            hint="Every plan needs its hours.",
            field="hours.plans",
        )
    _check_prices(policy)
    _check_features(policy)
    named = {"hours.dropbox": policy.hours.dropbox, "hours.dash": policy.hours.dash}
    named["hours.japanese"] = policy.hours.japanese
    named["meetings.calendar"] = policy.meetings.calendar
    named |= {f"hours.plans.{plan}": each for plan, each in policy.hours.plans.items()}
    for place, calendar in named.items():
        _check_calendar(place, calendar, team_zone=place.startswith("hours.plans"))


def _check_prices(policy: Policy) -> None:
    from .rules.money import minor_units

    seen: set[tuple[str, ...]] = set()
    rows = [((p.product, p.edition, p.cycle), p.amounts) for p in policy.prices.addons]
    subscriptions = [((p.plan, p.cycle), p.amounts) for p in policy.prices.subscriptions]
    for key, amounts in [*rows, *subscriptions]:
        place = f"prices: {' '.join(key)}"
        if key in seen:
            raise InvalidValue(
                f"{place} stands there twice (B14).", hint="Take one of them out.", field="prices"
            )
        seen.add(key)
        for currency, amount in amounts.items():
            try:
                minor_units(amount, currency)
            except InvalidValue as problem:
                raise InvalidValue(
                    f"{place}: {problem.message}", hint=problem.hint, field="prices"
                ) from problem


def _check_features(policy: Policy) -> None:
    """No key twice, and an event of the audit log shows the use of one feature only (Q1)."""
    for place, words in (
        ("features.key", [feature.key for feature in policy.features]),
        ("features.events", [event for feature in policy.features for event in feature.events]),
    ):
        if twice := [word for n, word in enumerate(words) if word in words[:n]]:
            raise InvalidValue(
                f"{place}: {twice[0]} stands there twice (Q1).",
                hint="Take one of them out.",
                field=place,
            )


def _check_calendar(place: str, calendar: Calendar, *, team_zone: bool) -> None:
    if calendar.zone == "team" and team_zone:
        return
    try:
        ZoneInfo(calendar.zone)
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise InvalidValue(
            f"{place}.zone: “{calendar.zone}” is no zone.",
            hint="Write it as in Asia/Tokyo.",
            field=place,
        ) from error
