"""Every route of the API, noun by noun, and the document that describes them."""

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

from gateway.api import (
    approvals,
    forums,
    meetings,
    messages,
    notifications,
    people,
    progress,
    projects,
    schools,
    search,
    session,
    twinspaces,
)
from gateway.api.dispatch import Dispatch
from gateway.api.openapi import cached_document
from gateway.api.route import Route
from gateway.files import upload

ROUTES: tuple[Route, ...] = (
    *session.ROUTES,
    *people.ROUTES,
    *schools.ROUTES,
    *projects.ROUTES,
    *approvals.ROUTES,
    *twinspaces.ROUTES,
    *messages.ROUTES,
    *forums.ROUTES,
    *search.ROUTES,
    *meetings.ROUTES,
    *progress.ROUTES,
    *notifications.ROUTES,
)


def api_routes() -> list[BaseRoute]:
    """The API as Starlette routes it."""
    others = [("GET", "/openapi.json", serve_document), ("PUT", "/files/{ticket}", upload)]
    own = [(route.method, route.path, route.endpoint) for route in ROUTES]
    return [Mount("/api/v1", app=Dispatch([*others, *own]))]


async def serve_document(_http: HttpRequest) -> Response:
    """The OpenAPI document."""
    return Response(
        orjson.dumps(cached_document(ROUTES)),
        headers={"Cache-Control": "public, max-age=300"},
        media_type="application/openapi+json",
    )
