"""What every answer tells the browser to allow, and what to keep to itself."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.middleware.asgi import is_health, is_static
from gateway.settings import Settings

YEAR_SECONDS = 31_536_000


class SecurityHeaders:
    """Strict content security policy without anything inline; personal pages are stored nowhere and indexed by nobody.

    A page that is the same for everyone says so itself (`Cache-Control`, `X-Robots-Tag`), and is left alone.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.fixed = {
            "Content-Security-Policy": "; ".join(
                (
                    "default-src 'none'",
                    "style-src 'self'",
                    "script-src 'self'",
                    f"img-src 'self' {settings.files_url}",
                    f"media-src {settings.files_url}",
                    "connect-src 'self'",
                    "form-action 'self'",
                    "manifest-src 'self'",
                    "base-uri 'none'",
                    "object-src 'none'",
                    "frame-ancestors 'none'",
                )
            ),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        }
        if settings.production:
            self.fixed["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_health(scope):
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.fixed.items():
                    headers.setdefault(name, value)
                if not is_static(scope):
                    headers.setdefault("Cache-Control", "no-store")
                    headers.setdefault("X-Robots-Tag", "noindex")
                if headers.get("X-Robots-Tag") == "all":
                    del headers["X-Robots-Tag"]
            await send(message)

        await self.app(scope, receive, send_guarded)
