"""A signed-in browser. Sessions live by real time, whatever the business clock says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.contract import Grant
from services.identity.contract import SessionEnded

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
IDLE_OF_OFFICERS = timedelta(minutes=15)
OFFICERS = frozenset({"officer", "lead", "regional", "css", "operator"})


def digest_of(secret: str) -> bytes:
    """What is kept of a session's secret; it has 256 random bits, so one quick round is enough."""
    return hashlib.sha256(secret.encode()).digest()


def over(age: timedelta, idle: timedelta, roles: Iterable[Grant]) -> bool:
    """Whether a session has ended by itself: 12 hours in all, 30 minutes unused, 15 for officers."""
    officer = any(grant.role in OFFICERS for grant in roles)
    return age >= LONGEST or idle >= (IDLE_OF_OFFICERS if officer else IDLE)


@dataclass(eq=False)
class Session:
    """Only a digest of the secret is kept: who reads the table cannot sign in. The database dates it."""

    id: UUID
    person_id: UUID
    secret_digest: bytes
    device: str
    ended_at: datetime | None = None
    version: int = 0

    def end(self, at: datetime) -> SessionEnded:
        """Over, in every process within a second. (ID-02)"""
        self.ended_at = at
        return SessionEnded(self.id, self.person_id)
