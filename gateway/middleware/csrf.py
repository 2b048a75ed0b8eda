"""Another site cannot act in somebody's name: where a request comes from, and the token of our own forms."""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.contract import Forbidden
from gateway.middleware.asgi import header
from gateway.middleware.plain import plain_answer
from gateway.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf"
HEADER = b"x-csrf-token"


class ForgedForm(Forbidden):
    """The form was not one of ours, or is too old: open the page again."""


class SameOrigin:
    """Refuses an unsafe request whose `Sec-Fetch-Site` or `Origin` names another site."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.own_host = urlsplit(settings.public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not self._from_here(scope):
            await plain_answer(scope, 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _from_here(self, scope: Scope) -> bool:
        site, origin = header(scope, b"sec-fetch-site"), header(scope, b"origin")
        if site and site not in ("same-origin", "none"):
            return False
        if not origin:
            return True
        return urlsplit(origin).netloc in (self.own_host, header(scope, b"host"))


def make_token(secret: str, bound_to: str) -> str:
    """A token for the forms of one session or visitor; different each time, so that compression reveals nothing."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_mark(secret, nonce, bound_to)}"


def check_token(secret: str, bound_to: str, token: str) -> None:
    """Raises `ForgedForm` unless the token was made for this session or visitor."""
    nonce, _, mark = token.partition(".")
    if not bound_to or not hmac.compare_digest(mark.encode(), _mark(secret, nonce, bound_to).encode()):
        raise ForgedForm


def _mark(secret: str, nonce: str, bound_to: str) -> str:
    return hmac.new(secret.encode(), f"csrf|{nonce}|{bound_to}".encode(), hashlib.sha256).hexdigest()
