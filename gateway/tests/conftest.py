import asyncio
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.contract import Call, Grant, Request, Unauthenticated, Unavailable, plain
from gateway.app import make_app
from gateway.settings import Settings
from services.identity import contract as identity

ORIGIN = "http://localhost:8000"
SECRET = "a-session-of-maria"


class Services:
    """The platform behind the gateway: answers by request, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[dict[str, Any]], Any]] = {
            identity.authenticate.name: self._authenticate
        }
        self.asked: list[tuple[str, dict[str, Any], str | None]] = []
        self.ready = True

    def answer(self, request: Request[..., Any], reply: Any) -> None:
        self.answers[request.name] = reply if callable(reply) else lambda _arguments: reply

    def calls_of(self, request: Request[..., Any]) -> list[dict[str, Any]]:
        return [arguments for name, arguments, _key in self.asked if name == request.name]

    def _authenticate(self, arguments: dict[str, Any]) -> identity.Authenticated:
        if arguments["secret"] != SECRET:
            raise Unauthenticated
        return identity.Authenticated(
            "token",
            time.time() + 300,
            UUID(int=9),
            UUID(int=1),
            "María Esteban",
            "es",
            "Europe/Madrid",
            identity.PersonState.VALIDATED,
            (Grant("member"),),
        )

    # what the gateway uses of a bus

    def hear(self, *_what: Any) -> None: ...

    def on_reconnect(self, *_what: Any) -> None: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def call(self, call: Call[Any], *, key: str | None = None, **_how: Any) -> Any:
        arguments = call.request.parse(plain(call.arguments))
        self.asked.append((call.request.name, arguments, key))
        if call.request.name not in self.answers:
            raise Unavailable(service=call.request.service)
        return self.answers[call.request.name](arguments)

    async def ask(self, request: Request[..., Any], arguments: dict[str, Any], **how: Any) -> Any:
        return plain(await self.call(Call(request, arguments), **how))


class Browser:
    """Somebody's browser: keeps cookies, sends forms with the token the page gave."""

    def __init__(self, app: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN)
        self.cookies = self._client.cookies

    def close(self) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        return self._loop.run_until_complete(self._client.request(method, path, **how))

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.send("GET", path, **how)

    def fill_in(self, path: str, fields: dict[str, Any], *, to: str = "") -> httpx.Response:
        """Open a page and send its form, to an address below it where that is named."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path).text)
        assert found, f"{path} has no form"
        return self.send("POST", path + to, data={"csrf": found[1], **fields}, headers={"Origin": ORIGIN})

    def log_in(self) -> "Browser":
        self.cookies.set("session", SECRET)
        return self


def settings_of(**changed: Any) -> Settings:
    known: dict[str, Any] = {
        "environment": "test",
        "amqp_url": "",
        "http_host": "127.0.0.1",
        "http_port": 0,
        "files_port": 0,
        "public_url": ORIGIN,
        "files_url": "http://localhost:8001",
        "files": Path("files"),
        "link_secret": "only for tests",
    }
    return Settings(**known | changed)


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
def browser(services: Services) -> Iterator[Browser]:
    opened = Browser(make_app(settings_of(), services))  # type: ignore[arg-type]
    yield opened
    opened.close()


@pytest.fixture
def english(browser: Browser) -> Browser:
    """Somebody logged in who reads English, whatever language their account has."""
    browser.cookies.set("language", "en")
    return browser.log_in()


@pytest.fixture
def me() -> identity.Me:
    return identity.Me(
        id=UUID(int=1),
        version=1,
        state=identity.PersonState.VALIDATED,
        name="<script>alert(1)</script>",
        email="maria@rio.example",
        email_confirmed=True,
        country="ES",
        language="es",
        time_zone="Europe/Madrid",
        role_kind=identity.SchoolRole.TEACHER,
        biography="",
        project_idea="",
        subjects=(),
        languages=(),
        age_from=None,
        age_to=None,
        vocational=False,
        keywords=(),
        links=(),
        available=False,
        available_plus=False,
        availability_at=None,
        is_plus=False,
        profile_visibility=identity.Visibility.MEMBERS,
        email_visibility=identity.Visibility.CONTACTS,
        city_visibility=identity.Visibility.MEMBERS,
        affiliations=(),
        roles=(Grant("member"),),
    )
