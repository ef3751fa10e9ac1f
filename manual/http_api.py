"""docs/http-api.md: every operation of the server in a line, from the operations themselves."""

from operator import attrgetter
from typing import Any

from pscli.operation import Operation
from pscli.rules.rights import RIGHTS
from pscli.server.app import PREFIX, load_operations

_HEAD = f"""\
# The HTTP interface

Written by `./dev docs` from the operations; a test fails where it is stale. The whole description,
with every schema and refusal, is OpenAPI 3.1 at `{PREFIX}/openapi.json` of your server, without a
token.

- **Who asks** says a header: `Authorization: Bearer pscli_...`. Nothing else does (A1).
- **What reads** is a GET, with its arguments in the query. **What changes** has another method and
  its arguments in a JSON object. Those in braces stand in the address; `*` must be given.
- **`Idempotency-Key`**: a change with the same key is done once, for 30 days (B10).
  Where a request had no answer, a refusal of its repetition is not the last word: the first may
  still wait its turn. Half a minute later it is.
- **`Pscli-Request`**: a number of yours for a request, 16 hexadecimal digits. Its answer repeats
  it: one that a proxy mixes up or delivers twice is not taken for another's.
- **`Dry-Run: true`** changes nothing and answers what would be.
- **Pages** have `items`, `total` and `next`; `next` is the `cursor` of the following page.
- **A refusal** is `{{"error": {{...}}}}` with `code`, `message`, `hint`, `field`, `retry_after` and
  `request_id`.
- **News**: GET `{PREFIX}/wait` with `topic`, `after` and `seconds` answers when there is some.
"""


def http_api() -> str:
    """The page: a table for each first word of the addresses."""
    groups: dict[str, list[Operation[..., Any]]] = {}
    for each in sorted(load_operations().values(), key=attrgetter("path", "method", "name")):
        groups.setdefault(each.path.split("/")[1], []).append(each)
    return "\n".join([_HEAD, *(_group(name, found) for name, found in groups.items())])


def _group(name: str, operations: list[Operation[..., Any]]) -> str:
    return "\n".join(
        [
            f"## /{name}\n",
            "| request | arguments | for | |",
            "|---|---|---|---|",
            *map(_row, operations),
            "",
        ]
    )


def _row(operation: Operation[..., Any]) -> str:
    given = [
        f"`{each.name}`{'*' if each.default is each.empty else ''}"
        for each in operation.signature.parameters.values()
        if each.name not in operation.path_names
    ]
    words = (
        f"`{operation.method} {PREFIX}{operation.path}`",
        ", ".join(given),
        RIGHTS[operation.name].value,
        operation.doc.replace("|", "\\|"),
    )
    return f"| {' | '.join(words)} |"
