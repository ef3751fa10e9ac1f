"""The one table of who may do what: every operation has its row; what is not granted is refused.

Rights are looked up at every command from the person's state at that instant (T4, T5).
"""

from enum import Enum
from typing import NamedTuple

from pscli.models.people import Actor, ActorKind, AdminRole, RepresentativeRole
from pscli.problems import NotAllowed


class Access(Enum):
    """Whom an operation is for."""

    ANYONE = "everyone who is known to the desk"
    PERSON = "active people of a team"
    HUB = "admins of a team with an add-on"
    AUDIT = "operators, and the roles of the policy for their own team"
    BILLING = "the roles that the policy lets into billing"
    AGENT = "representatives"
    SALES = "sales representatives"
    OPERATOR = "operators"


RIGHTS: dict[str, Access] = {
    "add_addon": Access.BILLING,  # B1
    "add_part": Access.ANYONE,  # K6: whoever may write may attach; uploads are their owner's
    "add_person": Access.OPERATOR,  # T6
    "add_representative": Access.OPERATOR,  # T6
    "assign_ticket": Access.AGENT,  # A3
    "attend_chat": Access.ANYONE,  # C4: of one's own chat
    "book_slot": Access.PERSON,  # E4, E5: admins with the add-on
    "cancel_booking": Access.PERSON,  # Q4: admins
    "cancel_callback": Access.PERSON,  # C5
    "check_desk": Access.OPERATOR,
    "claim_mail": Access.OPERATOR,
    "count_mail": Access.OPERATOR,
    "create_team": Access.OPERATOR,  # T6
    "end_chat": Access.ANYONE,  # C4: of one's own chat
    "create_token": Access.ANYONE,  # A1: for oneself; for others operators only
    "end_digest_run": Access.OPERATOR,
    "end_mail_run": Access.OPERATOR,
    "export_desk": Access.OPERATOR,  # A3
    "export_tickets": Access.HUB,  # E8
    "grant_addon": Access.SALES,  # C8
    "import_catalogue": Access.OPERATOR,  # P1
    "hand_mail": Access.OPERATOR,
    "import_tickets": Access.OPERATOR,
    "import_usage": Access.OPERATOR,
    "list_addons": Access.BILLING,  # B1
    "join_chat": Access.AGENT,  # C4
    "list_audit": Access.AUDIT,  # A2
    "list_appointments": Access.AGENT,  # Q4
    "list_bookings": Access.PERSON,  # Q4: admins
    "list_callbacks": Access.AGENT,  # C5
    "list_catalogue": Access.AGENT,  # R3: whoever links has the addresses at hand
    "list_chats": Access.AGENT,  # C4
    "list_due_digests": Access.OPERATOR,  # Q1
    "list_inquiries": Access.SALES,  # C8
    "list_invoices": Access.BILLING,  # B1
    "list_mail": Access.OPERATOR,
    "list_issue_types": Access.ANYONE,  # C3
    "list_people": Access.OPERATOR,  # T6
    "list_queue": Access.AGENT,  # A3
    "list_recommendations": Access.HUB,  # R7
    "list_representatives": Access.OPERATOR,  # T6
    "list_requests": Access.PERSON,  # C9
    "list_slots": Access.PERSON,  # E4, E5: admins with the add-on
    "list_teams": Access.OPERATOR,  # T6
    "list_tickets": Access.HUB,  # E8
    "list_tokens": Access.ANYONE,  # A1
    "list_usage": Access.OPERATOR,
    "look": Access.ANYONE,  # C4: at what one may read
    "note_ticket": Access.AGENT,  # K4
    "open_chat": Access.PERSON,  # C4: where the channel is open to them (E6)
    "open_recommendation": Access.HUB,  # R4, R7
    "prepare_meeting": Access.AGENT,  # Q5
    "preview_addon": Access.BILLING,  # B1
    "queue_digest": Access.OPERATOR,  # Q1
    "read_attachment": Access.PERSON,  # K2, K6
    "read_case_attachment": Access.AGENT,  # A3
    "read_chat": Access.ANYONE,  # C4: one's own, for representatives any (A3)
    "recall_digest_run": Access.OPERATOR,
    "recall_mail_run": Access.OPERATOR,
    "read_mail": Access.OPERATOR,
    "rebook_slot": Access.PERSON,  # Q4: admins with the add-on
    "record_call": Access.AGENT,  # C5
    "release_ticket": Access.AGENT,  # A3
    "remove_addon": Access.BILLING,  # B1
    "remove_person": Access.OPERATOR,  # T6
    "remove_representative": Access.OPERATOR,  # T6
    "reply_ticket": Access.PERSON,  # K2, C9
    "request_callback": Access.PERSON,  # C5: where the channel is open to them (E6)
    "answer_ticket": Access.AGENT,  # K4
    "retype_ticket": Access.AGENT,  # A3
    "retry_mail": Access.OPERATOR,
    "revoke_addon": Access.SALES,  # B16
    "revoke_token": Access.ANYONE,  # A1: one's own; others' operators only
    "say_line": Access.ANYONE,  # C4: in one's own chat
    "set_person": Access.OPERATOR,  # T6
    "set_policy": Access.OPERATOR,  # P1
    "set_team": Access.OPERATOR,  # T6
    "settle_mail": Access.OPERATOR,
    "settle_ticket": Access.AGENT,  # K4
    "show_billing": Access.BILLING,  # B1
    "show_booking": Access.PERSON,  # Q4: admins
    "show_brief": Access.PERSON,  # Q5: who may book a meeting and see the team's figures (I3)
    "show_callback": Access.PERSON,  # C5
    "show_case": Access.AGENT,  # A3
    "show_hub": Access.HUB,  # E8
    "show_insights": Access.HUB,  # I4; the team's by role (I3)
    "show_invoice": Access.BILLING,  # B1
    "show_metrics": Access.AGENT,  # A3
    "show_options": Access.PERSON,  # C1
    "show_policy": Access.OPERATOR,  # P1
    "show_team": Access.OPERATOR,  # T6
    "show_token": Access.ANYONE,  # A1: one's own; others' operators only
    "show_ticket": Access.PERSON,  # K2, C9
    "size_desk": Access.OPERATOR,
    "solve_ticket": Access.PERSON,  # K4
    "start_upload": Access.ANYONE,  # K6
    "submit_inquiry": Access.PERSON,  # C8
    "submit_request": Access.PERSON,  # C2, C7
    "suggest_entries": Access.PERSON,  # R6, R7: for everyone
    "take_callback": Access.AGENT,  # C5
    "take_ticket": Access.AGENT,  # A3
    "whoami": Access.ANYONE,
}

_STAFF = {
    Access.AGENT: frozenset(RepresentativeRole),
    Access.SALES: frozenset({RepresentativeRole.SALES, RepresentativeRole.OPERATOR}),
    Access.OPERATOR: frozenset({RepresentativeRole.OPERATOR}),
    Access.AUDIT: frozenset({RepresentativeRole.OPERATOR}),
}


class PolicyRoles(NamedTuple):
    """The admin roles that the policy lets reach billing (B1) and their team's trail (A2)."""

    billing: tuple[AdminRole, ...] = ()
    audit: tuple[AdminRole, ...] = ()


BY_POLICY = frozenset({Access.BILLING, Access.AUDIT})


def check_right(operation: str, who: Actor, roles: PolicyRoles = PolicyRoles()) -> Access:  # noqa: B008 - a frozen value
    """The access that an operation demands, granted; raises NotAllowed.

    The Hub's add-on is looked at by `entitlements.check_hub`, which needs the team's editions.
    """
    access = RIGHTS[operation]
    if access is Access.ANYONE or _may(access, who, roles):
        return access
    if who.kind is ActorKind.PERSON:
        raise NotAllowed(
            f"Your role may not do this: it is for {access.value}.",
            hint="See your role: pscli whoami",
        )
    if access in _PEOPLES:
        raise NotAllowed(
            f"{who.email} is no person of a team: this is for {access.value} (T6).",
            hint="Name one: --as EMAIL, or sign in as one.",
        )
    raise NotAllowed(
        f"Your role, {who.staff_role}, may not do this: it is for {access.value} (T6).",
        hint="Ask an operator of the desk.",
    )


_PEOPLES = frozenset({Access.PERSON, Access.HUB, Access.BILLING})


def _may(access: Access, who: Actor, roles: PolicyRoles) -> bool:
    if who.kind is ActorKind.PERSON:
        if access is Access.BILLING:
            return who.role in roles.billing
        if access is Access.AUDIT:
            return who.role in roles.audit
        return access in _PEOPLES
    if access in _PEOPLES:
        return False
    return who.kind is ActorKind.OPERATOR or who.staff_role in _STAFF[access]
