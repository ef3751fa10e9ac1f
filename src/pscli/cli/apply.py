"""Wanted add-ons of many teams in one file: the drift as a plan, then only the differences."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from pscli.codec import decode
from pscli.desk.billing import list_addons
from pscli.desk.purchases import add_addon, preview_addon, remove_addon
from pscli.models.addons import Edition
from pscli.models.billing import Addon, AddonState
from pscli.models.people import Product
from pscli.models.record import Page, Record
from pscli.problems import InvalidValue, PartlyDone, Problem

from .session import Session


class Wanted(Struct, forbid_unknown_fields=True, kw_only=True, rename={"act_as": "as"}):
    """The add-ons that a team shall have, as `product/edition`, and whose rights apply."""

    name: str | None = None
    addons: list[str] = []
    act_as: str | None = None
    profile: str | None = None


class File(Struct, forbid_unknown_fields=True):
    """The whole file."""

    team: list[Wanted]


class Step(Record, frozen=True):
    """One difference of a team and what became of it."""

    team: str
    action: str
    product: str
    edition: str
    charged: str
    result: str
    error: str | None = None


def apply_file(session: Session, path: Path) -> Page[Step]:
    """Show the drift, ask once, change only the differences; each team is its own transaction."""
    teams = read_wanted(path)
    planned = list(_planned(session, teams))
    plan = [step for _, step in planned]
    if session.dry_run or not any(step.action in ("add", "remove") for step in plan):
        return _page(plan)
    for step in plan:
        session.tell(f"{step.team}: {step.action} {step.edition} for {step.product} {step.charged}")
    if not session.ask("Make these changes?"):
        return _page(plan)
    done = [_perform(session, wanted, step) for wanted, step in planned]
    failed = [step for step in done if step.error]
    if failed:
        session.failure = PartlyDone(
            f"{len(failed)} of {len(done)} steps failed; the first: {failed[0].error}",
            hint="Mend what they say, then run it again: it finishes the rest.",
        )
    return _page(done)


def read_wanted(path: Path) -> list[Wanted]:
    """The wanted state; a wrong key, an unknown edition or a team twice refuses the whole file."""
    import tomllib

    try:
        plain = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidValue(f"{path} cannot be read as TOML: {error}.") from error
    try:
        teams: list[Wanted] = decode(File, plain).team
    except InvalidValue as problem:
        hint = "Each [[team]] has name, addons, and as or profile."
        raise InvalidValue(
            f"{path}: {problem.message}", hint=hint, field=problem.field
        ) from problem
    names = [(wanted.name or "", wanted.profile or "") for wanted in teams]
    for name in names:
        if names.count(name) > 1:
            raise InvalidValue(f"{path}: {name[0] or 'a team'} stands there twice.", field="team")
    for wanted in teams:
        _pairs(wanted)
    return teams


def _pairs(wanted: Wanted) -> list[tuple[Product, Edition]]:
    """`product/edition` words; a bare edition means dropbox."""
    pairs: list[tuple[Product, Edition]] = []
    for word in wanted.addons:
        product, _, edition = word.rpartition("/")
        try:
            pairs.append((Product(product or "dropbox"), Edition(edition)))
        except ValueError:
            raise InvalidValue(
                f"“{word}” is no add-on.", hint="Write it as dropbox/essentials.", field="addons"
            ) from None
    if len({product for product, _ in pairs}) < len(pairs):
        raise InvalidValue(f"{wanted.name}: two editions for one product (E1).", field="addons")
    return pairs


def _planned(session: Session, teams: list[Wanted]) -> Iterator[tuple[Wanted, Step]]:
    for wanted in teams:
        try:
            yield from _drift(session, wanted)
        except Problem as problem:
            yield wanted, _step(wanted, "look", "", "", error=problem.message)


def _drift(session: Session, wanted: Wanted) -> Iterator[tuple[Wanted, Step]]:
    backend = session.backend_of(wanted.act_as, wanted.profile, wanted.name)
    pairs = _pairs(wanted)
    held = [
        each
        for each in list_addons(backend).items
        if each.state
        in (AddonState.ACTIVE, AddonState.PENDING_REMOVAL, AddonState.PENDING_DOWNGRADE)
    ]
    for product, edition in pairs:
        if not _is_kept(held, product, edition):
            offered = preview_addon(backend, edition, product=product)
            amount = f"{offered.charge_now.amount} {offered.charge_now.currency}"
            yield wanted, _step(wanted, "add", product, edition, charged=amount)
    for each in held:
        ends = each.state is AddonState.PENDING_REMOVAL
        if not ends and (Product(each.product), each.edition) not in pairs:
            yield wanted, _step(wanted, "remove", each.product, each.edition)


def _is_kept(held: list[Addon], product: Product, edition: Edition) -> bool:
    return any(
        (Product(each.product), each.edition, each.state) == (product, edition, AddonState.ACTIVE)
        for each in held
    )


def _perform(session: Session, wanted: Wanted, step: Step) -> Step:
    if step.error:
        return step
    backend = session.backend_of(wanted.act_as, wanted.profile, wanted.name)
    operation = add_addon if step.action == "add" else remove_addon
    arguments: dict[str, Any] = {"edition": step.edition, "product": step.product}
    key = f"{session.key}.{step.team}.{step.product}.{step.action}" if session.key else None
    try:
        change = backend.perform(operation, arguments, _safe(key))
    except Problem as problem:
        failed = f"{problem.message} {problem.hint or ''}".strip()
        return _step(wanted, step.action, step.product, step.edition, error=failed)
    charged = f"{change.record.charged.amount} {change.record.charged.currency}"
    result = "changed" if change.changed else "unchanged"
    return _step(wanted, step.action, step.product, step.edition, charged=charged, result=result)


def _safe(key: str | None) -> str | None:
    """A key may hold printable ASCII only; a team's name may be anything."""
    return (
        None if key is None else key.encode("ascii", "backslashreplace").decode().replace(" ", "_")
    )


def _step(
    wanted: Wanted,
    action: str,
    product: str,
    edition: str,
    *,
    charged: str = "",
    result: str = "planned",
    error: str | None = None,
) -> Step:
    return Step(
        team=wanted.name or wanted.profile or wanted.act_as or "your team",
        action=action,
        product=product,
        edition=edition,
        charged=charged,
        result="failed" if error else result,
        error=error,
    )


def _page(steps: list[Step]) -> Page[Step]:
    return Page(items=steps, total=len(steps), next=None)
