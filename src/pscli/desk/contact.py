"""How support can be reached by the person who asks (C1)."""

from pscli.models.contact import Options
from pscli.models.people import Product
from pscli.models.record import Instant, Language
from pscli.operation import Work, operation
from pscli.problems import NotFound
from pscli.rules.contact import Situation, contact_options
from pscli.rules.entitlements import product_asked
from pscli.rules.tickets import spoken_language

from .access import editions_held


@operation("GET", "/contact/options")
def show_options(
    work: Work,
    product: Product | None = None,
    language: Language | None = None,
    at: Instant | None = None,
) -> Options:
    """Which ways to support are open to you, until when, and why (C1, H3)."""
    return contact_options(situation(work, product, language, at))


def situation(
    work: Work, product: Product | None, language: str | None, at: Instant | None = None
) -> Situation:
    """What decides how the actor may reach support, now unless another instant is named."""
    who = work.who
    team_zone = work.sql.one(str, "SELECT timezone FROM team WHERE id = :team", team=who.team)
    if team_zone is None:
        raise NotFound("Your team is gone.", hint="Ask an operator of the desk.")
    return Situation(
        who=who,
        team_zone=team_zone,
        product=product_asked(who, product),
        language=spoken_language(who, language),
        at=at or work.now,
        held=editions_held(work, at=at),
        policy=work.policy,
    )
