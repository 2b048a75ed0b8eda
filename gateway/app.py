"""Puts the gateway together: the layers every request passes, the API, the portal, the probes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from chassis.client import Bus
from gateway.api.problems import http_problem
from gateway.api.routes import api_routes
from gateway.limits import Limits
from gateway.middleware.asgi import is_api
from gateway.middleware.csrf import SameOrigin
from gateway.middleware.headers import SecurityHeaders
from gateway.middleware.languages import Languages
from gateway.middleware.sessions import Identify, Sessions
from gateway.middleware.shedding import Shedding
from gateway.middleware.trace import Trace
from gateway.middleware.wellformed import Wellformed
from gateway.parts import Parts
from gateway.portal.page import show_http_error
from gateway.portal.routes import portal_routes
from gateway.portal.static_files import serve_static, static_files
from gateway.settings import Settings


def make_app(settings: Settings, bus: Bus | None = None) -> ASGIApp:
    """The gateway as an ASGI application; it connects to the broker when it starts up."""
    bus = bus or Bus(settings.amqp_url)
    parts = Parts(settings, bus, Sessions(bus), Limits(settings.production))

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        static_files()
        await bus.start()
        yield
        await bus.stop()

    app = Starlette(
        lifespan=life,
        routes=[
            *api_routes(),
            Route("/livez", livez),
            Route("/readyz", readyz),
            Route("/metrics", serve_metrics),
            Route("/robots.txt", robots),
            Route("/static/{name}", serve_static),
            *portal_routes(),
        ],
        middleware=[
            Middleware(Trace),
            Middleware(SecurityHeaders, settings=settings),
            Middleware(Shedding, most_in_flight=settings.most_in_flight),
            Middleware(Wellformed),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
            Middleware(SameOrigin, settings=settings),
            Middleware(Identify, sessions=parts.sessions, settings=settings),
            Middleware(Languages, settings=settings),
        ],
        exception_handlers={HTTPException: http_error},
    )
    app.router.redirect_slashes = False
    app.state.parts = parts
    return app


async def http_error(request: Request, error: Exception) -> Response:
    """Programs get problem+json, people a page."""
    return http_problem(request, error) if is_api(request.scope) else await show_http_error(request, error)


async def livez(_request: Request) -> Response:
    """The process turns."""
    return PlainTextResponse("alive\n")


async def readyz(request: Request) -> Response:
    """The process can serve: it is connected to the broker."""
    ready = request.app.state.parts.bus.ready
    return JSONResponse({"ready": ready, "checks": {"broker": ready}}, 200 if ready else 503)


async def serve_metrics(_request: Request) -> Response:
    """The process's series, for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def robots(_request: Request) -> Response:
    """Search engines may read what is public; everything else says noindex itself."""
    return PlainTextResponse(
        "User-agent: *\nDisallow: /api/\nDisallow: /people/\nDisallow: /account/\n",
        headers={"Cache-Control": "public, max-age=86400"},
    )
