"""pscli team: teams and their people, kept by operators."""

from typing import Annotated, Any

import typer

from pscli.desk import people as desk_people, teams as desk
from pscli.models.billing import TermsChange
from pscli.models.people import (
    AdminRole,
    BillingCycle,
    ChampionLevel,
    Person,
    PersonStatus,
    Plan,
    Product,
    Team,
)
from pscli.models.record import Change
from pscli.problems import InvalidValue, hint_near

from .command import command, command_group
from .session import Session
from .support import closed
from .usage import app as usage

app = command_group("team show Acme")
people = command_group("team people list --team Acme", "The people of a team.")
app.add_typer(people, name="people")
app.add_typer(usage, name="usage", help="How much a team uses which features.")

TeamOption = Annotated[
    str | None, typer.Option("--team", help="Which team; the only one if left out.")
]
EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="Who.")]
PairsArgument = Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What to change.")]


@command(app, "list", lists=True, staff=True, example="team list")
def list_(session: Session) -> Any:
    """List the teams."""
    return session.page_of(desk.list_teams)


@command(app, staff=True, example="team show Acme")
def show(
    session: Session,
    team: Annotated[str | None, typer.Argument(metavar="[TEAM]", help="Which one.")] = None,
) -> Any:
    """Show one team."""
    return desk.show_team(session.backend, named_team(session, team))


@command(app, changes=True, staff=True, example="team create Acme --products dash --licences 40")
def create(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, unique on the desk.")],
    plan: Annotated[Plan, typer.Option(help="Its plan.")] = Plan.STANDARD,
    products: Annotated[
        str, typer.Option(metavar="A,B", help="What it owns besides dropbox.")
    ] = "",
    licences: Annotated[int, typer.Option(min=1, help="How many.")] = 1,
    cycle: Annotated[
        BillingCycle, typer.Option(help="How long a period is.")
    ] = BillingCycle.MONTHLY,
    anchor: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="When periods begin.")
    ] = None,
    currency: Annotated[str, typer.Option(help="As in USD.")] = "USD",
    timezone: Annotated[str, typer.Option(help="Its zone, as in Asia/Jakarta.")] = "UTC",
    account_executive: Annotated[
        bool, typer.Option("--account-executive", help="It has an account executive.")
    ] = False,
    self_serve: Annotated[
        bool, typer.Option("--self-serve/--no-self-serve", help="It may buy by itself.")
    ] = True,
) -> Change[Team]:
    """Create a team."""
    return session.change(
        desk.create_team,
        name,
        plan=plan,
        products=_products(products),
        licences=licences,
        cycle=cycle,
        anchor=session.instant(anchor, "anchor"),
        currency=currency,
        timezone=timezone,
        account_executive=account_executive,
        self_serve=self_serve,
    )


@command(
    app, "set", changes=True, staff=True, example="team set Acme plan=business products=dash,sign"
)
def set_(
    session: Session,
    team: Annotated[str, typer.Argument(metavar="TEAM", help="Which one.")],
    pairs: PairsArgument,
) -> Change[TermsChange] | None:
    """Change a team: plan, products, timezone, account_executive, self_serve, licences.

    More licences are charged now; fewer, and cycle, currency, anchor and billing_timezone, come at
    the next renewal.
    """
    readers = {
        "plan": lambda text: closed(Plan, text, "plan"),
        "products": _products,
        "timezone": str,
        "account_executive": truth,
        "self_serve": truth,
        "licences": _count,
        "cycle": lambda text: closed(BillingCycle, text, "cycle"),
        "currency": str,
        "anchor": lambda text: session.instant(text, "anchor", "UTC"),
        "billing_timezone": str,
    }
    given = read_pairs(pairs, readers)
    if not _agrees_to_pay(session, team, given):
        return None
    return session.change(desk.set_team, team, **given)


def _agrees_to_pay(session: Session, team: str, given: dict[str, Any]) -> bool:
    """Ask where more licences cost something, with the amount that a dry run says (B16)."""
    if session.yes or session.dry_run or "licences" not in given:
        return True
    would = session.backend.perform(desk.set_team, {"team": team, **given}, dry_run=True).record
    if would.invoice is None:
        return True
    amount = f"{would.charged.amount} {would.charged.currency}"
    return session.ask(f"Set {team} to {would.licences} licences: {amount} now?")


def named_team(session: Session, team: str | None) -> str:
    """The team that was named, else the only one there is."""
    if team is not None:
        return team
    found = desk.list_teams(session.backend, limit=2).items
    if len(found) != 1:
        raise InvalidValue("Say which team.", hint="See them: pscli team list", field="team")
    return found[0].name


def read_pairs(pairs: list[str], readers: dict[str, Any]) -> dict[str, Any]:
    """KEY=VALUE words as arguments; an unknown key is refused with the known ones."""
    given: dict[str, Any] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or key not in readers:
            raise InvalidValue(
                f"“{pair}” cannot be set.",
                hint=hint_near(key, readers, f"KEY=VALUE: {', '.join(readers)}."),
                field=key,
            )
        given[key] = readers[key](value)
    return given


def truth(text: str) -> bool:
    """A yes or no as a person types it."""
    if text.casefold() not in ("true", "yes", "1", "false", "no", "0"):
        raise InvalidValue(f"“{text}” is neither true nor false.", hint="Write true or false.")
    return text.casefold() in ("true", "yes", "1")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise InvalidValue(
            f"“{text}” is no number of licences.",
            hint="Write a whole number, 1 or more.",
            field="licences",
        )
    return int(text)


def _products(text: str) -> list[Product]:
    return [closed(Product, word.strip(), "product") for word in text.split(",") if word.strip()]


@command(people, "list", lists=True, staff=True, example="team people list --team Acme")
def list_people(session: Session, team: TeamOption = None) -> Any:
    """List the people of a team."""
    return session.page_of(desk_people.list_people, team=named_team(session, team))


@command(people, changes=True, staff=True, example="team people add ana@acme.example --role team")
def add(
    session: Session,
    email: EmailArgument,
    team: TeamOption = None,
    name: Annotated[str | None, typer.Option(help="Their name.")] = None,
    role: Annotated[
        AdminRole | None, typer.Option(help="Their admin role; none: a member.")
    ] = None,
    champion: Annotated[ChampionLevel, typer.Option(help="Champion level.")] = ChampionLevel.NONE,
    language: Annotated[str, typer.Option(help="en, ja or id.")] = "en",
    timezone: Annotated[str | None, typer.Option(help="Their zone; default the team's.")] = None,
    region: Annotated[
        str | None, typer.Option(metavar="CC", help="Of their phone, as in ID.")
    ] = None,
) -> Change[Person]:
    """Add a person to a team."""
    return session.change(
        desk_people.add_person,
        named_team(session, team),
        email,
        name=name,
        role=role,
        champion=champion,
        language=language,
        timezone=timezone,
        region=region,
    )


@command(
    people, "set", changes=True, staff=True, example="team people set ana@acme.example role=billing"
)
def set_person(session: Session, email: EmailArgument, pairs: PairsArgument) -> Change[Person]:
    """Change a person: name, role (none: member), champion, status, language, timezone, region."""
    readers = {
        "name": str,
        "role": lambda text: text if text in ("none", "") else closed(AdminRole, text, "role"),
        "champion": lambda text: closed(ChampionLevel, text, "champion"),
        "status": lambda text: closed(PersonStatus, text, "status"),
        "language": str,
        "timezone": str,
        "region": str,
    }
    given = read_pairs(pairs, readers)
    if given.get("role") in ("none", ""):
        given.pop("role")
        given["member"] = True
    return session.change(desk_people.set_person, email, **given)


@command(people, changes=True, staff=True, example="team people remove mia@acme.example --yes")
def remove(session: Session, email: EmailArgument) -> Change[Person] | None:
    """Remove a person: their tickets stay, their rights and tokens end."""
    if not session.ask(f"Remove {email}? Their rights and tokens end at once."):
        return None
    return session.change(desk_people.remove_person, email)
