"""Wanted add-ons of many teams in one file: the drift as a plan, then only the differences."""

from collections import Counter
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, structs

from pscli.codec import decode
from pscli.desk.billing import list_addons
from pscli.desk.purchases import add_addon, preview_addon, remove_addon
from pscli.desk.tokens import whoami
from pscli.models.addons import AddonProduct, Edition
from pscli.models.billing import AddonState, Money
from pscli.models.people import Product
from pscli.models.record import Page, Record
from pscli.problems import InvalidValue, PartlyDone, Problem
from pscli.rules.money import minor_units, money

from .session import Format, Session

if TYPE_CHECKING:
    from pscli.operation import Backend


class Wanted(Struct, forbid_unknown_fields=True, kw_only=True, rename={"act_as": "as"}):
    """The add-ons that a team shall have, as `product/edition`, and whose rights apply."""

    name: str | None = None
    addons: list[str]
    act_as: str | None = None
    profile: str | None = None


class File(Struct, forbid_unknown_fields=True):
    """The whole file."""

    team: list[Wanted]


class Step(Record, frozen=True):
    """One difference of a team, `none` where there is none, and what became of it.

    `result` is planned, changed, unchanged, skipped or failed.
    """

    team: str
    action: str
    product: AddonProduct | None = None
    edition: Edition | None = None
    charged: Money | None = None
    result: str = "planned"
    error: str | None = None


class Drift(NamedTuple):
    """A team, how to reach its desk, its steps, and the quotes of those that add."""

    backend: "Backend | None"
    desk: tuple[str, str]
    steps: list[Step]
    quotes: list[str | None]


def apply_file(session: Session, path: Path) -> Page[Step] | None:
    """Show the drift, ask once, change only the differences; a team is all or nothing."""
    session.check_fields(Page[Step])
    teams = read_wanted(path)
    with ExitStack() as stack:
        drifts = [_drift(session, wanted, stack) for wanted in teams]
        _check_once(path, drifts)
        if not session.dry_run:
            if not _agrees(session, [step for drift in drifts for step in drift.steps]):
                return None
            drifts = [_perform(session, drift) for drift in drifts]
    steps = [step for drift in drifts for step in drift.steps]
    failed = [step for step in steps if step.result == "failed"]
    if session.shown is Format.TABLE:  # its columns have no room for reasons
        session.tell(*(f"{step.team}: {step.error}" for step in failed))
    if failed and not session.dry_run:
        session.failure = PartlyDone(
            f"{len(failed)} of {len(steps)} steps failed; the first: {failed[0].error}",
            hint="Mend what they say, then run it again: it finishes the rest.",
        )
    return Page(items=steps, total=len(steps), next=None)


def read_wanted(path: Path) -> list[Wanted]:
    """The wanted state; a wrong key, an unknown edition or a team twice refuses the whole file."""
    import tomllib

    try:
        plain = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidValue(
            f"{path} cannot be read as TOML: {reason}.",
            hint="Check the path, and mend the file: pscli billing apply --help",
            field="file",
        ) from error
    try:
        teams: list[Wanted] = decode(File, plain).team
        for wanted in teams:
            wanted_editions(wanted)
    except InvalidValue as problem:
        raise InvalidValue(
            f"{path}: {problem.message}",
            hint='Each [[team]] has name, addons = ["dropbox/essentials"], and as or profile.',
            field=problem.field,
        ) from problem
    return teams


def wanted_editions(wanted: Wanted) -> dict[AddonProduct, Edition]:
    """`product/edition` words; a bare edition means dropbox."""
    if wanted.act_as and wanted.profile:
        raise InvalidValue(
            "A team has as or profile, not both.", hint="Leave one of them out.", field="as"
        )
    editions: dict[AddonProduct, Edition] = {}
    for word in wanted.addons:
        named, _, edition = word.rpartition("/")
        try:
            product = AddonProduct(named or "dropbox")
            if product in editions:
                raise InvalidValue(
                    f"{wanted.name or 'A team'} wants two editions for {product} (E1).",
                    hint="Name one edition for each product.",
                    field="addons",
                )
            editions[product] = Edition(edition)
        except ValueError:
            raise InvalidValue(
                f"“{word}” is no add-on.", hint="Write it as in dropbox/essentials.", field="addons"
            ) from None
    return editions


def _check_once(path: Path, drifts: list[Drift]) -> None:
    """A team named twice wants two things: nothing is done at all."""
    counted = Counter(drift.desk for drift in drifts if drift.backend is not None)
    for drift in drifts:
        if counted[drift.desk] > 1:
            raise InvalidValue(
                f"{path}: {drift.steps[0].team} stands there twice.",
                hint="Name each team once, with all its add-ons.",
                field="team",
            )


def _drift(session: Session, wanted: Wanted, stack: ExitStack) -> Drift:
    """How a team differs from what the file wants; what is refused is said with its remedy."""
    named = wanted.name or wanted.profile or wanted.act_as or "your team"
    try:
        other = _acting(session, wanted)
        backend = stack.enter_context(closing(other.backend))
        team = _team_of(backend, wanted)
        final = _final_editions(backend)
    except Problem as problem:
        return Drift(None, ("", named), [_refused(Step(team=named, action="look"), problem)], [])
    editions = wanted_editions(wanted)
    steps, quotes = [], []
    for product in AddonProduct:
        has, wants = final.get(product), editions.get(product)
        if has is not wants:
            step, quote = _plan(backend, team, product, has, wants)
            steps.append(step)
            quotes.append(quote)
    if any(step.error for step in steps):
        steps = [step if step.error else _skipped(step) for step in steps]
    steps = steps or [Step(team=team, action="none", result="unchanged")]
    desk = other.settings.server or other.settings.database
    return Drift(backend, (desk, team.casefold()), steps, quotes)


def _acting(session: Session, wanted: Wanted) -> Session:
    """A run as whom the file names for a team, else as the person of this run."""
    other = Session()
    other.profile = wanted.profile or session.profile
    own = wanted.act_as or wanted.profile
    other.act_as = wanted.act_as if own else session.act_as
    if wanted.profile:  # its server may be another, and PSCLI_TOKEN is for the run's own alone
        other.home = session.settings.server or ""
    return other


def _team_of(backend: "Backend", wanted: Wanted) -> str:
    found = whoami(backend).team or ""
    if not found or (wanted.name or found).casefold() != found.casefold():
        raise InvalidValue(
            f"Whoever acts belongs to {found or 'no team'}, not to {wanted.name or 'one'}.",
            hint="Name the right person with as, or their profile.",
            field="name",
        )
    return found


def _final_editions(backend: "Backend") -> dict[AddonProduct, Edition]:
    """What the team will hold from the next renewal on, as things stand."""
    final: dict[AddonProduct, Edition] = {}
    for each in list_addons(backend).items:
        if each.state is AddonState.ACTIVE:
            final[each.product] = each.edition
        elif each.state is AddonState.PENDING_DOWNGRADE and each.next_edition:
            final[each.product] = each.next_edition
    return final


def _plan(
    backend: "Backend",
    team: str,
    product: AddonProduct,
    has: Edition | None,
    wants: Edition | None,
) -> tuple[Step, str | None]:
    """A step with what it will charge, and its quote; refused where the desk would refuse it."""
    action = "add" if wants else "remove"
    step = Step(team=team, action=action, product=product, edition=wants or has)
    asked = Product(product)
    try:
        if wants:
            offered = preview_addon(backend, wants, product=asked)
            return structs.replace(step, charged=offered.charge_now), offered.id
        arguments = {"edition": has, "product": asked}
        would = backend.perform(remove_addon, arguments, dry_run=True)
        return structs.replace(step, charged=would.record.charged), None
    except Problem as problem:
        return _refused(step, problem), None


def _agrees(session: Session, steps: list[Step]) -> bool:
    """Whether what can be done shall be done; the question repeats the amount."""
    planned = [step for step in steps if step.result == "planned"]
    if not planned:
        return True
    totals: Counter[str] = Counter()
    for step in planned:
        amount = step.charged
        if amount is not None:
            totals[amount.currency] += minor_units(amount.amount, amount.currency)
        said = f"{amount.amount} {amount.currency}" if amount else ""
        session.tell(f"{step.team}: {step.action} {step.edition} for {step.product}, {said} now")
    sums = [money(minor, currency) for currency, minor in sorted(totals.items())]
    said = " and ".join(f"{each.amount} {each.currency}" for each in sums)
    return session.ask(f"Make these changes ({len(planned)}): {said} now?")


def _perform(session: Session, drift: Drift) -> Drift:
    if drift.backend is None or any(step.result != "planned" for step in drift.steps):
        return drift
    done: list[Step] = []
    for step, quote in zip(drift.steps, drift.quotes, strict=True):
        if any(each.error for each in done):
            done.append(_skipped(step))
            continue
        try:
            done.append(_change(session, drift.backend, step, quote))
        except Problem as problem:
            done.append(_refused(step, problem))
    return drift._replace(steps=done)


def _change(session: Session, backend: "Backend", step: Step, quote: str | None) -> Step:
    arguments: dict[str, object] = {"edition": step.edition, "product": step.product}
    key = None
    if session.key:  # it stands for one request: a quote would make each run another one
        team = sha256(step.team.encode()).hexdigest()[:16]
        key = f"{session.key}.{team}.{step.product}.{step.action}"
    elif quote:
        arguments["quote"] = quote
    session.changes += 1
    operation = add_addon if step.action == "add" else remove_addon
    change = backend.perform(operation, arguments, key)
    result = "changed" if change.changed else "unchanged"
    return structs.replace(step, charged=change.record.charged, result=result)


def _refused(step: Step, problem: Problem) -> Step:
    said = " ".join(part for part in (problem.message, problem.hint) if part)
    return structs.replace(step, charged=None, result="failed", error=said)


def _skipped(step: Step) -> Step:
    return structs.replace(
        step, charged=None, result="skipped", error="Another step of this team is refused."
    )
