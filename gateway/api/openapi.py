"""The OpenAPI 3.1 document, made from the routes and the contracts they name."""

import re
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

from apispec import APISpec

from chassis.contract import ANYONE
from gateway.api.json_schema import object_schema, schema_for, value_schema
from gateway.api.problems import MEDIA_TYPE
from gateway.api.route import Route

VERSION = "1.0.0"
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "trace_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence in the caller's language."},
        "code": {"type": "string", "description": "Names the finding; for programs."},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "What is wrong, by field.",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                },
            },
        },
        "details": {"type": "object"},
    },
}

IN_ITS_LANGUAGE = "Without `language` in that of the answer: `?lang=`, else the account's, else the best of `Accept-Language`."


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The whole document as JSON values."""
    spec = APISpec(
        title="Schoolbridge",
        version=VERSION,
        openapi_version="3.1.0",
        info={
            "description": "School twinning across Europe. Every request the portal makes can be made here."
        },
        servers=[{"url": "/api/v1"}],
        security=[{"bearer": []}, {"session": []}],
    )
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "__Host-session"})
    spec.components.schema("Problem", PROBLEM)
    define = _definitions(spec)
    for route in routes:
        spec.path(route.path, operations={route.method.lower(): _operation(route, define)})
    found: dict[str, Any] = spec.to_dict()
    return found


def _definitions(spec: APISpec) -> Any:
    known: dict[type, str] = {}

    def define(kind: type) -> dict[str, Any]:
        if kind not in known:
            service = kind.__module__.split(".")[1].title() if kind.__module__.startswith("services.") else ""
            known[kind] = name = f"{service}{kind.__name__}"
            spec.components.schema(name, value_schema(kind, define))
        return {"$ref": f"#/components/schemas/{known[kind]}"}

    return define


def _operation(route: Route, define: Any) -> dict[str, Any]:
    request = route.request
    sentence, _, rows = (request.__doc__ or request.name).strip().partition("\n")
    shape = {name: of for name, of in request.shape.items() if name not in route.places}
    operation: dict[str, Any] = {
        "operationId": f"{request.name}".replace(".", "_"),
        "summary": re.sub(r"\s*\([^()]*\)$", "", sentence),
        "tags": [request.service],
        "parameters": [_parameter(name, request.shape[name], "path", define) for name in route.places],
        "responses": {
            str(route.success): _success(route, define),
            "default": {
                "description": "Why not.",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    said = [part for part in (rows.strip(), IN_ITS_LANGUAGE if route.in_its_language else "") if part]
    if said:
        operation["description"] = "\n\n".join(said)
    if request.by is ANYONE or not request.by.signed_in:
        operation["security"] = []
    if not route.has_body:
        operation["parameters"] += [_parameter(name, of, "query", define) for name, of in shape.items()]
    elif shape:
        schema = object_schema(shape, define, closed=True)
        required = bool(schema.get("required"))
        operation["requestBody"] = {"required": required, "content": {"application/json": {"schema": schema}}}
        operation["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "Sent again with the same key, it is done once.",
                "schema": {"type": "string", "maxLength": 100},
            }
        )
    return operation


def _parameter(name: str, of: tuple[Any, Any], where: str, define: Any) -> dict[str, Any]:
    schema = object_schema({name: of}, define)
    required = where == "path" or "required" in schema
    return {"name": name, "in": where, "required": required, "schema": schema["properties"][name]}


def _success(route: Route, define: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(route.success).phrase}
    if route.success != 204:
        answer["content"] = {"application/json": {"schema": schema_for(route.request.returns, define)}}
    return answer


cached_document = cache(document)
