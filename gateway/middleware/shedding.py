"""Turning away what cannot be served in time, before any call is made."""

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.middleware.asgi import is_health
from gateway.middleware.plain import plain_answer

RETRY_AFTER_SECONDS = "2"


class Shedding:
    """Answers 503 at once while `most_in_flight` requests are being served; probes always get through."""

    def __init__(self, app: ASGIApp, most_in_flight: int) -> None:
        self.app = app
        self.most_in_flight = most_in_flight
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_health(scope):
            await self.app(scope, receive, send)
            return
        if self.in_flight >= self.most_in_flight:
            await plain_answer(scope, 503, {"Retry-After": RETRY_AFTER_SECONDS})(scope, receive, send)
            return
        self.in_flight += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.in_flight -= 1
