"""`/livez`, `/readyz` and `/metrics` of a service process, on a port of its own.

Answered outside the worker pools, so that they answer whatever the service is doing.
"""

import json
from collections.abc import Callable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Health checks are not news."""


def health_server(
    host: str, port: int, checks: dict[str, Callable[[], bool]], before_metrics: Callable[[], None]
) -> WSGIServer:
    """A server for this address; the caller runs it in a green thread.

    `checks` name what must hold to be ready; `before_metrics` brings gauges up to date.
    """

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            before_metrics()
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/livez":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"alive\n"]
        if path == "/readyz":
            states = {name: bool(check()) for name, check in checks.items()}
            ready = all(states.values())
            start_response(
                "200 OK" if ready else "503 Service Unavailable", [("Content-Type", "application/json")]
            )
            return [json.dumps({"ready": ready, "checks": states}).encode() + b"\n"]
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"only /livez, /readyz and /metrics are here\n"]

    return make_server(host, port, application, handler_class=_Quiet)
