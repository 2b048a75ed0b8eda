"""What every answer tells the browser to allow, and what to keep to itself."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.middleware.asgi import is_health, is_static
from gateway.settings import Settings

YEAR_SECONDS = 31_536_000
FOR_EVERYBODY = (b"x-robots-tag", b"all")
"""What a page says that search engines may keep; saying nothing means the same."""


def content_policy(settings: Settings, *, connect: str = "") -> str:
    """What a page may load and whom its scripts may speak to: us, and one other address at most."""
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            f"img-src 'self' {settings.files_url}",
            f"media-src {settings.files_url}",
            f"connect-src 'self' {connect}".rstrip(),
            "form-action 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )


def permissions(*, room: bool = False) -> str:
    """What a page may use of the device; camera and microphone in a room alone."""
    mine = "self" if room else ""
    return f"camera=({mine}), microphone=({mine}), geolocation=(), payment=(), usb=()"


class SecurityHeaders:
    """Strict content security policy without anything inline; personal pages are stored nowhere and indexed by nobody.

    A page that is the same for everyone says so itself (`Cache-Control`, `X-Robots-Tag`), and is left alone.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        fixed = {
            "Content-Security-Policy": content_policy(settings),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": permissions(),
        }
        if settings.production:
            fixed["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}; includeSubDomains"

        self.fixed = _raw(fixed)
        self.personal = _raw({"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_health(scope):
            await self.app(scope, receive, send)
            return
        wanted = self.fixed if is_static(scope) else (*self.fixed, *self.personal)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                headers = [*message["headers"], *(each for each in wanted if each[0] not in said)]
                message["headers"] = [each for each in headers if each != FOR_EVERYBODY]
            await send(message)

        await self.app(scope, receive, send_guarded)


def _raw(headers: dict[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """As ASGI has them."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())
