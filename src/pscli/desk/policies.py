"""The policy in force, and its replacement (P1)."""

from pscli.models.policy import IssueTypes, Policy, PolicyVersion
from pscli.models.record import Change
from pscli.operation import Work, operation, sealed_policy
from pscli.policy import check_policy


@operation("GET", "/policy")
def show_policy(work: Work) -> Policy:
    """The policy in force."""
    return work.policy


@operation("GET", "/issue-types")
def list_issue_types(work: Work) -> IssueTypes:
    """The issue types that the policy in force knows, in its order (C3)."""
    return IssueTypes(issue_types=work.policy.issue_types)


@operation("PUT", "/policy")
def set_policy(work: Work, policy: Policy) -> Change[PolicyVersion]:
    """Put another policy in force; the old one stays on record."""
    check_policy(policy)
    before = work.policy
    current = work.sql.one(PolicyVersion, _CURRENT)
    if before == policy and current is not None:
        return Change(record=current, changed=False)
    work.sql.run(
        "INSERT INTO policy (version, body, set_at, set_by) "
        "SELECT MAX(version) + 1, :body, :now, :who FROM policy",
        body=sealed_policy(policy),
        now=work.now,
        who=work.who.email,
    )
    return Change(record=work.sql.all(PolicyVersion, _CURRENT)[0])


_CURRENT = "SELECT version, set_at, set_by FROM policy ORDER BY version DESC LIMIT 1"
