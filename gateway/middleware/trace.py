"""Every request gets an id of our own and leaves one line in the log; nothing gets past without an answer."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.observe import bind_trace, log, metrics, new_trace
from gateway.middleware.asgi import is_health
from gateway.middleware.plain import plain_answer


class Trace:
    """Binds the request id, answers 500 for what nobody caught, and writes the access log: no names, no queries."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_health(scope):
            await self.app(scope, receive, send)
            return
        trace, started, status = new_trace(), time.perf_counter(), 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", trace.encode())]
            await send(message)

        state = scope.setdefault("state", {})
        with bind_trace(trace):
            try:
                await self.app(scope, receive, send_marked)
            except Exception:
                log().exception("request_failed", route=state.get("route", "unmatched"))
                if status:
                    raise
                await plain_answer(scope, 500)(scope, receive, send_marked)
            took = time.perf_counter() - started
            route = state.get("route", "unmatched")
            metrics().handler_seconds.labels("http", route).observe(took)
            metrics().messages.labels("http", route, str(status)).inc()
            log().info(
                "request", method=scope["method"], route=route, status=status, ms=round(took * 1000, 1)
            )
