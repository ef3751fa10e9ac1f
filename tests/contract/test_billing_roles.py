"""Who may do what in billing: a table written by hand, and what happens (B1, T4-T6, A3)."""

from typing import Any

import pytest
from msgspec import structs

from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.billing import list_addons, list_invoices, show_billing, show_invoice
from pscli.desk.inquiries import list_inquiries, submit_inquiry
from pscli.desk.people import add_person, set_person
from pscli.desk.policies import set_policy, show_policy
from pscli.desk.purchases import add_addon, preview_addon, remove_addon
from pscli.desk.staff import add_representative
from pscli.desk.teams import set_team, show_team
from pscli.models.people import AdminRole, ChampionLevel, PersonStatus, RepresentativeRole
from pscli.operation import Operation
from pscli.problems import NotAllowed
from tests.world import AGENT, SALES, World

OPERATIONS: dict[str, tuple[Operation[..., Any], dict[str, Any]]] = {
    "billing show": (show_billing, {}),
    "billing addon list": (list_addons, {}),
    "billing addon preview": (preview_addon, {"edition": "essentials"}),
    "billing addon add": (add_addon, {"edition": "essentials"}),
    "billing addon remove": (remove_addon, {"edition": "essentials"}),
    "billing invoices list": (list_invoices, {}),
    "billing invoices show": (show_invoice, {"number": 1}),
    "contact sales": (submit_inquiry, {"edition": "enhanced", "body": "Please."}),
    "support sales": (list_inquiries, {}),
    "support grant": (
        grant_addon, {"team": "Acme", "product": "dropbox", "edition": "enhanced"},
    ),
    "support revoke": (
        revoke_addon, {"team": "Acme", "product": "dropbox", "edition": "essentials"},
    ),
    "team set": (set_team, {"team": "Acme", "licences": 50}),
    "team show": (show_team, {"team": "Acme"}),
}  # fmt: skip

# y: may, -: may not. Columns: the eight admin roles, a member, a Champion; agent, sales, operator.
TABLE = """
                        team usrm supp bill cont comp repo secu memb chmp agnt sale oper
billing show            y    -    -    y    -    -    -    -    -    -    -    -    -
billing addon list      y    -    -    y    -    -    -    -    -    -    -    -    -
billing addon preview   y    -    -    y    -    -    -    -    -    -    -    -    -
billing addon add       y    -    -    y    -    -    -    -    -    -    -    -    -
billing addon remove    y    -    -    y    -    -    -    -    -    -    -    -    -
billing invoices list   y    -    -    y    -    -    -    -    -    -    -    -    -
billing invoices show   y    -    -    y    -    -    -    -    -    -    -    -    -
contact sales           y    y    y    y    y    y    y    y    y    y    -    -    -
support sales           -    -    -    -    -    -    -    -    -    -    -    y    y
support grant           -    -    -    -    -    -    -    -    -    -    -    y    y
support revoke          -    -    -    -    -    -    -    -    -    -    -    y    y
team set                -    -    -    -    -    -    -    -    -    -    -    -    y
team show               -    -    -    -    -    -    -    -    -    -    -    -    y
"""
ROLES = {
    "team": AdminRole.TEAM, "usrm": AdminRole.USER_MANAGEMENT, "supp": AdminRole.SUPPORT,
    "bill": AdminRole.BILLING, "cont": AdminRole.CONTENT, "comp": AdminRole.COMPLIANCE,
    "repo": AdminRole.REPORTING, "secu": AdminRole.SECURITY, "memb": None, "chmp": None,
}  # fmt: skip
STAFF = {"agnt": AGENT, "sale": SALES, "oper": "chief@desk.example"}


def expected() -> dict[tuple[str, str], bool]:
    """The table as who may do what."""
    head, *rows = TABLE.strip("\n").splitlines()
    columns = head.split()
    return {
        (row[:24].strip(), column): mark == "y"
        for row in rows
        for column, mark in zip(columns, row[24:].split(), strict=True)
    }


def email_of(column: str) -> str:
    """Who stands for a column."""
    return STAFF.get(column, f"{column}@acme.example")


def may(world: World, column: str, operation: str) -> bool:
    """Whether somebody may, tried out; changes are only rehearsed."""
    performed, arguments = OPERATIONS[operation]
    backend = world.acting_as(email_of(column))
    try:
        backend.perform(performed, arguments, dry_run=not performed.reads)
    except NotAllowed:
        return False
    return True


def test_every_role_in_every_operation(world: World) -> None:
    """B1, T6, A3: all eight admin roles, member, Champion and staff, as the table says."""
    for column, role in ROLES.items():
        champion = ChampionLevel.EPIC if column == "chmp" else ChampionLevel.NONE
        add_person(world.operator, "Acme", email_of(column), role=role, champion=champion)
    add_representative(world.operator, STAFF["oper"], RepresentativeRole.OPERATOR)
    table = expected()
    assert {operation for operation, _ in table} == set(OPERATIONS)
    assert {column for _, column in table} == set(ROLES) | set(STAFF)
    found = {(each, column): may(world, column, each) for each, column in table}
    assert [key for key in table if found[key] != table[key]] == []


def test_rights_end_with_the_role(world: World) -> None:
    """T4, T5, B1: from the very next command; the policy can let other roles in."""
    add_person(world.operator, "Acme", email_of("bill"), role=AdminRole.BILLING)
    bill = world.acting_as(email_of("bill"))
    show_billing(bill)
    set_person(world.operator, email_of("bill"), role=AdminRole.CONTENT)
    with pytest.raises(NotAllowed):
        show_billing(bill)
    policy = show_policy(world.operator)
    roles = structs.replace(policy.roles, billing=[AdminRole.CONTENT])
    set_policy(world.operator, structs.replace(policy, roles=roles))
    show_billing(bill)
    set_person(world.operator, email_of("bill"), status=PersonStatus.SUSPENDED)
    with pytest.raises(NotAllowed, match="suspended"):
        show_billing(bill)
