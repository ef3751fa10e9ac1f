"""Plausible arguments of every operation: those with which whoever may is not refused."""

from collections.abc import Mapping
from typing import Any

from pscli.policy import shipped_policy
from tests.world import AGENT2, MONDAY_NOON

from .desk import CLAIM, STAFF, Things

ON_DROPBOX = {"product": "dropbox"}
CONSULTATION = {"kind": "consultation"}


def arguments(name: str, things: Things) -> dict[str, Any]:
    """What an actor asks an operation for; a KeyError is an operation that nobody thought of.

    A name may end in `/hub`, for the Hub's door, or in `/team`, for the team's figures.
    """
    name, _, door = name.partition("/")
    staff = things.email in STAFF.values()
    found = {**_OF_DESK, **_own(things), **_cases(things), **_sales(things)}[name]
    if name in ("start_upload", "add_part") and staff:
        found = {**found, "team": things.team}
    if door == "hub":
        found = {**found, "via": "hub"}
    return {**found, "scope": "team"} if door == "team" else dict(found)


_OF_DESK: Mapping[str, Mapping[str, Any]] = {
    "add_representative": {"email": "new@desk.example", "role": "agent"},
    "check_desk": {},
    "claim_mail": {"claim": "2" * 32},
    "count_mail": {},
    "create_team": {"name": "New"},
    "end_digest_run": {"quarter": "2025-Q4"},
    "end_mail_run": {"waiting": 0, "doubtful": 0},
    "export_desk": {"form": "csv"},
    "hand_mail": {"id": 1, "claim": CLAIM},
    "import_catalogue": {
        "entries": [
            {
                "url": "https://help.example/a", "title": "A", "kind": "article",
                "product": "dropbox", "language": "en",
            }
        ]
    },
    "list_appointments": {},
    "list_audit": {},
    "list_callbacks": {},
    "list_catalogue": {},
    "list_chats": {},
    "list_due_digests": {},
    "list_inquiries": {},
    "list_issue_types": {},
    "list_mail": {},
    "list_queue": {},
    "list_representatives": {},
    "list_teams": {},
    "list_tokens": {},
    "read_mail": {"id": 1},
    "recall_digest_run": {"key": "a-run"},
    "recall_mail_run": {"key": "a-run"},
    "remove_representative": {"email": AGENT2},
    "retry_mail": {"id": 2},
    "set_policy": {"policy": shipped_policy()},
    "settle_mail": {"id": 1, "claim": CLAIM, "delivery": "sent"},
    "show_metrics": {},
    "show_policy": {},
    "size_desk": {},
    "whoami": {},
}  # fmt: skip


def _own(things: Things) -> dict[str, dict[str, Any]]:
    """Of customers, and what everyone has."""
    ticket, chat = {"number": things.number}, {"id": things.chat}
    return {
        "add_addon": {"edition": "essentials", **ON_DROPBOX},
        "add_part": {"upload": things.begun, "n": 0, "data": b"x"},
        "attend_chat": chat,
        "book_slot": {
            "kind": "meeting" if things.team == "Held" else "consultation",
            "starts_at": "2026-03-05T10:00:00Z",
            "product": "dash" if things.team == "Held" else "dropbox",
        },
        "cancel_booking": {**CONSULTATION, "id": things.booking},
        "cancel_callback": ON_DROPBOX,
        "create_token": {"hash": "ef" * 32, "owner": things.email},
        "end_chat": chat,
        "export_tickets": {"form": "jsonl"},
        "list_addons": {},
        "list_bookings": CONSULTATION,
        "list_invoices": {},
        "list_recommendations": {},
        "list_requests": {},
        "list_slots": CONSULTATION,
        "list_tickets": {"search": "secret"},
        "look": {"topic": f"chat/{things.chat}"},
        "open_chat": {"product": "paper"},
        "open_recommendation": {"rank": 1},
        "preview_addon": {"edition": "essentials", **ON_DROPBOX},
        "read_attachment": {**ticket, "attachment": things.attachment},
        "read_chat": chat,
        "rebook_slot": {
            **CONSULTATION, "starts_at": "2026-03-04T11:00:00Z", "id": things.booking,
        },
        "remove_addon": {"edition": "essentials", **ON_DROPBOX},
        "reply_ticket": {**ticket, "body": "x", "attachments": [things.upload]},
        "request_callback": {"phone": "+49 30 901820", "product": "paper"},
        "revoke_token": {"id": things.token},
        "say_line": {**chat, "body": "x"},
        "show_billing": {},
        "show_booking": {**CONSULTATION, **ON_DROPBOX},
        "show_brief": {},
        "show_callback": ON_DROPBOX,
        "show_hub": {},
        "show_insights": {},
        "show_invoice": {"number": things.invoice},
        "show_options": ON_DROPBOX,
        "show_ticket": ticket,
        "show_token": {"id": things.token},
        "solve_ticket": ticket,
        "start_upload": {"name": "a", "size": 1, "sha256": "ab" * 32},
        "submit_inquiry": {"edition": "enhanced", "body": "x", **ON_DROPBOX},
        "submit_request": {
            "subject": "x", "body": "x", **ON_DROPBOX, "follows": things.number,
            "attachments": [things.upload],
        },
        "suggest_entries": {"subject": "sync stops"},
    }  # fmt: skip


def _cases(things: Things) -> dict[str, dict[str, Any]]:
    """Of representatives."""
    case = {"team": things.team, "number": things.number}
    return {
        "answer_ticket": {**case, "body": "x"},
        "assign_ticket": {**case, "email": AGENT2},
        "join_chat": {"id": things.chat},
        "note_ticket": {**case, "body": "x"},
        "prepare_meeting": {"team": things.team},
        "read_case_attachment": {**case, "attachment": things.attachment},
        "record_call": {"id": things.callback, "outcome": "no-answer"},
        "release_ticket": case,
        "retype_ticket": {**case, "issue_type": "sync"},
        "settle_ticket": {"team": things.team, "number": things.answered},
        "show_case": case,
        "take_callback": {"id": things.callback},
        "take_ticket": case,
    }


def _sales(things: Things) -> dict[str, dict[str, Any]]:
    """Of sales and operators, about a team or a person."""
    team, person = {"team": things.team}, {"email": things.person}
    addon = {**team, "edition": "essentials", "product": "dropbox"}
    return {
        "add_person": {**team, "email": "new@held.example"},
        "grant_addon": addon,
        "import_tickets": {**team, "source": "old", "records": [_foreign(things)]},
        "import_usage": team,
        "list_people": team,
        "list_usage": team,
        "queue_digest": {**team, "quarter": "2025-Q4"},
        "remove_person": person,
        "revoke_addon": {**addon, "now": True},
        "set_person": {**person, "name": "New"},
        "set_team": {**team, "licences": 50},
        "show_team": team,
    }


def _foreign(things: Things) -> dict[str, Any]:
    """A ticket of another system."""
    return {
        "record": "1", "line": 1, "requester": things.person, "subject": "x", "body": "x",
        "product": "dropbox", "issue_type": "other", "channel": "request", "status": "open",
        "language": "en", "urgent": False, "created_at": MONDAY_NOON, "answered_at": None,
        "solved_at": None,
    }  # fmt: skip
