"""Who is calling: a session's secret is exchanged with identity for a token, kept in memory while it lasts."""

import asyncio
import hashlib
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.client import Bus
from chassis.contract import Actor, Failure, Grant, Unauthenticated, Unavailable
from gateway import cookies
from gateway.middleware.asgi import header, is_api, is_health, is_static
from gateway.settings import Settings
from services.identity import contract as identity

RENEW_SECONDS_BEFORE = 10
MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person, as identity described them when it last gave out a token."""

    id: UUID
    secret: str
    token: str
    ends_at: float
    person_id: UUID
    name: str
    language: str
    time_zone: str
    state: identity.PersonState
    roles: tuple[Grant, ...]

    @property
    def actor(self) -> Actor:
        """The person in the terms of the contracts."""
        return Actor(id=self.person_id, roles=self.roles, session=self.id)

    def holds(self, *roles: str) -> bool:
        """Whether any of these roles is held."""
        return any(grant.role in roles for grant in self.roles)


class Sessions:
    """Tokens by session, until they end or identity says that something about the person has changed."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._kept: dict[str, Session] = {}
        self._asked: dict[str, asyncio.Task[Session]] = {}
        self._news = 0
        bus.hear(identity.SessionEnded, self._session_ended)
        bus.hear(identity.GrantsChanged, self._person_changed)
        bus.hear(identity.ProfileChanged, self._person_changed)
        bus.hear(identity.AccountClosed, self._person_changed)
        bus.on_reconnect(self.forget_all)

    async def of(self, secret: str) -> Session:
        """The session of this secret; raises `Unauthenticated` when it has ended, `Unavailable` when nobody knows."""
        digest = hashlib.sha256(secret.encode()).hexdigest()
        kept = self._kept.get(digest)
        if kept is not None and kept.ends_at - RENEW_SECONDS_BEFORE > time.time():
            return kept
        asked = self._asked.get(digest)
        if asked is None:
            asked = self._asked[digest] = asyncio.create_task(self._exchange(digest, secret))
            asked.add_done_callback(lambda _task: self._asked.pop(digest, None))
        return await asyncio.shield(asked)

    async def _exchange(self, digest: str, secret: str) -> Session:
        news = self._news
        known = await self._bus.call(identity.authenticate(secret))
        session = Session(
            id=known.session_id,
            secret=secret,
            token=known.token,
            ends_at=known.ends_at,
            person_id=known.person_id,
            name=known.name,
            language=known.language,
            time_zone=known.time_zone,
            state=known.state,
            roles=known.roles,
        )
        if news == self._news:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[digest] = session
        return session

    def forget(self, session: Session) -> None:
        """Fetch this session's token anew next time."""
        self._drop(lambda kept: kept.id == session.id)

    def forget_all(self) -> None:
        """Events may have been missed: every token is fetched anew."""
        self._drop(lambda _kept: True)

    def _session_ended(self, ended: identity.SessionEnded) -> None:
        self._drop(lambda kept: kept.id == ended.session_id)

    def _person_changed(self, changed: Any) -> None:
        self._drop(lambda kept: kept.person_id == changed.person_id)

    def _drop(self, outdated: Any) -> None:
        self._news += 1
        for digest in [digest for digest, kept in self._kept.items() if outdated(kept)]:
            del self._kept[digest]


class Identify:
    """Puts the caller's session into the request's state, or the reason why it is not known.

    Browsers send a cookie, programs the same secret as a bearer token.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions, settings: Settings) -> None:
        self.app = app
        self.sessions = sessions
        self.https = settings.https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            state = scope.setdefault("state", {})
            state.update(session=None, session_failure=None, by_bearer=False)
        if scope["type"] == "http" and not (is_health(scope) or is_static(scope)):
            secret, state["by_bearer"] = self._secret(scope)
            if secret:
                try:
                    state["session"] = await self.sessions.of(secret)
                except (Unauthenticated, Unavailable) as failure:
                    state["session_failure"] = failure
                except Failure:
                    state["session_failure"] = Unauthenticated()
        await self.app(scope, receive, send)

    def _secret(self, scope: Scope) -> tuple[str, bool]:
        if is_api(scope):
            kind, _, secret = header(scope, b"authorization").partition(" ")
            if kind.lower() == "bearer" and secret.strip():
                return secret.strip()[:200], True
        return cookies.read(scope["headers"], cookies.SESSION, https=self.https)[:200], False
