"""The first transaction of a desk: its own row and its policy; afterwards nothing calls it."""

import os
from datetime import datetime

from pscli.models.policy import Policy
from pscli.operation import Sql, sealed_policy
from pscli.problems import DataRefused, StateForbids


def lay_desk(sql: Sql, policy: Policy, now: datetime, *, rehearsal: bool, demo: bool) -> None:
    """Write the desk's row and version 1 of its policy (P1); raises StateForbids on a made desk."""
    laid = sql.run(
        "INSERT INTO desk (id, created_at, rehearsal, demo, teams, secret) "
        "VALUES (0, :now, :rehearsal, :demo, 0, :secret) ON CONFLICT (id) DO NOTHING",
        now=now,
        rehearsal=rehearsal,
        demo=demo,
        secret=os.urandom(32).hex(),
    )
    if not laid:
        raise StateForbids("Somebody else made this desk just now.", hint="See: pscli whoami")
    sql.run(
        "INSERT INTO policy (version, body, set_at, set_by) VALUES (1, :body, :now, 'init')",
        body=sealed_policy(policy),
        now=now,
    )


def is_rehearsal(sql: Sql) -> bool:
    """Whether the desk's `init` ran under a made-up clock; a desk without its row is refused."""
    found = sql.one(bool, "SELECT rehearsal FROM desk")
    if found is None:
        raise DataRefused("The desk was not made to the end.", hint="Make it anew: pscli init")
    return found
