"""The OpenAPI document, built from the operations' signatures."""

from inspect import Parameter
from typing import Any

import msgspec

from pscli import __version__
from pscli.codec import encode_json
from pscli.operation import Operation
from pscli.problems import Problem

from .refusals import Malformed, NotJson, WrongMethod

_REF = "#/components/schemas/{name}"
# What any operation may answer; each says in its body which of these it is.
_STATUSES = (400, 401, 402, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503)
_WRITE_HEADERS = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key and request is done once (B10).",
        "schema": {"type": "string", "minLength": 1, "maxLength": 300},
    },
    {
        "name": "Dry-Run",
        "in": "header",
        "description": "Show what would be; change nothing.",
        "schema": {"type": "boolean", "default": False},
    },
]


class Error(msgspec.Struct):
    """What happened and why, and what to do."""

    code: str
    message: str
    hint: str | None
    field: str | None
    retry_after: int | None
    request_id: str


class ErrorBody(msgspec.Struct):
    """Every refusal."""

    error: Error


def describe(operations: dict[str, Operation[Any, Any]], prefix: str) -> bytes:
    """OpenAPI 3.1 of all operations, as JSON."""
    types = [
        hint
        for operation in operations.values()
        for name, hint in operation.hints.items()
        if name != "work"
    ]
    schemas, components = msgspec.json.schema_components([*types, ErrorBody], ref_template=_REF)
    found = iter(schemas)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations.values():
        own = {name: next(found) for name in operation.hints if name != "work"}
        address = paths.setdefault(prefix + operation.path, {})
        address[operation.method.lower()] = _operation(operation, own)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "pscli", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": _refusals(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }
    return encode_json(_spelt(document))


def _operation(operation: Operation[Any, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    refusals = {str(code): {"$ref": f"#/components/responses/{code}"} for code in _STATUSES}
    result = {"application/json": {"schema": schemas["return"]}}
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.doc,
        "responses": {"200": {"description": "Done.", "content": result}, **refusals},
    }
    own = operation.signature.parameters.values()
    in_path = [p for p in own if p.name in operation.path_names]
    rest = [p for p in own if p.name not in operation.path_names]
    parameters = [_parameter(p, schemas, "path") for p in in_path]
    if operation.reads:
        parameters += [_parameter(p, schemas, "query") for p in rest]
    else:
        parameters += _WRITE_HEADERS
        if rest:
            described["requestBody"] = _body(rest, schemas)
    described["parameters"] = parameters
    return described


def _parameter(parameter: Parameter, schemas: dict[str, Any], place: str) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "required": parameter.default is parameter.empty,
        "schema": schemas[parameter.name],
    }


def _body(parameters: list[Parameter], schemas: dict[str, Any]) -> dict[str, Any]:
    required = [p.name for p in parameters if p.default is p.empty]
    schema = {
        "type": "object",
        "properties": {p.name: schemas[p.name] for p in parameters},
        "required": required,
        "additionalProperties": False,
    }
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _refusals() -> dict[str, Any]:
    kinds: list[type[Problem]] = [*Problem.__subclasses__(), Malformed, NotJson, WrongMethod]
    content = {"application/json": {"schema": {"$ref": _REF.format(name="ErrorBody")}}}
    return {
        str(status): {
            "description": " ".join(
                dict.fromkeys(k.__doc__ or "" for k in kinds if k.status == status)
            ),
            "content": content,
        }
        for status in _STATUSES
    }


def _spelt(value: Any) -> Any:
    """The document with patterns in ASCII: a lone surrogate is no JSON text."""
    if isinstance(value, dict):
        return {
            name: _escaped(each) if name == "pattern" and isinstance(each, str) else _spelt(each)
            for name, each in value.items()
        }
    return [_spelt(each) for each in value] if isinstance(value, list) else value


def _escaped(pattern: str) -> str:
    return "".join(c if " " <= c <= "~" else f"\\u{ord(c):04x}" for c in pattern)
