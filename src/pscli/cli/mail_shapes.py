"""What lists of mails and of feature use look like."""

from .cells import field, when
from .layout import Span
from .shapes import Shape

MAIL_SHAPES: dict[str, list[Shape]] = {
    "FeatureUse": [
        Shape("FEATURE", field("feature", "bold")),
        Shape("NAME", field("name"), flexible=True),
        Shape("KIND", field("kind", "dim"), drop=3),
        Shape("USE", field("state")),
        Shape("PEOPLE", field("people"), right=True),
        Shape("OF", field("among", "dim"), drop=1, right=True),
        Shape("SHARE", lambda u, _: Span("" if u.share is None else f"{u.share:.1%}"), right=True),
    ],
    "Mail": [
        Shape("ID", field("id", "bold"), right=True),
        Shape("STATE", field("state")),
        Shape("TO", field("recipients"), most=40),
        Shape("SUBJECT", field("subject"), flexible=True),
        Shape("QUEUED", when("queued_at"), drop=2),
        Shape("TRIES", field("attempts", "dim"), drop=3, right=True),
        Shape("REASON", field("reason", "dim"), drop=1, optional=True),
    ],
}
