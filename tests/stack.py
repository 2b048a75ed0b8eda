"""The running stack as tests see it: its addresses, mailbox, clock, failpoints, databases and processes."""

import os
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from deploy import clock
from deploy.local.supervision import Supervisor
from deploy.running import RunningStack, eventually
from deploy.stack import Stack, local_stack


@cache
def stack() -> Stack:
    """The test stack; a developer may name the development stack instead."""
    return local_stack(os.environ.get("SCHOOLBRIDGE_TEST_STACK", "test"))  # type: ignore[arg-type]


@cache
def running() -> RunningStack:
    return RunningStack(stack())


@cache
def supervisor() -> Supervisor:
    return Supervisor(stack())


def database(service: str) -> sa.Engine:
    """A service's database by its owner role: for looking, never for changing what the test is about."""
    return running().database(service)


def rows(service: str, statement: str, **parameters: Any) -> list[dict[str, Any]]:
    """What a query says."""
    return running().rows(service, statement, **parameters)


def quiet() -> bool:
    """Nothing is under way: outboxes empty, no timer due, no message parked, no mail waiting."""
    return running().quiet()


def settle(seconds: float = 30) -> None:
    """Wait until nothing has been under way for a moment."""
    running().settle(seconds)


def clock_offset() -> float:
    return running().clock_offset()


def move_clock(days: float) -> None:
    """Business time jumps ahead in every process at once."""
    clock.set_offset(stack().controls, clock.offset(stack().controls) + timedelta(days=days))


def plant(service: str, failpoint: str, action: str = "kill") -> None:
    """The next time this service passes the failpoint it dies, or raises."""
    folder = stack().controls / "failpoints"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{service}.{failpoint}").write_text(action)


def mails(to: str) -> list[dict[str, Any]]:
    """Mails in the stack's mailbox, newest first."""
    return running().mails(to)


def ready() -> bool:
    """Whether every service and the gateway say they are ready."""
    return running().ready()


__all__ = [
    "clock_offset",
    "database",
    "eventually",
    "mails",
    "move_clock",
    "plant",
    "quiet",
    "ready",
    "rows",
    "running",
    "settle",
    "stack",
    "supervisor",
]
