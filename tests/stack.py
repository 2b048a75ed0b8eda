"""The running stack as tests see it: its addresses, mailbox, clock, failpoints, databases and processes."""

import os
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
import sqlalchemy as sa

from deploy.local.environment import operator_settings
from deploy.local.supervision import Supervisor
from deploy.stack import SERVICES, Stack, local_stack


@cache
def stack() -> Stack:
    """The test stack; a developer may name the development stack instead."""
    return local_stack(os.environ.get("SCHOOLBRIDGE_TEST_STACK", "test"))  # type: ignore[arg-type]


@cache
def supervisor() -> Supervisor:
    return Supervisor(stack())


@cache
def database(service: str) -> sa.Engine:
    """A service's database by its owner role: for looking, never for changing what the test is about."""
    access = next(a for a in operator_settings(stack()).services if a.service == service)
    settings = "-c app.engine=on"
    return sa.create_engine(access.owner_database_url, pool_pre_ping=True, connect_args={"options": settings})


def rows(service: str, statement: str, **parameters: Any) -> list[dict[str, Any]]:
    """What a query says."""
    with database(service).connect() as connection:
        return [dict(r) for r in connection.execute(sa.text(statement), parameters).mappings()]


def eventually(check: Callable[[], Any], what: str = "it", seconds: float = 20) -> Any:
    """Wait until something holds; its value."""
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


def quiet() -> bool:
    """Nothing is under way: outboxes empty, no timer due, no message parked, no mail waiting."""
    for service in SERVICES:
        unpublished = "SELECT count(*) AS n FROM outbox WHERE published_at IS NULL AND dead = 0"
        waiting = "SELECT count(*) AS n FROM parked WHERE status = 'waiting'"
        if rows(service.name, unpublished)[0]["n"] or rows(service.name, waiting)[0]["n"]:
            return False
    due = "SELECT count(*) AS n FROM process WHERE next_due_at <= clock_timestamp() + make_interval(secs => :ahead)"
    mail = (
        "SELECT count(*) AS n FROM mail WHERE state = 'waiting' "
        "AND next_at <= clock_timestamp() + make_interval(secs => :ahead)"
    )
    ahead = clock_offset()
    return (
        not rows("approvals", due, ahead=ahead)[0]["n"] and not rows("community", mail, ahead=ahead)[0]["n"]
    )


def settle(seconds: float = 30) -> None:
    """Wait until nothing has been under way for a moment."""

    def stays_quiet() -> bool:
        if not quiet():
            return False
        time.sleep(0.15)
        return quiet()

    eventually(stays_quiet, "quiet", seconds)


def clock_offset() -> float:
    try:
        return float((stack().controls / "clock").read_text())
    except FileNotFoundError:
        return 0.0


def move_clock(days: float) -> None:
    """Business time jumps ahead in every process at once."""
    file = stack().controls / "clock"
    fresh = file.with_suffix(".new")
    fresh.write_text(str(clock_offset() + days * 86400))
    fresh.rename(file)


def plant(service: str, failpoint: str, action: str = "kill") -> None:
    """The next time this service passes the failpoint it dies, or raises."""
    folder = stack().controls / "failpoints"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{service}.{failpoint}").write_text(action)


def mails(to: str) -> list[dict[str, Any]]:
    """Mails in the stack's mailbox, newest first."""
    found = httpx.get(f"http://127.0.0.1:{stack().ports.mailbox}/api/messages", params={"to": to}, timeout=5)
    found.raise_for_status()
    body = found.json()
    return body["messages"] if isinstance(body, dict) else body


def ready() -> bool:
    """Whether every service and the gateway say they are ready."""
    ports = [stack().ports.health(s) for s in SERVICES]
    addresses = [f"http://127.0.0.1:{p}/readyz" for p in ports] + [
        f"http://127.0.0.1:{stack().ports.gateway}/readyz"
    ]
    try:
        return all(httpx.get(a, timeout=3).status_code == 200 for a in addresses)
    except httpx.HTTPError:
        return False
