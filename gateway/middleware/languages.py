"""Settles the language of the answer, and remembers a language chosen by link."""

from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import cookies
from gateway.languages import LANGUAGES, choose, speaking
from gateway.middleware.asgi import header, is_health, is_static
from gateway.middleware.sessions import Session
from gateway.settings import Settings

YEAR_SECONDS = 31_536_000


class Languages:
    """`?lang=` first, then the cookie it left, then the signed-in person's choice, then the browser's wish."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.https = settings.https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_health(scope) or is_static(scope):
            await self.app(scope, receive, send)
            return
        asked = _asked(scope)
        session: Session | None = scope["state"].get("session")
        language = choose(
            asked,
            cookies.read(scope["headers"], cookies.LANGUAGE, https=self.https),
            session.language if session else None,
            accepted=header(scope, b"accept-language"),
        )

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Language", language)
                headers.add_vary_header("Accept-Language, Cookie")
                if asked:
                    remembered = Response()
                    cookies.give(remembered, cookies.LANGUAGE, asked, https=self.https, seconds=YEAR_SECONDS)
                    headers.append("Set-Cookie", remembered.headers["Set-Cookie"])
            await send(message)

        with speaking(language):
            await self.app(scope, receive, send_marked)


def _asked(scope: Scope) -> str | None:
    if b"lang=" not in scope["query_string"]:
        return None
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    return asked if asked in LANGUAGES else None
