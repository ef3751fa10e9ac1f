"""What may spare a request: entries that fit what was typed, shown before it is sent (R6)."""

from pscli.desk.recommendations import suggest_entries
from pscli.models.library import MOST_TYPED
from pscli.models.people import Product
from pscli.problems import Problem

from .drafts import save_draft
from .session import Session


def sends_anyway(
    session: Session, subject: str, text: str, product: Product | None, issue_type: str
) -> bool:
    """Whether the request shall be sent although entries may answer it; if not, it is kept."""
    try:
        found = suggest_entries(
            session.backend, subject, text[:MOST_TYPED], product=product, issue_type=issue_type
        )
    except Problem:  # sending will say what is wrong; suggestions are only an offer
        return True
    if not found.items:
        return True
    session.tell("This may answer it:")
    for n, entry in enumerate(found.items, 1):
        session.tell(f"  {n}  {entry.title} ({entry.kind})", f"     {entry.url}")
    if session.reply_to("Send the request? [Y/n]:", at_end="n").lower() in ("", "y", "yes"):
        return True
    session.tell("Nothing was sent.", f"Your text is kept: --body-file {save_draft(text)}")
    return False
