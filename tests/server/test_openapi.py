"""The published description says what the server does."""

from typing import Any

import pytest

from pscli.server.app import load_operations

from .conftest import Desk


@pytest.fixture
def document(desk: Desk) -> Any:
    """The OpenAPI document as a client gets it, without a token."""
    reply = desk.ask("GET", "/v1/openapi.json")
    assert reply.status == 200
    return reply.json


def test_every_operation_is_described(document: Any) -> None:
    """Name, address, method, the first sentence, and a token as the way in."""
    described = {
        (one["operationId"], method.upper(), path): one["summary"]
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    }
    assert described == {
        (each.name, each.method, f"/v1{each.path}"): each.doc for each in load_operations().values()
    }
    assert document["security"] == [{"token": []}]


def test_every_refusal_is_described(document: Any) -> None:
    """Each operation names the statuses of the problems that it may answer."""
    for methods in document["paths"].values():
        for one in methods.values():
            assert {"401", "402", "403", "404", "409", "412", "413", "415", "422", "429"} < set(
                one["responses"]
            )
    for status, response in document["components"]["responses"].items():
        assert response["description"], status


def test_arguments_stand_where_they_are_sent(document: Any) -> None:
    """In the path, in the query of what reads, in the body of what changes."""
    listing = document["paths"]["/v1/hub/tickets"]["get"]
    places = {each["name"]: (each["in"], each["required"]) for each in listing["parameters"]}
    assert places["limit"] == ("query", False)
    reply = document["paths"]["/v1/requests/{number}/replies"]["post"]
    names = {each["name"]: each["in"] for each in reply["parameters"]}
    assert names == {"number": "path", "Idempotency-Key": "header", "Dry-Run": "header"}
    body = reply["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["body"]
    assert body["additionalProperties"] is False


def test_every_reference_leads_somewhere(document: Any) -> None:
    """No schema points at one that is missing, and no pattern holds a raw control character."""
    seen: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                if name == "$ref":
                    seen.add(each)
                if name == "pattern" and isinstance(each, str):
                    assert each.isprintable(), each
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(document)
    assert len(seen) > 10
    for reference in seen:
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
