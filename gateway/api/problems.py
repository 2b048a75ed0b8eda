"""RFC 9457 problem details: the same errors the portal shows as pages."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chassis.contract import Failure, Invalid, plain
from chassis.contract.errors import KINDS
from chassis.observe import current_trace
from gateway.portal.errors import field_sentence, finding_sentence

TYPE = "urn:schoolbridge:problem:"
MEDIA_TYPE = "application/problem+json"


def problem(failure: Failure) -> Response:
    """The answer for a finding: its code, a sentence in the caller's language, and what is wrong by field."""
    body: dict[str, Any] = {
        "type": f"{TYPE}{failure.code}",
        "title": HTTPStatus(failure.status).phrase,
        "status": failure.status,
        "detail": finding_sentence(failure),
        "code": failure.code,
        "trace_id": current_trace(),
    }
    if isinstance(failure, Invalid) and failure.fields:
        body["errors"] = _by_field(failure.fields)
    details = {name: value for name, value in failure.details.items() if name != "fields"}
    if details and (failure.status < 500 or failure.code not in KINDS):
        body["details"] = plain(details)
    headers = {}
    if failure.status in (429, 503):
        headers["Retry-After"] = str(failure.details.get("retry_after", 5))
    if failure.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, failure.status, headers, media_type=MEDIA_TYPE)


def http_problem(_request: Request, error: Exception) -> Response:
    """The answer for an address, a method or a body that is refused before any request is made."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "trace_id": current_trace(),
    }
    headers = getattr(error, "headers", None)
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)


def _by_field(fields: Mapping[str, Any], above: str = "") -> dict[str, list[dict[str, str]]]:
    """Path of the field → its codes with their sentences; parts of lists and values by `field.part`."""
    found: dict[str, list[dict[str, str]]] = {}
    for name, wrong in fields.items():
        path = f"{above}{name}"
        if isinstance(wrong, Mapping):
            found |= _by_field(wrong, f"{path}.")
        else:
            codes = [wrong] if isinstance(wrong, str) else list(wrong)
            found[path] = [{"code": str(code), "message": field_sentence(str(code))} for code in codes]
    return found
