"""Random requests to every operation of the published description: it and the server agree."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from pscli.backends import open_database
from pscli.codec import plain
from pscli.policy import shipped_policy
from pscli.rules.rights import RIGHTS, Access
from pscli.server.app import load_operations
from tests.server.running import OPERATOR, listening, token_for
from tests.world import AGENT, AGENT2, ANA, BEN, GRACE, MIA, OTTO, SALES, Clock

from .conftest import SOAK
from .lively import ZOE, enliven

OPERATIONS = sorted(load_operations())
CASES = 2_000 * SOAK  # over all operations, half of them with what the description forbids
EACH = -(-CASES // len(OPERATIONS) // 2)
WITH_ARGUMENTS = [name for name in OPERATIONS if load_operations()[name].signature.parameters]
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
REFUSED = [str(status) for status in (400, 401, 402, 403, 404, 405, 409, 412, 413, 415, 422, 429)]
EVERYONE = (ANA, BEN, MIA, GRACE, OTTO, AGENT, SALES, OPERATOR)
MAY = {
    Access.ANYONE: EVERYONE,
    Access.PERSON: (ANA, BEN, MIA, OTTO),
    Access.HUB: (ANA, BEN, OTTO),
    Access.AUDIT: (ANA, OPERATOR),
    Access.BILLING: (ANA, OTTO),
    Access.AGENT: (AGENT, OPERATOR),
    Access.SALES: (SALES, OPERATOR),
    Access.OPERATOR: (OPERATOR,),
}
# What random words never hit: half of the cases that are meant well name something that is there.
# Nobody who asks is among those who may be removed.
THERE: dict[str, list[Any]] = {
    "team": ["Acme", "Other"],
    "number": [1, 2, 3, 6, 7],
    "email": [ZOE, AGENT2],
    "id": ["1-7", "1-8", 1, 2],
    "kind": ["consultation", "meeting"],
    "product": ["dropbox", "dash"],
    "edition": ["essentials", "enhanced"],
    "language": ["en", "ja", "id"],
    "timezone": ["Asia/Tokyo", "America/New_York"],
    "issue_type": ["sync"],
    "cursor": [None],
    "attachments": [[]],
    "follows": [None],
    "quote": [None],
    "links": [[]],
    "data": ["QQ=="],
    "n": [0],
    "policy": [plain(shipped_policy())],
    "entries": [
        [
            {
                "url": "https://help.example/a",
                "title": "A",
                "kind": "article",
                "product": "dropbox",
                "language": "en",
            }
        ]
    ],
    "records": [
        [
            {
                "record": "a",
                "line": 1,
                "requester": ANA,
                "subject": "s",
                "body": "b",
                "product": "dropbox",
                "issue_type": "sync",
                "channel": "request",
                "status": "open",
                "language": "en",
                "urgent": False,
                "answered_at": None,
                "created_at": "2026-01-05T10:00:00Z",
                "solved_at": None,
            }
        ]
    ],
}


@dataclass
class Served:
    """A server with tokens of everybody, its description, and what was answered."""

    schema: Any
    tokens: dict[str, str]
    session: requests.Session = field(default_factory=requests.Session)
    answered: Counter[tuple[str, int]] = field(default_factory=Counter)

    def cases(self, name: str, mode: str) -> Any:
        """Requests to an operation: what the description allows, or what it forbids."""
        operation = load_operations()[name]
        described = self.schema[f"/v1{operation.path}"][operation.method]
        return described.as_strategy(generation_mode=schemathesis.GenerationMode(mode))

    def ask(self, name: str, case: Any, who: str) -> None:
        """Send a request as somebody; the answer is as described."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        response = case.call(session=self.session, headers=headers)
        assert response.status_code != 401, who  # or nothing would be looked at any more
        self.answered[name, response.status_code] += 1
        case.validate_response(response, checks=CHECKS)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a desk on which something happened; its description as a client gets it."""
    clock = Clock()
    database = open_database(str(tmp_path_factory.mktemp("schema") / "desk.db"))
    enliven(database)
    with ExitStack() as stack:
        stack.callback(database.close)
        tokens = {who: token_for(database, clock, who) for who in EVERYONE if who != OPERATOR}
        tokens[OPERATOR] = token_for(database, clock, None)
        address = stack.enter_context(listening(database, clock))
        document = requests.get(f"{address}/v1/openapi.json", timeout=10).json()
        del document["security"]  # or half of the bad cases would only lack their token
        schema = schemathesis.openapi.from_dict(document)
        schema.config.base_url = address
        schema.config.checks.negative_data_rejection.expected_statuses = REFUSED
        found = Served(schema, tokens)
        stack.callback(found.session.close)
        yield found


def name_what_is_there(case: Any, turn: int) -> None:
    """Let a case that is meant well find something."""
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            for name in place.keys() & THERE.keys():
                place[name] = THERE[name][turn % len(THERE[name])]


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_allowed_is_answered_as_described(served: Served, name: str) -> None:
    """No 5xx, no status and no answer that is not described; some get past form and rights."""
    may = MAY[RIGHTS[name]]

    def ask(case: Any) -> None:
        turn = served.answered.total()
        if turn % 2:
            name_what_is_there(case, turn // 2)
        among = EVERYONE if turn % 8 == 0 and name in WITH_ARGUMENTS else may
        served.ask(name, case, among[turn // 2 % len(among)])

    run(served.cases(name, "positive"), ask)
    assert {status for asked, status in served.answered if asked == name} - {401, 403, 422}


@pytest.mark.parametrize("name", WITH_ARGUMENTS)
def test_what_is_forbidden_is_refused(served: Served, name: str) -> None:
    """Nothing is accepted that the description forbids, of those who may; no 5xx."""
    may = MAY[RIGHTS[name]]

    def ask(case: Any) -> None:
        served.ask(name, case, may[served.answered.total() % len(may)])

    run(served.cases(name, "negative"), ask)


def run(cases: Any, ask: Callable[[Any], None]) -> None:
    """Ask with so many cases, the same in every run; a failing one is shown as it came."""

    @settings(
        max_examples=EACH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def each(case: Any) -> None:
        ask(case)

    each()
