"""The files' own origin: what a signed ticket names is sent as a download and can do nothing in the browser."""

import mimetypes

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.contract import Failure
from chassis.files import Purpose, path_of, put, read_ticket
from gateway.api.problems import problem

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-store",
}


async def download(request: Request) -> Response:
    """The file a ticket names; 404 for whatever is wrong with the ticket."""
    try:
        ticket = read_ticket(request.path_params["ticket"], Purpose.DOWNLOAD)
    except Failure:
        raise HTTPException(404) from None
    path = path_of(ticket.service, ticket.file_id)
    if not path.is_file():
        raise HTTPException(404)
    kind = mimetypes.guess_type(ticket.file_name)[0] or "application/octet-stream"
    return FileResponse(path, headers=HEADERS, media_type=kind, filename=ticket.file_name)


async def upload(request: Request) -> Response:
    """Take the file a ticket allows; its owner is told by a request of its own."""
    request.scope["state"]["route"] = "/api/v1/files/{ticket}"
    try:
        ticket = read_ticket(request.path_params["ticket"], Purpose.UPLOAD)
        await put(ticket, request.stream())
    except Failure as failure:
        return problem(failure)
    return Response(status_code=204)


async def livez(_request: Request) -> Response:
    """The origin answers."""
    return PlainTextResponse("alive\n")


def files_app() -> ASGIApp:
    """What the second origin serves: downloads and nothing else."""
    return Starlette(routes=[Route("/files/{ticket}", download), Route("/livez", livez)])


class ByPort:
    """The portal on one port, the files' origin on another, in one process."""

    def __init__(self, portal: ASGIApp, files: ASGIApp, files_port: int) -> None:
        self.portal = portal
        self.files = files
        self.files_port = files_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = scope.get("server") if scope["type"] == "http" else None
        app = self.files if here and here[1] == self.files_port else self.portal
        await app(scope, receive, send)
