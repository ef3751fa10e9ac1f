"""A desk on which something of everything has happened, so that random input finds something."""

from pscli.backends.local import Database, Local
from pscli.desk.addons import grant_addon
from pscli.desk.callbacks import request_callback
from pscli.desk.chats import open_chat
from pscli.desk.inquiries import submit_inquiry
from pscli.desk.people import add_person
from pscli.desk.queue import answer_ticket
from pscli.desk.requests import submit_request
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import AdminRole, Identity, Product
from tests.cli.hostile import HOSTILE
from tests.world import AGENT, ANA, BEN, GRACE, MIA, OTTO, Clock, lay, populate

ZOE = "zoe@acme.example"  # role team, so that removing and demoting others stays possible


def enliven(database: Database) -> None:
    """Lay and people a desk; file requests with hostile subjects, an answer, live contacts."""
    clock = Clock()
    lay(database, clock)
    populate(Local(database, Identity(), clock))
    operator = Local(database, Identity(), clock)
    add_person(operator, "Acme", ZOE, name="Zoe\u202e", role=AdminRole.TEAM)
    grant_addon(operator, "Other", AddonProduct.DASH, Edition.ENHANCED)
    ana, ben, mia, otto = (
        Local(database, Identity(email=email), clock) for email in (ANA, BEN, MIA, OTTO)
    )
    for name in ("window title", "right-to-left override", "tab", "closing markup", "formula"):
        submit_request(ana, HOSTILE[name], HOSTILE[name], cc=[GRACE])
    submit_request(mia, "It does not sync", "It does not.")
    answer_ticket(Local(database, Identity(email=AGENT), clock), "Acme", 1, HOSTILE["colour"])
    open_chat(ben)
    request_callback(ben, "+49 30 901820")
    submit_inquiry(otto, Edition.ENHANCED, HOSTILE["clipboard"], Product.DROPBOX)
