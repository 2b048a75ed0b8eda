"""Mailed links: signed, dated by real time, and spent by the very change they ask for."""

import hashlib
from datetime import timedelta
from enum import Enum
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from chassis.settings import settings
from services.identity.contract import LinkSpent


class Purpose(Enum):
    """What a link is for: the first part of its path, and how long it holds."""

    CONFIRM = ("confirm", timedelta(days=3))
    RESET = ("reset", timedelta(hours=1))

    def path(self, person_id: UUID, state: str) -> str:
        """A fresh link. It holds while `state`, which following it changes, is what it is now."""
        token = self._serializer().dumps([person_id.hex, _digest(state)])
        return f"/{self.value[0]}/{token}"

    def open(self, token: str) -> tuple[UUID, str]:
        """Whose link it is and the digest of the state it was made in; raises `LinkSpent`."""
        try:
            person, state = self._serializer().loads(token, max_age=int(self.value[1].total_seconds()))
            return UUID(person), str(state)
        except (BadData, ValueError, TypeError) as wrong:
            raise LinkSpent from wrong

    def _serializer(self) -> URLSafeTimedSerializer:
        secret = settings().link_secret
        if not secret:
            raise SystemExit("SCHOOLBRIDGE_LINK_SECRET is not set: anybody could write links")
        return URLSafeTimedSerializer(secret, salt=f"identity.{self.value[0]}")


def still_holds(state: str, kept: str) -> None:
    """Raises `LinkSpent` when the state is another than the one the link was made in."""
    if _digest(state) != kept:
        raise LinkSpent


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()[:20]
