"""Who may do what: typed by hand from RULES and COMMANDS, and done by every kind of actor."""

import pytest

from pscli.codec import encode_json
from pscli.desk.people import remove_person, set_person
from pscli.desk.staff import remove_representative
from pscli.desk.tokens import whoami
from pscli.models.people import PersonStatus
from pscli.problems import Problem
from pscli.rules.rights import RIGHTS
from tests.world import AGENT, World, all_operations

from .arguments import arguments
from .conftest import BACKENDS
from .desk import BARE, HELD, PEOPLE, STAFF, Things, address, lay_rights

# A cell is what comes of it: y done, else the exit code: 5 the role, 7 no add-on, 6 the state.
# Of people two: in a team with add-ons, and in one without. What follows a head has all its rows.
# Columns: the admin roles, a member, a Champion without and with role team; agent, sales, operator.
TABLE = """
 team bill usrm supp cont repo secu comp memb chmp chtm agnt sale oper
  yy   yy   yy   yy   yy   yy   yy   yy   yy   yy   yy   y    y    y
A1 C3 C4 K6: known to the desk, each of their own
    add_part attend_chat create_token list_issue_types list_tokens look read_chat revoke_token
    show_token start_upload whoami
  yy   yy   yy   yy   yy   yy   yy   yy   yy   yy   yy   y    6    6
C4: a chat is of its customer and of the one who joined it
    end_chat say_line
  yy   yy   yy   yy   yy   yy   yy   yy   yy   yy   yy   5    5    5
E6 C1 C2 C5 C7 C8 C9 K2 R7: everyone in a team
    cancel_callback list_requests read_attachment reply_ticket show_callback show_options
    show_ticket solve_ticket submit_inquiry submit_request suggest_entries
  yy   yy   yy   yy   yy   yy   yy   yy   55   yy   yy   5    5    5
E4 E6 E7 H5: live channels, of admins and Champions
    open_chat request_callback
  y7   y7   y7   y7   y7   y7   y7   y7   55   55   yy   5    5    5
E8 E6 E7 I4 R7: the Hub
    export_tickets list_recommendations list_tickets open_recommendation read_attachment/hub
    reply_ticket/hub show_hub show_insights show_ticket/hub solve_ticket/hub
  y7   57   57   57   57   y7   57   57   55   55   yy   5    5    5
I3 E8: the whole team's figures
    show_insights/team
  y7   55   55   55   55   y7   55   55   55   55   y7   5    5    5
Q5 E5 I3: the brief
    show_brief
  y7   y7   y7   y7   y7   y7   y7   y7   55   55   y7   5    5    5
E4 E5 E7: consultations and meetings, never through a Champion's level
    book_slot list_slots
  yy   yy   yy   yy   yy   yy   yy   yy   55   55   yy   5    5    5
Q4: what was booked stays the admins', cancelled with the add-on too
    cancel_booking list_bookings show_booking
  y6   y6   y6   y6   y6   y6   y6   y6   55   55   y6   5    5    5
Q4: what is cancelled is moved no more
    rebook_slot
  yy   yy   55   55   55   55   55   55   55   55   yy   5    5    5
B1 A3: billing
    add_addon list_addons list_invoices preview_addon remove_addon show_billing show_invoice
  yy   55   55   55   55   55   yy   55   55   55   yy   5    5    y
A2: a team's trail, and everybody's
    list_audit
  55   55   55   55   55   55   55   55   55   55   55   y    y    y
A3 C4 C5 Q4 Q5 R3: support
    answer_ticket assign_ticket list_appointments list_callbacks list_catalogue list_chats
    list_queue note_ticket prepare_meeting read_case_attachment record_call release_ticket
    retype_ticket settle_ticket show_case show_metrics take_callback take_ticket
  55   55   55   55   55   55   55   55   55   55   55   y    6    6
C4: a chat is joined by exactly one
    join_chat
  55   55   55   55   55   55   55   55   55   55   55   5    y    y
C8 A3 B16: sales
    grant_addon list_inquiries revoke_addon
  55   55   55   55   55   55   55   55   55   55   55   5    5    y
T6 P1 A2 A3 Q1: operators
    add_person add_representative check_desk claim_mail count_mail create_team end_digest_run
    end_mail_run export_desk hand_mail import_catalogue import_tickets import_usage
    list_due_digests list_mail list_people list_representatives list_teams list_usage queue_digest
    read_mail recall_digest_run recall_mail_run remove_person remove_representative
    retry_mail set_person set_policy set_team settle_mail show_policy show_team size_desk
"""


def expected() -> dict[tuple[str, str, str], str]:
    """The table as what comes of it, by operation, column and team."""
    found: dict[tuple[str, str, str], str] = {}
    columns: list[str] = []
    cells: list[str] = []
    for line in TABLE.strip("\n").splitlines():
        words = line.split()
        if not columns:
            columns = words
        elif line.startswith("    "):
            for name in words:
                for column, cell in zip(columns, cells, strict=True):
                    for team, mark in zip((HELD, BARE), cell, strict=False):
                        assert (name, column, team) not in found, f"{name} stands there twice"
                        found[name, column, team] = mark
        elif line.startswith("  "):
            cells = words
    return found


def actors() -> dict[tuple[str, str], str]:
    """Who stands for a column, in which team."""
    people = {(kind, team): address(kind, team) for team in (HELD, BARE) for kind in PEOPLE}
    return {**people, **{(kind, HELD): email for kind, email in STAFF.items()}}


def outcome(world: World, things: Things, name: str, others: list[str]) -> str:
    """What comes of it; a change is only rehearsed. Nobody in a team reads what others wrote."""
    operation = all_operations()[name.partition("/")[0]]
    given = arguments(name, things)
    try:
        done = world.acting_as(things.email).perform(operation, given, dry_run=not operation.reads)
    except Problem as problem:
        done, mark = problem.to_wire(), str(problem.exit_code)
    else:
        mark = "y"
    if things.email not in STAFF.values():
        text = encode_json(done).decode()
        assert [secret for secret in others if secret in text] == [], name
    return mark


def test_every_operation_has_a_row() -> None:
    """T6: in the table that the desk looks at, and in the one typed by hand."""
    typed = {name.partition("/")[0] for name, _, _ in expected()}
    assert set(all_operations()) == set(RIGHTS) == typed


@pytest.mark.parametrize("world", BACKENDS, indirect=True)
def test_every_kind_of_actor_in_every_operation(world: World) -> None:
    """T4, T6, E6, E7, E8, B1, A2, A3, I3, K2, C9: as the table says, with and without an add-on."""
    laid = lay_rights(world)
    people, table = actors(), expected()
    found = {}
    for name, column, team in table:
        things = laid[people[column, team]]
        others = [other.secret for other in laid.values() if other.secret != things.secret]
        found[name, column, team] = outcome(world, things, name, others)
    wrong = {key: (mark, found[key]) for key, mark in table.items() if found[key] != mark}
    assert wrong == {}


@pytest.mark.parametrize("world", BACKENDS, indirect=True)
def test_whoever_is_no_more_may_nothing(world: World) -> None:
    """T4, T5: suspended or removed, from the very next operation on, a representative alike."""
    laid = lay_rights(world)
    gone = [laid[address(kind, HELD)] for kind in ("team", "memb", "supp")] + [laid[AGENT]]
    operator = world.operator
    for things in gone:
        assert world.acting_as(things.email).perform(whoami, {}).email == things.email
    set_person(operator, gone[0].email, status=PersonStatus.SUSPENDED)
    set_person(operator, gone[1].email, status=PersonStatus.SUSPENDED)
    remove_person(operator, gone[2].email)
    remove_representative(operator, AGENT)
    for name in sorted({name for name, _, _ in expected()}):
        marks = {outcome(world, things, name, []) for things in gone}
        # The token of whoever was removed is 4, and 10 after thirty wrong ones in a minute.
        assert marks <= {"4", "5", "10"}, name
