"""Many tickets at once, put where no rule looks at them."""

from collections.abc import Iterable

from pscli.backends.local import Database
from tests.world import ANA


def write_tickets(database: Database, subjects: Iterable[str]) -> None:
    """Ana's tickets are now those with these subjects, numbered in this order."""
    with database.transaction(writes=True) as sql:
        sql.run("DELETE FROM ticket")
        for number, subject in enumerate(subjects, start=1):
            sql.run(
                "INSERT INTO ticket (team, number, person, requester, subject, status, product, "
                "issue_type, channel, language, urgent, cc, created_at, updated_at, due_at, "
                "messages, attachments, clock) VALUES (1, :number, 1, :ana, :subject, 'open', "
                "'dropbox', 'other', 'request', 'en', 0, '[]', '2026-03-02T12:00:00Z', "
                "'2026-03-02T12:00:00Z', '9999-12-31T23:59:59Z', 0, 0, 0)",
                number=number,
                ana=ANA,
                subject=subject,
            )
