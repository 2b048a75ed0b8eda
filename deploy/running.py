"""A running stack as its operator sees it: databases, mailbox, clock, and whether anything is under way."""

import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import httpx
import sqlalchemy as sa

from deploy import clock
from deploy.local.environment import operator_settings
from deploy.stack import SERVICES, Stack

T = TypeVar("T")
LOOK_AGAIN_SECONDS = 0.15
UNDER_WAY = """
SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL AND dead = 0)
     + (SELECT count(*) FROM parked WHERE status = 'waiting') AS n
"""
TIMERS_DUE = """
SELECT count(*) AS n FROM process WHERE next_due_at <= clock_timestamp() + make_interval(secs => :ahead)
"""
TOLD_DUE = """
SELECT (SELECT count(*) FROM mail WHERE state = 'waiting' AND next_at <= at.now)
     + (SELECT count(*) FROM digest WHERE next_at <= at.now)
     + (SELECT count(*) FROM post WHERE state = 'open' AND expires_at <= at.now) AS n
FROM (SELECT clock_timestamp() + make_interval(secs => :ahead) AS now) AS at
"""
STARTS_DUE = """
SELECT count(*) AS n FROM project
WHERE state = 'approved' AND starts_at <= clock_timestamp() + make_interval(secs => :ahead)
"""
MEETINGS_DUE = """
SELECT (SELECT count(*) FROM meeting
        WHERE least(remind_at, opens_at, draw_at, settle_at) <= clock_timestamp() + make_interval(secs => :ahead))
     + (SELECT count(*) FROM registration
        WHERE place = 'offered' AND offered_until <= clock_timestamp() + make_interval(secs => :ahead)) AS n
"""
DUE = {"approvals": TIMERS_DUE, "community": TOLD_DUE, "projects": STARTS_DUE, "events": MEETINGS_DUE}


def eventually(check: Callable[[], T], what: str = "it", seconds: float = 20) -> T:
    """Wait until something holds; its value. Raises `AssertionError` when it does not come."""
    until, last = time.monotonic() + seconds, None
    while time.monotonic() < until:
        try:
            found = check()
            if found:
                return found
        except (
            AssertionError,
            httpx.HTTPError,
            sa.exc.OperationalError,
            KeyError,
            IndexError,
            StopIteration,
        ) as error:
            last = error
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {seconds} s") from last


class RunningStack:
    """Looks at one running stack from outside, by its owner's accounts."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.database = cache(self._database)
        self._http = httpx.Client(timeout=5)

    def _database(self, service: str) -> sa.Engine:
        """A service's database by its owner role: for looking, never for changing."""
        access = next(a for a in operator_settings(self.stack).services if a.service == service)
        return sa.create_engine(
            access.owner_database_url,
            pool_pre_ping=True,
            connect_args={"options": "-c app.engine=on"},
        )

    def rows(self, service: str, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """What a query says."""
        with self.database(service).connect() as connection:
            return [dict(r) for r in connection.execute(sa.text(statement), parameters).mappings()]

    def count(self, service: str, statement: str, **parameters: Any) -> int:
        """The number `n` of a query's one row."""
        return int(self.rows(service, statement, **parameters)[0]["n"])

    def quiet(self) -> bool:
        """Nothing is under way: outboxes empty, no timer, start, summary or end due, no message parked, no mail waiting."""
        if any(self.count(service.name, UNDER_WAY) for service in SERVICES):
            return False
        ahead = self.clock_offset()
        return not any(self.count(service, statement, ahead=ahead) for service, statement in DUE.items())

    def settle(self, seconds: float = 30) -> None:
        """Wait until nothing has been under way for a moment."""

        def stays_quiet() -> bool:
            if not self.quiet():
                return False
            time.sleep(LOOK_AGAIN_SECONDS)
            return self.quiet()

        eventually(stays_quiet, "quiet", seconds)

    def clock_offset(self) -> float:
        """Seconds by which the stack's time is ahead of real time."""
        return clock.offset(self.stack.controls).total_seconds()

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Mails in the stack's mailbox for one address, newest first."""
        address = f"http://127.0.0.1:{self.stack.ports.mailbox}/api/messages"
        found = self._http.get(address, params={"to": to})
        found.raise_for_status()
        letters: list[dict[str, Any]] = found.json()
        return letters

    def ready(self) -> bool:
        """Whether every service and the gateway say they are ready."""
        ports = [self.stack.ports.gateway, *(self.stack.ports.health(s) for s in SERVICES)]
        try:
            return all(self._http.get(f"http://127.0.0.1:{p}/readyz").status_code == 200 for p in ports)
        except httpx.HTTPError:
            return False
