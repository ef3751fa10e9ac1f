"""Every id in every parameter replaced by somebody else's: the same answer as for one of nobody."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from pscli.codec import encode_json
from pscli.desk.policies import set_policy
from pscli.desk.requests import submit_request
from pscli.models.people import Product
from pscli.operation import Operation
from pscli.policy import shipped_policy
from pscli.problems import Problem
from tests.world import World, all_operations

from .arguments import arguments
from .conftest import BACKENDS
from .desk import BARE, HELD, PEOPLE, STAFF, Things, address, lay_rights

# What a parameter names that can be somebody's, what nobody has, and the exit code for whoever may
# use the operation itself: typed by hand, from K2, A1, A2, B11, K6 and the table of COMMANDS.
IDS: dict[str, tuple[str, Any, str]] = {
    "number": ("number", 99_999, "3"),
    "follows": ("number", 99_999, "3"),
    "attachment": ("attachment", 99, "3"),
    "upload": ("begun", "f" * 32, "3"),
    "attachments": ("upload", "f" * 32, "2"),
    "chat": ("chat", "7-99999", "3"),
    "callback": ("callback", "7-99999", "3"),
    "token": ("token", "0" * 12, "3"),
    "booking": ("booking", 99, "3"),
    "invoice": ("invoice", 99, "3"),
    "mail": ("mail", 99, "3"),
    "topic": ("chat", "7-99999", "3"),
    "owner": ("person", "nobody@held.example", "5"),
    "team": ("team", "Nowhere", "5"),
    "email": ("person", "nobody@held.example", "3"),
    "quote": ("quote", "q1-" + "0" * 24, "6"),
    "who": ("person", "nobody@held.example", "y"),
    "search": ("secret", "secret of nobody@held.example", "y"),
    "issue_type": ("legacy", "unheard-of", "2"),
    "cursor": ("cursor", None, "y"),
}
# `id` is of what the operation is about; `number` of an invoice is no ticket's.
OF = {
    "id": {
        **dict.fromkeys(("cancel_booking", "rebook_slot"), "booking"),
        **dict.fromkeys(("take_callback", "record_call"), "callback"),
        **dict.fromkeys(("show_token", "revoke_token"), "token"),
        **dict.fromkeys(("read_mail", "hand_mail", "settle_mail", "retry_mail"), "mail"),
    },
    "number": {"show_invoice": "invoice"},
}
NEW = {("add_person", "email"), ("add_representative", "email")}  # whoever comes is nobody's id
TYPED = {"retype_ticket", "list_queue", "suggest_entries"}  # take any word as a type
PLAIN = """
    account_executive after anchor at billing_timezone body by cc champion channel claim currency
    cycle data delivery doubtful edition entries expires form hash key kind known language licences
    limit links max_amount member mine n name now outcome phone plan policy product products prune
    quarter rank reason records region role scope seen self_serve sha256 since size solve sort
    source starts_at state stated status strict subject timezone unassigned until urgent via waiting
"""
SHARED = {"booking", "invoice", "quote", "team", "who"}  # are the whole team's
COUNTED = {"booking", "invoice"}  # count up from 1 per team: only Bare's are beyond the other's
ANYBODYS = {"issue_type", "search", "who"}  # no ids, but must find nothing of others


def kind_of(operation: str, parameter: str) -> str | None:
    """What sort of id an operation's parameter holds; None where it holds none."""
    if parameter in PLAIN.split() or (operation, parameter) in NEW:
        return None
    if parameter == "issue_type" and operation in TYPED:
        return None
    found = OF.get(parameter, {}).get(operation, "chat" if parameter == "id" else parameter)
    assert found in IDS, f"{operation}: is {parameter} an id, and of what?"
    return found


def places() -> list[tuple[Operation[Any, Any], str, str]]:
    """Every parameter of every operation that can hold an id."""
    return [
        (operation, parameter, kind)
        for name, operation in sorted(all_operations().items())
        for parameter in operation.signature.parameters
        if (kind := kind_of(name, parameter))
    ]


def said(world: World, things: Things, operation: Any, given: dict[str, Any], id_: str) -> Any:
    """The outcome and all that is said of it, the id itself masked."""
    backend = world.acting_as(things.email)
    try:
        done = backend.perform(operation, given, dry_run=not operation.reads)
    except Problem as problem:
        text = encode_json({**problem.to_wire(), "request_id": None}).decode()
        return str(problem.exit_code), re.sub(
            rf"(?<![\w@.-]){re.escape(id_)}(?![\w@-])", "ID", text
        )
    return "y", re.sub(rf"(?<![\w@.-]){re.escape(id_)}(?![\w@-])", "ID", encode_json(done).decode())


def naming(parameter: str, value: Any) -> Any:
    """An id as the parameter takes it."""
    if parameter == "attachments":
        return [value]
    return f"chat/{value}" if parameter == "topic" else value


def strangers(things: Things, kind: str, laid: dict[str, Things]) -> list[Any]:
    """Ids of that sort that belong to a colleague and to another team."""
    if kind == "issue_type":
        return ["legacy"]
    if kind == "attachment":
        return [2]  # the first one of each team has two, everybody else one
    if kind in COUNTED and things.team == BARE:
        return []
    others = [address("supp", things.team), address("cont", BARE if things.team == HELD else HELD)]
    if kind in SHARED:
        others = others[1:]
    return [getattr(laid[other], IDS[kind][0]) for other in others if other != things.email]


def lay_legacy(world: World) -> None:
    """Somebody of each team has a ticket of a type that the policy does not know any more."""
    shipped = shipped_policy()
    types = [*shipped.issue_types, "legacy"]
    set_policy(world.operator, replace(shipped, issue_types=types))
    for team in (HELD, BARE):
        first = world.acting_as(address("team", team))
        submit_request(first, "x", "x", Product.DROPBOX, issue_type="legacy")
    set_policy(world.operator, shipped)


@pytest.mark.parametrize("world", BACKENDS, indirect=True)
def test_somebody_elses_is_as_if_it_were_not_there(world: World) -> None:
    """K2, K6, A1, A2, B11, Q4: code, sentence, field and hint are alike, for everyone in a team."""
    laid = lay_rights(world)
    lay_legacy(world)
    people = [
        laid[address(kind, team)] for team in (HELD, BARE) for kind in PEOPLE if kind != "team"
    ]
    tried = 0
    for operation, parameter, kind in places():
        _, missing, code = IDS[kind]
        for things in people:
            given = arguments(operation.name, things)
            role = said(world, things, operation, given, "")[0]
            none = "" if missing is None else missing
            asked = {**given, parameter: naming(parameter, none)}
            nobody = said(world, things, operation, asked, str(none)) if none else None
            if nobody is not None:
                expected = role if role in "57" else code
                assert nobody[0] == expected, (operation.name, parameter, things.email, nobody)
            for id_ in strangers(things, kind, laid):
                asked = {**given, parameter: naming(parameter, id_)}
                found = said(world, things, operation, asked, str(id_))
                where = (operation.name, parameter, things.email, id_)
                assert nobody is None or found == nobody, where
                secrets = [each.secret for each in laid.values() if each.email != things.email]
                if kind != "search":
                    assert [each for each in secrets if each in found[1]] == [], where
                tried += 1
    assert tried > 1000


@pytest.mark.parametrize("world", BACKENDS, indirect=True)
def test_support_is_told_what_is_not_there(world: World) -> None:
    """A3, T6: representatives reach everybody's; a token is its owner's, or an operator's."""
    laid = lay_rights(world)
    for operation, parameter, kind in places():
        _, missing, code = IDS[kind]
        if missing is None or parameter in ANYBODYS:
            continue
        for email in STAFF.values():
            given = arguments(operation.name, laid[email])
            if said(world, laid[email], operation, given, "")[0] not in "y6":
                continue
            expected = "3" if parameter in ("team", "email") else code
            if parameter == "owner" and email == STAFF["oper"]:
                expected = "3"
            asked = {**given, parameter: naming(parameter, missing)}
            found = said(world, laid[email], operation, asked, str(missing))
            assert found[0] == expected, (operation.name, parameter, email, found)
    token = all_operations()["show_token"]
    for email, expected in ((STAFF["agnt"], "3"), (STAFF["sale"], "3"), (STAFF["oper"], "y")):
        theirs = {"id": laid[address("bill", HELD)].token}
        assert said(world, laid[email], token, theirs, "")[0] == expected
