"""Answers given at the door, before there is a page or a language: a few words, or problem+json for programs."""

from http import HTTPStatus

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from chassis.observe import current_trace
from gateway.middleware.asgi import is_api


def plain_answer(scope: Scope, status: int, headers: dict[str, str] | None = None) -> Response:
    """An answer of this status that says no more than the status does."""
    phrase = HTTPStatus(status).phrase
    if is_api(scope):
        body = {"type": "about:blank", "title": phrase, "status": status, "trace_id": current_trace()}
        return JSONResponse(body, status, headers, media_type="application/problem+json")
    return PlainTextResponse(f"{status} {phrase}\n", status, headers)
